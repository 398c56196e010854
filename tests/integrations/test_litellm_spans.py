"""Spans as LiteLLM's own callback for OpenTelemetry writes them: one event, or a report."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider

from coobird.errors import InvalidEventError
from coobird.integrations import UsageMissingError
from coobird.integrations._metering.ledger import ledger_of
from tests.support.integrations.recorder import Recorder
from tests.support.integrations.synthetic import RUN, with_id


def written(call_type: str = "acompletion", **more: Any) -> dict[str, Any]:
    """Attributes that LiteLLM writes on the span of a call."""
    return {
        "litellm.call_id": f"{uuid.uuid4()}",
        "llm.request.type": call_type,
        "gen_ai.operation.name": "chat" if call_type == "completion" else call_type,
        "gen_ai.system": "openai",
        "gen_ai.request.model": "gpt-5",
        "gen_ai.response.model": "gpt-5-2026",
        "gen_ai.response.id": f"chatcmpl-{uuid.uuid4().hex}",
        "gen_ai.usage.input_tokens": 1000,
        "gen_ai.usage.output_tokens": 50,
        "gen_ai.usage.total_tokens": 1050,
        "llm.is_streaming": "False",
        **more,
    }


def raw(answer: dict[str, Any]) -> dict[str, Any]:
    """Attributes of the span of the raw request."""
    return {"llm.openai.model": answer["gen_ai.response.model"], "llm.openai.id": answer["gen_ai.response.id"]}


@pytest.fixture
def litellm(provider: TracerProvider) -> trace.Tracer:
    return provider.get_tracer("litellm")


def end(tracer: trace.Tracer, attributes: dict[str, Any], name: str = "litellm_request") -> None:
    tracer.start_span(name, attributes=attributes).end()


@pytest.mark.parametrize(
    ("call_type", "operation"),
    [
        ("completion", "chat"),
        ("acompletion", "chat"),
        ("aresponses", "chat"),
        ("anthropic_messages", "chat"),
        ("atext_completion", "text_completion"),
        ("embedding", "embeddings"),
        ("aembedding", "embeddings"),
    ],
)
def test_a_call_of_each_function_that_calls_a_model_of_words_is_billed(
    coomon: Recorder, litellm: trace.Tracer, call_type: str, operation: str
) -> None:
    with coomon.run(**RUN):
        end(litellm, written(call_type))
    (event,) = coomon.events
    assert event["attributes"]["operation"] == operation
    assert event["attributes"]["input_tokens"] == 1000
    assert event["metadata"]["source"] == "opentelemetry.litellm"
    assert coomon.errors == []


@pytest.mark.parametrize("call_type", ["aimage_generation", "arerank", "transcription", "aspeech"])
def test_a_call_of_another_function_is_none_of_a_model_of_words(
    coomon: Recorder, litellm: trace.Tracer, call_type: str
) -> None:
    with coomon.run(**RUN):
        end(litellm, written(call_type))
    assert (coomon.events, coomon.errors) == ([], [])


def test_the_id_of_the_call_is_not_taken_for_one_of_the_answer(coomon: Recorder, litellm: trace.Tracer) -> None:
    answer = written("aembedding")
    answer["gen_ai.response.id"] = answer["litellm.call_id"]
    with coomon.run(**RUN):
        end(litellm, answer)
    assert "response_id" not in coomon.events[0]["metadata"]


def test_an_answer_of_litellms_cache_is_no_call(coomon: Recorder, litellm: trace.Tracer) -> None:
    with coomon.run(**RUN):
        end(litellm, written(**{"litellm.cache_hit": True}))
    assert (coomon.events, coomon.errors) == ([], [])


@pytest.mark.parametrize("has_ended", [False, True], ids=["written over", "ended"])
def test_each_call_that_left_no_span_of_its_own_is_reported(
    coomon: Recorder, provider: TracerProvider, litellm: trace.Tracer, has_ended: bool
) -> None:
    answers = [written(), written()]
    with coomon.run(**RUN):
        yours = provider.get_tracer("shop").start_span("order")
        if has_ended:
            yours.end()
        for answer in answers:
            if not has_ended:
                yours.set_attributes(answer)
            litellm.start_span("raw_gen_ai_request", trace.set_span_in_context(yours), attributes=raw(answer)).end()
        if not has_ended:
            yours.end()
    assert [event["attributes"].get("usage_inexact") for event in coomon.events] == [True] * (not has_ended)
    reported = [error.call.get("response_id") for error in coomon.errors if "is not billed" in str(error).lower()]
    assert reported == [answer["gen_ai.response.id"] for answer in answers[: 2 if has_ended else 1]]


def test_a_raw_request_below_a_span_of_the_call_is_no_second_call(coomon: Recorder, litellm: trace.Tracer) -> None:
    answer = written()
    with coomon.run(**RUN):
        call = litellm.start_span("litellm_request", attributes=answer)
        call.end()
        inside = trace.set_span_in_context(call)
        litellm.start_span("raw_gen_ai_request", inside, attributes={"llm.gemini.model": "gemini-2.5-flash"}).end()
    assert (len(coomon.events), coomon.errors) == (1, [])


def test_a_call_that_the_logger_has_seen_begin_is_left_to_it(coomon: Recorder, litellm: trace.Tracer) -> None:
    seen, unseen = written(), written()
    ledger_of(coomon).begin_framework_call(seen["litellm.call_id"])
    with coomon.run(**RUN):
        end(litellm, seen)
        end(litellm, unseen)
    assert [event["metadata"]["response_id"] for event in coomon.events] == [unseen["gen_ai.response.id"]]


def test_a_call_that_is_reported_outside_of_its_run_is_billed_by_a_reporter_that_knows_the_run(
    coomon: Recorder, provider: TracerProvider, litellm: trace.Tracer
) -> None:
    known, unknown = written(), written()
    end(litellm, known)
    end(litellm, unknown)
    with coomon.run(**RUN):
        end(provider.get_tracer("an.sdk"), with_id(**{"gen_ai.response.id": known["gen_ai.response.id"]}))
    assert coomon.errors == []
    provider.shutdown()
    assert [event["metadata"]["response_id"] for event in coomon.events] == [known["gen_ai.response.id"]]
    (error,) = coomon.errors
    assert isinstance(error, InvalidEventError)


def test_a_stream_whose_words_litellm_may_have_counted_is_marked_inexact(
    coomon: Recorder, litellm: trace.Tracer
) -> None:
    with coomon.run(**RUN):
        end(litellm, written(**{"llm.is_streaming": "True"}))
        end(
            litellm,
            written(
                **{"llm.is_streaming": "True", "gen_ai.system": "anthropic", "gen_ai.response.finish_reasons": "end"}
            ),
        )
    marks = [event["attributes"].get("usage_inexact", False) for event in coomon.events]
    assert sorted(marks) == [False, True]


def test_a_call_that_the_provider_refused_is_neither_billed_nor_reported(
    coomon: Recorder, litellm: trace.Tracer
) -> None:
    refused = {name: value for name, value in written().items() if "usage" not in name}
    refused["gen_ai.response.id"] = refused["litellm.call_id"]
    with coomon.run(**RUN):
        span = litellm.start_span("litellm_request", attributes=refused)
        span.add_event("exception", {"exception.type": "litellm.exceptions.BadRequestError"})
        span.set_status(trace.StatusCode.ERROR)
        span.end()
    assert (coomon.events, coomon.errors) == ([], [])


def test_a_raw_request_that_nothing_else_reports_says_what_to_do(coomon: Recorder, litellm: trace.Tracer) -> None:
    with coomon.run(**RUN):
        end(litellm, raw(written()), "raw_gen_ai_request")
    (error,) = coomon.errors
    assert isinstance(error, UsageMissingError)
    assert "USE_OTEL_LITELLM_REQUEST_SPAN" in str(error)
