"""Spans that start inside a wrapped call, as those of an SDK that emits spans by itself."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import openai
from opentelemetry import trace

from coobird.integrations.openai import wrap
from tests.support.integrations.fake_llm import FakeLLM
from tests.support.integrations.llm_calls import OPENAI_MODEL, PROMPT
from tests.support.integrations.recorder import Recorder
from tests.support.integrations.synthetic import CHAT, RUN, emit


def test_a_span_inside_a_wrapped_call_is_billed_with_what_the_wrapper_was_given(
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
    assert event["metadata"]["source"] != "wrap"  # it was the first to end
    assert event["signal_code"] == "llm"
    assert event["attributes"]["plan"] == "gold"
    assert event["attributes"]["cost_usd"] == Decimal("0.01")
