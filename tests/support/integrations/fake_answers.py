"""Server on 127.0.0.1 that gives one answer to each call, under any host name.

    with FakeAnswers() as fake:
        fake.answer = chat("gpt-5", {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2})
        client = openai.OpenAI(
            api_key="k", base_url="http://api.openai.com/v1", http_client=fake.openai_client()
        )

It is the HTTP proxy of its clients, so the host of the base URL needs no network. A list of objects
is sent as a stream of server-sent events.
"""

from __future__ import annotations

import json
import uuid
from http.server import BaseHTTPRequestHandler
from typing import Any

import anthropic
import openai

from tests.support.integrations.served import Served

Json = dict[str, Any]


class FakeAnswers(Served):
    """Serves until the block ends. `answer`: an object, or the events of a stream."""

    def __init__(self) -> None:
        self.answer: Json | list[Json] = {}
        super().__init__(_Handler)
        self.url = self.root
        # Certificates take most of the time of making a client, and plain http needs none.
        self._http: Json = {"proxy": self.url, "verify": False}

    def openai_client(self) -> Any:
        return openai.DefaultHttpxClient(**self._http)

    def anthropic_client(self, **more: Any) -> Any:
        return anthropic.DefaultHttpxClient(**self._http, **more)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    fake: FakeAnswers

    def log_message(self, *_: object) -> None: ...

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("content-length") or 0))
        answer = self.fake.answer
        kind, text = "application/json", json.dumps(answer)
        if isinstance(answer, list):
            kind = "text/event-stream"
            text = "".join(_event(each) for each in answer) + ("" if "type" in answer[0] else "data: [DONE]\n\n")
        content = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def _event(value: Json) -> str:
    name = f"event: {value['type']}\n" if "type" in value else ""
    return f"{name}data: {json.dumps(value)}\n\n"


def chat(model: str, usage: Json, **more: Any) -> Json:
    """Return a chat completion; `message` adds to its message."""
    message = {"role": "assistant", "content": "Hi", **more.pop("message", {})}
    return {
        "id": f"chatcmpl-{uuid.uuid4().hex}",
        "object": "chat.completion",
        "created": 1,
        "model": model,
        "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
        "usage": usage,
        **more,
    }


def chat_stream(answer: Json) -> list[Json]:
    """Return the same chat completion in chunks, the last one with the usage."""
    (choice,) = answer["choices"]
    chunk = {**answer, "object": "chat.completion.chunk", "usage": None}
    delta = {"index": 0, "finish_reason": "stop", "delta": choice["message"]}
    return [{**chunk, "choices": [delta]}, {**chunk, "choices": [], "usage": answer["usage"]}]


def response(model: str, usage: Json, **more: Any) -> Json:
    """Return an answer of the Responses API."""
    return {
        "id": f"resp_{uuid.uuid4().hex}",
        "object": "response",
        "created_at": 1,
        "model": model,
        "status": "completed",
        "output": [],
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "usage": usage,
        **more,
    }


def response_stream(answer: Json) -> list[Json]:
    """Return the same answer as events; the first one knows neither output nor usage."""
    started = {**answer, "status": "in_progress", "output": [], "usage": None, "tool_usage": None}
    return [
        {"type": "response.created", "sequence_number": 0, "response": started},
        {"type": "response.completed", "sequence_number": 1, "response": answer},
    ]


def message(model: str, usage: Json, **more: Any) -> Json:
    """Return a message of Anthropic."""
    return {
        "id": f"msg_{uuid.uuid4().hex}",
        "type": "message",
        "role": "assistant",
        "model": model,
        "stop_reason": "end_turn",
        "stop_sequence": None,
        "content": [{"type": "text", "text": "Hi"}],
        "usage": usage,
        **more,
    }


AT_START = ("service_tier", "speed", "inference_geo", "cache_creation")
"""Fields of the usage that only the first event of a stream has."""


def message_stream(answer: Json) -> list[Json]:
    """Return the same message as events: terms at the start, counts at the end."""
    usage = answer["usage"]
    first = {name: value for name, value in usage.items() if name in AT_START}
    last = {name: value for name, value in usage.items() if name not in AT_START}
    start = {**answer, "content": [], "stop_reason": None, "usage": {"input_tokens": 0, "output_tokens": 1, **first}}
    start.pop("container", None)
    events: list[Json] = [{"type": "message_start", "message": start}]
    for index, block in enumerate(answer["content"]):
        events += [
            {"type": "content_block_start", "index": index, "content_block": block},
            {"type": "content_block_stop", "index": index},
        ]
    delta = {"stop_reason": "end_turn", "stop_sequence": None, "container": answer.get("container")}
    return [*events, {"type": "message_delta", "delta": delta, "usage": last}, {"type": "message_stop"}]
