"""Source of a relay without a broker: a file of SQLite, which the HTTP entrance fills.

Each batch is on the disk, synced, before it is answered. One relay uses a file.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from typing import TYPE_CHECKING

from coobird._delivery.relay.source import Backlog, Message
from coobird.errors import ConfigurationError, TransportError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coobird._delivery.transport.message import DeadLetter

_SCHEMA = """
create table if not exists events (id integer primary key autoincrement, alias text not null, event blob not null,
    created_at real not null);
create table if not exists dead (id integer primary key autoincrement, alias text not null, event blob not null,
    created_at real not null, reason text not null, status integer not null, request_id text not null,
    origin text not null);
"""

_INSERT_DEAD = (
    "insert into dead (alias, event, created_at, reason, status, request_id, origin) values (?, ?, ?, ?, ?, ?, ?)"
)


class FileSource:
    """Events in a file, and dead letters. Safe to use from any thread."""

    def __init__(self, path: str) -> None:
        """Open the file, or make it, readable by its owner only.

        Raises:
            ConfigurationError: It cannot be used, or another relay uses it.
        """
        self.path = os.path.abspath(path)
        self._lock = threading.Condition()
        self._taken: set[int] = set()
        try:
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
            self._db = sqlite3.connect(self.path, timeout=1.0, isolation_level=None, check_same_thread=False)
            self._db.execute("pragma locking_mode = exclusive")
            self._db.execute("pragma journal_mode = wal")
            self._db.execute("pragma synchronous = full")
            self._db.executescript(_SCHEMA)
        except (OSError, sqlite3.Error) as error:
            advice = "another relay uses it" if "locked" in str(error) else str(error)
            raise ConfigurationError(f"{self.path} cannot be used by this relay: {advice}.") from None

    def publish(self, alias: str, events: Sequence[bytes]) -> None:
        """Store events of an alias. They are on the disk when it returns.

        Raises:
            TransportError: None of them is stored.
        """
        now = time.time()
        with self._lock:
            self._change(
                [
                    (
                        "insert into events (alias, event, created_at) values (?, ?, ?)",
                        [(alias, each, now) for each in events],
                    )
                ]
            )
            self._lock.notify()

    def take(self, limit: int, wait_seconds: float) -> list[Message]:
        """Take the oldest events. Waits so long if there is none."""
        with self._lock:
            rows = self._free(limit)
            if not rows:
                self._lock.wait(wait_seconds)
                rows = self._free(limit)
            self._taken.update(number for number, *_ in rows)
        return [
            Message(event, alias, created_at, f"{self.path}@{number}", number)
            for number, alias, event, created_at in rows
        ]

    def settle(
        self, taken: Sequence[Message], done: Sequence[Message], dead: Sequence[tuple[Message, DeadLetter]]
    ) -> None:
        """Store the dead letters and remove what is settled, in one transaction."""
        letters = [
            (each.alias, each.event, time.time(), each.reason, each.status, each.request_id, each.origin)
            for _, each in dead
        ]
        numbers = [(each.position,) for each in (*done, *(message for message, _ in dead))]
        with self._lock:
            try:
                self._change(
                    [
                        (
                            _INSERT_DEAD,
                            letters,
                        ),
                        ("delete from events where id = ?", numbers),
                    ]
                )
            finally:
                self.give_back(taken)

    def give_back(self, taken: Sequence[Message]) -> None:
        """Give events out again that are not settled."""
        with self._lock:
            self._taken.difference_update(message.position for message in taken)
            self._lock.notify()

    def backlog(self) -> Backlog:
        """Return what waits."""
        with self._lock:
            try:
                count, oldest = self._db.execute("select count(*), min(created_at) from events").fetchone()
            except sqlite3.Error as error:
                raise TransportError(f"{self.path} cannot be read: {error}", hint="") from None
        return Backlog(count, 0.0 if oldest is None else max(0.0, time.time() - oldest))

    def replay(self) -> int:
        """Move all dead letters back to the events. Returns their number."""
        with self._lock:
            count = self._db.execute("select count(*) from dead").fetchone()[0]
            move = "insert into events (alias, event, created_at) select alias, event, ? from dead"
            self._change([(move, [(time.time(),)]), ("delete from dead", [()])])
            return int(count)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    def _free(self, limit: int) -> list[tuple[int, str, bytes, float]]:
        try:
            rows = self._db.execute(
                "select id, alias, event, created_at from events order by id limit ?", (limit + len(self._taken),)
            ).fetchall()
        except sqlite3.Error as error:
            raise TransportError(f"{self.path} cannot be read: {error}", hint="") from None
        return [row for row in rows if row[0] not in self._taken][:limit]

    def _change(self, statements: Sequence[tuple[str, Sequence[tuple[object, ...]]]]) -> None:
        try:
            self._db.execute("begin immediate")
            try:
                for statement, rows in statements:
                    self._db.executemany(statement, rows)
                self._db.execute("commit")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("rollback")
                raise
        except sqlite3.Error as error:
            raise TransportError(f"{self.path} cannot be written: {error}", hint="Make room on its disk.") from None
