"""Answers of the OpenAI API in its documented shapes (pure).

Ids and usage go in; JSON values and SSE text come out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tests.support.integrations.fake_tools import WEATHER, ToolUse
from tests.support.integrations.fake_usage import Usage

CREATED = 1_790_000_000


def chat(
    response_id: str, body: dict[str, Any], scenario: str, usage: Usage | None, tool: ToolUse = WEATHER
) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": "Hello there", "refusal": None}
    if scenario == "tools":
        function = {"name": tool.name, "arguments": tool.arguments_text}
        message |= {"content": None, "tool_calls": [{"id": "call_1", "type": "function", "function": function}]}
    finish = "tool_calls" if scenario == "tools" else "stop"
    answer = {
        "id": response_id,
        "object": "chat.completion",
        "created": CREATED,
        "model": f"{body['model']}-2024-08-06",
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": finish}],
        "service_tier": "default",
        "system_fingerprint": "fp_1",
    }
    return answer | ({"usage": _chat_usage(usage)} if usage else {})


def chat_stream(
    response_id: str, body: dict[str, Any], scenario: str, usage: Usage | None, tool: ToolUse = WEATHER
) -> Iterator[str]:
    wants_usage = (body.get("stream_options") or {}).get("include_usage") is True

    def chunk(choices: list[dict[str, Any]], usage: dict[str, Any] | None = None) -> str:
        value = {
            "id": response_id,
            "object": "chat.completion.chunk",
            "created": CREATED,
            "model": f"{body['model']}-2024-08-06",
            "service_tier": "default",
            "system_fingerprint": "fp_1",
            "choices": choices,
        }
        return _data(value | ({"usage": usage} if wants_usage else {}))

    def delta(value: dict[str, Any], finish: str | None = None) -> str:
        return chunk([{"index": 0, "delta": value, "logprobs": None, "finish_reason": finish}])

    yield delta({"role": "assistant", "content": None if scenario == "tools" else "", "refusal": None})
    if scenario == "tools":
        function = {"name": tool.name, "arguments": ""}
        yield delta({"tool_calls": [{"index": 0, "id": "call_1", "type": "function", "function": function}]})
        yield delta({"tool_calls": [{"index": 0, "function": {"arguments": tool.arguments_text}}]})
    else:
        yield delta({"content": "Hello"})
        if scenario == "cut":
            return
        if scenario == "failed":
            yield _data({"error": {"message": "The server had an error.", "type": "server_error", "code": None}})
            return
        yield delta({"content": " there"})
    yield delta({}, "tool_calls" if scenario == "tools" else "stop")
    if wants_usage and usage:
        yield chunk([], _chat_usage(usage))
    yield "data: [DONE]\n\n"


def completion(response_id: str, body: dict[str, Any], _: str, usage: Usage | None) -> dict[str, Any]:
    answer = _completion(response_id, body, "Hello there", "stop")
    return answer | ({"usage": _chat_usage(usage)} if usage else {})


def completion_stream(response_id: str, body: dict[str, Any], _: str, usage: Usage | None) -> Iterator[str]:
    for text, finish in (("Hello", None), (" there", None), ("", "stop")):
        yield _data(_completion(response_id, body, text, finish))
    if usage and (body.get("stream_options") or {}).get("include_usage") is True:
        yield _data(_completion(response_id, body, "", None) | {"choices": [], "usage": _chat_usage(usage)})
    yield "data: [DONE]\n\n"


def response(
    response_id: str, body: dict[str, Any], scenario: str, usage: Usage | None, tool: ToolUse = WEATHER
) -> dict[str, Any]:
    return _response(response_id, body, "completed", [_item(response_id, scenario, "completed", tool)], usage)


def response_stream(
    response_id: str, body: dict[str, Any], scenario: str, usage: Usage | None, tool: ToolUse = WEATHER
) -> Iterator[str]:
    number = 0

    def event(kind: str, **fields: Any) -> str:
        nonlocal number
        number += 1
        return f"event: {kind}\n" + _data({"type": kind, "sequence_number": number - 1, **fields})

    begun = _response(response_id, body, "in_progress", [], None)
    item, done = (_item(response_id, scenario, status, tool) for status in ("in_progress", "completed"))
    yield event("response.created", response=begun)
    yield event("response.in_progress", response=begun)
    yield event("response.output_item.added", output_index=0, item=item)
    where = {"item_id": item["id"], "output_index": 0}
    if scenario == "tools":
        arguments = done["arguments"]
        yield event("response.function_call_arguments.delta", delta=arguments, **where)
        yield event("response.function_call_arguments.done", arguments=arguments, name=done["name"], **where)
    else:
        where |= {"content_index": 0}
        empty = {"type": "output_text", "text": "", "annotations": [], "logprobs": []}
        yield event("response.content_part.added", part=empty, **where)
        yield event("response.output_text.delta", delta="Hello", logprobs=[], **where)
        if scenario == "cut":
            return
        if scenario == "failed":
            error = {"code": "server_error", "message": "The server had an error."}
            failed = _response(response_id, body, "failed", [], None) | {"error": error}
            yield event("response.failed", response=failed)
            return
        yield event("response.output_text.delta", delta=" there", logprobs=[], **where)
        yield event("response.output_text.done", text="Hello there", logprobs=[], **where)
        yield event("response.content_part.done", part=done["content"][0], **where)
    yield event("response.output_item.done", output_index=0, item=done)
    yield event("response.completed", response=_response(response_id, body, "completed", [done], usage))


def embeddings(_: str, body: dict[str, Any], __: str, usage: Usage | None) -> dict[str, Any]:
    answer = {
        "object": "list",
        "data": [{"object": "embedding", "index": 0, "embedding": [0.25, -0.5]}],
        "model": body["model"],
    }
    return answer | ({"usage": {"prompt_tokens": usage.input, "total_tokens": usage.input}} if usage else {})


def _completion(response_id: str, body: dict[str, Any], text: str, finish: str | None) -> dict[str, Any]:
    return {
        "id": response_id,
        "object": "text_completion",
        "created": CREATED,
        "model": body["model"],
        "choices": [{"index": 0, "text": text, "logprobs": None, "finish_reason": finish}],
    }


def _item(response_id: str, scenario: str, status: str, tool: ToolUse) -> dict[str, Any]:
    if scenario == "tools":
        arguments = tool.arguments_text if status == "completed" else ""
        call = {"type": "function_call", "call_id": "call_1", "name": tool.name, "arguments": arguments}
        return {"id": f"fc_{response_id}", "status": status, **call}
    text = {"type": "output_text", "text": "Hello there", "annotations": [], "logprobs": []}
    content = [text] if status == "completed" else []
    return {"id": f"msg_{response_id}", "type": "message", "status": status, "role": "assistant", "content": content}


def _response(
    response_id: str, body: dict[str, Any], status: str, output: list[dict[str, Any]], usage: Usage | None
) -> dict[str, Any]:
    return {
        "id": response_id,
        "object": "response",
        "created_at": CREATED,
        "status": status,
        "background": False,
        "error": None,
        "incomplete_details": None,
        "instructions": None,
        "max_output_tokens": None,
        "model": f"{body['model']}-2024-08-06",
        "output": output,
        "parallel_tool_calls": True,
        "previous_response_id": None,
        "reasoning": {"effort": None, "summary": None},
        "service_tier": "default",
        "store": True,
        "temperature": 1.0,
        "text": {"format": {"type": "text"}},
        "tool_choice": "auto",
        "tools": body.get("tools", []),
        "top_p": 1.0,
        "truncation": "disabled",
        "usage": _response_usage(usage) if usage else None,
        "metadata": {},
    }


def _chat_usage(usage: Usage) -> dict[str, Any]:
    return {
        "prompt_tokens": usage.input,
        "completion_tokens": usage.output,
        "total_tokens": usage.input + usage.output,
        "prompt_tokens_details": {"cached_tokens": usage.cache_read, "audio_tokens": 0},
        "completion_tokens_details": {
            "reasoning_tokens": usage.reasoning,
            "audio_tokens": 0,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    }


def _response_usage(usage: Usage) -> dict[str, Any]:
    return {
        "input_tokens": usage.input,
        "input_tokens_details": {"cached_tokens": usage.cache_read, "cache_write_tokens": usage.cache_write},
        "output_tokens": usage.output,
        "output_tokens_details": {"reasoning_tokens": usage.reasoning},
        "total_tokens": usage.input + usage.output,
    }


def _data(value: dict[str, Any]) -> str:
    return f"data: {json.dumps(value)}\n\n"
