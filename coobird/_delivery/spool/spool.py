"""The durable buffer of a client: events stay on disk until their fate is known.

append ──> lane of this process ──> page in memory ──> popleft ──> (sent) ──> forget, clean
                                         ^                 │
       lanes of the dead ──adopt─────────┘ <──extendleft───┘
"""

from __future__ import annotations

from collections import deque
from time import monotonic

from coobird._delivery.spool import format as form
from coobird._delivery.spool import sql as file
from coobird._delivery.spool.store import RETRY_SECONDS, Store, UnavailableError
from coobird._http import fork_guard

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

_PAGE_EVENTS = 1000
"""Read at once: as many as one request takes at most."""


_TURN_SECONDS = 0.02
"""Longest wait of a sender for those who store."""


class SpooledEvent(bytes):
    """An event that knows where it is stored."""

    id: int


class Spool(Store):
    """A share in a spool file. Safe to use from any thread.

    `append` and `clean` may be called at any time, everything else under the lock of the queue that this is the buffer of.
    Connections never cross a fork: they are closed before it, and the child starts empty, with a lane of its own.
    """

    def _reset(self) -> None:
        super()._reset()
        self._page: deque[bytes] = deque()
        self._done: deque[int] = deque()
        self._given_out = 0
        self._strangers = 0
        self._read_at = 0.0
        fork_guard.reset_in_child(self)
        fork_guard.pause_at_fork(self)

    def pause_for_fork(self) -> None:
        """Close the connections, and let no thread into SQLite until the fork is over.

        SQLite cannot be carried over a fork, not even its notes about files that are open: a child that opened the file
        anew would believe to have locks that only the parent has.
        """
        self.reading.acquire()
        self.writing.acquire()
        self.disconnect()

    def resume_after_fork(self) -> None:
        """Let threads in again."""
        self.writing.release()
        self.reading.release()

    def reset_after_fork(self) -> None:
        """In the child of a fork: what is on disk is the parent's to send."""
        self.share.reset_after_fork()
        self._reset()

    # ---------------------------------------------------------------------------------------------------- taking out

    def __bool__(self) -> bool:
        """Whether an event is at hand: see `load`."""
        return bool(self._page)

    def __len__(self) -> int:
        return self._order.count - self._given_out

    def __getitem__(self, index: int) -> bytes:
        return self._page[index]

    def popleft(self) -> bytes:
        """Lend the oldest event. `load` comes before."""
        event = self._page.popleft()
        self._given_out += 1
        return event

    def extendleft(self, events: Iterable[bytes]) -> None:
        """Take lent events back, the youngest first."""
        before = len(self._page)
        self._page.extendleft(events)
        self._given_out -= len(self._page) - before

    def load(self, wanted: int) -> bool:
        """Have so many events at hand, if there are. `False`: there are none, or they cannot be read at the moment."""
        with self.reading:
            while len(self._page) < wanted and self._load_page():
                pass
        return bool(self._page)

    def _load_page(self) -> bool:
        head = self._order.head()
        if head is None:
            return False
        if isinstance(head, bytes):
            self._page.append(head)
            return True
        if monotonic() < self._read_at:
            return False
        first, last = head.first, head.last
        try:
            rows = file.read(self._reader(), first, last, _PAGE_EVENTS)
        except Exception as error:  # noqa: BLE001 - as for storing
            self.failed("read", error)
            self._read_at = monotonic() + RETRY_SECONDS
            if self._is_damaged:
                self._order.lost(head)
            return self._is_damaged
        for event_id, data in rows:
            event = SpooledEvent(data)
            event.id = event_id
            self._page.append(event)
        self._order.took(head, [event_id for event_id, _ in rows], last, _PAGE_EVENTS)
        return True

    def _reader(self) -> sqlite3.Connection:
        if self._is_closed:
            raise UnavailableError
        if self._read_db is None:
            self._read_db = self._connect()
        return self._read_db

    def take_missing(self) -> int:
        """How many waiting events are newly found to be gone from the disk: whoever numbers the queue must let them go."""
        missing = self._order.take_missing()
        if missing:
            self.report(
                f"{missing} events are gone from the spool {self.path}: it is damaged, or was changed by others."
            )
        return missing

    # ----------------------------------------------------------------------------------------------------- letting go

    def forget(self, events: Iterable[bytes]) -> None:
        """These events have met their fate. `clean` removes them."""
        self._done.extend(event.id for event in events if isinstance(event, SpooledEvent))

    def clean(self) -> None:
        """Remove forgotten events from the disk."""
        with self.reading:
            ids = [self._done.popleft() for _ in range(len(self._done))]
            if not ids:
                return
            # Threads of this process wait for each other at a lock, and not asleep, as SQLite has them do. But not for long: a
            # signal handler that waits for this very event may have interrupted the one who has it.
            is_alone = self.writing.acquire(timeout=_TURN_SECONDS)
            try:
                file.remove(self._reader(), ids)
            except Exception as error:  # noqa: BLE001 - as for storing; at worst they are sent again
                self._done.extend(ids)
                self.failed("removed", error)
            finally:
                if is_alone:
                    self.writing.release()

    def drop_memory(self, most: int) -> list[bytes]:
        """Let go of the oldest events that are not on disk, beyond so many."""
        dropped = self._order.drop_memory(self._order.in_memory - most)
        self._given_out += len(dropped)
        return dropped

    def abandon(self) -> tuple[list[bytes], int]:
        """Take out everything that waits. Returns what is lost, and how many events stay on disk for others."""
        rest = [event for event in self._page if not isinstance(event, SpooledEvent)]
        self._page.clear()
        in_memory, count = self._order.clear()
        rest += in_memory
        number, self._given_out = count - self._given_out, count
        lost = [event for event in rest if not self.store(event)]
        return lost, number - len(lost)

    def adopt(self) -> int:
        """Take over what dead processes have left; returns how many events that is."""
        number = 0
        with self.reading:
            try:
                for lane, waiting in self.share.adopt(self._reader()):
                    number += waiting
                    self._order.adopted(form.first_id(lane), form.last_id(lane), waiting)
            except Exception as error:  # noqa: BLE001 - as for storing
                self.failed("taken over", error)
        if self.share.strangers > self._strangers:
            self.report(
                f"{self.share.strangers} events in the spool {self.path} were tracked with another API key. They wait for a "
                "client with that key; if the key was renewed, run: coobird-spool drain --any-key FILE"
            )
        self._strangers = self.share.strangers
        return number

    def close(self, *, is_idle: bool) -> None:
        """Stop using the file. Once nothing is being sent any more, others may take over what is left: call it again then."""
        if not self._is_closed:
            self.clean()
        with self.reading, self.writing:
            self._is_closed = True
            self.disconnect()
            if is_idle:
                try:
                    self.share.leave()
                except Exception:  # noqa: BLE001, S110 - it is theirs when this process has ended
                    pass
