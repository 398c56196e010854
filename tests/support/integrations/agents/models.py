"""Models for agents on 127.0.0.1: OpenAI, Anthropic, Gemini and Bedrock, on one server.

    with agent_models() as fake:
        client = openai.AsyncOpenAI(api_key="x", base_url=f"{fake.url}/v1")
        ...                                     # an agent's run
        assert fake.calls[0].usage == Usage(1001, 101, cache_read=201)

A model that is offered tools calls the first one, and answers in words when it has the result
(except if the request demands a call of a tool, or offers one by which to answer). The
texts among the tool's arguments are the customer of the request (`customer_of`), so that the
requests of a tool that is an agent name the same customer. Each answer has counts of its own, so an
event can be that of one answer only.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.support.integrations import fake_anthropic, fake_openai
from tests.support.integrations.fake_tools import ToolUse
from tests.support.integrations.fake_usage import Usage
from tests.support.integrations.providers import bedrock, gemini
from tests.support.integrations.providers.server import Fake, Reply, Request

REFUSAL: dict[str, Any] = {
    "error": {"message": "The request is not acceptable.", "type": "invalid_request_error", "code": 400},
    "message": "The request is not acceptable.",
}


def agent_models() -> Fake:
    """Return a server, to be used as a context manager."""
    numbers = itertools.count(1)
    return Fake(lambda request: answer(request, next(numbers)), REFUSAL)


def answer(request: Request, number: int) -> Reply:
    counted = Usage(1000 + number, 100 + number, cache_read=200 + number)
    request = replace(request, counted=counted)
    is_done = _has_result(request.body) and not _demands_a_tool(request.body.get("tool_choice"))
    use = _use_of_a_tool(request.body, is_done=is_done)
    if request.scenario == "plain" and use is not None:
        request = replace(request, scenario="tools", tool=use)
    path = request.path.partition("?")[0]
    if path.startswith("/model/"):
        return bedrock.answer(request)
    if "enerateContent" in path:
        return gemini.answer(request)
    return _answer_of(request, *_FORMS[path])


def customer_of(body: object) -> str:
    """Return the customer who is named in a request, such as `cust_a`."""
    (name,) = set(re.findall(r"cust_[a-z]+", json.dumps(body)))
    return str(name)


_FORMS: dict[str, tuple[str, Callable[..., Any], Callable[..., Any]]] = {
    "/v1/chat/completions": ("chatcmpl-", fake_openai.chat, fake_openai.chat_stream),
    "/v1/responses": ("resp_", fake_openai.response, fake_openai.response_stream),
    "/v1/messages": ("msg_", fake_anthropic.message, fake_anthropic.message_stream),
}


def _answer_of(request: Request, prefix: str, whole: Callable[..., Any], stream: Callable[..., Any]) -> Reply:
    body, usage = request.body, None if request.scenario == "no-usage" else request.usage
    given = (f"{prefix}{request.id}", body, request.scenario, usage, request.tool)
    if not body.get("stream"):
        return Reply([json.dumps(whole(*given)).encode()], request.usage, given[0], body["model"])
    parts = [event.encode() for event in stream(*given)]
    return Reply(parts, request.usage, given[0], body["model"], "text/event-stream", is_stream=True)


def _use_of_a_tool(body: dict[str, Any], *, is_done: bool) -> ToolUse | None:
    """Return a use of the first function that a request offers, in the form of any provider.

    Args:
        is_done: True if the model has what it needs for its answer.
    """
    tools = [_declared(tool) for tool in body.get("tools") or body.get("toolConfig", {}).get("tools") or []]
    answering = [tool for tool in tools if tool["name"] == ANSWERING]
    others = [] if is_done else [tool for tool in tools if tool not in answering]
    for tool in (*others, *answering):
        schema = next((tool[name] for name in _SCHEMAS if tool.get(name)), {})
        return ToolUse(tool["name"], _filled(schema.get("json", schema), customer_of(body)))
    return None


def _declared(tool: dict[str, Any]) -> dict[str, Any]:
    """Return the declaration of a function: name and schema."""
    found: dict[str, Any] = (
        tool.get("function") or tool.get("toolSpec") or next(iter(tool.get("functionDeclarations", ())), tool)
    )
    return found


ANSWERING = "final_answer"
"""Tool that an agent of smolagents calls to answer."""

_SCHEMAS = ("parameters", "input_schema", "inputSchema", "parametersJsonSchema", "parameters_json_schema")

_SAMPLES = {"integer": 7, "number": 7, "boolean": True, "array": [], "object": {}}


def _filled(schema: dict[str, Any], text: str) -> dict[str, Any]:
    """Return arguments that a schema allows: `text` for each text that may be any, and so on."""

    def value_of(of: dict[str, Any]) -> Any:
        if of.get("minItems"):
            return [_filled(of["items"], text)] * of["minItems"]
        return next(iter(of.get("enum") or ()), None) or _SAMPLES.get(str(of.get("type")).lower(), text)

    properties: dict[str, Any] = schema.get("properties", {})
    return {name: value_of(of) for name, of in properties.items()}


def _demands_a_tool(choice: Any) -> bool:
    return isinstance(choice, dict) and choice["type"] in ("function", "tool")


def _has_result(body: dict[str, Any]) -> bool:
    """True if the newest part of the conversation is the result of a tool."""
    turns = body.get("messages") or body.get("input") or body.get("contents") or []
    newest = json.dumps(turns[-1]) if isinstance(turns, list) and turns else ""
    return any(f'"{mark}' in newest for mark in _RESULTS)


_RESULTS = (
    *(f'{mark}"' for mark in ("tool", "function_call_output", "tool_result")),
    *(f'{mark}"' for mark in ("functionResponse", "function_response", "toolResult")),
    "Observation:",  # smolagents writes the result as text
)
