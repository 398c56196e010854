"""Cohere: chat and embeddings of both versions of its API. It bills less than it reads."""

from __future__ import annotations

import json
from typing import Any

from tests.support.integrations.fake_usage import Usage
from tests.support.integrations.providers.server import Reply, Request, sse

REFUSAL = {"message": "The request is not acceptable."}
EMBEDDED = Usage(9, 0)

UNBILLED = 500
"""Tokens of Cohere's own prompt, which it counts and does not bill."""


def answer(request: Request) -> Reply:
    usage = request.usage._replace(reasoning=0)  # Cohere does not count the thoughts apart
    model = request.body.get("model", "")
    if request.path.endswith("/embed"):
        whole = {
            "id": request.id,
            "embeddings": {"float": [[0.1] * 256]},
            "texts": ["Hi"],
            "response_type": "embeddings_by_type",
            "meta": {"api_version": {"version": "2"}, "billed_units": {"input_tokens": EMBEDDED.input}},
        }
        return Reply([json.dumps(whole).encode()], EMBEDDED, request.id, model)
    is_second = request.path.startswith("/v2/")
    counts = None if request.scenario == "no-usage" else _counts(usage)
    whole = _second(request, counts) if is_second else _first(request, counts)
    if not request.body.get("stream"):
        return Reply([json.dumps(whole).encode()], usage, request.id, model)
    parts = _second_events(request, counts) if is_second else _first_events(whole)
    kind = "text/event-stream" if is_second else "application/stream+json"
    return Reply(parts, usage, request.id, model, kind, is_stream=True)


def _counts(usage: Usage) -> dict[str, Any]:
    counts: dict[str, Any] = {
        "billed_units": {"input_tokens": usage.input, "output_tokens": usage.output},
        "tokens": {"input_tokens": usage.input + UNBILLED, "output_tokens": usage.output + 3},
    }
    return counts | ({"cached_tokens": usage.cache_read} if usage.cache_read else {})


def _words(request: Request) -> str:
    return '{"city": "Oslo"}' if request.scenario == "structured" else "Hello there"


def _second(request: Request, counts: Any) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": [{"type": "text", "text": _words(request)}]}
    if request.scenario == "tools":
        call = {"id": "t1", "type": "function", "function": {"name": "get_weather", "arguments": "{}"}}
        message = {"role": "assistant", "tool_plan": "I look it up.", "tool_calls": [call]}
    whole = {"id": request.id, "finish_reason": "COMPLETE", "message": message}
    return whole | ({"usage": counts} if counts else {})


def _second_events(request: Request, counts: Any) -> list[bytes]:
    content = {"message": {"content": {"type": "text", "text": ""}}}
    delta: dict[str, Any] = {"finish_reason": "COMPLETE"} | ({"usage": counts} if counts else {})
    events: list[dict[str, Any]] = [
        {"type": "message-start", "id": request.id, "delta": {"message": {"role": "assistant", "content": []}}},
        {"type": "content-start", "index": 0, "delta": content},
        {"type": "content-delta", "index": 0, "delta": {"message": {"content": {"text": "Hello there"}}}},
        {"type": "content-end", "index": 0},
        {"type": "message-end", "delta": delta},
    ]
    return [sse(event, event["type"]) for event in events]


def _first(request: Request, counts: Any) -> dict[str, Any]:
    whole = {"response_id": request.id, "generation_id": f"g{request.id}", "text": "Hello", "finish_reason": "COMPLETE"}
    return whole | ({"meta": {"api_version": {"version": "1"}, **counts}} if counts else {})


def _first_events(whole: dict[str, Any]) -> list[bytes]:
    events: list[dict[str, Any]] = [
        {"event_type": "stream-start", "is_finished": False, "generation_id": whole["generation_id"]},
        {"event_type": "text-generation", "is_finished": False, "text": "Hello"},
        {"event_type": "stream-end", "is_finished": True, "finish_reason": "COMPLETE", "response": whole},
    ]
    return [json.dumps(event).encode() + b"\n" for event in events]
