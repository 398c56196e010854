"""Who sends which lane: one share in the spool for each client of each process, held by a lock that ends with the process."""

from __future__ import annotations

import os

from coobird._delivery.spool import format as form
from coobird._delivery.spool import sql as file
from coobird._delivery.spool.file_lock import FileLock, is_held

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from coobird._settings.api_key import ApiKey


class Share:
    """This client's name among those who share the spool. The lock is held before the name is written anywhere.

    Attributes:
        salt: That of the file.
        strangers: Events that wait for a client with another key, as of the last `adopt`.
    """

    def __init__(self, path: str, api_key: ApiKey) -> None:
        self._path = path
        db = file.connect(path)
        try:
            self.salt = file.salt(db)
            _remove_unused(path, db)
        finally:
            db.close()
        self._mark = form.mark_of(api_key, self.salt)
        self._strangers: dict[int, int] = {}
        self._owner: str | None = None
        self._lock: FileLock | None = None
        self._lane: int | None = None
        self.strangers = 0

    def reset_after_fork(self) -> None:
        """In the child of a fork: the lock is the parent's."""
        if self._lock is not None:
            self._lock.release()  # of this descriptor; the parent's own still holds it
        self._owner = self._lock = self._lane = None

    def add_lane(self, db: sqlite3.Connection) -> int:
        """A new lane for what this client tracks."""
        self._lane = file.add_lane(db, self._mark, self._name())
        return self._lane

    def adopt(self, db: sqlite3.Connection) -> Iterator[tuple[int, int]]:
        """Become the owner of every lane that has none any more. Yields each with the number of its events."""
        name = self._name()
        dead: set[str] = set()
        strangers: dict[int, int] = {}
        for lane, mark, owner in file.lanes(db):
            if owner == name:
                if lane != self._lane:
                    file.drop_if_empty(db, lane)
                continue
            if owner is not None and owner not in dead:
                if is_held(lock_path(self._path, owner)):
                    continue
                dead.add(owner)
            if mark != self._mark:
                # Counted once: it takes a second for millions, and the dead add nothing.
                strangers[lane] = self._strangers.get(lane) or file.count(db, lane)
            elif file.claim(db, lane, owner, name) and not file.drop_if_empty(db, lane):
                yield lane, file.count(db, lane)
        self._strangers, self.strangers = strangers, sum(strangers.values())
        owners = {owner for _, _, owner in file.lanes(db)}
        for owner in dead - owners:
            _unlink(lock_path(self._path, owner))

    def leave(self) -> None:
        """Leave what is not sent to others."""
        if self._lock is None or self._owner is None:
            return
        db = file.connect(self._path)
        try:
            file.leave(db, self._owner)
            for lane, _, owner in file.lanes(db):
                if owner is None:
                    file.drop_if_empty(db, lane)
        finally:
            db.close()
        _unlink(self._lock.path)
        self._lock.release()
        self._owner = self._lock = self._lane = None

    def _name(self) -> str:
        if self._owner is None:
            name = os.urandom(8).hex()
            self._lock = FileLock(lock_path(self._path, name))
            self._owner = name
        return self._owner


def lock_path(path: str, owner: str) -> str:
    """The file whose lock says that the owner lives."""
    return f"{path}-owner-{owner}"


def _remove_unused(path: str, db: sqlite3.Connection) -> None:
    """Remove what processes have left behind that died before they had a lane."""
    folder, prefix = os.path.split(lock_path(path, ""))
    names = [name for name in os.listdir(folder) if name.startswith(prefix)]
    dead = [name for name in names if not is_held(os.path.join(folder, name))]
    # Looked up after that: who is dead by now will not add any.
    owners = {f"{prefix}{owner}" for _, _, owner in file.lanes(db)} if dead else set[str]()
    for name in dead:
        if name not in owners:
            _unlink(os.path.join(folder, name))


def _unlink(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        pass  # somebody else has done it; on Windows it is still open
