"""Span processor with attributes of old and new instrumentations. The matrix has the real ones."""

from __future__ import annotations

import json
from typing import Any

import pytest
from opentelemetry import baggage, context, trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.trace import Status, StatusCode

from coobird.integrations import MeteringError, UsageMissingError
from coobird.integrations.opentelemetry import CoobirdSpanProcessor
from tests.support.integrations.recorder import Recorder
from tests.support.integrations.synthetic import CHAT, RUN, emit, with_id


def attributes(coomon: Recorder) -> dict[str, Any]:
    (event,) = coomon.events
    return event["attributes"]


@pytest.mark.parametrize(
    "names",
    [
        {
            "gen_ai.provider.name": "anthropic",
            "gen_ai.usage.input_tokens": 1000,
            "gen_ai.usage.output_tokens": 50,
            "gen_ai.usage.cache_read.input_tokens": 700,
            "gen_ai.usage.cache_write.input_tokens": 100,
            "gen_ai.usage.reasoning.output_tokens": 20,
        },
        {
            "gen_ai.system": "anthropic",
            "gen_ai.usage.prompt_tokens": 1000,
            "gen_ai.usage.completion_tokens": 50,
            "gen_ai.usage.cache_read_input_tokens": 700,
            "gen_ai.usage.cache_creation.input_tokens": 100,
            "gen_ai.usage.reasoning_tokens": 20,
        },
        {
            "openinference.span.kind": "LLM",
            "llm.system": "anthropic",
            "llm.token_count.prompt": 1000,
            "llm.token_count.completion": 50,
            "llm.token_count.prompt_details.cache_read": 700,
            "llm.token_count.prompt_details.cache_write": 100,
            "llm.token_count.completion_details.reasoning": 20,
        },
        {
            # Some instrumentations leave the cache out of the total.
            "gen_ai.provider.name": "anthropic",
            "gen_ai.usage.input_tokens": 200,
            "gen_ai.usage.output_tokens": 50,
            "gen_ai.usage.cache_read.input_tokens": 700,
            "gen_ai.usage.cache_creation.input_tokens": 100,
            "gen_ai.usage.reasoning_tokens": 20,
        },
    ],
    ids=["today", "before", "OpenInference", "cache apart from the total"],
)
def test_names_of_all_ages_give_the_same_event(coomon: Recorder, tracer: trace.Tracer, names: dict[str, Any]) -> None:
    with coomon.run(**RUN):
        emit(tracer, {"gen_ai.request.model": "m", "llm.model_name": "m", **names})
    assert attributes(coomon) == {
        "provider": "anthropic",
        "operation": "chat",
        "model": "m",
        "input_tokens": 1000,
        "output_tokens": 50,
        "total_tokens": 1050,
        "cache_read_input_tokens": 700,
        "cache_write_input_tokens": 100,
        "reasoning_output_tokens": 20,
    }


def test_the_newest_name_wins(coomon: Recorder, tracer: trace.Tracer) -> None:
    old = {
        "gen_ai.system": "old",
        "gen_ai.usage.prompt_tokens": 1,
        "llm.token_count.prompt": 2,
        "gen_ai.request.model": "x",
    }
    with coomon.run(**RUN):
        emit(tracer, with_id(**old))
    assert (attributes(coomon)["provider"], attributes(coomon)["input_tokens"]) == ("openai", 1000)
    assert attributes(coomon)["model"] == "gpt-5-2026"


@pytest.mark.parametrize(
    "attributes_of_other",
    [
        {"gen_ai.operation.name": name, **{key: value for key, value in CHAT.items() if "operation" not in key}}
        for name in ("invoke_agent", "invoke_workflow", "create_agent", "execute_tool", "retrieval")
    ]
    + [
        {"openinference.span.kind": kind, "llm.token_count.prompt": 5, "llm.system": "x"}
        for kind in ("AGENT", "CHAIN", "TOOL")
    ]
    + [{"traceloop.span.kind": "workflow", "gen_ai.system": "openai", "gen_ai.request.model": "m"}]
    + [{"http.request.method": "GET", "url.full": "http://127.0.0.1/"}, {}],
    ids=str,
)
def test_a_span_that_only_sums_up_is_no_call(
    coomon: Recorder, tracer: trace.Tracer, attributes_of_other: dict[str, Any]
) -> None:
    with coomon.run(**RUN):
        emit(tracer, attributes_of_other)
    assert (coomon.events, coomon.errors) == ([], [])


@pytest.mark.parametrize(
    "name",
    [
        "OpenAI._prepare_chat_with_tools",
        "StreamingAgentChatResponse.write_response_to_history",
        "StreamingAgentChatResponse.awrite_response_to_history",
    ],
)
def test_a_span_of_a_method_that_asks_no_model_is_no_call_whatever_its_kind(
    coomon: Recorder, provider: TracerProvider, name: str
) -> None:
    tracer = provider.get_tracer("openinference.instrumentation.llama_index")
    with coomon.run(**RUN):
        emit(tracer, {"openinference.span.kind": "LLM", "llm.model_name": "gpt-4o"}, name)
        assert (coomon.events, coomon.errors) == ([], [])
        emit(tracer, {"openinference.span.kind": "LLM", "llm.model_name": "gpt-4o"}, "OpenAI.chat")
    (error,) = coomon.errors
    assert isinstance(error, UsageMissingError)


@pytest.mark.parametrize(
    "usage",
    [
        {},
        {"gen_ai.usage.input_tokens": 0, "gen_ai.usage.output_tokens": 0},
        # AutoGen writes its answer with zeros if a stream had no usage.
        {"output.value": json.dumps({"content": "Hi", "usage": {"prompt_tokens": 0, "completion_tokens": 0}})},
        {"output.value": json.dumps({"object": "response", "usage": {"input_tokens": 0, "output_tokens": 0}})},
        {"output.value": json.dumps({"type": "message", "usage": {"input_tokens": 0, "output_tokens": 0}})},
    ],
    ids=str,
)
def test_a_finished_call_without_usage_is_reported_and_not_billed_as_zero(
    coomon: Recorder, tracer: trace.Tracer, usage: dict[str, Any]
) -> None:
    bare = {key: value for key, value in with_id().items() if "usage" not in key} | usage
    with coomon.run(**RUN):
        emit(tracer, bare)
        emit(tracer, bare)
    assert coomon.events == []
    (error,) = coomon.errors
    assert isinstance(error, UsageMissingError)
    assert error.call["response_id"] == bare["gen_ai.response.id"]


@pytest.mark.parametrize(
    ("model", "method", "is_estimate"),
    [
        ("cohere.command-r-v1:0", "InvokeModel", True),
        ("us.mistral.mistral-7b-instruct-v0:2", "InvokeModelWithResponseStream", True),
        ("mistral.mistral-7b-instruct-v0:2", None, True),
        ("cohere.command-r-v1:0", "Converse", False),
        ("us.anthropic.claude-sonnet-4-5-20250929-v1:0", "Converse", False),
        ("amazon.titan-text-express-v1", "InvokeModel", False),
        ("meta.llama3-70b-instruct-v1:0", "InvokeModel", False),
    ],
)
def test_only_numbers_that_an_instrumentation_estimates_are_not_billed(
    coomon: Recorder, provider: TracerProvider, model: str, method: str | None, is_estimate: bool
) -> None:
    answer = with_id() | {"gen_ai.response.model": model, "gen_ai.provider.name": "aws.bedrock"}
    with coomon.run(**RUN):
        emit(
            provider.get_tracer("opentelemetry.instrumentation.botocore.bedrock-runtime"),
            answer | ({} if method is None else {"rpc.method": method}),
        )
    assert (len(coomon.events), len(coomon.errors)) == ((0, 1) if is_estimate else (1, 0))
    assert ["estimates" in str(error) for error in coomon.errors] == [True] * is_estimate


@pytest.mark.parametrize("value", [-1, 1.5, "12", True, float("nan"), float("inf")])
def test_a_count_that_is_no_count_is_no_usage(coomon: Recorder, tracer: trace.Tracer, value: Any) -> None:
    with coomon.run(**RUN):
        emit(tracer, with_id(**{"gen_ai.usage.input_tokens": value}))
    assert coomon.events == []
    assert [type(error) for error in coomon.errors] == [UsageMissingError]


def test_an_id_that_the_model_wrote_does_not_make_two_calls_one(coomon: Recorder, tracer: trace.Tracer) -> None:
    written = json.dumps({"id": "550e8400-e29b-41d4-a716-446655440000", "city": "Oslo"})
    counts = {"llm.token_count.prompt": 10, "llm.token_count.completion": 5}
    with coomon.run(**RUN):
        for _ in range(2):
            emit(tracer, {"openinference.span.kind": "LLM", "llm.model_name": "m", "output.value": written, **counts})
    assert len({event["event_id"] for event in coomon.events}) == 2
    assert coomon.errors == []


@pytest.mark.parametrize(
    "names",
    [
        {"gen_ai.operation.name": "embeddings", "gen_ai.request.model": "e", "gen_ai.usage.input_tokens": 7},
        {"openinference.span.kind": "EMBEDDING", "embedding.model_name": "e", "llm.token_count.prompt": 7},
    ],
    ids=str,
)
def test_an_embedding_has_no_output_and_is_complete(
    coomon: Recorder, tracer: trace.Tracer, names: dict[str, Any]
) -> None:
    with coomon.run(**RUN):
        emit(tracer, names)
    assert (attributes(coomon)["model"], attributes(coomon)["total_tokens"]) == ("e", 7)
    assert coomon.errors == []


def test_a_span_is_billed_to_the_run_in_which_it_started(coomon: Recorder, tracer: trace.Tracer) -> None:
    with coomon.run(**RUN, signal_code="llm", attributes={"tier": "gold"}):
        span = tracer.start_span("chat", attributes=with_id())
    with coomon.run(customer_id="other", agent_id="other", attributes={"leak": 1}):
        span.end()
    (event,) = coomon.events
    assert (event["customer_id"], event["agent_id"], event["signal_code"]) == ("cust", "agent", "llm")
    assert event["attributes"]["tier"] == "gold"
    assert "leak" not in event["attributes"]


def test_a_span_started_outside_any_run_is_not_billed_to_the_run_it_ends_in(
    coomon: Recorder, tracer: trace.Tracer
) -> None:
    span = tracer.start_span("chat", attributes=with_id())
    with coomon.run(**RUN):
        span.end()
    assert coomon.events == []
    assert [type(error).__name__ for error in coomon.errors] == ["InvalidEventError"]


def test_span_attributes_win_over_the_run_and_the_run_over_baggage_and_baggage_over_arguments(coomon: Recorder) -> None:
    provider = TracerProvider()
    provider.add_span_processor(CoobirdSpanProcessor(coomon, customer_id="argument", agent_id="argument"))
    tracer = provider.get_tracer("x")

    def emit_one(**more: Any) -> None:
        emit(tracer, with_id(**more))

    emit_one()
    mark = context.attach(baggage.set_baggage("coobird.customer_id", "baggage"))
    emit_one()
    with coomon.run(customer_id="run"):
        emit_one()
        emit_one(**{"coobird.customer_id": "span", "coobird.agent_id": "span"})
    context.detach(mark)
    provider.shutdown()
    assert [event["customer_id"] for event in coomon.events] == ["argument", "baggage", "run", "span"]
    assert [event["agent_id"] for event in coomon.events] == ["argument"] * 3 + ["span"]


def test_spans_are_only_read_and_nothing_global_is_touched(coomon: Recorder) -> None:
    before = trace.get_tracer_provider()
    provider, ended = TracerProvider(), []
    provider.add_span_processor(CoobirdSpanProcessor(coomon))
    provider.add_span_processor(_Keep(ended))
    answer = with_id()
    with coomon.run(**RUN):
        emit(provider.get_tracer("x"), answer)
    provider.shutdown()
    assert trace.get_tracer_provider() is before
    assert dict(ended[0].attributes) == answer
    assert (ended[0].name, list(ended[0].events), list(ended[0].links)) == ("chat", [], [])


class _Keep(CoobirdSpanProcessor):
    def __init__(self, ended: list[Any]) -> None:
        super().__init__(Recorder())
        self._ended = ended

    def on_end(self, span: ReadableSpan) -> None:
        self._ended.append(span)


class _Broken(Recorder):
    def track_task(self, **_: Any) -> None:
        raise RuntimeError("no")


def test_a_failure_is_reported_and_does_not_reach_the_program(coomon: Recorder) -> None:
    broken = _Broken()
    provider = TracerProvider()
    provider.add_span_processor(CoobirdSpanProcessor(broken))
    emit(provider.get_tracer("x"), with_id())
    provider.shutdown()
    assert [type(error) for error in broken.errors] == [MeteringError]


@pytest.mark.parametrize(
    "left",
    [
        {"error.type": "RateLimitError"},
        {"error.type": "OpenAIInvalidRequestError", "gen_ai.response.model": "gpt-5"},
        {"error.type": "cohere.errors.BadRequestError", "output.value": '{"role": "assistant"}'},
        {"error.type": "OpenAIModelNotFoundError", "output.value": '{"generations": [[{"text": ""}]]}'},
        {"error.type": "BadRequestError", "output.value": '{"generations": [[]], "llm_output": null}'},
    ],
    ids=lambda left: left["error.type"],
)
def test_a_refused_call_is_nothing_to_report(coomon: Recorder, tracer: trace.Tracer, left: dict[str, Any]) -> None:
    with coomon.run(**RUN), tracer.start_as_current_span("chat") as span:
        span.set_attributes({"gen_ai.operation.name": "chat", "gen_ai.system": "openai", **left})
        span.set_status(Status(StatusCode.ERROR, left["error.type"]))
    assert (coomon.events, coomon.errors) == ([], [])


@pytest.mark.parametrize(
    "text",
    [
        "Error getting response: {'error': \"Error code: 400 - {'error': {'message': 'No.'}}\"}",
        "openai.RateLimitError: try again",
        "headers: {}, status_code: 401, body: {}",
        "model not found (status code: 404)",
        "API error occurred: Status 422. Body: {}",
        "429 RESOURCE_EXHAUSTED. {'error': {'code': 429}}",
        "An error occurred (ThrottlingException) when calling the Converse operation: slow down",
    ],
)
def test_a_call_that_was_refused_by_the_text_of_its_error_is_nothing_to_report(
    coomon: Recorder, tracer: trace.Tracer, text: str
) -> None:
    with coomon.run(**RUN), tracer.start_as_current_span("response") as span:
        span.set_attributes({"openinference.span.kind": "LLM", "llm.system": "openai"})
        span.set_status(Status(StatusCode.ERROR, text))
    assert (coomon.events, coomon.errors) == ([], [])


@pytest.mark.parametrize(
    "text",
    [
        "Error getting response: {'error': 'Error details are redacted.'}",
        "Error streaming response: {'error': 'peer closed connection after 400 bytes'}",
        "TimeoutError: no answer in 400 seconds",
        "",
    ],
)
def test_a_call_whose_error_does_not_tell_that_it_was_refused_is_reported(
    coomon: Recorder, provider: TracerProvider, text: str
) -> None:
    with coomon.run(**RUN), provider.get_tracer("agents").start_as_current_span("response") as span:
        span.set_attributes({"openinference.span.kind": "LLM", "llm.system": "openai"})
        span.set_status(Status(StatusCode.ERROR, text))
    provider.shutdown()
    assert coomon.events == []
    assert [type(error) for error in coomon.errors] == [UsageMissingError]
