"""Ages of queued events, without a time in each event."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coobird._delivery.event_ages import MAX_STRETCHES, EventAges, youngest
from tests.delivery.test_event_queue import empty, numbered, taken


def test_an_empty_queue_has_no_oldest_event() -> None:
    assert EventAges().oldest_since is None


def test_an_event_has_the_time_of_the_first_note_that_has_seen_it() -> None:
    ages = EventAges()
    ages.note(3, now=10.0)
    ages.note(5, now=20.0)
    assert ages.oldest_since == 10.0
    assert ages.take(4) == [(3, 10.0), (1, 20.0)]
    assert ages.oldest_since == 20.0


def test_events_that_no_note_has_seen_have_the_time_of_the_last_one() -> None:
    ages = EventAges()
    ages.note(1, now=10.0)
    assert ages.take(3) == [(1, 10.0), (2, 10.0)]
    ages.note(2, now=20.0)
    assert ages.take(2) == [(2, 20.0)]


def test_events_put_back_keep_their_times() -> None:
    ages = EventAges()
    ages.note(2, now=10.0)
    batch = ages.take(2)
    ages.note(1, now=20.0)
    ages.put_back(batch)
    assert ages.take(3) == [(2, 10.0), (1, 20.0)]


def test_a_batch_that_is_taken_and_put_back_again_and_again_leaves_one_stretch() -> None:
    ages = EventAges()
    ages.note(100, now=10.0)
    for count in range(1, 100):
        ages.put_back(ages.take(count))
    assert ages.take(100) == [(100, 10.0)]


def test_events_before_a_time_are_counted_from_the_oldest_on() -> None:
    ages = EventAges()
    for number in range(1, 6):
        ages.note(number, now=10.0 * number)
    assert [ages.count_before(time) for time in (10.0, 11.0, 30.0, 31.0, 99.0)] == [0, 1, 2, 3, 5]


def test_the_first_events_of_a_batch_leave_it_first() -> None:
    assert youngest([(3, 10.0), (2, 20.0)], 3) == [(1, 10.0), (2, 20.0)]
    assert youngest([(3, 10.0), (2, 20.0)], 0) == []


@pytest.mark.parametrize("seconds_between_notes", [0.1, 1.0, 100.0])
def test_a_queue_of_any_length_takes_a_bounded_number_of_stretches(seconds_between_notes: float) -> None:
    ages = EventAges()
    for number in range(1, 20_000):
        ages.note(number, now=number * seconds_between_notes)
    assert len(ages.take(20_000)) <= MAX_STRETCHES + 1


def test_one_early_event_keeps_its_age_behind_which_many_late_ones_wait() -> None:
    ages = EventAges()
    ages.note(1, now=0.0)
    for number in range(2, 1_000):
        ages.note(number, now=100_000.0 + 2.0 * number)
    assert ages.oldest_since == 0.0


NOTES = st.tuples(st.just("note"), st.integers(0, 5), st.floats(0.0, 500.0))
TAKES = st.tuples(st.just("take"), st.integers(1, 6), st.just(0.0))
RETURNS = st.tuples(st.just("put_back"), st.just(0), st.just(0.0))


@given(st.lists(st.one_of(NOTES, TAKES, RETURNS), max_size=1_000))
def test_an_event_is_never_older_than_it_is_and_little_younger(steps: list[tuple[str, int, float]]) -> None:
    ages, real, now, batch = EventAges(), list[float](), 0.0, None
    for kind, count, seconds in steps:
        if kind == "note":
            now += seconds
            real += [now] * count
            ages.note(len(real), now)
        elif kind == "take" and batch is None and real:
            taken_times, real = real[:count], real[count:]
            batch = (ages.take(len(taken_times)), taken_times)
        elif kind == "put_back" and batch is not None:
            ages.put_back(batch[0])
            real, batch = batch[1] + real, None
        assert (ages.oldest_since is None) == (not real)
        if real:
            longest = max(now, 0.0) - real[0]
            assert ages.oldest_since is not None
            assert 0.0 <= ages.oldest_since - real[0] <= max(1.0, longest)
    assert ages.count_before(float("inf")) == len(real)


@given(st.lists(st.floats(0.0, 100.0), min_size=1, max_size=2_000))
def test_an_age_is_too_low_by_a_32nd_of_the_queues_span_at_most(pauses: list[float]) -> None:
    ages, now, real = EventAges(), 0.0, list[float]()
    for pause in pauses:
        now += pause
        real.append(now)
        ages.note(len(real), now)
    allowed = max(1.0, (now - real[0]) / 32)
    read = [since for count, since in ages.take(len(real)) for _ in range(count)]
    assert all(-1e-6 <= seen - true <= allowed + 1e-6 for seen, true in zip(read, real, strict=True))


def test_an_event_in_flight_is_as_old_as_it_was_in_the_queue() -> None:
    queue = empty(max_batch_size=2)
    queue.buffer.append(b"1")
    queue.note_time(10.0)
    for event in numbered(2):
        queue.buffer.append(event)
    queue.note_time(20.0)
    batch = taken(queue)
    assert queue.oldest_since == 10.0
    queue.settle(batch, delivered=2)
    assert queue.oldest_since == 20.0


def test_the_rest_of_a_batch_that_is_put_back_keeps_its_age() -> None:
    queue = empty()
    queue.buffer.append(b"1")
    queue.note_time(10.0)
    queue.buffer.append(b"2")
    queue.note_time(20.0)
    batch = taken(queue)
    queue.split(batch, [[b"1"], [b"2"]])
    queue.settle(batch, delivered=1)
    queue.put_back(batch)
    assert queue.oldest_since == 20.0


def test_dropped_events_have_no_age() -> None:
    queue = empty(max_queue_size=1)
    queue.buffer.append(b"1")
    queue.note_time(10.0)
    queue.buffer.append(b"2")
    queue.note_time(20.0)
    queue.overflow(max_in_flight=0)
    assert queue.oldest_since == 20.0
    queue.drop_queued("shutdown")
    assert queue.oldest_since is None
