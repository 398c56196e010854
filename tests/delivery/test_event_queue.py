"""Counts of the queue: each event is in exactly one place, whatever happens to it."""

from __future__ import annotations

import json

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule

from coobird._delivery.queue import MAX_BATCH_BYTES, MIN_BATCH_BYTES, Batch, EventQueue, MemoryBuffer
from coobird._delivery.unreported import Unreported
from coobird._encoding.batch import batch_of
from coobird.errors import InvalidEventError


def numbered(count: int, first: int = 0) -> list[bytes]:
    return [b'{"event_id":"%d"}' % number for number in range(first, first + count)]


def empty(*, max_batch_size: int = 1000, max_queue_size: int = 1000) -> EventQueue:
    return EventQueue(MemoryBuffer(max_queue_size), max_batch_size=max_batch_size)


def filled(count: int, *, max_batch_size: int = 100, max_queue_size: int = 1000) -> EventQueue:
    queue = empty(max_batch_size=max_batch_size, max_queue_size=max_queue_size)
    for event in numbered(count):
        queue.buffer.append(event)
    return queue


def waiting(queue: EventQueue) -> list[bytes]:
    assert isinstance(queue.buffer, MemoryBuffer)
    return list(queue.buffer)


def taken(queue: EventQueue) -> Batch:
    batch = queue.take()
    assert batch is not None
    return batch


def test_a_batch_has_the_oldest_events_and_no_more_than_max_batch_size() -> None:
    queue = filled(5, max_batch_size=3)
    assert taken(queue).events == numbered(3)
    assert taken(queue).events == numbered(2, first=3)
    assert queue.take() is None


def test_a_batch_ends_before_its_body_is_too_large() -> None:
    queue = empty()
    for _ in range(10):
        queue.buffer.append(b'"%b"' % (b"x" * 200_000))
    sizes = []
    while (batch := queue.take()) is not None:
        sizes.append(len(batch_of(batch.events)))
    assert len(sizes) == 2
    assert max(sizes) <= MAX_BATCH_BYTES


def test_a_batch_may_fill_its_body_to_the_last_byte() -> None:
    around = len(batch_of([b"", b""]))
    first, second = b"x" * (MAX_BATCH_BYTES - around - 10), b"x" * 10
    queue = empty()
    queue.buffer.append(first)
    queue.buffer.append(second)
    assert len(batch_of(taken(queue).events)) == MAX_BATCH_BYTES
    queue.buffer.append(first)
    queue.buffer.append(second + b"x")
    assert taken(queue).events == [first]


def test_a_batch_that_was_too_large_makes_the_next_ones_smaller_but_not_tiny() -> None:
    queue = empty()
    for _ in range(30):
        queue.buffer.append(b'"%b"' % (b"x" * 99_998))
    batch = taken(queue)
    size = len(batch_of(batch.events))
    queue.split(batch, [batch.events[:5], batch.events[5:]], is_too_large=True)
    assert len(batch_of(taken(queue).events)) <= size // 2
    queue.split(batch, [[b"x" * 999]], is_too_large=True)
    for _ in range(2):
        queue.split(batch, [[b"x" * 999]], is_too_large=True)
        assert queue.max_batch_bytes == MIN_BATCH_BYTES
    # A larger event is still sent, alone.
    assert len(taken(queue).events) == 1


def test_a_body_is_the_events_as_they_are() -> None:
    assert json.loads(batch_of(numbered(3))) == {"events": [{"event_id": "0"}, {"event_id": "1"}, {"event_id": "2"}]}


def test_a_full_queue_drops_the_oldest_and_returns_them() -> None:
    queue = filled(15, max_queue_size=10)
    assert queue.overflow(max_in_flight=0) == numbered(5)
    assert waiting(queue) == numbered(10, first=5)
    assert queue.stats().dropped_by_reason == {"queue_full": 5}


def test_a_full_queue_makes_batches_ready_before_it_drops_anything() -> None:
    queue = filled(30, max_batch_size=5, max_queue_size=10)
    assert queue.overflow(max_in_flight=2) == numbered(10, first=10)
    assert queue.stats()[:5] == (30, 0, 10, 10, 10)
    assert queue.backlog == 20
    assert taken(queue).events == numbered(5)
    assert taken(queue).events == numbered(5, first=5)
    assert taken(queue).events == numbered(5, first=20)


def test_what_is_put_back_is_the_next_to_be_taken() -> None:
    queue = filled(5, max_batch_size=3)
    first, second = taken(queue), taken(queue)
    queue.put_back(second)
    queue.put_back(first)
    assert waiting(queue) == numbered(5)
    assert taken(queue).events == numbered(3)


def test_a_batch_that_was_given_up_cannot_be_settled_afterwards() -> None:
    queue = filled(3)
    batch = taken(queue)
    assert queue.drop_in_flight("shutdown") == numbered(3)
    assert not queue.settle(batch, delivered=3)
    queue.put_back(batch)
    assert queue.stats()[:5] == (3, 0, 0, 0, 3)


def test_only_what_is_left_of_a_batch_is_given_up() -> None:
    queue = filled(4)
    batch = taken(queue)
    queue.split(batch, [batch.events[:1], batch.events[1:]])
    assert queue.settle(batch, delivered=1)
    assert queue.stats().in_flight == 3
    assert queue.drop_in_flight("shutdown") == numbered(3, first=1)


def test_a_mark_is_settled_when_all_events_before_it_are() -> None:
    queue = filled(5, max_batch_size=3)
    mark = queue.end
    queue.buffer.append(b"later")
    first, second = taken(queue), taken(queue)
    queue.settle(second, delivered=3)
    assert not queue.is_settled(mark)
    queue.put_back(first)
    assert not queue.is_settled(mark)
    queue.settle(taken(queue), delivered=3)
    assert queue.is_settled(mark)


def test_batches_put_back_in_any_order_wait_in_the_order_of_their_events() -> None:
    queue = filled(9, max_batch_size=3)
    batches = [taken(queue) for _ in range(3)]
    for number in (1, 2, 0):
        queue.put_back(batches[number])
    assert waiting(queue) == numbered(9)
    assert (queue.first, queue.gone, queue.end) == (0, 0, 9)
    assert [taken(queue).events for _ in range(3)] == [numbered(3, first) for first in (0, 3, 6)]
    assert (queue.first, queue.gone, queue.end) == (9, 9, 9)


def test_a_batch_does_not_mix_events_that_failed_with_others() -> None:
    queue = filled(4, max_batch_size=10)
    failed = taken(queue)
    failed.failed_at = 5.0
    queue.put_back(failed)
    for event in numbered(4, first=4):
        queue.buffer.append(event)
    again, later = taken(queue), taken(queue)
    assert (again.events, again.first, again.end, again.failed_at) == (numbered(4), 0, 4, 5.0)
    assert (later.events, later.first, later.end, later.failed_at) == (numbered(4, first=4), 4, 8, None)


def test_other_events_than_the_oldest_can_be_taken_if_there_are_any() -> None:
    queue = filled(5, max_batch_size=3)
    other = queue.take_other()
    assert other is not None
    assert other.events == numbered(2, first=3)
    assert waiting(queue) == numbered(3)
    only = queue.take_other()
    assert only is not None
    assert only.events == numbered(3)
    assert queue.take_other() is None
    assert queue.stats().retried == 0


def test_batches_that_have_failed_are_passed_over_if_there_are_other_events() -> None:
    queue = filled(8, max_batch_size=2)
    failed = [taken(queue) for _ in range(3)]
    for batch in failed:
        batch.failed_at = 5.0
        queue.put_back(batch)
    other = queue.take_other()
    assert other is not None
    assert other.events == numbered(2, first=6)
    assert waiting(queue) == numbered(6)
    last = queue.take_other()
    assert last is not None
    assert last.events == numbered(2, first=4)
    assert waiting(queue) == numbered(4)


def test_events_that_are_ready_and_older_go_before_those_put_back() -> None:
    queue = filled(30, max_batch_size=5, max_queue_size=10)
    first = taken(queue)
    queue.overflow(max_in_flight=3)
    queue.put_back(first)
    assert [taken(queue).first for _ in range(3)] == [0, 5, 10]


def test_only_waiting_events_that_were_seen_before_a_time_expire() -> None:
    queue = empty(max_batch_size=2, max_queue_size=100)
    for number in range(10):
        queue.buffer.append(numbered(1, first=number)[0])
        queue.note_time(10.0 * number)
    in_flight = taken(queue)
    assert queue.expire(55.0) == numbered(4, first=2)
    assert queue.expire(55.0) == []
    assert queue.is_open(in_flight)
    assert queue.stats().dropped_by_reason == {"expired": 4}
    assert waiting(queue) == numbered(4, first=6)


REFUSED = InvalidEventError("The server rejected an event.")


class Durable(MemoryBuffer):
    """Keeps events that are given up, as if on disk, where two have disappeared."""

    is_limited_by_length = False
    missing = 2

    def take_missing(self) -> tuple[int, int]:
        missing, self.missing = self.missing, 0
        for _ in range(missing):
            self.popleft()
        return missing, 0

    def keep(self, events: list[bytes], _: str, /) -> list[bytes]:
        return [event for event in events if event.startswith(b"in memory")]

    def abandon(self) -> int:
        number = len(self)
        self.lost += self.keep(list(self), "")
        self.clear()
        return number - len(self.lost)


def test_a_buffer_that_keeps_events_elsewhere_says_which_are_lost_and_the_others_count_as_queued() -> None:
    queue = EventQueue(Durable(100), max_batch_size=2)
    for event in [*numbered(6), b"in memory 1", *numbered(1, first=6), b"in memory 2"]:
        queue.buffer.append(event)
    first, second = taken(queue), taken(queue)
    assert (first.events, first.first) == (numbered(2, first=2), 2)
    assert queue.give_up(first, "shutdown") == []
    assert queue.give_up(first, "shutdown") == []
    assert queue.drop_in_flight("shutdown") == []
    assert not queue.settle(second, delivered=2)
    assert taken(queue).events == [b"in memory 1", *numbered(1, first=6)]
    assert queue.drop_in_flight("shutdown") == [b"in memory 1"]
    assert queue.drop_queued("shutdown") == [b"in memory 2"]
    stats = queue.stats()
    assert stats[:5] == (9, 0, 5, 0, 4)
    assert stats.dropped_by_reason == {"spool_damaged": 2, "shutdown": 2}
    assert queue.is_settled(queue.end)


class Counts(RuleBasedStateMachine):
    """Does everything that can happen, in any order; the model has the events of each place."""

    batches = Bundle("batches")

    def __init__(self) -> None:
        super().__init__()
        self.unreported = Unreported()
        self.queue = EventQueue(MemoryBuffer(10), max_batch_size=4, unreported=self.unreported)
        self.appended = 0
        self.gone: list[bytes] = []
        self.delivered = self.dropped = self.rejected = 0

    @rule(count=st.integers(1, 8))
    def append(self, count: int) -> None:
        for event in numbered(count, first=self.appended):
            self.queue.buffer.append(event)
        self.appended += count

    @rule(target=batches)
    def take(self) -> object:
        batch = self.queue.take()
        return multiple() if batch is None else batch

    @rule(max_in_flight=st.integers(0, 3))
    def overflow(self, max_in_flight: int) -> None:
        self._drop(self.queue.overflow(max_in_flight))
        assert len(self.queue) <= 10

    @rule(batch=batches)
    def deliver(self, batch: Batch) -> None:
        part = list(batch.parts[0]) if batch.parts else []
        if part and self.queue.settle(batch, delivered=len(part)):
            self.gone += part
            self.delivered += len(part)

    @rule(batch=batches)
    def reject_some_and_deliver_the_rest(self, batch: Batch) -> None:
        part = list(batch.parts[0]) if batch.parts else []
        if part and self.queue.settle(batch, delivered=len(part) - 1, rejections=[(1, REFUSED)]):
            self.gone += part
            self.delivered += len(part) - 1
            self.rejected += 1

    @rule(batch=batches)
    def give_up(self, batch: Batch) -> None:
        if batch.parts:
            self._drop(self.queue.give_up(batch, "retries_exhausted"))

    @rule(batch=batches, at=st.integers(1, 3))
    def split(self, batch: Batch, at: int) -> None:
        if batch.parts and len(batch.parts[0]) > at:
            self.queue.split(batch, [batch.parts[0][:at], batch.parts[0][at:]])

    @rule(batch=consumes(batches))
    def put_back(self, batch: Batch) -> None:
        self.queue.put_back(batch)

    @rule(target=batches)
    def take_other(self) -> object:
        batch = self.queue.take_other()
        return multiple() if batch is None else batch

    @rule(time=st.integers(0, 40))
    def expire(self, time: int) -> None:
        self.queue.note_time(float(self.appended))
        self._drop(self.queue.expire(float(time)))

    @rule()
    def drop_in_flight(self) -> None:
        self._drop(self.queue.drop_in_flight("shutdown"))

    @rule()
    def drop_queued(self) -> None:
        self._drop(self.queue.drop_queued("shutdown"))

    @rule()
    def reject_one_that_was_never_queued(self) -> None:
        self.queue.reject("invalid", REFUSED)
        self.rejected += 1
        self.appended += 1
        self.gone.append(numbered(1, first=self.appended - 1)[0])

    @invariant()
    def the_counts_add_up(self) -> None:
        stats = self.queue.stats()
        assert stats.tracked == self.appended
        assert stats.tracked == stats.delivered + stats.queued + stats.in_flight + stats.dropped + stats.rejected
        assert (stats.delivered, stats.dropped, stats.rejected) == (self.delivered, self.dropped, self.rejected)
        assert sum(stats.dropped_by_reason.values()) == stats.dropped
        assert sum(stats.rejected_by_reason.values()) == stats.rejected

    @invariant()
    def what_is_counted_is_to_be_reported(self) -> None:
        stats = self.queue.stats()
        assert sum(entry.count for entry in self.unreported.entries) == stats.dropped + stats.rejected
        assert sum(len(events) for events, _, _ in self.unreported.losses) == stats.dropped

    @invariant()
    def each_event_is_in_one_place(self) -> None:
        assert len(self.gone) == len(set(self.gone))
        assert self.queue.is_settled(self.queue.end) == (self.appended == len(self.gone))

    @invariant()
    def waiting_events_are_in_their_order(self) -> None:
        numbers = [json.loads(event)["event_id"] for event in waiting(self.queue)]
        assert numbers == sorted(numbers, key=int)

    def _drop(self, events: list[bytes]) -> None:
        self.gone += events
        self.dropped += len(events)


TestCounts = Counts.TestCase
