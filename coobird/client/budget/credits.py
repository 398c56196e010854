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
    number: Decimal | None = None
    if isinstance(value, Decimal):
        number = value
    elif isinstance(value, float):
        # The shortest text that names it. Kinds of float with a repr of their own (numpy's) are no less a number.
        number = Decimal(float.__repr__(value))
    elif isinstance(value, int) and not isinstance(value, bool):
        number = Decimal(value)
    if number is not None and number.is_finite() and 0 <= number <= MOST:
        return number
    shown = repr(value)[:100] if number is None else f"{number:.15g}"
    raise BudgetError(f"{name} must be a number of credits from 0 to {MOST:f}, not {shown}: nothing was changed.")


def plus(left: Decimal, right: Decimal) -> Decimal:
    return _CONTEXT.add(left, right)


def minus(left: Decimal, right: Decimal) -> Decimal:
    return _CONTEXT.subtract(left, right)


def rounded(amount: Decimal) -> Decimal:
    """To six places, without zeros at the end."""
    return Decimal(format(amount.quantize(PLACES, context=_CONTEXT).normalize(_CONTEXT), "f"))


def worth(amount: Decimal, conversion_rate: Decimal) -> Decimal:
    """What so many credits are worth in major units of the wallet's currency, as far as one transaction may tell."""
    return min(_AS_JSON.divide(amount, conversion_rate), MOST)
