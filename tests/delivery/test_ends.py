"""`flush()` and `shutdown()` end in time, whatever the server does, and report what is lost."""

from __future__ import annotations

import math
import threading

import pytest

from coobird.errors import APIConnectionError
from tests.support.ingest import Ingest, finish, hold, problem, refused_port, reported, track, wait_until
from tests.support.loopback import Answer, LoopbackServer
from tests.support.retries import quicken_retries


def test_shutdown_ends_although_the_server_is_down_for_good_and_reports_what_was_not_sent(make_client, errors):
    with refused_port() as port:
        client = make_client(host=f"http://127.0.0.1:{port}", max_retries=10_000, max_queue_size=5000)
        ids = track(client, 500)
        finish(lambda: (client.shutdown(timeout=0.5), True), "shutdown()")
    assert sorted(reported(errors)) == sorted(ids)
    assert any(isinstance(error.__cause__, APIConnectionError) for error in errors)
    assert client.stats().dropped == 500


def test_shutdown_waits_for_a_callback_that_handles_a_loss_when_the_deadline_passes(make_client):
    reported_counts = []

    def slow(error):
        if not reported_counts:
            reported_counts.append(0)
            # In the sender's thread: its drop is reported only after the rest has been given up.
            wait_until(lambda: client.stats().dropped_by_reason.get("shutdown"), "the deadline passes")
        reported_counts.append(error.count)

    with refused_port() as port:
        client = make_client(
            host=f"http://127.0.0.1:{port}", on_error=slow, max_retries=0, max_batch_size=10, flush_at=10
        )
        track(client, 10)
        wait_until(lambda: reported_counts, "the first loss is being reported")
        track(client, 5)
        finish(lambda: client.shutdown(timeout=0), "shutdown()")
    assert sum(reported_counts) == 15


def test_shutdown_ends_although_the_server_never_answers(ingest, make_client, errors):
    never = threading.Event()
    ingest.otherwise = Answer(wait=never)
    client = make_client(max_queue_size=5000)
    ids = track(client, 500)
    finish(lambda: (client.shutdown(timeout=0.5), True), "shutdown()")
    assert sorted(reported(errors)) == sorted(ids)


def test_shutdown_ends_a_wait_that_the_server_asked_for(ingest, make_client, errors):
    quicken_retries(max_retry_seconds=60)
    ingest.otherwise = Answer(429, headers={"Retry-After": "60"})
    client = make_client()
    ids = track(client, 50)
    finish(lambda: (client.shutdown(timeout=0.5), True), "shutdown()")
    assert sorted(reported(errors)) == sorted(ids)


def test_flush_with_a_timeout_returns_although_the_server_never_answers(ingest, make_client):
    release = hold(ingest)
    client = make_client()
    ids = track(client, 5)
    finish(lambda: (client.flush(timeout=0.2), True), "flush(timeout=0.2)")
    assert client.stats().in_flight + client.stats().queued == 5
    release.set()
    client.flush()
    assert ingest.ids == ids


@pytest.mark.parametrize("call", ["flush", "shutdown"])
def test_waiting_for_as_long_as_it_takes_is_allowed(call, ingest, make_client):
    client = make_client()
    ids = track(client, 5)
    finish(lambda: (getattr(client, call)(timeout=math.inf), True), f"{call}(timeout=inf)")
    assert ingest.ids == ids


def test_flush_does_not_queue_up_behind_a_callback_that_hangs(ingest, make_client):
    entered, release = threading.Event(), threading.Event()

    def hang(error):
        entered.set()
        release.wait(20)

    client = make_client(on_error=hang)
    ingest.next(problem(404))
    track(client, 20)
    assert entered.wait(20)
    ids = track(client, 5, first=20)
    finish(lambda: (client.flush(timeout=15), True), "flush()")
    assert ingest.ids == ids
    assert not release.is_set()
    release.set()


def test_two_clients_do_not_wait_for_each_other(ingest, make_client):
    with LoopbackServer(stuck := Ingest()) as slow:
        stuck.otherwise = Answer(wait=threading.Event())
        held, free = make_client(host=slow.url), make_client()
        track(held, 30)
        wait_until(lambda: stuck.bodies, "the first client is waiting")
        ids = track(free, 30)
        finish(free.flush, "flush() of the second client")
        assert ingest.ids == ids
        finish(lambda: (held.shutdown(timeout=0.2), True), "shutdown()")
