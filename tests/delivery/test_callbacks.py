"""`on_error` and the log: they get every error, break nothing, and never see the API key."""

from __future__ import annotations

import logging
import threading
import time

import pytest

from tests.support.ingest import finish, hold, problem, reported, track, wait_until
from tests.support.loopback import Answer


def client_that_calls(make_client, callback, **options):
    options = {"max_retries": 0, "max_event_age": 0, **options}
    client = make_client(on_error=lambda error: callback(client, error), **options)
    return client


@pytest.mark.parametrize("failure", [ValueError("mine"), SystemExit(3), RecursionError()], ids=repr)
def test_a_callback_that_raises_harms_nothing(failure, ingest, make_client):
    called = []

    def fail(_, error):
        called.append(error)
        raise failure

    client = client_that_calls(make_client, fail)
    ingest.next(problem(500))
    track(client, 5)
    finish(lambda: (client.flush(), True), "flush()")
    client.track_task(customer_id="", agent_id="a")
    later = track(client, 5, first=5)
    finish(lambda: (client.flush(), True), "flush()")
    assert len(called) == 2
    assert ingest.ids == later


def test_not_even_an_interrupt_raised_by_the_callback_ends_delivery(ingest, make_client):
    def fail(_, error):
        raise KeyboardInterrupt

    client = client_that_calls(make_client, fail)
    ingest.next(problem(500))
    track(client, 5)
    finish(lambda: (client.flush(), True), "flush()")
    later = track(client, 5, first=5)
    finish(lambda: (client.flush(), True), "flush()")
    assert ingest.ids == later


@pytest.mark.parametrize("call", ["flush", "shutdown", "stats"])
def test_a_callback_may_call_the_client(call, ingest, make_client):
    returned = threading.Event()

    def react(client, _):
        getattr(client, call)()
        returned.set()

    client = client_that_calls(make_client, react)
    ingest.next(problem(500))
    track(client, 5)
    finish(lambda: (client.flush(), True), "flush()")
    assert returned.wait(20), f"{call}() in the callback did not return"


def test_a_flush_by_the_callback_does_not_hold_up_the_track_that_called_it(ingest, make_client):
    release = hold(ingest)
    client = client_that_calls(make_client, lambda client, _: client.flush(timeout=60))
    ids = track(client, 30)
    finish(lambda: (client.track_task(customer_id="", agent_id="a"), True), "track()")
    release.set()
    client.shutdown()
    assert sorted(ingest.ids) == sorted(ids)


@pytest.mark.parametrize("call", ["flush", "shutdown"])
def test_a_callback_may_call_a_client_that_has_sent_nothing_yet(call, ingest, make_client):
    client = client_that_calls(make_client, lambda client, _: getattr(client, call)())
    client.track_task(customer_id="", agent_id="a")
    ids = track(client, 3)
    client.flush()
    assert ingest.ids == (ids if call == "flush" else [])
    assert client.stats().dropped_by_reason == ({} if call == "flush" else {"after_shutdown": 3})


def test_a_callback_may_track(ingest, make_client):
    client = client_that_calls(make_client, lambda client, _: track(client, 1, first=100))
    ingest.next(problem(500))
    track(client, 5)
    finish(lambda: (client.flush(), True), "flush()")
    finish(lambda: (client.flush(), True), "flush()")
    assert ingest.ids == ["event-100"]


def test_a_callback_that_tracks_bad_events_does_not_recurse_without_end(make_client):
    depth: list[int] = []

    def react(client, _):
        depth.append(1)
        if len(depth) < 5000:
            client.track_task(customer_id="", agent_id="a")

    client = client_that_calls(make_client, react)
    finish(lambda: (client.track_task(customer_id="", agent_id="a"), True), "track()")
    wait_until(lambda: depth, "the callback was called")


def test_a_slow_callback_does_not_hold_up_track(ingest, make_client):
    entered, release = threading.Event(), threading.Event()

    def linger(_, error):
        entered.set()
        release.wait(20)

    client = client_that_calls(make_client, linger)
    ingest.next(problem(500))
    track(client, 20)
    assert entered.wait(20)
    finish(lambda: track(client, 100, first=20), "track()")
    release.set()
    client.flush()


@pytest.mark.parametrize("max_event_age", [0, 1000], ids=["dropped", "kept"])
def test_an_outage_makes_one_log_line_not_thousands(max_event_age, ingest, make_client, caplog):
    caplog.set_level(logging.WARNING, "coobird")
    client = make_client(max_retries=0, flush_at=1, max_batch_size=1, on_error=None, max_event_age=max_event_age)
    ingest.otherwise = problem(500)
    track(client, 200)
    client.flush()
    assert client.stats().dropped == (200 if max_event_age == 0 else 0)
    assert 1 <= len(caplog.records) <= 3
    ingest.otherwise = ingest.store  # so that the client ends quickly


def test_a_flush_that_an_outage_ends_returns_after_the_line_about_it(ingest, make_client, monkeypatch):
    lines: list[str] = []

    class Slow(logging.Handler):
        def emit(self, record):
            time.sleep(0.1)  # so that the flush would return before it
            lines.append(record.getMessage())

    monkeypatch.setattr(logging.getLogger("coobird"), "handlers", [Slow()])
    client = make_client(max_retries=0, flush_at=1, max_batch_size=1, on_error=None)
    ingest.otherwise = problem(500)
    track(client, 200)
    client.flush()
    assert lines
    ingest.otherwise = ingest.store


def test_an_overflow_makes_few_calls_and_few_log_lines(ingest, make_client, errors, caplog):
    caplog.set_level(logging.WARNING, "coobird")
    client = make_client(max_queue_size=10, flush_at=10, max_batch_size=10)
    release = threading.Event()
    ingest.otherwise = Answer(503, wait=release)
    ids = track(client, 2000)
    ingest.otherwise = ingest.store
    release.set()
    client.flush()
    assert sorted([*ingest.ids, *reported(errors)]) == sorted(ids)
    assert len(caplog.records) <= 3


def test_debug_logs_ids_and_sizes_but_no_attribute_value_and_no_key(ingest, make_client, caplog):
    caplog.set_level(logging.DEBUG, "coobird")
    client = make_client(debug=True)
    ingest.next(problem(503))
    client.track_task(
        customer_id="c",
        agent_id="a",
        event_id="event-7",
        attributes={"prompt": "secret words"},
        metadata={"k": "private"},
    )
    client.flush()
    lines = [record.getMessage() for record in caplog.records]
    assert any("event-7" in line for line in lines)
    assert any(str(len(ingest.bodies[0])) in line for line in lines)
    for hidden in ("secret words", "private", "sk_test_0123456789abcdef"):
        assert hidden not in caplog.text


def test_without_debug_success_logs_nothing(client, caplog):
    caplog.set_level(logging.INFO, "coobird")
    track(client, 50)
    client.flush()
    assert caplog.records == []
