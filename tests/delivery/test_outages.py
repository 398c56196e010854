"""Outages: the server is away, slow or broken, and comes back. Every event arrives unchanged."""

from __future__ import annotations

import threading
from email.utils import formatdate
from time import time

import pytest

from coobird import set_testing
from coobird._http import retry
from coobird.errors import DroppedEventsError, InternalServerError
from tests.support.ingest import PATH, ServerAt, finish, hold, problem, refused_port, reported, track, wait_until
from tests.support.loopback import Answer
from tests.support.retries import quicken_retries


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504, 599])
def test_all_events_arrive_once_the_server_recovers(status, ingest, client, errors):
    ingest.next(problem(status), problem(status))
    ids = track(client, 10)
    answer = client.flush()
    assert ingest.ids == ids
    assert (answer.accepted, answer.duplicates, answer.rejected) == (10, 0, 0)
    assert errors == []
    assert client.stats().delivered == 10


@pytest.mark.parametrize(
    "fault",
    [
        Answer(503),
        Answer(500, "<html>oops</html>", {"Content-Type": "text/html"}),
        Answer(reset=True),
        Answer(raw=b""),
        Answer(raw=b"\x16\x03\x01 this is not HTTP\r\n\r\n"),
        Answer(200, {"accepted": 10}, cut=5),
        Answer(500, "half an err", cut=4),
    ],
    ids=["503", "500-html", "reset", "closed", "not-http", "cut-200", "cut-500"],
)
def test_a_retry_sends_the_same_bytes_again(fault, ingest, client, errors):
    ingest.next(fault)
    ids = track(client, 10, attributes={"π": "3.14159", "nested": {"a": [1, 2.5, None]}})
    client.flush()
    first, second = ingest.bodies
    assert first == second
    assert ingest.ids == ids
    assert errors == []


@pytest.mark.parametrize("fault", ["store_but_lose_the_answer", "store_but_cut_the_answer"])
def test_an_answer_lost_after_the_server_stored_the_batch_makes_no_second_copy(fault, ingest, client, errors):
    ingest.next(getattr(ingest, fault))
    ids = track(client, 10)
    answer = client.flush()
    assert ingest.bodies[0] == ingest.bodies[1]
    assert ingest.ids == ids
    assert (answer.accepted, answer.duplicates) == (0, 10)
    assert (client.stats().delivered, errors) == (10, [])


def test_the_next_batch_leaves_a_broken_connection_behind(server, ingest, client):
    ingest.next(ingest.store, Answer(raw=b""))
    track(client, 1)
    client.flush()
    ids = track(client, 5, first=1)
    client.flush()
    assert ingest.ids == ["event-0", *ids]
    assert server.connections == 2


def test_batches_share_one_connection_while_all_goes_well(server, client):
    for number in range(5):
        track(client, 1, first=number)
        client.flush()
    assert server.connections == 1


def test_events_tracked_before_the_server_is_up_arrive_when_it_is(ingest, make_client, errors):
    with refused_port() as port:
        client = make_client(host=f"http://127.0.0.1:{port}", max_retries=1000)
        ids = track(client, 30)
        wait_until(lambda: client.stats().in_flight > 0, "a batch is being sent")
    with ServerAt(port, ingest):
        client.flush()
        assert ingest.ids == ids
        assert errors == []
        client.shutdown()


def test_events_of_a_five_second_outage_arrive_with_default_settings(ingest, make_client, errors):
    set_testing(False)
    with refused_port() as port:
        client = make_client(host=f"http://127.0.0.1:{port}", flush_interval=10)
        ids = track(client, 1000)
        threading.Event().wait(5)
    with ServerAt(port, ingest):
        client.flush()
        assert sorted(ingest.ids) == sorted(ids)
        assert errors == []
        client.shutdown()


def test_a_wait_in_seconds_that_the_server_asks_for_is_kept(ingest, client):
    quicken_retries(max_retry_seconds=60)
    ingest.next(Answer(429, headers={"Retry-After": "1"}))
    track(client, 1)
    client.flush()
    first, second = ingest.arrived_at
    assert second - first >= 1.0


def test_a_wait_until_a_date_that_the_server_asks_for_is_kept(ingest, client):
    quicken_retries(max_retry_seconds=60)
    until = int(time()) + 2
    ingest.next(Answer(503, headers={"Retry-After": formatdate(until, usegmt=True)}))
    track(client, 1)
    client.flush()
    assert len(ingest.bodies) == 2
    assert time() >= until


@pytest.mark.parametrize("asked", ["86400", "Fri, 31 Dec 2100 23:59:59 GMT"])
def test_a_mistaken_wait_of_a_day_does_not_stop_delivery_for_a_day(asked, ingest, client, monkeypatch):
    monkeypatch.setattr(retry, "MAX_RETRY_AFTER_SECONDS", 0.05)
    quicken_retries(max_retry_seconds=86_400)
    ingest.next(Answer(429, headers={"Retry-After": asked}))
    ids = track(client, 3)
    finish(client.flush, "flush()")
    assert ingest.ids == ids


@pytest.mark.parametrize("asked", ["soon", "-5", "", "1e999", "٣", "nan", "Thu, 99 Foo 2026"])
def test_a_wait_that_makes_no_sense_is_ignored(asked, ingest, client):
    ingest.next(Answer(429, headers={"Retry-After": asked} if asked.isascii() else {}))
    ids = track(client, 3)
    finish(client.flush, "flush()")
    assert ingest.ids == ids


def test_track_returns_while_the_server_takes_its_time(ingest, client):
    release = hold(ingest)
    ids = track(client, 200)
    wait_until(lambda: ingest.bodies, "the first batch is at the server")
    assert client.stats().delivered == 0
    release.set()
    client.flush()
    assert sorted(ingest.ids) == sorted(ids)


def test_a_batch_without_an_answer_in_time_is_sent_again(ingest, make_client, errors):
    client = make_client(request_timeout=0.2)
    ingest.next(ingest.store_but_never_answer)
    ids = track(client, 5)
    answer = client.flush()
    assert ingest.bodies[0] == ingest.bodies[1]
    assert ingest.ids == ids
    assert (answer.duplicates, errors) == (5, [])


@pytest.mark.parametrize("max_retries", [0, 2])
def test_without_an_age_a_batch_is_given_up_after_max_retries_and_reported_whole(
    max_retries, ingest, make_client, errors
):
    client = make_client(max_retries=max_retries, max_event_age=0)
    ingest.otherwise = problem(503)
    ids = track(client, 10)
    client.flush()
    assert len(ingest.bodies) == 1 + max_retries
    (error,) = errors
    assert isinstance(error, DroppedEventsError)
    assert (error.count, error.reason, reported(errors)) == (10, "retries_exhausted", ids)
    assert isinstance(error.__cause__, InternalServerError)
    assert (client.stats().dropped, client.stats().delivered) == (10, 0)


def test_events_after_a_given_up_batch_are_delivered(ingest, make_client):
    client = make_client(max_retries=0, max_event_age=0)
    ingest.next(problem(500))
    track(client, 3)
    client.flush()
    later = track(client, 3, first=3)
    client.flush()
    assert ingest.ids == later


def test_a_given_up_event_can_be_tracked_again_from_its_report(ingest, make_client, errors):
    client = make_client(max_retries=0, max_event_age=0)
    ingest.next(problem(500))
    track(client, 3, attributes={"n": 1}, quantity=2)
    client.flush()
    for event in errors[0].events:
        client.track(**event)
    client.flush()
    assert ingest.batches[0] == ingest.batches[1]
    assert ingest.bodies[0] == ingest.bodies[1]


def test_requests_go_to_the_batch_path_with_the_key_and_no_redirect_is_followed(server, ingest, client, errors):
    ingest.next(Answer(307, headers={"Location": f"{server.url}/elsewhere"}))
    track(client, 2)
    client.flush()
    track(client, 1, first=2)
    client.flush()
    assert {request.path for request in server.requests} == {PATH}
    assert {request.headers["authorization"] for request in server.requests} == {"Bearer sk_test_0123456789abcdef"}
    assert {request.headers["content-type"] for request in server.requests} == {"application/json"}
    assert reported(errors) == ["event-0", "event-1"]
