"""The spool file: opening and checking it, and the statements that it understands. Nothing here remembers anything.

Every function raises `sqlite3.Error` (or `OSError`) when the file cannot be read or written at the moment.
"""

from __future__ import annotations

import os
import sqlite3
import time

from coobird import _spool_format as form
from coobird._spool_lock import FileLock
from coobird.errors import ConfigurationError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

BUSY_SECONDS = 2.0
"""Longest wait for another process that is writing. Each of them takes far below a millisecond, or one sync of the disk."""

CHECKED_BYTES = 64 * 1024 * 1024
"""Up to this size a file is read through when it is opened (a tenth of a second), to find damage before it does harm."""

INSERT = "INSERT INTO events VALUES (?, ?)"

_COMPANIONS = ("", "-wal", "-shm")
_SUSPECT = "-damaged"
_DAMAGE = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


def prepare(path: str) -> str | None:
    """Make the file if there is none, and check it. A damaged one is set aside; returns its new name then.

    Raises:
        ConfigurationError: It cannot be used. The message says why and what to do.
    """
    try:
        # One after the other: two processes that start together must not both make the tables, or set two files aside.
        lock = FileLock(f"{path}-lock", wait=True)
    except OSError as error:
        raise _unusable(path, error) from error
    try:
        _refuse_foreign(path)
        try:
            if not os.path.exists(path + _SUSPECT):
                _make(path)
                return None
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise
        aside = _set_aside(path)
        os.close(_create(path))
        _make(path)
        return aside
    except (OSError, sqlite3.Error) as error:
        raise _unusable(path, error) from error
    finally:
        lock.release()


def is_damage(error: Exception) -> bool:
    """Whether the file itself is broken, and not just out of reach for the moment."""
    return isinstance(error, sqlite3.DatabaseError) and getattr(error, "sqlite_errorcode", 0) & 0xFF in _DAMAGE


def suspect(path: str) -> None:
    """Somebody has read nonsense: the next one who opens the file sets it aside, however small the damage is."""
    try:
        os.close(os.open(path + _SUSPECT, os.O_CREAT | os.O_WRONLY, 0o600))
    except OSError:
        pass  # then it is found by the next one who reads it


def connect(path: str, *, sync: str = "normal", checkpoint_pages: int = 1000) -> sqlite3.Connection:
    """Open the file, which must exist. The connection may be used by any thread, one at a time."""
    uri = f"file:{_quoted(path)}?mode=rw"
    db = sqlite3.connect(uri, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False, uri=True)
    try:
        db.execute("PRAGMA synchronous = FULL" if sync == "full" else "PRAGMA synchronous = NORMAL")
        db.execute(f"PRAGMA wal_autocheckpoint = {checkpoint_pages:d}")
    except BaseException:
        db.close()
        raise
    return db


def salt(db: sqlite3.Connection) -> bytes:
    """The salt of this file."""
    value: bytes = db.execute("SELECT salt FROM spool").fetchone()[0]
    return value


def used_bytes(db: sqlite3.Connection) -> int:
    """What the events take, without the pages that wait to be used again."""
    pages: int = db.execute("PRAGMA page_count").fetchone()[0] - db.execute("PRAGMA freelist_count").fetchone()[0]
    size: int = db.execute("PRAGMA page_size").fetchone()[0]
    return pages * size


# ------------------------------------------------------------------------------------------------------------ events


def read(db: sqlite3.Connection, first: int, last: int, limit: int) -> list[tuple[int, bytes]]:
    """The oldest events of a range of ids, ends included, at most so many."""
    query = "SELECT id, event FROM events WHERE id BETWEEN ? AND ? ORDER BY id LIMIT ?"
    return db.execute(query, (first, last, limit)).fetchall()


def count(db: sqlite3.Connection, lane: int) -> int:
    """How many events a lane has."""
    number: int = db.execute("SELECT count(*) FROM events WHERE id BETWEEN ? AND ?", _ids(lane)).fetchone()[0]
    return number


def remove(db: sqlite3.Connection, ids: Iterable[int]) -> None:
    """Forget events, all of them or none."""
    db.execute("BEGIN IMMEDIATE")
    try:
        db.executemany("DELETE FROM events WHERE id BETWEEN ? AND ?", form.runs(ids))
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


# ------------------------------------------------------------------------------------------------------------- lanes


def add_lane(db: sqlite3.Connection, mark: bytes, owner: str) -> int:
    """A new lane of this owner."""
    lane = db.execute("INSERT INTO lanes (mark, owner) VALUES (?, ?)", (mark, owner)).lastrowid
    assert lane is not None
    return lane


def lanes(db: sqlite3.Connection) -> list[tuple[int, bytes, str | None]]:
    """Every lane with its mark and its owner (`None` if the owner has left it), oldest first."""
    return db.execute("SELECT lane, mark, owner FROM lanes ORDER BY lane").fetchall()


def claim(db: sqlite3.Connection, lane: int, owner: str | None, new_owner: str) -> bool:
    """Take over a lane. `False` if somebody else was faster."""
    return db.execute("UPDATE lanes SET owner = ? WHERE lane = ? AND owner IS ?", (new_owner, lane, owner)).rowcount > 0


def leave(db: sqlite3.Connection, owner: str) -> None:
    """Leave all lanes of this owner to others."""
    db.execute("UPDATE lanes SET owner = NULL WHERE owner = ?", (owner,))


def drop_if_empty(db: sqlite3.Connection, lane: int) -> bool:
    """Remove a lane that has no events."""
    nothing = "NOT EXISTS (SELECT 1 FROM events WHERE id BETWEEN ? AND ?)"
    return db.execute(f"DELETE FROM lanes WHERE lane = ? AND {nothing}", (lane, *_ids(lane))).rowcount > 0  # noqa: S608


def _ids(lane: int) -> tuple[int, int]:
    return form.first_id(lane), form.last_id(lane)


# ------------------------------------------------------------------------------------------------------------ opening


def _refuse_foreign(path: str) -> None:
    with open(_create(path), "rb") as file:
        head = file.read(form.HEAD_BYTES)
    if form.is_foreign(head):
        raise ConfigurationError(
            f"{path} is not a spool: something else has written it, or it is damaged beyond recognition. "
            "Nothing in it was changed. Name another file with spool=, or move this one away."
        )


def _create(path: str) -> int:
    # Made here and not by SQLite, which would let everybody read it.
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)


def _set_aside(path: str) -> str:
    """Rename a damaged file, so that what is left in it can be looked at, and return its new name."""
    aside = f"{path}.corrupt-{time.strftime('%Y%m%dT%H%M%S')}-{os.getpid()}"
    for companion in _COMPANIONS:
        try:
            os.rename(path + companion, aside + companion)
        except FileNotFoundError:
            pass
    try:
        os.unlink(path + _SUSPECT)
    except FileNotFoundError:
        pass
    return aside


def _make(path: str) -> None:
    db = connect(path)
    try:
        version: int = db.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            db.execute(f"PRAGMA page_size = {form.PAGE_BYTES:d}")
            # Before there is a log: whoever finds a file that was left half made must know it as ours.
            db.execute(f"PRAGMA application_id = {form.APPLICATION_ID:d}")
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("BEGIN IMMEDIATE")  # fails here and now if the file cannot be written
        if form.is_newer(version):
            raise ConfigurationError(
                f"{path} was written by a newer version of coobird (format {version}; this one knows {form.FORMAT}). "
                "Upgrade coobird, or name another file with spool=."
            )
        if version == 0:
            for statement in form.SCHEMA:
                db.execute(statement)
            db.execute("INSERT INTO spool VALUES (?)", (os.urandom(form.SALT_BYTES),))
            db.execute(f"PRAGMA user_version = {form.FORMAT:d}")
        db.execute("COMMIT")
        if os.path.getsize(path) <= CHECKED_BYTES:
            problem = db.execute("PRAGMA quick_check(1)").fetchone()[0]
            if problem != "ok":
                raise _damaged(problem)
        salt(db)
    finally:
        db.close()


def _damaged(problem: str) -> sqlite3.DatabaseError:
    error = sqlite3.DatabaseError(problem)
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    return error


def _unusable(path: str, error: Exception) -> ConfigurationError:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return ConfigurationError(
        f"The spool {path} cannot be used: {reason}. Name a file on a local disk with spool=, in a folder that exists and "
        "that this process may write to, with room left."
    )


def _quoted(path: str) -> str:
    # What has a meaning in a URI. On Windows a drive letter needs a slash before it.
    quoted = path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    return "/" + quoted.replace("\\", "/") if os.name == "nt" else quoted
