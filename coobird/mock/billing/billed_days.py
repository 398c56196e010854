"""On which days a contract is billed (pure). Source: operations `activate_contract`, `suspend_contract`, `cancel_contract`.

A contract keeps this beside its fields, under `BILLED`: the day from which it was ever billed, and its pauses, each from the
day of a suspension up to the day before it went on.
"""

from datetime import date, timedelta
from typing import Any

from coobird.mock.billing.periods import Period, period_of
from coobird.mock.state.document_store import Doc

BILLED = "billed"


def activated(contract: Doc, day: str) -> Doc:
    """What to keep under `BILLED` once the contract is active, billed (again) from `day` on."""
    kept: Doc = contract.get(BILLED) or {"since": day, "pauses": [], "paused_on": None}
    pauses: list[Any] = [*kept["pauses"], [kept["paused_on"], day]] if kept["paused_on"] else kept["pauses"]
    return {**kept, "pauses": pauses, "paused_on": None}


def suspended(contract: Doc, day: str) -> Doc:
    """What to keep under `BILLED` once the contract is suspended, not billed from `day` on."""
    return {**contract[BILLED], "paused_on": day}


def in_force(contract: Doc, today: date) -> bool:
    """Whether the contract is billed: it is active, and not cancelled as of today."""
    gone = contract["cancellation_date"]
    return contract["status"] == "active" and (gone is None or today < date.fromisoformat(gone))


def opening_day(contract: Doc) -> date:
    """The first day that is billed, ever. A contract that was never activated would open when it starts."""
    start: str = contract["start_date"]
    return date.fromisoformat(max(start, contract[BILLED]["since"]) if BILLED in contract else start)


def priced_span(contract: Doc, day: date) -> Period:
    """The days of the period around `day` that lie between the contract's first and last. Its first period, before it
    begins; its last one, after it has run out."""
    opened, after = opening_day(contract), _first_day_without(contract)
    last = date.max if after is None else max(after - timedelta(1), opened)
    start = date.fromisoformat(contract["start_date"])
    period = period_of(start, contract["billing_interval"], min(max(day, opened), last))
    return Period(max(period.first, opened), min(period.last, last))


def billed_days(contract: Doc, span: Period) -> list[Period]:
    """The days of `span` on which the contract was neither paused nor over."""
    pieces = [span] if span.first <= span.last else []
    kept: Doc = contract.get(BILLED) or {"pauses": [], "paused_on": None}
    gaps = [(date.fromisoformat(paused), date.fromisoformat(resumed)) for paused, resumed in kept["pauses"]]
    ends = [_first_day_without(contract), date.fromisoformat(kept["paused_on"]) if kept["paused_on"] else None]
    for gap in [*gaps, *((end, None) for end in ends if end)]:
        pieces = [rest for piece in pieces for rest in _without(piece, *gap)]
    return pieces


def _first_day_without(contract: Doc) -> date | None:
    """The day from which the contract is over, by its end or by a cancellation."""
    days = [date.fromisoformat(contract["cancellation_date"])] if contract["cancellation_date"] else []
    if contract["end_date"] and contract["end_date"] != date.max.isoformat():
        days.append(date.fromisoformat(contract["end_date"]) + timedelta(1))
    return min(days, default=None)


def _without(span: Period, paused: date, resumed: date | None) -> list[Period]:
    if paused > span.last or (resumed is not None and resumed <= max(paused, span.first)):
        return [span]
    before = [Period(span.first, paused - timedelta(1))] if paused > span.first else []
    return before + ([Period(resumed, span.last)] if resumed and resumed <= span.last else [])
