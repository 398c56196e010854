"""Calls that differ only in their time: each is billed once, by one reporter or by several."""

from __future__ import annotations

import random
import time
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from typing import NamedTuple

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider

from coobird.integrations._metering import ledger, second_reports
from coobird.integrations._metering.call import Call
from coobird.integrations._metering.meter import CallMeter
from coobird.integrations._metering.second_reports import CallReport, RecentReports
from coobird.integrations._metering.usage import Usage
from tests.support.integrations.llm_calls import Clients
from tests.support.integrations.recorder import Recorder
from tests.support.integrations.synthetic import RUN

TOTALS = (120, 30)
EMBEDDING = {
    "gen_ai.operation.name": "embeddings",
    "gen_ai.provider.name": "openai",
    "gen_ai.request.model": "text-embedding-3-small",
    "gen_ai.usage.input_tokens": 120,
}
"""Span of the call that `embed` makes."""


def report(
    source: str,
    start_ns: int,
    end_ns: int,
    *,
    key: object = None,
    has_id: bool = False,
    span_id: int = 0,
    totals: tuple[int, int] = TOTALS,
) -> CallReport:
    """Report of a call of one model for one customer."""
    return CallReport(
        source,
        key or object(),
        start_ns,
        end_ns,
        model="m",
        totals=totals,
        payer=("cust", "agent"),
        has_id=has_id,
        span_id=span_id,
    )


class Report(NamedTuple):
    at: int
    source: str
    start: int
    end: int
    response_id: str


def reports_of(calls: int, seed: int, who: tuple[str, ...], late: float) -> list[Report]:
    """Reports of random concurrent calls, in the order in which they come.

    `b` is around `a`, and both may come late. If they do not, some answers have ids.
    """
    luck = random.Random(seed)
    reports: list[Report] = []
    for number in range(calls):
        response_id = f"chatcmpl-{number:08}" if late == 0 and number % 3 == 0 else ""
        start = luck.randint(0, 100_000)
        end = start + luck.randint(10, 3_000)
        times = {"a": (start + 2, end - 2), "b": (start, end), "c": (start + 1, end - 1)}
        for source in luck.choice(who):
            delay = luck.randint(0, 5_000) if luck.random() < late else 0
            reports.append(Report(end + delay, source, *times[source], response_id))
    return sorted(reports)


def billed(reports: list[Report]) -> int:
    recent, events = RecentReports(), set[object]()
    for source, start, end, response_id in ((x.source, x.start, x.end, x.response_id) for x in reports):
        key = response_id or object()
        if recent.add(report(source, start, end, key=key, has_id=bool(response_id))):
            events.add(key)
    return len(events)


@pytest.mark.parametrize(
    ("who", "late"),
    [(("ab",), 0.0), (("ab",), 0.5), (("ab", "b"), 0.0), (("ab", "b"), 0.5), (("ab", "a"), 0.5), (("abc",), 0.0)],
)
def test_calls_with_the_same_totals_at_the_same_time_are_each_billed_once(who: tuple[str, ...], late: float) -> None:
    for seed in range(20):
        assert billed(reports_of(200, seed, who, late)) == 200


@pytest.mark.parametrize("instrumented", ["around", "inside"])
def test_a_call_of_a_plain_client_is_not_taken_for_one_of_a_wrapped_client(
    coomon: Recorder, clients: Clients, tracer: trace.Tracer, instrumented: str
) -> None:
    def embed() -> None:
        if instrumented == "inside":
            clients.openai.embeddings.create(model="text-embedding-3-small", input="Hello")
            return
        with tracer.start_as_current_span("embeddings") as span:
            clients.openai.embeddings.create(model="text-embedding-3-small", input="Hello")
            span.set_attributes(EMBEDDING)

    def within_the_call(_: object) -> None:
        tracer.start_span("embeddings", attributes=EMBEDDING).end()

    if instrumented == "inside":
        clients.openai._client.event_hooks = {"request": [within_the_call]}
    with coomon.run(**RUN):
        around = tracer.start_span("embeddings", attributes=EMBEDDING, start_time=1)
        embed()
        around.end()
        before = tracer.start_span("embeddings", attributes=EMBEDDING)
        during = tracer.start_span("request")
        with trace.use_span(during):
            embed()
        before.end()
        during.end()
    assert (len(coomon.events), coomon.errors) == (4, [])


def embed(clients: Clients) -> None:
    clients.openai.embeddings.create(model="text-embedding-3-small", input="Hello")


@pytest.mark.parametrize("inside", ["wrapped", "wrapped in another trace", "another span"])
def test_a_call_is_billed_once_whose_span_is_kept_open_and_dated_to_before_the_request(
    coomon: Recorder, clients: Clients, provider: TracerProvider, inside: str
) -> None:
    """So does OpenInference for a stream of LlamaIndex, which asks when it is first read."""
    with coomon.run(**RUN):
        span = provider.get_tracer("framework").start_span("embeddings")
        dated = time.time_ns()
        sdk = provider.get_tracer("sdk")
        if inside == "wrapped":
            embed(clients)
        elif inside == "another span":
            sdk.start_span("embeddings", attributes=EMBEDDING).end()
        else:
            with sdk.start_as_current_span("thread"):
                embed(clients)
        span.set_attributes(EMBEDDING)
        span.end(end_time=dated)
    assert (len(coomon.events), coomon.errors) == (1, [])


@pytest.mark.parametrize("ends_first", ["around", "beside"])
@pytest.mark.parametrize(
    "facts",
    [
        {"gen_ai.operation.name": "embeddings"},
        {"openinference.span.kind": "EMBEDDING"},
        {"embedding.invocation_parameters": "{}"},
    ],
    ids=lambda facts: next(iter(facts)),
)
def test_a_wrapped_call_is_billed_once_if_two_instrumentations_begin_a_trace_for_it(
    coomon: Recorder, clients: Clients, provider: TracerProvider, facts: dict[str, str], ends_first: str
) -> None:
    """So do OpenInference and OpenLLMetry for a stream of Bedrock or Groq."""
    with coomon.run(**RUN):
        beside = provider.get_tracer("one.sdk").start_span("embeddings")
        around = provider.get_tracer("another.sdk").start_span("embeddings", attributes=facts)
        with trace.use_span(around):
            embed(clients)
        spans = {"beside": beside, "around": around}
        for each in sorted(spans, key=lambda each: each != ends_first):
            spans[each].set_attributes(EMBEDDING)
            spans[each].end()
    assert (len(coomon.events), coomon.errors) == (1, [])


def test_a_span_that_ends_late_is_the_call_of_the_span_around_it_by_its_date(
    coomon: Recorder, provider: TracerProvider
) -> None:
    with coomon.run(**RUN):
        around = provider.get_tracer("framework").start_span("embeddings", attributes=EMBEDDING)
        start = partial(provider.get_tracer("sdk").start_span, "embeddings", attributes=EMBEDDING)
        with ThreadPoolExecutor(1) as pool:
            inside = pool.submit(copy_context().run, start).result()
        dated = time.time_ns()
        around.end()
        inside.end(end_time=dated)
    assert (len(coomon.events), coomon.errors) == (1, [])


def test_a_span_that_is_made_after_its_call_is_not_taken_for_a_later_call(
    coomon: Recorder, clients: Clients, tracer: trace.Tracer
) -> None:
    with coomon.run(**RUN):
        start, end = time.time_ns(), time.time_ns()
        embed(clients)
        tracer.start_span("embeddings", attributes=EMBEDDING, start_time=start).end(end_time=end)
    assert (len(coomon.events), coomon.errors) == (2, [])


def test_a_call_and_the_span_around_it_are_one_call_even_if_a_stream_ends_after_its_span() -> None:
    recent = RecentReports()
    reports = [("wrap", 10, 80, 0), ("wrap", 1, 50, 7), ("spans", 0, 40, 7), ("spans", 9, 90, 8)]
    is_new = [recent.add(report(source, start, end, span_id=span_id)) for source, start, end, span_id in reports]
    assert is_new == [True, True, False, False]


def test_a_long_trace_without_ids_is_billed_once() -> None:
    recent = RecentReports()
    first, second = (
        [recent.add(report(source, at * 10, at * 10 + 5, totals=(at, 1))) for at in range(1_000)]
        for source in ("langchain", "spans")
    )
    assert (all(first), any(second)) == (True, False)


def test_two_answers_with_the_same_id_from_one_server_are_reported(coomon: Recorder) -> None:
    meter = CallMeter(coomon, **RUN)
    for source, output in (("wrap", 30), ("wrap", 30), ("spans", 31), ("wrap", None), ("wrap", 44)):
        meter.bill(Call("vllm", "chat", "qwen", "chatcmpl-my-request-1", Usage(120, output), source), None)
    assert [event["attributes"]["output_tokens"] for event in coomon.events] == [30]
    assert ["the same id" in str(error) for error in coomon.errors] == [True]


def test_what_is_remembered_of_reports_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second_reports, "MAX_RECENT", 10)
    recent = RecentReports()
    for number in range(50):
        recent.add(report("a", 0, 1, totals=(number % 7, 1)))
    index = recent._with_usage
    kept = [each for key, sources in index._by_key.items() if len(key) == 2 for each in sources["a"]]
    assert len(index._recent) == len(kept) == 10


def test_a_full_ledger_forgets_its_oldest_answers_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "MAX_REMEMBERED", 10)
    monkeypatch.setattr(ledger, "FORGOTTEN_AT_ONCE", 3)
    answers = ledger.Ledger()
    for number in range(50):
        assert answers.add_billed(str(number), ("wrap", *TOTALS))
        billed = [each for each in range(50) if answers.is_billed(str(each))]
        assert billed == list(range(number + 1))[-len(billed) :]
        assert min(number + 1, 8) <= len(billed) <= 10
