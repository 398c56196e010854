"""Bills of a contract, priced by docs/pricing.md. Pure, exact: all numbers are fractions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

from tests.support.oracle.term import Period, Term, due_days, period_of
from tests.support.oracle.values import cents, identity, number

ZERO = Fraction(0)


@dataclass(frozen=True)
class Event:
    """A stored event. `arrival` numbers events and changes in the order in which they arrived."""

    arrival: int
    customer: str | None
    agent: str | None
    action_type: str
    code: str | None
    quantity: Fraction
    attributes: dict[str, Any]
    timestamp: datetime

    @property
    def day(self) -> date:
        return self.timestamp.astimezone(UTC).date()


@dataclass
class Signal:
    name: str
    aggregation: str
    value_field: str | None
    codes: list[tuple[int, str]]
    """Codes with the arrival number since which the signal has each."""
    inactive: list[list[int | None]] = field(default_factory=list)
    """Arrival numbers at which it became inactive and active again."""

    @property
    def code(self) -> str:
        return self.codes[-1][1]

    @property
    def is_active(self) -> bool:
        return not self.inactive or self.inactive[-1][1] is not None

    def was_inactive_at(self, arrival: int) -> bool:
        return any(
            since is not None and since < arrival and (until is None or arrival < until)
            for since, until in self.inactive
        )


@dataclass(frozen=True)
class Tier:
    order: int
    start: int
    end: int | None
    price: Fraction
    flat_fee: int


@dataclass(frozen=True)
class Price:
    name: str
    action: str
    agent: str
    action_type: str
    signal: str
    model: str
    unit_price: Fraction = ZERO
    package_size: int = 1
    package_price: Fraction = ZERO
    included: Fraction = ZERO
    commitment: int = 0
    overage: bool = True
    tiers: tuple[Tier, ...] = ()


@dataclass(frozen=True)
class Charge:
    name: str
    code: str
    kind: str
    amount: int
    frequency: str | None


@dataclass
class Contract:
    name: str
    customer: str
    term: Term
    interval: str
    prices: tuple[Price, ...]
    charges: tuple[Charge, ...]


@dataclass(frozen=True)
class Line:
    """One line of a bill. A field that the page does not state is `None`, and is not compared."""

    source: str
    cents: int
    quantity: Fraction
    unit_price: Fraction | None = None
    included: Fraction | None = None
    billable: Fraction | None = None
    tier: int | None = None
    model: str | None = None
    signal: str | None = None
    action: str | None = None
    """The agent action of a price: lines name it, not the price."""
    period: Period | None = None


class Codes:
    """Owners of the codes of a tenant's signals, those that exist now."""

    def __init__(self, signals: Sequence[Signal]) -> None:
        self._now = {signal.code: signal for signal in signals}
        self._spans: dict[str, list[tuple[int, float, Signal]]] = {}
        for signal in signals:
            ends = [since for since, _ in signal.codes[1:]] + [float("inf")]
            for (since, code), until in zip(signal.codes, ends, strict=True):
                self._spans.setdefault(code, []).append((since, until, signal))

    def has_now(self, code: str) -> Signal | None:
        return self._now.get(code)

    def owner(self, code: str, arrival: int) -> Signal | None:
        """The one signal that an event under this code belongs to."""
        if code in self._now:
            return self._now[code]
        spans = self._spans.get(code, [])
        for since, until, signal in spans:
            if since < arrival < until:
                return signal
        before = [span for span in spans if span[1] < arrival]
        if before:
            return max(before, key=lambda span: span[1])[2]
        return min(spans, key=lambda span: span[0])[2] if spans else None


def quantity_of(aggregation: str, value_field: str | None, events: Iterable[Event]) -> Fraction:
    """Events of a period as one quantity."""
    events = list(events)
    if aggregation == "count":
        return sum((event.quantity for event in events), ZERO)
    if aggregation == "unique_count":
        stated = [event.quantity if value_field is None else event.attributes.get(value_field) for event in events]
        return Fraction(len({_identity(value) for value in stated if value is not None}))
    read = [event.quantity if value_field is None else number(event.attributes.get(value_field)) for event in events]
    values = [value for value in read if value is not None]
    if not values:
        return ZERO
    if aggregation == "sum":
        result = sum(values, ZERO)
    elif aggregation == "average":
        result = sum(values, ZERO) / len(values)
    else:
        result = {"max": max, "min": min}[aggregation](values)
    return max(result, ZERO)


def _identity(value: Any) -> tuple[str, Any]:
    return ("number", value) if isinstance(value, Fraction) else identity(value)


def usage_lines(price: Price, usage: Fraction) -> list[Line]:
    """Lines of a price for a quantity."""
    free = min(usage, price.included)
    beyond = usage - free
    billable = beyond if price.overage else ZERO
    bare = Line(price.name, 0, usage, model=price.model, signal=price.signal, action=price.action)
    line = replace(bare, included=free, billable=billable)
    if price.model == "per_unit":
        lines = [replace(line, cents=cents(billable * price.unit_price), unit_price=price.unit_price)] if usage else []
    elif price.model == "package":
        packages = Fraction(-(-billable // price.package_size))
        amount = cents(packages * price.package_price)
        lines = [replace(line, cents=amount, quantity=packages, unit_price=price.package_price)] if usage else []
    else:
        lines = _tier_lines(price, line, billable)
    billed = sum(each.cents for each in lines)
    if billed < price.commitment:
        rest = price.commitment - billed
        lines.append(replace(bare, cents=rest, quantity=Fraction(1), unit_price=Fraction(rest)))
    return lines


def _tier_lines(price: Price, line: Line, billable: Fraction) -> list[Line]:
    tiers = sorted(price.tiers, key=lambda tier: tier.start)
    lines = []
    for i, tier in enumerate(tiers):
        below = Fraction(max(tier.start, 1) - 1)
        end = tier.end
        if end is None and i + 1 < len(tiers):
            end = tiers[i + 1].start - 1
        units = (billable if end is None else min(billable, Fraction(end))) - below
        if units <= 0:
            continue
        amount = cents(units * tier.price + tier.flat_fee)
        lines.append(
            replace(
                line,
                cents=amount,
                quantity=units,
                unit_price=tier.price,
                included=ZERO,
                billable=units,
                tier=tier.order,
            )
        )
    unbilled = line.quantity - billable
    if unbilled:
        lines.insert(0, replace(line, quantity=unbilled, unit_price=ZERO, billable=ZERO))
    return lines


def charge_lines(charge: Charge, contract: Contract, period: Period, units: Fraction) -> list[Line]:
    """The line of a charge in a period with a billed day, or none."""
    times = due_times(charge, contract.term, period)
    if charge.kind == "usage_based":
        times = 1
    counted = units if charge.kind in ("usage_based", "seat_based") else Fraction(1)
    quantity = counted * times
    if not quantity:
        return []
    return [Line(charge.name, cents(quantity * charge.amount), quantity, Fraction(charge.amount))]


def due_times(charge: Charge, term: Term, period: Period) -> int:
    """Number of due days among the billed days of a period."""
    if charge.kind == "one_time":
        first = term.first_billed_day()
        return int(first is not None and period.first <= first <= period.last)
    if charge.frequency is None or term.first is None:
        return 1
    return sum(period.first <= day and term.bills(day) for day in due_days(term.first, charge.frequency, period.last))


def bill(contract: Contract, day: date, events: Sequence[Event], signals: dict[str, Signal]) -> list[Line] | None:
    """Lines of the billing period that a day lies in, or `None` if the day is not billed."""
    term = contract.term
    if not term.bills(day):
        return None
    period = period_of(contract.term.start, contract.interval, day)
    stated = stated_period(contract, day)
    counted = [
        event
        for event in events
        if event.customer == contract.customer and period.first <= event.day <= period.last and term.bills(event.day)
    ]
    codes = Codes(list(signals.values()))
    lines: list[Line] = []
    for price in contract.prices:
        signal = signals[price.signal]
        usage = quantity_of(
            signal.aggregation, signal.value_field, _counted_by(price, signal, contract, counted, codes)
        )
        lines += usage_lines(price, usage)
    for charge in contract.charges:
        lines += charge_lines(charge, contract, period, _units(charge, counted, codes))
    return [replace(line, period=stated) for line in lines]


def stated_period(contract: Contract, day: date) -> Period:
    """Days of the period from the first billed day of the contract to its last one."""
    period = period_of(contract.term.start, contract.interval, day)
    return Period(max(period.first, contract.term.first or day), min(period.last, contract.term.last))


def _counted_by(
    price: Price, signal: Signal, contract: Contract, events: Iterable[Event], codes: Codes
) -> Iterable[Event]:
    for event in events:
        if signal.was_inactive_at(event.arrival):
            continue
        if event.code is not None:
            if codes.owner(event.code, event.arrival) is signal:
                yield event
            continue
        matching = [p for p in contract.prices if (p.agent, p.action_type) == (event.agent, event.action_type)]
        if matching and matching[0] is price:
            yield event


def _units(charge: Charge, events: Iterable[Event], codes: Codes) -> Fraction:
    reported = [event for event in events if event.code == charge.code]
    signal = codes.has_now(charge.code)
    if signal is not None:
        active = [event for event in reported if not signal.was_inactive_at(event.arrival)]
        return quantity_of(signal.aggregation, signal.value_field, active)
    return quantity_of("max" if charge.kind == "seat_based" else "count", None, reported)
