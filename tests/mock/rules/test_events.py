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
    return service.events.add("tenant_01", [plain._replace(event_id=each) for each in ids])


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
