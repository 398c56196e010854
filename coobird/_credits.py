"""Credits as exact decimals (pure). Wallets keep six places; what is rounded here is rounded as they do, half up."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal

from coobird.errors import BudgetError

# Source: openapi/coobird.yaml create_wallet, DeductWalletOptions.
PLACES = Decimal("0.000001")
MOST = Decimal(10) ** 15
# Of our own: the program's context may have any precision, and traps.
_CONTEXT = Context(prec=60, rounding=ROUND_HALF_UP)
# Digits that come through a JSON reader unchanged.
_AS_JSON = Context(prec=15, rounding=ROUND_HALF_UP)


def exact(name: str, value: object) -> Decimal:
    """Return a number as the decimal that it is written as: 0.1 is a tenth, not the nearest binary fraction.

    Raises:
        BudgetError: It is no number of credits.
    """
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        # repr is the shortest text that names a float.
        number = value if isinstance(value, Decimal) else Decimal(repr(value))
        if number.is_finite() and 0 <= number <= MOST:
            return number
    raise BudgetError(f"{name} must be a number of credits from 0 to {MOST:f}, not {value!r}: nothing was changed.")


def plus(left: Decimal, right: Decimal) -> Decimal:
    return _CONTEXT.add(left, right)


def minus(left: Decimal, right: Decimal) -> Decimal:
    return _CONTEXT.subtract(left, right)


def rounded(amount: Decimal) -> Decimal:
    """To six places, without zeros at the end."""
    return Decimal(format(amount.quantize(PLACES, context=_CONTEXT).normalize(_CONTEXT), "f"))


def worth(amount: Decimal, conversion_rate: Decimal) -> Decimal:
    """What so many credits are worth in major units of the wallet's currency."""
    return _AS_JSON.divide(amount, conversion_rate)
