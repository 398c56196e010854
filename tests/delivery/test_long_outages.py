"""Outages that last longer than the retries: events wait, and are sent when the server answers."""

from __future__ import annotations

import itertools
import threading
from math import inf

import pytest

from coobird import AsyncCoomon, ConfigurationError, Coomon
from coobird._delivery.health import Health
from coobird._http import retry
from coobird.errors import APIConnectionError, AuthenticationError, DeliveryResumed, DroppedEventsError, OutageError
from tests.support.ingest import KEY, ServerAt, finish, problem, refused_port, reported, track, wait_until
from tests.support.loopback import Answer, LoopbackServer, Request
from tests.support.retries import quicken_retries


def kinds(errors):
    return [type(error) for error in errors]


def of_outages(errors):
    return [error for error in errors if isinstance(error, OutageError | DeliveryResumed)]


def test_an_outage_longer_than_the_retries_loses_nothing_and_is_reported_at_its_begin_and_its_end(
    ingest, make_client, errors
):
    with refused_port() as port:
        client = make_client(host=f"http://127.0.0.1:{port}")
        ids = track(client, 30)
        wait_until(lambda: errors, "the outage is reported")
        ids += track(client, 70, first=30)
        client.flush()
        stats = client.stats()
        assert (stats.queued + stats.in_flight, stats.dropped) == (100, 0)
    with ServerAt(port, ingest):
        client.flush(timeout=20)
        assert ingest.ids == ids
        client.shutdown()
    assert kinds(errors) == [OutageError, DeliveryResumed]
    outage, resumed = errors
    assert isinstance(outage.__cause__, APIConnectionError)
    assert outage.waiting == 30
    assert "30 events wait in memory" in str(outage)
    assert f"127.0.0.1:{port}" in str(outage)
    assert resumed.seconds > 0
    assert resumed.waiting == 100


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_a_server_that_answers_errors_for_long_loses_nothing(status, ingest, make_client, errors):
    client = make_client(max_retries=1)
    ingest.otherwise = problem(status)
    ids = track(client, 250)
    wait_until(lambda: len(ingest.bodies) > 10, "the server is tried again and again")
    ingest.otherwise = ingest.store
    client.flush(timeout=20)
    assert sorted(ingest.ids) == sorted(ids)
    assert kinds(errors) == [OutageError, DeliveryResumed]
    assert client.stats().delivered == 250


def test_events_return_to_the_queue_in_their_order_although_several_batches_were_in_flight(ingest, make_client, errors):
    client = make_client(max_batch_size=10, flush_at=10, max_retries=1)
    release = threading.Event()
    ingest.otherwise = Answer(503, wait=release)
    numbers = itertools.count()

    def several_batches_arrive():
        track(client, 1, first=next(numbers))
        return len(set(ingest.bodies)) >= 3

    wait_until(several_batches_arrive, "three batches are in flight")
    release.set()
    wait_until(lambda: client.stats().in_flight == 0 and errors, "all are back in the queue")
    ingest.otherwise = ingest.store
    client.flush(timeout=20)
    assert ingest.ids == [f"event-{number}" for number in range(next(numbers))]


def test_one_batch_at_a_time_is_tried_in_an_outage(ingest, make_client, errors):
    client = make_client(max_batch_size=5, flush_at=5, max_retries=1, max_queue_size=5000)
    ingest.otherwise = problem(503)
    track(client, 1000)
    wait_until(lambda: errors, "the outage is noticed")
    wait_until(lambda: client.stats().in_flight <= 5, "the batches in flight are back")
    together = []

    def answer(request: Request) -> Answer:
        together.append(client.stats().in_flight)
        return problem(503)

    ingest.otherwise = answer
    wait_until(lambda: len(together) > 20, "the server is tried again and again")
    assert max(together) <= 5
    ingest.otherwise = ingest.store
    client.flush(timeout=20)
    assert len(ingest.ids) == 1000


def test_the_outages_of_one_client_are_reported_once_each(ingest, make_client, errors):
    client = make_client(max_retries=0)
    for number in range(3):
        ingest.otherwise = problem(500)
        track(client, 20, first=100 * number)
        wait_until(lambda number=number: len(errors) == 2 * number + 1, "the outage is reported")
        ingest.otherwise = ingest.store
        client.flush(timeout=20)
        wait_until(lambda number=number: len(errors) == 2 * number + 2, "the recovery is reported")
    assert kinds(errors) == [OutageError, DeliveryResumed] * 3


def test_only_what_exceeds_the_queue_is_dropped_and_that_is_the_oldest_that_waits(make_client, ingest, errors):
    with refused_port() as port:
        client = make_client(
            host=f"http://127.0.0.1:{port}", max_retries=0, max_batch_size=10, flush_at=10, max_queue_size=50
        )
        ids = track(client, 500)
        wait_until(lambda: of_outages(errors), "the outage is reported")
        ids += track(client, 500, first=500)
    with ServerAt(port, ingest):
        client.flush(timeout=20)
        client.shutdown()
    dropped = reported(errors)
    assert {error.reason for error in errors if isinstance(error, DroppedEventsError)} == {"queue_full"}
    assert sorted([*ingest.ids, *dropped]) == sorted(ids)
    assert set(ids[-50:]) <= set(ingest.ids)
    assert len(ingest.ids) >= 50 + 16 * 10 - 10


@pytest.mark.parametrize("status", [503, 401])
def test_an_event_older_than_max_event_age_is_dropped(status, ingest, make_client, errors):
    client = make_client(max_event_age=0.2, max_retries=0)
    ingest.otherwise = problem(status)
    ids = track(client, 30)
    wait_until(lambda: client.stats().dropped == 30, "the events expire")
    wait_until(lambda: reported(errors) == ids, "they are reported")
    assert client.stats().dropped_by_reason == {"expired": 30}
    dropped = [error for error in errors if isinstance(error, DroppedEventsError)]
    assert {error.reason for error in dropped} == {"expired"}
    assert all(error.__cause__.status_code == status for error in dropped)
    ingest.otherwise = ingest.store
    later = track(client, 5, first=30)
    client.flush(timeout=20)
    assert ingest.ids == later


def test_no_event_expires_while_the_server_answers(ingest, make_client):
    client = make_client(max_event_age=0.001)
    ids = track(client, 10)
    wait_until(lambda: client.stats().queued == 10, "they are seen")
    threading.Event().wait(0.01)
    client.flush()
    assert ingest.ids == ids


def test_a_batch_that_alone_fails_does_not_hold_up_the_others(ingest, make_client, errors):
    def answer(request: Request) -> Answer:
        ids = [event["event_id"] for event in request.json()["events"]]
        return problem(500) if "event-3" in ids else ingest.store(request)

    ingest.otherwise = answer
    client = make_client(max_batch_size=5, flush_at=5, max_retries=1)
    track(client, 5)
    for number in range(1, 12):
        others = track(client, 5, first=5 * number)
        wait_until(lambda others=others: set(others) <= set(ingest.ids), "the others arrive")
    assert client.stats().dropped == 0
    assert all(isinstance(error, OutageError | DeliveryResumed) for error in errors)
    ingest.otherwise = ingest.store
    client.flush(timeout=20)
    assert len(ingest.ids) == 60


def test_a_batch_that_alone_fails_is_reported_as_such(ingest, make_client, errors):
    def answer(request: Request) -> Answer:
        ids = [event["event_id"] for event in request.json()["events"]]
        return problem(500) if "event-3" in ids else ingest.store(request)

    ingest.otherwise = answer
    client = make_client(max_batch_size=5, flush_at=5, max_retries=1)
    numbers = itertools.count()

    def is_reported():
        track(client, 5, first=5 * next(numbers))
        return any(getattr(error, "is_partial", False) for error in errors)

    wait_until(is_reported, "it is reported")
    assert [type(e) for e in errors].count(DeliveryResumed) <= 3
    error = next(error for error in errors if getattr(error, "is_partial", False))
    assert error.waiting == 5
    assert error.__cause__.status_code == 500
    ingest.otherwise = ingest.store


def test_a_batch_that_alone_fails_expires_too(ingest, make_client, errors):
    def answer(request: Request) -> Answer:
        ids = [event["event_id"] for event in request.json()["events"]]
        return problem(500) if "event-3" in ids else ingest.store(request)

    ingest.otherwise = answer
    client = make_client(max_batch_size=5, flush_at=5, max_retries=1, max_event_age=0.3, max_queue_size=10**6)
    ids = track(client, 5)
    numbers = itertools.count(1)

    def others_pass():
        track(client, 5, first=5 * next(numbers))
        return client.stats().dropped == 5

    wait_until(others_pass, "the batch expires")
    wait_until(lambda: reported(errors) == ids, "it is reported")


@pytest.mark.parametrize("retry_after", [None, "1"])
def test_a_wait_that_the_server_asks_for_is_kept_in_an_outage(retry_after, ingest, make_client, errors):
    quicken_retries(max_retry_seconds=1000.0)  # which is also the longest wait that the server may ask for
    client = make_client(max_retries=0)
    ingest.otherwise = problem(503)
    ids = track(client, 20)
    wait_until(lambda: errors, "the outage is noticed")
    asked = Answer(503, headers={"Retry-After": retry_after} if retry_after else {})
    ingest.otherwise = ingest.store
    ingest.next(asked)
    client.flush(timeout=20)
    before, last = ingest.arrived_at[-2:]
    assert ingest.ids == ids
    assert last - before >= 1.0 or retry_after is None


def test_a_flush_without_a_timeout_ends_after_one_more_try(make_client, errors):
    quicken_retries(retry_seconds=1000.0, max_retry_seconds=1000.0)
    with refused_port() as port:
        client = make_client(host=f"http://127.0.0.1:{port}", max_retries=0, flush_at=5, shutdown_timeout=1000)
        track(client, 5)
        wait_until(lambda: errors, "the outage is noticed")
        quicken_retries()  # the pause is longer than this test waits, but a flush may try soon
        for _ in range(3):
            finish(lambda: (client.flush(), True), "flush()")
        assert client.stats().queued == 5
        assert kinds(errors) == [OutageError]
        finish(lambda: (client.shutdown(), True), "shutdown()")
        assert kinds(errors) == [OutageError, DroppedEventsError]
        assert client.stats().dropped_by_reason == {"shutdown": 5}
        assert isinstance(errors[1].__cause__, APIConnectionError)


@pytest.mark.parametrize("end", ["flush", "shutdown"])
def test_no_end_waits_for_a_pause_that_outlasts_it(end, ingest, make_client, errors, monkeypatch):
    monkeypatch.setattr(retry, "MAX_RETRY_AFTER_SECONDS", 10_000.0)
    quicken_retries(max_retry_seconds=10_000.0)
    client = make_client(max_retries=0, shutdown_timeout=1000)
    ingest.otherwise = Answer(503, headers={"Retry-After": "5000"})
    track(client, 20)
    wait_until(lambda: errors, "the outage is noticed")
    requests = len(ingest.arrived_at)
    finish(lambda: (getattr(client, end)(), True), f"{end}()")
    assert len(ingest.arrived_at) == requests
    assert client.stats().queued == (20 if end == "flush" else 0)
    client.shutdown()


def test_a_flush_with_a_timeout_waits_for_the_server(ingest, make_client, errors):
    with refused_port() as port:
        client = make_client(host=f"http://127.0.0.1:{port}", max_retries=0)
        ids = track(client, 20)
        wait_until(lambda: errors, "the outage is noticed")
        answers = []
        flushing = threading.Thread(target=lambda: answers.append(client.flush(timeout=20)), daemon=True)
        flushing.start()
    with ServerAt(port, ingest):
        flushing.join(20)
        assert answers
        assert (answers[0].accepted, ingest.ids) == (20, ids)
        client.shutdown()


def test_a_shutdown_in_an_outage_tries_once_more_and_delivers_if_the_server_is_back(ingest, make_client, errors):
    with refused_port() as port:
        client = make_client(host=f"http://127.0.0.1:{port}", max_retries=0)
        ids = track(client, 20)
        wait_until(lambda: errors, "the outage is noticed")
    with ServerAt(port, ingest):
        finish(lambda: (client.shutdown(), True), "shutdown()")
        assert ingest.ids == ids
    assert kinds(errors) == [OutageError, DeliveryResumed]


def test_a_refused_key_and_an_outage_after_each_other_lose_nothing(ingest, make_client, errors):
    client = make_client(max_retries=1)
    ids = []
    for number, status in enumerate([401, 503, 401, 503]):
        ingest.otherwise = problem(status)
        ids += track(client, 20, first=20 * number)
        before = len(ingest.bodies)
        wait_until(lambda before=before: len(ingest.bodies) > before + 3, "the server is tried")
    ingest.otherwise = ingest.store
    client.flush(timeout=20)
    assert sorted(ingest.ids) == sorted(ids)
    assert not reported(errors)
    assert kinds(errors).count(AuthenticationError) == 1


def test_the_child_of_a_fork_begins_without_the_outage_of_its_parent(programs, ingest):
    ingest.otherwise = problem(503)
    programs.run(
        """
        import os, time
        from tests.support.child import new_client, track
        errors = []
        client = new_client(max_retries=0, on_error=errors.append)
        track(client, 20)
        while not errors:
            time.sleep(0.01)
        pid = os.fork()
        if not pid:
            assert not client._pipeline._state.is_on_hold
            os._exit(0)
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
        client.shutdown(timeout=0)
        """,
        quiet=False,
    )


@pytest.mark.parametrize("options", [{}, {"max_event_age": 5}])
def test_events_in_a_spool_expire_only_if_that_is_asked_for(options, tmp_path):
    with LoopbackServer(lambda _: Answer(500)) as server:
        client = Coomon(KEY, host=server.url, spool=tmp_path / "usage.db", **options)
        assert client._settings.max_event_age == options.get("max_event_age", inf)
        assert client.with_options(max_retries=1)._settings.max_event_age == client._settings.max_event_age
        client.shutdown()


def test_spooled_events_that_expire_are_gone_from_the_disk(tmp_path, ingest, server, quick_retries):
    ingest.otherwise = problem(503)
    errors = []
    client = Coomon(
        KEY,
        host=server.url,
        spool=tmp_path / "usage.db",
        max_event_age=0.2,
        max_retries=0,
        on_error=errors.append,
        flush_interval=0,
    )
    ids = track(client, 30)
    wait_until(lambda: client.stats().dropped == 30, "they expire")
    client.shutdown()
    assert reported(errors) == ids
    ingest.otherwise = ingest.store
    later = Coomon(KEY, host=server.url, spool=tmp_path / "usage.db")
    later.shutdown()
    assert ingest.ids == []


@pytest.mark.parametrize("wrong", [-1, float("nan"), "1d", True, None, 1e9])
@pytest.mark.parametrize("kind", [Coomon, AsyncCoomon])
def test_an_age_that_cannot_work_is_refused(wrong, kind):
    with pytest.raises(ConfigurationError, match="max_event_age must be a number of seconds"):
        kind(KEY, host="http://127.0.0.1:9", max_event_age=wrong)


# ----------------------------------------------------------------------- decisions, without a clock


def test_the_pauses_of_an_outage_go_on_from_the_retries_and_grow_to_thirty_seconds() -> None:
    health, now, pauses = Health(), 100.0, []
    for _ in range(6):
        health.interrupted(now, 0.0, is_outage=True, max_retries=3)
        pauses.append(health.paused_until - now)
        now = health.paused_until
    assert pauses == [8.0, 16.0, 30.0, 30.0, 30.0, 30.0]
    health.interrupted(now, 1.0, is_outage=True, max_retries=3)
    assert health.paused_until - now == 30.0 * (1 + retry.JITTER)


def test_batches_that_fail_together_make_one_pause() -> None:
    health = Health()
    assert health.interrupted(100.0, 0.0, is_outage=True, max_retries=3)
    assert not health.interrupted(100.1, 0.0, is_outage=True, max_retries=3)
    assert (health.holds, health.paused_until) == (1, 108.0)


def test_many_flushes_make_no_more_than_one_try_a_second() -> None:
    health = Health()
    health.interrupted(100.0, 0.0, is_outage=True, max_retries=3)
    for _ in range(100):
        health.try_now()
    assert health.paused_until == 101.0


def test_a_flush_does_not_shorten_a_wait_that_the_server_asked_for() -> None:
    health = Health()
    health.interrupted(100.0, 0.0, is_outage=True, max_retries=0, retry_after=20.0)
    health.try_now()
    assert health.paused_until == 120.0


def test_after_an_outage_the_rate_begins_low_and_doubles_until_it_has_no_bound() -> None:
    health, now, sent = Health(), 1000.0, []
    health.interrupted(now - 60, 0.0, is_outage=True, max_retries=3)
    assert health.succeeded(0.01, now) == 60.0
    while health.took(100, now) is None and health.paused_until > now:
        sent.append(now)
        now = health.paused_until
    assert now - 1000.0 == pytest.approx(30.0, abs=0.2)
    for second, most in [(1, 1200), (5, 8_000), (10, 24_000)]:
        assert 100 * sum(time < 1000.0 + second for time in sent) <= most


def test_without_an_outage_the_rate_has_no_bound() -> None:
    health = Health()
    health.succeeded(0.01, 1000.0)
    health.took(1000, 1000.0)
    assert health.paused_until == 0.0
