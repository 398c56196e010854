"""Bounded queue and its counts (pure: its owner holds the lock).

Each event is in exactly one place: queued, in flight, delivered, dropped or rejected. `tracked` is
not a counter of its own but the sum of the others, so the counts cannot disagree. Only
`buffer.append` and `len` are called without the lock: each is one atomic step.

A signal handler may raise an exception (Ctrl-C does) while the main thread works in here. Python
runs one only after a call, at the begin of a function, and where a loop jumps back. So a change of
several places is prepared first, and then made by statements that call nothing: `+=`, `|=`, `del`,
assignments. Such lines are marked "one step". An exception comes before all of them or after.
"""

from __future__ import annotations

from collections import deque
from itertools import islice
from sys import maxsize

from coobird._delivery import stats
from coobird._delivery.event_ages import EventAges, youngest
from coobird._delivery.unreported import Unreported, dropped, rejected
from coobird._encoding.batch import BRACKET_BYTES, SEPARATOR_BYTES, batch_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Protocol

    from coobird._delivery.event_ages import AgedEvents
    from coobird.errors import CoobirdError

    class Buffer(Protocol):
        """Place of queued events, oldest first. `MemoryBuffer` is in memory, `Spool` on disk.

        Attributes:
            ready: Events that can be given out, oldest first. See `load`.
            lost: Waiting events that the buffer cannot keep. The queue drops them.
            given_out: Number of events that were taken out and not given back. The queue counts
                them, in the step that takes them.
            forgotten: Ids of events to keep no longer: they are delivered, rejected or dropped. The
                queue adds them, in the step that counts these events.
        """

        given_out: int
        forgotten: deque[int]

        @property
        def ready(self) -> deque[bytes]: ...

        @property
        def lost(self) -> deque[bytes]: ...

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
            """Make at least `wanted` of the oldest events ready, or all. False if none is."""
            ...

        def took_back(self) -> None:
            """Note that events that were given out are in `ready` again."""
            ...

        def take_missing(self) -> tuple[int, int]:
            """Return how many waiting events disappeared since the last call.

            The second number is that of events that another process has to send.
            """
            ...

        def make_room(self) -> int:
            """Return how many of the oldest events to drop. These are ready.

            Others that are too many go to `lost`.
            """
            ...

        def ids_of(self, events: Iterable[bytes], /) -> list[int]:
            """Return the ids for `forgotten`; none if the events are nowhere else."""
            ...

        def keep(self, events: list[bytes], reason: str, /) -> list[bytes]:
            """Keep events that were given out and given up for another process.

            Returns the events that are lost.
            """
            ...

        def abandon(self) -> int:
            """Give up all waiting events.

            Returns the number of those that are kept for another process. Others go to `lost`, or
            stay in `ready`.
            """
            ...


MAX_BATCH_BYTES = 1024 * 1024
"""Largest request body, everything included. Servers and proxies commonly take from 1 MB (nginx's
default) to a few MiB; a batch of 1,000 everyday events is 0.3 MB. If it is too much after all, 413
halves the batch."""

MIN_BATCH_BYTES = 64 * 1024
"""Least size to which answers of 413 reduce later batches. One such answer may be mistaken."""

_MOST_DROPPED = 1000
"""Events dropped in one step. A `deque` takes longer to find one that is further from its end."""

_MOST_PASSED_OVER = 16
"""Batches that have failed and are passed over, in search of one that has not."""


class MemoryBuffer(deque[bytes]):
    """Queued events in memory. They are lost when the process ends."""

    __slots__ = ("forgotten", "given_out", "lost", "max_length")

    is_limited_by_length = True

    def __init__(self, max_length: int) -> None:
        super().__init__()
        self.max_length = max_length
        self.given_out = 0
        self.lost: deque[bytes] = deque()
        self.forgotten: deque[int] = deque()

    @property
    def ready(self) -> deque[bytes]:
        return self

    def load(self, _: int, /) -> bool:
        return bool(self)

    def took_back(self) -> None:
        pass

    def take_missing(self) -> tuple[int, int]:
        return 0, 0

    def make_room(self) -> int:
        return 0

    def ids_of(self, _: Iterable[bytes], /) -> list[int]:
        return []

    def keep(self, events: list[bytes], _: str, /) -> list[bytes]:
        return events

    def abandon(self) -> int:
        return 0


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
    """Events that were put back together: `count` of them are left. It never changes.

    `first`, `end` and `failed_at` are as in the batch.
    """

    __slots__ = ("count", "end", "failed_at", "first")

    def __init__(self, first: int, end: int, count: int, failed_at: float | None) -> None:
        self.first = first
        self.end = end
        self.count = count
        self.failed_at = failed_at

    def without(self, number: int) -> Returned:
        """Return what is left of it without so many of the oldest."""
        return Returned(self.first + number, self.end, self.count - number, self.failed_at)


class EventQueue:
    """Events from `track` until they are delivered, rejected or dropped."""

    def __init__(self, buffer: Buffer, *, max_batch_size: int, unreported: Unreported | None = None) -> None:
        """Begin with the events that are in the buffer.

        Args:
            buffer: Place of the queued events.
            max_batch_size: Most events of a batch.
            unreported: Place of the reports. Each change of a count puts its report there.
        """
        self.buffer = buffer
        self._unreported = Unreported() if unreported is None else unreported
        self.max_batch_size = max_batch_size
        self.max_batch_bytes = MAX_BATCH_BYTES
        self._returned: deque[Returned] = deque()
        self._number_returned = 0
        self._fresh = 0
        self._ages = EventAges()
        self._in_flight: set[Batch] = set()
        self._ready: list[Batch] = []
        self._kept = 0
        """Events that this queue gave up, and that its buffer keeps for another process."""
        self._delivered = self._put_back = 0
        self._dropped: dict[str, int] = {}
        self._rejected: dict[str, int] = {}

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
            batch = self._ready[0]
            self._ready = self._ready[1:]
            return batch
        return self._make_batch(self.max_batch_size)

    def recover(self) -> bool:
        """Give batches to `take` again that were taken, because nobody sends them any more.

        A signal handler has raised in the thread of the program that sent them. True if there are
        any.
        """
        has_any = len(self._ready) < len(self._in_flight)
        if has_any:
            self._ready = sorted(self._in_flight, key=lambda batch: batch.first)
        return has_any

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

    def _make_batch(self, limit: int, *, is_ready: bool = False) -> Batch | None:
        """Move the oldest events into flight, `limit` at most.

        Args:
            limit: Largest number of events.
            is_ready: True to keep the batch for a sender that calls `take` later.
        """
        self.buffer.load(limit)
        self._drop_missing()
        # Events that were put back together do not mix with others.
        most = min(limit, self._returned[0].count) if self._returned else limit
        count = self._fitting(min(most, len(self.buffer.ready)))
        if not count:
            return None
        end, ages = self._end_of(count), self._ages.take(count)
        batch = Batch([], self.first, end, ages, self._returned[0].failed_at if self._returned else None)
        ready = sorted((*self._ready, batch), key=lambda ready: ready.first) if is_ready else self._ready
        leaving = islice(iter(self.buffer.ready.popleft, None), count)
        events, left = batch.parts[0], self._left_by(count)
        # One step: see the head of this module.
        events += leaving
        self.buffer.given_out += count
        self._returned, self._number_returned, self._fresh = left
        self._in_flight |= {batch}
        self._ready = ready
        return batch

    def _fitting(self, count: int) -> int:
        """Return how many of so many of the oldest events fit into a batch."""
        room = self.max_batch_bytes - BRACKET_BYTES + SEPARATOR_BYTES
        # By their places: other threads may append meanwhile, which an iterator does not allow.
        oldest = map(self.buffer.ready.__getitem__, range(count))
        if sum(map(len, oldest)) + SEPARATOR_BYTES * count <= room:
            return count
        return _how_many_fit(map(self.buffer.ready.__getitem__, range(count)), room)

    def _end_of(self, count: int) -> int:
        """Return the number after the last of so many of the oldest events."""
        if not self._returned:
            return self._fresh + count
        returned = self._returned[0]
        return returned.end if count == returned.count else returned.first + count

    def _left_by(self, count: int) -> tuple[deque[Returned], int, int]:
        """Return `_returned`, `_number_returned` and `_fresh` without so many oldest events."""
        if not self._returned:
            return self._returned, self._number_returned, self._fresh + count
        returned, number = deque(self._returned), self._number_returned
        while count and returned:
            oldest = returned.popleft()
            leaving = min(count, oldest.count)
            if leaving < oldest.count:
                returned.appendleft(oldest.without(leaving))
            number -= leaving
            count -= leaving
        return returned, number, self._fresh + count

    def settle(self, batch: Batch, *, delivered: int = 0, rejections: Sequence[tuple[int, CoobirdError]] = ()) -> bool:
        """Count the first part of the batch as delivered or rejected.

        False if it was given up and counted before. `rejections` are numbers of rejected events,
        each with the error.
        """
        if batch not in self._in_flight:
            return False
        part = batch.parts[0]
        total = self._rejected.get("refused", 0) + sum(count for count, _ in rejections)
        entries = [rejected(count, "refused", error) for count, error in rejections]
        ids = self.buffer.ids_of(part)
        # One step.
        self.buffer.forgotten += ids
        del batch.parts[0]
        if not batch.parts:
            self._in_flight -= {batch}
        self._delivered += delivered
        if entries:
            self._rejected["refused"] = total
            self._unreported.entries += entries
        return True

    def give_up(self, batch: Batch, reason: str, cause: Exception | None = None) -> list[bytes]:
        """Drop the first part of the batch.

        Returns the events that are lost; none if it was given up before.
        """
        return self._lose(batch, batch.parts[0], batch.parts[1:], reason, cause) if batch in self._in_flight else []

    def _lose(
        self, batch: Batch, events: list[bytes], parts: list[list[bytes]], reason: str, cause: Exception | None
    ) -> list[bytes]:
        """Drop these events of the batch, so that these parts of it are left."""
        lost = self.buffer.keep(events, reason)
        kept = len(events) - len(lost)
        total, entry = self._dropped.get(reason, 0) + len(lost), dropped(len(lost), reason, cause)
        ready = [other for other in self._ready if parts or other is not batch]
        ids = self.buffer.ids_of(lost)
        # One step.
        self.buffer.forgotten += ids
        batch.parts = parts
        if not parts:
            self._in_flight -= {batch}
            self._ready = ready
        self._kept += kept
        if lost:
            self._dropped[reason] = total
            self._unreported.losses += ((lost, reason, cause),)
            self._unreported.entries += (entry,)
        return lost

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
            self._insert(batch, put_back=len(batch.events))

    def _insert(self, batch: Batch, *, put_back: int = 0) -> None:
        """Move the rest of the batch from flight to the queue, behind older ones put back before.

        Args:
            batch: The batch.
            put_back: Number of events to count as put back.
        """
        ready, events = self.buffer.ready, batch.events
        older = [returned for returned in self._returned if returned.first < batch.first]
        younger = [*islice(self._returned, len(older), None)]
        number, count = sum(returned.count for returned in older), len(events)
        self.buffer.load(number)
        while number > len(ready):  # a disk cannot be read at the moment
            younger.insert(0, older.pop())
            number -= younger[0].count
        # A flush that waits for those behind it must not take them for younger ones.
        first = min(batch.first, younger[0].first) if younger else batch.first
        returned = deque([*older, Returned(first, batch.end, count, batch.failed_at), *younger])
        before = [ready[place] for place in range(number)]
        nothing: deque[object] = deque(maxlen=0)
        leaving = islice(iter(ready.popleft, None), number)
        entering = map(ready.appendleft, [*reversed(events), *reversed(before)])
        # One step: operators call these methods, and Python looks for no signals after that.
        nothing += leaving
        nothing += entering
        self.buffer.given_out -= count
        self._returned = returned
        self._number_returned += count
        self._in_flight -= {batch}
        self._put_back += put_back

        before_ages = self._ages.take(number)
        # The first parts of a batch are delivered first.
        self._ages.put_back(youngest(batch.ages, count))
        self._ages.put_back(before_ages)
        self.buffer.took_back()

    def expire(self, time: float, cause: Exception | None = None) -> list[bytes]:
        """Drop waiting events that were first seen before this time.

        Returns those that are lost.
        """
        lost: list[bytes] = []
        for batch in [batch for batch in self._ready if batch.ages[-1][1] < time]:
            lost += self.give_up(batch, "expired", cause)
        while count := self._ages.count_before(time):
            if (old := self._make_batch(min(count, self.max_batch_size), is_ready=True)) is None:
                break
            lost += self.give_up(old, "expired", cause)
        return lost

    def reject(self, reason: str, error: CoobirdError) -> None:
        """Count an event that was never queued as rejected."""
        total, entry = self._rejected.get(reason, 0) + 1, rejected(1, reason, error)
        # One step.
        self._rejected[reason] = total
        self._unreported.entries += (entry,)

    def overflow(self, max_in_flight: int, cause: Exception | None = None) -> list[bytes]:
        """Keep to the limits of the buffer: make batches ready for later senders, then drop events.

        So a burst finds the same room before and after its senders have started. Returns the
        dropped events.
        """
        buffer = self.buffer
        while len(buffer) > buffer.max_length and len(self._in_flight) < max_in_flight:
            if self._make_batch(self.max_batch_size, is_ready=True) is None:
                break
        self._drop_missing()
        dropped = self._drop(buffer.ready, len(buffer) - buffer.max_length, "queue_full", cause)
        if not buffer.is_limited_by_length:
            dropped += self._drop(buffer.ready, buffer.make_room(), "spool_full", cause)
            dropped += self._drop(buffer.lost, len(buffer.lost), "queue_full", cause)
        return dropped

    def drop_queued(self, reason: str, cause: Exception | None = None) -> list[bytes]:
        """Give up all queued events. Returns those that are lost."""
        kept = self.buffer.abandon()
        left = self._left_by(kept)
        # One step.
        self.buffer.given_out += kept
        self._kept += kept
        self._returned, self._number_returned, self._fresh = left

        self._ages.take(kept)
        lost = self._drop(self.buffer.lost, len(self.buffer.lost), reason, cause)
        return lost + self._drop(self.buffer.ready, len(self.buffer), reason, cause)

    def _drop(self, source: deque[bytes], count: int, reason: str, cause: Exception | None) -> list[bytes]:
        """Drop so many of the first events of this part of the buffer, or all.

        They count as the oldest of the queue.
        """
        lost: list[bytes] = []
        while number := max(0, min(count - len(lost), len(source), _MOST_DROPPED)):
            events: list[bytes] = []
            ids = self.buffer.ids_of(map(source.__getitem__, range(number)))
            leaving = islice(iter(source.popleft, None), number)
            left = self._left_by(number)
            total, entry = self._dropped.get(reason, 0) + number, dropped(number, reason, cause)
            # One step.
            events += leaving
            self.buffer.given_out += number
            self.buffer.forgotten += ids
            self._returned, self._number_returned, self._fresh = left
            self._dropped[reason] = total
            self._unreported.losses += ((events, reason, cause),)
            self._unreported.entries += (entry,)

            self._ages.take(number)
            lost += events
        return lost

    def drop_in_flight(self, reason: str, cause: Exception | None = None) -> list[bytes]:
        """Give up all events in flight.

        Returns those that are lost. Answers that still come are too late to count.
        """
        lost: list[bytes] = []
        for batch in sorted(self._in_flight, key=lambda batch: batch.first):
            lost += self._lose(batch, batch.events, [], reason, cause)
        return lost

    def is_settled(self, mark: int) -> bool:
        """True if all events numbered below `mark` are delivered, rejected or dropped."""
        return self.first >= mark and all(batch.first >= mark for batch in self._in_flight)

    def undelivered(self) -> int:
        """Return the number of events that are queued or in flight."""
        return len(self.buffer) + self._kept + self._count_in_flight()

    def stats(self) -> stats.Stats:
        """All counts at this moment."""
        in_flight = self._count_in_flight()
        dropped, rejected = sum(self._dropped.values()), sum(self._rejected.values())
        queued = len(self.buffer) + self._kept
        return stats.Stats(
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

    def _drop_missing(self) -> None:
        """Count events that the buffer could not keep, or that have disappeared from it."""
        if self.buffer.lost:  # a signal handler has raised before they were dropped
            self._drop(self.buffer.lost, len(self.buffer.lost), "queue_full", None)
        missing, kept = self.buffer.take_missing()
        if kept:
            self._ages.take(kept)
            # One step.
            self._fresh += kept
            self._kept += kept
        if missing:
            total, entry = self._dropped.get("spool_damaged", 0) + missing, dropped(missing, "spool_damaged", None)
            self._ages.take(missing)
            # One step. The spool reports them to `on_error`.
            self._fresh += missing
            self._dropped["spool_damaged"] = total
            self._unreported.entries += (entry,)


def _how_many_fit(events: Iterable[bytes], room: int) -> int:
    """Return how many of the events fit into a batch, at least one."""
    number = 0
    for event in events:
        room -= len(event) + SEPARATOR_BYTES
        if room < 0:
            break
        number += 1
    return max(1, number)
