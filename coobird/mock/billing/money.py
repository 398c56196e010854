"""Exact amounts (pure): decimals in computations, JSON numbers in answers.

Floats are never added up.
"""

from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

# Enough digits for the largest amount of the contract times the largest rate, without rounding.
_CONTEXT = Context(prec=60)
CREDIT = Decimal("0.000001")
CENT = Decimal(1)


def decimal(value: Any) -> Decimal:
    """The decimal that was written in JSON: repr is the shortest text of a float."""
    return Decimal(value if isinstance(value, int | str) else repr(value))


def rounded(amount: Decimal, step: Decimal) -> Decimal:
    """The amount rounded to a multiple of `step`. Half a step rounds up."""
    return amount.quantize(step, rounding=ROUND_HALF_UP, context=_CONTEXT)


def times(left: Decimal, right: Decimal) -> Decimal:
    return _CONTEXT.multiply(left, right)


def plus(left: Decimal, right: Decimal) -> Decimal:
    return _CONTEXT.add(left, right)


def divided(left: Decimal, right: Decimal) -> Decimal:
    return _CONTEXT.divide(left, right)


def json_number(amount: Decimal) -> int | float:
    """An integer if the amount is whole, else the nearest float."""
    return int(amount) if amount == amount.to_integral_value() else float(amount)
