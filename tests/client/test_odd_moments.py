"""Calls in the middle of the pipeline's own work, or while another thread does the same."""

from __future__ import annotations

import json
import sys
import threading
import time
from typing import Any

import pytest

from coobird.errors import CoobirdError, DroppedEventsError
from tests.support.recording import Recorder, accept, pipeline


def test_an_event_tracked_in_the_middle_of_the_pipelines_own_work_is_seen_to_when_that_is_done() -> None:
    release = threading.Event()

    def judge(events: list[dict[str, Any]]) -> Any:
        assert release.wait(20)
        return accept(events)

    session = Recorder(judge)
    subject = pipeline(session, max_queue_size=10, flush_at=10, max_batch_size=1)
    with subject._state._lock:  # as a signal handler or a destructor may find it
        for number in range(200):
            subject.track("c", "a", "task", event_id=str(number))
        assert subject.stats().queued == 200
    deadline = time.monotonic() + 20
    while subject.stats().queued > 10:
        assert time.monotonic() < deadline, "the queue stays too long"
        time.sleep(0.001)
    release.set()
    subject.shutdown(timeout=20)
    stats = subject.stats()
    assert (stats.tracked, stats.queued, stats.in_flight) == (200, 0, 0)
    assert len(session.stored) == stats.delivered > 0


def test_an_event_tracked_while_shutdown_empties_the_queue_is_a_reported_drop(monkeypatch: pytest.MonkeyPatch) -> None:
    errors: list[CoobirdError] = []
    subject = pipeline(Recorder(), on_error=errors.append)
    subject.track("c", "a", "task")
    queue = subject._state._queue
    late: list[threading.Thread] = []

    def drop_and_let_another_thread_track(reason: str, cause: Exception | None) -> list[bytes]:
        monkeypatch.undo()
        lost = queue.drop_queued(reason, cause)
        late.append(threading.Thread(target=subject.track, args=("c", "a", "task"), kwargs={"event_id": "late"}))
        late[0].start()
        while not queue.buffer:  # it is appended without the lock, which this thread holds
            time.sleep(0.001)
        return lost

    monkeypatch.setattr(queue, "drop_queued", drop_and_let_another_thread_track)
    subject.shutdown(timeout=20)
    late[0].join(20)
    (error,) = errors
    assert isinstance(error, DroppedEventsError)
    assert [event["event_id"] for event in error.events] == ["late"]
    assert subject.stats()[:5] == (2, 1, 0, 0, 1)


def test_a_sender_that_ends_by_a_mistake_of_ours_makes_room_for_another(monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[object] = []
    monkeypatch.setattr(threading, "excepthook", ended.append)
    subject = pipeline(Recorder())
    queue = subject._state._queue

    def fail() -> None:
        monkeypatch.delattr(queue, "take")
        raise ZeroDivisionError

    monkeypatch.setattr(queue, "take", fail)
    subject.track("c", "a", "task")
    answer = subject.flush(timeout=20)
    assert answer is not None
    assert (answer.accepted, len(ended)) == (1, 1)
    subject.shutdown()


def test_global_attributes_registered_by_many_threads_at_once_are_all_there() -> None:
    subject = pipeline(Recorder())
    subject.register({})  # what the first event loads is loaded

    def register(name: str) -> None:
        for number in range(100):
            subject.register({f"{name}-{number}": number})
            subject.register({f"{name}-gone": number})
            subject.unregister(f"{name}-gone")

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=register, args=(name,)) for name in "abcd"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(before)
    event = subject.encode_now("c", "a", "task")
    assert json.loads(event)["attributes"] == {f"{name}-{number}": number for name in "abcd" for number in range(100)}
