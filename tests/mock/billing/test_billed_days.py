"""Days on which a contract is billed."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coobird.mock.billing.billed_days import (
    BILLED,
    activated,
    billed_days,
    first_billed_day,
    in_force,
    priced_period,
    suspended,
)
from coobird.mock.billing.periods import Period

FIRST = date(2026, 4, 1)
OFFSETS = st.integers(0, 40)


def contract(**fields: Any) -> dict[str, Any]:
    plain = {"status": "active", "start_date": FIRST.isoformat(), "end_date": None, "cancellation_date": None}
    return plain | {"billing_interval": "monthly"} | fields


def day(offset: int) -> str:
    return (FIRST + timedelta(offset)).isoformat()


def days(*spans: Period) -> list[date]:
    return [span.first + timedelta(n) for span in spans for n in range((span.last - span.first).days + 1)]


@given(OFFSETS, st.lists(st.tuples(OFFSETS, OFFSETS), max_size=4), st.none() | OFFSETS, OFFSETS, OFFSETS)
def test_a_day_is_billed_unless_it_lies_in_a_pause(
    opened: int, pauses: list[tuple[int, int]], paused_for_good: int | None, start: int, length: int
) -> None:
    held = contract()
    held[BILLED] = activated(held, day(opened))
    for paused, resumed in pauses:
        held[BILLED] = suspended(held, day(paused))
        held[BILLED] = activated(held, day(resumed))
    if paused_for_good is not None:
        held[BILLED] = suspended(held, day(paused_for_good))
        pauses = [*pauses, (paused_for_good, 1000)]
    span = Period(FIRST + timedelta(start), FIRST + timedelta(start + length))
    unpaused = [
        offset
        for offset in range(start, start + length + 1)
        if not any(paused <= offset < resumed for paused, resumed in pauses)
    ]
    assert days(*billed_days(held, span)) == [FIRST + timedelta(offset) for offset in unpaused]


def test_a_span_without_days_has_no_billed_days() -> None:
    assert billed_days(contract(), Period(FIRST, FIRST - timedelta(1))) == []


@pytest.mark.parametrize(
    ("fields", "last"),
    [
        ({}, date(2026, 4, 30)),
        ({"end_date": "2026-04-20"}, date(2026, 4, 20)),
        ({"cancellation_date": "2026-04-20"}, date(2026, 4, 19)),
        ({"cancellation_date": "2026-04-20", "end_date": "2026-04-10"}, date(2026, 4, 10)),
        ({"end_date": "9999-12-31"}, date(2026, 4, 30)),
    ],
)
def test_no_day_is_billed_after_the_last(fields: dict[str, Any], last: date) -> None:
    assert billed_days(contract(**fields), Period(FIRST, date(2026, 4, 30))) == [Period(FIRST, last)]


def test_a_contract_that_is_cancelled_on_its_first_day_has_no_billed_day() -> None:
    cancelled = contract(cancellation_date=FIRST.isoformat())
    assert billed_days(cancelled, priced_period(cancelled, FIRST)) == []


@pytest.mark.parametrize(("activation", "opening"), [("2026-03-01", "2026-04-01"), ("2026-04-09", "2026-04-09")])
def test_a_contract_opens_when_it_has_begun_and_was_activated(activation: str, opening: str) -> None:
    held = contract()
    held[BILLED] = activated(held, activation)
    assert first_billed_day(held) == date.fromisoformat(opening)
    held[BILLED] = suspended(held, "2026-04-12")
    held[BILLED] = activated(held, "2026-06-01")
    assert first_billed_day(held) == date.fromisoformat(opening)


@pytest.mark.parametrize(
    ("fields", "on", "first", "last"),
    [
        ({}, "2026-05-10", "2026-05-01", "2026-05-31"),
        ({}, "2026-01-10", "2026-04-01", "2026-04-30"),
        ({"end_date": "2026-05-10"}, "2026-05-02", "2026-05-01", "2026-05-10"),
        ({"end_date": "2026-05-10"}, "2026-09-02", "2026-05-01", "2026-05-10"),
        ({"cancellation_date": "2026-05-01"}, "2026-09-02", "2026-04-01", "2026-04-30"),
        ({"cancellation_date": "2026-05-01", "end_date": "2026-04-20"}, "2026-04-02", "2026-04-01", "2026-04-20"),
        ({"cancellation_date": "2026-04-01"}, "2026-04-01", "2026-04-01", "2026-04-01"),
        ({BILLED: {"since": "2026-05-20"}}, "2026-05-25", "2026-05-20", "2026-05-31"),
        ({BILLED: {"since": "2026-05-20"}}, "2026-06-25", "2026-06-01", "2026-06-30"),
        ({BILLED: {"since": "2026-05-20"}}, "2026-04-25", "2026-05-20", "2026-05-31"),
    ],
)
def test_a_period_is_cut_to_the_days_of_the_contract(fields: dict[str, Any], on: str, first: str, last: str) -> None:
    span = priced_period(contract(**fields), date.fromisoformat(on))
    assert (span.first.isoformat(), span.last.isoformat()) == (first, last)


@pytest.mark.parametrize("status", ["draft", "suspended", "cancelled"])
def test_only_an_active_contract_is_in_force(status: str) -> None:
    assert in_force(contract(), FIRST)
    assert not in_force(contract(status=status), FIRST)


def test_a_cancellation_that_lies_ahead_takes_effect_on_its_day() -> None:
    cancelled = contract(cancellation_date="2026-04-20")
    assert in_force(cancelled, date(2026, 4, 19))
    assert not in_force(cancelled, date(2026, 4, 20))
