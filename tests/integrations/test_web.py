"""Requests as runs, in ASGI and WSGI applications with the real frameworks on them."""

from __future__ import annotations

import asyncio
import io
import threading
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Any
from wsgiref.util import FileWrapper, setup_testing_defaults

import pytest
from fastapi import Depends, FastAPI, Header, HTTPException, WebSocket
from flask import Flask, stream_with_context
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from coobird import AsyncCoomon, Coomon
from coobird.integrations import MeteringError, RunOptions
from coobird.integrations.asgi import CoobirdMiddleware as ASGIMiddleware
from coobird.integrations.fastapi import in_run
from coobird.integrations.wsgi import CoobirdMiddleware as WSGIMiddleware
from coobird.mock import MockCoobird
from tests.support.integrations.recorder import Recorder

KEY = "sk_test_web"


def customers(coomon: Recorder) -> list[str]:
    return [event["customer_id"] for event in coomon.events]


def of_header(scope: Any) -> RunOptions:
    return {"customer_id": HTTPConnection(scope).headers["x-account"], "agent_id": "agent"}


def of_environ(environ: dict[str, Any]) -> RunOptions:
    return {"customer_id": environ["HTTP_X_ACCOUNT"], "agent_id": "agent"}


def starlette(coomon: Any, endpoint: Any, *inner: Middleware, run: Any = of_header, **options: Any) -> TestClient:
    middleware = [Middleware(ASGIMiddleware, coomon=coomon, run=run, **options), *inner]
    return TestClient(Starlette(routes=[Route("/", endpoint)], middleware=middleware))


# --------------------------------------------------------------------------------------------- ASGI


def test_a_thousand_requests_at_once_each_bill_their_own_customer(coomon: Recorder) -> None:
    async def pages(owner: str) -> AsyncIterator[bytes]:
        for _ in range(3):
            await asyncio.sleep(0)
            coomon.track_task(attributes={"owner": owner})
            yield b"."

    async def endpoint(scope: Any, receive: Any, send: Any) -> None:
        owner = HTTPConnection(scope).headers["x-account"]
        await asyncio.create_task(asyncio.sleep(0))
        await asyncio.to_thread(coomon.track_task, attributes={"owner": owner})
        await StreamingResponse(pages(owner))(scope, receive, send)

    app = ASGIMiddleware(endpoint, coomon, run=of_header)

    async def request(number: int) -> None:
        async def receive() -> dict[str, Any]:
            return await asyncio.Event().wait() or {}

        async def send(_: Any) -> None:
            await asyncio.sleep(0)

        headers = [(b"x-account", f"cust_{number}".encode())]
        await app({"type": "http", "headers": headers, "asgi": {"spec_version": "2.4"}}, receive, send)

    async def all_requests() -> None:
        await asyncio.gather(*(request(number) for number in range(1000)))

    asyncio.run(all_requests())
    assert len(coomon.events) == 4000
    assert [event for event in coomon.events if event["customer_id"] != event["attributes"]["owner"]] == []
    assert not coomon.current_run()


def test_a_middleware_in_between_that_moves_the_request_to_another_task_keeps_the_run(coomon: Recorder) -> None:
    class Slow(BaseHTTPMiddleware):
        async def dispatch(self, request: Request, call_next: Any) -> Any:
            return await call_next(request)

    async def endpoint(_: Request) -> StreamingResponse:
        async def pages() -> AsyncIterator[str]:
            coomon.track_task()
            yield "."

        return StreamingResponse(pages())

    starlette(coomon, endpoint, Middleware(Slow)).get("/", headers={"x-account": "cust"})
    assert customers(coomon) == ["cust"]


def test_a_websocket_is_one_run_and_its_payer_may_be_found_by_a_coroutine(coomon: Recorder) -> None:
    app = FastAPI()

    async def payer(scope: Any) -> RunOptions:
        await asyncio.sleep(0)
        return of_header(scope)

    app.add_middleware(ASGIMiddleware, coomon=coomon, run=payer)

    @app.websocket("/chat")
    async def chat(socket: WebSocket) -> None:
        await socket.accept()
        async for text in socket.iter_text():
            coomon.track_task(attributes={"text": text})
            await socket.send_text(text)

    with TestClient(app).websocket_connect("/chat", headers={"x-account": "cust"}) as socket:
        for text in ("one", "two"):
            socket.send_text(text)
            assert socket.receive_text() == text
    assert customers(coomon) == ["cust", "cust"]


@pytest.mark.parametrize("options", [None, {}, {"customer": "misspelt"}, {"token": "forged"}, "nonsense"])
def test_a_request_whose_payer_is_not_found_is_served_and_no_customer_is_billed(coomon: Recorder, options: Any) -> None:
    async def endpoint(_: Request) -> PlainTextResponse:
        coomon.track_task()
        return PlainTextResponse("served")

    assert starlette(coomon, endpoint, run=lambda _: options).get("/").text == "served"
    assert coomon.events == []
    reported = [type(error) for error in coomon.errors if isinstance(error, MeteringError)]
    assert reported == ([MeteringError] if options else [])


def test_a_payer_function_that_raises_is_reported_with_its_error_and_the_request_is_served(coomon: Recorder) -> None:
    async def endpoint(_: Request) -> PlainTextResponse:
        return PlainTextResponse("served")

    assert starlette(coomon, endpoint).get("/").text == "served"
    (error,) = coomon.errors
    assert isinstance(error.__cause__, KeyError)


def test_an_error_of_the_application_passes_through_as_it_is(coomon: Recorder) -> None:
    failure = ValueError("mine")

    async def endpoint(_: Request) -> PlainTextResponse:
        raise failure

    with pytest.raises(ValueError, match="mine") as caught:
        starlette(coomon, endpoint).get("/", headers={"x-account": "cust"})
    assert caught.value is failure
    assert coomon.errors == []


@pytest.mark.parametrize("flavour", [Coomon, AsyncCoomon])
def test_the_end_of_the_server_delivers_only_where_that_is_asked_for(flavour: Any) -> None:
    with MockCoobird() as server:
        for shutdown in (True, False):
            server.reset()
            client = flavour(KEY, host=server.url, flush_interval=0)

            async def endpoint(_: Request, client: Any = client) -> PlainTextResponse:
                client.track_task()
                return PlainTextResponse("")

            with starlette(client, endpoint, shutdown=shutdown) as browser:
                browser.get("/", headers={"x-account": "cust"})
            assert len(server.events(KEY)) == shutdown
            assert client.stats().queued == (not shutdown)
            ended = client.shutdown()
            if ended is not None:
                asyncio.run(ended)


# ------------------------------------------------------------------------------------------ FastAPI


def test_a_dependency_bills_whom_other_dependencies_found_and_refuses_whom_they_refuse(coomon: Recorder) -> None:
    async def account(x_account: str = Header()) -> str:
        if x_account == "unknown":
            raise HTTPException(403)
        return x_account

    def payer(account: str = Depends(account)) -> RunOptions:
        return {"customer_id": account, "agent_id": "agent"}

    app = FastAPI()

    @app.get("/plain", dependencies=[in_run(coomon, payer)])
    def plain() -> None:
        coomon.track_task()

    @app.get("/stream", dependencies=[in_run(coomon, payer)])
    async def stream() -> StreamingResponse:
        def pages() -> Iterator[str]:
            coomon.track_task()
            yield "."

        return StreamingResponse(pages())

    browser = TestClient(app)
    for path, name in (("/plain", "one"), ("/stream", "two")):
        assert browser.get(path, headers={"x-account": name}).status_code == 200
    assert browser.get("/plain", headers={"x-account": "unknown"}).status_code == 403
    assert customers(coomon) == ["one", "two"]
    assert coomon.errors == []


# --------------------------------------------------------------------------------------------- WSGI


def ask(app: Any, account: str = "cust") -> Iterable[bytes]:
    environ: dict[str, Any] = {"HTTP_X_ACCOUNT": account}
    setup_testing_defaults(environ)
    environ["wsgi.file_wrapper"] = FileWrapper
    return app(environ, lambda *_: None)


def test_a_body_is_made_and_closed_in_its_run_and_the_thread_is_free_in_between(coomon: Recorder) -> None:
    def pages(owner: str) -> Iterator[bytes]:
        try:
            for _ in range(3):
                coomon.track_task(attributes={"owner": owner})
                yield b"."
        finally:
            coomon.track_task(attributes={"owner": owner})

    app = WSGIMiddleware(lambda environ, _: pages(environ["HTTP_X_ACCOUNT"]), coomon, run=of_environ)
    bodies = [ask(app, name) for name in ("one", "two")]
    for piece in zip(*bodies, strict=True):
        assert piece == (b".", b".")
        assert not coomon.current_run()
    for body in bodies:
        body.close()  # type: ignore[attr-defined]
    assert len(coomon.events) == 8
    assert [event for event in coomon.events if event["customer_id"] != event["attributes"]["owner"]] == []


def test_a_body_that_is_not_read_to_its_end_is_closed_in_its_run(coomon: Recorder) -> None:
    def pages() -> Iterator[bytes]:
        try:
            yield b"."
            yield b"."
        finally:
            coomon.track_task()

    body = ask(WSGIMiddleware(lambda *_: pages(), coomon, run=of_environ))
    assert next(iter(body)) == b"."
    body.close()  # type: ignore[attr-defined]
    assert customers(coomon) == ["cust"]


@pytest.mark.parametrize("body", [[b"all"], (b"all",), FileWrapper(io.BytesIO(b"all"))])
def test_a_server_gets_bodies_that_it_knows_by_type_as_they_are(coomon: Recorder, body: Any) -> None:
    assert ask(WSGIMiddleware(lambda *_: body, coomon, run=of_environ)) is body


def test_flask_streams_in_the_run_and_its_errors_and_unknown_payers_are_served(coomon: Recorder) -> None:
    app = Flask("shop")
    app.wsgi_app = WSGIMiddleware(app.wsgi_app, coomon, run=of_environ)  # type: ignore[method-assign]

    @app.get("/stream")
    def stream() -> Any:
        def pages() -> Iterator[str]:
            coomon.track_task()
            yield "."

        return app.response_class(stream_with_context(pages()))

    @app.get("/broken")
    def broken() -> str:
        coomon.track_task()
        raise ValueError

    browser = app.test_client()
    assert browser.get("/stream", headers={"x-account": "one"}).text == "."
    assert browser.get("/broken", headers={"x-account": "two"}).status_code == 500
    assert customers(coomon) == ["one", "two"]
    assert coomon.errors == []
    assert browser.get("/stream").text == "."
    assert [str(error)[:12] for error in coomon.errors] == ["The payer of", "customer_id "]


def test_a_coroutine_as_run_in_wsgi_is_reported_and_the_request_is_served(coomon: Recorder) -> None:
    async def payer(_: Any) -> RunOptions:
        return {}

    run: Any = payer
    assert ask(WSGIMiddleware(lambda *_: [b""], coomon, run=run)) == [b""]
    assert "coroutine" in str(coomon.errors[0])


def test_threads_that_serve_many_requests_each_bill_their_own_customer(coomon: Recorder) -> None:
    def pages(owner: str) -> Iterator[bytes]:
        for _ in range(5):
            coomon.track_task(attributes={"owner": owner})
            yield b"."

    app = WSGIMiddleware(lambda environ, _: pages(environ["HTTP_X_ACCOUNT"]), coomon, run=of_environ)

    def serve(thread: int) -> None:
        for request in range(50):
            assert len(list(ask(app, f"cust_{thread}_{request}"))) == 5

    threads = [threading.Thread(target=serve, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(coomon.events) == 8 * 50 * 5
    assert [event for event in coomon.events if event["customer_id"] != event["attributes"]["owner"]] == []
