"""SQL statements for a spool file. Nothing here has a state.

Every function raises `sqlite3.Error` (or `OSError`) when the file cannot be read or written at the
moment.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from contextlib import contextmanager
from time import monotonic, sleep

from coobird._delivery.spool import format as form

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable
    from typing import TypeVar

    T = TypeVar("T")

BUSY_SECONDS = 0.05
"""Longest wait of `track` for another process that is writing: it may run on an event loop. A write
takes far below a millisecond, or one sync of the disk."""

FIRST_BUSY_SECONDS = 0.25
"""The same for the first event of a process. A process for one job may end by `os._exit` right
after it, and would take an event with it that is only in memory."""

PATIENT_BUSY_SECONDS = 2.0
"""The same while no thread tracks: when the file is opened or left."""

_TRY_AGAIN_SECONDS = 0.0005
"""Time between two tries of a change. SQLite itself waits longer after each try: a process that
stores in a loop would be faster each time, and events of another would go to memory."""

INSERT = "INSERT INTO events VALUES (?, ?)"
IS_STORED = "SELECT 1 FROM events WHERE id = ?"

_DAMAGE = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_NO_ROOM = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR})
_NO_ROOM_ERRORS = frozenset({errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)})
_PASSING = (
    _BUSY | _NO_ROOM | {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_NOMEM}
)


def is_damage(error: Exception) -> bool:
    """True if the file itself is broken, and not just out of reach for the moment."""
    return isinstance(error, sqlite3.DatabaseError) and _code(error) in _DAMAGE


def is_busy(error: Exception) -> bool:
    """True if another process has the file locked."""
    return isinstance(error, sqlite3.OperationalError) and _code(error) in _BUSY


def has_no_room(error: Exception) -> bool:
    """True if the disk is full, as far as can be known: a used up quota shows as an error of the
    disk.
    """
    if isinstance(error, OSError):
        return error.errno in _NO_ROOM_ERRORS
    return isinstance(error, sqlite3.OperationalError) and _code(error) in _NO_ROOM


def is_passing(error: Exception) -> bool:
    """True if the file may be good, and is only out of reach now."""
    return isinstance(error, sqlite3.Error) and _code(error) in _PASSING


def _code(error: Exception) -> int:
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def connect(
    path: str,
    *,
    sync: str = "normal",
    checkpoint_pages: int = 1000,
    busy_seconds: float | None = None,
    is_immutable: bool = False,
) -> sqlite3.Connection:
    """Open the file, which must exist. The connection may be used by any thread, one at a time.

    Args:
        path: Its name.
        sync: `full` to wait for the disk with each change, else `normal`.
        checkpoint_pages: Pages of the log from which on it is moved into the file.
        busy_seconds: Longest wait for another process that is writing; `BUSY_SECONDS` if left out.
        is_immutable: True to read a file that nobody changes, without its log and its locks.
    """
    uri = f"file://{_quoted(path)}?{'mode=ro&immutable=1' if is_immutable else 'mode=rw'}"
    seconds = BUSY_SECONDS if busy_seconds is None else busy_seconds
    db = sqlite3.connect(uri, timeout=seconds, isolation_level=None, check_same_thread=False, uri=True)
    try:
        db.execute("PRAGMA synchronous = FULL" if sync == "full" else "PRAGMA synchronous = NORMAL")
        db.execute(f"PRAGMA wal_autocheckpoint = {checkpoint_pages:d}")
    except BaseException:
        db.close()
        raise
    return db


def wait_while_busy(db: sqlite3.Connection, seconds: float) -> None:
    """Set the longest wait for another process that is writing."""
    db.execute(f"PRAGMA busy_timeout = {seconds * 1000:.0f}")


def salt(db: sqlite3.Connection) -> bytes:
    """Salt of this file."""
    value: bytes = db.execute("SELECT salt FROM spool").fetchone()[0]
    return value


def free_bytes(db: sqlite3.Connection) -> int:
    """Bytes of the pages that are free to be used again."""
    pages: int = db.execute("PRAGMA freelist_count").fetchone()[0]
    size: int = db.execute("PRAGMA page_size").fetchone()[0]
    return pages * size


def empty_log(db: sqlite3.Connection) -> None:
    """Move the log into the file, and give its room back to the disk, unless others use it now."""
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def used_bytes(db: sqlite3.Connection) -> int:
    """Bytes that are in use, without the pages that are free to be used again."""
    pages: int = db.execute("PRAGMA page_count").fetchone()[0] - db.execute("PRAGMA freelist_count").fetchone()[0]
    size: int = db.execute("PRAGMA page_size").fetchone()[0]
    return pages * size


# ------------------------------------------------------------------------------------------- events


def read(db: sqlite3.Connection, first: int, last: int, limit: int) -> list[tuple[int, bytes]]:
    """Return the oldest events of a range of ids, ends included, at most `limit`."""
    query = "SELECT id, event FROM events WHERE id BETWEEN ? AND ? ORDER BY id LIMIT ?"
    return db.execute(query, (first, last, limit)).fetchall()


def count(db: sqlite3.Connection, lane: int) -> int:
    """Number of events of a lane."""
    number: int = db.execute("SELECT count(*) FROM events WHERE id BETWEEN ? AND ?", _ids(lane)).fetchone()[0]
    return number


def insert(db: sqlite3.Connection, first: int, events: Iterable[bytes]) -> None:
    """Store events under consecutive ids."""
    db.executemany(INSERT, enumerate(events, first))


def remove(db: sqlite3.Connection, ids: Iterable[int]) -> None:
    """Remove events."""
    db.executemany("DELETE FROM events WHERE id BETWEEN ? AND ?", form.runs(ids))


def patiently(change: Callable[[], T], patience_seconds: float) -> T:
    """Make a change to the file, also if other processes are writing.

    A sender holds no lock meanwhile.

    Args:
        change: The change. It raises at once if the file is locked.
        patience_seconds: Time after which it is not tried again.
    """
    give_up_at = monotonic() + patience_seconds
    while True:
        try:
            return change()
        except Exception as error:
            if not is_busy(error) or monotonic() >= give_up_at:
                raise
        sleep(_TRY_AGAIN_SECONDS)


@contextmanager
def transaction(db: sqlite3.Connection) -> Generator[None]:
    """Change several things, all or none. Does not wait if the file is locked, but raises."""
    if db.in_transaction:
        db.execute("ROLLBACK")  # a signal handler has ended it in between
    try:
        try:
            wait_while_busy(db, 0.0)
            db.execute("BEGIN IMMEDIATE")
        finally:
            wait_while_busy(db, BUSY_SECONDS)
        yield
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


# -------------------------------------------------------------------------------------------- lanes


def add_lane(db: sqlite3.Connection, key_hash: bytes, owner: str) -> int:
    """Make a new lane of this owner, and return its number."""
    lane = db.execute("INSERT INTO lanes (mark, owner) VALUES (?, ?)", (key_hash, owner)).lastrowid
    assert lane is not None
    return lane


def lanes(db: sqlite3.Connection) -> list[tuple[int, bytes, str | None]]:
    """Return every lane, oldest first: number, hash of the API key, and owner.

    The owner is `None` if the lane was given up.
    """
    return db.execute("SELECT lane, mark, owner FROM lanes ORDER BY lane").fetchall()


def claim(db: sqlite3.Connection, lane: int, owner: str | None, new_owner: str) -> bool:
    """Become the owner of a lane. False if another process was faster."""
    return db.execute("UPDATE lanes SET owner = ? WHERE lane = ? AND owner IS ?", (new_owner, lane, owner)).rowcount > 0


def leave(db: sqlite3.Connection, owner: str) -> None:
    """Give up all lanes of this owner."""
    db.execute("UPDATE lanes SET owner = NULL WHERE owner = ?", (owner,))


def is_empty(db: sqlite3.Connection, lane: int) -> bool:
    """True if a lane has no events."""
    return not read(db, *_ids(lane), 1)


def drop_if_empty(db: sqlite3.Connection, lane: int) -> bool:
    """Remove a lane that has no events."""
    nothing = "NOT EXISTS (SELECT 1 FROM events WHERE id BETWEEN ? AND ?)"
    return db.execute(f"DELETE FROM lanes WHERE lane = ? AND {nothing}", (lane, *_ids(lane))).rowcount > 0  # noqa: S608


def _ids(lane: int) -> tuple[int, int]:
    return form.first_id(lane), form.last_id(lane)


def _quoted(path: str) -> str:
    # Characters that have a meaning in a URI. On Windows a drive letter needs a slash before it.
    quoted = path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    return "/" + quoted.replace("\\", "/") if os.name == "nt" else quoted
