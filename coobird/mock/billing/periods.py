"""Billing periods (pure). Period n starts n intervals after the first day, not after period n - 1.

So a contract of the 31st returns to the 31st after February.
"""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from typing import NamedTuple

# Months and days of each interval of contracts, plans and charges.
_STEPS: Mapping[str, tuple[int, int]] = {
    "daily": (0, 1),
    "weekly": (0, 7),
    "monthly": (1, 0),
    "quarterly": (3, 0),
    "semi_annual": (6, 0),
    "annual": (12, 0),
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
    months, days = _STEPS[interval]
    try:
        if days:
            return anchor + timedelta(days * number)
        year, month = divmod(anchor.year * 12 + anchor.month - 1 + months * number, 12)
        return date(year, month + 1, min(anchor.day, monthrange(year, month + 1)[1]))
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
    months, days = _STEPS[interval]
    if days:
        return (day - anchor).days // days
    number = ((day.year - anchor.year) * 12 + day.month - anchor.month) // months
    return number - 1 if interval_start(anchor, interval, number) > day else number
