"""Numbers of events, read as docs/pricing.md says. Pure."""

import json
import re
from decimal import Context, Decimal
from fractions import Fraction
from typing import Any

BOUND = Fraction(10**15)

_SPELLED = re.compile(r"\s*([+-]?)([0-9]*)(\.?)([0-9]*)(?:[eE]([+-]?[0-9]+))?\s*")
_LIKE_A_NUMBER = re.compile(r"\s*[+\-$€£]?\s*\.?[0-9][0-9 .,'_]*(?:[eE][+-]?[0-9]+)?\s*[%$€£]?\s*")


def number(value: Any) -> Fraction | None:
    """The number that an attribute states as a JSON number or as a text, or `None`."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return Fraction(value)
    if isinstance(value, float):
        return Fraction(Context(prec=15).create_decimal(Decimal(repr(value))))
    if isinstance(value, str):
        return _spelled(value)
    return None


def looks_like_a_number(text: str) -> bool:
    """True for texts such as `1,000` and `5 %`, which a person would take for a number."""
    return _LIKE_A_NUMBER.fullmatch(text) is not None


def is_refused(value: Any) -> bool:
    """True if an event is rejected that states this value where a signal measures a number."""
    stated = number(value)
    if stated is not None:
        return abs(stated) > BOUND
    return isinstance(value, str) and looks_like_a_number(value)


def identity(value: Any) -> tuple[str, Any]:
    """A key that two values share if `unique_count` takes them for one value."""
    stated = number(value)
    if stated is not None:
        return "number", stated
    if isinstance(value, str):
        return "text", value
    return "json", json.dumps(value, sort_keys=True)


def cents(amount: Fraction) -> int:
    """Whole cents, half a cent up. No amount of a bill is negative."""
    return (2 * amount.numerator + amount.denominator) // (2 * amount.denominator)


def _spelled(text: str) -> Fraction | None:
    found = _SPELLED.fullmatch(text)
    if found is None:
        return None
    sign, whole, _, decimals, exponent = found.groups()
    if not whole + decimals or len(whole) > 400 or len(decimals) > 400 or abs(int(exponent or 0)) > 400:
        return None
    value = Fraction(int(whole + decimals), 10 ** len(decimals)) * Fraction(10) ** int(exponent or 0)
    return -value if sign == "-" else value
