"""Age of the price list (pure)."""

from __future__ import annotations

from datetime import UTC, date, timedelta
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

OLD = timedelta(days=90)
"""Age from which a price list is reported as old. Providers change prices each few weeks."""


def date_of_list(snapshot: Any, today: date) -> date | None:
    """Return the date up to which a list of `genai-prices` knows the prices; `None` if unknown.

    The list does not state it. A list that was fetched is as new as the fetch. The list that ships
    with the package is at least as new as the newest of its prices that is in force. (Prices that
    begin later are in it too, so the newest of all would be too late.)
    """
    if snapshot.from_auto_update:
        fetched: date = snapshot.timestamp.astimezone(UTC).date()
        return fetched
    return max((start for start in _starts(snapshot) if start <= today), default=None)


def _starts(snapshot: Any) -> Iterator[date]:
    for provider in snapshot.providers:
        for model in provider.models:
            prices: Any = model.prices
            conditional = cast("Sequence[Any]", prices) if isinstance(prices, list) else ()
            for price in (*conditional, *(model.price_variants or ())):
                start = getattr(price.constraint, "start_date", None)
                if start is not None:
                    yield start
