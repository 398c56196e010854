"""Server of one provider: `Fake(gemini.answer)` serves what the provider's module answers.

    with Fake(gemini.answer) as fake:
        fake.scenario = "cached"
        ...                                       # calls to fake.url
        assert fake.calls[-1].usage == Usage(1000, 50, cache_read=800)

`scenario` picks the answer to all further requests:
    plain · tools · cached · thinking · structured · embeddings    answered with usage
    error        refused with 400, which no SDK tries again
    overloaded   503 for the first request, then like `plain`
    cut          a stream whose connection breaks after its first words
    silent       none: the connection stays open until the client goes away
    no-usage     an answer without token counts
"""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.support.integrations.fake_tools import WEATHER, ToolUse
from tests.support.integrations.fake_usage import Usage
from tests.support.integrations.served import Served

USAGE = {
    "plain": Usage(120, 30),
    "tools": Usage(310, 44),
    "cached": Usage(1000, 50, cache_read=800),
    "thinking": Usage(90, 400, reasoning=320),
    "structured": Usage(80, 20),
}


@dataclass(frozen=True)
class Reply:
    """Answer to one request. The `parts` of a stream are sent one by one."""

    parts: list[bytes]
    usage: Usage
    id: str = ""
    model: str = ""
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    is_stream: bool = False


@dataclass(frozen=True)
class Request:
    """Request as it arrived. `id`: fresh, for the answer; `usage`: the truth of the scenario.

    `tool`: the tool that an answer in the scenario `tools` calls; `counted`: a usage instead of
    the scenario's.
    """

    path: str
    body: dict[str, Any]
    headers: dict[str, str]
    scenario: str
    id: str
    tool: ToolUse = WEATHER
    counted: Usage | None = None

    @property
    def usage(self) -> Usage:
        return self.counted or USAGE.get(self.scenario, USAGE["plain"])


class Fake(Served):
    """Serves one provider until the block ends. `calls`: the replies; `requests`: the requests."""

    def __init__(self, answer: Callable[[Request], Reply], refusal: object) -> None:
        self.answer = answer
        self.refusal = refusal
        self.scenario = "plain"
        self.calls: list[Reply] = []
        self.requests: list[Request] = []
        self.was_refused = False
        self.arrived = threading.Event()
        super().__init__(_Handler)
        self.url = self.root


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    fake: Fake

    def log_message(self, *_: object) -> None: ...

    def do_POST(self) -> None:
        fake = self.fake
        content = self.rfile.read(int(self.headers.get("content-length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.path, json.loads(content or b"{}"), headers, fake.scenario, uuid.uuid4().hex)
        fake.requests.append(request)
        fake.arrived.set()
        if fake.scenario == "error":
            return self._send(400, [json.dumps(fake.refusal).encode()], "application/json", {})
        if fake.scenario == "overloaded" and not fake.was_refused:
            fake.was_refused = True
            return self._send(503, [json.dumps(fake.refusal).encode()], "application/json", {})
        if fake.scenario == "silent":
            self.connection.recv(1)
            self.close_connection = True
            return None
        reply = fake.answer(request)
        fake.calls.append(reply)
        if reply.is_stream:
            return self._stream(reply, cut=fake.scenario == "cut")
        return self._send(200, reply.parts, reply.content_type, reply.headers)

    def _send(self, status: int, parts: list[bytes], content_type: str, headers: dict[str, str]) -> None:
        content = b"".join(parts)
        self.send_response(status)
        sent = {"Content-Type": content_type, "Content-Length": str(len(content)), **headers}
        for name, text in sent.items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(content)

    def _stream(self, reply: Reply, *, cut: bool) -> None:
        self.send_response(200)
        for name, text in {"Content-Type": reply.content_type, "Transfer-Encoding": "chunked", **reply.headers}.items():
            self.send_header(name, text)
        self.end_headers()
        parts = reply.parts[:2] if cut else reply.parts
        try:
            for part in parts:
                self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
            if not cut:
                self.wfile.write(b"0\r\n\r\n")
        except OSError:
            cut = True  # the client has disconnected
        self.close_connection = cut


def sse(value: object, event: str = "") -> bytes:
    """One server-sent event."""
    name = f"event: {event}\n" if event else ""
    return f"{name}data: {json.dumps(value)}\n\n".encode()
