"""Deadline of a try, at the streams of the network layer."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from math import inf

import httpcore
import pytest

from coobird._http.stream_deadline import set_deadline, watch


@pytest.fixture
def stream() -> Iterator[httpcore.NetworkStream]:
    """Stream to a server that never answers, and goes away after 20 seconds."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        stream = httpcore.SyncBackend().connect_tcp("127.0.0.1", listener.getsockname()[1])
        accepted, _ = listener.accept()
        end = threading.Timer(20, accepted.shutdown, [socket.SHUT_RDWR])
        end.start()
        watch(stream)
        yield stream
        set_deadline(inf)
        end.cancel()
        stream.close()
        accepted.close()


def start_tls(stream: httpcore.NetworkStream) -> None:
    stream.start_tls(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), "127.0.0.1", timeout=60.0)


def test_a_handshake_ends_at_the_deadline_though_its_own_timeout_is_longer(stream: httpcore.NetworkStream) -> None:
    set_deadline(time.monotonic() + 0.5)
    with pytest.raises((httpcore.ConnectTimeout, TimeoutError)):  # the second one on a slow machine
        start_tls(stream)


def test_after_the_deadline_no_handshake_begins_and_its_socket_is_closed(stream: httpcore.NetworkStream) -> None:
    set_deadline(time.monotonic() - 1.0)
    with pytest.raises(TimeoutError):
        start_tls(stream)
    assert stream.get_extra_info("socket").fileno() == -1
