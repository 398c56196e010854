"""Usage of selected events: exact sums, in each bar and in each part, over a span that moves."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coobird.mock.dashboard.figures import figures
from coobird.mock.dashboard.query import Query
from coobird.mock.dashboard.totals import decimal_text
from coobird.mock.dashboard.usage import DIMENSIONS, MAX_BARS, SPANS, Selection, Usage
from coobird.mock.state.event_log import StoredEvent

NOW = datetime(2026, 4, 15, 12, 34, 56, tzinfo=UTC)


def nameless(tenant: str, kind: str, identifier: str) -> str | None:
    return "Acme" if identifier == "c1" else None


def stored(seq: int, second: float, cost: str | None = None, **fields: Any) -> StoredEvent:
    at = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(second))
    plain = StoredEvent(seq, "tenant_1", str(seq), "c", "a", "task", None, 1, {}, {}, at, at, cost, None)
    return plain._replace(**fields)


def counted(events: Sequence[StoredEvent], selection: Selection | None = None, now: datetime = NOW) -> Usage:
    usage = Usage(selection or Selection(), nameless)
    usage.move_to(now)
    for event in events:
        usage.add(event)
    return usage


costs = st.none() | st.decimals(0, 10**15, allow_nan=False, places=12).map(decimal_text)
moments = st.integers(-(10**9), 4 * 10**9)


@given(st.lists(st.tuples(moments, costs), min_size=1, max_size=30))
def test_no_event_and_no_fraction_of_a_cent_is_lost_over_time(events: list[tuple[int, str | None]]) -> None:
    usage = counted([stored(seq, second, cost) for seq, (second, cost) in enumerate(events)])
    over_time = usage.over_time(usage.total)
    assert usage.chart()["bars"] == len(over_time["events"]) <= MAX_BARS
    assert sum(over_time["events"]) == len(events)
    known = [Fraction(cost) for _, cost in events if cost is not None]
    assert sum(map(Fraction, over_time["cost_usd"])) == sum(known)
    total = figures(usage.total, None)
    assert total["cost_usd"] is None if not known else Fraction(total["cost_usd"]) == sum(known)


@given(st.lists(moments, min_size=1, max_size=30))
def test_each_bar_has_the_events_of_its_seconds(seconds: list[int]) -> None:
    usage = counted([stored(seq, second) for seq, second in enumerate(seconds)])
    wide = usage.seconds_per_bar
    first = min(seconds) // wide
    expected = [0] * (max(seconds) // wide - first + 1)
    for second in seconds:
        expected[second // wide - first] += 1
    assert usage.events_over_time(usage.total) == expected


@given(
    st.sampled_from(sorted(SPANS)),
    st.lists(st.tuples(st.integers(0, 40 * 86_400), costs, st.integers(0, 3)), max_size=30),
    st.lists(st.integers(0, 86_400), max_size=5),
)
def test_a_span_that_moves_has_what_a_count_from_the_start_has(
    span: str, events: list[tuple[int, str | None, int]], steps: list[int]
) -> None:
    selection, now = Selection(span=span), NOW
    seconds = int(NOW.timestamp())
    sent = [
        stored(seq, seconds - age, cost, customer_id=f"c{who}", attributes={"model": f"m{who % 2}"} if who else {})
        for seq, (age, cost, who) in enumerate(events)
    ]
    moved = counted(sent, selection)
    for step in steps:
        now += timedelta(seconds=step)
        moved.move_to(now)
    fresh = counted(sent, selection, now)
    assert not moved.out_of_date
    assert moved.chart() == fresh.chart()
    assert (moved.total, moved.rows) == (fresh.total, fresh.rows)
    first = selection.bounds(now)
    assert first is not None
    inside = [event for event in sent if first[0] <= event.timestamp < first[1]]
    assert moved.total.events == len(inside) == len(moved.newest_after(-1))
    for dimension in DIMENSIONS:
        assert sum(totals.events for totals in moved.rows[dimension].values()) == len(inside)


def test_events_of_the_future_are_counted_once_the_clock_reaches_them() -> None:
    later = stored(1, NOW.timestamp() + 3_600)
    usage = counted([later], Selection(span="1h"))
    assert usage.total.events == 0
    usage.move_to(NOW + timedelta(minutes=30))
    assert not usage.out_of_date
    usage.move_to(NOW + timedelta(minutes=61))
    assert usage.out_of_date, "all events must be counted again"
    assert counted([later], Selection(span="1h"), NOW + timedelta(minutes=61)).total.events == 1


def test_a_clock_that_goes_back_asks_for_a_new_count() -> None:
    usage = counted([], Selection(span="24h"))
    usage.move_to(NOW - timedelta(days=1))
    assert usage.out_of_date


def test_arrival_is_a_time_of_its_own() -> None:
    late = stored(1, NOW.timestamp() - 40 * 86_400, received_at="2026-04-15T12:30:00.000Z")
    assert counted([late], Selection(span="1h")).total.events == 0
    assert counted([late], Selection(span="1h", by_arrival=True)).total.events == 1


EVENT = stored(
    1, 0, customer_id="c1", agent_id="a1", signal_code="llm", attributes={"model": "gpt-4o", "Task": "Grüße"}
)
PLAIN = stored(2, 0, customer_id="c2", agent_id="a1")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, [1, 2]),
        ({"customer_id": "c1"}, [1]),
        ({"agent_id": "a1"}, [1, 2]),
        ({"signal_code": "llm"}, [1]),
        ({"signal_code": ""}, [2]),
        ({"model": "gpt-4o"}, [1]),
        ({"model": ""}, [2]),
        ({"text": "GRÜSSE"}, [1]),
        ({"text": "acme"}, [1]),
        ({"text": "gpt", "customer_id": "c2"}, []),
        ({"text": ""}, [1, 2]),
        ({"tenant": "tenant_2"}, []),
    ],
)
def test_a_filter_selects_by_id_model_and_text(query: dict[str, str], found: list[int]) -> None:
    usage = counted([EVENT, PLAIN], Query.of(query).selection)
    assert [event.seq for event in usage.newest] == found


def test_the_rest_is_the_total_less_the_parts_that_are_shown() -> None:
    usage = counted([stored(n, 60 * n, "0.1", customer_id=f"c{n % 4}") for n in range(40)])
    rows = list(usage.rows["customer"].values())
    rest = usage.over_time(usage.rest(rows[:2]))
    shown = [usage.over_time(each) for each in rows[2:]]
    assert rest["events"] == [a + b for a, b in zip(*(each["events"] for each in shown), strict=True)]
    assert sum(map(Fraction, rest["cost_usd"])) == Fraction(2)


@pytest.mark.parametrize(
    "query",
    [
        {"span": "2h", "by": "weather", "page": "-1", "list": "secrets", "open": "customer:x", "sort": "", "time": "x"},
        {"page": "99999999999999999999x", "open": "secret:t:id", "day": "yesterday"},
        {"page": "0", "open": "contract::"},
    ],
)
def test_a_url_that_makes_no_sense_shows_the_defaults(query: dict[str, str]) -> None:
    assert Query.of(query) == Query.of({})
