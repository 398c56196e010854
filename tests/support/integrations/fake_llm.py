"""OpenAI and Anthropic on 127.0.0.1: their documented HTTP APIs with answers of known usage.

    with FakeLLM() as fake:
        client = openai.OpenAI(api_key="sk-test", base_url=fake.openai_url)
        headers = {"x-scenario": "cached"}
        client.chat.completions.create(model="gpt-4o", messages=[...], extra_headers=headers)
        assert fake.calls[-1].usage == Usage(1000, 50, cache_read=800)

The header `x-scenario` picks the answer:
    basic · tools · cached · reasoning    answered with the usage of `USAGE`
    error        400, never retried by the SDKs
    overloaded   503 once per `x-scenario-key`, then like `basic`: for retries
    cut          a stream that breaks after its first words (without `stream`: like `basic`)
    failed       a stream that reports an error in its middle
    silent       none: the connection stays open until the client goes away
    held         like `basic`, once `held` is set
    late         like `silent` once per `x-scenario-key`, then like `basic`
    dropped      the connection is closed once per `x-scenario-key`, then like `basic`
    no-usage     an answer without token counts
    short-id     a short id, the same for every answer, as of some local servers
"""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.support.integrations import fake_anthropic, fake_openai
from tests.support.integrations.fake_usage import USAGE, Usage
from tests.support.integrations.served import Served

ROUTES = {
    "/v1/chat/completions": ("openai", "chat", "chatcmpl-", fake_openai.chat, fake_openai.chat_stream),
    "/v1/completions": ("openai", "completions", "cmpl-", fake_openai.completion, fake_openai.completion_stream),
    "/v1/responses": ("openai", "responses", "resp_", fake_openai.response, fake_openai.response_stream),
    "/v1/embeddings": ("openai", "embeddings", "", fake_openai.embeddings, None),
    "/v1/messages": ("anthropic", "messages", "msg_", fake_anthropic.message, fake_anthropic.message_stream),
}


@dataclass(frozen=True)
class Call:
    """One call that was answered with output. The client need not have read all of it."""

    provider: str
    api: str
    id: str
    model: str
    scenario: str
    stream: bool
    usage: Usage


class FakeLLM(Served):
    """Serves both providers until the block ends. `calls`: the answers; `bodies`: the requests."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.bodies: list[dict[str, Any]] = []
        self.held = threading.Event()
        self._refused: set[str] = set()
        self._lock = threading.Lock()
        super().__init__(_Handler)
        self.openai_url = f"{self.root}/v1"
        self.anthropic_url = self.root

    def first_refusal(self, key: str) -> bool:
        with self._lock:
            new = key not in self._refused
            self._refused.add(key)
            return new

    def record(self, call: Call) -> None:
        with self._lock:
            self.calls.append(call)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    fake: FakeLLM

    def log_message(self, *_: object) -> None: ...

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.fake.bodies.append(body)
        provider, api, prefix, answer, stream = ROUTES[self.path.partition("?")[0]]
        scenario = self.headers.get("x-scenario", "basic")
        if scenario == "error":
            return self._json(400, _error(provider, "invalid_request_error", "The request is not acceptable."))
        if scenario == "overloaded" and self.fake.first_refusal(self.headers["x-scenario-key"]):
            return self._json(503, _error(provider, "overloaded_error", "Try again."), {"retry-after-ms": "1"})
        is_lost = scenario in ("late", "dropped") and self.fake.first_refusal(self.headers["x-scenario-key"])
        if scenario == "silent" or is_lost:
            if scenario != "dropped":
                self.connection.recv(1)
            self.close_connection = True
            return None
        if scenario == "held":
            self.fake.held.wait()
        usage = USAGE[provider].get(scenario, USAGE[provider]["basic"])
        if api == "embeddings":
            usage = usage._replace(output=0)
        if scenario == "no-usage":
            usage = None
        response_id = prefix + ("7" if scenario == "short-id" else uuid.uuid4().hex)
        call = Call(provider, api, response_id, body["model"], scenario, bool(body.get("stream")), usage or Usage(0, 0))
        self.fake.record(call)
        if stream is None or not call.stream:
            return self._json(200, answer(response_id, body, scenario, usage))
        return self._stream(stream(response_id, body, scenario, usage), cut=scenario == "cut")

    def _json(self, status: int, value: object, headers: dict[str, str] | None = None) -> None:
        content = json.dumps(value).encode()
        self.send_response(status)
        for name, text in {
            "Content-Type": "application/json",
            "Content-Length": str(len(content)),
            **(headers or {}),
        }.items():
            self.send_header(name, text)
        self.send_header("x-request-id", f"req_{uuid.uuid4().hex}")
        self.end_headers()
        self.wfile.write(content)

    def _stream(self, events: Iterator[str], *, cut: bool) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        try:
            for event in events:
                content = event.encode()
                self.wfile.write(b"%x\r\n%s\r\n" % (len(content), content))
            if not cut:
                self.wfile.write(b"0\r\n\r\n")
        except OSError:
            cut = True  # the client has disconnected
        self.close_connection = cut


def _error(provider: str, kind: str, message: str) -> dict[str, Any]:
    if provider == "anthropic":
        return {"type": "error", "error": {"type": kind, "message": message}}
    return {"error": {"message": message, "type": kind, "param": None, "code": None}}
