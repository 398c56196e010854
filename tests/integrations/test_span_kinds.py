"""Kinds of model calls that spans stand for, before and after they have ended."""

from __future__ import annotations

from typing import Any

import pytest

from coobird.integrations._metering.span_kinds import is_of_call, operation_of_span

NAMED: list[tuple[dict[str, Any], str | None]] = [
    ({"gen_ai.operation.name": "chat"}, "chat"),
    ({"gen_ai.operation.name": "Converse"}, "chat"),
    ({"gen_ai.operation.name": "responses"}, "chat"),
    ({"gen_ai.operation.name": "text_completion"}, "text_completion"),
    ({"gen_ai.operation.name": "embed"}, "embeddings"),
    ({"openinference.span.kind": "LLM"}, "chat"),
    ({"openinference.span.kind": "EMBEDDING"}, "embeddings"),
    ({"gen_ai.system": "openai", "gen_ai.request.model": "gpt-4o"}, "chat"),
    ({"gen_ai.operation.name": "invoke_agent", "gen_ai.system": "openai", "gen_ai.request.model": "m"}, None),
    ({"gen_ai.operation.name": "execute_tool"}, None),
    ({"openinference.span.kind": "AGENT", "llm.model_name": "m", "llm.system": "openai"}, None),
    ({"traceloop.span.kind": "workflow", "gen_ai.system": "openai", "gen_ai.request.model": "m"}, None),
    ({"gen_ai.agent.name": "a", "gen_ai.system": "openai", "gen_ai.request.model": "m"}, None),
    ({"http.request.method": "POST"}, None),
    ({}, None),
]


@pytest.mark.parametrize(("attributes", "operation"), NAMED, ids=str)
def test_a_span_is_of_a_call_before_it_has_ended_as_after(attributes: dict[str, Any], operation: str | None) -> None:
    assert operation_of_span(attributes) == operation
    assert is_of_call(attributes) == (operation is not None)


@pytest.mark.parametrize(
    "attributes",
    [
        {"llm.invocation_parameters": "{}"},
        {"embedding.invocation_parameters": "{}"},
        {"llm.request.type": "chat"},
        {"llm.request.type": "completion"},
        {"llm.request.type": "embedding"},
    ],
    ids=str,
)
def test_a_span_whose_kind_is_not_written_yet_is_of_a_call_whose_operation_is_unknown(
    attributes: dict[str, Any],
) -> None:
    assert operation_of_span(attributes) is None
    assert is_of_call(attributes)


@pytest.mark.parametrize(
    "attributes",
    [
        {"openinference.span.kind": "AGENT", "llm.invocation_parameters": "{}"},
        {"openinference.span.kind": "CHAIN", "llm.request.type": "chat"},
        {"gen_ai.operation.name": "invoke_agent", "llm.request.type": "chat"},
    ],
    ids=str,
)
def test_a_kind_that_is_written_decides_whatever_else_is_there(attributes: dict[str, Any]) -> None:
    assert not is_of_call(attributes)


@pytest.mark.parametrize("kind", ["rerank", "unknown"])
def test_a_request_of_another_type_is_of_no_call(kind: str) -> None:
    assert not is_of_call({"llm.request.type": kind})
