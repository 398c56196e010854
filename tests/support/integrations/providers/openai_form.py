"""Mistral and Groq: chat completions, their streams, and embeddings, in OpenAI's form."""

from __future__ import annotations

import json
from typing import Any

from tests.support.integrations.fake_usage import Usage
from tests.support.integrations.providers.server import Reply, Request, sse

REFUSAL = {"error": {"message": "The request is not acceptable.", "type": "invalid_request_error"}}
EMBEDDED = Usage(9, 0)
TOOL_CALL = {"id": "c12345678", "type": "function", "function": {"name": "get_weather", "arguments": "{}"}}


def mistral(request: Request) -> Reply:
    if request.path.startswith("/v1/conversations"):
        return _conversation(request)
    # Mistral's answers do not count the thoughts apart.
    return _answer(request, request.usage._replace(reasoning=0), request.id, {"service_tier": "standard"})


def groq(request: Request) -> Reply:
    times = {"queue_time": 0.01, "prompt_time": 0.01, "completion_time": 0.02, "total_time": 0.03}
    return _answer(request, request.usage, f"chatcmpl-{request.id}", times, {"service_tier": "on_demand"})


def _answer(
    request: Request, usage: Usage, answer_id: str, more: dict[str, Any], top: dict[str, Any] | None = None
) -> Reply:
    model = request.body["model"]
    if "embeddings" in request.path:
        counts = {"prompt_tokens": EMBEDDED.input, "total_tokens": EMBEDDED.input, "completion_tokens": 0}
        data = [{"object": "embedding", "index": 0, "embedding": [0.1] * 512}]
        whole = {"id": answer_id, "object": "list", "data": data, "model": model, "usage": counts}
        return Reply([json.dumps(whole).encode()], EMBEDDED, answer_id, model)
    counts = None if request.scenario == "no-usage" else {**_counts(usage), **more}
    base = {"id": answer_id, "created": 1_790_000_000, "model": model, **(top or {})}
    if not request.body.get("stream"):
        message: dict[str, Any] = {"role": "assistant", "content": _words(request)}
        if request.scenario == "tools":
            message |= {"content": "", "tool_calls": [TOOL_CALL]}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        whole = {**base, "object": "chat.completion", "choices": [choice], "usage": counts or {}}
        return Reply([json.dumps(whole).encode()], usage, answer_id, model)
    return Reply(
        [*_chunks(request, base, counts), b"data: [DONE]\n\n"],
        usage,
        answer_id,
        model,
        "text/event-stream",
        is_stream=True,
    )


def _chunks(request: Request, base: dict[str, Any], counts: dict[str, Any] | None) -> list[bytes]:
    made: list[bytes] = []
    for number, words in enumerate(("", "Hello", " there", "")):
        delta = {"role": "assistant", "content": words}
        choice = {"index": 0, "delta": delta, "finish_reason": "stop" if number == 3 else None}
        chunk = {**base, "object": "chat.completion.chunk", "choices": [choice]}
        if number == 3 and counts:
            # Groq states the usage in a place of its own, also if it is not asked for it.
            chunk |= {"x_groq": {"id": "req_1", "usage": counts}} if "/openai/" in request.path else {"usage": counts}
        made.append(sse(chunk))
    return made


def _words(request: Request) -> str:
    return '{"city": "Oslo"}' if request.scenario == "structured" else "Hello there"


def _counts(usage: Usage) -> dict[str, Any]:
    counts: dict[str, Any] = {
        "prompt_tokens": usage.input,
        "completion_tokens": usage.output,
        "total_tokens": usage.input + usage.output,
    }
    if usage.cache_read:
        counts["prompt_tokens_details"] = {"cached_tokens": usage.cache_read}
    if usage.reasoning:
        counts["completion_tokens_details"] = {"reasoning_tokens": usage.reasoning}
    return counts


CONNECTED = 40
"""Tokens of a conversation's tools, which are beside those of the prompt."""


def _conversation(request: Request) -> Reply:
    usage = request.usage
    counts = _counts(usage) | {"prompt_tokens": usage.input - CONNECTED, "connector_tokens": CONNECTED}
    counts["connectors"] = {"web_search": 1}
    model = request.body.get("model", "mistral-large-latest")
    output = {"object": "entry", "type": "message.output", "role": "assistant", "content": "Hello", "model": model}
    if not request.body.get("stream"):
        whole = {"object": "conversation.response", "conversation_id": "conv_1", "outputs": [output], "usage": counts}
        return Reply([json.dumps(whole).encode()], usage, "", model)
    events = [
        {"type": "conversation.response.started", "conversation_id": "conv_1"},
        {"type": "message.output.delta", "id": "m", "content": "Hello", "model": model, "role": "assistant"},
        {"type": "conversation.response.done", "usage": counts},
    ]
    parts = [sse(event, str(event["type"])) for event in events]
    return Reply(parts, usage, "", model, "text/event-stream", is_stream=True)
