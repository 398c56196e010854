"""The local server with a planted bug, which proves that a judge would notice it.

The server itself stays as it is; a bug sees each request before it, and each answer after it.
"""

import json
import re
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any

import uvicorn

from coobird.mock.server import listen, url_of
from coobird.mock.service.request_log import RequestLog
from coobird.mock.service.service import Service
from coobird.mock.web.app import build_app

Asgi = Callable[..., Awaitable[None]]


@dataclass
class Ask:
    """A request, as a bug may change it."""

    method: str
    path: str
    query: bytes
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        try:
            return json.loads(self.body or b"null")
        except ValueError:
            return None


@dataclass
class Reply:
    """An answer, as a bug may change it."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    def with_json(self, value: Any) -> "Reply":
        return replace(self, body=json.dumps(value).encode())


Serve = Callable[[Ask], Awaitable[Reply]]
Bug = Callable[[Ask, Serve], Awaitable[Reply]]

BUGS: dict[str, Bug] = {}


def bug(function: Bug) -> Bug:
    BUGS[function.__name__] = function
    return function


def _is_a_customer(ask: Ask, reply: Reply) -> bool:
    return reply.status == 200 and ask.method == "GET" and bool(re.fullmatch(r"/api/v1/customers/[^/]+", ask.path))


@bug
async def required_field_missing(ask: Ask, serve: Serve) -> Reply:
    reply = await serve(ask)
    if not _is_a_customer(ask, reply):
        return reply
    return reply.with_json({name: value for name, value in json.loads(reply.body).items() if name != "currency"})


@bug
async def number_for_a_text(ask: Ask, serve: Serve) -> Reply:
    reply = await serve(ask)
    return reply.with_json({**json.loads(reply.body), "phone": 5}) if _is_a_customer(ask, reply) else reply


@bug
async def object_for_an_array(ask: Ask, serve: Serve) -> Reply:
    reply = await serve(ask)
    if reply.status != 200 or ask.method != "GET" or ask.path != "/api/v1/customers":
        return reply
    page = json.loads(reply.body)
    return reply.with_json({**page, "data": {str(number): item for number, item in enumerate(page["data"])}})


@bug
async def nothing_but_empty_entries(ask: Ask, serve: Serve) -> Reply:
    """More violations than a header of the proxy can hold."""
    reply = await serve(ask)
    if reply.status != 200 or ask.method != "GET" or ask.path != "/api/v1/customers":
        return reply
    return reply.with_json({**json.loads(reply.body), "data": [{}] * 100})


@bug
async def half_a_body(ask: Ask, serve: Serve) -> Reply:
    reply = await serve(ask)
    return replace(reply, body=reply.body[: len(reply.body) // 2]) if _is_a_customer(ask, reply) else reply


@bug
async def undocumented_status(ask: Ask, serve: Serve) -> Reply:
    reply = await serve(ask)
    return replace(reply, status=203) if _is_a_customer(ask, reply) else reply


@bug
async def no_request_id(ask: Ask, serve: Serve) -> Reply:
    reply = await serve(ask)
    return replace(reply, headers={name: text for name, text in reply.headers.items() if name != "x-request-id"})


@bug
async def any_body_accepted(ask: Ask, serve: Serve) -> Reply:
    reply = await serve(ask)
    if reply.status == 422 and ask.method == "POST" and ask.path == "/api/v1/customers":
        return await serve(replace(ask, body=b'{"name": "Anybody", "type": "company"}'))
    return reply


@bug
async def any_query_accepted(ask: Ask, serve: Serve) -> Reply:
    reply = await serve(ask)
    if reply.status == 422 and ask.method == "GET":
        return await serve(replace(ask, query=b""))
    return reply


@bug
async def any_key_accepted(ask: Ask, serve: Serve) -> Reply:
    return await serve(replace(ask, headers={**ask.headers, "authorization": "Bearer sk_test_everybody"}))


@bug
async def crash_on_a_list_in_metadata(ask: Ask, serve: Serve) -> Reply:
    body = ask.json()
    metadata = body.get("metadata") if isinstance(body, dict) else None
    if isinstance(metadata, dict) and any(isinstance(value, list) for value in metadata.values()):
        return _problem(500)
    return await serve(ask)


@bug
async def deleted_things_live_on(ask: Ask, serve: Serve) -> Reply:
    if ask.method != "DELETE":
        return await serve(ask)
    found = await serve(
        replace(ask, method="PATCH", body=b"{}", headers={**ask.headers, "content-type": "application/json"})
    )
    return Reply(204, {"x-request-id": "req_1"}) if found.status == 200 else await serve(ask)


@bug
async def wallets_are_never_found(ask: Ask, serve: Serve) -> Reply:
    reply = await serve(ask)
    return _problem(404) if ask.path.startswith("/api/v1/wallets/") and reply.status == 200 else reply


@bug
async def long_names_refused(ask: Ask, serve: Serve) -> Reply:
    body = ask.json()
    if ask.method == "PATCH" and isinstance(body, dict) and len(str(body.get("name", ""))) > 100:
        return _problem(422, field="name")
    return await serve(ask)


def _problem(status: int, *, field: str | None = None) -> Reply:
    """A problem that is in itself all right."""
    problem = {"type": "about:blank", "title": "Planted", "status": status, "code": "planted", "request_id": "req_1"}
    errors = [{"field": field, "message": "planted"}] if field else []
    headers = {"content-type": "application/problem+json", "x-request-id": "req_1"}
    return Reply(status, headers).with_json({**problem, "errors": errors})


class Sabotaged:
    """A server of its own inside the `with` block, at `url`. `planted` may change at any time."""

    def __init__(self, planted: Bug | None = None) -> None:
        self.planted = planted
        self.url = ""

    def __enter__(self) -> "Sabotaged":
        self._app = build_app(Service(strict=True), RequestLog())
        config = uvicorn.Config(
            self._front,
            interface="asgi3",
            loop="asyncio",
            ws="none",
            lifespan="off",
            log_level="error",
            access_log=False,
        )
        self._server, self._listener = uvicorn.Server(config), listen("127.0.0.1", 0)
        self._thread = threading.Thread(target=lambda: self._server.run(sockets=[self._listener]))
        self._thread.start()
        self.url = url_of(self._listener)
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._listener.close()

    async def _front(self, scope: Any, receive: Any, send: Any) -> None:
        async def serve(ask: Ask) -> Reply:
            return await _call(self._app, scope, ask)

        ask = await _read(scope, receive)
        reply = await (self.planted(ask, serve) if self.planted else serve(ask))
        headers = reply.headers if reply.status == 204 else {**reply.headers, "content-length": str(len(reply.body))}
        wire = [(name.encode("latin-1"), text.encode("latin-1")) for name, text in headers.items()]
        await send({"type": "http.response.start", "status": reply.status, "headers": wire})
        await send({"type": "http.response.body", "body": reply.body})


async def _read(scope: Any, receive: Any) -> Ask:
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message.get("body", b""), message.get("more_body", False)
    headers = {name.decode("latin-1"): text.decode("latin-1") for name, text in scope["headers"]}
    path = scope["raw_path"].decode("latin-1").partition("?")[0]
    return Ask(scope["method"], path, scope["query_string"], headers, body)


async def _call(app: Asgi, scope: Any, ask: Ask) -> Reply:
    headers = [
        (name.encode("latin-1"), text.encode("latin-1"))
        for name, text in ask.headers.items()
        if name not in ("content-length", "transfer-encoding")
    ]
    inner = {**scope, "method": ask.method, "query_string": ask.query}
    inner["headers"] = [*headers, (b"content-length", str(len(ask.body)).encode())]
    reply = Reply(0)

    async def receive() -> Any:
        return {"type": "http.request", "body": ask.body, "more_body": False}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            reply.status = message["status"]
            reply.headers = {name.decode("latin-1"): text.decode("latin-1") for name, text in message["headers"]}
        else:
            reply.body += message.get("body", b"")

    await app(inner, receive, send)
    return reply
