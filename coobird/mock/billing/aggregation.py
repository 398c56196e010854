"""From events to one billing quantity (pure), exact. Source: the contract's `AggregationType`.

What is skipped: an event whose attribute is missing, null, or no number counts for nothing, not even as one of those that
an average is taken over. A text that spells a number counts as that number. No events at all make 0, and so does a
total below 0: nobody is paid for using less than nothing.
"""

import re
from collections.abc import Mapping
from decimal import Context, Decimal, Inexact, InvalidOperation
from fractions import Fraction
from typing import Any

from coobird.mock.contract.json_text import canonical

# The contract bounds its own numbers by this; a free-form attribute beyond it is a mistake, not usage.
LIMIT = 10**15
# Wider than any sum of numbers that `exact` lets through, so adding never rounds. Trapped all the same.
_EXACT = Context(prec=1200, traps=[Inexact, InvalidOperation])
_NUMBER = re.compile(r"-?\d{1,40}(\.\d{1,40})?([eE][+-]?\d{1,3})?", re.ASCII)


def exact(value: Any) -> Decimal | None:
    """The number that JSON carried, as it was written (up to the 15 digits that every JSON reader keeps; a text keeps
    more). None for anything that is no number, or one beyond `LIMIT`."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, int):
        return Decimal(value) if -LIMIT <= value <= LIMIT else None
    # repr is the shortest text that names the float: 0.1 is read as 0.1, not as the binary fraction next to it.
    text = value if isinstance(value, str) else repr(value)
    if not _NUMBER.fullmatch(text):
        return None
    number = Decimal(text)
    return number if abs(number) <= LIMIT else None


def measured(field: str | None, quantity: Any, attributes: Mapping[str, Any]) -> Decimal | None:
    """What an event says about `field`, an attribute; without a field, its quantity. None if that is no number."""
    return exact(quantity if field is None else attributes.get(field))


def usage_of(aggregation: str, field: str | None, quantity: Any, attributes: Mapping[str, Any]) -> Any:
    """What one event gives to the aggregation; None if nothing."""
    if aggregation == "count":
        return exact(quantity)
    if aggregation == "unique_count":
        return _identity(quantity if field is None else attributes.get(field))
    return measured(field, quantity, attributes)


class Aggregate:
    """Becomes one quantity as events come in; keeps no event. Not thread-safe."""

    __slots__ = ("_aggregation", "_distinct", "_events", "_high", "_low", "_total")

    def __init__(self, aggregation: str) -> None:
        self._aggregation = aggregation
        self._events = 0
        self._total = self._low = self._high = Decimal(0)
        self._distinct: set[Any] = set()

    def add(self, value: Any) -> None:
        """Take in what `usage_of` found in an event."""
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
        """As of now, never below 0."""
        match self._aggregation:
            case "unique_count":
                return Fraction(len(self._distinct))
            case "max":
                found = Fraction(self._high)
            case "min":
                found = Fraction(self._low)
            case "average" if self._events:
                # A fraction, since a third has no decimal: rounding it here would shift amounts by a cent.
                found = Fraction(self._total) / self._events
            case _:
                found = Fraction(self._total)
        return max(found, Fraction(0))


def _identity(value: Any) -> Any:
    """Equal for equal values only: 1 and 1.0 are one value; 1, "1" and true are three."""
    if isinstance(value, bool):
        return ("bool", value)
    if value is None or isinstance(value, str | int | float):
        return value
    return ("nested", canonical(value))
