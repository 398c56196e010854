"""Runs under real web servers: during requests, and at the end of the process."""

from __future__ import annotations

import asyncio
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI, Request
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

from coobird.integrations import RunOptions
from coobird.integrations.asgi import CoobirdMiddleware
from coobird.integrations.fastapi import in_run
from coobird.mock import MockCoobird
from tests.support.integrations.recorder import Recorder
from tests.support.ports import free_port
from tests.support.programs import Programs
from tests.support.web import get, when_up

DEADLINE = 60
KEY = "sk_test_servers"


@contextmanager
def served(app: Any) -> Iterator[socket.socket]:
    """A connection to uvicorn in a thread of this process."""
    server = uvicorn.Server(uvicorn.Config(app, http="h11", loop="asyncio", lifespan="off", log_level="error"))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=lambda: server.run(sockets=[listener]))
        thread.start()
        try:
            with socket.create_connection(listener.getsockname(), timeout=DEADLINE) as connection:
                yield connection
        finally:
            server.should_exit = True
            thread.join(DEADLINE)


def of_account(account: str | None) -> RunOptions | None:
    return {"customer_id": account, "agent_id": "agent", "attributes": {account: 1}} if account else None


def with_middleware(coomon: Any) -> Any:
    async def endpoint(_: Request) -> PlainTextResponse:
        coomon.track_task()
        return PlainTextResponse("served")

    def payer(scope: Any) -> RunOptions | None:
        return of_account(scope["query_string"].decode())

    middleware = [Middleware(CoobirdMiddleware, coomon=coomon, run=payer)]
    return Starlette(routes=[Route("/", endpoint)], middleware=middleware)


def with_dependency(coomon: Any) -> Any:
    def payer(request: Request) -> RunOptions | None:
        return of_account(request.url.query)

    app = FastAPI(dependencies=[in_run(coomon, payer)])

    @app.get("/")
    async def endpoint() -> str:
        coomon.track_task()
        return "served"

    return app


@pytest.mark.parametrize("make", [with_middleware, with_dependency])
def test_requests_that_are_sent_ahead_on_one_connection_share_nothing(coomon: Recorder, make: Any) -> None:
    # uvicorn starts each request in the context of the one before it.
    ahead = [f"GET /?{account} HTTP/1.1\r\nhost: shop\r\n\r\n" for account in ("one", "", "two", "", "")]
    with served(make(coomon)) as connection:
        connection.sendall("".join(ahead).encode())
        answers = b""
        while answers.count(b"served") < len(ahead):
            piece = connection.recv(65536)
            assert piece, answers
            answers += piece
    assert [(event["customer_id"], event["attributes"]) for event in coomon.events] == [
        ("one", {"one": 1}),
        ("two", {"two": 1}),
    ]
    assert len(coomon.errors) == 3


def test_a_mounted_application_completes_the_runs_of_the_application_around_it_and_of_the_program(
    coomon: Recorder,
) -> None:
    async def endpoint(_: Request) -> PlainTextResponse:
        coomon.track_task()
        return PlainTextResponse("served")

    client: Any = coomon

    def middleware(options: RunOptions) -> Middleware:
        return Middleware(CoobirdMiddleware, coomon=client, run=lambda _: options)

    inner = Starlette(routes=[Route("/", endpoint)], middleware=[middleware({"attributes": {"inner": 1}})])
    app = Starlette(routes=[Mount("/shop", inner)], middleware=[middleware({"customer_id": "cust"})])

    async def request() -> None:
        scope = {"type": "http", "method": "GET", "path": "/shop/", "headers": [], "query_string": b""}

        async def receive() -> Any:
            return {"type": "http.request"}

        async def send(_: Any) -> None: ...

        await app(scope, receive, send)

    with coomon.run(agent_id="agent"):
        asyncio.run(request())
    (event,) = coomon.events
    assert (event["customer_id"], event["agent_id"], event["attributes"]) == ("cust", "agent", {"inner": 1})
    assert not coomon.current_run()


SERVICE = """
    import os
    import coobird
    from fastapi import FastAPI
    from coobird.integrations.asgi import CoobirdMiddleware

    coomon = coobird.Coomon("sk_test_servers", host=os.environ["COOBIRD_TEST_URL"], flush_interval=0)
    {before}
    app = FastAPI()

    @app.get("/")
    async def endpoint() -> str:
        coomon.track_task()
        return "served"

    options = {{"customer_id": "cust", "agent_id": "agent"}}
    app.add_middleware(CoobirdMiddleware, coomon=coomon, run=lambda _: options, shutdown={shutdown})
"""


@pytest.mark.parametrize(("before", "shutdown"), [("", True), ("coobird.flush_on_signals()", False)])
def test_a_uvicorn_that_is_stopped_delivers_if_it_is_asked_in_either_way(
    tmp_path: Path, before: str, shutdown: bool
) -> None:
    with MockCoobird() as server:
        programs = Programs(tmp_path, server.url)
        programs.write(SERVICE.format(before=before, shutdown=shutdown), "service.py")
        port = free_port()
        with programs.start("-m", "uvicorn", "--port", str(port), "--log-level", "warning", "service:app") as process:
            when_up(lambda: get(port, "/"))
            process.send_signal(signal.SIGTERM)
            _, errors = process.communicate(timeout=DEADLINE)
        assert process.returncode == -signal.SIGTERM, errors
        assert [event["customer_id"] for event in server.events(KEY)] == ["cust"]
