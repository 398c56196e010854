"""Gemini: `generateContent`, its stream, and embeddings, of the Gemini API and of Vertex AI."""

from __future__ import annotations

import json
from typing import Any

from tests.support.integrations.fake_usage import Usage
from tests.support.integrations.providers.server import Reply, Request, sse

REFUSAL = {"error": {"code": 400, "message": "The request is not acceptable.", "status": "INVALID_ARGUMENT"}}

TOOL_USE = 20
"""Tokens of tool use, which are beside those of the prompt, in the scenario `tools`."""

EMBEDDED = Usage(9, 0)


def answer(request: Request) -> Reply:
    path, _, operation = request.path.partition("?")[0].rpartition(":")
    model = path.rpartition("/")[2]
    if operation == "batchEmbedContents":
        return _reply(request, {"embeddings": [{"values": [0.1] * 768}]}, Usage(0, 0), model)
    if operation == "predict":
        statistics = {"token_count": EMBEDDED.input, "truncated": False}
        predictions = [{"embeddings": {"values": [0.1] * 768, "statistics": statistics}}]
        return _reply(request, {"predictions": predictions}, EMBEDDED, model)
    if operation == "embedContent":
        usage = {"promptTokenCount": EMBEDDED.input, "totalTokenCount": EMBEDDED.input}
        return _reply(request, {"embedding": {"values": [0.1]}, "usageMetadata": usage}, EMBEDDED, model)
    if operation == "streamGenerateContent":
        chunks = [_chunk(request, model, words, part) for part, words in enumerate(("Hello", " there", ""), 1)]
        parts = [sse(chunk) for chunk in chunks]
        return Reply(parts, request.usage, chunks[0]["responseId"], model, "text/event-stream", is_stream=True)
    whole = _chunk(request, model, "Hello there", 3)
    return _reply(request, whole, request.usage, model)


def _reply(request: Request, value: dict[str, Any], usage: Usage, model: str) -> Reply:
    return Reply([json.dumps(value).encode()], usage, value.get("responseId", ""), model)


def _chunk(request: Request, model: str, words: str, part: int) -> dict[str, Any]:
    """One chunk of a stream: the counts so far, and in its third part the final ones."""
    content: dict[str, Any] = {"text": words}
    has_called = any("functionResponse" in p for c in request.body.get("contents", ()) for p in c.get("parts", ()))
    if request.scenario == "tools" and request.body.get("tools") and not has_called:
        call = {"functionCall": {"name": request.tool.name, "args": request.tool.arguments}}
        content = call if part == 3 else {"text": ""}
    if request.scenario == "structured":
        content = {"text": '{"city": "Oslo"}' if part == 3 else ""}
    candidate: dict[str, Any] = {"content": {"role": "model", "parts": [content]}, "index": 0}
    chunk = {"candidates": [candidate], "modelVersion": model, "responseId": f"r{request.id[:21]}"}
    if part == 3:
        candidate["finishReason"] = "STOP"
    if request.scenario != "no-usage":
        chunk["usageMetadata"] = usage_of(request, request.usage, part)
    return chunk


def usage_of(request: Request, usage: Usage, part: int) -> dict[str, Any]:
    tool_use = TOOL_USE if request.scenario == "tools" else 0
    words = (usage.output - usage.reasoning) * part // 3
    counts = {
        "promptTokenCount": usage.input - tool_use,
        "candidatesTokenCount": words,
        "totalTokenCount": usage.input + words + usage.reasoning,
        "promptTokensDetails": [{"modality": "TEXT", "tokenCount": usage.input - tool_use}],
    }
    if tool_use:
        counts["toolUsePromptTokenCount"] = tool_use
        counts["toolUsePromptTokensDetails"] = [{"modality": "TEXT", "tokenCount": tool_use}]
    if usage.reasoning:
        counts["thoughtsTokenCount"] = usage.reasoning
    if usage.cache_read:
        counts["cachedContentTokenCount"] = usage.cache_read
        counts["cacheTokensDetails"] = [{"modality": "TEXT", "tokenCount": usage.cache_read}]
    return counts
