"""Counts in answers: a number that a provider states, or `None` (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable


MAX_DIGITS = 18
"""Maximum length of a count that is a text. A longer one is no number of tokens."""


def count_of(value: Any) -> int | None:
    """Return a whole number that is not negative, also that of a text; `None` for anything else.

    SDKs make numbers of some texts. A body that was not read by the SDK has them as they are.
    """
    if isinstance(value, int):
        return value if value >= 0 and not isinstance(value, bool) else None
    if isinstance(value, str):
        return int(value) if value.isascii() and value.isdecimal() and len(value) <= MAX_DIGITS else None
    return int(value) if isinstance(value, float) and value.is_integer() and value >= 0 else None


def is_no_count(value: Any) -> bool:
    """True if a value is stated that is no count, such as a negative number."""
    return value is not None and count_of(value) is None


def first_count(values: Iterable[Any]) -> int | None:
    """Return the first value that is a count; `None` if there is none."""
    return next((count for value in values if (count := count_of(value)) is not None), None)
