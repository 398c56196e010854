"""Connections: shared by calls, closed when no longer needed; a given client stays open."""

from __future__ import annotations

import asyncio
import gc
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from types import FrameType
from typing import Any

import httpx
import pytest

from coobird._http.pool import AsyncPool, Pool
from coobird._settings.api_key import ApiKey
from coobird._settings.settings import Settings
from coobird.errors import APIConnectionError
from tests.support.direct import CUSTOMER, KEY, AsyncDirect, Direct, places_with_the_key
from tests.support.loopback import Answer, LoopbackServer, Request
from tests.support.retries import quicken_retries

pytestmark = pytest.mark.usefixtures("quick_retries")


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    with LoopbackServer([Answer(200, CUSTOMER)]) as running:
        yield running


@pytest.fixture
def settings(server: LoopbackServer) -> Settings:
    return Settings(ApiKey(KEY), host=server.url)


def nothing_is_left_open() -> None:
    # An unclosed socket warns when it is collected, and a warning fails the test.
    gc.collect()


@pytest.mark.parametrize(
    "made",
    [
        "import sys; sys.modules['httpx2'] = sys; Coomon(KEY)",
        "from coobird.integrations._metering.meter import CallMeter; CallMeter(Coomon(KEY))",
    ],
    ids=["client", "meter"],
)
def test_httpx_is_imported_completely_before_an_sdk_can_look_it_up(made: str) -> None:
    source = f"import sys; from coobird import Coomon; KEY = {KEY!r}; {made}; print('httpx' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True"]


def test_calls_share_a_connection(server: LoopbackServer, settings: Settings) -> None:
    api = Direct(settings)
    for _ in range(3):
        api.get_customer("cus_1")
    assert server.connections == 1
    api.session.close()
    nothing_is_left_open()


def test_a_call_after_closing_opens_a_new_connection(server: LoopbackServer, settings: Settings) -> None:
    api = Direct(settings)
    for _ in range(2):
        api.get_customer("cus_1")
        api.session.close()
        api.session.close()
    assert server.connections == 2
    nothing_is_left_open()


def test_a_client_that_is_dropped_closes_its_connections(server: LoopbackServer, settings: Settings) -> None:
    Direct(settings).get_customer("cus_1")
    nothing_is_left_open()


def call_at_once(api: Direct, server: LoopbackServer, number: int) -> None:
    """Make so many calls, all of which are in progress before the first is answered."""
    go = threading.Event()
    server.script([Answer(200, CUSTOMER, wait=go)])
    before = len(server.requests)
    threads = [threading.Thread(target=api.get_customer, args=("cus_1",)) for _ in range(number)]
    for thread in threads:
        thread.start()
    server.wait_for_requests(before + number)
    go.set()
    for thread in threads:
        thread.join(20)


def test_calls_at_once_have_a_connection_each_and_later_calls_use_these_again(
    server: LoopbackServer, settings: Settings
) -> None:
    api = Direct(settings)
    call_at_once(api, server, 5)
    assert server.connections == 5
    call_at_once(api, server, 4)
    api.get_customer("cus_1")
    assert server.connections == 5
    api.session.close()
    nothing_is_left_open()


def test_a_connection_that_no_call_needs_any_more_is_closed(
    server: LoopbackServer, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = Direct(settings)
    call_at_once(api, server, 5)
    monkeypatch.setattr("coobird._http.transport._MOST_IDLE_SECONDS", 0.0)
    for _ in range(5):
        api.get_customer("cus_1")
    server.wait_for_open_connections(1)
    api.session.close()
    nothing_is_left_open()


def test_a_connection_that_had_no_call_for_long_is_not_used_again(
    server: LoopbackServer, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coobird._http.transport._MOST_IDLE_SECONDS", 0.0)
    api = Direct(settings)
    for _ in range(3):
        api.get_customer("cus_1")
    assert [request.connection for request in server.requests] == [1, 2, 3]
    server.wait_for_open_connections(1)
    api.session.close()
    nothing_is_left_open()


def test_a_connection_that_the_server_has_closed_meanwhile_gets_no_request(
    server: LoopbackServer, settings: Settings
) -> None:
    server.script([Answer(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")])
    api = Direct(settings.replace(max_retries=0))
    for _ in range(3):
        api.get_customer("cus_1")
        server.wait_for_open_connections(0)
    assert [request.connection for request in server.requests] == [1, 2, 3]
    api.session.close()
    nothing_is_left_open()


@pytest.mark.parametrize("answer", [Answer(reset=True), Answer(200, CUSTOMER, cut=5)], ids=["reset", "cut"])
def test_a_connection_that_broke_is_closed_and_not_used_again(
    answer: Answer, server: LoopbackServer, settings: Settings
) -> None:
    api = Direct(settings)
    server.script([answer, Answer(200, CUSTOMER)])
    api.get_customer("cus_1")
    api.get_customer("cus_1")
    assert [request.connection for request in server.requests] == [1, 2, 2]
    api.session.close()
    nothing_is_left_open()


def test_threads_that_begin_together_get_one_client() -> None:
    pool, together = Pool(), threading.Barrier(8)
    clients: list[httpx.Client] = []

    def use() -> None:
        together.wait(20)
        clients.append(pool.client())

    threads = [threading.Thread(target=use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(clients) == 8
    assert len(set(map(id, clients))) == 1
    pool.close()


def test_a_pool_that_is_closed_during_a_call_does_not_fail_the_call(server: LoopbackServer, settings: Settings) -> None:
    api = Direct(settings)

    def close_once(request: Request) -> Answer:
        if len(server.requests) == 1:
            api.session.close()
        return Answer(200, CUSTOMER)

    server.script(close_once)
    assert api.get_customer("cus_1").id == "cus_1"
    api.session.close()


def test_a_pool_that_is_closed_while_a_call_connects_leaves_nothing_open(
    server: LoopbackServer, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    api, connect = Direct(settings), socket.create_connection

    def close_first(*where: Any, **options: Any) -> socket.socket:
        api.session.close()
        return connect(*where, **options)

    monkeypatch.setattr(socket, "create_connection", close_first)
    assert api.get_customer("cus_1").id == "cus_1"
    server.wait_for_open_connections(0)
    nothing_is_left_open()


def test_a_pool_that_is_closed_when_a_call_has_chosen_its_connection_does_not_fail_the_call(
    server: LoopbackServer, settings: Settings
) -> None:
    api = Direct(settings)
    api.get_customer("cus_1")

    def close_first(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code.co_name == "handle_request":
            sys.setprofile(None)
            api.session.close()

    sys.setprofile(close_first)
    try:
        assert api.get_customer("cus_1").id == "cus_1"
    finally:
        sys.setprofile(None)
    assert [request.connection for request in server.requests] == [1, 2]
    api.session.close()
    nothing_is_left_open()


@pytest.mark.parametrize(
    "function",
    ["is_available", "has_expired", "handle_request", "reader_for", "iter_raw", "_response_closed", "keep", "is_idle"],
)
def test_a_signal_handler_that_raises_during_a_call_leaves_no_connection_behind(
    function: str, server: LoopbackServer, settings: Settings
) -> None:
    api = Direct(settings)
    api.get_customer("cus_1")

    def interrupt(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code.co_name == function:
            sys.setprofile(None)
            raise TimeoutError("of the program")

    sys.setprofile(interrupt)
    try:
        with pytest.raises(TimeoutError, match="of the program"):
            api.get_customer("cus_1")
    finally:
        sys.setprofile(None)
    assert api.get_customer("cus_1").id == "cus_1"
    server.wait_for_open_connections(1)
    api.session.close()
    nothing_is_left_open()


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_a_forked_child_has_connections_of_its_own(server: LoopbackServer, settings: Settings) -> None:
    api = Direct(settings)
    api.get_customer("parent")
    api.pool._lock.acquire()  # as if another thread were building a client
    child = os.fork()
    if child == 0:
        code = 1
        try:
            api.get_customer("child")
            api.session.close()
            code = 0
        finally:
            os._exit(code)
    api.pool._lock.release()
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    api.get_customer("parent")
    assert [(request.path[-6:], request.connection) for request in server.requests] == [
        ("parent", 1),
        ("/child", 2),
        ("parent", 1),
    ]
    api.session.close()
    nothing_is_left_open()


# -------------------------------------------------------------------------------------- event loops


def test_each_loop_has_connections_that_end_with_it(server: LoopbackServer, settings: Settings) -> None:
    api = AsyncDirect(settings)

    async def twice() -> None:
        await api.get_customer("cus_1")
        await api.get_customer("cus_1")

    for _ in range(3):
        asyncio.run(twice())
        nothing_is_left_open()
    assert [request.connection for request in server.requests] == [1, 1, 2, 2, 3, 3]


def test_loops_in_threads_do_not_share_connections(server: LoopbackServer, settings: Settings) -> None:
    api, together = AsyncDirect(settings), threading.Barrier(4)
    failures: list[BaseException] = []

    async def main() -> None:
        together.wait(20)
        for _ in range(5):
            await api.get_customer("cus_1")

    def run() -> None:
        try:
            asyncio.run(main())
        except Exception as error:  # noqa: BLE001 - reported by the test's own thread
            failures.append(error)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    assert server.connections == 4
    nothing_is_left_open()


def test_closing_leaves_the_loop_usable(server: LoopbackServer, settings: Settings) -> None:
    async def main() -> None:
        api = AsyncDirect(settings)
        for _ in range(2):
            await api.get_customer("cus_1")
            await api.session.aclose()
            await api.session.aclose()

    asyncio.run(main())
    assert server.connections == 2
    nothing_is_left_open()


def test_closed_loops_are_forgotten(server: LoopbackServer, settings: Settings) -> None:
    api = AsyncDirect(settings)
    for _ in range(3):
        asyncio.run(api.get_customer("cus_1"))  # type: ignore[arg-type]
    gc.collect()
    assert api.pool._clients is not None
    assert len(api.pool._clients) <= 1


def test_a_cancelled_call_leaves_nothing_behind(server: LoopbackServer, settings: Settings) -> None:
    api = AsyncDirect(settings)
    server.script([Answer(200, CUSTOMER, wait=threading.Event()), Answer(200, CUSTOMER)])

    async def main() -> None:
        call = asyncio.create_task(api.get_customer("cus_1"))  # type: ignore[var-annotated, arg-type]
        await asyncio.to_thread(server.wait_for_requests, 1)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert (await api.get_customer("cus_1")).id == "cus_1"

    asyncio.run(main())
    nothing_is_left_open()


def test_a_call_that_is_cancelled_while_it_waits_for_its_retry_is_not_sent_again(
    server: LoopbackServer, settings: Settings
) -> None:
    quicken_retries(retry_seconds=30.0, max_retry_seconds=30.0)
    api = AsyncDirect(settings)
    server.script([Answer(503)])

    async def main() -> None:
        call = asyncio.create_task(api.get_customer("cus_1"))  # type: ignore[var-annotated, arg-type]
        await asyncio.to_thread(server.wait_for_requests, 1)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call

    asyncio.run(main())
    assert len(server.requests) == 1


# -------------------------------------------------------------------------- clients that were given


@pytest.mark.parametrize("flavour", ["sync", "async"])
def test_a_given_client_is_used_as_it_is_and_left_open(
    flavour: str, server: LoopbackServer, settings: Settings
) -> None:
    with LoopbackServer() as other:
        options: dict[str, Any] = {
            "base_url": other.url,
            "auth": ("user", "password"),
            "headers": {"X-Team": "billing", "Authorization": "Basic other"},
            "follow_redirects": True,
        }
        given: Any = httpx.Client(**options) if flavour == "sync" else httpx.AsyncClient(**options)
        api: Any = (Direct if flavour == "sync" else AsyncDirect)(settings, given)

        async def main() -> None:
            async with given:
                await api.get_customer("cus_1")
                await api.session.aclose()
                assert not given.is_closed

        if flavour == "sync":
            with given:
                api.get_customer("cus_1")
                api.session.close()
                assert not given.is_closed
        else:
            asyncio.run(main())
        assert other.requests == []
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"
    assert server.requests[0].headers["x-team"] == "billing"
    assert "authorization" not in {name for name, value in given.headers.items() if KEY in value}
    nothing_is_left_open()


def test_a_given_client_that_follows_redirects_does_not_take_the_key_along(
    server: LoopbackServer, settings: Settings
) -> None:
    with LoopbackServer() as other, httpx.Client(follow_redirects=True) as given:
        server.script([Answer(307, headers={"Location": f"{other.url}/take"})])
        with pytest.raises(Exception, match="redirect"):
            Direct(settings, given).get_customer("cus_1")
        assert other.requests == []


def test_a_given_client_that_is_closed_is_an_error_that_says_so(settings: Settings) -> None:
    given = httpx.Client()
    given.close()
    with pytest.raises(APIConnectionError, match="closed") as caught:
        Direct(settings.replace(max_retries=0), given).get_customer("cus_1")
    assert places_with_the_key(caught.value) == []


def test_an_unused_pool_builds_nothing() -> None:
    Pool().close()
    asyncio.run(AsyncPool().aclose())
