"""Outbox: events that are written in the program's own transaction of Postgres."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from coobird_api.methods.events import TrackMethods

from coobird._delivery.transport import postgres_sql as sql
from coobird._settings.transport import PostgresPlace, check_table
from coobird.errors import ConfigurationError, CoobirdError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from coobird.client.async_coomon import AsyncCoomon
    from coobird.client.coomon import Coomon

    Insert = Callable[[str, bytes], object]
    """Writes an event of an alias."""


class Outbox(TrackMethods):
    """The `track` methods of a client, which write into a transaction: see `outbox`.

    They return when the event is written, and raise `InvalidEventError` for an event that cannot be
    sent: an event that was only reported would be missing in the transaction.
    """

    def __init__(self, encode: Callable[..., bytes], insert: Insert, alias: str) -> None:
        self._encode, self._insert, self._alias = encode, insert, alias
        self._is_open = True
        self._track = self._write
        self._at_limit = None

    def _write(self, *event: Any) -> None:
        if not self._is_open:
            raise CoobirdError("The block of this outbox is over, so the event would be in no transaction of it.")
        self._insert(self._alias, self._encode(*event))

    def _close(self) -> None:
        self._is_open = False


@contextmanager
def outbox(coomon: Coomon | AsyncCoomon, connection: Any, *, table: str | None = None) -> Generator[Outbox]:
    """Return an outbox, to track events in a transaction of the program's own Postgres.

        with psycopg.connect(...) as connection, outbox(coomon, connection) as tracked:
            connection.execute("update orders ...")
            tracked.track_task(customer_id="cust_1", agent_id="agent_1")

    An event is billed if and only if the transaction commits: it is a row of the table, which
    `coobird relay postgres://...` sends. The relay, or a client with the table as `transport`,
    makes the table. Runs and registered attributes of the client count. `stats()` does not: commit
    and rollback are the program's.

    Args:
        coomon: Client. A disabled one writes nothing.
        connection: Connection of psycopg, `Connection` or `Session` of SQLAlchemy, or
            `django.db.connection`, in a transaction. It is neither committed nor closed.
        table: Table of events, as `name` or `schema.name`. That of the client's `transport` if left
            out.

    Raises:
        ConfigurationError: No table is named, or the connection cannot be used; the message says
            what to write instead.
    """
    settings = coomon._settings  # pyright: ignore[reportPrivateUsage] - both are this package's
    place = settings.transport if isinstance(settings.transport, PostgresPlace) else None
    if settings.disabled:
        made = Outbox(_nothing, _ignore, "")
    else:
        if table is None and place is None:
            raise ConfigurationError(
                'outbox() needs a table: write outbox(coomon, connection, table="coobird_events"), or give the client '
                'transport="postgres://.../database/coobird_events".'
            )
        name = check_table(table, "table") if table is not None or place is None else place.table
        encode = coomon._pipeline.encode_now  # pyright: ignore[reportPrivateUsage]
        made = Outbox(encode, _insert_into(name, connection), "" if place is None else place.alias)
    try:
        yield made
    finally:
        made._close()  # pyright: ignore[reportPrivateUsage] - of this module


def _insert_into(table: str, connection: Any) -> Insert:
    """Return the way to write with this kind of connection."""
    kinds = {f"{kind.__module__}.{kind.__qualname__}" for kind in type(connection).__mro__}
    roots = {kind.partition(".")[0] for kind in kinds}
    if any("Async" in kind or "async" in kind.partition(".")[2].lower().split(".") for kind in kinds):
        raise ConfigurationError(
            "outbox() takes a connection that is not awaited: in SQLAlchemy call it inside run_sync, with the "
            "Session or Connection that it passes."
        )
    if "sqlalchemy" in roots:
        return _sqlalchemy(table, connection)
    if "django" in roots:
        return _django(table, connection)
    if "psycopg" in roots:
        return _psycopg(table, connection)
    raise ConfigurationError(
        f"outbox() takes a connection of psycopg 3, SQLAlchemy or Django, not {type(connection).__name__}."
    )


def _psycopg(table: str, connection: Any) -> Insert:
    statement = sql.insert(table)

    def insert(alias: str, event: bytes) -> None:
        # In autocommit mode a statement outside of a transaction is one of its own.
        if connection.autocommit and connection.info.transaction_status.name == "IDLE":
            raise ConfigurationError(_NO_TRANSACTION.format("with connection.transaction():"))
        connection.execute(statement, (alias, event))

    return insert


def _sqlalchemy(table: str, connection: Any) -> Insert:
    import sqlalchemy  # type: ignore[import-not-found, unused-ignore]

    statement: Any = sqlalchemy.text(f"insert into {sql.quoted(table)} (alias, event) values (:alias, :event)")

    def insert(alias: str, event: bytes) -> None:
        connection.execute(statement, {"alias": alias, "event": event})

    return insert


def _django(table: str, connection: Any) -> Insert:
    if connection.vendor != "postgresql":
        raise ConfigurationError(f"outbox() needs a connection to Postgres, not to {connection.vendor}.")
    statement = sql.insert(table)

    def insert(alias: str, event: bytes) -> None:
        if not connection.in_atomic_block and connection.get_autocommit():
            raise ConfigurationError(_NO_TRANSACTION.format("with transaction.atomic():"))
        with connection.cursor() as cursor:
            cursor.execute(statement, (alias, event))

    return insert


_NO_TRANSACTION = (
    "The connection is in no transaction, so the event would be billed whatever follows: write `{}` around it."
)


def _nothing(*_: object) -> bytes:
    """Encode nothing, for a disabled client."""
    return b""


def _ignore(alias: str, event: bytes) -> None:
    """Write nothing, for a disabled client."""
