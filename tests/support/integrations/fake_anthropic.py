"""Answers of the Anthropic Messages API in its documented shapes (pure).

Ids and usage go in; JSON values and SSE text come out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tests.support.integrations.fake_tools import WEATHER, ToolUse
from tests.support.integrations.fake_usage import FIRST_OUTPUT_TOKENS, Usage


def message(
    response_id: str, body: dict[str, Any], scenario: str, usage: Usage | None, tool: ToolUse = WEATHER
) -> dict[str, Any]:
    answer = _message(response_id, body) | {
        "content": [
            _tool_use(tool, tool.arguments) if scenario == "tools" else {"type": "text", "text": "Hello there"}
        ],
        "stop_reason": "tool_use" if scenario == "tools" else "end_turn",
    }
    return answer | ({"usage": _usage(usage, usage.output)} if usage else {})


def message_stream(
    response_id: str, body: dict[str, Any], scenario: str, usage: Usage | None, tool: ToolUse = WEATHER
) -> Iterator[str]:
    start = _message(response_id, body)
    if usage:
        start["usage"] = _usage(usage, FIRST_OUTPUT_TOKENS)
    yield _event("message_start", message=start)
    if scenario == "tools":
        yield _event("content_block_start", index=0, content_block=_tool_use(tool, {}))
        yield _event("ping")
        delta = {"type": "input_json_delta", "partial_json": tool.arguments_text}
        yield _event("content_block_delta", index=0, delta=delta)
    else:
        yield _event("content_block_start", index=0, content_block={"type": "text", "text": ""})
        yield _event("ping")
        yield _event("content_block_delta", index=0, delta={"type": "text_delta", "text": "Hello"})
        if scenario == "cut":
            return
        if scenario == "failed":
            yield _event("error", error={"type": "overloaded_error", "message": "Overloaded"})
            return
        yield _event("content_block_delta", index=0, delta={"type": "text_delta", "text": " there"})
    yield _event("content_block_stop", index=0)
    stop = {"stop_reason": "tool_use" if scenario == "tools" else "end_turn", "stop_sequence": None}
    # The counts are cumulative, and only the output is required.
    last: dict[str, Any] = {"output_tokens": usage.output} if usage else {}
    if usage and usage.reasoning:
        last["output_tokens_details"] = {"thinking_tokens": usage.reasoning}
    yield _event("message_delta", delta=stop, **({"usage": last} if usage else {}))
    yield _event("message_stop")


def _tool_use(tool: ToolUse, arguments: dict[str, Any]) -> dict[str, Any]:
    return {"type": "tool_use", "id": "toolu_1", "name": tool.name, "input": arguments}


def _message(response_id: str, body: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": response_id,
        "type": "message",
        "role": "assistant",
        "model": body["model"],
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
    }


def _usage(usage: Usage, output: int) -> dict[str, Any]:
    value: dict[str, Any] = {
        "input_tokens": usage.input - usage.cache_read - usage.cache_write,
        "cache_creation_input_tokens": usage.cache_write,
        "cache_read_input_tokens": usage.cache_read,
        "cache_creation": {"ephemeral_5m_input_tokens": usage.cache_write, "ephemeral_1h_input_tokens": 0},
        "output_tokens": output,
        "service_tier": "standard",
    }
    if usage.reasoning and output == usage.output:
        value["output_tokens_details"] = {"thinking_tokens": usage.reasoning}
    return value


def _event(kind: str, **fields: Any) -> str:
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **fields})}\n\n"
