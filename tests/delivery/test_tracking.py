"""Arguments of `track()` and the bytes that it sends; the ways to use one client."""

from __future__ import annotations

import re
from uuid import UUID

import pytest

from coobird.errors import InvalidEventError, ResponseShapeError
from tests.support.ingest import parsed, reported, track
from tests.support.loopback import Answer


def test_every_event_gets_an_id_of_its_own_that_is_a_uuid(ingest, client):
    for _ in range(300):
        client.track_task(customer_id="c", agent_id="a")
    client.flush()
    assert len(ingest.ids) == 300
    assert all(str(UUID(event_id)) == event_id and UUID(event_id).version == 4 for event_id in ingest.ids)


def test_the_wire_form_is_the_contract(ingest, client):
    client.register({"region": "eu", "model": "small"})
    client.track(
        customer_id="c",
        agent_id="a",
        action_type="outcome",
        signal_code="s",
        quantity=2.5,
        attributes={"model": "large"},
        metadata={"note": "ü"},
    )
    client.flush()
    (event,) = parsed(ingest.bodies)
    assert event.pop("event_id")
    timestamp = event.pop("timestamp")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", timestamp)
    assert event == {
        "customer_id": "c",
        "agent_id": "a",
        "action_type": "outcome",
        "signal_code": "s",
        "quantity": 2.5,
        "attributes": {"region": "eu", "model": "large"},
        "metadata": {"note": "ü"},
    }


def test_what_the_caller_changes_after_track_changes_no_event(ingest, client):
    attributes = {"list": [1], "n": 1}
    client.track_task(customer_id="c", agent_id="a", attributes=attributes)
    attributes["list"].append(2)
    attributes["n"] = 2
    client.flush()
    assert parsed(ingest.bodies)[0]["attributes"] == {"list": [1], "n": 1}


@pytest.mark.parametrize(
    "bad",
    [
        {"customer_id": ""},
        {"customer_id": None},
        {"agent_id": 7},
        {"quantity": -1},
        {"quantity": float("nan")},
        {"quantity": float("inf")},
        {"quantity": "many"},
        {"action_type": "dance"},
        {"event_id": ""},
        {"timestamp": "yesterday"},
    ],
    ids=str,
)
def test_a_bad_event_is_reported_not_raised_and_costs_no_other(bad, ingest, client, errors):
    good = track(client, 2)
    event = {"customer_id": "c", "agent_id": "a", "action_type": "task", **bad}
    client.track(**event)
    client.flush()
    (error,) = errors
    assert isinstance(error, InvalidEventError)
    assert {name: error.event.get(name) for name in bad} == pytest.approx(bad, nan_ok=True)
    assert ingest.ids == good
    assert (client.stats().tracked, client.stats().rejected + client.stats().dropped) == (3, 1)


def test_track_after_shutdown_is_a_reported_drop(ingest, client, errors):
    ids = track(client, 3)
    client.shutdown()
    client.shutdown()
    late = track(client, 2, first=3)
    assert ingest.ids == ids
    assert reported(errors) == late
    assert client.stats().dropped == 2
    assert client.flush() is None


def test_shutdown_delivers_what_is_queued(ingest, client):
    ids = track(client, 55)
    client.shutdown()
    assert sorted(ingest.ids) == sorted(ids)


def test_a_block_delivers_at_its_end(ingest, make_client):
    with make_client() as client:
        ids = track(client, 5)
    assert ingest.ids == ids


def test_a_disabled_client_sends_nothing(server, make_client):
    client = make_client(disabled=True)
    track(client, 50)
    assert client.flush() is None
    client.shutdown()
    assert server.connections == 0


def test_a_sibling_shares_the_queue(ingest, client):
    sibling = client.with_options(request_timeout=5)
    track(client, 1)
    track(sibling, 1, first=1)
    sibling.flush()
    assert ingest.ids == ["event-0", "event-1"]


def test_track_immediate_is_sent_at_once_and_on_its_own(ingest, client):
    track(client, 1)
    answer = client.track_task_immediate(customer_id="c", agent_id="a", event_id="now")
    assert (answer.accepted, ingest.ids) == (1, ["now"])


def test_track_immediate_retries_with_the_same_bytes(ingest, client):
    ingest.next(Answer(503), ingest.store_but_lose_the_answer)
    answer = client.track_task_immediate(customer_id="c", agent_id="a")
    assert ingest.bodies == ingest.bodies[:1] * 3
    assert (answer.accepted, answer.duplicates) == (0, 1)


@pytest.mark.parametrize("name", ["accepted", "duplicates", "rejected", "results"])
@pytest.mark.parametrize("lacking", ["missing", None, "many"])
def test_track_immediate_does_not_take_an_answer_for_a_success_that_leaves_the_event_open(
    ingest, client, name, lacking
):
    verdict = {"accepted": 1, "duplicates": 0, "rejected": 0, "results": [], name: lacking}
    ingest.next(Answer(200, {key: value for key, value in verdict.items() if value != "missing"}))
    with pytest.raises(ResponseShapeError, match="does not say what became of the event"):
        client.track_task_immediate(customer_id="c", agent_id="a")


@pytest.mark.parametrize("name", ["accepted", "duplicates", "rejected", "results"])
def test_events_are_sent_again_if_an_answer_leaves_them_open(ingest, client, name):
    verdict = {"accepted": 2, "duplicates": 0, "rejected": 0, "results": []}
    del verdict[name]
    ingest.next(Answer(200, verdict))
    ids = track(client, 2)
    client.flush()
    assert set(ingest.ids) == set(ids)
    assert ingest.bodies == ingest.bodies[:1] * 2
    assert client.stats().delivered == 2
