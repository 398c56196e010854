"""Ownership of lanes: each client owns some, proved by a file lock that ends with its process."""

from __future__ import annotations

import os

from coobird._delivery.spool import format as form
from coobird._delivery.spool import sql
from coobird._delivery.spool.file_lock import FileLock, is_closed_to_us, is_held, take_if_free
from coobird._http.interruption import is_from_signal_handler

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Set

    from coobird._settings.api_key import ApiKey

    Left = tuple[int, str | None, int]
    """Lane without an owner that runs: its number, the owner, and how many events it has."""


_FILES_AT_ONCE = 64
"""Lock files that are looked at together, so that few descriptors are open."""


class Share:
    """Lanes of one client in a spool, under its name as an owner.

    The lock is held before the name is written anywhere.

    Attributes:
        salt: Salt of the file.
        foreign_key_events: Number of events that wait for a client with another API key, as of the
            last `ownerless`.
        closed_locks: Lock files of owners that this process cannot ask whether they run, because
            the files are another user's, as of the last `ownerless`.
    """

    def __init__(self, path: str, api_key: ApiKey) -> None:
        """Own nothing yet.

        Raises `sqlite3.Error` or `OSError` if the file cannot be read now.
        """
        self._path = path
        db = sql.connect(path, busy_seconds=sql.PATIENT_BUSY_SECONDS)
        try:
            self.salt = sql.salt(db)
            _remove_unused(path, db)
        finally:
            db.close()
        self._key_hash = form.key_hash(api_key, self.salt)
        self._foreign_key_lanes: dict[int, int] = {}
        # The first one counts. A thread that stores and one that takes over, or a signal handler,
        # may each make one at the same time; `append` decides, without a lock.
        self._names: list[tuple[str, FileLock]] = []
        # Lane for new events, and those before it, which get no more. Another thread sees a new
        # lane in the file before it is noted here, and must not remove it as an empty one: its
        # events would be lost.
        self._lane: int | None = None
        self._closed_lanes = set[int]()
        self.foreign_key_events = 0
        self.closed_locks: list[str] = []

    def reset_after_fork(self) -> None:
        """Own nothing, in the child of a fork: name and lanes are the parent's."""
        self._disown()  # releases descriptors of this process; the parent's own still hold the locks

    def _disown(self) -> None:
        names, self._names = self._names, []
        self._lane, self._closed_lanes = None, set[int]()
        for _, lock in names:
            lock.release()

    @property
    def _owner(self) -> str | None:
        return self._names[0][0] if self._names else None

    def add_lane(self, db: sqlite3.Connection) -> int:
        """Make a new lane for the events of this client. The one before gets no more events."""
        lane = sql.add_lane(db, self._key_hash, self._name())
        if self._lane is not None:
            self._closed_lanes.add(self._lane)
        self._lane = lane
        return lane

    def ownerless(self, db: sqlite3.Connection, adopted: Set[int]) -> list[Left]:
        """Return the lanes that `adopt` has something to do with. It only reads.

        Their owner has ended, or they are lanes of this client that it has emptied, or that it took
        over when a signal handler raised before it knew.

        Args:
            db: Connection that is open.
            adopted: Lanes that this client has taken over, and knows of.
        """
        found: list[Left] = []
        held: dict[str, bool] = {}
        foreign: dict[int, int] = {}
        for lane, key_hash, owner in sql.lanes(db):
            if owner is not None:
                if owner == self._owner:
                    if lane in self._closed_lanes or lane in adopted:
                        if sql.is_empty(db, lane):
                            found.append((lane, owner, 0))
                    # A new lane is noted before it has events. So it is looked up after them.
                    elif lane != self._lane and (number := sql.count(db, lane)) and not self._is_noted(lane):
                        found.append((lane, owner, number))
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
        locks = (lock_path(self._path, owner) for owner, is_alive in held.items() if is_alive)
        self.closed_locks = [lock for lock in locks if is_closed_to_us(lock)]
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

    def _is_noted(self, lane: int) -> bool:
        return lane == self._lane or lane in self._closed_lanes

    def leave(self) -> None:
        """Give up all lanes of this client, so that another process sends their events."""
        if self._owner is None:
            return
        db = sql.connect(self._path, busy_seconds=sql.PATIENT_BUSY_SECONDS)
        try:
            sql.leave(db, self._owner)
            for lane, _, owner in sql.lanes(db):
                if owner is None and sql.is_empty(db, lane):
                    sql.drop_if_empty(db, lane)
        finally:
            db.close()
        for _, lock in self._names:
            _unlink(lock.path)
        self._disown()

    @property
    def has_lock(self) -> bool:
        """True if this client owns a lane, or did."""
        return bool(self._names)

    def is_lock_lost(self) -> bool:
        """True if the program has closed the descriptor of the lock, and so, probably, all."""
        return bool(self._names) and not self._names[0][1].is_open()

    def _name(self) -> str:
        if not self._names:
            name = os.urandom(8).hex()
            self._names.append((name, FileLock(lock_path(self._path, name), like=self._path)))
        return self._names[0][0]


def lock_path(path: str, owner: str) -> str:
    """File that the owner of a lane holds a lock on for as long as its process runs."""
    return f"{path}-owner-{owner}"


def _remove_unused(path: str, db: sqlite3.Connection) -> None:
    """Remove the lock files of processes that ended before they had a lane."""
    folder, prefix = os.path.split(lock_path(path, ""))
    names = [name for name in os.listdir(folder) if name.startswith(prefix)]
    for first in range(0, len(names), _FILES_AT_ONCE):
        files = [os.path.join(folder, name) for name in names[first : first + _FILES_AT_ONCE]]
        # Held until the file is removed. A process that has just made it, and has no lock yet,
        # waits and makes another one. With a lock on a removed file it would seem to have ended.
        locked: dict[str, int] = {}
        try:
            for file in files:
                if (descriptor := take_if_free(file)) is not None:
                    locked[file] = descriptor
            owners = {owner for _, _, owner in sql.lanes(db)} if locked else set[str | None]()
            for file in locked.keys() - {lock_path(path, owner) for owner in owners if owner is not None}:
                _unlink(file)
        finally:
            for descriptor in locked.values():
                os.close(descriptor)


def _unlink(path: str) -> None:
    try:
        os.unlink(path)
    except OSError as error:  # another process has removed it, or still has it open (on Windows)
        if is_from_signal_handler(error):
            raise
