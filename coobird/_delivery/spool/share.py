"""Ownership of lanes: each client owns some, proved by a file lock that ends with its process."""

from __future__ import annotations

import os

from coobird._delivery.spool import format as form
from coobird._delivery.spool import sql
from coobird._delivery.spool.file_lock import FileLock, is_held

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3

    from coobird._settings.api_key import ApiKey

    Left = tuple[int, str | None, int]
    """Lane without an owner that runs: its number, the owner, and how many events it has."""


class Share:
    """Lanes of one client in a spool, under its name as an owner.

    The lock is held before the name is written anywhere.

    Attributes:
        salt: Salt of the file.
        foreign_key_events: Number of events that wait for a client with another API key, as of the
            last `ownerless`.
    """

    def __init__(self, path: str, api_key: ApiKey) -> None:
        """Own nothing yet.

        Raises `sqlite3.Error` or `OSError` if the file cannot be read now.
        """
        self._path = path
        db = sql.connect(path, is_patient=True)
        try:
            self.salt = sql.salt(db)
            _remove_unused(path, db)
        finally:
            db.close()
        self._key_hash = form.key_hash(api_key, self.salt)
        self._foreign_key_lanes: dict[int, int] = {}
        self._owner: str | None = None
        self._lock: FileLock | None = None
        self._lane: int | None = None
        self.foreign_key_events = 0

    def reset_after_fork(self) -> None:
        """Own nothing, in the child of a fork: name and lanes are the parent's."""
        if self._lock is not None:
            self._lock.release()  # of this descriptor; the parent's own still holds it
        self._owner = self._lock = self._lane = None

    def add_lane(self, db: sqlite3.Connection) -> int:
        """Make a new lane for the events of this client."""
        self._lane = sql.add_lane(db, self._key_hash, self._name())
        return self._lane

    def ownerless(self, db: sqlite3.Connection) -> list[Left]:
        """Return the lanes that `adopt` has something to do with. It only reads.

        Their owner has ended, or they are lanes of this client that it has emptied.
        """
        found: list[Left] = []
        held: dict[str, bool] = {}
        foreign: dict[int, int] = {}
        for lane, key_hash, owner in sql.lanes(db):
            if owner is not None:
                if owner == self._owner:
                    if lane != self._lane and sql.is_empty(db, lane):
                        found.append((lane, owner, 0))
                    continue
                if owner not in held:
                    held[owner] = is_held(lock_path(self._path, owner))
                if held[owner]:
                    continue
            if key_hash == self._key_hash:
                found.append((lane, owner, sql.count(db, lane)))
            else:
                # Counted once: counting millions takes a second, and a process that ended adds
                # none.
                foreign[lane] = self._foreign_key_lanes.get(lane) or sql.count(db, lane)
        self._foreign_key_lanes, self.foreign_key_events = foreign, sum(foreign.values())
        return found

    def adopt(self, db: sqlite3.Connection, lanes: list[Left]) -> list[tuple[int, int]]:
        """Become the owner of these lanes, and remove the empty ones.

        Returns the others, each with the number of its events. Another process may have been
        faster.
        """
        name = self._name()
        taken: list[tuple[int, int]] = []
        for lane, owner, number in lanes:
            if number == 0:
                sql.drop_if_empty(db, lane)
            elif sql.claim(db, lane, owner, name):
                taken.append((lane, number))
        return taken

    def remove_locks(self, db: sqlite3.Connection, lanes: list[Left]) -> None:
        """Remove the lock files of owners that ended and own nothing any more."""
        owners = {owner for _, _, owner in sql.lanes(db)}
        for owner in {owner for _, owner, _ in lanes if owner is not None} - owners - {self._owner}:
            _unlink(lock_path(self._path, owner))

    def leave(self) -> None:
        """Give up all lanes of this client, so that another process sends their events."""
        if self._lock is None or self._owner is None:
            return
        db = sql.connect(self._path, is_patient=True)
        try:
            sql.leave(db, self._owner)
            for lane, _, owner in sql.lanes(db):
                if owner is None and sql.is_empty(db, lane):
                    sql.drop_if_empty(db, lane)
        finally:
            db.close()
        _unlink(self._lock.path)
        self._lock.release()
        self._owner = self._lock = self._lane = None

    def _name(self) -> str:
        if self._owner is None:
            name = os.urandom(8).hex()
            self._lock = FileLock(lock_path(self._path, name), like=self._path)
            self._owner = name
        return self._owner


def lock_path(path: str, owner: str) -> str:
    """File that the owner of a lane holds a lock on for as long as its process runs."""
    return f"{path}-owner-{owner}"


def _remove_unused(path: str, db: sqlite3.Connection) -> None:
    """Remove the lock files of processes that ended before they had a lane."""
    folder, prefix = os.path.split(lock_path(path, ""))
    names = [name for name in os.listdir(folder) if name.startswith(prefix)]
    ended = [name for name in names if not is_held(os.path.join(folder, name))]
    # Looked up after that: a process that has ended by now adds no lane.
    owners = {f"{prefix}{owner}" for _, _, owner in sql.lanes(db)} if ended else set[str]()
    for name in ended:
        if name not in owners:
            _unlink(os.path.join(folder, name))


def _unlink(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        pass  # another process has removed it, or still has it open (on Windows)
