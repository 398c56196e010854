"""The span processor with spans as emitters of all ages write them. The matrix has the emitters themselves."""

from __future__ import annotations

import gc
import os
import threading
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from opentelemetry import baggage, context, trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.trace import Status, StatusCode

from coobird.integrations import MeteringError, UsageMissingError
from coobird.integrations import _open_spans as open_spans
from coobird.integrations.opentelemetry import CoobirdSpanProcessor
from tests.integrations.recorder import Recorder

RUN = {"customer_id": "cust", "agent_id": "agent"}
CHAT: dict[str, Any] = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "openai",
    "gen_ai.response.model": "gpt-5-2026",
    "gen_ai.usage.input_tokens": 1000,
    "gen_ai.usage.output_tokens": 50,
}


def with_id(**more: Any) -> dict[str, Any]:
    return {**CHAT, "gen_ai.response.id": f"chatcmpl-{uuid.uuid4().hex}", **more}


@pytest.fixture
def provider(coomon: Recorder) -> Iterator[TracerProvider]:
    made = TracerProvider()
    made.add_span_processor(CoobirdSpanProcessor(coomon))
    yield made
    made.shutdown()


@pytest.fixture
def tracer(provider: TracerProvider) -> trace.Tracer:
    return provider.get_tracer("test.instrumentation")


def emit(tracer: trace.Tracer, attributes: dict[str, Any], name: str = "chat") -> None:
    with tracer.start_as_current_span(name) as span:
        span.set_attributes(attributes)


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
            # The cache left out of the total, as some emitters do.
            "gen_ai.provider.name": "anthropic",
            "gen_ai.usage.input_tokens": 200,
            "gen_ai.usage.output_tokens": 50,
            "gen_ai.usage.cache_read.input_tokens": 700,
            "gen_ai.usage.cache_creation.input_tokens": 100,
            "gen_ai.usage.reasoning_tokens": 20,
        },
    ],
    ids=["today", "before", "OpenInference", "cache beside the total"],
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


def test_two_spans_of_one_answer_are_one_event_wherever_they_are(coomon: Recorder, tracer: trace.Tracer) -> None:
    answer = with_id()
    elsewhere, other = TracerProvider(), Recorder()
    elsewhere.add_span_processor(CoobirdSpanProcessor(other))
    with coomon.run(**RUN):
        emit(tracer, answer)
        emit(tracer, answer | {"gen_ai.provider.name": "azure.ai.openai", "gen_ai.usage.output_tokens": 51})
    with other.run(**RUN):
        emit(elsewhere.get_tracer("x"), answer)
    elsewhere.shutdown()
    assert len(coomon.events) == 1
    assert coomon.events[0]["event_id"] == other.events[0]["event_id"]


@pytest.mark.parametrize("outer_has_id", [False, True])
def test_a_span_without_an_id_yields_to_the_span_inside_it(
    coomon: Recorder, tracer: trace.Tracer, outer_has_id: bool
) -> None:
    outer = with_id(**{"gen_ai.response.id": "run-of-some-framework-0001"}) if outer_has_id else CHAT
    with coomon.run(**RUN), tracer.start_as_current_span("outer") as span:
        span.set_attributes(outer)
        emit(tracer, with_id())
    assert len(coomon.events) == 1
    assert coomon.events[0]["metadata"]["response_id"].startswith("chatcmpl-")


def test_a_span_without_an_id_yields_to_the_span_around_it(coomon: Recorder, tracer: trace.Tracer) -> None:
    with coomon.run(**RUN), tracer.start_as_current_span("root"):
        with tracer.start_as_current_span("outer") as span:
            span.set_attributes(with_id())
            emit(tracer, CHAT)
        outer = tracer.start_span("ends first")
        inner = tracer.start_span("inner", trace.set_span_in_context(outer))
        outer.set_attributes(with_id())
        outer.end()
        inner.set_attributes(CHAT)
        inner.end()
    assert [event["metadata"]["response_id"][:9] for event in coomon.events] == ["chatcmpl-"] * 2


def test_of_nested_spans_without_any_id_the_innermost_is_billed(coomon: Recorder, tracer: trace.Tracer) -> None:
    with coomon.run(**RUN), tracer.start_as_current_span("outer") as span:
        span.set_attributes(CHAT)
        with tracer.start_as_current_span("between") as between:
            between.set_attribute("gen_ai.operation.name", "invoke_agent")
            emit(tracer, CHAT | {"gen_ai.response.model": "inner"})
            emit(tracer, CHAT | {"gen_ai.response.model": "inner"})
    assert [event["attributes"]["model"] for event in coomon.events] == ["inner", "inner"]
    assert len({event["event_id"] for event in coomon.events}) == 2


def test_a_span_without_an_id_waits_for_the_end_of_its_trace_and_no_longer(
    coomon: Recorder, tracer: trace.Tracer
) -> None:
    with coomon.run(**RUN):
        with tracer.start_as_current_span("root"):
            emit(tracer, CHAT)
            assert coomon.events == []
        assert len(coomon.events) == 1


def test_a_span_without_an_id_does_not_wait_forever(coomon: Recorder) -> None:
    provider = TracerProvider()
    provider.add_span_processor(CoobirdSpanProcessor(coomon, wait_seconds=5))
    tracer = provider.get_tracer("x")
    with coomon.run(**RUN):
        root = tracer.start_span("root of a worker that runs for days", start_time=1)
        under = trace.set_span_in_context(root)
        for second, expected in ((1, 0), (3, 0), (7, 1), (8, 2)):
            span = tracer.start_span("chat", under, attributes=CHAT, start_time=second)
            span.end(second * 1_000_000_000)
            assert len(coomon.events) == expected
    provider.shutdown()
    assert len(coomon.events) == 4


def test_what_waits_and_what_is_open_is_bounded_and_nothing_is_lost(
    coomon: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_spans, "MAX_WAITING", 10)
    monkeypatch.setattr(open_spans, "MAX_OPEN_SPANS", 20)
    processor = CoobirdSpanProcessor(coomon)
    provider = TracerProvider()
    provider.add_span_processor(processor)
    tracer = provider.get_tracer("x")
    with coomon.run(**RUN):
        root = tracer.start_span("root")
        under = trace.set_span_in_context(root)
        for _ in range(50):
            tracer.start_span("chat", under, attributes=CHAT).end()
        assert len(coomon.events) == 40
        never_ended = [tracer.start_span("open", under) for _ in range(100)]
        spans = processor._spans
        assert max(len(vars(spans)[name]) for name in ("_open", "_waiting", "_identified", "_reported_inside")) <= 20
        assert sum(spans._count.values()) == len(spans._open)
        del never_ended
    provider.shutdown()
    assert len(coomon.events) == 50


def test_a_finished_call_without_usage_is_reported_and_not_billed_as_zero(
    coomon: Recorder, tracer: trace.Tracer
) -> None:
    bare = {key: value for key, value in with_id().items() if "usage" not in key}
    with coomon.run(**RUN):
        emit(tracer, bare)
        emit(tracer, bare)
    assert coomon.events == []
    (error,) = coomon.errors
    assert isinstance(error, UsageMissingError)
    assert error.call["response_id"] == bare["gen_ai.response.id"]


def test_no_usage_is_not_missing_if_another_span_of_the_call_has_it(coomon: Recorder, tracer: trace.Tracer) -> None:
    bare = {key: value for key, value in CHAT.items() if "usage" not in key}
    answer = with_id()
    with coomon.run(**RUN):
        with tracer.start_as_current_span("outer") as outer:
            outer.set_attributes(bare)
            emit(tracer, answer)
        emit(tracer, bare | {"gen_ai.response.id": answer["gen_ai.response.id"]})
    assert (len(coomon.events), coomon.errors) == (1, [])


def test_numbers_that_an_instrumentation_estimates_are_not_billed(coomon: Recorder, provider: TracerProvider) -> None:
    with coomon.run(**RUN):
        emit(provider.get_tracer("opentelemetry.instrumentation.botocore.bedrock-runtime"), with_id())
    assert coomon.events == []
    assert "estimates" in str(coomon.errors[0])


@pytest.mark.parametrize("value", [-1, 1.5, "12", True, float("nan"), float("inf")])
def test_a_count_that_is_no_count_is_no_usage(coomon: Recorder, tracer: trace.Tracer, value: Any) -> None:
    with coomon.run(**RUN):
        emit(tracer, with_id(**{"gen_ai.usage.input_tokens": value}))
    assert coomon.events == []
    assert [type(error) for error in coomon.errors] == [UsageMissingError]


def test_an_embedding_has_no_output_and_is_complete(coomon: Recorder, tracer: trace.Tracer) -> None:
    with coomon.run(**RUN):
        emit(tracer, {"gen_ai.operation.name": "embeddings", "gen_ai.system": "openai", "gen_ai.usage.input_tokens": 7})
    assert attributes(coomon)["total_tokens"] == 7
    assert coomon.errors == []


def test_the_run_is_that_of_the_start_of_the_span(coomon: Recorder, tracer: trace.Tracer) -> None:
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


def test_a_refused_call_is_nothing_to_report(coomon: Recorder, tracer: trace.Tracer) -> None:
    with coomon.run(**RUN), tracer.start_as_current_span("chat") as span:
        span.set_attributes(
            {"gen_ai.operation.name": "chat", "gen_ai.system": "openai", "error.type": "RateLimitError"}
        )
        span.set_status(Status(StatusCode.ERROR, "RateLimitError"))
    assert (coomon.events, coomon.errors) == ([], [])


def test_a_call_that_never_ends_is_reported_at_shutdown(coomon: Recorder, provider: TracerProvider) -> None:
    tracer = provider.get_tracer("x")
    with coomon.run(**RUN):
        kept = [tracer.start_span("chat", attributes=CHAT), tracer.start_span("other")]
    provider.shutdown()
    provider.shutdown()
    assert len(kept) == 2
    assert [type(error) for error in coomon.errors] == [UsageMissingError]
    assert "never ended" in str(coomon.errors[0])


def test_two_processors_of_one_client_bill_once(coomon: Recorder) -> None:
    provider = TracerProvider()
    for _ in range(2):
        provider.add_span_processor(CoobirdSpanProcessor(coomon))
    with coomon.run(**RUN):
        emit(provider.get_tracer("x"), with_id())
        emit(provider.get_tracer("x"), CHAT)
    provider.shutdown()
    assert len(coomon.events) == 2


def test_spans_of_many_threads_go_to_their_own_customers(coomon: Recorder, tracer: trace.Tracer) -> None:
    def work(number: int) -> None:
        name = f"cust_{number}"
        with coomon.run(customer_id=name, agent_id="agent", attributes={"owner": name}):
            for step in range(50):
                emit(tracer, with_id() if step % 2 else CHAT)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(coomon.events) == 400
    assert [event for event in coomon.events if event["customer_id"] != event["attributes"]["owner"]] == []


def test_the_child_of_a_fork_works_on_even_if_the_lock_was_taken(coomon: Recorder, provider: TracerProvider) -> None:
    tracer = provider.get_tracer("x")
    (processor,) = provider._active_span_processor._span_processors
    read, write = os.pipe()
    with processor._lock:
        pid = os.fork()
        if pid == 0:
            with coomon.run(**RUN):
                emit(tracer, with_id())
            os.write(write, b"%d" % len(coomon.events))
            os._exit(0)
    assert os.waitpid(pid, 0)[1] == 0
    assert os.read(read, 9) == b"1"
    os.close(read)
    os.close(write)
    gc.collect()
