"""Storing events: one is on disk before `append` returns. What the disk does not take is kept in memory, in its place."""

from __future__ import annotations

import sqlite3
import threading
from collections import deque
from itertools import count
from time import monotonic

from coobird._delivery.spool import format as form
from coobird._delivery.spool import opening, share
from coobird._delivery.spool import sql as file
from coobird._delivery.spool.order import Order
from coobird.errors import SpoolError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from coobird._settings.api_key import ApiKey

RETRY_SECONDS = 1.0
"""How long the disk is left alone after it failed: `track` must not wait for it again and again."""

_LOG_PAGES = 8 * 1000
"""Pages of SQLite's log from which on `track` itself brings them into place. A sender does it from 1,000, if it is at work."""


class UnavailableError(Exception):
    """The disk is not even tried."""


class ReplacedError(Exception):
    """The name leads to another spool than before, in which our numbers mean nothing."""


class Store:
    """The writing half of a spool.

    Attributes:
        needs_attention: The owner of the queue should look at the following, outside of `append`.
        problems: What should be reported.
        excess: Bytes by which the file is too large.
    """

    def __init__(
        self,
        path: str,
        api_key: ApiKey,
        *,
        sync: str = "normal",
        max_bytes: int = 1 << 30,
        attend: Callable[[], object] = lambda: None,
    ) -> None:
        """Raises `ConfigurationError` if the file cannot be used. `attend` is called when there is a need of attention."""
        self.path = path
        self._sync = sync
        self._max_bytes = max_bytes
        self._attend = attend
        with opening.opening:
            aside = opening.prepare(path)
            try:
                self.share = share.Share(path, api_key)
            except (OSError, sqlite3.Error) as error:
                raise opening.unusable(path, error) from error
        self._reset()
        if aside is not None:
            self.report(f"The spool {path} was damaged. It was set aside as {aside}, and a new one was begun.")

    def _reset(self) -> None:
        # Taken in this order, and the second one never by those who send. Reentrant: a signal handler may track while its thread
        # is in here.
        self.reading = threading.RLock()
        self.writing = threading.RLock()
        self._write_db: sqlite3.Connection | None = None
        self._read_db: sqlite3.Connection | None = None
        self._is_closed = self._is_damaged = False
        self._retry_at = 0.0
        self._lane: int | None = None
        self._ids: Iterator[int] = count()
        self._order = Order()
        self._unchecked = 0
        self.needs_attention = False
        self.problems: deque[SpoolError] = deque()
        self.excess = 0

    def disconnect(self) -> None:
        """Close the connections; they open again when they are needed. Both locks are held."""
        self._disconnect_writer()
        db, self._read_db = self._read_db, None
        if db is not None:
            db.close()

    # ------------------------------------------------------------------------------------------------------ storing

    def append(self, event: bytes) -> None:
        """Store an event; keep it in memory if that fails. Never raises for what the disk does."""
        with self.writing:
            try:
                event_id = next(self._ids) if self._write_db else self._open_writer()
                self._execute(file.INSERT, (event_id, event))
            except Exception as error:  # noqa: BLE001 - a full disk, a file that is locked or gone
                self._keep(event, error)
            else:
                self._order.stored(event_id)
                self._unchecked += len(event)
                if self._unchecked > self._max_bytes >> 7:
                    self._look_after()
        if self.needs_attention:
            self._attend()

    def _open_writer(self) -> int:
        """Connect, and return an id."""
        if self._is_closed or self._is_damaged or monotonic() < self._retry_at:
            raise UnavailableError
        db = self._connect(sync=self._sync, checkpoint_pages=_LOG_PAGES)
        if self._lane is None:
            self._lane = self.share.add_lane(db)
            self._ids = count(form.first_id(self._lane))
        self._write_db = db
        self._execute = db.cursor().execute
        return next(self._ids)

    def _connect(self, **options: Any) -> sqlite3.Connection:
        db = file.connect(self.path, **options)
        try:
            if file.salt(db) != self.share.salt:
                raise ReplacedError("another file has taken its place")
        except BaseException:
            db.close()
            raise
        return db

    def store(self, event: bytes) -> bool:
        """Write an event to the disk for others to send. `False` if that fails."""
        if not self.writing.acquire(timeout=RETRY_SECONDS):
            return False
        try:
            event_id = next(self._ids) if self._write_db else self._open_writer()
            self._execute(file.INSERT, (event_id, event))
        except Exception:  # noqa: BLE001 - the caller reports what is lost
            return False
        finally:
            self.writing.release()
        return True

    def _keep(self, event: bytes, error: Exception) -> None:
        self._order.kept(event)
        self.needs_attention = True
        self.failed("stored", error)
        if not isinstance(error, UnavailableError):
            self._retry_at = monotonic() + RETRY_SECONDS
            self._disconnect_writer()

    def _disconnect_writer(self) -> None:
        db, self._write_db = self._write_db, None
        if db is not None:
            db.close()

    def failed(self, verb: str, error: Exception) -> None:
        """Something could not be done; tell it, and remember if it will not get better."""
        if isinstance(error, UnavailableError):
            return
        message = f"Events cannot be {verb} in the spool {self.path}: {error}."
        if isinstance(error, ReplacedError):
            self._is_damaged = True
            message += " This process goes on without it."
        elif file.is_damage(error):
            self._is_damaged = True
            opening.suspect(self.path, self.share.salt)
            message += " The file is damaged: this process goes on without it, the next one sets it aside."
        elif verb == "stored":
            message += " They are kept in memory until they can."
        self.report(message)

    def report(self, message: str) -> None:
        """Have `on_error` told, once no lock is held."""
        self.problems.append(SpoolError(message))
        self.needs_attention = True

    def _look_after(self) -> None:
        self._unchecked = 0
        assert self._write_db is not None
        try:
            self.excess = form.bytes_to_free(file.used_bytes(self._write_db), self._max_bytes)
        except Exception:  # noqa: BLE001 - the next event finds out
            return
        self.needs_attention = self.needs_attention or self.excess > 0
        if self._is_damaged:
            self._disconnect_writer()
        if self._lane is not None and next(self._ids) > form.middle_id(self._lane):
            self._lane = None  # a lane has room for billions, but not for ever
            self._disconnect_writer()
