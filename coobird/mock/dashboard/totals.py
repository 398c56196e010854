"""Totals of some events, overall and by time (pure).

Every amount is returned as decimal text, since the numbers of a browser are binary.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Context, Decimal, Inexact
from typing import Any, NamedTuple

from coobird.mock.billing.aggregation import LIMIT, exact
from coobird.mock.state.event_log import StoredEvent

# Wider than any sum of costs that can be stored, so adding never rounds. The trap proves it.
_EXACT = Context(prec=4900, traps=[Inexact])
_ZERO = Decimal(0)


class EventAmounts(NamedTuple):
    """Amounts of one event that are added up."""

    input_tokens: int
    output_tokens: int
    cost_usd: Decimal | None


@dataclass(slots=True)
class Sums:
    """Sums over some events."""

    events: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    costed: int = 0
    """Number of events with a known cost."""
    known_cost_usd: Decimal = _ZERO

    @property
    def cost_usd(self) -> Decimal | None:
        """None while no event has a known cost."""
        return self.known_cost_usd if self.costed else None

    def add(self, amounts: EventAmounts) -> None:
        """Add one event."""
        input_tokens, output_tokens, cost_usd = amounts
        self.events += 1
        self.input_tokens += input_tokens
        self.output_tokens += output_tokens
        if cost_usd is not None:
            self.costed += 1
            self.known_cost_usd = _EXACT.add(self.known_cost_usd, cost_usd)

    def merge(self, other: "Sums") -> None:
        """Add the sums over other events."""
        self.events += other.events
        self.input_tokens += other.input_tokens
        self.output_tokens += other.output_tokens
        self.costed += other.costed
        self.known_cost_usd = _EXACT.add(self.known_cost_usd, other.known_cost_usd)

    def remove(self, part: "Sums") -> None:
        """Subtract the sums over some of the events."""
        self.events -= part.events
        self.input_tokens -= part.input_tokens
        self.output_tokens -= part.output_tokens
        self.costed -= part.costed
        self.known_cost_usd = _EXACT.subtract(self.known_cost_usd, part.known_cost_usd)


@dataclass(slots=True)
class Totals(Sums):
    """Sums over some events, and the sums of each bar of a chart by its number."""

    bars: dict[int, Sums] = field(default_factory=dict[int, Sums])
    seconds_per_bar: int = 1

    def count(self, amounts: EventAmounts, bar: int) -> None:
        """Add one event, which lies in this bar."""
        if (sums := self.bars.get(bar)) is None:
            sums = self.bars[bar] = Sums()
        self.add(amounts)
        sums.add(amounts)

    def widen(self, seconds_per_bar: int) -> None:
        """Merge bars until each has this width, a multiple of the present one."""
        times = seconds_per_bar // self.seconds_per_bar
        if times > 1:
            bars, self.bars, self.seconds_per_bar = self.bars, {}, seconds_per_bar
            for bar, sums in bars.items():
                self.bars.setdefault(bar // times, Sums()).merge(sums)

    def drop_bars_before(self, first: int) -> None:
        """Forget the events of all earlier bars."""
        for bar in [bar for bar in self.bars if bar < first]:
            self.remove(self.bars.pop(bar))


def merged(parts: Iterable[Sums]) -> Sums:
    """Sum of the parts, without their bars."""
    found = Sums()
    for part in parts:
        found.merge(part)
    return found


def minus(left: Decimal, right: Decimal) -> Decimal:
    """Exact difference, for any number of digits."""
    return _EXACT.subtract(left, right)


def decimal_text(amount: Decimal) -> str:
    """All digits of an amount, without an exponent and without trailing zeros."""
    text = format(amount, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def tokens(value: Any) -> int:
    """Number of tokens in an attribute. 0 for a value that is not a number, or is negative."""
    if type(value) is int and 0 <= value <= LIMIT:  # quick path, since nearly every event has such a value
        return value
    number = exact(value)
    return int(number) if number is not None and 0 < number <= LIMIT else 0


def amounts_of(event: StoredEvent) -> EventAmounts:
    """Amounts of an event: its tokens, and its cost if one is known."""
    attributes, cost = event.attributes, event.cost_usd
    return EventAmounts(
        tokens(attributes.get("input_tokens")),
        tokens(attributes.get("output_tokens")),
        None if cost is None else Decimal(cost),
    )
