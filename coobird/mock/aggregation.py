"""From events to one billing quantity (pure), exact. Source: the contract's `AggregationType`.

What is skipped: an event whose attribute is missing, null, or no number counts for nothing, not even as one of those that
an average is taken over. A text that spells a number counts as that number. No events at all make 0, and so does a
total below 0: nobody is paid for using less than nothing.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Context, Decimal, Inexact, InvalidOperation
from fractions import Fraction
from typing import Any

from coobird.mock.wire import canonical

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


def aggregate(aggregation: str, values: Iterable[Any]) -> Fraction:
    """One quantity, never below 0, from what `usage_of` found in each event (Nones are skipped)."""
    given = [value for value in values if value is not None]
    return max(_AGGREGATIONS[aggregation](given), Fraction(0)) if given else Fraction(0)


def _identity(value: Any) -> Any:
    """Equal for equal values only: 1 and 1.0 are one value; 1, "1" and true are three."""
    if isinstance(value, bool):
        return ("bool", value)
    if value is None or isinstance(value, str | int | float):
        return value
    return ("nested", canonical(value))


def _sum(values: list[Decimal]) -> Fraction:
    total = Decimal(0)
    for value in values:
        total = _EXACT.add(total, value)
    return Fraction(total)


_AGGREGATIONS: dict[str, Callable[[list[Any]], Fraction]] = {
    "count": _sum,
    "sum": _sum,
    "max": lambda values: Fraction(max(values)),
    "min": lambda values: Fraction(min(values)),
    # A fraction, since a third has no decimal: rounding it here would shift amounts by a cent.
    "average": lambda values: _sum(values) / len(values),
    "unique_count": lambda values: Fraction(len(set(values))),
}
