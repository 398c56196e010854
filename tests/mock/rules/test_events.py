"""Usage events."""

from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coobird.mock import MockCoobird
from coobird.mock.billing.event_cost import cost_of
from coobird.mock.rules.events import plain_amount
from coobird.mock.service.service import Service
from coobird.mock.state.event_log import NewEvent
from tests.support.mock.api import Api, event
from tests.support.mock.world import World


def test_new_events_are_accepted_and_kept_as_they_were_sent(server: MockCoobird, api: Api) -> None:
    sent = event("e1", quantity=2.5, attributes={"model": "m", "deep": {"a": [1, None]}}, metadata={"run": 7})
    assert api.sent(sent) == {"accepted": 1, "duplicates": 0, "rejected": 0, "results": []}
    (kept,) = server.events(api.key)
    assert {name: kept[name] for name in sent} == sent
    assert kept["signal_code"] is None


def test_what_an_event_leaves_out_is_one_unit_of_nothing(server: MockCoobird, api: Api) -> None:
    api.sent(event("e1"))
    (kept,) = server.events(api.key)
    assert (kept["quantity"], kept["attributes"], kept["metadata"], kept["cost_usd"]) == (1, {}, {}, None)


def test_an_event_id_counts_once_within_a_batch_and_across_batches(server: MockCoobird, api: Api) -> None:
    answer = api.sent(event("a"), event("b"), event("a", quantity=9))
    assert (answer["accepted"], answer["duplicates"]) == (2, 1)
    assert answer["results"] == [{"event_id": "a", "status": "duplicate"}]
    answer = api.sent(event("b"), event("c"))
    assert (answer["accepted"], answer["results"]) == (1, [{"event_id": "b", "status": "duplicate"}])
    assert [kept["event_id"] for kept in server.events(api.key)] == ["a", "b", "c"]
    assert server.events(api.key)[0]["quantity"] == 1


def test_a_stored_event_that_is_sent_again_is_a_duplicate_also_if_it_would_now_be_rejected(
    server: MockCoobird, api: Api
) -> None:
    late = event("a", signal_code="calls", attributes={"tokens": "1,000"})
    assert api.sent(late)["accepted"] == 1
    measured = {"aggregation_type": "sum", "value_field": "tokens"}
    api.made("/signals", signal_name="Calls", signal_code="calls", signal_type="billable", **measured)
    answer = api.sent(late, {**late, "event_id": "b"}, event("b"))
    assert (answer["accepted"], answer["duplicates"], answer["rejected"]) == (1, 1, 1)
    assert [(each["event_id"], each["status"]) for each in answer["results"]] == [("b", "rejected"), ("a", "duplicate")]
    assert [kept["event_id"] for kept in server.events(api.key)] == ["a", "b"]


def test_a_rejected_event_stops_no_other_and_may_come_again(server: MockCoobird, api: Api) -> None:
    bad = event("bad", signal_code="llm", attributes={"cost_usd": "a lot"})
    answer = api.sent(event("good"), bad)
    assert (answer["accepted"], answer["rejected"], answer["duplicates"]) == (1, 1, 0)
    (result,) = answer["results"]
    assert (result["event_id"], result["status"]) == ("bad", "rejected")
    assert "cost_usd" in result["error"]
    assert api.sent(event("bad"))["accepted"] == 1


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("2026-04-01T10:00:00+02:00", "2026-04-01T08:00:00.000Z"),
        ("2026-04-01T08:00:00.123456Z", "2026-04-01T08:00:00.123Z"),
        ("2026-04-01t08:00:00z", "2026-04-01T08:00:00.000Z"),
        ("2026-04-01T08:00:00.999Z", "2026-04-01T08:00:00.999Z"),
    ],
)
def test_timestamps_are_kept_in_utc_with_milliseconds(server: MockCoobird, api: Api, sent: str, kept: str) -> None:
    api.sent(event("e", timestamp=sent))
    assert server.events(api.key)[0]["timestamp"] == kept


@pytest.mark.parametrize("timestamp", ["0000-01-01T00:00:00Z", "9999-12-31T23:59:59-05:00", "2026-12-31T23:59:60Z"])
def test_an_instant_that_no_calendar_holds_is_rejected_by_itself(api: Api, timestamp: str) -> None:
    answer = api.sent(event("odd", timestamp=timestamp), event("even"))
    assert (answer["accepted"], answer["rejected"]) == (1, 1)


def test_a_stated_cost_is_kept_to_its_last_digit(server: MockCoobird, api: Api) -> None:
    costs = [0.0042, 0.1, 1e-07, 123456789.12345, 3]
    api.sent(*(event(str(i), signal_code="llm", attributes={"cost_usd": cost}) for i, cost in enumerate(costs)))
    kept = [found["cost_usd"] for found in server.events(api.key)]
    assert kept == ["0.0042", "0.1", "0.0000001", "123456789.12345", "3"]


def test_a_customers_events_are_found_whether_they_came_before_or_after_the_first_question(
    own_server: MockCoobird,
) -> None:
    def of_customer() -> list[str]:
        return [
            kept["event_id"] for kept in httpx.get(f"{own_server.url}/_mock/events?customer_id=cust_1").json()["events"]
        ]

    with Api(own_server.url) as api:
        api.sent(event("1"), event("2", customer_id="cust_2"))
        assert of_customer() == ["1"]
        api.sent(event("3", customer_id="cust_2"), event("4"))
        assert of_customer() == ["1", "4"]
    own_server.reset()
    assert of_customer() == []


def kept_ids(service: Service, *ids: str) -> set[str]:
    """Store events with these ids, and return the ids that were stored before."""
    plain = NewEvent("", "c", "a", "task", None, 1, "[{},{}]", "2026-04-01T08:00:00.000Z", "", None, None)
    return service.events.add("tenant_01", {each: plain._replace(event_id=each) for each in ids})


def test_an_event_of_a_request_that_failed_later_may_come_again() -> None:
    def fail_after_keeping(*ids: str) -> None:
        with service.store.transaction():
            kept_ids(service, *ids)
            raise ZeroDivisionError

    with closing(Service()) as service:
        with pytest.raises(ZeroDivisionError):
            fail_after_keeping("1")
        with service.store.transaction():
            assert kept_ids(service, "1") == set()
        with pytest.raises(ZeroDivisionError):
            fail_after_keeping("1", "2")
        with service.store.transaction():
            assert kept_ids(service, "1", "2") == {"1"}
        assert [event.event_id for event in service.events.read()] == ["1", "2"]


def test_an_event_id_counts_once_for_all_servers_on_one_file(tmp_path: Path) -> None:
    file = str(tmp_path / "shared.db")
    with closing(Service(db=file)) as one, closing(Service(db=file)) as other:
        for service, ids, known in [(one, "ab", ""), (other, "bc", "b"), (one, "cd", "c"), (one, "de", "d")]:
            with service.store.transaction():
                assert kept_ids(service, *ids) == set(known)
        assert [event.event_id for event in other.events.read()] == ["a", "b", "c", "d", "e"]


def test_after_a_reset_an_event_is_new_again(own_server: MockCoobird) -> None:
    with Api(own_server.url) as api, Api(own_server.url) as other:
        for each in (api, other):
            each.sent(event("1"))
        own_server.reset(api.key)
        assert (api.sent(event("1"))["accepted"], other.sent(event("1"))["accepted"]) == (1, 0)
        own_server.reset()
        assert other.sent(event("1"))["accepted"] == 1


def test_tenants_do_not_share_event_ids(server: MockCoobird, api: Api) -> None:
    api.sent(event("e1"))
    with Api(server.url) as other:
        assert other.sent(event("e1"))["accepted"] == 1
        assert len(server.events(other.key)) == 1


@given(st.one_of(st.floats(), st.integers(), st.booleans(), st.text(max_size=5), st.none()))
def test_the_quick_way_to_a_stated_cost_never_differs_from_the_thorough_one(stated: Any) -> None:
    if (text := plain_amount(stated)) is not None:
        usd = cost_of({"signal_code": "s", "attributes": {"cost_usd": stated}}, None, ()).usd
        assert usd is not None
        assert text == format(usd, "f")


def test_a_server_with_known_ids_rejects_events_that_name_what_does_not_exist() -> None:
    with MockCoobird(strict=True, known_ids=True) as mock, Api(mock.url) as api:
        world = World(api)
        known = {"customer_id": world.customer, "agent_id": world.agent}
        codes = [None, "search", "llm", "fee"]  # a billable signal, a cost signal, a charge of a plan
        good = [event(f"good {code}", **known, **({} if code is None else {"signal_code": code})) for code in codes]
        assert api.sent(*good) == {"accepted": 4, "duplicates": 0, "rejected": 0, "results": []}
        wrong = [("customer_id", "cust_1"), ("agent_id", "Agent"), ("signal_code", "serach")]
        answer = api.sent(*(event(field, **{**known, field: value}) for field, value in wrong), event("x", **known))
        assert (answer["accepted"], answer["rejected"]) == (1, 3)
        for (field, value), result in zip(wrong, answer["results"], strict=True):
            assert result["event_id"] == field
            assert result["error"].startswith(f"{field} {value!r}: there is no such ")


def test_known_ids_are_those_of_the_tenant_alone_and_of_contracts_with_a_code_of_before() -> None:
    with MockCoobird(strict=True, known_ids=True) as mock, Api(mock.url) as api, Api(mock.url) as other:
        world = World(api)
        known = {"customer_id": world.customer, "agent_id": world.agent}
        signal = api.got("/signals", limit=100)["data"]
        search = next(each["id"] for each in signal if each["signal_code"] == "search")
        api.changed(f"/signals/{search}", signal_code="find")
        assert (
            api.sent(event("1", **known, signal_code="search"), event("2", **known, signal_code="find"))["accepted"]
            == 2
        )
        assert other.sent(event("1", **known))["rejected"] == 1


def measured(api: Api, aggregation: str = "sum", **fields: Any) -> str:
    """Id of an agent with an action whose signal `size` measures the attribute `bytes`."""
    agent = api.made("/agents", name="A")["id"]
    signal = {"signal_name": "S", "signal_code": "size", "aggregation_type": aggregation, "value_field": "bytes"}
    api.made(f"/agents/{agent}/actions", action_name="X", action_type="task", billable_signal=signal | fields)
    return str(agent)


@pytest.mark.parametrize("aggregation", ["sum", "max", "min", "average"])
@pytest.mark.parametrize("value", [10**15 + 1, -(10**16), 1e300, "1e16", "1,000", "$5"])
@pytest.mark.parametrize("by", ["code", "former code", "action"])
def test_a_number_that_could_not_be_billed_is_rejected_when_it_arrives(
    api: Api, aggregation: str, value: Any, by: str
) -> None:
    agent = measured(api, aggregation)
    if by == "former code":
        action = api.got(f"/agents/{agent}/actions")["data"][0]
        api.changed(f"/signals/{action['billable_signal']['id']}", signal_code="volume")
    fields: dict[str, Any] = {"agent_id": agent} if by == "action" else {"signal_code": "size"}
    answer = api.sent(
        event("bad", attributes={"bytes": value}, **fields), event("good", attributes={"bytes": 1}, **fields)
    )
    (result,) = answer["results"]
    assert (answer["accepted"], result["event_id"], result["status"]) == (1, "bad", "rejected")
    assert result["error"].startswith("attributes.bytes ")


@pytest.mark.parametrize("value", [10**15, "1e15", " .5 ", "many", True, None, [10**16]])
def test_other_values_of_a_measured_attribute_are_accepted(api: Api, value: Any) -> None:
    measured(api)
    assert api.sent(event("e", signal_code="size", attributes={"bytes": value}))["accepted"] == 1


def test_only_measured_attributes_are_bounded(api: Api) -> None:
    agent = measured(api, "unique_count")
    big = {"bytes": 2**64, "trace": 10**30, "cost": "1,000"}
    assert api.sent(event("a", signal_code="size", attributes=big))["accepted"] == 1
    assert api.sent(event("b", agent_id=agent, attributes=big))["accepted"] == 1
    assert api.sent(event("c", signal_code="unheard of", attributes=big))["accepted"] == 1
    inactive = api.made("/signals", signal_name="I", signal_code="off", signal_type="billable", aggregation_type="sum")
    api.changed(f"/signals/{inactive['id']}", value_field="trace")
    assert api.sent(event("d", signal_code="off", attributes=big))["rejected"] == 1
    api.changed(f"/signals/{inactive['id']}", status="inactive")
    assert api.sent(event("d", signal_code="off", attributes=big))["accepted"] == 1


def test_a_number_is_also_bounded_by_the_signal_that_a_price_names_and_by_cost_signals(
    server: MockCoobird, api: Api
) -> None:
    agent = measured(api, "count")
    action = api.got(f"/agents/{agent}/actions")["data"][0]["id"]
    other = {"signal_name": "O", "signal_code": "o", "aggregation_type": "max", "value_field": "peak"}
    priced = api.made("/signals", **other, signal_type="billable")["id"]
    plan = api.made("/plans", name="P", code="p")["id"]
    price = {"agent_action_id": action, "billable_signal_id": priced, "pricing_model": "per_unit", "unit_price": 1}
    api.made(f"/plans/{plan}/agent-actions", **price)
    cost = api.made("/signals", signal_name="C", signal_code="c", signal_type="cost", value_field="tokens")["id"]
    server.set_signal_cost(cost, api_key=api.key, cost_type="variable", cost_per_unit=1, category="llm")
    api.changed(f"/agents/{agent}/actions/{action}", cost_signal_ids=[cost])
    for name, status in (("peak", "rejected"), ("tokens", "rejected"), ("bytes", "accepted")):
        answer = api.sent(event(name, agent_id=agent, attributes={name: 10**16}))
        assert answer[status] == 1, name
