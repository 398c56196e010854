"""Time at which events are sent, and number of senders: tables of numbers, no clock."""

from __future__ import annotations

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coobird._delivery.health import MAX_SENDERS, Health
from coobird._delivery.schedule import LINGER_SECONDS, Schedule, wake_at_length_if_busy
from coobird.errors import AuthenticationError

REFUSAL = AuthenticationError("no", method="POST", path="/", status_code=401)


def test_events_wait_until_there_are_flush_at() -> None:
    schedule = Schedule(flush_at=20, flush_interval=0, max_batch_size=100)
    assert schedule.seconds_until_due(0, 19, now=5.0) == inf
    assert schedule.seconds_until_due(0, 20, now=5.0) == 0.0


def test_what_was_there_at_flush_at_is_sent_to_the_last_event() -> None:
    schedule = Schedule(flush_at=20, flush_interval=0, max_batch_size=100)
    assert schedule.seconds_until_due(0, 25, now=5.0) == 0.0
    assert schedule.seconds_until_due(20, 5, now=5.0) == 0.0
    assert schedule.seconds_until_due(25, 3, now=5.0) == inf


def test_events_wait_no_longer_than_flush_interval() -> None:
    schedule = Schedule(flush_at=20, flush_interval=10, max_batch_size=100)
    assert schedule.seconds_until_due(0, 0, now=1.0) == inf
    assert schedule.seconds_until_due(0, 1, now=100.0) == 10.0
    assert schedule.seconds_until_due(0, 5, now=107.0) == 3.0
    assert schedule.seconds_until_due(0, 5, now=110.0) == 0.0
    schedule.sent(110.0)
    assert schedule.seconds_until_due(5, 2, now=112.0) == 8.0


def test_the_timer_starts_anew_after_the_queue_was_empty() -> None:
    schedule = Schedule(flush_at=20, flush_interval=10, max_batch_size=100)
    schedule.seconds_until_due(0, 1, now=0.0)
    schedule.seconds_until_due(1, 0, now=5.0)
    assert schedule.seconds_until_due(1, 1, now=8.0) == 10.0


def test_events_to_send_now_do_not_wait_and_later_events_do() -> None:
    schedule = Schedule(flush_at=20, flush_interval=0, max_batch_size=100)
    schedule.send_now(3)
    assert schedule.seconds_until_due(0, 5, now=0.0) == 0.0
    assert schedule.seconds_until_due(3, 2, now=0.0) == inf


@pytest.mark.parametrize(("interval", "queued", "alarm"), [(10.0, 0, 1), (10.0, 5, 20), (0.0, 0, 20), (0.0, 5, 20)])
def test_a_waiting_sender_hears_of_the_first_event_only_if_that_starts_a_timer(
    interval: float, queued: int, alarm: int
) -> None:
    assert Schedule(20, interval, 100).wake_at_length(queued) == alarm


def test_soon_after_a_batch_only_a_full_one_is_due() -> None:
    schedule = Schedule(flush_at=20, flush_interval=0, max_batch_size=100)
    schedule.sent(1.0)
    assert schedule.seconds_until_due(0, 99, now=1.0) == pytest.approx(LINGER_SECONDS)
    assert schedule.wake_at_length(99) == 100
    assert schedule.seconds_until_due(0, 100, now=1.0) == 0.0


def test_a_batch_that_is_not_full_waits_a_moment_and_no_longer() -> None:
    schedule = Schedule(flush_at=20, flush_interval=0.01, max_batch_size=100)
    schedule.sent(1.0)
    assert schedule.seconds_until_due(0, 20, now=1.0) == pytest.approx(0.01)
    schedule = Schedule(flush_at=20, flush_interval=10, max_batch_size=100)
    schedule.sent(1.0)
    assert schedule.seconds_until_due(0, 19, now=1.0) == 10.0
    assert schedule.seconds_until_due(0, 20, now=1.0 + LINGER_SECONDS) == 0.0


def test_events_to_send_now_do_not_wait_for_a_full_batch() -> None:
    schedule = Schedule(flush_at=20, flush_interval=10, max_batch_size=100)
    schedule.sent(1.0)
    schedule.send_now(30)
    assert schedule.seconds_until_due(0, 30, now=1.0) == 0.0


def test_each_event_is_sent_at_once_if_that_is_asked_for() -> None:
    schedule = Schedule(flush_at=1, flush_interval=10, max_batch_size=100)
    schedule.sent(1.0)
    assert schedule.seconds_until_due(0, 1, now=1.0) == 0.0


@given(st.integers(0, 10_000), st.integers(1, 1000), st.integers(1, 10_000))
def test_senders_at_work_are_looked_after_before_the_queue_is_too_long(queued: int, batch: int, limit: int) -> None:
    alarm = wake_at_length_if_busy(queued, batch, limit)
    assert 1 <= alarm <= limit + 1
    assert alarm > queued or queued > limit


@pytest.mark.parametrize(
    ("backlog", "seconds", "senders"),
    [
        (50, 0.05, 1),
        (100, 0.002, 1),
        (100, 0.05, 5),
        (100, 0.2, MAX_SENDERS),
        (100, 60.0, MAX_SENDERS),
        (50, 2.5, 3),
        (0, -inf, 1),
    ],
)
def test_slow_answers_and_a_backlog_call_for_more_senders(backlog: int, seconds: float, senders: int) -> None:
    assert Health().senders_wanted(backlog, 100, oldest_request_seconds=seconds) == senders


@pytest.mark.parametrize(
    ("backlog", "failures", "answer", "senders"),
    [(99, 0, 0.001, 1), (100, 0, 0.001, 2), (100, 0, 0.05, 5), (100, 1, 0.001, 2), (100, 2, 0.001, 1)],
)
def test_while_the_program_waits_a_sender_computes_while_another_waits_for_its_answer(
    backlog: int, failures: int, answer: float, senders: int
) -> None:
    health = Health()
    for _ in range(20):
        health.succeeded(answer, now=0.0)
    for _ in range(failures):
        health.failed(OSError("no answer"))
    assert health.senders_wanted(backlog, 100, -inf, is_waited_for=True) == senders


def test_the_senders_wanted_follow_the_answers_down_again() -> None:
    health = Health()
    for _ in range(20):
        health.succeeded(0.05, now=0.0)
    assert health.senders_wanted(100, 100, -inf) == 5
    for _ in range(20):
        health.succeeded(0.001, now=0.0)
    assert health.senders_wanted(100, 100, -inf) == 1


def test_after_one_failure_another_sender_tries_and_after_two_none_does() -> None:
    health = Health()
    health.failed(REFUSAL)
    assert health.senders_wanted(100, 100, 60.0) == 2
    health.failed(REFUSAL)
    assert health.senders_wanted(100, 100, 60.0) == 1
    assert health.seconds_until_more(1, 100, 100, 60.0) == inf
    health.succeeded(0.5, now=0.0)
    assert health.senders_wanted(100, 100, 60.0) == MAX_SENDERS


@given(st.integers(1, MAX_SENDERS), st.integers(0, 1000), st.floats(0, 0.2))
def test_one_more_sender_steps_in_exactly_when_one_more_is_wanted(busy: int, backlog: int, age: float) -> None:
    health = Health()
    seconds = health.seconds_until_more(busy, backlog, 100, age)
    if busy >= MAX_SENDERS:
        assert seconds == inf
    elif health.senders_wanted(backlog, 100, age) <= busy:
        assert health.senders_wanted(backlog, 100, age + seconds + 1e-6) > busy


def test_a_refused_key_stops_delivery_for_longer_and_longer() -> None:
    health = Health()
    assert health.refused(REFUSAL, now=100.0, jitter=0.0)
    assert health.paused_until == 101.0
    assert health.senders_wanted(1000, 100, 60.0) == 1
    # Answers to requests that were sent at the same time say nothing new.
    assert not health.refused(REFUSAL, now=100.5, jitter=0.0)
    assert health.paused_until == 101.0
    assert not health.refused(REFUSAL, now=101.0, jitter=0.0)
    assert health.paused_until == 103.0
    health.try_now()
    assert health.paused_until == 0.0
    health.succeeded(0.1, now=0.0)
    assert health.refusal is None
    assert health.refused(REFUSAL, now=200.0, jitter=0.0)
    assert health.paused_until == 201.0


def test_a_pause_is_never_shortened_by_another() -> None:
    health = Health()
    health.pause(10.0)
    health.pause(5.0)
    assert health.paused_until == 10.0
    health.try_now()
    assert health.paused_until == 10.0
