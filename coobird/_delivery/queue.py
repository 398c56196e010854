"""The bounded queue and its accounts (pure: no locks, no clock; whoever shares it holds a lock and passes the time in).

Every event is in exactly one place: queued, in flight, delivered, dropped or rejected. `tracked` is not a counter of
its own but the sum of the others, so the books cannot disagree. Only `append` is called without the lock: it is one
atomic step.
"""

from __future__ import annotations

from collections import deque

from coobird._encoding.batch import BRACKET_BYTES, SEPARATOR_BYTES, batch_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Protocol

    from coobird._delivery.stats import Stats

    class Buffer(Protocol):
        """Where queued events wait, oldest first. `collections.deque` is one that forgets when the process ends.

        A durable one can take its place: `append` stores, `popleft` lends the oldest, `extendleft` takes lent ones
        back (in reverse order, as a deque does), and the queue's `settle` is the moment to forget them.
        """

        def append(self, event: bytes, /) -> None: ...
        def popleft(self) -> bytes: ...
        def extendleft(self, events: Iterable[bytes], /) -> None: ...
        def __len__(self) -> int: ...
        def __getitem__(self, index: int, /) -> bytes: ...


MAX_BATCH_BYTES = 1024 * 1024
"""Largest request body, everything included. Servers and proxies commonly take from 1 MB (nginx's default) to a few
MiB; a batch of 1,000 everyday events is 0.3 MB. If it is too much after all, 413 halves the batch."""

MIN_BATCH_BYTES = 64 * 1024
"""A server that finds batches too large gets smaller ones from then on, down to this: one answer may be mistaken."""


class Batch:
    """Events that left the queue together. `first` is the number of the first one.

    `parts` are those whose fate is not known: one part at first, several once the server's refusal made us split it.
    The first part is the one being sent.
    """

    __slots__ = ("first", "parts")

    def __init__(self, events: list[bytes], first: int) -> None:
        self.first = first
        self.parts = [events]

    @property
    def events(self) -> list[bytes]:
        """What is left of the batch."""
        return [event for part in self.parts for event in part]


class EventQueue:
    """Events between `track` and their fate."""

    def __init__(self, *, max_batch_size: int, max_queue_size: int, buffer: Buffer | None = None) -> None:
        self.buffer: Buffer = deque() if buffer is None else buffer
        self.max_batch_size = max_batch_size
        self.max_queue_size = max_queue_size
        self.max_batch_bytes = MAX_BATCH_BYTES
        self.first = 0
        """Number of the oldest queued event, counted since the start."""
        self._in_flight: set[Batch] = set()
        self._ready: deque[Batch] = deque()
        self._delivered = 0
        self._dropped: dict[str, int] = {}
        self._rejected: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self.buffer)

    @property
    def end(self) -> int:
        """Number of the next event that is queued."""
        return self.first + len(self.buffer)

    @property
    def is_in_flight(self) -> bool:
        """Whether a batch is in flight."""
        return bool(self._in_flight)

    def is_open(self, batch: Batch) -> bool:
        """Whether the fate of this batch is still to be found out."""
        return batch in self._in_flight

    @property
    def backlog(self) -> int:
        """Events that no sender has taken."""
        return len(self.buffer) + sum(len(batch.parts[0]) for batch in self._ready)

    def take(self) -> Batch | None:
        """Move the oldest events into flight, as many as fit one batch; `None` if there are none."""
        return self._ready.popleft() if self._ready else self._make_batch()

    def _make_batch(self) -> Batch | None:
        events: list[bytes] = []
        buffer = self.buffer
        try:
            for _ in range(self.max_batch_size):
                events.append(buffer.popleft())  # noqa: PERF401 - what came before the error must be kept
        except IndexError:
            pass  # that was all
        room = self.max_batch_bytes - BRACKET_BYTES + SEPARATOR_BYTES
        if sum(map(len, events)) + SEPARATOR_BYTES * len(events) > room:
            fit = _how_many_fit(events, room)
            buffer.extendleft(reversed(events[fit:]))
            del events[fit:]
        if not events:
            return None
        batch = Batch(events, self.first)
        self.first += len(events)
        self._in_flight.add(batch)
        return batch

    def settle(
        self, batch: Batch, *, delivered: int = 0, rejected: int = 0, dropped: int = 0, reason: str = ""
    ) -> bool:
        """The first part of the batch has met its fate. `False`: it was given up before, and is counted already."""
        if batch not in self._in_flight:
            return False
        batch.parts.pop(0)
        if not batch.parts:
            self._in_flight.discard(batch)
        self._delivered += delivered
        self.count_rejected(rejected, "refused")
        self.count_dropped(dropped, reason)
        return True

    def split(self, batch: Batch, parts: Iterable[list[bytes]], *, is_too_large: bool = False) -> None:
        """Send the first part of the batch in smaller ones. If it was too large, further batches are smaller, too."""
        if is_too_large:
            self.max_batch_bytes = min(self.max_batch_bytes, max(MIN_BATCH_BYTES, len(batch_of(batch.parts[0])) // 2))
        batch.parts[0:1] = parts

    def put_back(self, batch: Batch) -> int:
        """Return what is left of the batch to the head of the queue.

        Its events get new numbers, those below the one that is returned.
        """
        end = self.first
        if batch in self._in_flight:
            self._in_flight.discard(batch)
            events = batch.events
            self.buffer.extendleft(reversed(events))
            self.first -= len(events)
        return end

    def count_dropped(self, count: int, reason: str) -> None:
        if count:
            self._dropped[reason] = self._dropped.get(reason, 0) + count

    def count_rejected(self, count: int, reason: str) -> None:
        if count:
            self._rejected[reason] = self._rejected.get(reason, 0) + count

    def overflow(self, max_in_flight: int) -> list[bytes]:
        """Keep to `max_queue_size`: make batches ready for senders to come; if enough are in flight, drop the oldest.

        So a burst finds the same room whether or not its senders have started. Returns what was dropped.
        """
        while len(self.buffer) > self.max_queue_size and len(self._in_flight) < max_in_flight:
            if (batch := self._make_batch()) is not None:
                self._ready.append(batch)
        return self._drop_oldest(len(self.buffer) - self.max_queue_size, "queue_full")

    def drop_queued(self, reason: str) -> list[bytes]:
        """Drop everything that waits, and return it."""
        return self._drop_oldest(len(self.buffer), reason)

    def drop_in_flight(self, reason: str) -> list[bytes]:
        """Give up everything in flight, and return it. Answers that still come are too late to count."""
        batches = sorted(self._in_flight, key=lambda batch: batch.first)
        self._in_flight.clear()
        self._ready.clear()
        lost = [event for batch in batches for event in batch.events]
        self.count_dropped(len(lost), reason)
        return lost

    def is_settled(self, mark: int) -> bool:
        """Whether every event numbered below `mark` has met its fate."""
        return self.first >= mark and all(batch.first >= mark for batch in self._in_flight)

    def stats(self) -> Stats:
        """All counts at this moment."""
        from coobird._delivery.stats import Stats

        in_flight = sum(len(part) for batch in self._in_flight for part in batch.parts)
        dropped, rejected = sum(self._dropped.values()), sum(self._rejected.values())
        queued = len(self.buffer)
        return Stats(
            tracked=self._delivered + queued + in_flight + dropped + rejected,
            delivered=self._delivered,
            queued=queued,
            in_flight=in_flight,
            dropped=dropped,
            rejected=rejected,
            dropped_by_reason=dict(self._dropped),
            rejected_by_reason=dict(self._rejected),
        )

    def _drop_oldest(self, count: int, reason: str) -> list[bytes]:
        lost = [self.buffer.popleft() for _ in range(count)]
        self.first += len(lost)
        self.count_dropped(len(lost), reason)
        return lost


def _how_many_fit(events: list[bytes], room: int) -> int:
    """How many of the events, but at least one, have room in a batch."""
    for number, event in enumerate(events):
        room -= len(event) + SEPARATOR_BYTES
        if room < 0:
            return max(1, number)
    return len(events)
