"""Spans that report the same call: one is billed, and others wait or are dropped."""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
import threading
import traceback
import uuid
from collections import Counter
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from langchain_core.caches import InMemoryCache
from langchain_core.globals import set_llm_cache
from opentelemetry import context, trace
from opentelemetry.sdk.trace import TracerProvider

from coobird.integrations import UsageMissingError
from coobird.integrations._metering.ledger import ledger_of
from coobird.integrations._spans import open_spans
from coobird.integrations.opentelemetry import CoobirdSpanProcessor
from tests.support import ROOT
from tests.support.integrations.emitters import OPENINFERENCE, OPENLLMETRY, OTEL
from tests.support.integrations.open_calls import packages_of
from tests.support.integrations.recorder import Recorder
from tests.support.integrations.synthetic import CHAT, RUN, emit, with_id


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


ASKED = {"gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-4o"}
REFUSED = ASKED | {"error.type": "BadRequestError"}
LOST = ASKED | {"error.type": "FrameworkError"}


def fail(tracer: trace.Tracer, attributes: dict[str, Any], *inside: Callable[[], None]) -> None:
    """Start a span in the current one, do what is inside, and end it with an error."""
    with tracer.start_as_current_span("chat", attributes=attributes) as span:
        for each in inside:
            each()
        span.set_status(trace.StatusCode.ERROR)


@pytest.mark.parametrize("levels", [1, 2])
def test_an_error_of_a_framework_around_a_refused_call_costs_nothing(coomon: Recorder, levels: int) -> None:
    provider = TracerProvider()
    provider.add_span_processor(processor := CoobirdSpanProcessor(coomon))

    def refused() -> None:
        fail(provider.get_tracer("sdk"), REFUSED)

    def between() -> None:
        fail(provider.get_tracer("router"), LOST, refused)

    with coomon.run(**RUN):
        fail(provider.get_tracer("framework"), LOST, refused if levels == 1 else between)
    provider.shutdown()
    assert (coomon.events, coomon.errors) == ([], [])
    assert processor.stats().refused == processor.stats().spans == levels + 1


@pytest.mark.parametrize("case", ["another call", "another span", "same source", "not refused", "chunk", "usage"])
def test_a_call_is_lost_or_billed_unless_the_last_one_inside_it_was_refused_as_another_source_tells(
    coomon: Recorder, case: str
) -> None:
    provider = TracerProvider()
    provider.add_span_processor(processor := CoobirdSpanProcessor(coomon))
    sdk, framework = provider.get_tracer("sdk"), provider.get_tracer("framework")
    inside: dict[str, list[Callable[[], None]]] = {
        "another call": [lambda: fail(sdk, REFUSED), lambda: fail(sdk, LOST)],
        "another span": [lambda: fail(sdk, REFUSED), lambda: emit(sdk, {"http.request.method": "POST"})],
        "same source": [lambda: fail(framework, REFUSED)],
        "not refused": [lambda: fail(sdk, LOST)],
    }
    facts = {"chunk": LOST | {"gen_ai.response.time_to_first_chunk": 0.1}, "usage": CHAT}.get(case, LOST)
    with coomon.run(**RUN):
        fail(framework, facts, *inside.get(case, [lambda: fail(sdk, REFUSED)]))
    provider.shutdown()
    assert len(coomon.events) == (case == "usage")
    assert [type(error) for error in coomon.errors] == [UsageMissingError] * (case != "usage")
    stats = processor.stats()
    assert stats.calls == stats.billed + stats.reported == 1
    assert stats.spans == stats.calls + stats.joined + stats.refused


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
    monkeypatch.setattr(open_spans, "MAX_SETTLED", 30)
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
        assert max(len(vars(spans)[name]) for name in ("_open", "_waiting")) <= 20
        assert sum(kept.open for kept in spans._traces.values()) == len(spans._open)
        assert max(len(kept.settled) for kept in spans._traces.values()) <= 30
        del never_ended
    provider.shutdown()
    assert len(coomon.events) == 50


def test_no_usage_is_not_missing_if_another_span_of_the_call_has_it(coomon: Recorder, tracer: trace.Tracer) -> None:
    answer = with_id()
    with coomon.run(**RUN):
        with tracer.start_as_current_span("outer") as outer:
            outer.set_attributes(bare(CHAT))
            emit(tracer, answer)
        emit(tracer, bare(answer))
    assert (len(coomon.events), coomon.errors) == (1, [])


def chat_at(tracer: trace.Tracer, second: int, answer: dict[str, Any]) -> None:
    tracer.start_span("chat", attributes=answer, start_time=second * 10**9).end(second * 10**9)


def bare(answer: dict[str, Any]) -> dict[str, Any]:
    """The same answer in a span without usage."""
    return {key: value for key, value in answer.items() if "usage" not in key}


def test_missing_usage_is_reported_when_the_trace_ends(coomon: Recorder, tracer: trace.Tracer) -> None:
    with coomon.run(**RUN):
        chat_at(tracer, 1, bare(with_id()))
    assert [type(error) for error in coomon.errors] == [UsageMissingError]


def test_a_span_without_usage_is_not_reported_while_a_span_of_another_trace_may_have_it(
    coomon: Recorder, provider: TracerProvider
) -> None:
    with coomon.run(**RUN):
        around = provider.get_tracer("one.sdk").start_span("chat")  # ends with the stream
        provider.get_tracer("another.sdk").start_span("chat", attributes=bare(CHAT)).end()
        assert coomon.errors == []
        around.set_attributes(CHAT)
        around.end()
    provider.shutdown()
    assert (len(coomon.events), coomon.errors) == (1, [])


@pytest.mark.parametrize("ends_first", ["with usage", "without"])
@pytest.mark.parametrize("starts_first", ["with usage", "without"])
def test_a_span_without_usage_is_not_reported_if_a_span_beside_it_in_its_trace_has_the_usage(
    coomon: Recorder, provider: TracerProvider, starts_first: str, ends_first: str
) -> None:
    answers = {"with usage": CHAT, "without": bare(CHAT)}
    with coomon.run(**RUN), provider.get_tracer("app").start_as_current_span("agent"):
        for _ in range(2):
            order = sorted(answers, key=lambda each: each != starts_first)
            spans = {each: provider.get_tracer(f"{each}.sdk").start_span("chat") for each in order}
            for each in sorted(answers, key=lambda each: each != ends_first):
                spans[each].set_attributes(answers[each])
                spans[each].end()
    assert (len(coomon.events), coomon.errors) == (2, [])


@pytest.mark.parametrize(("is_one_thread", "events"), [(True, 1), (False, 2)], ids=["one thread", "two threads"])
def test_spans_that_overlap_are_one_call_if_they_began_in_one_place(
    coomon: Recorder, provider: TracerProvider, is_one_thread: bool, events: int
) -> None:
    spans: list[trace.Span] = []

    def start(source: str) -> None:
        with run:
            spans.append(provider.get_tracer(source).start_span("chat", attributes=CHAT))

    with coomon.run(**RUN) as run:
        start("one.sdk")
        if is_one_thread:
            start("another.sdk")
        else:
            thread = threading.Thread(target=start, args=("another.sdk",))
            thread.start()
            thread.join(20)
        for span in spans:
            span.end()
    assert (len(coomon.events), coomon.errors) == (events, [])


def test_a_span_of_langchain_without_an_id_is_not_billed_where_a_cache_may_have_answered(
    coomon: Recorder, provider: TracerProvider
) -> None:
    tracer = provider.get_tracer("opentelemetry.instrumentation.langchain")
    set_llm_cache(InMemoryCache())
    try:
        with coomon.run(**RUN):
            emit(tracer, CHAT)
            emit(tracer, with_id())
    finally:
        set_llm_cache(None)
    assert len(coomon.events) == 1
    assert ["LangChain's cache" in str(error) for error in coomon.errors] == [True]
    with coomon.run(**RUN):
        emit(tracer, CHAT)
    assert len(coomon.events) == 2


@pytest.mark.parametrize(
    "scope",
    [
        "openinference.instrumentation.crewai._event_listener",
        "openinference.instrumentation.smolagents",
        "opentelemetry.instrumentation.crewai.instrumentation",
        "opentelemetry.instrumentation.langchain",
        "opentelemetry.instrumentation.llamaindex",
        "strands.telemetry.tracer",
        "gcp.vertex.agent",
    ],
)
def test_a_frameworks_span_without_an_id_is_not_billed_where_litellms_cache_may_have_answered(
    coomon: Recorder, provider: TracerProvider, monkeypatch: pytest.MonkeyPatch, scope: str
) -> None:
    monkeypatch.setitem(sys.modules, "litellm", SimpleNamespace(cache=object()))
    with coomon.run(**RUN):
        emit(provider.get_tracer(scope), CHAT)
        emit(provider.get_tracer(scope), bare(CHAT))
        assert coomon.events == []
        assert ["LiteLLM's cache answered" in str(error) for error in coomon.errors] == [True] * 2
        # Those of an SDK are calls, and so is an answer with an id.
        emit(provider.get_tracer("opentelemetry.instrumentation.openai"), CHAT)
        emit(provider.get_tracer(scope), with_id())
        monkeypatch.setitem(sys.modules, "litellm", SimpleNamespace(cache=None))
        emit(provider.get_tracer(scope), CHAT)
    assert (len(coomon.events), sum("cache answered" in str(error) for error in coomon.errors)) == (3, 2)


@pytest.mark.parametrize("is_ended", [False, True])
def test_a_span_of_langchain_that_tells_nothing_and_never_ends_is_reported_once(
    coomon: Recorder, provider: TracerProvider, is_ended: bool
) -> None:
    tracer = provider.get_tracer("openinference.instrumentation.langchain")
    with coomon.run(**RUN):
        chain = tracer.start_span("chain")
        model = tracer.start_span("ChatOpenAI", trace.set_span_in_context(chain))
        provider.get_tracer("some.framework").start_span("tool")
        if is_ended:
            model.set_attributes(with_id())
            model.end()
    provider.shutdown()
    # The chain, too, stays open, but it is around another span.
    assert (len(coomon.events), len(coomon.errors)) == (int(is_ended), int(not is_ended))
    assert all("never ended" in str(error) for error in coomon.errors)


def test_missing_usage_is_reported_later_where_a_framework_may_still_report_the_usage(
    coomon: Recorder, tracer: trace.Tracer
) -> None:
    ledger_of(coomon).has_late_reporter = True  # as LiteLLM's logger does
    reported_late, never_reported = with_id(), with_id()
    with coomon.run(**RUN):
        chat_at(tracer, 1, bare(reported_late))
        chat_at(tracer, 1, bare(never_reported))
        chat_at(tracer, 2, reported_late)
        assert coomon.errors == []
        chat_at(tracer, 6, bare(with_id()))
    assert len(coomon.events) == 1
    assert [error.call["response_id"] for error in coomon.errors] == [never_reported["gen_ai.response.id"]]


def test_a_call_that_never_ends_is_reported_at_shutdown(coomon: Recorder, provider: TracerProvider) -> None:
    tracer = provider.get_tracer("x")
    with coomon.run(**RUN):
        kept = [tracer.start_span("chat", attributes=CHAT), tracer.start_span("other")]
    provider.shutdown()
    provider.shutdown()
    assert len(kept) == 2
    assert [type(error) for error in coomon.errors] == [UsageMissingError]
    assert "never ended" in str(coomon.errors[0])


@pytest.mark.parametrize("emitter", [OPENINFERENCE, OPENLLMETRY, OTEL])
def test_a_call_that_waits_for_its_answer_at_shutdown_is_reported_whatever_its_emitter_has_written(
    emitter: str,
) -> None:
    command = [sys.executable, "-m", "tests.support.integrations.open_calls", emitter]
    done = subprocess.run(command, capture_output=True, text=True, timeout=180, cwd=ROOT)
    assert done.returncode == 0, done.stderr[-4000:]
    reports = [json.loads(line) for line in done.stdout.splitlines()]
    sources = Counter(report["source"] for report in reports)
    assert (len(sources), set(sources.values())) == (len(packages_of(emitter)), {2})
    assert all("never ended" in report["message"] for report in reports)


@pytest.mark.parametrize(
    ("scope", "name", "attributes"),
    [
        ("x", "agent", {"gen_ai.operation.name": "invoke_agent", "gen_ai.system": "openai"}),
        ("x", "agent", {"openinference.span.kind": "AGENT", "llm.invocation_parameters": "{}"}),
        ("x", "rerank", {"llm.request.type": "rerank", "gen_ai.system": "Cohere"}),
        (
            "openinference.instrumentation.llama_index",
            "OpenAI._prepare_chat_with_tools",
            {"llm.invocation_parameters": "{}"},
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_span_of_no_call_that_never_ends_is_not_reported(
    coomon: Recorder, provider: TracerProvider, scope: str, name: str, attributes: dict[str, Any]
) -> None:
    with coomon.run(**RUN):
        kept = provider.get_tracer(scope).start_span(name, attributes=attributes)
    provider.shutdown()
    assert kept.is_recording()
    assert coomon.errors == []


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


class Dropped:
    """Stream that refers to itself: its span ends when the garbage collector drops it."""

    def __init__(self, tracer: trace.Tracer) -> None:
        self._span = tracer.start_span("chat", attributes=with_id())
        self._self = self

    def __del__(self) -> None:
        self._span.end()


def test_a_span_that_the_garbage_collector_ends_holds_nothing_up(
    coomon: Recorder, provider: TracerProvider, tracer: trace.Tracer
) -> None:
    (processor,) = provider._active_span_processor._span_processors

    def work() -> None:
        with coomon.run(**RUN):
            Dropped(tracer)
            with processor._lock:  # the garbage collector may start here as well
                gc.collect()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(20)
    assert not thread.is_alive()
    assert (len(coomon.events), coomon.errors) == (1, [])


def test_the_child_of_a_fork_works_on_even_if_another_thread_held_the_locks(
    coomon: Recorder, provider: TracerProvider
) -> None:
    tracer = provider.get_tracer("x")
    (processor,) = provider._active_span_processor._span_processors
    read, write = os.pipe()
    is_locked, is_forked = threading.Event(), threading.Event()

    def hold_locks() -> None:
        with processor._lock, ledger_of(coomon).recent_reports._lock:
            is_locked.set()
            is_forked.wait(20)

    thread = threading.Thread(target=hold_locks)
    thread.start()
    assert is_locked.wait(20)
    pid = os.fork()
    if pid == 0:
        signal.alarm(20)  # ends a child that waits for a lock
        try:
            with coomon.run(**RUN):
                emit(tracer, with_id())
            os.write(write, b"%d %r" % (len(coomon.events), coomon.errors))
        except BaseException:  # noqa: BLE001 - the parent shows it
            os.write(write, traceback.format_exc().encode())
        finally:
            os._exit(0)
    is_forked.set()
    thread.join()
    os.close(write)
    with open(read, "rb") as answer:
        assert answer.read() == b"1 []"
    assert os.waitpid(pid, 0)[1] == 0


def test_a_span_of_the_parent_that_the_child_of_a_fork_ends_is_left_to_the_parent(coomon: Recorder) -> None:
    provider = TracerProvider()
    provider.add_span_processor(CoobirdSpanProcessor(coomon, **RUN))
    span = provider.get_tracer("x").start_span("chat", attributes=with_id())
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        span.end()
        emit(provider.get_tracer("x"), with_id())
        os.write(write, b"%d %r" % (len(coomon.events), coomon.errors))
        os._exit(0)
    os.close(write)
    with open(read, "rb") as answer:
        assert answer.read() == b"1 []"
    assert os.waitpid(pid, 0)[1] == 0
    span.end()
    provider.shutdown()
    assert len(coomon.events) == 1


def test_the_account_of_a_processor_has_one_outcome_for_each_span(coomon: Recorder) -> None:
    provider, processor = TracerProvider(), CoobirdSpanProcessor(coomon)
    provider.add_span_processor(processor)
    tracer, other = provider.get_tracer("x"), provider.get_tracer("y")
    kept = []
    with coomon.run(**RUN):
        emit(tracer, with_id())
        emit(tracer, bare(with_id()))  # reported
        answer = with_id()
        with tracer.start_as_current_span("outer") as outer:
            outer.set_attributes(CHAT)
            emit(other, answer)
            emit(tracer, CHAT | {"gen_ai.usage.input_tokens": 7})
        emit(other, answer)  # a repeat
        with other.start_as_current_span("refused") as refused:
            refused.set_attributes({"gen_ai.operation.name": "chat", "error.type": "RateLimitError"})
            refused.set_status(trace.Status(trace.StatusCode.ERROR))
        emit(tracer, {"openinference.span.kind": "AGENT"})
        kept.append(tracer.start_span("never ended", attributes=CHAT))
        root = tracer.start_span("root")
        emit_in(tracer, root, CHAT)
        assert processor.stats().waiting == 1
    stats = processor.stats()
    assert (stats.spans, stats.billed, stats.joined, stats.refused, stats.reported) == (8, 3, 2, 1, 1)
    provider.shutdown()
    stats = processor.stats()
    assert stats == (9, 6, 4, 2, 2, 1, 0, 0)
    assert stats.calls == len(coomon.events) + len(coomon.errors)
    assert stats.spans == sum(stats[2:])


AGENT = CHAT | {"openinference.span.kind": "LLM"}
ROUNDS = {
    "openinference.span.kind": "LLM",
    "llm.model_name": "gemini-2.5-flash",
    "llm.token_count.prompt": 1000,
    "llm.token_count.completion": 50,
}


def answer_after_functions() -> dict[str, Any]:
    """Return the attributes of an answer of OpenLLMetry, with a function among the tools."""
    tools = [{"google_search": {}}, {"name": "get_weather"}]
    return CHAT | {"gen_ai.response.id": f"r{uuid.uuid4().hex[:21]}", "gen_ai.tool.definitions": json.dumps(tools)}


def answer_of_rounds() -> dict[str, Any]:
    """Return the attributes of an answer before which google-genai called a function."""
    answer: dict[str, Any] = {
        "usage_metadata": {},
        "model_version": "gemini",
        "candidates": [{"finish_reason": "STOP"}],
    }
    answer |= {"response_id": f"r{uuid.uuid4().hex[:21]}", "automatic_function_calling_history": [{"role": "user"}]}
    return ROUNDS | {"output.value": json.dumps(answer)}


@pytest.mark.parametrize(
    ("scope", "name", "make"),
    [
        ("x", "invoke_agent researcher", lambda: AGENT),
        ("x", "agent_run [researcher]", lambda: AGENT),
        ("x", "GenerateContent", answer_of_rounds),
        ("opentelemetry.instrumentation.google_generativeai", "chat", answer_after_functions),
    ],
)
def test_each_span_that_may_stand_for_several_calls_is_reported_and_billed_for_the_last(
    coomon: Recorder, scope: str, name: str, make: Callable[[], dict[str, Any]]
) -> None:
    provider, processor = TracerProvider(), CoobirdSpanProcessor(coomon)
    provider.add_span_processor(processor)
    for customer in ("cust_a", "cust_b", "cust_a"):
        with coomon.run(customer_id=customer, agent_id="agent"):
            emit(provider.get_tracer(scope), make(), name)
    provider.shutdown()
    assert [event["customer_id"] for event in coomon.events] == ["cust_a", "cust_b", "cust_a"]
    reports = [error for error in coomon.errors if isinstance(error, UsageMissingError)]
    assert ["may stand for several calls" in str(error) for error in reports] == [True] * 3
    stats = processor.stats()
    assert stats.calls == len(coomon.events) + len(reports)
    assert stats.spans == sum(stats[2:])


def test_a_span_that_may_stand_for_several_calls_is_not_reported_if_each_has_a_span(coomon: Recorder) -> None:
    provider, processor = TracerProvider(), CoobirdSpanProcessor(coomon)
    provider.add_span_processor(processor)
    tracer, other = provider.get_tracer("x"), provider.get_tracer("y")
    with coomon.run(**RUN), tracer.start_as_current_span("invoke_agent researcher") as agent:
        agent.set_attributes(AGENT)
        emit(other, CHAT | {"gen_ai.usage.input_tokens": 7})
        emit(other, CHAT)
    provider.shutdown()
    assert {event["attributes"]["input_tokens"] for event in coomon.events} == {7, 1000}
    assert (len(coomon.events), coomon.errors) == (2, [])
    assert processor.stats().calls == 2


def emit_in(tracer: trace.Tracer, parent: trace.Span, answer: dict[str, Any]) -> None:
    tracer.start_span("chat", trace.set_span_in_context(parent), attributes=answer).end()


def test_a_call_is_not_lost_if_an_outer_span_has_a_made_up_id(coomon: Recorder, provider: TracerProvider) -> None:
    with coomon.run(**RUN), provider.get_tracer("outer").start_as_current_span("outer") as outer:
        emit(provider.get_tracer("inner"), CHAT)
        outer.set_attributes(with_id(**{"gen_ai.response.id": "pcg1SgChQyeaklKy50H82w4"}))
    assert (len(coomon.events), coomon.errors) == (1, [])


def test_the_best_report_wins_and_the_others_fill_its_gaps(coomon: Recorder, provider: TracerProvider) -> None:
    parts = {"gen_ai.usage.reasoning.output_tokens": 20, "gen_ai.usage.cache_read.input_tokens": 700}
    with (
        coomon.run(**RUN),
        provider.get_tracer("opentelemetry.instrumentation.x").start_as_current_span("outer") as span,
    ):
        span.set_attributes(CHAT | parts)
        emit(provider.get_tracer("some-sdk"), CHAT)
    (event,) = coomon.events
    assert event["metadata"]["source"] == "some-sdk"
    assert event["attributes"]["reasoning_output_tokens"] == 20
    assert event["attributes"]["cache_read_input_tokens"] == 700


def test_inexact_numbers_yield_to_exact_ones_of_the_same_call(coomon: Recorder, provider: TracerProvider) -> None:
    gemini: dict[str, Any] = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "gcp.gemini",
        "gen_ai.response.model": "gemini-x",
        "gen_ai.usage.total_tokens": 2300,
    }
    short = gemini | {"gen_ai.usage.input_tokens": 1950, "gen_ai.usage.output_tokens": 100}
    right = gemini | {"gen_ai.usage.input_tokens": 2000, "gen_ai.usage.output_tokens": 300}
    with coomon.run(**RUN):
        for outer, inner in ((short, right), (right, short)):
            with provider.get_tracer("one").start_as_current_span("outer") as span:
                span.set_attributes(outer)
                emit(provider.get_tracer("other"), inner)
    assert [event["attributes"]["total_tokens"] for event in coomon.events] == [2300, 2300]
    assert coomon.errors == []


def test_the_sum_of_an_agent_is_reported_if_no_call_was_reported_in_it(coomon: Recorder) -> None:
    provider, processor = TracerProvider(), CoobirdSpanProcessor(coomon)
    provider.add_span_processor(processor)
    tracer = provider.get_tracer("agents")
    agent = {"openinference.span.kind": "AGENT", "llm.token_count.prompt": 1000, "llm.token_count.completion": 50}
    with coomon.run(**RUN), tracer.start_as_current_span("agent with calls") as span:
        span.set_attributes(agent)
        emit(tracer, with_id())
    with coomon.run(customer_id="other", agent_id="agent"):
        emit(tracer, agent)
    provider.shutdown()
    assert len(coomon.events) == 1
    assert ["no call with them was reported" in str(error) for error in coomon.errors] == [True]
    assert processor.stats().calls == 2


AGENT_KIND = {"openinference.span.kind": "AGENT", "llm.model_name": "m"}


def sum_of(calls: int) -> dict[str, Any]:
    """The span of an agent with the sum of so many calls."""
    return {**AGENT_KIND, "llm.token_count.prompt": 1000 * calls, "llm.token_count.completion": 50 * calls}


def emit_elsewhere(provider: TracerProvider, *answers: dict[str, Any], scope: str = "sdk") -> None:
    """Emit spans of calls in traces of their own, as a thread without a context does."""
    token = context.attach(context.Context())
    for answer in answers:
        emit(provider.get_tracer(scope), answer)
    context.detach(token)


@pytest.mark.parametrize("has_id", [True, False])
@pytest.mark.parametrize("reported", [1, 2, 3])
def test_the_sum_of_an_agent_is_reported_unless_all_its_calls_were_in_whatever_trace(
    coomon: Recorder, provider: TracerProvider, has_id: bool, reported: int
) -> None:
    with coomon.run(**RUN), provider.get_tracer("agents").start_as_current_span("agent") as agent:
        emit_elsewhere(provider, *((with_id() if has_id else CHAT) for _ in range(reported)))
        agent.set_attributes(sum_of(3))
    provider.shutdown()
    assert len(coomon.events) == reported
    assert ["no call with them was reported" in str(error) for error in coomon.errors] == [True] * (reported < 3)


def test_a_call_of_two_reports_counts_once_in_the_sum_of_an_agent(coomon: Recorder, provider: TracerProvider) -> None:
    first, second = with_id(), with_id()
    for calls in (2, 4):
        with coomon.run(**RUN), provider.get_tracer("agents").start_as_current_span("agent") as agent:
            for scope in ("sdk", "framework"):
                emit_elsewhere(provider, first, second, scope=scope)
            agent.set_attributes(sum_of(calls))
        first, second = with_id(), with_id()
    provider.shutdown()
    assert len(coomon.events) == 4
    assert ["4000 input" in str(error) for error in coomon.errors] == [True]


@pytest.mark.parametrize("is_before", [True, False], ids=["before", "of another payer"])
def test_other_calls_do_not_count_in_the_sum_of_an_agent(
    coomon: Recorder, provider: TracerProvider, is_before: bool
) -> None:
    with coomon.run(**RUN):
        if is_before:
            emit_elsewhere(provider, with_id())
        with provider.get_tracer("agents").start_as_current_span("agent") as agent:
            emit_elsewhere(provider, with_id())
            with coomon.run(customer_id="other"):
                emit_elsewhere(provider, *[with_id()] * (not is_before))
            agent.set_attributes(sum_of(2))
    provider.shutdown()
    assert len(coomon.events) == 2
    assert ["2000 input" in str(error) for error in coomon.errors] == [True]


USED = {"gen_ai.response.model": "m", "gen_ai.usage.input_tokens": 1000, "gen_ai.usage.output_tokens": 50}
COUNTED = {"llm.model_name": "m", "llm.token_count.prompt": 1000, "llm.token_count.completion": 50}


@pytest.mark.parametrize(
    "attributes",
    [
        *(USED | {"gen_ai.operation.name": name} for name in ("imagine", "create_agent", "execute_tool", "rerank")),
        *(COUNTED | {"openinference.span.kind": kind} for kind in ("CHAIN", "TOOL", "GUARDRAIL", "EVALUATOR")),
        USED | {"traceloop.span.kind": "workflow", "gen_ai.system": "openai"},
        USED,
    ],
    ids=str,
)
def test_tokens_of_a_span_of_an_unknown_kind_are_reported_if_no_call_was_reported_in_it(
    coomon: Recorder, attributes: dict[str, Any]
) -> None:
    provider, processor = TracerProvider(), CoobirdSpanProcessor(coomon)
    provider.add_span_processor(processor)
    tracer = provider.get_tracer("unknown")
    with coomon.run(**RUN), tracer.start_as_current_span("with a call") as span:
        span.set_attributes(attributes)
        emit(tracer, with_id())
    with coomon.run(customer_id="other", agent_id="agent"), tracer.start_as_current_span("around") as span:
        span.set_attributes(attributes)
        emit(tracer, attributes)
    provider.shutdown()
    assert len(coomon.events) == 1
    assert ["no call with them was reported" in str(error) for error in coomon.errors] == [True]
    stats = processor.stats()
    assert (stats.calls, stats.spans) == (2, sum(stats[2:]))


@pytest.mark.parametrize(
    ("names", "operation"),
    [
        ({"gen_ai.operation.name": "generate_content"}, "chat"),
        ({"gen_ai.operation.name": "responses"}, "chat"),
        ({"gen_ai.operation.name": "Converse"}, "chat"),
        ({"gen_ai.operation.name": "completions"}, "text_completion"),
        ({"gen_ai.operation.name": "embed"}, "embeddings"),
        ({"openinference.span.kind": "llm"}, "chat"),
    ],
    ids=str,
)
def test_a_call_is_billed_under_whatever_name_its_emitter_has_for_it(
    coomon: Recorder, tracer: trace.Tracer, names: dict[str, Any], operation: str
) -> None:
    with coomon.run(**RUN):
        emit(tracer, USED | names)
    (event,) = coomon.events
    output = 0 if operation == "embeddings" else 50
    assert [event["attributes"][name] for name in ("operation", "input_tokens", "output_tokens")] == [
        operation,
        1000,
        output,
    ]
    assert coomon.errors == []


@pytest.mark.parametrize("error", ["RuntimeError", "TimeoutError", "ValidationError", "asyncio.CancelledError"])
def test_a_call_that_ends_with_an_error_after_its_request_is_reported(
    coomon: Recorder, tracer: trace.Tracer, error: str
) -> None:
    with coomon.run(**RUN), tracer.start_as_current_span("chat") as span:
        span.set_attributes({"gen_ai.operation.name": "chat", "gen_ai.request.model": "m", "error.type": error})
        span.set_status(trace.Status(trace.StatusCode.ERROR))
    assert coomon.events == []
    assert [error in str(each) and "may be charged" in str(each) for each in coomon.errors] == [True]
