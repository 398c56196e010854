"""Spans that start inside a wrapped call, as those of an SDK that emits spans by itself."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import openai
import pytest
from opentelemetry import trace

from coobird.integrations.openai import wrap
from tests.support.integrations.fake_llm import FakeLLM
from tests.support.integrations.llm_calls import OPENAI_MODEL, PROMPT, Clients
from tests.support.integrations.recorder import Recorder
from tests.support.integrations.synthetic import CHAT, RUN, emit


def test_a_call_with_a_span_inside_is_billed_by_the_wrapper_with_what_it_was_given(
    fake: FakeLLM, coomon: Recorder, tracer: trace.Tracer
) -> None:
    def answered(response: Any) -> None:
        response.read()
        emit(tracer, CHAT | {"gen_ai.response.id": response.json()["id"]})

    http = openai.DefaultHttpxClient(event_hooks={"response": [answered]})
    with openai.OpenAI(base_url=fake.openai_url, api_key="sk-test", http_client=http) as client:
        wrap(client, coomon, signal_code="llm", attributes={"plan": "gold"}, cost=lambda call: Decimal("0.01"))
        with coomon.run(**RUN):
            client.chat.completions.create(model=OPENAI_MODEL, messages=PROMPT)
    (event,) = coomon.events
    assert event["metadata"]["source"] == "wrap"  # the span was the first to end, and waited
    assert event["signal_code"] == "llm"
    assert event["attributes"]["plan"] == "gold"
    assert event["attributes"]["cost_usd"] == Decimal("0.01")


def test_a_cost_that_a_span_leaves_open_is_that_of_the_wrapper(
    fake: FakeLLM, coomon: Recorder, tracer: trace.Tracer
) -> None:
    def answered(response: Any) -> None:
        response.read()
        emit(tracer, CHAT | {"gen_ai.response.id": response.json()["id"]})

    http = openai.DefaultHttpxClient(event_hooks={"response": [answered]})
    with openai.OpenAI(base_url=fake.openai_url, api_key="sk-test", http_client=http) as client:
        wrap(client, coomon, cost=True, provider="openai")
        with coomon.run(**RUN):
            client.chat.completions.create(model=OPENAI_MODEL, messages=PROMPT)
    (event,) = coomon.events
    assert event["metadata"]["source"] == "wrap"
    assert event["attributes"]["cost_usd"] > 0
    assert coomon.errors == []


def test_a_span_that_ends_before_the_stream_of_its_wrapped_call_is_no_second_call(
    fake: FakeLLM, coomon: Recorder, clients: Clients, tracer: trace.Tracer
) -> None:
    asked = {"gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.request.model": OPENAI_MODEL}
    with coomon.run(**RUN):
        with tracer.start_as_current_span("chat", attributes=asked):
            stream = clients.openai.chat.completions.create(model=OPENAI_MODEL, messages=PROMPT, stream=True)
        assert coomon.errors == []
        list(stream)
    assert len(fake.calls) == 1
    assert ([event["metadata"]["source"] for event in coomon.events], coomon.errors) == (["wrap"], [])


def test_a_span_around_a_wrapped_call_that_was_refused_costs_nothing(
    coomon: Recorder, clients: Clients, tracer: trace.Tracer
) -> None:
    asked = {"gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.request.model": OPENAI_MODEL}
    clients.wrap(coomon)
    with coomon.run(**RUN), tracer.start_as_current_span("chat", attributes=asked) as span:
        with pytest.raises(openai.BadRequestError):
            clients.openai.chat.completions.create(
                model=OPENAI_MODEL, messages=PROMPT, extra_headers={"x-scenario": "error"}
            )
        span.set_attribute("error.type", "FrameworkError")
        span.set_status(trace.StatusCode.ERROR)
    assert (coomon.events, coomon.errors) == ([], [])


@pytest.mark.parametrize("calls", [1, 2, 3])
def test_the_sum_of_an_agent_whose_calls_the_wrapper_bills_is_not_reported(
    fake: FakeLLM, coomon: Recorder, clients: Clients, tracer: trace.Tracer, calls: int
) -> None:
    with coomon.run(**RUN), tracer.start_as_current_span("agent") as agent:
        agent.set_attribute("openinference.span.kind", "AGENT")
        for _ in range(calls):
            clients.openai.chat.completions.create(model=OPENAI_MODEL, messages=PROMPT)
        for name in ("input", "output"):
            counted = {"input": "prompt", "output": "completion"}[name]
            total = sum(event["attributes"][f"{name}_tokens"] for event in coomon.events)
            agent.set_attribute(f"llm.token_count.{counted}", total)
    assert (len(coomon.events), coomon.errors) == (calls, [])
