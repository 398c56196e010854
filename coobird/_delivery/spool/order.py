"""Order and number of the waiting events of a spool (pure: nothing here waits for a disk).

The lock is passed in, and held for a few steps only. So a sender never waits for a thread that
stores an event. It must not, because a signal handler that flushes may have interrupted that
thread.

A signal handler may raise in here: what is added is one step, as in `coobird/_delivery/queue.py`.
"""

from __future__ import annotations

from collections import deque
from itertools import islice

from coobird._delivery.spool import format as form

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from contextlib import AbstractContextManager


class IdRange:
    """Events of a lane on disk, from id `first` to `last`.

    `left` is how many of them there should be.
    """

    __slots__ = ("first", "last", "left")

    def __init__(self, first: int, last: int, left: int) -> None:
        self.first, self.last, self.left = first, last, left


class Order:
    """Waiting events that were not read yet, oldest first.

    They are stretches of ids and, between these, events that the disk did not take.

    Attributes:
        count: Number of events that were ever put in.
        last_stored: Id of the event that `stored` has added last; 0 before the first.
        in_memory: Number of waiting events that are not on disk.
        adopted_lanes: Lanes whose events were put in, because this client has taken them over.
        missing: Number of events that were put in and are not on disk any more, though no sender
            has taken them.
    """

    def __init__(self, lock: AbstractContextManager[object]) -> None:
        """`lock` may be taken again by a thread that holds it: `threading.RLock`."""
        self._waiting: deque[IdRange | bytes] = deque()
        self._open: IdRange | None = None
        self._lock = lock
        self.adopted_lanes = set[int]()
        self.count = self.in_memory = self.missing = self.last_stored = 0

    def stored(self, event_id: int) -> None:
        """Add an event that this process has stored."""
        stretch = self._open
        # Another number than the next one: a signal handler has stored one in between, or one could
        # not be stored.
        fresh = None if stretch and event_id == stretch.last + 1 else IdRange(event_id, event_id - 1, 0)
        with self._lock:
            is_new = fresh is not None or stretch is not self._open
            if is_new or stretch is None:
                stretch = fresh or IdRange(event_id, event_id - 1, 0)
            # One step.
            if is_new:
                self._open = stretch
                self._waiting += (stretch,)
            stretch.last = event_id
            stretch.left += 1
            self.count += 1
            self.last_stored = event_id

    def kept(self, event: bytes) -> None:
        """Add an event that the disk did not take."""
        with self._lock:
            # One step.
            self._open = None
            self._waiting += (event,)
            self.in_memory += 1
            self.count += 1

    def adopted(self, lane: int, number: int) -> None:
        """Add the events of a lane that this client has taken over."""
        with self._lock:
            # Events that are stored from now on go behind them.
            stretch = IdRange(form.first_id(lane), form.last_id(lane), number)
            # One step.
            self._open = None
            self._waiting += (stretch,)
            self.count += number
            self.adopted_lanes |= {lane}

    def head(self) -> IdRange | bytes | None:
        """Return the oldest item; `None` if nothing waits."""
        with self._lock:
            while self._waiting:
                head = self._waiting[0]
                if isinstance(head, bytes) or head.first <= head.last:
                    return head
                if head is self._open:
                    return None
                self._waiting.popleft()
        return None

    def given_back(self, events: Iterable[tuple[bytes, int | None]], page: deque[bytes]) -> None:
        """Put all events of the page before the others again.

        Args:
            events: Each with its id; `None` if it is not on disk.
            page: The page.
        """
        items = [event if event_id is None else IdRange(event_id, event_id, 1) for event, event_id in events]
        with self._lock:
            waiting = deque([*items, *self._waiting])
            in_memory = self.in_memory + sum(isinstance(item, bytes) for item in items)
            # One step.
            page *= 0
            self._waiting, self.in_memory = waiting, in_memory

    def took_kept(self, head: bytes, page: deque[bytes]) -> None:
        """Move the oldest event to the page. It is not on disk."""
        with self._lock:
            # A sender may have moved it to the disk meanwhile.
            if self._waiting and self._waiting[0] is head:
                # One step.
                page += (head,)
                self.in_memory -= 1
                del self._waiting[0]

    def took(self, head: IdRange, last: int, events: Sequence[bytes], page: deque[bytes]) -> None:
        """Move events of the stretch that were read to the page.

        Args:
            head: The stretch.
            last: Id up to which all events of the stretch were read.
            events: Those that were found.
            page: The page.
        """
        number = len(events)
        with self._lock:
            # One step.
            page += events
            head.left -= number
            head.first = last + 1
            if head.first > head.last:
                self.missing += head.left
                self.count -= head.left
                head.left = 0

    def lost(self, head: IdRange) -> None:
        """Take out the rest of the stretch, which will not be found."""
        with self._lock:
            # One step.
            self.missing += head.left
            self.count -= head.left
            head.left, head.first = 0, head.last + 1

    def take_missing(self) -> int:
        """Return how many events were found missing since the last call."""
        with self._lock:
            missing, self.missing = self.missing, 0
        return missing

    def kept_events(self, limit: int) -> list[bytes]:
        """Return the oldest events that are not on disk and lie next to each other.

        They stay where they are. `stored_kept` follows, with the lock held since.
        """
        is_kept = [isinstance(item, bytes) for item in self._waiting]
        if True not in is_kept:
            return []
        first = is_kept.index(True)
        last = is_kept.index(False, first) if False in is_kept[first:] else len(is_kept)
        return [item for item in islice(self._waiting, first, min(last, first + limit)) if isinstance(item, bytes)]

    def stored_kept(self, events: Sequence[bytes], first_id: int) -> None:
        """Note that these events are on disk now, under ids from `first_id` on.

        A second call does nothing.
        """
        number = len(events)
        first = next((place for place, item in enumerate(self._waiting) if item is events[0]), None)
        if first is None:
            return
        stretch = IdRange(first_id, first_id + number - 1, number)
        before, after = islice(self._waiting, first), islice(self._waiting, first + number, None)
        waiting, in_memory = deque([*before, stretch, *after]), self.in_memory - number
        # One step.
        self._waiting, self.in_memory = waiting, in_memory

    def drop_memory(self, number: int, lost: deque[bytes]) -> None:
        """Move the oldest events that are not on disk, so many at most, to `lost`."""
        if number <= 0:
            return
        with self._lock:
            dropped: list[bytes] = []
            rest: deque[IdRange | bytes] = deque()
            for item in self._waiting:
                if isinstance(item, bytes) and len(dropped) < number:
                    dropped.append(item)
                else:
                    rest.append(item)
            in_memory = self.in_memory - len(dropped)
            # One step.
            lost += dropped
            self._waiting, self.in_memory = rest, in_memory

    def clear(self, in_memory: list[bytes]) -> int:
        """Take out everything, and add the events that are not on disk to the list.

        Returns `count` as of now.
        """
        with self._lock:
            events = [item for item in self._waiting if isinstance(item, bytes)]
            nothing: deque[IdRange | bytes] = deque()
            # One step.
            in_memory += events
            self._waiting, self._open, self.in_memory = nothing, None, 0
            return self.count
