"""Aggregation of events to one exact quantity (pure). Source: the contract's `AggregationType`.

An event whose attribute is missing, null or not a number is skipped, and an average does not count
it. A text that spells a number counts as that number, also for `unique_count`. Without events the
quantity is 0. A total below 0 also becomes 0, since a bill never pays a customer for usage.
"""

import re
from collections.abc import Mapping
from decimal import Context, Decimal, Inexact, InvalidOperation
from fractions import Fraction
from typing import Any
from unicodedata import category

from coobird.mock.contract.currencies import CURRENCIES
from coobird.mock.contract.json_text import is_object

# Bound of the contract's own numbers. An attribute beyond it is refused on arrival if a signal
# measures it.
LIMIT = 10**15
# Bounds of the numbers that are read at all: digits before and behind the point, and the exponent.
_MOST_DIGITS = 400
# Wider than any sum of numbers that `exact` returns, so adding never rounds. The trap proves it.
_EXACT = Context(prec=2400, traps=[Inexact, InvalidOperation])
_D = rf"\d{{1,{_MOST_DIGITS}}}"
_NUMBER = re.compile(rf"[+-]?(?:{_D}(?:\.(?:{_D})?)?|\.{_D})(?:[eE]([+-]?\d{{1,3}}))?", re.ASCII)
# Letters that a written number can have: the code of a currency, and the mark of an exponent.
_LETTERS = re.compile(r"(?<![^\W\d_])[A-Z]{3}(?![^\W\d_])|(?<=[\d.])[eE](?![^\W\d_])")
_IN_NUMBERS = CURRENCIES | {"e", "E"}


def exact(value: Any) -> Decimal | None:
    """The decimal number that was written in JSON, or in a text. None if it is no number.

    A JSON number keeps 15 digits, as in every JSON reader. A text keeps all its digits, at most
    `_MOST_DIGITS` before and behind the point. White space around it does not matter.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, int):
        return Decimal(value) if -(10**_MOST_DIGITS) < value < 10**_MOST_DIGITS else None
    # repr is the shortest text of a float: 0.1 is read as 0.1, not as the nearest binary fraction.
    text = value.strip() if isinstance(value, str) else repr(value)
    found = _NUMBER.fullmatch(text)
    if found is None or abs(int(found.group(1) or 0)) > _MOST_DIGITS:
        return None
    return Decimal(text)


def refusal(value: Any) -> str | None:
    """Reason why a measured attribute cannot have this value, or None if it can.

    A value that is no number at all is skipped when it is billed. A number that would be skipped is
    refused. So is a text that seems to state a number and spells none: digits with separators, a
    currency, a percent sign or brackets.
    """
    number = exact(value)
    if number is not None:
        return None if abs(number) <= LIMIT else "is beyond 10^15, the largest number that is measured"
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    if isinstance(value, int):
        return "is beyond 10^15, the largest number that is measured"
    written = _LETTERS.sub(lambda found: "" if found[0] in _IN_NUMBERS else found[0], value)
    # The category is that of digits, Roman numerals and fractions of all scripts.
    if any(category(each)[0] == "N" for each in written) and not any(map(str.isalpha, written)):
        return "is no number that can be read for certain: write plain digits, such as 1234.5"
    return None


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
    """A value to put into a set: 1, 1.0 and "1" are one value, and true is another.

    So are they inside objects and arrays.
    """
    if isinstance(value, bool):
        return ("bool", value)
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, str | float):
        number = exact(value)
        return value if number is None else number
    if is_object(value):
        return ("object", frozenset((name, _distinct_value(each)) for name, each in value.items()))
    return ("array", tuple(map(_distinct_value, value)))
