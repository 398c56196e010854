"""Facts that `stats()` gives in addition to the counts: an operator needs them to notice that
delivery fails, and why.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path
from time import time

import pytest

from coobird import Coomon, Stats
from tests.support.ingest import KEY, hold, problem, refused_port, track, wait_until
from tests.support.loopback import Answer

COUNTS = ("tracked", "delivered", "queued", "in_flight", "dropped", "rejected")


def test_the_counts_stay_the_first_fields_and_are_enough_to_make_one() -> None:
    assert Stats._fields[:8] == (*COUNTS, "dropped_by_reason", "rejected_by_reason")
    assert Stats(1, 1, 0, 0, 0, 0, {}, {}).retried == 0


def test_nothing_is_known_before_the_first_request(make_client) -> None:
    stats = make_client(max_queue_size=77).stats()
    assert stats == Stats(0, 0, 0, 0, 0, 0, {}, {}, queue_capacity=77)


def test_a_success_has_a_time_and_its_bytes(ingest, client) -> None:
    before = time()
    track(client, 10)
    client.flush()
    stats = client.stats()
    assert stats.sent_bytes == len(ingest.bodies[0]) > 0
    assert stats.last_success_at is not None
    assert before <= stats.last_success_at <= time()
    assert (stats.retried, stats.last_error, stats.last_error_at, stats.last_error_type) == (0, None, None, None)


def test_each_further_try_counts_its_events_and_bytes(ingest, client) -> None:
    ingest.next(problem(503), Answer(reset=True))
    track(client, 10)
    client.flush()
    stats = client.stats()
    assert stats.retried == 20
    assert stats.sent_bytes == 3 * len(ingest.bodies[-1])


def test_the_last_error_stays_known_after_the_recovery_which_is_later(ingest, client) -> None:
    ingest.next(problem(503))
    track(client, 1)
    client.flush()
    stats = client.stats()
    assert stats.last_error_type == "InternalServerError"
    assert stats.last_error is not None
    assert "503" in stats.last_error
    assert stats.last_error_at is not None
    assert stats.last_success_at is not None
    assert stats.last_error_at <= stats.last_success_at


def test_an_error_that_quotes_the_key_does_not_bring_it_into_the_stats(ingest, client) -> None:
    ingest.next(Answer(422, {"title": f"no {KEY}", "status": 422}))
    track(client, 1)
    client.flush()
    assert client.stats().rejected == 1
    assert KEY not in repr(client.stats())
    assert client.stats().last_error is not None


def test_a_server_that_does_not_answer_is_named_by_its_error() -> None:
    with refused_port() as port, Coomon(KEY, host=f"http://127.0.0.1:{port}", max_retries=0, flush_at=1) as client:
        track(client, 1)
        wait_until(lambda: client.stats().last_error_type == "APIConnectionError", "the error is known")
        assert client.stats().last_success_at is None


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_is_a_fact_until_it_is_accepted(status, ingest, client) -> None:
    ingest.otherwise = problem(status)
    track(client, 1)
    client.flush()
    assert client.stats().is_key_refused
    assert client.stats().queued == 1
    assert client.stats().retried >= 1
    ingest.otherwise = ingest.store
    client.flush()
    assert not client.stats().is_key_refused
    assert client.stats().delivered == 1


def test_the_oldest_event_has_an_age_while_it_is_queued_or_in_flight(ingest, client) -> None:
    release = hold(ingest)
    assert client.stats().oldest_event_seconds == 0
    track(client, 1)
    client.stats()
    threading.Event().wait(0.05)
    assert client.stats().oldest_event_seconds >= 0.05
    client._pipeline._delivery.send_now()
    wait_until(lambda: ingest.bodies, "the event is at the server")
    assert client.stats().in_flight == 1
    assert client.stats().oldest_event_seconds >= 0.05
    release.set()
    client.flush()
    assert client.stats().oldest_event_seconds == 0


def test_the_age_of_an_event_that_waits_for_its_retry_goes_on(ingest, client) -> None:
    ingest.otherwise = problem(401)
    track(client, 1)
    client.stats()
    threading.Event().wait(0.05)
    client.flush()
    assert client.stats().oldest_event_seconds >= 0.05
    ingest.otherwise = ingest.store


def test_the_size_of_the_spool_is_known_and_its_limit(make_client, ingest, tmp_path: Path) -> None:
    # None of them is sent meanwhile.
    client = make_client(spool=tmp_path / "usage.db", spool_max_bytes=1 << 20, flush_at=1000, flush_interval=3600)
    empty = client.stats()
    assert empty.queue_capacity is None
    assert empty.spool_max_bytes == 1 << 20
    track(client, 500, attributes={"note": "x" * 100})
    full = client.stats()
    assert full.spool_bytes > empty.spool_bytes > 0
    assert full.spool_bytes > 500 * 100
    client.flush()
    client.shutdown()
    assert (client.stats().spool_bytes, client.stats().spool_max_bytes) == (None, None)


def test_stats_of_a_spool_that_cannot_be_read_lack_only_its_size(make_client, tmp_path: Path) -> None:
    path = tmp_path / "usage.db"
    client = make_client(spool=path)
    path.unlink()
    path.mkdir()
    # Closes the connections, also one that a sender has just opened to look for left events.
    spool = client._pipeline._delivery._upkeep._spool
    spool.rest_for_fork()
    assert client.stats().spool_bytes is None
    path.rmdir()


def test_a_forked_child_counts_from_zero(ingest, client) -> None:
    ingest.next(problem(503))
    track(client, 1)
    client.flush()
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.write(writing, repr(tuple(client.stats())).encode())
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    os.close(writing)
    with os.fdopen(reading) as stream:
        assert stream.read() == repr(tuple(Stats(0, 0, 0, 0, 0, 0, {}, {}, queue_capacity=1000)))
