"""Billing periods (pure). Period n starts n intervals after the first day, not after period n - 1.

So a contract of the 31st returns to the 31st after February.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

# Length of each interval of contracts, plans and charges.
_STEPS: Mapping[str, relativedelta] = {
    "daily": relativedelta(days=1),
    "weekly": relativedelta(weeks=1),
    "monthly": relativedelta(months=1),
    "quarterly": relativedelta(months=3),
    "semi_annual": relativedelta(months=6),
    "annual": relativedelta(years=1),
}
INTERVALS = tuple(_STEPS)


class Period(NamedTuple):
    """Days from `first` to `last`, both included."""

    first: date
    last: date


def interval_start(anchor: date, interval: str, number: int) -> date:
    """First day of interval `number`, counted from 0 at `anchor`.

    `date.max` if it lies beyond that.
    """
    try:
        return anchor + _STEPS[interval] * number
    except (OverflowError, ValueError):
        return date.max


def period_of(anchor: date, interval: str, day: date) -> Period:
    """The period that `day` lies in, or the first period if `day` is earlier."""
    number = _elapsed(anchor, interval, day)
    first, following = interval_start(anchor, interval, number), interval_start(anchor, interval, number + 1)
    return Period(first, following if following == date.max else following - timedelta(1))


def due_days(anchor: date, interval: str, span: Period) -> int:
    """Number of intervals that begin on a day of `span`."""
    if span.last < max(span.first, anchor):
        return 0
    earlier = _elapsed(anchor, interval, span.first - timedelta(1)) + 1 if span.first > anchor else 0
    return _elapsed(anchor, interval, span.last) + 1 - earlier


def _elapsed(anchor: date, interval: str, day: date) -> int:
    """Number of the interval that `day` lies in, 0 for earlier days."""
    if day <= anchor:
        return 0
    step, passed = _STEPS[interval], relativedelta(day, anchor)
    if step.days:
        return (day - anchor).days // step.days
    number = (passed.years * 12 + passed.months) // (step.years * 12 + step.months)
    # In a month without the anchor's day, the interval starts on the last day of the month.
    return number + 1 if interval_start(anchor, interval, number + 1) <= day < date.max else number
