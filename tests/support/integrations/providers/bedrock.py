"""Bedrock: Converse, `InvokeModel` with the bodies of each family, and their event streams."""

from __future__ import annotations

import base64
import json
import struct
import zlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from tests.support.integrations import fake_anthropic
from tests.support.integrations.fake_usage import Usage
from tests.support.integrations.providers.server import Reply, Request

REFUSAL = {"message": "The request is not acceptable.", "__type": "ValidationException"}
EMBEDDED = Usage(7, 0)
NO_COUNTS = "mistral.", "cohere."
"""Families whose bodies have no counts: the headers, or the end of the stream, have them."""


def true_usage(request: Request) -> Usage:
    usage = request.usage._replace(reasoning=0)  # Bedrock does not count the thoughts apart
    return usage._replace(cache_write=100) if request.scenario == "cached" else usage


def answer(request: Request) -> Reply:
    _, _, model, operation = request.path.split("/")
    model = unquote(model)
    usage = true_usage(request)
    if operation == "converse":
        return _json(request, _conversation(request, usage), usage, model)
    if operation == "converse-stream":
        return _events(request, _conversation_events(request, usage), usage, model)
    if operation == "invoke":
        return _invoked(request, model, usage)
    return _events(request, _chunks(request, model, usage), usage, model, kind="chunk")


def _headers(request: Request) -> dict[str, str]:
    return {"x-amzn-requestid": request.id}


def _json(request: Request, value: Any, usage: Usage, model: str, headers: dict[str, str] | None = None) -> Reply:
    body = json.dumps(value).encode()
    return Reply([body], usage, request.id, model, headers=_headers(request) | (headers or {}))


def counts(usage: Usage) -> dict[str, int]:
    """The counts of the Converse API: the cache is beside the input."""
    found = {
        "inputTokens": usage.input - usage.cache_read - usage.cache_write,
        "outputTokens": usage.output,
        "totalTokens": usage.input + usage.output,
    }
    if usage.cache_read:
        found |= {"cacheReadInputTokens": usage.cache_read, "cacheWriteInputTokens": usage.cache_write}
    return found


def _words(request: Request) -> list[dict[str, Any]]:
    if request.scenario == "tools":
        return [{"toolUse": {"toolUseId": "t1", "name": request.tool.name, "input": request.tool.arguments}}]
    if request.scenario == "thinking":
        thought = {"reasoningText": {"text": "Hm", "signature": "s"}}
        return [{"reasoningContent": thought}, {"text": "Hello there"}]
    return [{"text": '{"city": "Oslo"}' if request.scenario == "structured" else "Hello there"}]


def _stop_reason(request: Request) -> str:
    return "tool_use" if request.scenario == "tools" else "end_turn"


def _conversation(request: Request, usage: Usage) -> dict[str, Any]:
    value: dict[str, Any] = {
        "output": {"message": {"role": "assistant", "content": _words(request)}},
        "stopReason": _stop_reason(request),
        "metrics": {"latencyMs": 5},
    }
    return value if request.scenario == "no-usage" else {**value, "usage": counts(usage)}


def _conversation_events(request: Request, usage: Usage) -> list[tuple[str, Any]]:
    events: list[tuple[str, Any]] = [("messageStart", {"role": "assistant"})]
    deltas: list[dict[str, Any]] = [{"text": "Hello"}, {"text": " there"}]
    if request.scenario == "tools":
        start = {"toolUse": {"toolUseId": "t1", "name": request.tool.name}}
        events.append(("contentBlockStart", {"start": start, "contentBlockIndex": 0}))
        deltas = [{"toolUse": {"input": request.tool.arguments_text}}]
    events += [("contentBlockDelta", {"delta": delta, "contentBlockIndex": 0}) for delta in deltas]
    events += [("contentBlockStop", {"contentBlockIndex": 0}), ("messageStop", {"stopReason": _stop_reason(request)})]
    if request.scenario != "no-usage":
        events.append(("metadata", {"usage": counts(usage), "metrics": {"latencyMs": 5}}))
    return events


def _anthropic(request: Request, usage: Usage) -> dict[str, Any]:
    return fake_anthropic.message(f"msg_bdrk_{request.id}", {"model": "claude"}, request.scenario, usage)


BODIES: dict[str, Callable[[Request, Usage], dict[str, Any]]] = {
    "anthropic.": _anthropic,
    "amazon.nova": lambda request, usage: {
        "output": {"message": {"role": "assistant", "content": [{"text": "Hello"}]}},
        "stopReason": "end_turn",
        "usage": {
            "inputTokens": usage.input - usage.cache_read - usage.cache_write,
            "outputTokens": usage.output,
            "totalTokens": usage.input + usage.output,
            "cacheReadInputTokenCount": usage.cache_read,
            "cacheWriteInputTokenCount": usage.cache_write,
        },
    },
    "amazon.titan-text": lambda request, usage: {
        "inputTextTokenCount": usage.input,
        "results": [{"tokenCount": usage.output, "outputText": "Hello", "completionReason": "FINISH"}],
    },
    "amazon.titan-embed": lambda request, usage: {"embedding": [0.1] * 256, "inputTextTokenCount": EMBEDDED.input},
    "meta.llama": lambda request, usage: {
        "generation": "Hello",
        "prompt_token_count": usage.input,
        "generation_token_count": usage.output,
        "stop_reason": "stop",
    },
    "mistral.": lambda request, usage: {"outputs": [{"text": "Hello", "stop_reason": "stop"}]},
    "cohere.command": lambda request, usage: {"generations": [{"id": "x", "text": "Hello"}], "id": "x"},
    "cohere.embed": lambda request, usage: {"embeddings": [[0.1] * 64], "id": "x", "texts": ["Hi"]},
    "openai.": lambda request, usage: {
        "id": f"chatcmpl-{request.id}",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hello"}, "finish_reason": "stop"}],
        "usage": {
            "prompt_tokens": usage.input,
            "completion_tokens": usage.output,
            "total_tokens": usage.input + usage.output,
        },
    },
}


def _invoked(request: Request, model: str, usage: Usage) -> Reply:
    family = next(name for name in BODIES if name in model)
    usage = EMBEDDED if "embed" in model else usage
    headers = {"x-amzn-bedrock-input-token-count": str(usage.input - usage.cache_read - usage.cache_write)}
    headers |= {} if "embed" in model else {"x-amzn-bedrock-output-token-count": str(usage.output)}
    body = BODIES[family](request, usage)
    if request.scenario == "no-usage":
        body.pop("usage", None)
        headers = {}
    reply = _json(request, body, usage, model, headers)
    return replace(reply, id=body["id"]) if str(body.get("id", "")).startswith(("msg_", "chatcmpl-")) else reply


def _chunks(request: Request, model: str, usage: Usage) -> list[tuple[str, Any]]:
    metrics = {
        "inputTokenCount": usage.input - usage.cache_read - usage.cache_write,
        "outputTokenCount": usage.output,
        "invocationLatency": 5,
        "firstByteLatency": 1,
    }
    if usage.cache_read:
        metrics |= {"cacheReadInputTokenCount": usage.cache_read, "cacheWriteInputTokenCount": usage.cache_write}
    if "anthropic." in model:
        text = fake_anthropic.message_stream(f"msg_bdrk_{request.id}", {"model": "claude"}, request.scenario, usage)
        chunks = [json.loads(event.split("data:", 1)[1]) for event in text]
    elif "amazon.nova" in model:
        chunks = [{"messageStart": {"role": "assistant"}}, {"metadata": {"usage": counts(usage)}}]
    elif "meta.llama" in model:
        chunks = [{"generation": "Hello", "prompt_token_count": usage.input, "generation_token_count": 1}]
        chunks.append({"generation": "", "prompt_token_count": None, "generation_token_count": usage.output})
    else:
        chunks = [{"outputs": [{"text": word}]} for word in ("Hello", " there")]
    chunks[-1]["amazon-bedrock-invocationMetrics"] = metrics
    return [("chunk", {"bytes": base64.b64encode(json.dumps(chunk).encode()).decode()}) for chunk in chunks]


def _events(request: Request, events: list[tuple[str, Any]], usage: Usage, model: str, kind: str = "") -> Reply:
    parts = [message(name, json.dumps(value).encode()) for name, value in events]
    is_message = kind == "chunk" and "anthropic." in model
    return Reply(
        parts,
        usage,
        f"msg_bdrk_{request.id}" if is_message else request.id,
        model,
        "application/vnd.amazon.eventstream",
        _headers(request),
        is_stream=True,
    )


def message(event: str, payload: bytes) -> bytes:
    """One message in AWS's binary frame: lengths, checksum, headers, payload, checksum."""
    headers = b""
    for name, value in ((":event-type", event), (":content-type", "application/json"), (":message-type", "event")):
        headers += struct.pack("!B", len(name)) + name.encode()
        headers += struct.pack("!BH", 7, len(value)) + value.encode()
    prelude = struct.pack("!II", 16 + len(headers) + len(payload), len(headers))
    start = prelude + struct.pack("!I", zlib.crc32(prelude))
    return start + headers + payload + struct.pack("!I", zlib.crc32(start + headers + payload))
