"""The whole pipeline, with a session that sends nothing: its counts, and calls from odd places."""

from __future__ import annotations

import gc
import itertools
import json
import random
import threading
import time
import weakref
from typing import Any

import pytest

from coobird._delivery.stats import Stats
from coobird._http.answer import Answer
from coobird.errors import APIConnectionError, CoobirdError, DroppedEventsError, InvalidEventError
from tests.support.recording import Recorder, accept, pipeline

pytestmark = pytest.mark.usefixtures("quick_retries")


def moody(dice: random.Random) -> Any:
    """A server that does everything a server can do, and mostly works."""

    def judge(events: list[dict[str, Any]]) -> Answer:
        mood = dice.random()
        if mood < 0.05:
            raise APIConnectionError("away", method="POST", path="/")
        if mood < 0.1:
            return Answer(dice.choice([500, 503, 408, 429]), {"retry-after": "0"}, b"")
        if mood < 0.12:
            return Answer(dice.choice([401, 403]), {}, b"{}")
        if mood < 0.14:
            return Answer(404, {}, b"{}")
        if mood < 0.16:
            return Answer(200, {}, b"<html>")
        if mood < 0.2 and len(events) > 1:
            return Answer(413, {}, b"{}")
        if any(event["event_id"].endswith("13") for event in events):
            return Answer(422, {}, b"{}")
        if mood < 0.4:
            rejected = [{"event_id": events[0]["event_id"], "status": "rejected"}]
            results = {"accepted": len(events) - 1, "duplicates": 0, "rejected": 1, "results": rejected}
            return Answer(200, {}, json.dumps(results).encode())
        return accept(events)

    return judge


def counts_add_up(stats: Stats) -> bool:
    return stats.tracked == stats.delivered + stats.queued + stats.in_flight + stats.dropped + stats.rejected


@pytest.mark.parametrize("seed", range(3))
def test_the_counts_add_up_at_every_moment_whatever_happens(seed: int) -> None:
    errors: list[CoobirdError] = []
    session = Recorder(moody(random.Random(seed)))
    subject = pipeline(session, max_queue_size=300, max_batch_size=20, flush_at=10, on_error=errors.append)
    threads, per_thread = 8, 700
    finished = threading.Event()
    seen: list[Stats] = []

    def watch() -> None:
        while not finished.is_set():
            seen.append(subject.stats())

    def work(name: int) -> None:
        for number in range(per_thread):
            subject.track("c", "a", "task" if number % 50 else "bad", event_id=f"{name}-{number}")
            if number % 200 == 150:
                subject.flush(timeout=20)

    watching = threading.Thread(target=watch)
    working = [threading.Thread(target=work, args=(name,)) for name in range(threads)]
    for thread in [watching, *working]:
        thread.start()
    for thread in working:
        thread.join()
    subject.shutdown(timeout=30)
    finished.set()
    watching.join()
    stats = subject.stats()
    assert all(map(counts_add_up, seen))
    assert all(before.tracked <= after.tracked for before, after in itertools.pairwise(seen))
    assert (stats.tracked, stats.queued, stats.in_flight) == (threads * per_thread, 0, 0)
    reported_dropped = sum(error.count for error in errors if isinstance(error, DroppedEventsError))
    reported_rejected = sum(isinstance(error, InvalidEventError) for error in errors)
    assert (reported_dropped, reported_rejected) == (stats.dropped, stats.rejected)


def test_track_flush_stats_and_shutdown_may_be_called_from_on_error() -> None:
    def on_error(error: CoobirdError) -> None:
        calls.append(error)
        if len(calls) < 5:
            subject.track("c", "a", "task", event_id=f"again-{len(calls)}")
            subject.track("", "a", "task")
            assert subject.flush() is None
            subject.stats()
        else:
            subject.shutdown()

    calls: list[CoobirdError] = []
    session = Recorder(lambda events: Answer(404, {}, b"{}"))
    subject = pipeline(session, on_error=on_error, flush_at=1)
    subject.track("c", "a", "task", event_id="first")
    subject.shutdown(timeout=20)
    stats = subject.stats()
    assert (stats.queued, stats.in_flight) == (0, 0)
    assert counts_add_up(stats)
    assert isinstance(calls[0], DroppedEventsError)


def test_on_error_may_shut_down_in_a_sender_that_is_ending() -> None:
    """The last sender reports dropped events only after it has stopped being a sender."""
    is_refused, is_shut_down = threading.Event(), threading.Event()

    def on_error(error: CoobirdError) -> None:
        is_refused.set()
        if isinstance(error, DroppedEventsError):
            subject.shutdown()
            is_shut_down.set()

    subject = pipeline(Recorder(lambda events: Answer(401, {}, b"{}")), on_error=on_error, flush_at=1)
    subject.track("c", "a", "task")
    assert is_refused.wait(20)
    subject._delivery.begin_shutdown(time.monotonic() + 0.05)
    assert is_shut_down.wait(20)
    assert subject.stats().dropped_by_reason == {"unauthorized": 1}


def test_a_destructor_may_track_at_any_moment() -> None:
    """The garbage collector runs destructors at any point, also while the thread holds a lock."""

    class Tracking:
        def __init__(self) -> None:
            self.itself = self

        def __del__(self) -> None:
            subject.track("c", "a", "task")
            subject.stats()

    subject = pipeline(Recorder(), max_queue_size=50, flush_at=1)
    before = gc.get_threshold()
    gc.set_threshold(1)
    try:
        for _ in range(300):
            Tracking()
            subject.track("c", "a", "task")
    finally:
        gc.set_threshold(*before)
    gc.collect()
    subject.shutdown(timeout=20)
    assert subject.stats().tracked == 600
    assert counts_add_up(subject.stats())


def test_a_forgotten_pipeline_delivers_and_goes_away_with_its_threads() -> None:
    session = Recorder()
    subject = pipeline(session)
    for number in range(150):
        subject.track("c", "a", "task", event_id=str(number))
    threads = subject._delivery._senders.threads()
    gone = weakref.ref(subject._delivery)
    assert threads
    del subject
    gc.collect()
    for thread in threads:
        thread.join(20)
        assert not thread.is_alive()
    assert len(session.stored) == 150
    del thread, threads
    gc.collect()
    assert gone() is None


def test_a_pipeline_without_events_starts_no_thread() -> None:
    before = threading.active_count()
    subject = pipeline(Recorder())
    assert subject.flush() is None
    subject.register({"a": 1})
    subject.track("", "a", "task")
    subject.shutdown()
    assert threading.active_count() == before


def test_idle_senders_end_and_one_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coobird._delivery.state.SENDER_IDLE_SECONDS", 0.05)
    release = threading.Event()

    def judge(events: list[dict[str, Any]]) -> Answer:
        assert release.wait(20)
        return accept(events)

    subject = pipeline(Recorder(judge), max_batch_size=10, flush_at=10)
    for _ in range(500):
        subject.track("c", "a", "task")
    flushing = threading.Thread(target=subject.flush)
    flushing.start()
    threads = subject._delivery._senders.threads
    for _ in range(2000):
        many = [thread for thread in threads() if thread.is_alive()]
        if len(many) > 2:
            break
        release.wait(0.01)
    assert len(many) > 2
    release.set()
    flushing.join(20)
    for _ in range(2000):
        alive = [thread for thread in threads() if thread.is_alive()]
        if len(alive) == 1:
            break
        alive[0].join(0.01)
    assert len(alive) == 1
    subject.track("c", "a", "task")
    assert subject.flush() is not None
    subject.shutdown()


def test_a_mistake_of_ours_drops_a_batch_out_loud_and_delivery_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        monkeypatch.undo()
        raise ZeroDivisionError

    errors: list[CoobirdError] = []
    session = Recorder()
    subject = pipeline(session, on_error=errors.append)
    monkeypatch.setattr("coobird._delivery.outcome.outcome_of", fail)
    subject.track("c", "a", "task")
    subject.flush()
    subject.track("c", "a", "task", event_id="next")
    subject.flush()
    assert session.stored >= {"next"}
    (error,) = errors
    assert isinstance(error, DroppedEventsError)
    assert isinstance(error.__cause__, ZeroDivisionError)
    assert subject.stats().dropped_by_reason == {"failed": 1}
    subject.shutdown()


def test_a_disabled_pipeline_does_nothing() -> None:
    session = Recorder()
    subject = pipeline(session, disabled=True)
    subject.track("c", "a", "task")
    subject.track("", "", "")
    assert subject.flush() is None
    subject.shutdown()
    assert subject.stats().tracked == 0
    assert session.bodies == []


def test_encode_now_returns_the_event_and_raises_what_track_reports() -> None:
    subject = pipeline(Recorder())
    subject.register({"region": "eu"})
    event = json.loads(subject.encode_now("c", "a", "task", event_id='odd "id"'))
    assert (event["event_id"], event["attributes"]) == ('odd "id"', {"region": "eu"})
    with pytest.raises(InvalidEventError, match=r"attributes\.x is of type object") as caught:
        subject.encode_now("c", "a", "task", attributes={"x": object()})
    assert caught.value.event["customer_id"] == "c"
    with pytest.raises(InvalidEventError, match="must be a mapping"):
        subject.register([])  # type: ignore[arg-type]
