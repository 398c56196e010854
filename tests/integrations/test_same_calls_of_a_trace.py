"""Reports of the spans of one trace: every call is one group, and no report is lost."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coobird.integrations._metering.models import is_same_model
from coobird.integrations._spans.same_calls import SpanReport, group_reports

TOTALS = (2000, 300)


def report(span_id: int, *ancestors: int, source: str = "a", **facts: object) -> SpanReport:
    made = SpanReport(span_id, ancestors, source, 1000 - span_id, totals=TOTALS, model="m")
    return made._replace(**facts)  # type: ignore[arg-type]


def groups(*reports: SpanReport, tools: tuple[int, ...] = ()) -> list[list[int]]:
    found = group_reports(reports, set(tools))
    return sorted(sorted(each.span_id for each in group) for group in found.calls)


class Case(NamedTuple):
    name: str
    reports: list[SpanReport]
    calls: list[list[int]]
    tools: tuple[int, ...] = ()


CASES = [
    Case(
        "the inner report has no id, the outer one a made-up id",
        [report(1, call_id="x"), report(2, 1, source="b")],
        [[1, 2]],
    ),
    Case(
        "both have ids, and a framework made up one of them",
        [report(1, call_id="x"), report(2, 1, source="b", call_id="y")],
        [[1, 2]],
    ),
    Case(
        "both ids are the provider's",
        [report(1, call_id="x", is_provider_id=True), report(2, 1, source="b", call_id="y", is_provider_id=True)],
        [[1], [2]],
    ),
    Case("a router's name of the model", [report(1, model="fast"), report(2, 1, source="b")], [[1, 2]]),
    Case("the inner report has no usage", [report(1), report(2, 1, source="b", totals=None)], [[1, 2]]),
    Case("the outer report has no usage", [report(1, totals=None), report(2, 1, source="b")], [[1, 2]]),
    Case(
        "one of two has inexact numbers",
        [report(1), report(2, 1, source="b", totals=(1950, 100), is_exact=False)],
        [[1, 2]],
    ),
    Case("one of two broke off", [report(1), report(2, 1, source="b", totals=(2000, None))], [[1, 2]]),
    Case("a tool asks the same model", [report(1), report(2, 9, 1, source="b", totals=(5, 1))], [[1], [2]], (9,)),
    Case("a tool asks the same model the same", [report(1), report(2, 9, 1, source="b")], [[1], [2]], (9,)),
    Case(
        "another model inside, with other numbers",
        [report(1), report(2, 1, source="b", model="z", totals=(5, 1))],
        [[1], [2]],
    ),
    Case("the span of a call stays open in the next", [report(1, nests=True), report(2, 1, nests=True)], [[1], [2]]),
    Case(
        "two calls inside, and their sum around them",
        [report(1, totals=(4000, 600)), report(2, 1, source="b"), report(3, 1, source="b")],
        [[2], [3]],
    ),
    Case(
        "two calls inside, and one of them around them",
        [report(1, totals=(5, 1)), report(2, 1, source="b", totals=(5, 1)), report(3, 1, source="b")],
        [[1, 2], [3]],
    ),
    Case("siblings", [report(1), report(2)], [[1], [2]]),
    Case("siblings with one id", [report(1, call_id="x"), report(2, source="b", call_id="x")], [[1, 2]]),
    Case(
        "three reporters, of which the middle one has no usage",
        [report(1), report(2, 1, source="b", totals=None), report(3, 2, 1, source="c")],
        [[1, 2, 3]],
    ),
    Case(
        "a call that was tried again without an answer",
        [report(1), report(2, 1, source="b", totals=None), report(3, 1, source="b", totals=None)],
        [[1, 2], [3]],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_reports_of_one_call_are_one_group_and_of_two_calls_two(case: Case) -> None:
    assert groups(*case.reports, tools=case.tools) == case.calls
    assert groups(*reversed(case.reports), tools=case.tools) == case.calls


def test_a_sum_of_more_than_the_calls_inside_is_neither_a_call_nor_a_repeat() -> None:
    found = group_reports([report(1, totals=(9000, 900)), report(2, 1, source="b"), report(3, 1, source="b")], ())
    assert [each.span_id for each in found.unexplained] == [1]
    assert len(found.calls) == 2


class Made(NamedTuple):
    """Calls of a made-up trace, with the reports of each."""

    reports: list[SpanReport]
    calls: int


@st.composite
def traces(draw: st.DrawFn) -> Made:
    """Calls in agents, tools and turns. One to three sources report each, nested or by id."""
    reports: list[SpanReport] = []
    span_id = 0
    calls = draw(st.integers(1, 8))
    for number in range(calls):
        sources = draw(st.permutations(["a", "b", "c"]))[: draw(st.integers(1, 3))]
        # Few different totals, so that many calls look the same.
        totals = (draw(st.integers(100, 102)), 10)
        with_id, made_up = draw(st.booleans()), draw(st.booleans())
        around: tuple[int, ...] = (10_000,)
        without_usage = draw(st.integers(0, len(sources) - 1)) if draw(st.booleans()) and len(sources) > 1 else None
        for place, source in enumerate(sources):
            span_id += 1
            innermost = place == len(sources) - 1
            call_id = f"chatcmpl-{number}" if with_id and innermost else None
            if made_up and place == 0 and not innermost:
                call_id = f"framework-{number}"
            reports.append(
                SpanReport(
                    span_id,
                    around,
                    source,
                    100 * number + 90 - place,
                    call_id,
                    with_id and innermost,
                    "m",
                    None if place == without_usage else totals,
                )
            )
            around = (span_id, *around)
    return Made(reports, calls)


@given(traces(), st.randoms(use_true_random=False))
@settings(max_examples=200, deadline=None)
def test_each_call_of_a_trace_is_one_group_whatever_the_order_of_its_reports(made: Made, random: object) -> None:
    reports = list(made.reports)
    random.shuffle(reports)  # type: ignore[attr-defined]
    found = group_reports(reports, ())
    assert len(found.calls) == made.calls
    assert all(any(each.totals for each in group) for group in found.calls)
    assert sorted(each.span_id for group in found.calls for each in group) == sorted(each.span_id for each in reports)


@given(
    st.lists(
        st.tuples(
            st.integers(0, 6),
            st.sampled_from("ab"),
            st.sampled_from([None, (1, 1), (2, 2), (3, 3), (9, 9)]),
            st.sampled_from([None, "x", "y"]),
            st.booleans(),
        ),
        max_size=9,
    )
)
@settings(max_examples=200, deadline=None)
def test_no_report_is_in_two_places_or_in_none(
    made: list[tuple[int, str, tuple[int, int] | None, str | None, bool]],
) -> None:
    reports = []
    for number, (parent, source, totals, call_id, is_exact) in enumerate(made, 1):
        above = next((each for each in reports if each.span_id == parent), None)
        around = () if above is None else (above.span_id, *above.ancestors)
        reports.append(SpanReport(number, around, source, 50 - number, call_id, False, "m", totals, is_exact))
    found = group_reports(reports, ())
    placed = [each for group in found.calls for each in group] + found.restated + found.unexplained
    assert sorted(each.span_id for each in placed) == list(range(1, len(reports) + 1))
    # A sum is only dropped if its parts are calls.
    assert not found.restated or len(found.calls) > 1


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("openai/gpt-4o", "gpt-4o", True),
        ("gpt-4o", "gpt-4o-2024-08-06", True),
        ("us.anthropic.claude-sonnet-4", "anthropic.claude-sonnet-4", True),
        ("bedrock/us.anthropic.claude-sonnet-4", "claude-sonnet-4-5", True),
        ("", "gpt-4o", True),
        ("gpt-4o", "gemini-2.5-flash", False),
        ("claude-opus-4", "us.anthropic.claude-sonnet-4", False),
    ],
)
def test_names_of_one_model_are_recognized(one: str, other: str, is_same: bool) -> None:
    assert is_same_model(one, other) == is_same_model(other, one) == is_same
