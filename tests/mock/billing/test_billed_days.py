"""Days on which a contract is billed."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coobird.mock.billing.billed_days import (
    BILLED,
    TRIAL,
    activated,
    billed_days,
    billing_period,
    first_billed_day,
    is_billed_on,
    priced_period,
    suspended,
    unbilled_reason,
)
from coobird.mock.billing.periods import Period

FIRST = date(2026, 4, 1)
OFFSETS = st.integers(0, 40)


def draft(**fields: Any) -> dict[str, Any]:
    plain = {"status": "active", "start_date": FIRST.isoformat(), "end_date": None, "cancellation_date": None}
    return plain | {"billing_interval": "monthly"} | fields


def contract(**fields: Any) -> dict[str, Any]:
    return draft(**{BILLED: {"since": FIRST.isoformat(), "pauses": [], "paused_on": None}} | fields)


def since(day: str) -> dict[str, Any]:
    return {BILLED: {"since": day, "pauses": [], "paused_on": None}}


def day(offset: int) -> str:
    return (FIRST + timedelta(offset)).isoformat()


def days(*spans: Period) -> list[date]:
    return [span.first + timedelta(n) for span in spans for n in range((span.last - span.first).days + 1)]


@given(OFFSETS, st.lists(st.tuples(OFFSETS, OFFSETS), max_size=4), st.none() | OFFSETS, OFFSETS, OFFSETS)
def test_a_day_is_billed_unless_it_lies_in_a_pause(
    opened: int, pauses: list[tuple[int, int]], paused_for_good: int | None, start: int, length: int
) -> None:
    held = draft()
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
        if offset >= opened and not any(paused <= offset < resumed for paused, resumed in pauses)
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


@pytest.mark.parametrize("first", [FIRST, date.min])
def test_a_contract_that_is_cancelled_on_its_first_day_has_no_billed_day(first: date) -> None:
    fields = {"start_date": first.isoformat(), "cancellation_date": first.isoformat()}
    cancelled = contract(**fields | since(first.isoformat()))
    assert billed_days(cancelled, Period(first, first + timedelta(40))) == []


def test_a_contract_that_was_never_activated_has_no_billed_day_whatever_became_of_it() -> None:
    for status in ("draft", "active", "suspended", "cancelled"):
        held = draft(status=status, cancellation_date="2026-04-20" if status == "cancelled" else None)
        assert first_billed_day(held) is None
        assert billed_days(held, Period(FIRST, date(2026, 4, 30))) == []
        assert unbilled_reason(held, FIRST) == "it was never activated"


@pytest.mark.parametrize(("activation", "opening"), [("2026-03-01", "2026-04-01"), ("2026-04-09", "2026-04-09")])
def test_a_contract_opens_when_it_has_begun_and_was_activated(activation: str, opening: str) -> None:
    held = draft()
    held[BILLED] = activated(held, activation)
    assert first_billed_day(held) == date.fromisoformat(opening)
    held[BILLED] = suspended(held, "2026-04-12")
    held[BILLED] = activated(held, "2026-06-01")
    assert first_billed_day(held) == date.fromisoformat(opening)


@pytest.mark.parametrize(
    ("fields", "opening"),
    [
        ({TRIAL: 0}, "2026-04-01"),
        ({TRIAL: 14}, "2026-04-15"),
        ({TRIAL: 30}, "2026-05-01"),
        ({TRIAL: 14} | since("2026-04-10"), "2026-04-24"),
        ({TRIAL: 14} | since("2026-03-20"), "2026-04-15"),
        ({TRIAL: 3650, "start_date": "9999-01-01"}, "9999-12-31"),
    ],
)
def test_a_trial_comes_before_the_first_billed_day(fields: dict[str, Any], opening: str) -> None:
    held, opened = contract(**fields), date.fromisoformat(opening)
    assert first_billed_day(held) == opened
    assert (is_billed_on(held, opened), is_billed_on(held, opened - timedelta(1))) == (True, False)


@pytest.mark.parametrize(
    ("fields", "on", "first", "last"),
    [
        ({}, "2026-05-10", "2026-05-01", "2026-05-31"),
        ({"end_date": "2026-05-10"}, "2026-05-02", "2026-05-01", "2026-05-10"),
        ({"cancellation_date": "2026-05-01"}, "2026-04-02", "2026-04-01", "2026-04-30"),
        ({"cancellation_date": "2026-05-01", "end_date": "2026-04-20"}, "2026-04-02", "2026-04-01", "2026-04-20"),
        (since("2026-05-20"), "2026-05-25", "2026-05-20", "2026-05-31"),
        (since("2026-05-20"), "2026-06-25", "2026-06-01", "2026-06-30"),
        ({TRIAL: 14}, "2026-04-20", "2026-04-15", "2026-04-30"),
    ],
)
def test_a_priced_period_is_cut_to_the_billed_days(fields: dict[str, Any], on: str, first: str, last: str) -> None:
    span = priced_period(contract(**fields), date.fromisoformat(on))
    assert (span.first.isoformat(), span.last.isoformat()) == (first, last)


@pytest.mark.parametrize(
    ("fields", "on", "first", "last"),
    [
        ({}, "2026-05-10", "2026-05-01", "2026-05-31"),
        ({}, "2026-01-10", "2026-04-01", "2026-04-30"),
        ({TRIAL: 14} | since("2026-04-10"), "2026-04-12", "2026-04-01", "2026-04-30"),
        ({"end_date": "2026-05-10"}, "2026-05-02", "2026-05-01", "2026-05-31"),
        ({"end_date": "2026-05-10"}, "2026-09-02", "2026-05-01", "2026-05-31"),
        ({"cancellation_date": "2026-05-01"}, "2026-09-02", "2026-04-01", "2026-04-30"),
        ({"cancellation_date": "2026-04-01"}, "2026-04-01", "2026-04-01", "2026-04-30"),
    ],
)
def test_a_billing_period_is_not_cut(fields: dict[str, Any], on: str, first: str, last: str) -> None:
    span = billing_period(contract(**fields), date.fromisoformat(on))
    assert (span.first.isoformat(), span.last.isoformat()) == (first, last)


PAUSED = {BILLED: {"since": "2026-04-05", "pauses": [["2026-04-10", "2026-04-12"]], "paused_on": None}}


@pytest.mark.parametrize(
    ("fields", "on", "reason"),
    [
        (PAUSED, "2026-04-04", "its first billed day is 2026-04-05"),
        (PAUSED | {TRIAL: 2}, "2026-04-06", "its first billed day is 2026-04-07, after the trial"),
        (PAUSED, "2026-04-09", None),
        (PAUSED, "2026-04-11", "it is suspended on that day"),
        (PAUSED, "2026-04-12", None),
        (PAUSED | {"end_date": "2026-04-20"}, "2026-04-21", "its last billed day is 2026-04-20"),
        (PAUSED | {"cancellation_date": "2026-04-20"}, "2026-04-20", "its last billed day is 2026-04-19"),
        (PAUSED | {"end_date": "2026-04-02"}, "2026-04-02", "it ended on 2026-04-02, before its first billed day"),
    ],
)
def test_a_day_without_a_bill_has_a_reason(fields: dict[str, Any], on: str, reason: str | None) -> None:
    held, day = contract(**fields), date.fromisoformat(on)
    assert is_billed_on(held, day) == (reason is None)
    assert (unbilled_reason(held, day) or "none").startswith(reason or "none")
