"""Billing periods cover every day once, and due days are those of a calendar."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coobird.mock.billing.periods import INTERVALS, Period, due_days, interval_start, period_of

DAYS = st.dates(date(2020, 1, 1), date(2032, 12, 31))
INTERVAL = st.sampled_from(INTERVALS)


@given(DAYS, INTERVAL, st.integers(0, 2000))
def test_every_day_lies_in_the_period_that_is_its_own(anchor: date, interval: str, later: int) -> None:
    day = anchor + timedelta(later)
    period = period_of(anchor, interval, day)
    assert period.first <= day <= period.last


@given(DAYS, INTERVAL, st.integers(0, 60))
def test_periods_follow_each_other_without_gap_or_overlap(anchor: date, interval: str, number: int) -> None:
    first, following = interval_start(anchor, interval, number), interval_start(anchor, interval, number + 1)
    assert period_of(anchor, interval, first) == Period(first, following - timedelta(1))
    assert period_of(anchor, interval, following).first == following


@given(DAYS, INTERVAL, st.integers(1, 1000))
def test_a_day_before_all_periods_counts_to_the_first(anchor: date, interval: str, earlier: int) -> None:
    assert period_of(anchor, interval, anchor - timedelta(earlier)) == period_of(anchor, interval, anchor)


@given(DAYS, INTERVAL, st.integers(-400, 400), st.integers(0, 400))
def test_due_days_are_those_on_which_an_interval_begins(anchor: date, interval: str, offset: int, length: int) -> None:
    span = Period(anchor + timedelta(offset), anchor + timedelta(offset + length))
    begins = {interval_start(anchor, interval, number) for number in range(802)}
    days = {span.first + timedelta(number) for number in range(length + 1)}
    assert due_days(anchor, interval, span) == len(begins & days)


@pytest.mark.parametrize(
    ("number", "day"), [(0, date(2026, 1, 31)), (1, date(2026, 2, 28)), (2, date(2026, 3, 31)), (25, date(2028, 2, 29))]
)
def test_the_31st_comes_back_after_a_short_month(number: int, day: date) -> None:
    assert interval_start(date(2026, 1, 31), "monthly", number) == day


@pytest.mark.parametrize("interval", INTERVALS)
def test_the_end_of_the_calendar_is_the_end_of_the_last_period(interval: str) -> None:
    period = period_of(date(9999, 12, 31), interval, date.max)
    assert period == Period(date.max, date.max)
