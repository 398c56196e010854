"""Days on which a contract is billed (pure).

Source: operations `activate_contract`, `suspend_contract`, `cancel_contract`.

A stored contract has one field more than an answer, `BILLED`. It holds the first day that was
billed (`since`) and the pauses, each from the day of the suspension to the day of the next
activation, which is billed again.
"""

from datetime import date, timedelta
from typing import Any

from coobird.mock.billing.periods import Period, period_of
from coobird.mock.contract.json_text import JsonObject

BILLED = "billed"


def activated(contract: JsonObject, day: str) -> JsonObject:
    """Value of `BILLED` for a contract that is activated and so is billed from `day` on."""
    kept: JsonObject = contract.get(BILLED) or {"since": day, "pauses": [], "paused_on": None}
    pauses: list[Any] = [*kept["pauses"], [kept["paused_on"], day]] if kept["paused_on"] else kept["pauses"]
    return {**kept, "pauses": pauses, "paused_on": None}


def suspended(contract: JsonObject, day: str) -> JsonObject:
    """Value of `BILLED` for a contract that is suspended and so is not billed from `day` on."""
    return {**contract[BILLED], "paused_on": day}


def in_force(contract: JsonObject, today: date) -> bool:
    """True if the contract is active and its cancellation is not yet effective."""
    cancelled = contract["cancellation_date"]
    return contract["status"] == "active" and (cancelled is None or today < date.fromisoformat(cancelled))


def first_billed_day(contract: JsonObject) -> date:
    """First day that is ever billed. For a contract that was never activated, its start date."""
    start: str = contract["start_date"]
    return date.fromisoformat(max(start, contract[BILLED]["since"]) if BILLED in contract else start)


def priced_period(contract: JsonObject, day: date) -> Period:
    """Days of the period around `day` that lie between the contract's first and last billed day.

    For a day before the contract, its first period. For a day after it, its last one.
    """
    opened, after = first_billed_day(contract), _day_after(contract)
    last = date.max if after is None else max(after - timedelta(1), opened)
    start = date.fromisoformat(contract["start_date"])
    period = period_of(start, contract["billing_interval"], min(max(day, opened), last))
    return Period(max(period.first, opened), min(period.last, last))


def billed_days(contract: JsonObject, span: Period) -> list[Period]:
    """Days of `span` on which the contract was neither suspended nor over."""
    pieces = [span] if span.first <= span.last else []
    kept: JsonObject = contract.get(BILLED) or {"pauses": [], "paused_on": None}
    gaps = [(date.fromisoformat(paused), date.fromisoformat(resumed)) for paused, resumed in kept["pauses"]]
    ends = [_day_after(contract), date.fromisoformat(kept["paused_on"]) if kept["paused_on"] else None]
    for gap in [*gaps, *((end, None) for end in ends if end)]:
        pieces = [rest for piece in pieces for rest in _without(piece, *gap)]
    return pieces


def _day_after(contract: JsonObject) -> date | None:
    """First day after the contract, by its end date or by a cancellation. None if it has no end."""
    days = [date.fromisoformat(contract["cancellation_date"])] if contract["cancellation_date"] else []
    if contract["end_date"] and contract["end_date"] != date.max.isoformat():
        days.append(date.fromisoformat(contract["end_date"]) + timedelta(1))
    return min(days, default=None)


def _without(span: Period, paused: date, resumed: date | None) -> list[Period]:
    if paused > span.last or (resumed is not None and resumed <= max(paused, span.first)):
        return [span]
    before = [Period(span.first, paused - timedelta(1))] if paused > span.first else []
    return before + ([Period(resumed, span.last)] if resumed and resumed <= span.last else [])
