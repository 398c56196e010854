"""Statements for the tables of events and of dead letters (pure). One table holds one queue."""

from __future__ import annotations

TABLE_COLUMNS = {"id": "bigint", "alias": "text", "event": "bytea", "created_at": "timestamp with time zone"}
"""Columns of a table of events, with their types. `event` has bytes, so that each comes out as it
went in, whatever the encoding of the database."""

DEAD_SUFFIX = "_dead"
"""End of the name of the table of dead letters."""

DEAD_COLUMNS = {
    **TABLE_COLUMNS,
    "reason": "text",
    "status": "integer",
    "request_id": "text",
    "origin": "text",
}

_DEFAULTS = {"id": " generated always as identity primary key", "created_at": " not null default now()"}


def quoted(table: str) -> str:
    """Return the name of a table, checked before, in quotes."""
    return ".".join(f'"{name}"' for name in table.split("."))


def dead_table(table: str) -> str:
    """Return the name of the table of dead letters."""
    return table + DEAD_SUFFIX


def create(table: str, columns: dict[str, str]) -> str:
    """Return the statement that makes a table, if there is none of this name."""
    lines = [f"{name} {kind}{_DEFAULTS.get(name, ' not null')}" for name, kind in columns.items()]
    return f"create table if not exists {quoted(table)} ({', '.join(lines)})"


def insert(table: str) -> str:
    """Return the statement that adds an event: parameters are alias and event."""
    return f"insert into {quoted(table)} (alias, event) values (%s, %s)"


def insert_batch(table: str) -> str:
    """Return the statement that adds events: parameters are their alias and the list of them."""
    return f"insert into {quoted(table)} (alias, event) select %s, unnest(%s::bytea[])"


def take(table: str) -> str:
    """Return the statement that locks the oldest free events: parameter is their number."""
    return (
        f"select id, alias, event, extract(epoch from created_at)::float8 from {quoted(table)} "
        "order by id for update skip locked limit %s"
    )


def delete(table: str) -> str:
    """Return the statement that removes events: parameter is the list of their numbers."""
    return f"delete from {quoted(table)} where id = any(%s)"


def insert_dead(table: str) -> str:
    """Return the statement that adds a dead letter.

    Parameters are alias, event, reason, status, request id and origin.
    """
    return (
        f"insert into {quoted(dead_table(table))} (alias, event, reason, status, request_id, origin) "
        "values (%s, %s, %s, %s, %s, %s)"
    )


def replay(table: str) -> str:
    """Return the statement that moves all dead letters back to the events."""
    return (
        f"with moved as (delete from {quoted(dead_table(table))} returning alias, event) "
        f"insert into {quoted(table)} (alias, event) select alias, event from moved"
    )


def waiting(table: str) -> str:
    """Return the query for the number of events, and the age of the oldest in seconds."""
    return f"select count(*), coalesce(extract(epoch from now() - min(created_at)), 0)::float8 from {quoted(table)}"


COLUMNS = (
    "select a.attname, format_type(a.atttypid, null) from pg_attribute a "
    "where a.attrelid = to_regclass(%s) and a.attnum > 0 and not a.attisdropped"
)
"""Query for the columns of a table, with their types: parameter is the name in quotes."""


def misfit(found: dict[str, str], wanted: dict[str, str]) -> str:
    """Return why a table does not fit; empty if it does. Further columns do no harm if they have
    defaults.
    """
    missing = [name for name in wanted if name not in found]
    if missing:
        return f"it has no column {', '.join(missing)}"
    wrong = [f"{name} is {found[name]}, not {kind}" for name, kind in wanted.items() if found[name] != kind]
    return "; ".join(wrong)
