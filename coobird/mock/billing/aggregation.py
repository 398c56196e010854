"""Aggregation of events to one exact quantity (pure). Source: the contract's `AggregationType`.

An event whose attribute is missing, null or not a number is skipped, and an average does not count
it. A text that spells a number counts as that number. Without events the quantity is 0. A total
below 0 also becomes 0, since a bill never pays a customer for usage.
"""

import re
from collections.abc import Mapping
from decimal import Context, Decimal, Inexact, InvalidOperation
from fractions import Fraction
from typing import Any

from coobird.mock.contract.json_text import canonical

# Bound of the contract's own numbers. A free-form attribute beyond it is a mistake, not usage.
LIMIT = 10**15
# Wider than any sum of numbers that `exact` returns, so adding never rounds. The trap proves it.
_EXACT = Context(prec=1200, traps=[Inexact, InvalidOperation])
_NUMBER = re.compile(r"-?\d{1,40}(\.\d{1,40})?([eE][+-]?\d{1,3})?", re.ASCII)


def exact(value: Any) -> Decimal | None:
    """The decimal number that was written in JSON. None if it is no number or is beyond `LIMIT`.

    A JSON number keeps 15 digits, as in every JSON reader. A text keeps all its digits.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, int):
        return Decimal(value) if -LIMIT <= value <= LIMIT else None
    # repr is the shortest text of a float: 0.1 is read as 0.1, not as the nearest binary fraction.
    text = value if isinstance(value, str) else repr(value)
    if not _NUMBER.fullmatch(text):
        return None
    number = Decimal(text)
    return number if abs(number) <= LIMIT else None


def measured(field: str | None, quantity: Any, attributes: Mapping[str, Any]) -> Decimal | None:
    """Number in the attribute `field` of an event, or its quantity if `field` is None.

    None if it is not a number.
    """
    return exact(quantity if field is None else attributes.get(field))


def usage_of(aggregation: str, field: str | None, quantity: Any, attributes: Mapping[str, Any]) -> Any:
    """Value of one event for `Aggregate.add`. None if the event is skipped."""
    if aggregation == "count":
        return exact(quantity)
    if aggregation == "unique_count":
        return _distinct_value(quantity if field is None else attributes.get(field))
    return measured(field, quantity, attributes)


class Aggregate:
    """One quantity of the events so far. It stores no events. Not thread-safe."""

    __slots__ = ("_aggregation", "_distinct", "_events", "_high", "_low", "_total")

    def __init__(self, aggregation: str) -> None:
        self._aggregation = aggregation
        self._events = 0
        self._total = self._low = self._high = Decimal(0)
        self._distinct: set[Any] = set()

    def add(self, value: Any) -> None:
        """Add the value that `usage_of` returned for an event."""
        if value is None:
            return
        if self._aggregation == "unique_count":
            self._distinct.add(value)
            return
        first = self._events == 0
        self._events += 1
        self._total = _EXACT.add(self._total, value)
        self._low = value if first else min(self._low, value)
        self._high = value if first else max(self._high, value)

    @property
    def quantity(self) -> Fraction:
        """Quantity of the values so far, never below 0."""
        match self._aggregation:
            case "unique_count":
                return Fraction(len(self._distinct))
            case "max":
                found = Fraction(self._high)
            case "min":
                found = Fraction(self._low)
            case "average" if self._events:
                # A fraction, since a third has no finite decimal: rounding it could change the bill
                # by a cent.
                found = Fraction(self._total) / self._events
            case _:
                found = Fraction(self._total)
        return max(found, Fraction(0))


def _distinct_value(value: Any) -> Any:
    """A value to put into a set: 1 and 1.0 are one value; 1, "1" and true are three."""
    if isinstance(value, bool):
        return ("bool", value)
    if value is None or isinstance(value, str | int | float):
        return value
    return ("nested", canonical(value))
