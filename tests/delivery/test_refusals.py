"""Refusals of a batch, an event or the key: one bad event costs one event, and all is reported."""

from __future__ import annotations

import itertools
import threading

import pytest

from coobird.errors import (
    AuthenticationError,
    CoobirdError,
    PermissionDeniedError,
)
from tests.support.ingest import Ingest, finish, problem, reported, track, wait_until
from tests.support.loopback import Answer, Request

BAD = "event-41"


def refuse_batches_with(bad_ids, status, ingest: Ingest, named: bool):
    """Refuse a whole batch because of one event, which the answer may name or not."""

    def answer(request: Request) -> Answer:
        events = request.json()["events"]
        flaws = [
            {"field": f"events.{position}.quantity", "message": "must be less than 1000000"}
            for position, event in enumerate(events)
            if event["event_id"] in bad_ids
        ]
        if not flaws:
            return ingest.store(request)
        return problem(status, "invalid_field", flaws if named else None)

    return answer


@pytest.mark.parametrize("named", [True, False], ids=["errors-name-it", "no-errors"])
@pytest.mark.parametrize("status", [400, 413, 422])
def test_one_poison_event_in_100_costs_one_event_and_is_reported_with_it(status, named, ingest, make_client, errors):
    client = make_client(flush_at=1000)  # else a sender may have them all before the flush
    ingest.otherwise = refuse_batches_with({BAD}, status, ingest, named)
    ids = track(client, 100)
    answer = client.flush()
    assert sorted(ingest.ids) == sorted(set(ids) - {BAD})
    assert reported(errors) == [BAD]
    assert str(status) in str(errors[0]) or str(status) in str(errors[0].__cause__)
    assert answer.accepted == 99
    stats = client.stats()
    assert (stats.delivered, stats.dropped + stats.rejected) == (99, 1)


@pytest.mark.parametrize("named", [True, False], ids=["errors-name-it", "no-errors"])
def test_several_poison_events_cost_no_other(named, ingest, client, errors):
    bad = {"event-0", "event-1", "event-50", "event-99"}
    ingest.otherwise = refuse_batches_with(bad, 422, ingest, named)
    ids = track(client, 100)
    client.flush()
    assert sorted(ingest.ids) == sorted(set(ids) - bad)
    assert sorted(reported(errors)) == sorted(bad)


def test_a_batch_of_poison_events_ends_and_reports_each(ingest, client, errors):
    ingest.otherwise = problem(422)
    ids = track(client, 64)
    finish(lambda: (client.flush(), True), "flush()")
    assert sorted(reported(errors)) == sorted(ids)
    # Halving down to single events takes 127 requests; more would be hammering.
    assert len(ingest.bodies) <= 127


@pytest.mark.parametrize(
    "errors_field",
    [
        [{"field": "events.900.quantity", "message": "x"}],
        [{"field": "events.-1", "message": "x"}],
        "nonsense",
        [17],
        {},
    ],
    ids=["out-of-range", "negative", "text", "numbers", "object"],
)
def test_errors_that_name_no_event_of_the_batch_are_not_believed(errors_field, ingest, client, errors):
    refuse = refuse_batches_with({BAD}, 422, ingest, named=False)

    def answer(request: Request) -> Answer:
        refused = refuse(request)
        if refused.status == 422:
            refused.body["errors"] = errors_field
        return refused

    ingest.otherwise = answer
    ids = track(client, 100)
    client.flush()
    assert sorted(ingest.ids) == sorted(set(ids) - {BAD})
    assert reported(errors) == [BAD]


def test_errors_that_accuse_the_wrong_event_cost_at_most_what_they_accuse(ingest, client, errors):
    refuse = refuse_batches_with({BAD}, 422, ingest, named=False)

    def answer(request: Request) -> Answer:
        refused = refuse(request)
        if refused.status == 422:
            refused.body["errors"] = [{"field": "events.0.quantity", "message": "wrong"}]
        return refused

    ingest.otherwise = answer
    ids = track(client, 100)
    finish(lambda: (client.flush(), True), "flush()")
    assert sorted([*ingest.ids, *reported(errors)]) == sorted(ids)
    assert BAD in reported(errors)


def test_a_server_that_takes_smaller_bodies_gets_smaller_bodies(ingest, client, errors):
    def answer(request: Request) -> Answer:
        return ingest.store(request) if len(request.body) < 8_000 else problem(413)

    ingest.otherwise = answer
    ids = track(client, 100, attributes={"text": "x" * 300})
    client.flush()
    assert sorted(ingest.ids) == sorted(ids)
    assert errors == []


def test_an_event_rejected_on_its_own_is_reported_with_the_reason_and_costs_no_other(ingest, make_client, errors):
    client = make_client(flush_at=1000)  # else a sender may have them all before the flush
    ingest.reject = lambda event: "unknown signal 'api_call'" if event["event_id"] == BAD else None
    ids = track(client, 100)
    answer = client.flush()
    assert ingest.ids == [event_id for event_id in ids if event_id != BAD]
    assert reported(errors) == [BAD]
    assert "unknown signal 'api_call'" in str(errors[0])
    assert (answer.accepted, answer.rejected) == (99, 1)
    assert (client.stats().delivered, client.stats().rejected) == (99, 1)


def test_duplicates_count_as_delivered_and_are_no_error(ingest, client, errors):
    track(client, 10)
    client.flush()
    track(client, 10)
    answer = client.flush()
    assert (answer.accepted, answer.duplicates) == (0, 10)
    assert {result.status for result in answer.results} == {"duplicate"}
    assert (client.stats().delivered, errors) == (20, [])


@pytest.mark.parametrize("status", [402, 404, 405, 409, 410, 418, 451])
def test_other_refusals_are_final_and_reported_at_once(status, ingest, client, errors):
    ingest.next(problem(status))
    ids = track(client, 10)
    client.flush()
    later = track(client, 3, first=10)
    client.flush()
    assert reported(errors) == ids
    assert (len(ingest.bodies), ingest.ids) == (2, later)


@pytest.mark.parametrize(("status", "kind"), [(401, AuthenticationError), (403, PermissionDeniedError)])
def test_a_refused_key_is_reported_once_and_costs_no_event_if_it_works_again(status, kind, ingest, client, errors):
    ingest.otherwise = problem(status, "bad_key")
    ids = track(client, 50)
    wait_until(lambda: len(ingest.bodies) > 3, "the key was tried again")
    assert client.stats().dropped == 0
    ingest.otherwise = ingest.store
    client.flush()
    assert sorted(ingest.ids) == sorted(ids)
    assert [kind in (type(error), type(error.__cause__)) for error in errors] == [True]
    assert client.stats().delivered == 50


def test_flush_waits_for_events_that_are_held_again_while_later_ones_are_on_their_way(ingest, make_client):
    refuse, release = threading.Event(), threading.Event()

    def answer(request: Request) -> Answer:
        first_batch = len(ingest.bodies) == 1
        reply = problem(401) if first_batch else ingest.store(request)
        reply.wait = refuse if first_batch else release
        return reply

    ingest.otherwise = answer
    client = make_client(max_batch_size=10, flush_at=10)
    ids = track(client, 10)
    wait_until(lambda: ingest.bodies, "the first batch is at the server")
    answers = []
    flushing = threading.Thread(target=lambda: answers.append((client.flush(timeout=20), ingest.ids)), daemon=True)
    flushing.start()
    numbers = itertools.count(10)
    while len(ingest.bodies) < 3:
        track(client, 1, first=next(numbers))
    refuse.set()
    wait_until(lambda: client.stats().queued >= 10, "the first batch is back in the queue")
    release.set()
    flushing.join(20)
    (result, stored), *_ = answers
    assert set(ids) <= set(stored)
    assert result.accepted >= 10


def test_a_refused_key_does_not_burn_every_event_against_the_server(ingest, make_client):
    client = make_client(max_batch_size=5, max_queue_size=5000)
    ingest.otherwise = problem(401)
    track(client, 1000)
    wait_until(lambda: len(ingest.bodies) >= 25, "the key was tried again")
    # The oldest events are tried again and again, and the rest waits.
    assert len({event for batch in ingest.batches for event in batch}) <= 200
    ingest.otherwise = ingest.store
    client.flush()
    assert len(ingest.ids) == 1000


def test_flush_ends_while_the_key_is_refused(ingest, client):
    ingest.otherwise = problem(401)
    track(client, 5)
    finish(lambda: (client.flush(timeout=0.5), True), "flush(timeout=0.5)")
    stats = client.stats()
    assert (stats.delivered, stats.dropped, stats.queued + stats.in_flight) == (0, 0, 5)
    ingest.otherwise = ingest.store


@pytest.mark.parametrize("status", [401, 403])
def test_events_held_for_a_refused_key_are_reported_at_shutdown(status, ingest, client, errors):
    ingest.otherwise = problem(status)
    ids = track(client, 50)
    finish(lambda: (client.shutdown(timeout=0.5), True), "shutdown()")
    assert sorted(reported(errors)) == sorted(ids)
    assert client.stats().dropped == 50


def test_no_report_shows_the_key(ingest, make_client, errors, caplog):
    def echo(request: Request) -> Answer:
        return Answer(422, {"detail": f"no: {request.headers['authorization']}", "errors": []})

    client = make_client(debug=True)
    ingest.otherwise = echo
    track(client, 4)
    client.flush()
    assert reported(errors)
    shown = "\n".join(text_of(error) for error in errors) + caplog.text + repr(client) + repr(client.stats())
    assert "sk_test_0123456789abcdef" not in shown


def text_of(error: BaseException | None) -> str:
    if error is None:
        return ""
    own = f"{error!r} {error} {vars(error)}"
    return f"{own}\n{text_of(error.__cause__)}\n{text_of(error.__context__)}"


def test_errors_are_of_the_documented_tree(ingest, client, errors):
    ingest.next(problem(404), Answer(reset=True))
    track(client, 3)
    client.flush()
    client.track_task(customer_id="", agent_id="a")
    assert len(errors) == 2
    assert all(isinstance(error, CoobirdError) for error in errors)
