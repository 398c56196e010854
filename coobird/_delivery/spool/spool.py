"""Durable buffer of a client: events stay on disk until they are delivered, rejected or dropped.

append ──> lane of this client ──> page in memory ──> (sent) ──> forgotten ──> clean
                                        ^                │
 lanes of ended processes ──adopt───────┘ <──took_back───┘
"""

from __future__ import annotations

import sys
from collections import deque
from itertools import islice
from math import inf
from time import monotonic

from coobird._delivery.spool import format as form
from coobird._delivery.spool import sql
from coobird._delivery.spool.file import NoRoomError, SpoolFile, UnavailableError
from coobird._delivery.spool.order import Order
from coobird._delivery.spool.store import Store
from coobird._http import fork_guard
from coobird._http.interruption import is_from_signal_handler
from coobird._http.locks import new_lock
from coobird.errors import ConfigurationError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from _thread import RLock
    from collections.abc import Callable, Iterable, Sequence
    from typing import TypeVar

    T = TypeVar("T")

    from coobird._delivery.spool.share import Left, Share
    from coobird._settings.api_key import ApiKey
    from coobird.errors import SpoolError

RETRY_SECONDS = 1.0
"""Time for which the disk is not tried again after it failed."""

PATIENCE_SECONDS = 0.25
"""Longest wait of a sender for another process that is writing. It holds no lock meanwhile."""

_PAGE_EVENTS = 1000
"""Events read at once: as many as one request takes at most."""

_FEW_EVENTS = 16
"""Events removed at once on a full disk: SQLite writes each page that is changed into its log."""

_LOG_PAGES = 1000
"""Pages of SQLite's log from which on a sender that is at work moves them into the file."""

_TURN_SECONDS = 0.02
"""Longest wait of a sender for threads that store."""

_KEPT_REASONS = frozenset({"failed", "shutdown", "unauthorized"})
"""Reasons to give up that say nothing about the events: another process, or a later one, will
deliver them."""


class SpooledEvent(bytes):
    """Event that knows where it is stored."""

    id: int


class Spool:
    """Buffer of a queue, in a spool file that other clients and processes share.

    Safe to use from any thread.

    `append`, `adopt`, `recover` and `clean` may be called at any time, everything else under the
    lock of the queue. No thread waits for another process while it holds a lock that `append`
    needs. Connections never cross a fork: they are closed before it, and the child starts empty,
    with a lane of its own.

    Attributes:
        lost: Waiting events that can be kept neither on disk nor in memory. The queue drops them.
        given_out: Number of events that were taken out of `ready` and `lost`, and not given back.
            The taker counts them.
        forgotten: Ids of events to keep no longer, which `clean` removes from the disk.
        has_dropped: True if an event was dropped that `clean` has still to remove from the disk.
    """

    max_length = sys.maxsize
    is_limited_by_length = False
    """Only the disk limits the length of the queue."""

    def __init__(
        self,
        path: str,
        api_key: ApiKey,
        *,
        sync: str = "normal",
        max_bytes: int = 1 << 30,
        max_in_memory: int = 1000,
        look_after_queue: Callable[[], object] = lambda: None,
    ) -> None:
        """Open the file, or make it.

        Args:
            path: Its name.
            api_key: Key of the client. Events that were tracked with another key are left to
                clients with that key.
            sync: `full` to wait for the disk with each event, else `normal`.
            max_bytes: Size above which the oldest events are dropped.
            max_in_memory: Number of events that are kept in memory at most while the disk does not
                take them.
            look_after_queue: Called after an event was stored, without a lock, if there is
                something to report or to drop.

        A file that cannot be opened now is tried again by `recover`, and events are kept in memory
        until then.

        Raises:
            ConfigurationError: The file can never be used.
        """
        self._sync = sync
        self._max_bytes = max_bytes
        self._max_in_memory = max_in_memory
        self._look_after_queue = look_after_queue
        self._file = SpoolFile(path, api_key)
        self._begin()
        fork_guard.pause_at_fork(self)
        fork_guard.reset_in_child(self)

    def _begin(self) -> None:
        # Lock order: first this lock, then the lock of the store, which senders only wait for with
        # a timeout. Reentrant: a signal handler may flush while its thread is in here.
        self._reading = new_lock()
        self._order_lock = new_lock()
        self._order = Order(self._order_lock)
        self._store = Store(
            self._file, self._order, sync=self._sync, max_bytes=self._max_bytes, look_after_queue=self._look_after_queue
        )
        self._read_db: sqlite3.Connection | None = None
        self._read_at = self._retry_at = 0.0
        self._is_removal_late = False
        self._page: deque[bytes] = deque()
        self.lost: deque[bytes] = deque()
        self.forgotten: deque[int] = deque()
        self._abandoned: list[bytes] = []
        self.given_out = 0
        self._foreign_key_events = 0
        self._closed_locks: list[str] = []
        self.has_dropped = False

    @property
    def ready(self) -> deque[bytes]:
        """Events that can be given out, oldest first: see `load`."""
        return self._page

    @property
    def problems(self) -> deque[SpoolError]:
        """Errors to report to `on_error`, once no lock is held."""
        return self._file.problems

    # ---------------------------------------------------------------------------------------- forks

    def locks_at_fork(self) -> Sequence[RLock]:
        """Return the locks with which no other thread uses SQLite."""
        return (self._reading, *self._store.locks_at_fork())

    def rest_for_fork(self) -> None:
        """Close the connections.

        SQLite cannot be carried over a fork, not even its notes about open files: a child that
        opened the file anew would believe to have locks that only the parent has.
        """
        self.disconnect()

    def reset_after_fork(self) -> None:
        """Begin empty, in the child of a fork. The parent sends the events on disk."""
        self._file.reset_after_fork()
        self._begin()

    def disconnect(self) -> None:
        """Close the connections. They open again when they are needed."""
        self._store.disconnect()
        db, self._read_db = self._read_db, None
        if db is not None:
            self._file.disconnect(db)

    # ----------------------------------------------------------------------------------- in and out

    def append(self, event: bytes, /) -> None:
        """Store an event.

        Never raises for what the disk does: an event that it does not take is kept in memory.
        """
        self._store.append(event)

    def __bool__(self) -> bool:
        """True if an event is ready: see `load`."""
        return bool(self._page)

    def __len__(self) -> int:
        return self._order.count - self.given_out

    def took_back(self) -> None:
        """Move events that only memory has from `ready` to where `recover` writes them to disk."""
        page = list(self._page)
        if not all(isinstance(event, SpooledEvent) for event in page):
            items = [(event, event.id if isinstance(event, SpooledEvent) else None) for event in page]
            self._order.given_back(items, self._page)

    def load(self, wanted: int, /) -> bool:
        """Read at least `wanted` of the oldest events, or all.

        False if none is ready: there is none, or it cannot be read at the moment.
        """
        with self._reading:
            while len(self._page) < wanted and self._load_page():
                pass
        return bool(self._page)

    def _load_page(self) -> bool:
        head = self._order.head()
        if head is None:
            return False
        if isinstance(head, bytes):
            self._order.took_kept(head, self._page)
            return True
        if monotonic() < self._read_at:
            return False
        first, last = head.first, head.last
        try:
            rows = sql.read(self._reader(), first, last, _PAGE_EVENTS)
        except Exception as error:  # noqa: BLE001 - a disk may fail in any way
            self._file.failed("read", error)
            self._read_at = monotonic() + RETRY_SECONDS
            if self._file.is_damaged:
                self._order.lost(head)
            return self._file.is_damaged
        self._file.works("read")
        events: list[bytes] = []
        for event_id, data in rows:
            event = SpooledEvent(data)
            event.id = event_id
            events.append(event)
        end = rows[-1][0] if len(rows) == _PAGE_EVENTS else last
        self._order.took(head, end, events, self._page)
        return True

    def _reader(self) -> sqlite3.Connection:
        if self._read_db is None:
            pages = min(_LOG_PAGES, form.log_pages(self._file.reserve.size()))
            self._read_db = self._file.connect(checkpoint_pages=pages)
        else:
            self._file.require_descriptors()
        return self._read_db

    def take_missing(self) -> tuple[int, int]:
        """Return how many waiting events newly disappeared from the disk, and report them.

        The second number is that of events that are on disk, where this process cannot read them
        any more.
        """
        missing = self._order.take_missing()
        if self._file.are_descriptors_closed:
            return 0, missing
        if missing:
            self._file.report(
                f"{missing} events are gone from the spool {self._file.path}: it is damaged, or was changed by others."
            )
        return missing, 0

    # ----------------------------------------------------------------------------------- letting go

    def ids_of(self, events: Iterable[bytes], /) -> list[int]:
        """Return the ids of those events that are on disk."""
        return [event.id for event in events if isinstance(event, SpooledEvent)]

    def clean(self) -> None:
        """Remove forgotten events from the disk. If that fails, `recover` does it later."""
        self.has_dropped = False
        if self.forgotten and monotonic() >= self._retry_at:
            self._clean(PATIENCE_SECONDS)

    def _clean(self, patience_seconds: float) -> None:
        try:
            while self.forgotten:
                self._change(self._remove_forgotten, patience_seconds)
        except Exception as error:  # noqa: BLE001 - a disk may fail in any way; at worst they are sent again
            self._file.failed("removed", error)
            self._retry_at = monotonic() + RETRY_SECONDS
            self._is_removal_late = True
        else:
            self._file.works("removed")
            self._is_removal_late = False

    def _remove_forgotten(self) -> None:
        with self._reading:
            limit = _PAGE_EVENTS if self._file.reserve.is_there else _FEW_EVENTS
            ids: list[int] = []
            leaving = islice(iter(self.forgotten.popleft, None), min(limit, len(self.forgotten)))
            is_alone = False
            try:
                # One step, as in `coobird/_delivery/queue.py`.
                ids += leaving
                if not ids:
                    return
                # Threads of this process wait for each other at a lock, because SQLite would have
                # them sleep. But not for long: a signal handler that waits for these events may
                # have interrupted the thread that stores.
                is_alone = self._store.hold(_TURN_SECONDS)
                db = self._reader()
                with sql.transaction(db):
                    sql.remove(db, ids)
            except BaseException:
                self.forgotten += ids
                raise
            finally:
                if is_alone:
                    self._store.release()

    def keep(self, events: list[bytes], reason: str, /) -> list[bytes]:
        """Keep events that were given up on disk, for another process. Returns the lost ones.

        Lost are events whose reason says that they cannot be delivered, and events that the disk
        does not take.
        """
        if reason not in _KEPT_REASONS:
            return events
        return self._lost(events, lambda *_: None)

    def abandon(self) -> int:
        """Give up all waiting events.

        Returns the number of those that stay on disk. The others go to `lost`.
        """
        # One step. If a signal handler ends this, the next call goes on.
        self._abandoned += self._page
        self._page *= 0
        count = self._order.clear(self._abandoned)
        lost = self._lost(self._abandoned, lambda *_: self._abandoned.clear())
        # One step.
        self._abandoned = []
        self.lost += lost
        return count - self.given_out - len(self.lost)

    def _lost(self, events: list[bytes], note: Callable[..., object]) -> list[bytes]:
        """Write events to the disk that are not there. Returns those that it does not take.

        `note` is as in `Store.insert`.
        """
        lost = [event for event in events if not isinstance(event, SpooledEvent)]
        try:
            if lost:
                sql.patiently(lambda: self._insert(lost, note), PATIENCE_SECONDS)
        except Exception as error:  # the caller reports the events as lost
            if is_from_signal_handler(error):
                raise
            return lost
        return []

    def _insert(self, events: list[bytes], note: Callable[..., object]) -> None:
        with self._reading:
            if not self._store.hold(_TURN_SECONDS):
                raise UnavailableError
            try:
                self._store.insert(self._reader(), events, note)
            finally:
                self._store.release()

    def make_room(self) -> int:
        """Return how many of the oldest events are too many for the disk. They are ready.

        Events that are too many for the memory go to `lost`, the oldest of those there.
        """
        self._file.needs_attention = False
        self._order.drop_memory(self._order.in_memory - self._max_in_memory, self.lost)
        excess, self._store.excess_bytes = self._store.excess_bytes, 0
        number = 0
        while excess > 0:
            if number == len(self._page):
                self.load(number + 1)
            if number == len(self._page):
                break
            excess -= len(self._page[number])
            number += 1
            self.has_dropped = True
        return number

    # -------------------------------------------------------------------------------------- sharing

    def adopt(self) -> int:
        """Take over events that ended processes left. Returns their number."""
        share = self._file.share
        if share is None:
            return 0
        number = 0
        try:
            with self._reading:
                left = share.ownerless(self._reader(), self._order.adopted_lanes)
            if left:
                number = self._change(lambda: self._claim(share, left), PATIENCE_SECONDS)
            self._close_idle_reader()
        except Exception as error:  # noqa: BLE001 - a disk may fail in any way
            self._file.failed("taken over", error)
        else:
            self._file.works("taken over")
        if share.foreign_key_events > self._foreign_key_events:
            self._file.report(
                f"{share.foreign_key_events} events in the spool {self._file.path} were tracked with another API key. They "
                "wait for a client with that key; if the key was renewed, run: coobird-spool drain --any-key FILE"
            )
        self._foreign_key_events = share.foreign_key_events
        if set(share.closed_locks) - set(self._closed_locks):
            self._file.report(
                f"Events in the spool {self._file.path} are those of another user's process, and this one cannot ask if it "
                f"still runs. They wait. If it does not run, remove its lock: {', '.join(share.closed_locks)}"
            )
        self._closed_locks = share.closed_locks
        return number

    def used_bytes(self) -> int | None:
        """Bytes that events take, those of other processes included.

        `None` if the file cannot be read, or is not used any more.
        """
        with self._reading:
            if self._file.is_closed:
                return None
            try:
                used = sql.used_bytes(self._reader())
                self._close_idle_reader()
                return used
            except Exception as error:  # a disk may fail in any way; the next read of events reports it
                if is_from_signal_handler(error):
                    raise
                return None

    def _close_idle_reader(self) -> None:
        """Close the connection that reads, if this client has no lock.

        Then nothing could tell that the program has closed the descriptors of the connection.
        """
        with self._reading:
            db = self._read_db
            if db is not None and self._file.share is not None and not self._file.share.has_lock:
                self._read_db = None
                self._file.disconnect(db)

    def _claim(self, share: Share, left: list[Left]) -> int:
        with self._reading:
            db = self._reader()
            with sql.transaction(db):
                lanes = share.adopt(db, left)
            for lane, number in lanes:
                self._order.adopted(lane, number)
            share.remove_locks(db, left)
        return sum(number for _, number in lanes)

    # ------------------------------------------------------------------------------------- recovery

    def seconds_until_recovery(self, now: float) -> float:
        """Seconds until `recover` has something to do; infinity if the disk works."""
        file = self._file
        is_all_stored = not self._store.is_off and not self._order.in_memory and not self._is_removal_late
        works = file.share is not None and file.reserve.is_there and is_all_stored
        return inf if works or file.is_damaged or file.is_closed else max(0.0, self._retry_at - now)

    def recover(self) -> None:
        """Bring the disk back into use after it has failed, in a sender.

        Open the file, write the events to it that are in memory, in their order, and remove those
        that could not be removed.
        """
        has_failed = True
        try:
            if self._file.open():
                self._clean(PATIENCE_SECONDS)
                with self._reading:
                    if not self._file.make_reserve():
                        raise NoRoomError
                while not sql.patiently(self._store_kept, PATIENCE_SECONDS):
                    pass
                self._file.works("stored")
                has_failed = self._is_removal_late
        except ConfigurationError as error:
            self._file.is_damaged = True
            self._file.report(f"{error} This process goes on without it.")
        except Exception as error:  # noqa: BLE001 - a disk may fail in any way
            self._file.failed("stored", error)
        # Counted from the end: it may take longer, and senders have to send as well.
        self._retry_at = monotonic() + RETRY_SECONDS if has_failed else 0.0

    def _change(self, change: Callable[[], T], patience_seconds: float) -> T:
        """Remove or take over events. Give the reserve free if the disk has no room for that."""
        try:
            return sql.patiently(change, patience_seconds)
        except Exception as error:
            if not (sql.has_no_room(error) and self._file.reserve.free()):
                raise
        if self._store.hold(_TURN_SECONDS):
            try:
                self._store.turn_off()  # else the events that are tracked now would use up the room
            finally:
                self._store.release()
        return sql.patiently(change, patience_seconds)

    def _store_kept(self) -> bool:
        """Write some of the events in memory to the disk. True if there are none left."""
        with self._reading:
            if not self._store.hold(_TURN_SECONDS):
                raise UnavailableError
            try:
                with self._order_lock:
                    if events := self._order.kept_events(_PAGE_EVENTS):
                        self._store.insert(self._reader(), events, self._order.stored_kept)
                return self._store.resume()
            finally:
                self._store.release()

    def close(self, *, is_idle: bool) -> None:
        """Stop using the file.

        Once nothing is being sent any more, another process may take over the rest: call it again
        then.

        Args:
            is_idle: True if nothing is being sent any more.
        """
        if not self._file.is_closed and self.forgotten:
            self._clean(sql.PATIENT_BUSY_SECONDS)
        with self._reading:
            self._store.hold()
            try:
                self._file.is_closed = True
                self.disconnect()
                if is_idle:
                    self._leave()
            finally:
                self._store.release()

    def _leave(self) -> None:
        try:
            self._file.require_descriptors()
            if self._file.share is not None:
                self._file.share.leave()
        except Exception as error:  # other processes take the lanes over when this one has ended
            if is_from_signal_handler(error):
                raise
