"""Counts in answers: a number that a provider states, or `None` (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable


def count_of(value: Any) -> int | None:
    """Return a whole number that is not negative; `None` for anything else."""
    if isinstance(value, int):
        return value if value >= 0 and not isinstance(value, bool) else None
    return int(value) if isinstance(value, float) and value.is_integer() and value >= 0 else None


def first_count(values: Iterable[Any]) -> int | None:
    """Return the first value that is a count; `None` if there is none."""
    return next((count for value in values if (count := count_of(value)) is not None), None)
