"""Storing events: one is on disk before `append` returns.

An event that the disk does not take is kept in memory, in its place.
"""

from __future__ import annotations

import sqlite3
from functools import partial
from itertools import count

from coobird._delivery.spool import format as form
from coobird._delivery.spool import sql
from coobird._delivery.spool.file import NoRoomError, UnavailableError
from coobird._http.interruption import is_from_signal_handler
from coobird._http.locks import call_in_one_step, new_lock
from coobird._http.stack import require_room

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _thread import RLock
    from collections.abc import Callable, Iterator, Sequence

    from coobird._delivery.spool.file import SpoolFile
    from coobird._delivery.spool.order import Order


_CALLS = 10
"""Nested calls that storing an event takes at most, also if the disk fails."""

_CALLS_TO_CONNECT = 40
"""The same if the connection has to be opened first."""


class Store:
    """Writes events into the lane of this client. Safe to use from any thread.

    Attributes:
        excess_bytes: Bytes by which the file is too large.
        is_off: True after the disk has failed. Until `resume` events go to memory, so that `track`
            does not wait for the disk again and again, and their order stays.
    """

    def __init__(
        self, file: SpoolFile, order: Order, *, sync: str, max_bytes: int, look_after_queue: Callable[[], object]
    ) -> None:
        """Open nothing yet.

        Args:
            file: File to write to.
            order: Order that the events are added to.
            sync: `full` to wait for the disk with each event, else `normal`.
            max_bytes: Size of the file above which `excess_bytes` says how much is too much.
            look_after_queue: Called after an event was stored, without a lock, if the file needs
                attention.
        """
        self._file = file
        self._order = order
        self._sync = sync
        self._max_bytes = max_bytes
        self._look_after_queue = look_after_queue
        # Reentrant: a signal handler may track while its thread is in here.
        self._lock = new_lock()
        # Lets other threads store again. Not a method: a signal handler that raises at the begin of
        # a method would leave the lock to this thread for ever.
        self.release = self._lock.release
        self._db: sqlite3.Connection | None = None
        self.is_off = False
        self._lane: int | None = None
        self._ids: Iterator[int] = count()
        self._unchecked_bytes = 0
        self.excess_bytes = 0

    def append(self, event: bytes) -> None:
        """Store an event, or keep it in memory if that fails.

        Never raises for what the disk does.

        Raises:
            RecursionError: So few calls are left that nothing was done.
        """
        # Half of this would be an event on the disk that nothing in memory knows of.
        require_room(_CALLS if self._db else _CALLS_TO_CONNECT)
        with self._lock:
            event_id = 0
            try:
                try:
                    if self._db:
                        self._file.require_descriptors()
                    event_id = next(self._ids) if self._db else self._connect()
                    try:
                        self._execute(sql.INSERT, (event_id, event))
                    except Exception as error:
                        if not sql.is_busy(error):
                            raise
                        self._store_patiently(event_id, event)
                except Exception as error:  # a full disk, a file that is locked or gone
                    if is_from_signal_handler(error):
                        raise
                    self._keep(event, error)
                else:
                    self._order.stored(event_id)
                    self._unchecked_bytes += len(event)
                    if self._unchecked_bytes > self._max_bytes >> 7:
                        self._check_size()
            except BaseException:  # of a signal handler
                self._add_if_stored(event_id)
                raise
        if self._file.needs_attention:
            self._look_after_queue()

    def _add_if_stored(self, event_id: int) -> None:
        """Add this event to the order, if it is on disk and not there yet.

        If the signal handler has tracked before it raised, a later event is there. Then this one
        mostly is, too, and must not be added twice; if not, the next process sends it.
        """
        if event_id > self._order.last_stored and self._db:
            try:
                is_stored = self._execute(sql.IS_STORED, (event_id,)).fetchone() is not None
            except sqlite3.Error:
                return  # the next process sends it, if it is there
            if is_stored:
                self._order.stored(event_id)

    def _store_patiently(self, event_id: int, event: bytes) -> None:
        sql.patiently(lambda: self._execute(sql.INSERT, (event_id, event)), sql.BUSY_SECONDS)

    def insert(self, db: sqlite3.Connection, events: list[bytes], note: Callable[[list[bytes], int], object]) -> None:
        """Store events that were kept in memory. `hold` comes before.

        Args:
            db: Connection that is open. The calling thread uses it alone.
            events: The events.
            note: Called with the events and the id of the first, once they are on disk. If a signal
                handler raises then, it may be called a second time.
        """
        if self._lane is None:
            self._take_lane(db)
        first = next(self._ids)
        self._ids = count(first + len(events))
        if self._sync == "full":
            db.execute("PRAGMA synchronous = FULL")
        try:
            with sql.transaction(db):
                sql.insert(db, first, events)
            note(events, first)
        except BaseException as error:
            if not isinstance(error, sqlite3.Error) and db.execute(sql.IS_STORED, (first,)).fetchone():
                note(events, first)
            raise
        finally:
            db.execute("PRAGMA synchronous = NORMAL")

    def resume(self) -> bool:
        """Write to the disk again. False if events in memory must come first.

        `hold` comes before.
        """
        self.is_off = self._order.in_memory > 0
        return not self.is_off

    def locks_at_fork(self) -> Sequence[RLock]:
        """Return the lock with which no other thread stores."""
        return (self._lock,)

    def hold(self, timeout_seconds: float = -1.0) -> bool:
        """Let no other thread store until `release`.

        False if a thread is still storing when the time is over.
        """
        return call_in_one_step(partial(self._lock.acquire, True, timeout_seconds))

    def turn_off(self) -> None:
        """Let events go to memory until `resume`. `hold` comes before."""
        self.is_off = True
        self.disconnect()

    def disconnect(self) -> None:
        """Close the connection. It opens again when it is needed. `hold` comes before."""
        db, self._db = self._db, None
        if db is not None:
            self._file.disconnect(db)

    def _connect(self) -> int:
        """Open the connection, and return the id of the next event."""
        if self._file.is_damaged or self.is_off:
            raise UnavailableError
        # `track` itself moves the log into the file from so many pages on; a sender that is at work
        # does it from 1,000 pages.
        pages = form.log_pages(self._file.reserve.size())
        if not self._file.reserve.is_there and self._file.share is not None:
            raise NoRoomError
        is_first = self._lane is None
        busy_seconds = sql.FIRST_BUSY_SECONDS if is_first else sql.BUSY_SECONDS
        db = self._file.connect(sync=self._sync, checkpoint_pages=pages, busy_seconds=busy_seconds)
        try:
            sql.wait_while_busy(db, 0.0)  # `patiently` waits
            if is_first:
                sql.patiently(lambda: self._take_lane(db), sql.FIRST_BUSY_SECONDS)
        except BaseException:
            db.close()
            raise
        self._db = db
        self._execute = db.cursor().execute
        return next(self._ids)

    def _take_lane(self, db: sqlite3.Connection) -> None:
        share = self._file.share
        assert share is not None, "no connection opens before"
        lane = share.add_lane(db)
        self._lane, self._ids = lane, count(form.first_id(lane))

    def _keep(self, event: bytes, error: Exception) -> None:
        self.is_off = True
        self._order.kept(event)
        self._file.needs_attention = True
        if not sql.is_busy(error):  # else a sender waits longer, and reports it if that does not help
            self._file.failed("stored", error)
        self.disconnect()

    def _check_size(self) -> None:
        self._unchecked_bytes = 0
        assert self._db is not None
        try:
            self.excess_bytes = form.bytes_to_free(sql.used_bytes(self._db), self._max_bytes)
        except Exception as error:  # storing the next event fails alike, and reports it
            if is_from_signal_handler(error):
                raise
            return
        self._file.needs_attention = self._file.needs_attention or self.excess_bytes > 0
        if self._file.is_damaged:
            self.disconnect()
        if self._lane is not None and next(self._ids) > form.middle_id(self._lane):
            self._lane = None  # a lane has room for billions of events, but not for ever
            self.disconnect()
