"""Look into a spool from outside: number, age and owners of the waiting events."""

from __future__ import annotations

import json
import os
import sqlite3
from typing import TYPE_CHECKING, NamedTuple

from coobird._delivery.spool import format as form
from coobird._delivery.spool import sql
from coobird._delivery.spool.file_lock import is_held
from coobird._delivery.spool.reserve import Reserve
from coobird._delivery.spool.share import lock_path
from coobird.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coobird._settings.api_key import ApiKey


_PAGE_EVENTS = 1000


class SpoolStatus(NamedTuple):
    """Waiting events of a spool.

    Attributes:
        waiting: Number of all waiting events.
        at_work: Number of events that a running process is going to send.
        oldest: Earliest timestamp among the first events of each lane; `None` if nothing waits.
        used_bytes: Bytes that the events take on disk.
    """

    waiting: int
    at_work: int
    oldest: str | None
    used_bytes: int


def look_into(path: str, *, is_read_only: bool = False) -> sqlite3.Connection:
    """Open a spool that exists.

    Args:
        path: Its name.
        is_read_only: True to read events only, which is possible on a full disk as well.

    Raises:
        ConfigurationError: There is no file, or it is not a spool that this version can read.
    """
    try:
        with open(path, "rb") as stream:
            head = stream.read(form.HEAD_BYTES)
        if not head or form.is_foreign(head):
            raise ConfigurationError(f"{path} is not a spool.")
        try:
            db, version = _connect(path)
        except sqlite3.Error as error:
            # On a full disk SQLite cannot even read: it shares the state of its log in a file.
            if not sql.has_no_room(error):
                raise
            has_made_room = Reserve(path).free()
            if not has_made_room and (_has_log(path) or not is_read_only):
                raise
            # Without a log all events are in the file, and no process changes it on a full disk.
            db, version = _connect(path, is_immutable=not has_made_room)
    except (OSError, sqlite3.Error) as error:
        raise ConfigurationError(f"{path} cannot be read: {error}.") from error
    if form.is_newer(version):
        db.close()
        raise ConfigurationError(f"{path} was written by a newer version of coobird: upgrade coobird.")
    return db


def _has_log(path: str) -> bool:
    try:
        return os.stat(f"{path}-wal").st_size > 0
    except FileNotFoundError:
        return False


def _connect(path: str, *, is_immutable: bool = False) -> tuple[sqlite3.Connection, int]:
    db = sql.connect(path, busy_seconds=sql.PATIENT_BUSY_SECONDS, is_immutable=is_immutable)
    try:
        version: int = db.execute("PRAGMA user_version").fetchone()[0]
    except BaseException:
        db.close()
        raise
    return db, version


def report(db: sqlite3.Connection, path: str) -> SpoolStatus:
    """Count the waiting events."""
    waiting = at_work = 0
    timestamps: list[str] = []
    for lane, _, owner in sql.lanes(db):
        number = sql.count(db, lane)
        waiting += number
        if owner is not None and is_held(lock_path(path, owner)):
            at_work += number
        for _, event in sql.read(db, form.first_id(lane), form.last_id(lane), 1):
            timestamps.append(_timestamp_of(event))
    return SpoolStatus(waiting, at_work, min(filter(None, timestamps), default=None), sql.used_bytes(db))


def _timestamp_of(event: bytes) -> str:
    try:
        return str(json.loads(event)["timestamp"])
    except (ValueError, TypeError, LookupError):
        return ""  # written by another program


def events(db: sqlite3.Connection) -> Iterator[bytes]:
    """Yield every waiting event, lane by lane, oldest first.

    They are read page by page, because the log of the file only grows while a query is open.
    """
    last = 0
    while rows := sql.read(db, last + 1, form.last_id(form.LAST_LANE), _PAGE_EVENTS):
        yield from (event for _, event in rows)
        last = rows[-1][0]


def give_to(db: sqlite3.Connection, path: str, api_key: ApiKey) -> None:
    """Let a client with this key send events that were tracked with another one.

    Events of running processes are left to them.
    """
    key_hash = form.key_hash(api_key, sql.salt(db))
    for lane, _, owner in sql.lanes(db):
        if owner is None or not is_held(lock_path(path, owner)):
            db.execute("UPDATE lanes SET mark = ? WHERE lane = ? AND owner IS ?", (key_hash, lane, owner))
