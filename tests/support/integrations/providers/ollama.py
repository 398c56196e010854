"""Ollama: chat, `generate` and embeddings, a JSON value a line. Its answers have no id."""

from __future__ import annotations

import json
from typing import Any

from tests.support.integrations.fake_usage import Usage
from tests.support.integrations.providers.server import Reply, Request

REFUSAL = {"error": "The request is not acceptable."}
EMBEDDED = Usage(9, 0)


def answer(request: Request) -> Reply:
    # Ollama counts neither thoughts nor its cache apart.
    usage = Usage(*request.usage[:2])
    model = request.body["model"]
    base = {"model": model, "created_at": "2026-11-27T10:00:00Z"}
    if request.path == "/api/embed":
        whole = {**base, "embeddings": [[0.1] * 256], "total_duration": 5, "prompt_eval_count": EMBEDDED.input}
        return Reply([json.dumps(whole).encode()], EMBEDDED, "", model)
    counts = {"total_duration": 9, "load_duration": 1, "prompt_eval_duration": 3, "eval_duration": 5}
    if request.scenario != "no-usage":
        counts |= {"prompt_eval_count": usage.input, "eval_count": usage.output}
    last = {"done": True, "done_reason": "stop", **counts}
    if not request.body.get("stream", True):
        return Reply([json.dumps({**base, **_words(request, "Hello there"), **last}).encode()], usage, "", model)
    parts = [{**base, **_words(request, word), "done": False} for word in ("Hello", " there")]
    parts.append({**base, **_words(request, ""), **last})
    lines = [json.dumps(part).encode() + b"\n" for part in parts]
    return Reply(lines, usage, "", model, "application/x-ndjson", is_stream=True)


def _words(request: Request, words: str) -> dict[str, Any]:
    if request.scenario == "structured":
        words = '{"city": "Oslo"}' if words else ""
    if request.path == "/api/generate":
        return {"response": words}
    message: dict[str, Any] = {"role": "assistant", "content": words}
    if request.scenario == "tools":
        message["tool_calls"] = [{"function": {"name": "get_weather", "arguments": {"city": "Oslo"}}}]
    return {"message": message}
