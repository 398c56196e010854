"""Credits as exact decimals. Amounts are rounded as wallets round them: half up, to six places."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal

from coobird.errors import BudgetError

# Source: openapi/coobird.yaml create_wallet, DeductWalletOptions.
PLACES = Decimal("0.000001")
MOST = Decimal(10) ** 15
# The module's own: the context of the program may have any precision, and traps. Operators such as
# `-` use that one, so credits are added, subtracted and negated by the functions here.
_CONTEXT = Context(prec=60, rounding=ROUND_HALF_UP)
# 15 digits pass through a JSON reader unchanged, whose numbers are binary.
_AS_JSON = Context(prec=15, rounding=ROUND_HALF_UP)


def exact(name: str, value: object) -> Decimal:
    """Return a number as the decimal that it is written as: 0.1 is exactly a tenth.

    Raises:
        BudgetError: It is not a number of credits. The message calls it `name`.
    """
    number: Decimal | None = None
    if isinstance(value, Decimal):
        number = value
    elif isinstance(value, float):
        # Shortest text that names the number, by float's own method: numpy's floats have another.
        number = Decimal(float.__repr__(value))
    elif isinstance(value, int) and not isinstance(value, bool):
        number = Decimal(value)
    if number is not None and number.is_finite() and 0 <= number <= MOST:
        return number
    shown = repr(value)[:100] if number is None else f"{number:.15g}"
    raise BudgetError(f"{name} must be a number of credits from 0 to {MOST:f}, not {shown}: nothing was changed.")


def plus(left: Decimal, right: Decimal) -> Decimal:
    """Return the exact sum."""
    return _CONTEXT.add(left, right)


def minus(left: Decimal, right: Decimal) -> Decimal:
    """Return the exact difference."""
    return _CONTEXT.subtract(left, right)


def rounded(amount: Decimal) -> Decimal:
    """Return an amount with six places, without zeros at the end."""
    return Decimal(format(amount.quantize(PLACES, context=_CONTEXT).normalize(_CONTEXT), "f"))


def worth(amount: Decimal, conversion_rate: Decimal) -> Decimal:
    """Return the worth of credits in major units of the currency, at most what a call may name."""
    return min(_AS_JSON.divide(amount, conversion_rate), MOST)
