"""Queue between `track()` and the wire: time, order and size of batches, drops if full."""

from __future__ import annotations

import itertools
import threading
from collections import Counter

from coobird.errors import DroppedEventsError
from tests.support.ingest import hold, parsed, problem, reported, track, wait_until


def test_a_full_queue_drops_the_oldest_and_tells_which(ingest, make_client, errors):
    client = make_client(max_queue_size=50, flush_at=10, max_batch_size=10)
    release = hold(ingest)
    ids = track(client, 300)
    release.set()
    client.flush()
    dropped = reported(errors)
    assert all(isinstance(error, DroppedEventsError) for error in errors)
    assert sum(error.count for error in errors) == len(dropped) == client.stats().dropped > 0
    assert sorted([*ingest.ids, *dropped]) == sorted(ids)
    # The dropped events are older than all that still waited: the newest 50 got through.
    assert set(ids[-50:]) <= set(ingest.ids)
    assert dropped == sorted(dropped, key=ids.index)


def test_a_full_queue_never_holds_more_than_its_limit(ingest, make_client):
    client = make_client(max_queue_size=20, flush_at=20)
    release = hold(ingest)
    for number in range(500):
        track(client, 1, first=number)
        assert client.stats().queued <= 20
    release.set()


def test_drops_are_counted_by_reason(ingest, make_client):
    client = make_client(max_queue_size=10, flush_at=10, max_batch_size=10, max_retries=0, max_event_age=0)
    ingest.otherwise = problem(500)
    track(client, 5)
    client.flush()
    client.track_task(customer_id="", agent_id="a")
    ingest.otherwise = ingest.store
    client.shutdown()
    track(client, 1)
    stats = client.stats()
    assert stats.dropped_by_reason == {"retries_exhausted": 5, "after_shutdown": 1}
    assert stats.rejected_by_reason == {"invalid": 1}
    assert (stats.dropped, stats.rejected) == (6, 1)


def test_reaching_flush_at_sends_without_flush(ingest, make_client):
    client = make_client(flush_at=7)
    ids = track(client, 7)
    wait_until(lambda: ingest.ids == ids, "7 events arrive by themselves")
    wait_until(lambda: client.stats().delivered == 7, "they are counted")


def test_the_timer_sends_what_flush_at_does_not(ingest, make_client):
    client = make_client(flush_interval=0.05)
    for number in range(3):
        track(client, 1, first=number)
        wait_until(lambda number=number: len(ingest.ids) == number + 1, "one event arrives by the timer")


def test_without_a_timer_a_few_events_wait_for_flush(ingest, make_client):
    patient, timed = make_client(), make_client(flush_interval=0.01)
    track(patient, 3)
    # The other client's timer is the clock of this test.
    for number in range(100, 110):
        track(timed, 1, first=number)
        wait_until(lambda number=number: f"event-{number}" in ingest.stored, "the other client's event arrives")
    assert patient.stats().queued == 3
    patient.flush()
    assert {"event-0", "event-1", "event-2"} <= set(ingest.ids)


def test_flush_returns_none_when_there_is_nothing(client):
    assert client.flush() is None
    track(client, 1)
    assert client.flush() is not None
    assert client.flush() is None


def test_flush_returns_one_answer_for_all_its_batches(ingest, make_client):
    client = make_client(max_batch_size=10, flush_at=1000)
    ingest.reject = lambda event: "no" if event["event_id"].endswith("7") else None
    track(client, 95)
    answer = client.flush()
    assert len(ingest.bodies) >= 10
    assert (answer.accepted, answer.duplicates, answer.rejected) == (86, 0, 9)
    assert sorted(result.event_id for result in answer.results) == sorted(
        f"event-{tens}7" for tens in ["", *range(1, 9)]
    )


def test_no_batch_has_more_events_than_max_batch_size(ingest, make_client):
    client = make_client(max_batch_size=7, flush_at=1)
    track(client, 500)
    client.flush()
    assert max(len(batch) for batch in ingest.batches) <= 7
    assert len(ingest.ids) == 500


def test_batches_grow_to_max_batch_size_when_the_queue_backs_up(ingest, make_client):
    client = make_client(max_batch_size=100, flush_at=1)
    release = hold(ingest)
    track(client, 900)
    release.set()
    client.flush()
    sizes = Counter(len(batch) for batch in ingest.batches)
    assert len(ingest.ids) == 900
    assert sizes[100] >= 5


def test_several_batches_are_in_flight_at_once_when_the_queue_backs_up(ingest, make_client):
    client = make_client(max_batch_size=50, flush_at=50, max_queue_size=100_000)
    release = hold(ingest)
    numbers = itertools.count()

    def another_batch_arrives() -> bool:
        track(client, 1, first=next(numbers))
        return len(set(ingest.bodies)) >= 2

    wait_until(another_batch_arrives, "a second batch arrives while the first has no answer")
    release.set()
    client.flush()
    assert len(ingest.ids) == next(numbers)


def test_flush_does_not_queue_up_behind_one_request_that_hangs(ingest, make_client):
    client = make_client(max_batch_size=50, flush_at=1000)
    release = hold(ingest)
    track(client, 500)
    flushing = threading.Thread(target=client.flush, daemon=True)
    flushing.start()
    wait_until(lambda: len(set(ingest.bodies)) >= 2, "a second batch arrives while the first has no answer")
    # Not because the first one was given up: its time is not over.
    assert len(ingest.bodies) == len(set(ingest.bodies))
    release.set()
    flushing.join(20)
    assert len(ingest.ids) == 500


def test_no_batch_is_large_in_bytes_however_few_events_it_has(ingest, make_client, errors):
    client = make_client(max_batch_size=1000, flush_at=1000)
    ids = track(client, 40, attributes={"text": "x" * 100_000})
    client.flush()
    assert sorted(ingest.ids) == sorted(ids)
    assert max(len(body) for body in ingest.bodies) <= 1_100_000
    assert errors == []


def test_events_keep_their_order_within_and_between_batches_that_follow_each_other(ingest, make_client):
    client = make_client(max_batch_size=10, flush_at=1000)
    for number in range(5):
        track(client, 10, first=10 * number)
        client.flush()
    assert ingest.ids == [f"event-{number}" for number in range(50)]
    assert all(batch == sorted(batch, key=lambda event: int(event[6:])) for batch in ingest.batches)


def test_many_threads_track_and_flush_and_every_event_arrives_once(ingest, make_client):
    client = make_client(max_queue_size=10_000)
    numbers = itertools.count()

    def work() -> None:
        for _ in range(10):
            for _ in range(50):
                track(client, 1, first=next(numbers))
            client.flush()

    threads = [threading.Thread(target=work, daemon=True) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
    client.flush()
    sent = [event["event_id"] for event in parsed(ingest.bodies)]
    assert len(sent) == len(set(sent)) == 4000


def test_flush_from_many_threads_at_once_returns_in_each(ingest, client):
    ids = track(client, 10)
    release = hold(ingest)
    threads = [threading.Thread(target=client.flush, daemon=True) for _ in range(10)]
    for thread in threads:
        thread.start()
    release.set()
    for thread in threads:
        thread.join(20)
        assert not thread.is_alive()
    assert ingest.ids == ids


def test_an_event_tracked_while_flush_waits_is_neither_lost_nor_waited_for_without_end(ingest, client):
    release = hold(ingest)
    track(client, 5)
    flushing = threading.Thread(target=client.flush, daemon=True)
    flushing.start()
    wait_until(lambda: ingest.bodies, "the batch is at the server")
    track(client, 5, first=5)
    release.set()
    flushing.join(20)
    assert not flushing.is_alive()
    client.flush()
    assert len(ingest.ids) == 10
