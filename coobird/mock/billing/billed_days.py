"""Days on which a contract is billed (pure).

Source: operations `activate_contract`, `suspend_contract`, `cancel_contract`.

A stored contract has two fields more than an answer. `BILLED` is missing until the first
activation. It holds the day of that activation (`since`) and the pauses, each from the day of the
suspension to the day of the next activation, which is billed again. `TRIAL` is the length of the
trial in days, copied from the plan.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from coobird.mock.billing.periods import Period, period_of
from coobird.mock.contract.json_text import JsonObject

BILLED = "billed"
TRIAL = "trial_days"
# Fields that no answer has.
HIDDEN = frozenset({BILLED, TRIAL})


def activated(contract: JsonObject, day: str) -> JsonObject:
    """Value of `BILLED` for a contract that is activated and so is billed from `day` on."""
    kept: JsonObject = contract.get(BILLED) or {"since": day, "pauses": [], "paused_on": None}
    pauses: list[Any] = [*kept["pauses"], [kept["paused_on"], day]] if kept["paused_on"] else kept["pauses"]
    return {**kept, "pauses": pauses, "paused_on": None}


def suspended(contract: JsonObject, day: str) -> JsonObject:
    """Value of `BILLED` for a contract that is suspended and so is not billed from `day` on."""
    return {**contract[BILLED], "paused_on": day}


def first_billed_day(contract: JsonObject) -> date | None:
    """First day that is billed: the day after the trial. None if it was never activated.

    The trial starts on the later one of the start date and the first activation.
    """
    if not contract.get(BILLED):
        return None
    opened = date.fromisoformat(max(contract["start_date"], contract[BILLED]["since"]))
    try:
        return opened + timedelta(contract.get(TRIAL, 0))
    except OverflowError:
        return date.max


def last_billed_day(contract: JsonObject) -> date:
    """Last day of the contract, by its end date or by a cancellation. `date.max` without an end.

    It can lie before the first billed day: then no day is billed.
    """
    days = [date.fromisoformat(contract["end_date"])] if contract["end_date"] else []
    if contract["cancellation_date"]:
        after = date.fromisoformat(contract["cancellation_date"])
        days.append(after - timedelta(1) if after > date.min else after)
    return min(days, default=date.max)


def is_billed_on(contract: JsonObject, day: date) -> bool:
    """True if the contract is billed on this day.

    False for a draft, in the trial, in a suspension and after the end.
    """
    return bool(billed_days(contract, Period(day, day)))


def unbilled_reason(contract: JsonObject, day: date) -> str | None:
    """Reason why the contract is not billed on this day, as the end of a sentence.

    None if it is billed.
    """
    first, last = first_billed_day(contract), last_billed_day(contract)
    if first is None:
        return "it was never activated"
    if is_billed_on(contract, day):
        return None
    if last < first:
        return f"it ended on {last}, before its first billed day, {first}"
    if day < first:
        return f"its first billed day is {first}" + (", after the trial" if contract.get(TRIAL) else "")
    return f"its last billed day is {last}" if day > last else "it is suspended on that day"


def billing_period(contract: JsonObject, day: date) -> Period:
    """The billing period that `day` lies in, with the days of it that are not billed.

    For a day before the contract, its first period. For a day after its end, its last one.
    """
    start = date.fromisoformat(contract["start_date"])
    return period_of(start, contract["billing_interval"], min(day, max(last_billed_day(contract), start)))


def priced_period(contract: JsonObject, day: date) -> Period:
    """Days of the billing period around `day` from the first billed day to the last one.

    Without a day if the contract has no billed day in that period.
    """
    first, period = first_billed_day(contract), billing_period(contract, day)
    return Period(max(period.first, first or date.max), min(period.last, last_billed_day(contract)))


def priced_periods(contract: JsonObject, until: date) -> Iterator[Period]:
    """The priced periods one after the other, from the first billed day to the one of `until`."""
    day, last = first_billed_day(contract), min(until, last_billed_day(contract))
    while day is not None and day <= last:
        period = priced_period(contract, day)
        yield period
        day = None if period.last == date.max else period.last + timedelta(1)


def billed_days(contract: JsonObject, span: Period) -> list[Period]:
    """Days of `span` on which the contract is billed."""
    first, last = first_billed_day(contract), last_billed_day(contract)
    if first is None:
        return []
    within = Period(max(span.first, first), min(span.last, last))
    pieces = [within] if within.first <= within.last else []
    kept: JsonObject = contract[BILLED]
    gaps: list[tuple[date, date | None]] = [
        (date.fromisoformat(paused), date.fromisoformat(resumed)) for paused, resumed in kept["pauses"]
    ]
    # The cancellation as well: a contract that is cancelled on day 1 of the calendar has no last
    # day.
    gaps += [(date.fromisoformat(day), None) for day in (kept["paused_on"], contract["cancellation_date"]) if day]
    for gap in gaps:
        pieces = [rest for piece in pieces for rest in _without(piece, *gap)]
    return pieces


def _without(span: Period, paused: date, resumed: date | None) -> list[Period]:
    if paused > span.last or (resumed is not None and resumed <= max(paused, span.first)):
        return [span]
    before = [Period(span.first, paused - timedelta(1))] if paused > span.first else []
    return before + ([Period(resumed, span.last)] if resumed and resumed <= span.last else [])
