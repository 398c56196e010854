"""State of a page in its URL (pure): what to count, how to sort it, and what is open.

A value that makes no sense is replaced by the default, since people edit URLs by hand.
"""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple, Self

from coobird.mock.dashboard.event_filter import EventFilter
from coobird.mock.dashboard.usage import DIMENSIONS, SPANS, Selection

# Kinds of documents that have a list of their own, and that open.
KINDS = ("customer", "contract", "plan", "invoice", "wallet")
_MAX_PAGE = 1_000_000


class Opened(NamedTuple):
    """One document that is open."""

    tenant: str
    kind: str
    id: str
    day: date | None
    """A day of the period whose bill a contract shows. None: today."""


class Query(NamedTuple):
    """State of one page."""

    selection: Selection = Selection()
    tenant: str | None = None
    dimension: str = "customer"
    listed: str | None = None
    """Kind of the documents that are listed. None: usage is shown."""
    sort: str | None = None
    ascending: bool = False
    page: int = 1
    opened: Opened | None = None

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Self:
        """The state in the query of a URL."""
        tenant = query.get("tenant") or None
        span, dimension, listed = query.get("span", ""), query.get("by", ""), query.get("list")
        selection = Selection(
            EventFilter.of(query, tenant), span if span in SPANS else "all", query.get("time") == "arrival"
        )
        number = query.get("page", "")
        return cls(
            selection,
            tenant,
            dimension if dimension in DIMENSIONS else "customer",
            listed if listed in KINDS else None,
            query.get("sort") or None,
            query.get("order") == "asc",
            min(int(number), _MAX_PAGE) if number.isascii() and number.isdigit() and int(number[:9]) > 0 else 1,
            _opened(query),
        )


def _opened(query: Mapping[str, str]) -> Opened | None:
    kind, _, rest = query.get("open", "").partition(":")
    tenant, _, identifier = rest.partition(":")
    if kind not in KINDS or not tenant or not identifier:
        return None
    try:
        day = date.fromisoformat(query.get("day", ""))
    except ValueError:
        day = None
    return Opened(tenant, kind, identifier, day)
