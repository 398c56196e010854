"""Tables of an export (pure): their columns, with the type of each in both engines.

No amount is a float: a number is `numeric` in Postgres, and a decimal of 76 digits in ClickHouse.
"""

import re
from collections.abc import Mapping
from enum import Enum
from typing import Any, NamedTuple

Row = Mapping[str, Any]
"""Cells by the names of their columns: a text, a whole number or None."""


class Kind(Enum):
    """Kind of a column: its types in Postgres and in ClickHouse."""

    TEXT = "text", "String"
    INSTANT = "timestamp with time zone", "DateTime64(3, 'UTC')"
    DAY = "date", "Date32"
    WHOLE = "bigint", "Int64"
    NUMBER = "numeric", "Decimal(76, 38)"
    OBJECT = "jsonb", "String"

    @property
    def postgres(self) -> str:
        return self.value[0]

    @property
    def clickhouse(self) -> str:
        return self.value[1]


class Column(NamedTuple):
    """One column."""

    name: str
    kind: Kind = Kind.TEXT
    is_optional: bool = False
    """True if a row may have no value."""


class Table(NamedTuple):
    """One table. `key` are the columns that tell two rows apart."""

    suffix: str
    """End of its name, behind that of the table of events."""
    path: str
    """Route of the local server that has its rows."""
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    def named(self, events: str) -> str:
        """Its name, by that of the table of events."""
        return events + self.suffix


EVENTS = Table(
    "",
    "/_mock/enriched/events",
    ("tenant", "event_id"),
    (
        Column("tenant"),
        Column("event_id"),
        Column("seq", Kind.WHOLE),
        Column("timestamp", Kind.INSTANT),
        Column("received_at", Kind.INSTANT),
        Column("customer_id"),
        Column("customer", is_optional=True),
        Column("agent_id"),
        Column("agent", is_optional=True),
        Column("action_type"),
        Column("signal_code", is_optional=True),
        Column("model", is_optional=True),
        Column("quantity", Kind.NUMBER),
        Column("input_tokens", Kind.WHOLE, is_optional=True),
        Column("output_tokens", Kind.WHOLE, is_optional=True),
        Column("cost_usd", Kind.NUMBER, is_optional=True),
        Column("cost_category", is_optional=True),
        Column("cost_by_category", Kind.OBJECT),
        Column("attributes", Kind.OBJECT),
        Column("metadata", Kind.OBJECT),
        Column("billed_as", Kind.OBJECT),
    ),
)

BILL_LINES = Table(
    "_bill_lines",
    "/_mock/enriched/bill_lines",
    ("tenant", "contract_id", "period_from", "line"),
    (
        Column("tenant"),
        Column("contract_id"),
        Column("period_from", Kind.DAY),
        Column("line", Kind.WHOLE),
        Column("period_to", Kind.DAY),
        Column("contract"),
        Column("customer_id"),
        Column("customer", is_optional=True),
        Column("source_type"),
        Column("source_id"),
        Column("agent_id", is_optional=True),
        Column("signal_id", is_optional=True),
        Column("description"),
        Column("quantity", Kind.NUMBER),
        Column("unit_price_cents", Kind.NUMBER),
        Column("amount", Kind.NUMBER),
        Column("currency"),
    ),
)

REJECTED = Table(
    "_rejected",
    "/_mock/enriched/rejected",
    ("tenant", "request_id", "event_id"),
    (
        Column("tenant"),
        Column("request_id"),
        Column("event_id"),
        Column("rejected_at", Kind.INSTANT),
        Column("reason"),
        Column("timestamp", Kind.INSTANT),
        Column("customer_id"),
        Column("agent_id"),
        Column("action_type"),
        Column("signal_code", is_optional=True),
        Column("quantity", Kind.NUMBER),
        Column("attributes", Kind.OBJECT),
    ),
)

TABLES = EVENTS, BILL_LINES, REJECTED

# A NUL inside the text of JSON is an escape, unless its backslash is escaped itself.
_NUL_IN_JSON = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
_MOST_DIGITS = 38
_FIRST_YEAR, _LAST_YEAR = "1900", "2299"


def postgres_refusal(table: Table, row: Row) -> str | None:
    """Reason why Postgres cannot hold a row as it is. None if it can."""
    for name, kind, _ in table.columns:
        value = row[name]
        if isinstance(value, str) and (
            "\0" in value or (kind is Kind.OBJECT and "\\u0000" in value and _NUL_IN_JSON.search(value))
        ):
            return f"{name} has a NUL character, which Postgres cannot store"
    return None


def clickhouse_refusal(table: Table, row: Row) -> str | None:
    """Reason why ClickHouse cannot hold a row as it is. None if it can.

    It would cut digits and move instants without a word.
    """
    for name, kind, _ in table.columns:
        value = row[name]
        if value is None:
            continue
        if kind is Kind.NUMBER:
            whole, _, places = value.removeprefix("-").partition(".")
            if len(whole) > _MOST_DIGITS or len(places) > _MOST_DIGITS:
                return f"{name} has more than {_MOST_DIGITS} digits before or behind the point"
        elif kind in (Kind.INSTANT, Kind.DAY) and not _FIRST_YEAR <= value[:4] <= _LAST_YEAR:
            return f"{name} is of the year {value[:4]}, and ClickHouse has {_FIRST_YEAR} to {_LAST_YEAR}"
    return None
