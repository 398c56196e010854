"""Source of a relay: a table of Postgres.

What a request carries is locked by a transaction, and other relays skip it (`SKIP LOCKED`). If this
one is killed, the database ends the transaction, and the events are free again.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import psycopg

from coobird._delivery.relay.source import Backlog, Message
from coobird._delivery.transport import postgres_sql as sql
from coobird._delivery.transport.postgres import WrongTableError, at_most, connect, failure
from coobird._http import fork_guard

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from coobird._delivery.transport.message import DeadLetter
    from coobird._delivery.transport.postgres import Connection
    from coobird._settings.transport import PostgresPlace

_SECONDS = 10.0
"""Longest time of a statement."""

_ERRORS = (psycopg.Error, WrongTableError, OSError)


class PostgresSource:
    """A table of events, and one of dead letters. Each request has a connection for itself."""

    def __init__(self, place: PostgresPlace) -> None:
        """Connect with the first request. The tables are made if they do not exist."""
        self._place = place
        self._idle: list[Connection] = []
        self._taken: dict[int, tuple[Any, Connection]] = {}
        fork_guard.reset_in_child(self)

    def reset_after_fork(self) -> None:
        """Forget the connections, in the child of a fork."""
        self._idle, self._taken = [], {}

    def take(self, limit: int, wait_seconds: float) -> list[Message]:
        """Lock the oldest events that no other relay has. Waits so long if there is none."""
        connection = self._connection()
        try:
            with at_most(connection, _SECONDS):
                connection.execute("begin")
                rows = connection.execute(sql.take(self._place.table).encode(), (limit,)).fetchall()
                if not rows:
                    connection.execute("rollback")
        except _ERRORS as error:
            connection.close()
            raise failure(self._place, error).error from None
        if not rows:
            self._idle.append(connection)
            time.sleep(wait_seconds)
            return []
        taken = [
            Message(bytes(event), alias, published_at, f"{self._place.table}@{number}", number)
            for number, alias, event, published_at in rows
        ]
        self._taken[id(taken)] = taken, connection
        return taken

    def settle(
        self, taken: Sequence[Message], done: Sequence[Message], dead: Sequence[tuple[Message, DeadLetter]]
    ) -> None:
        """Store the dead letters and remove what is settled, in the transaction with the locks."""
        _, connection = self._taken.pop(id(taken))
        letters, refused = [_row(letter) for _, letter in dead], None
        numbers = [message.position for message in done]
        try:
            with at_most(connection, _SECONDS), connection.cursor() as cursor:
                if letters:
                    cursor.execute("savepoint letters")
                    try:
                        cursor.executemany(sql.insert_dead(self._place.table).encode(), letters)
                        numbers += [message.position for message, _ in dead]
                    except psycopg.Error as error:
                        # The others need not wait until there is room for dead letters.
                        cursor.execute("rollback to savepoint letters")
                        refused = error
                if numbers:
                    cursor.execute(sql.delete(self._place.table).encode(), (numbers,))
                cursor.execute("commit")
        except _ERRORS as error:
            connection.close()
            raise failure(self._place, error).error from None
        self._idle.append(connection)
        if refused is not None:
            raise failure(self._place, refused, what="dead letters, so their events are not settled").error from None

    def give_back(self, taken: Sequence[Message]) -> None:
        """End the transaction that has the locks."""
        _, connection = self._taken.pop(id(taken), (None, None))
        if connection is not None:
            connection.close()

    def backlog(self) -> Backlog:
        """Return what waits in the table, for all relays together."""
        return Backlog(*self._run(lambda db: db.execute(sql.waiting(self._place.table).encode()).fetchone()))

    def replay(self) -> int:
        """Move all dead letters back into the table of events. Returns their number."""
        moved: int = self._run(lambda db: db.execute(sql.replay(self._place.table).encode()).rowcount)
        return moved

    def close(self) -> None:
        """Close the connections. What they have locked is free again."""
        for _, connection in self._taken.values():
            connection.close()
        for connection in self._idle:
            connection.close()
        self._idle, self._taken = [], {}

    def _run(self, call: Callable[[Connection], Any]) -> Any:
        connection = self._connection()
        try:
            with at_most(connection, _SECONDS):
                result = call(connection)
        except _ERRORS as error:
            connection.close()
            raise failure(self._place, error).error from None
        self._idle.append(connection)
        return result

    def _connection(self) -> Connection:
        try:
            return self._idle.pop()
        except IndexError:
            pass
        table = self._place.table
        tables = ((table, sql.TABLE_COLUMNS), (sql.dead_table(table), sql.DEAD_COLUMNS))
        try:
            return connect(self._place, _SECONDS, tables=tables)
        except _ERRORS as error:
            raise failure(self._place, error).error from None


def _row(letter: DeadLetter) -> tuple[object, ...]:
    # Postgres takes no NUL in a text, and a server may send one.
    texts = [text.replace("\0", "\ufffd") for text in (letter.reason, letter.request_id, letter.origin)]
    return letter.alias, letter.event, texts[0], letter.status, texts[1], texts[2]
