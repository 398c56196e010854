"""A look into a spool from outside: what waits in it, since when, and who is going to send it."""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING, NamedTuple

from coobird._delivery.spool import format as form
from coobird._delivery.spool import sql as file
from coobird._delivery.spool.file_lock import is_held
from coobird._delivery.spool.share import lock_path
from coobird.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coobird._settings.api_key import ApiKey


_PAGE_EVENTS = 1000


class Report(NamedTuple):
    """What waits in a spool.

    Attributes:
        waiting: Events in all.
        at_work: Those that a living process is going to send.
        oldest: The earliest timestamp among the first events of each lane; `None` if nothing waits.
        used_bytes: What they take on disk.
    """

    waiting: int
    at_work: int
    oldest: str | None
    used_bytes: int


def look_into(path: str) -> sqlite3.Connection:
    """Open a spool that exists.

    Raises:
        ConfigurationError: There is none, or it is not one that this version can read.
    """
    try:
        with open(path, "rb") as stream:
            head = stream.read(form.HEAD_BYTES)
        if not head or form.is_foreign(head):
            raise ConfigurationError(f"{path} is not a spool.")
        db = file.connect(path)
        version = db.execute("PRAGMA user_version").fetchone()[0]
    except (OSError, sqlite3.Error) as error:
        raise ConfigurationError(f"{path} cannot be read: {error}.") from error
    if form.is_newer(version):
        db.close()
        raise ConfigurationError(f"{path} was written by a newer version of coobird: upgrade coobird.")
    return db


def report(db: sqlite3.Connection, path: str) -> Report:
    """Count what waits."""
    waiting = at_work = 0
    timestamps: list[str] = []
    for lane, _, owner in file.lanes(db):
        number = file.count(db, lane)
        waiting += number
        if owner is not None and is_held(lock_path(path, owner)):
            at_work += number
        for _, event in file.read(db, form.first_id(lane), form.last_id(lane), 1):
            timestamps.append(_timestamp_of(event))
    return Report(waiting, at_work, min(filter(None, timestamps), default=None), file.used_bytes(db))


def _timestamp_of(event: bytes) -> str:
    try:
        return str(json.loads(event)["timestamp"])
    except (ValueError, TypeError, LookupError):
        return ""  # not of our making


def events(db: sqlite3.Connection) -> Iterator[bytes]:
    """Every event that waits, lane by lane, oldest first. Page by page: while somebody reads, the log of the file only grows."""
    last = 0
    while rows := file.read(db, last + 1, form.last_id(form.LAST_LANE), _PAGE_EVENTS):
        yield from (event for _, event in rows)
        last = rows[-1][0]


def give_to(db: sqlite3.Connection, path: str, api_key: ApiKey) -> None:
    """Let a client with this key send what was tracked with another, unless a living process is going to."""
    mark = form.mark_of(api_key, file.salt(db))
    for lane, _, owner in file.lanes(db):
        if owner is None or not is_held(lock_path(path, owner)):
            db.execute("UPDATE lanes SET mark = ? WHERE lane = ? AND owner IS ?", (mark, lane, owner))
