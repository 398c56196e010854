"""The queue in front of a spool: nothing limits its length but the disk, and what is not delivered waits for the next process."""

from __future__ import annotations

import sys

from coobird._delivery.queue import EventQueue
from coobird._delivery.spool.spool import SpooledEvent

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from coobird._delivery.queue import Batch
    from coobird._delivery.spool.spool import Spool
    from coobird._delivery.stats import Stats

_KEPT = frozenset({"failed", "retries_exhausted", "shutdown", "unauthorized"})
"""Reasons to give up that say nothing about the events: another process, or a later one, will deliver them."""


class SpooledQueue(EventQueue):
    """Events between `track` and their fate, on disk.

    Shared like any queue: whoever calls holds the lock, except for `append` of the buffer.
    """

    def __init__(
        self, spool: Spool, *, max_batch_size: int, max_queue_size: int, lose: Callable[[list[bytes], str], object]
    ) -> None:
        super().__init__(max_batch_size=max_batch_size, max_queue_size=sys.maxsize, buffer=spool)
        self._spool = spool
        self._max_in_memory = max_queue_size
        self._lose = lose
        self._left = 0  # given up here, but still on disk
        self.has_freed = False
        """Whether something has been dropped that is still to be removed from disk."""

    def _make_batch(self) -> Batch | None:
        self._spool.load(self.max_batch_size)
        self._let_go_missing()
        return super()._make_batch()

    def settle(
        self, batch: Batch, *, delivered: int = 0, rejected: int = 0, dropped: int = 0, reason: str = ""
    ) -> bool:
        """As for any queue, but `False` as well if the events stay on disk."""
        part = batch.parts[0]
        if dropped and reason in _KEPT:
            lost = self._lost(part)
            if super().settle(batch, dropped=len(lost), reason=reason):
                self._left += len(part) - len(lost)
                self._lose(lost, reason)
            return False
        is_open = super().settle(batch, delivered=delivered, rejected=rejected, dropped=dropped, reason=reason)
        if is_open:
            self._spool.forget(part)
        return is_open

    def overflow(self, max_in_flight: int) -> list[bytes]:  # noqa: ARG002 - it is the disk that has room, not the senders
        """Keep to the limits of the disk, and of the memory for what the disk does not take."""
        spool = self._spool
        spool.needs_attention = False
        self._let_go_missing()
        excess, spool.excess = spool.excess, 0
        if excess:
            self._lose(self._free(excess), "spool_full")
        lost = spool.drop_memory(self._max_in_memory)
        self.first += len(lost)
        self.count_dropped(len(lost), "queue_full")
        return lost

    def drop_queued(self, reason: str) -> list[bytes]:
        """Leave what waits on disk, and drop what is not there."""
        lost, left = self._spool.abandon()
        self.first += len(lost) + left
        self._left += left
        self.count_dropped(len(lost), reason)
        return lost

    def drop_in_flight(self, reason: str) -> list[bytes]:
        """Give up everything in flight, but leave it on disk. Answers that still come are too late to count."""
        events = [event for batch in self._in_flight for event in batch.events]
        self._in_flight.clear()
        lost = self._lost(events)
        self._left += len(events) - len(lost)
        self.count_dropped(len(lost), reason)
        return lost

    def stats(self) -> Stats:
        """All counts at this moment."""
        stats = super().stats()
        return stats._replace(tracked=stats.tracked + self._left, queued=stats.queued + self._left)

    def _lost(self, events: list[bytes]) -> list[bytes]:
        """Those of the events that end with this process: they are not on disk, and it does not take them now."""
        return [event for event in events if not isinstance(event, SpooledEvent) and not self._spool.store(event)]

    def _free(self, wanted: int) -> list[bytes]:
        lost: list[bytes] = []
        while wanted > 0 and self._spool.load(1):
            lost.append(self._spool.popleft())
            wanted -= len(lost[-1])
        self.first += len(lost)
        self.count_dropped(len(lost), "spool_full")
        self._spool.forget(lost)
        self.has_freed = True
        return lost

    def _let_go_missing(self) -> None:
        missing = self._spool.take_missing()
        self.first += missing
        self.count_dropped(missing, "spool_damaged")
