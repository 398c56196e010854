"""Bounded queue and its counts (pure: its owner holds the lock).

Each event is in exactly one place: queued, in flight, delivered, dropped or rejected. `tracked` is
not a counter of its own but the sum of the others, so the counts cannot disagree. Only
`buffer.append` and `len` are called without the lock: each is one atomic step.
"""

from __future__ import annotations

from collections import deque
from sys import maxsize

from coobird._delivery.event_ages import EventAges, youngest
from coobird._delivery.stats import Stats
from coobird._encoding.batch import BRACKET_BYTES, SEPARATOR_BYTES, batch_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Protocol

    from coobird._delivery.event_ages import AgedEvents

    class Buffer(Protocol):
        """Place of queued events, oldest first. `MemoryBuffer` is in memory, `Spool` on disk."""

        @property
        def max_length(self) -> int:
            """Queue length above which batches are made ready, and then events dropped."""
            ...

        @property
        def is_limited_by_length(self) -> bool:
            """True if `make_room` drops nothing below `max_length`, and no event can disappear."""
            ...

        def append(self, event: bytes, /) -> None: ...

        def __len__(self) -> int: ...

        def load(self, wanted: int, /) -> bool:
            """Make at least `wanted` of the oldest events ready for `popleft`, or all.

            False if none is ready.
            """
            ...

        def popleft(self) -> bytes:
            """Give out the oldest event. `load` comes before."""
            ...

        def extendleft(self, events: Iterable[bytes], /) -> None:
            """Take back events that were given out, the youngest first."""
            ...

        def take_missing(self) -> int:
            """Return how many waiting events disappeared since the last call."""
            ...

        def make_room(self) -> dict[str, list[bytes]]:
            """Drop events beyond the limits, and return them by reason."""
            ...

        def forget(self, events: list[bytes], /) -> None:
            """Keep these events no longer: they are delivered, rejected or dropped."""
            ...

        def keep(self, events: list[bytes], reason: str, /) -> list[bytes]:
            """Keep events that were given out and given up for another process.

            Returns the events that are lost.
            """
            ...

        def abandon(self) -> tuple[list[bytes], int]:
            """Give up all waiting events.

            Returns those that are lost, and the number of those that are kept.
            """
            ...


MAX_BATCH_BYTES = 1024 * 1024
"""Largest request body, everything included. Servers and proxies commonly take from 1 MB (nginx's
default) to a few MiB; a batch of 1,000 everyday events is 0.3 MB. If it is too much after all, 413
halves the batch."""

MIN_BATCH_BYTES = 64 * 1024
"""Least size to which answers of 413 reduce later batches. One such answer may be mistaken."""

_MOST_PASSED_OVER = 16
"""Batches that have failed and are passed over, in search of one that has not."""


class MemoryBuffer(deque[bytes]):
    """Queued events in memory. They are lost when the process ends."""

    __slots__ = ("max_length",)

    is_limited_by_length = True

    def __init__(self, max_length: int) -> None:
        super().__init__()
        self.max_length = max_length

    def load(self, _: int, /) -> bool:
        return bool(self)

    def take_missing(self) -> int:
        return 0

    def make_room(self) -> dict[str, list[bytes]]:
        excess = len(self) - self.max_length
        return {"queue_full": self._pop(excess)} if excess > 0 else {}

    def forget(self, _: list[bytes], /) -> None:
        pass

    def keep(self, events: list[bytes], _: str, /) -> list[bytes]:
        return events

    def abandon(self) -> tuple[list[bytes], int]:
        return self._pop(len(self)), 0

    def _pop(self, count: int) -> list[bytes]:
        return [self.popleft() for _ in range(count)]


class Batch:
    """Events that left the queue together. `first` is the number of the first one.

    `parts` holds the events that are neither delivered nor rejected nor dropped. It is one part at
    first, and several once a refusal of the server made us split the batch. The first part is the
    one being sent. `ages` has the times at which all events of the batch were first seen.
    `end` is the number after the last event's. `failed_at` is the time at which the batch was
    put back; `None` if it never was.
    """

    __slots__ = ("ages", "end", "failed_at", "first", "parts")

    def __init__(
        self, events: list[bytes], first: int, end: int, ages: list[AgedEvents], failed_at: float | None = None
    ) -> None:
        self.first = first
        self.end = end
        self.parts = [events]
        self.ages = ages
        self.failed_at = failed_at

    @property
    def events(self) -> list[bytes]:
        """Events that are left of the batch."""
        return [event for part in self.parts for event in part]


class Returned:
    """Events that were put back together: `count` of them are left.

    `first`, `end` and `failed_at` are as in the batch.
    """

    __slots__ = ("count", "end", "failed_at", "first")

    def __init__(self, batch: Batch, count: int) -> None:
        self.first = batch.first
        self.end = batch.end
        self.failed_at = batch.failed_at
        self.count = count


class EventQueue:
    """Events from `track` until they are delivered, rejected or dropped."""

    def __init__(self, buffer: Buffer, *, max_batch_size: int) -> None:
        self.buffer = buffer
        self.max_batch_size = max_batch_size
        self.max_batch_bytes = MAX_BATCH_BYTES
        self._returned: deque[Returned] = deque()
        self._number_returned = 0
        self._fresh = 0
        self._ages = EventAges()
        self._in_flight: set[Batch] = set()
        self._ready: deque[Batch] = deque()
        self._kept = 0
        """Events that this queue gave up, and that its buffer keeps for another process."""
        self._delivered = self._put_back = 0
        self._dropped: dict[str, int] = {}
        self._rejected: dict[str, int] = {}
        self._missing = 0

    def __len__(self) -> int:
        return len(self.buffer)

    @property
    def first(self) -> int:
        """Number of the oldest queued event, or of the next one if none is queued.

        Events are numbered as they are tracked, and keep their numbers when they are put back.
        """
        return self._returned[0].first if self._returned else self._fresh

    @property
    def gone(self) -> int:
        """Number of events that have left the queue and were not put back."""
        return self._fresh - self._number_returned

    @property
    def end(self) -> int:
        """Number of the next event that is queued."""
        return self.gone + len(self.buffer)

    @property
    def is_in_flight(self) -> bool:
        """True if a batch is in flight."""
        return bool(self._in_flight)

    def note_time(self, now: float) -> None:
        """Note the time, so that it is known since when events wait."""
        self._ages.note(len(self.buffer), now)

    @property
    def oldest_since(self) -> float | None:
        """Time at which the oldest event that is queued or in flight was first seen.

        `None` if there is none. It is the real time or later: see `EventAges`.
        """
        times = [batch.ages[0][1] for batch in self._in_flight]
        if (queued_since := self._ages.oldest_since) is not None:
            times.append(queued_since)
        return min(times, default=None)

    def is_open(self, batch: Batch) -> bool:
        """True if events of this batch are still to be delivered, rejected or dropped."""
        return batch in self._in_flight

    @property
    def backlog(self) -> int:
        """Number of events that no sender has taken."""
        ready = sum(len(batch.parts[0]) for batch in self._ready) if self._ready else 0
        return len(self.buffer) + ready

    def take(self) -> Batch | None:
        """Move the oldest events into flight, as many as fit a batch; `None` if there are none."""
        if self._ready and (self._ready[0].first < self.first or not len(self.buffer)):
            return self._ready.popleft()
        return self._make_batch(self.max_batch_size)

    def take_other(self) -> Batch | None:
        """Move events into flight that are not the oldest, if there are any.

        They tell whether the server fails, or only some events make it fail. So they are events
        that have not failed yet, unless many batches have failed.
        """
        passed_over: list[Batch] = []
        other = self.take()
        while other is not None and (not passed_over or other.failed_at is not None):
            if len(passed_over) == _MOST_PASSED_OVER:
                break
            passed_over.append(other)
            other = self.take()
        if other is None and passed_over:
            other = passed_over.pop()
        for batch in reversed(passed_over):
            self._insert(batch)
        return other

    def _make_batch(self, limit: int) -> Batch | None:
        events: list[bytes] = []
        buffer = self.buffer
        buffer.load(limit)
        self._drop_missing()
        if self._returned:
            limit = min(limit, self._returned[0].count)  # a batch does not mix events that failed with others
        try:
            for _ in range(limit):
                events.append(buffer.popleft())  # noqa: PERF401 - events taken before the error must be kept
        except IndexError:
            pass  # the buffer is empty
        room = self.max_batch_bytes - BRACKET_BYTES + SEPARATOR_BYTES
        if sum(map(len, events)) + SEPARATOR_BYTES * len(events) > room:
            fit = _how_many_fit(events, room)
            buffer.extendleft(reversed(events[fit:]))
            del events[fit:]
        if not events:
            return None
        first, ages = self.first, self._ages.take(len(events))
        failed_at = self._returned[0].failed_at if self._returned else None
        batch = Batch(events, first, self._leave(len(events)), ages, failed_at)
        self._in_flight.add(batch)
        return batch

    def _leave(self, count: int) -> int:
        """Count the oldest events as no longer queued.

        Returns the number after the last of them.
        """
        end = self._fresh
        while count > 0 and self._returned:
            returned = self._returned[0]
            number = min(count, returned.count)
            returned.count -= number
            returned.first += number
            end = returned.first
            if not returned.count:
                end = self._returned.popleft().end
            self._number_returned -= number
            count -= number
        if count > 0:
            self._fresh += count
            end = self._fresh
        return end

    def settle(self, batch: Batch, *, delivered: int = 0, rejected: int = 0) -> bool:
        """Count the first part of the batch as delivered or rejected.

        False if it was given up and counted before.
        """
        if batch not in self._in_flight:
            return False
        self.buffer.forget(self._close_part(batch))
        self._delivered += delivered
        self.count_rejected(rejected, "refused")
        return True

    def give_up(self, batch: Batch, reason: str) -> list[bytes]:
        """Drop the first part of the batch.

        Returns the events that are lost; none if it was given up before.
        """
        return self._lose(self._close_part(batch), reason) if batch in self._in_flight else []

    def split(self, batch: Batch, parts: Iterable[list[bytes]], *, is_too_large: bool = False) -> None:
        """Send the first part of the batch in smaller ones.

        If it was too large, later batches are smaller, too.
        """
        if is_too_large:
            self.max_batch_bytes = min(self.max_batch_bytes, max(MIN_BATCH_BYTES, len(batch_of(batch.parts[0])) // 2))
        batch.parts[0:1] = parts

    def put_back(self, batch: Batch) -> None:
        """Return the rest of the batch to the queue, before all younger events."""
        if batch in self._in_flight:
            self._put_back += len(batch.events)
            self._insert(batch)

    def _insert(self, batch: Batch) -> None:
        self._in_flight.discard(batch)
        older: list[tuple[Returned, list[bytes], list[AgedEvents]]] = []
        while self._returned and self._returned[0].first < batch.first:
            returned = self._returned.popleft()
            self._number_returned -= returned.count
            events = [self.buffer.popleft() for _ in range(returned.count)]
            older.append((returned, events, self._ages.take(len(events))))
        events = batch.events
        # The first parts of a batch are delivered first.
        self._return(Returned(batch, len(events)), events, youngest(batch.ages, len(events)))
        for returned, events, ages in reversed(older):
            self._return(returned, events, ages)

    def _return(self, returned: Returned, events: list[bytes], ages: list[AgedEvents]) -> None:
        self.buffer.extendleft(reversed(events))
        self._ages.put_back(ages)
        self._returned.appendleft(returned)
        self._number_returned += returned.count

    def expire(self, time: float) -> list[bytes]:
        """Drop waiting events that were first seen before this time.

        Returns those that are lost.
        """
        lost: list[bytes] = []
        for batch in [batch for batch in self._ready if batch.ages[-1][1] < time]:
            self._ready.remove(batch)
            lost += self.give_up(batch, "expired")
        while count := self._ages.count_before(time):
            if (old := self._make_batch(min(count, self.max_batch_size))) is None:
                break
            lost += self.give_up(old, "expired")
        return lost

    def take_missing(self) -> int:
        """Return how many queued events were newly counted as missing from their buffer."""
        missing, self._missing = self._missing, 0
        return missing

    def count_rejected(self, count: int, reason: str) -> None:
        """Count events that are not queued, or no longer, as rejected."""
        if count:
            self._rejected[reason] = self._rejected.get(reason, 0) + count

    def overflow(self, max_in_flight: int) -> dict[str, list[bytes]]:
        """Keep to the limits of the buffer: make batches ready for later senders, then drop events.

        So a burst finds the same room before and after its senders have started. Returns the
        dropped events by reason.
        """
        while len(self.buffer) > self.buffer.max_length and len(self._in_flight) < max_in_flight:
            if (batch := self._make_batch(self.max_batch_size)) is not None:
                self._ready = deque(sorted((*self._ready, batch), key=lambda ready: ready.first))
        self._drop_missing()
        dropped = self.buffer.make_room()
        for reason, events in dropped.items():
            self._leave(len(events))
            self._ages.take(len(events))
            self._count_dropped(len(events), reason)
        return dropped

    def drop_queued(self, reason: str) -> list[bytes]:
        """Give up all queued events. Returns those that are lost."""
        lost, kept = self.buffer.abandon()
        self._leave(len(lost) + kept)
        self._ages.take(len(lost) + kept)
        self._kept += kept
        self._count_dropped(len(lost), reason)
        return lost

    def drop_in_flight(self, reason: str) -> list[bytes]:
        """Give up all events in flight.

        Returns those that are lost. Answers that still come are too late to count.
        """
        batches = sorted(self._in_flight, key=lambda batch: batch.first)
        self._in_flight.clear()
        self._ready.clear()
        return self._lose([event for batch in batches for event in batch.events], reason)

    def is_settled(self, mark: int) -> bool:
        """True if all events numbered below `mark` are delivered, rejected or dropped."""
        return self.first >= mark and all(batch.first >= mark for batch in self._in_flight)

    def undelivered(self) -> int:
        """Return the number of events that are queued or in flight."""
        return len(self.buffer) + self._kept + self._count_in_flight()

    def stats(self) -> Stats:
        """All counts at this moment."""
        in_flight = self._count_in_flight()
        dropped, rejected = sum(self._dropped.values()), sum(self._rejected.values())
        queued = len(self.buffer) + self._kept
        return Stats(
            tracked=self._delivered + queued + in_flight + dropped + rejected,
            delivered=self._delivered,
            queued=queued,
            in_flight=in_flight,
            dropped=dropped,
            rejected=rejected,
            dropped_by_reason=dict(self._dropped),
            rejected_by_reason=dict(self._rejected),
            queue_capacity=None if self.buffer.max_length == maxsize else self.buffer.max_length,
            retried=self._put_back,
        )

    def _count_in_flight(self) -> int:
        return sum(len(part) for batch in self._in_flight for part in batch.parts)

    def _close_part(self, batch: Batch) -> list[bytes]:
        """Take the first part of a batch in flight out of it."""
        part = batch.parts.pop(0)
        if not batch.parts:
            self._in_flight.discard(batch)
        return part

    def _lose(self, events: list[bytes], reason: str) -> list[bytes]:
        lost = self.buffer.keep(events, reason)
        self._kept += len(events) - len(lost)
        self._count_dropped(len(lost), reason)
        return lost

    def _drop_missing(self) -> None:
        if missing := self.buffer.take_missing():
            self._fresh += missing
            self._ages.take(missing)
            self._missing += missing
            self._count_dropped(missing, "spool_damaged")

    def _count_dropped(self, count: int, reason: str) -> None:
        if count:
            self._dropped[reason] = self._dropped.get(reason, 0) + count


def _how_many_fit(events: list[bytes], room: int) -> int:
    """Return how many of the events fit into a batch, at least one."""
    for number, event in enumerate(events):
        room -= len(event) + SEPARATOR_BYTES
        if room < 0:
            return max(1, number)
    return len(events)
