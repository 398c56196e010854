"""In which order the events of a spool are sent, and how many there are. Nothing here waits for a disk.

The lock is only ever held for a few steps, so that whoever sends never waits for whoever stores: a signal handler that flushes may
have interrupted the latter.
"""

from __future__ import annotations

import threading
from collections import deque

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


class Stretch:
    """Events of a lane on disk, from id `first` to `last`. `left`: how many of them there should be."""

    __slots__ = ("first", "last", "left")

    def __init__(self, first: int, last: int, left: int) -> None:
        self.first, self.last, self.left = first, last, left


class Order:
    """What waits outside of the memory, oldest first, as stretches of ids; between them, events that the disk did not take.

    Attributes:
        count: How many events were ever put in.
        in_memory: How many of those that wait are not on disk.
        missing: How many were put in and are not on disk any more, though nobody has taken them.
    """

    def __init__(self) -> None:
        self._waiting: deque[Stretch | bytes] = deque()
        self._open: Stretch | None = None
        self._lock = threading.RLock()
        self.count = self.in_memory = self.missing = 0

    def stored(self, event_id: int) -> None:
        """This process has stored an event."""
        stretch = self._open
        # Another number than the next one: a signal handler has stored one in between, or one could not be stored.
        fresh = None if stretch and event_id == stretch.last + 1 else Stretch(event_id, event_id - 1, 0)
        with self._lock:
            if fresh or stretch is not self._open or stretch is None:
                stretch = self._open = fresh or Stretch(event_id, event_id - 1, 0)
                self._waiting.append(stretch)
            stretch.last = event_id
            stretch.left += 1
            self.count += 1

    def kept(self, event: bytes) -> None:
        """The disk did not take an event."""
        with self._lock:
            self._open = None
            self._waiting.append(event)
            self.in_memory += 1
            self.count += 1

    def adopted(self, first: int, last: int, number: int) -> None:
        """These are ours from now on."""
        with self._lock:
            # What is stored from now on goes behind them.
            self._open = None
            self._waiting.append(Stretch(first, last, number))
            self.count += number

    def head(self) -> Stretch | bytes | None:
        """The oldest; `None` if nothing waits. An event that is not on disk is taken by this."""
        with self._lock:
            while self._waiting:
                head = self._waiting[0]
                if isinstance(head, bytes):
                    self.in_memory -= 1
                    return self._waiting.popleft()
                if head.first <= head.last:
                    return head
                if head is self._open:
                    return None
                self._waiting.popleft()
        return None

    def took(self, head: Stretch, ids: Sequence[int], last: int, limit: int) -> None:
        """Up to `limit` events of the stretch were read up to the id `last`, and these were found."""
        with self._lock:
            head.left -= len(ids)
            head.first = ids[-1] + 1 if len(ids) == limit else last + 1
            if head.first > head.last:
                self.lost(head)

    def lost(self, head: Stretch) -> None:
        """What is left of the stretch will not be found."""
        with self._lock:
            self.missing += head.left
            self.count -= head.left
            head.left, head.first = 0, head.last + 1

    def take_missing(self) -> int:
        """How many are newly found to be missing."""
        with self._lock:
            missing, self.missing = self.missing, 0
        return missing

    def drop_memory(self, number: int) -> list[bytes]:
        """Let go of the oldest events that are not on disk."""
        dropped: list[bytes] = []
        with self._lock:
            for _ in range(len(self._waiting) if number > 0 else 0):
                item = self._waiting.popleft()
                if isinstance(item, bytes) and len(dropped) < number:
                    dropped.append(item)
                else:
                    self._waiting.append(item)
            self.in_memory -= len(dropped)
        return dropped

    def clear(self) -> tuple[list[bytes], int]:
        """Let go of everything. Returns the events that are not on disk, and `count` as of now."""
        with self._lock:
            in_memory = [item for item in self._waiting if isinstance(item, bytes)]
            self._waiting.clear()
            self._open, self.in_memory = None, 0
            return in_memory, self.count
