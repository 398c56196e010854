"""Opening of a spool file: it is made, checked, refused or set aside.

One process does so after the other.
"""

from __future__ import annotations

import errno
import os
import sqlite3
import time

from coobird._delivery.spool import format as form
from coobird._delivery.spool.file_lock import FileLock, create, is_at
from coobird._delivery.spool.sql import PATIENT_BUSY_SECONDS, connect, is_damage, is_passing, salt
from coobird._http import fork_guard
from coobird._http.locks import new_lock
from coobird.errors import ConfigurationError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _thread import RLock
    from collections.abc import Sequence


class OpeningLock:
    """Lock to hold while a file is opened. The process does not fork meanwhile.

    If it did, the child would inherit the file lock of `prepare`, and keep it until it ends.
    """

    def __init__(self) -> None:
        self._lock = new_lock()
        fork_guard.pause_at_fork(self)

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()

    def locks_at_fork(self) -> Sequence[RLock]:
        """Return the lock, with which no file is being opened."""
        return (self._lock,)

    def rest_for_fork(self) -> None:
        """Nothing: files are opened as a whole."""


# Kept by `importlib.reload`, which runs this module again in the same namespace.
opening: OpeningLock = globals().get("opening") or OpeningLock()

_descriptors: dict[str, int] = globals().get("_descriptors", {})
"""Descriptors of the files that were opened, by path."""

CHECKED_BYTES = 64 * 1024 * 1024
"""Size up to which a file is read through when it is opened (a tenth of a second), to find damage
before it does harm."""

_IMPOSSIBLE = frozenset({errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG, errno.ELOOP, errno.EINVAL})
"""Errors that say that the path can never name a file, whatever happens to the disk."""

_COMPANIONS = ("", "-wal", "-shm")
_SUSPECT = "-damaged"


def prepare(path: str) -> str | None:
    """Make the file if there is none, and check it.

    A damaged file is set aside; returns its new name then.

    Raises:
        ConfigurationError: It can never be used. The message says why and what to do.
        OSError: It cannot be used now: the disk is full, the folder is missing or closed.
        sqlite3.Error: It cannot be used now: the disk is full, another program has locked it.
    """
    try:
        if os.path.exists(path) and not os.path.isfile(path):
            raise _impossible(path, "that is not a file")
        # One after the other: two processes that start together must not both make the tables, or
        # set two files aside.
        lock = FileLock(f"{path}-lock", like=path)
    except UnicodeError as error:
        raise _impossible(path, str(error)) from error
    except OSError as error:
        if error.errno in _IMPOSSIBLE:
            raise _impossible(path, reason_of(error)) from error
        raise
    try:
        _refuse_foreign(path)
        try:
            if not _is_suspected(path):
                _make(path)
                return None
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise
        aside = _set_aside(path)
        os.close(create(path, like=aside))
        _make(path)
        return aside
    finally:
        lock.release()


def suspect(path: str, found: bytes) -> None:
    """Mark the file with this salt as damaged.

    The next process that opens it sets it aside, however small the damage.
    """
    try:
        with open(create(path + _SUSPECT, like=path), "wb") as marker:
            marker.write(found)
    except OSError:
        pass  # then the next process that reads the damaged part marks it


def _is_suspected(path: str) -> bool:
    """True if this very file was marked as damaged, and not an earlier one of the same name."""
    try:
        with open(path + _SUSPECT, "rb") as marker:
            suspected = marker.read(form.SALT_BYTES)
    except FileNotFoundError:
        return False
    db = connect(path, busy_seconds=PATIENT_BUSY_SECONDS)
    try:
        is_this = salt(db) == suspected
    except (sqlite3.Error, TypeError) as error:
        if is_passing(error):
            raise
        return True
    finally:
        db.close()
    if not is_this:
        os.unlink(path + _SUSPECT)
    return is_this


def _refuse_foreign(path: str) -> None:
    descriptor = _kept_descriptor(path)
    head = os.read(descriptor, form.HEAD_BYTES)
    if not head and hasattr(os, "fchmod"):
        os.fchmod(descriptor, 0o600)  # also if another program has made it, as long as it is empty
    if form.is_foreign(head):
        raise ConfigurationError(
            f"{path} is not a spool: another program has written it, or it is damaged beyond recognition. "
            "Nothing in it was changed. Name another file with spool=, or move this one away."
        )


def _kept_descriptor(path: str) -> int:
    """Return a descriptor of the file, at its begin. It stays open for as long as the process runs.

    Closing any descriptor of a file ends all locks that SQLite has on it in this process. Another
    process could then remove the log that a connection here writes to, and its events with it.
    """
    kept = _descriptors.get(path)
    if kept is None or not is_at(kept, path):
        # Made here and not by SQLite, which would let everybody read it.
        kept = _descriptors[path] = create(path)
    os.lseek(kept, 0, os.SEEK_SET)
    return kept


def _set_aside(path: str) -> str:
    """Rename a damaged file, so that its contents can be looked at, and return its new name."""
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
    db = connect(path, busy_seconds=PATIENT_BUSY_SECONDS)
    try:
        version: int = db.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            db.execute(f"PRAGMA page_size = {form.PAGE_BYTES:d}")
            # Before there is a log: a process that finds the file half made must recognize it as a
            # spool.
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


def _impossible(path: str, reason: str) -> ConfigurationError:
    return ConfigurationError(
        f"The spool {path} cannot be used: {reason}. Name a file on a local disk with spool=, in a folder that exists and "
        "that this process may write to."
    )


def reason_of(error: Exception) -> str:
    """Reason of an error of the system or of SQLite, without numbers and names of files."""
    return error.strerror if isinstance(error, OSError) and error.strerror else str(error)
