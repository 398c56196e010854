"""Transport to a table of Postgres, with psycopg 3. A batch is one statement: all of it or none."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager
from math import ceil
from typing import TYPE_CHECKING, Any

import psycopg

from coobird._delivery.transport import postgres_sql as sql
from coobird._delivery.transport.sent import Sent, acknowledged, unacknowledged
from coobird._http import fork_guard
from coobird._http.interruption import is_from_signal_handler

if TYPE_CHECKING:
    from collections.abc import Generator

    from coobird._settings.transport import PostgresPlace

Connection = psycopg.Connection[Any]

_inherited: list[Connection] = globals().get("_inherited", [])
"""Connections of the parent, kept for ever: the parent still uses them."""


class WrongTableError(Exception):
    """A table has another shape than events need."""


class PostgresTransport:
    """Inserts batches. Each thread that sends has a connection for itself."""

    def __init__(self, place: PostgresPlace) -> None:
        self._place = place
        self.label = f"insert into {place.shown}"
        self._idle: list[Connection] = []
        self._closed = 0
        fork_guard.reset_in_child(self)

    def reset_after_fork(self) -> None:
        """Leave the connections to the parent, in the child of a fork."""
        _inherited.extend(self._idle)
        self._idle = []

    def prepare(self) -> None:
        """Nothing: psycopg is loaded with this module."""

    def send(self, events: list[bytes], *, timeout: float) -> Sent:
        """Insert these events in one transaction."""
        size, closed = sum(map(len, events)), self._closed
        try:
            connection = self._idle.pop() if self._idle else connect(self._place, timeout)
        except Exception as error:  # whatever it is, no event was inserted
            if is_from_signal_handler(error):
                raise
            return self._failed(error, size)
        try:
            with at_most(connection, timeout):
                connection.execute(sql.insert_batch(self._place.table).encode(), (self._place.alias, events))
        except BaseException as error:  # whatever it is, nothing shows that the events are there
            connection.close()
            if not isinstance(error, Exception) or is_from_signal_handler(error):
                raise
            return self._failed(error, size)
        self._idle.append(connection)
        if self._closed != closed:  # meanwhile, by another thread
            self.close()
        return Sent(acknowledged(events), "committed", size)

    def close(self) -> None:
        """Close the connections."""
        self._closed += 1
        while self._idle:
            self._idle.pop().close()

    def __del__(self) -> None:
        # psycopg warns of connections that nobody has closed.
        while self._idle:
            self._idle.pop().close()

    def _failed(self, error: Exception, size: int) -> Sent:
        return Sent(failure(self._place, error), type(error).__name__, size)


def failure(place: PostgresPlace, error: Exception, *, what: str = "events") -> Any:
    """Return the outcome for events that an error of the database kept out, or may have.

    `what` names them in the message.
    """
    hint = None
    if isinstance(error, WrongTableError):
        hint = "Name another table in `transport`, which is made if it does not exist."
    elif isinstance(error, psycopg.errors.InsufficientPrivilege):
        make = sql.create(place.table, sql.TABLE_COLUMNS)
        hint = f"Let the database's owner run: {make}; grant insert on {sql.quoted(place.table)} to this user."
    text = str(error).strip() or type(error).__name__
    return unacknowledged(place.shown, text, place.secrets, hint, what)


def connect(place: PostgresPlace, timeout: float, *, tables: tuple[tuple[str, dict[str, str]], ...] = ()) -> Connection:
    """Return a new connection that commits each statement.

    A table that does not exist is made.

    Args:
        place: Database and table.
        timeout: Seconds.
        tables: Tables that are needed, with their columns; only the one of events if left out.

    Raises:
        psycopg.Error: The database cannot be reached, or refuses.
        WrongTableError: A table has another shape.
    """
    options = {"connect_timeout": str(max(2, ceil(timeout))), "application_name": "coobird", **place.options}
    connection: Connection = psycopg.connect(**options, autocommit=True)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    try:
        with at_most(connection, timeout):
            for name, columns in tables or ((place.table, sql.TABLE_COLUMNS),):
                _check(connection, name, columns)
    except BaseException:
        connection.close()
        raise
    return connection


def _check(connection: Connection, table: str, columns: dict[str, str]) -> None:
    found = dict(connection.execute(sql.COLUMNS, (sql.quoted(table),)).fetchall())
    if not found:
        try:
            connection.execute(sql.create(table, columns).encode())
        except (psycopg.errors.UniqueViolation, psycopg.errors.DuplicateTable):
            pass  # another process has just made it
        found = dict(connection.execute(sql.COLUMNS, (sql.quoted(table),)).fetchall())
    if flaw := sql.misfit(found, columns):
        raise WrongTableError(f"table {table} is no table of events: {flaw}")


@contextmanager
def at_most(connection: Connection, seconds: float) -> Generator[None]:
    """Cut the connection after so many seconds.

    psycopg waits for ever for a server that neither answers nor closes.
    """
    timer = threading.Timer(seconds, _cut, (connection,))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _cut(connection: Connection) -> None:
    try:
        with socket.socket(fileno=socket.dup(connection.fileno())) as copy:
            copy.shutdown(socket.SHUT_RDWR)
    except (OSError, psycopg.Error):
        pass  # it has just ended by itself
