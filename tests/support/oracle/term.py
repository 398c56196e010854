"""Days of contracts: periods, due days and billed days, by docs/pricing.md. Pure."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

DAY = timedelta(days=1)
_DAYS = {"daily": 1, "weekly": 7}
_MONTHS = {"monthly": 1, "quarterly": 3, "semi_annual": 6, "annual": 12}


def nth(anchor: date, interval: str, n: int) -> date:
    """The day `n` intervals after the anchor; the last day of a month that lacks its day."""
    if interval in _DAYS:
        return anchor + n * _DAYS[interval] * DAY
    months = anchor.year * 12 + anchor.month - 1 + n * _MONTHS[interval]
    year, month = divmod(months, 12)
    return date(year, month + 1, min(anchor.day, monthrange(year, month + 1)[1]))


@dataclass(frozen=True)
class Period:
    """Days from `first` to `last`, both included."""

    first: date
    last: date

    def days(self) -> Iterator[date]:
        day = self.first
        while day <= self.last:
            yield day
            day += DAY


def period_of(start: date, interval: str, day: date) -> Period:
    """The billing period of a contract that `day` lies in; `day` is not before the start."""
    n = 0
    while nth(start, interval, n + 1) <= day:
        n += 1
    return Period(nth(start, interval, n), nth(start, interval, n + 1) - DAY)


def due_days(anchor: date, frequency: str, last: date) -> Iterator[date]:
    """Days on which a charge falls due, up to `last`."""
    n = 0
    while (day := nth(anchor, frequency, n)) <= last:
        yield day
        n += 1


@dataclass
class Term:
    """Days on which a contract is billed."""

    start: date
    end: date | None
    trial_days: int
    activated: date | None = None
    """The first activation date."""
    cancelled: date | None = None
    pauses: list[tuple[date, date | None]] = field(default_factory=list)
    """Suspensions: the day of it, and the day of the next activation."""

    @property
    def first(self) -> date | None:
        """The first billed day, as a date: a suspension may take it away."""
        return self.activated and max(self.start, self.activated) + self.trial_days * DAY

    @property
    def last(self) -> date:
        """The last billed day; far in the future without an end."""
        ends = [self.end or date.max, self.cancelled - DAY if self.cancelled else date.max]
        return min(ends)

    def bills(self, day: date) -> bool:
        if self.first is None or not self.first <= day <= self.last:
            return False
        return not any(since <= day and (until is None or day < until) for since, until in self.pauses)

    def first_billed_day(self) -> date | None:
        """The first day that is billed in fact."""
        if self.first is None:
            return None
        for day in Period(self.first, min(self.last, self.first + 4000 * DAY)).days():
            if self.bills(day):
                return day
        return None
