"""Exact amounts (pure): decimals inside, JSON numbers outside, never binary floats added up."""

from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

# Room for the largest amount of the contract times the largest rate, with every decimal place.
_CONTEXT = Context(prec=60)
CREDIT = Decimal("0.000001")
CENT = Decimal(1)


def decimal(value: Any) -> Decimal:
    """A number from JSON as the decimal that was written: repr is the shortest text that names a float."""
    return Decimal(value if isinstance(value, int | str) else repr(value))


def rounded(amount: Decimal, step: Decimal) -> Decimal:
    """To whole steps; half rounds up."""
    return amount.quantize(step, rounding=ROUND_HALF_UP, context=_CONTEXT)


def times(left: Decimal, right: Decimal) -> Decimal:
    return _CONTEXT.multiply(left, right)


def plus(left: Decimal, right: Decimal) -> Decimal:
    return _CONTEXT.add(left, right)


def divided(left: Decimal, right: Decimal) -> Decimal:
    return _CONTEXT.divide(left, right)


def number(amount: Decimal) -> int | float:
    """As a JSON number: whole amounts without a point, others as the nearest float."""
    return int(amount) if amount == amount.to_integral_value() else float(amount)
