"""Events over both ways of sending: at once, and through the queue."""

import json
from typing import Any

import pytest

from coobird import Coomon, InvalidEventError
from tests.support.contract.flavours import Wire
from tests.support.contract.judge import Judge

KINDS = ("task", "workflow", "outcome")


def event(number: int = 1, **fields: Any) -> dict[str, Any]:
    names = {"event_id": f"evt_{number}", "customer_id": "cust_1", "agent_id": "agent_1"}
    return {**names, "action_type": "task", **fields}


def test_an_event_sent_at_once_is_accepted(coomon: Coomon) -> None:
    result = coomon.track_immediate(**event())
    assert (result.accepted, result.duplicates, result.rejected, result.results) == (1, 0, 0, [])


def test_an_event_sent_twice_is_a_duplicate_the_second_time(coomon: Coomon) -> None:
    coomon.track_immediate(**event())
    result = coomon.track_immediate(**event(quantity=9))
    assert (result.accepted, result.duplicates, result.rejected) == (0, 1, 0)
    assert [entry.to_dict() for entry in result.results] == [{"event_id": "evt_1", "status": "duplicate"}]


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_action_has_a_method_of_its_own(coomon: Coomon, judge: Judge, kind: str) -> None:
    result = getattr(coomon, f"track_{kind}_immediate")(customer_id="cust_1", agent_id="agent_1")
    assert result.accepted == 1
    assert json.loads(judge.sent.content)["events"][0]["action_type"] == kind


def test_only_the_events_that_were_not_new_have_results(coomon: Coomon) -> None:
    coomon.track_immediate(**event(2))
    for number in (1, 2, 3):
        coomon.track(**event(number))
    result = coomon.flush()
    assert result is not None
    assert (result.accepted, result.duplicates) == (2, 1)
    assert [entry.event_id for entry in result.results] == ["evt_2"]


@pytest.mark.parametrize("kind", KINDS)
def test_queued_events_of_each_kind_are_delivered_by_a_flush(coomon: Coomon, kind: str) -> None:
    for _ in range(3):
        getattr(coomon, f"track_{kind}")(customer_id="cust_1", agent_id="agent_1", attributes={"tokens": 1})
    result = coomon.flush()
    assert result is not None
    assert (result.accepted, result.duplicates, result.rejected) == (3, 0, 0)


def test_a_flush_of_nothing_returns_none(coomon: Coomon) -> None:
    assert coomon.flush() is None


def test_a_batch_carries_the_global_attributes(coomon: Coomon, judge: Judge) -> None:
    coomon.register({"region": "eu", "tier": "gold"})
    coomon.unregister("tier")
    coomon.track(**event(attributes={"region": "us", "tokens": 3}))
    coomon.track(**event(2))
    coomon.flush()
    sent = json.loads(judge.sent.content)["events"]
    assert [one["attributes"] for one in sent] == [{"region": "us", "tokens": 3}, {"region": "eu"}]


def test_an_event_of_an_instant_long_ago_is_taken(coomon: Coomon) -> None:
    coomon.track(**event(timestamp="1999-12-31T23:59:59.999+05:30"))
    result = coomon.flush()
    assert result is not None
    assert result.accepted == 1


def test_a_bad_event_is_refused_before_it_is_sent(coomon: Coomon, judge: Judge) -> None:
    judge.begin()
    with pytest.raises(InvalidEventError, match="customer_id"):
        coomon.track_immediate(**event(customer_id=""))
    assert judge.answers == []


@pytest.mark.violates("request.body.events")
@pytest.mark.parametrize(
    ("events", "field"),
    [
        ([], "events"),
        ([event()] * 1001, "events"),
        ([event(1), event(2, quantity=-1)], "events.1.quantity"),
        ([event(colour="red")], "events.0.colour"),
        ([event(timestamp="yesterday")], "events.0.timestamp"),
    ],
)
def test_a_batch_that_cannot_be_is_refused_as_a_whole_by_name(
    wire: Wire, host: str, events: list[Any], field: str
) -> None:
    batch = {"events": [{"timestamp": "2026-04-01T00:00:00Z", **one} for one in events]}
    headers = {"Authorization": "Bearer sk_test_batches"}
    answer = wire.client.post(f"{host}/api/v1/events/batch", json=batch, headers=headers)
    assert answer.status_code == 422
    assert field in [entry["field"] for entry in answer.json()["errors"]]
