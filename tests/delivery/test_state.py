"""Shared state of a delivery, without sender threads: flushes, the key, the child of a fork."""

from __future__ import annotations

import threading
from time import monotonic

from coobird._delivery.queue import Batch
from coobird._delivery.reporter import Reporter
from coobird._delivery.state import Flush, State
from coobird._delivery.upkeep import MemoryUpkeep
from coobird._settings.api_key import ApiKey
from coobird._settings.settings import Settings
from coobird.errors import AuthenticationError, CoobirdError, DroppedEventsError

ANSWER = {"accepted": 2, "duplicates": 0, "rejected": 0, "results": []}
REFUSAL = AuthenticationError("no", method="POST", path="/", status_code=401)


def new_state(errors: list[CoobirdError] | None = None) -> State:
    settings = Settings(ApiKey("sk_test"), flush_interval=0, max_batch_size=2)
    upkeep = MemoryUpkeep(max_queue_size=settings.max_queue_size)
    return State(settings, Reporter(None if errors is None else errors.append), upkeep)


def track(state: State, count: int) -> None:
    for number in range(count):
        state.append(b'{"event_id":"%d"}' % number)


def no_sender() -> None:
    """No sender can start."""


def begun(state: State) -> Flush:
    flush = state.begin_flush()
    assert flush is not None
    return flush


def taken(state: State) -> Batch:
    batch = state.take_here()
    assert batch is not None
    return batch


def settle(state: State, batch: Batch) -> bool:
    is_open = state.settle(batch, 2, dict(ANSWER))
    state.report()
    return is_open


def test_a_flush_is_settled_once_all_events_that_were_tracked_before_it_are() -> None:
    state = new_state()
    assert state.begin_flush() is None
    track(state, 4)
    flush = begun(state)
    track(state, 2)
    first, second = taken(state), taken(state)
    assert settle(state, second)
    assert not state.is_settled(flush)
    assert settle(state, first)
    assert state.is_settled(flush)
    assert flush.answer["accepted"] == 4


def test_a_flush_tests_a_refused_key_once_more_before_it_counts_as_refused() -> None:
    state = new_state()
    track(state, 2)
    batch = taken(state)  # its answer says nothing about the key of the moment when the flush begins
    flush = begun(state)
    assert state.hold(batch, REFUSAL, 0.0)
    assert not state.is_on_hold_for(flush)
    assert not state.hold(taken(state), REFUSAL, 0.0)
    assert state.is_on_hold_for(flush)
    assert not state.is_settled(flush)


def test_the_child_of_a_fork_waits_for_no_event_of_the_parent_and_counts_none() -> None:
    state = new_state()
    track(state, 6)
    flush, batch = begun(state), taken(state)
    generation = state.generation
    state.reset_after_fork()
    assert state.is_settled(flush)
    state.end_flush(flush)
    assert not state.is_open(batch)
    assert not settle(state, batch)
    state.hold(batch, REFUSAL, 0.0)
    state.report()
    assert state.stats()[:5] == (0, 0, 0, 0, 0)
    track(state, 2)
    assert state.next_batch(generation, no_sender) is None
    assert state.stats().queued == 2


def test_the_child_of_a_fork_has_a_lock_of_its_own() -> None:
    state = new_state()
    is_held, is_over = threading.Event(), threading.Event()

    def hold_the_lock() -> None:
        with state._lock:
            is_held.set()
            is_over.wait(20)

    thread = threading.Thread(target=hold_the_lock)
    thread.start()
    assert is_held.wait(20)
    state.reset_after_fork()
    track(state, 1)
    assert state.stats().queued == 1
    is_over.set()
    thread.join()


def test_a_state_that_has_finished_stays_finished_in_the_child_of_a_fork() -> None:
    errors: list[CoobirdError] = []
    state = new_state(errors)
    state.begin_shutdown(monotonic())
    state.finish()
    state.reset_after_fork()
    track(state, 1)
    assert len(state.buffer) >= state.wake_at_length
    state.look_after_queue(no_sender)
    state.report_losses()
    (error,) = errors
    assert isinstance(error, DroppedEventsError)
    assert state.stats().dropped_by_reason == {"after_shutdown": 1}


def test_what_is_in_flight_at_the_deadline_is_dropped_and_a_late_answer_changes_nothing() -> None:
    errors: list[CoobirdError] = []
    state = new_state(errors)
    track(state, 2)
    batch = taken(state)
    state.begin_shutdown(monotonic())
    state.finish()
    assert not settle(state, batch)
    assert not state.was_idle
    assert state.stats()[:5] == (2, 0, 0, 0, 2)
    assert [type(error) for error in errors] == [DroppedEventsError]
