"""Faults of the proxy: each does what it says, for open connections and for new ones."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.faults.proxy import Proxy, Trouble
from tests.support.loopback import Answer, LoopbackServer

REQUEST = b"POST /events HTTP/1.1\r\nContent-Length: 10\r\n\r\n0123456789"


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    with LoopbackServer([Answer(200, b"x" * 1000)]) as running:
        yield running


@pytest.fixture
def proxy(server: LoopbackServer) -> Iterator[Proxy]:
    with Proxy("127.0.0.1", server.port) as running:
        yield running


def connect(proxy: Proxy) -> closing[socket.socket]:
    host, _, port = proxy.url.removeprefix("http://").partition(":")
    return closing(socket.create_connection((host, int(port)), timeout=20))


def exchange(connection: socket.socket) -> bytes:
    """Send a request, and return the bytes up to a complete answer or the end of the connection."""
    connection.sendall(REQUEST)
    answer = b""
    while not answer.endswith(b"x" * 1000) and (piece := connection.recv(65_536)):
        answer += piece
    return answer


def test_without_trouble_requests_and_answers_pass_whole(proxy: Proxy, server: LoopbackServer) -> None:
    with connect(proxy) as connection:
        assert exchange(connection).endswith(b"x" * 1000)
        assert exchange(connection).endswith(b"x" * 1000)
    assert [request.body for request in server.requests] == [b"0123456789"] * 2
    assert proxy.passed("up") == 2 * len(REQUEST)
    assert proxy.wait_for_bytes("down", 2000, 0)
    assert not proxy.wait_for_bytes("down", 10**6, 0)


def test_with_latency_they_pass_too(proxy: Proxy, server: LoopbackServer) -> None:
    proxy.trouble = Trouble(latency=0.01)
    with connect(proxy) as connection:
        assert exchange(connection).endswith(b"x" * 1000)


def test_reset_ends_connections_that_are_open_and_new_ones(proxy: Proxy, server: LoopbackServer) -> None:
    with connect(proxy) as connection:
        exchange(connection)
        proxy.trouble = Trouble(reset=True)
        with pytest.raises(ConnectionError):
            exchange(connection)
    with pytest.raises(ConnectionError), connect(proxy) as connection:
        exchange(connection)
    assert len(server.requests) == 1


@pytest.mark.parametrize("number", [0, 1, len(REQUEST) - 1])
def test_a_request_is_cut_after_so_many_bytes(proxy: Proxy, server: LoopbackServer, number: int) -> None:
    with connect(proxy) as connection:
        exchange(connection)
        before = proxy.passed("up")
        proxy.trouble = Trouble(cut_request=number)
        with pytest.raises(ConnectionError):
            exchange(connection)
    assert proxy.passed("up") == before + number
    assert len(server.requests) == 1


@pytest.mark.parametrize("number", [1, 500])
def test_an_answer_is_cut_after_so_many_bytes(proxy: Proxy, server: LoopbackServer, number: int) -> None:
    proxy.trouble = Trouble(cut_answer=number)
    with connect(proxy) as connection:
        connection.sendall(REQUEST)
        with pytest.raises(ConnectionError):
            list(iter(lambda: connection.recv(65_536), b""))
    assert proxy.passed("down") == number
    server.wait_for_requests(1)


def test_an_answer_is_lost_only_after_the_server_has_the_request(proxy: Proxy, server: LoopbackServer) -> None:
    proxy.trouble = Trouble(lose_answer=True)
    with connect(proxy) as connection, pytest.raises(ConnectionError):
        exchange(connection)
    assert [request.body for request in server.requests] == [b"0123456789"]
    assert proxy.passed("down") == 0


def test_a_black_hole_takes_everything_and_resets_once_it_is_gone(proxy: Proxy, server: LoopbackServer) -> None:
    proxy.trouble = Trouble(black_hole=True)
    with connect(proxy) as connection:
        connection.sendall(REQUEST)
        connection.settimeout(0.1)
        with pytest.raises(TimeoutError):
            connection.recv(1)
        connection.settimeout(20)
        proxy.trouble = Trouble()
        with pytest.raises(ConnectionError):
            connection.recv(1)
    assert server.requests == []
    with connect(proxy) as connection:
        assert exchange(connection).endswith(b"x" * 1000)
