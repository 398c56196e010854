"""The routes under `/_mock/`, mostly through `MockCoobird`."""

import csv
import json
import re
import time
from datetime import UTC, date, datetime, timedelta, timezone
from io import StringIO
from typing import Any

import httpx
import pytest

from coobird.mock import MockCoobird
from coobird.mock.service.request_log import RequestLog
from coobird.mock.service.service import Service
from coobird.mock.web.control import routes
from coobird.mock.web.notifier import ChangeNotifier
from tests.support import ROOT
from tests.support.mock.api import Api, event, refused
from tests.support.mock.frames import page
from tests.support.mock.shop import Shop


@pytest.fixture
def own_api(own_server: MockCoobird) -> Any:
    with Api(own_server.url) as client:
        yield client


def test_health_answers_without_a_key(server: MockCoobird) -> None:
    assert httpx.get(f"{server.url}/_mock/health").json()["status"] == "ok"


def test_events_are_those_of_the_key_or_all(own_server: MockCoobird, own_api: Api) -> None:
    own_api.sent(event("mine"))
    with Api(own_server.url) as other:
        other.sent(event("theirs"))
    assert [kept["event_id"] for kept in own_server.events(own_api.key)] == ["mine"]
    assert [kept["event_id"] for kept in own_server.events()] == ["mine", "theirs"]


def test_events_can_be_those_of_one_customer_or_agent(own_server: MockCoobird, own_api: Api) -> None:
    own_api.sent(event("a", customer_id="c&d=1", agent_id="x"), event("b", customer_id="other", agent_id="x"))
    assert [kept["event_id"] for kept in own_server.events(customer_id="c&d=1")] == ["a"]
    assert [kept["event_id"] for kept in own_server.events(own_api.key, agent_id="x")] == ["a", "b"]
    assert own_server.events(customer_id="c&d=1", agent_id="y") == []


def test_events_can_be_read_a_part_at_a_time(own_server: MockCoobird, own_api: Api) -> None:
    own_api.sent(*(event(str(n), customer_id=f"cust_{n % 2}") for n in range(6)))
    url = f"{own_server.url}/_mock/events"
    assert [e["event_id"] for e in httpx.get(url, params={"customer_id": "cust_1"}).json()["events"]] == ["1", "3", "5"]
    first = httpx.get(url, params={"limit": 2}).json()["events"]
    rest = httpx.get(url, params={"after": first[-1]["seq"]}).json()["events"]
    assert [e["event_id"] for e in [*first, *rest]] == ["0", "1", "2", "3", "4", "5"]
    refused(httpx.get(url, params={"limit": "few"}), 422, field="limit")
    refused(httpx.get(url, params={"costumer_id": "cust_1"}), 422, field="costumer_id")


def test_the_export_holds_one_event_per_line(own_server: MockCoobird, own_api: Api) -> None:
    own_api.sent(event("a", attributes={"note": "two\nlines"}), event("b"))
    lines = httpx.get(f"{own_server.url}/_mock/export").text.splitlines()
    assert [json.loads(line) for line in lines] == own_server.events()


def test_resetting_a_key_leaves_the_others_alone(own_server: MockCoobird, own_api: Api) -> None:
    own_api.customer()
    own_api.sent(event("e"))
    with Api(own_server.url) as other:
        kept = other.customer()
        own_server.reset(own_api.key)
        assert own_api.got("/customers")["pagination"]["total"] == 0
        assert own_server.events(own_api.key) == []
        assert other.got("/customers")["data"] == [kept]
        own_server.reset()
        assert other.got("/customers")["data"] == []


def test_a_reset_forgets_idempotency_keys_event_ids_faults_and_the_clock(own_server: MockCoobird, own_api: Api) -> None:
    headers = {"Idempotency-Key": "k"}
    own_api.post("/customers", json={"name": "A", "type": "company"}, headers=headers)
    own_api.sent(event("e"))
    own_server.fail("list_customers")
    own_server.freeze("2020-01-01T00:00:00Z")
    own_server.reset()
    assert own_server.requests() == []
    made = own_api.post("/customers", json={"name": "B", "type": "company"}, headers=headers)
    assert made.status_code == 201
    assert not made.json()["created_at"].startswith("2020")
    assert own_api.sent(event("e"))["accepted"] == 1
    assert own_api.got("/customers")["pagination"]["total"] == 1


def test_a_fault_hits_its_operation_so_many_times(own_server: MockCoobird, own_api: Api) -> None:
    own_server.fail("create_customer", status=429, retry_after=2, times=2)
    for _ in range(2):
        assert own_api.get("/customers").status_code == 200
        response = own_api.post("/customers", json={"name": "A", "type": "company"})
        refused(response, 429, code="rate_limited")
        assert response.headers["retry-after"] == "2"
    own_api.customer()
    assert own_api.got("/customers")["pagination"]["total"] == 1


def test_a_429_always_says_when_to_come_back(own_server: MockCoobird, own_api: Api) -> None:
    own_server.fail(status=429)
    assert own_api.get("/customers").headers["retry-after"] == "1"


def test_a_fault_can_be_bound_to_a_path(own_server: MockCoobird, own_api: Api) -> None:
    one, two = own_api.customer(), own_api.customer()
    own_server.fail(path=f"/customers/{two['id']}", status=503)
    own_api.got(f"/customers/{one['id']}")
    refused(own_api.get(f"/customers/{two['id']}"), 503, code="unavailable")
    own_api.got(f"/customers/{two['id']}")


def test_a_fault_afterwards_spoils_the_answer_but_not_the_effect(own_server: MockCoobird, own_api: Api) -> None:
    own_server.fail("track_events", status=500, after=True)
    refused(own_api.post("/events/batch", json={"events": [event("e")]}), 500)
    assert own_api.sent(event("e"))["duplicates"] == 1
    assert len(own_server.events()) == 1


def test_latency_alone_lets_the_request_through(own_server: MockCoobird, own_api: Api) -> None:
    own_server.fail("list_customers", status=None, latency=0.2)
    assert own_api.get("/customers").status_code == 200
    (taken,) = [entry for entry in own_server.requests() if entry["operation"] == "list_customers"]
    assert taken["milliseconds"] >= 200


def test_a_fault_that_would_never_happen_is_refused(own_server: MockCoobird) -> None:
    with pytest.raises(ValueError, match="create_costumer"):
        own_server.fail("create_costumer")
    response = httpx.post(f"{own_server.url}/_mock/faults", json={"status": 200, "time": 1, "times": 0})
    assert {error["field"] for error in refused(response, 422)["errors"]} == {"status", "time", "times"}


def test_faults_can_be_listed_and_cleared(own_server: MockCoobird, own_api: Api) -> None:
    own_server.fail("list_customers", times=None)
    url = f"{own_server.url}/_mock/faults"
    refused(own_api.get("/customers"), 500)
    (fault,) = httpx.get(url).json()["faults"]
    assert (fault["operation"], fault["times"]) == ("list_customers", None)
    assert httpx.delete(url).status_code == 204
    own_api.got("/customers")


def test_what_is_left_of_the_faults_can_be_asked_for_and_called_off(own_server: MockCoobird, own_api: Api) -> None:
    own_server.fail("list_customers", times=3)
    refused(own_api.get("/customers"), 500)
    assert [(fault["operation"], fault["times"]) for fault in own_server.faults()] == [("list_customers", 2)]
    own_server.clear_faults()
    assert own_server.faults() == []
    own_api.got("/customers")


def test_requests_are_recorded_without_the_key(own_server: MockCoobird, own_api: Api) -> None:
    own_api.post("/customers", json={"name": "Acme"}, headers={"Idempotency-Key": "k"})
    own_api.get("/customers?page=2")
    first, second = own_server.requests(own_api.key)
    assert (first["operation"], first["status"], first["body"]) == ("create_customer", 422, {"name": "Acme"})
    assert (first["idempotency_key"], first["code"]) == ("k", "invalid_field")
    assert (second["path"], second["query"]) == ("/api/v1/customers", "page=2")
    assert own_api.key not in httpx.get(f"{own_server.url}/_mock/requests").text


def test_a_frozen_clock_stands_until_it_is_moved(own_server: MockCoobird, own_api: Api) -> None:
    own_server.freeze("2026-04-01T02:00:00+02:00")
    assert own_api.customer()["created_at"] == "2026-04-01T00:00:00.000Z"
    own_server.advance(86_400.5)
    assert own_api.customer()["created_at"] == "2026-04-02T00:00:00.500Z"


def test_the_clock_takes_and_gives_datetimes_and_can_be_let_go(own_server: MockCoobird) -> None:
    summer = timezone(timedelta(hours=2))
    own_server.freeze(datetime(2026, 4, 1, 2, tzinfo=summer))
    own_server.advance(timedelta(days=30))
    assert own_server.now() == datetime(2026, 5, 1, tzinfo=UTC)
    own_server.reset_clock()
    assert abs(own_server.now() - datetime.now(UTC)) < timedelta(minutes=5)


@pytest.mark.parametrize("at", ["2026-04-01", "2026-04-01T00:00:00", datetime(2026, 4, 1)])  # noqa: DTZ001 (on purpose)
def test_an_instant_without_a_time_zone_is_in_utc_wherever_the_machine_is(
    own_server: MockCoobird, monkeypatch: pytest.MonkeyPatch, at: str | datetime
) -> None:
    with monkeypatch.context() as patched:
        patched.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        own_server.freeze(at)
    time.tzset()
    assert own_server.now() == datetime(2026, 4, 1, tzinfo=UTC)


def test_a_running_clock_can_be_moved(own_server: MockCoobird, own_api: Api) -> None:
    before = own_api.customer()["created_at"]
    own_server.advance(366 * 86_400)
    assert int(own_api.customer()["created_at"][:4]) > int(before[:4])


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"advance": "x"},
        {"advance": 1e18},
        {"advance": True},
        {"freeze": "soon"},
        {"freeze": 1},
        {"freeze": False},
        {"reset": False},
        {"advance": 1, "reset": True},
        {"a": 1},
        [],
    ],
)
def test_a_clock_is_not_moved_to_where_there_is_no_time(own_server: MockCoobird, body: Any) -> None:
    refused(httpx.put(f"{own_server.url}/_mock/clock", json=body), 422)
    assert httpx.get(f"{own_server.url}/_mock/clock").json()["frozen"] is False


def test_the_stream_sends_events_as_they_arrive_and_can_be_resumed(own_server: MockCoobird, own_api: Api) -> None:
    own_api.sent(event("before"))
    url = f"{own_server.url}/_mock/stream"
    with httpx.stream("GET", url) as response:
        lines = response.iter_lines()
        assert next(lines) == ": connected"
        own_api.sent(event("a"), event("b"))
        assert [
            json.loads(next(line for line in lines if line.startswith("data: "))[6:])["event_id"] for _ in "ab"
        ] == [
            "a",
            "b",
        ]
    with httpx.stream("GET", url, headers={"Last-Event-ID": "0"}) as response:
        line = next(line for line in response.iter_lines() if line.startswith("data: "))
        assert json.loads(line[6:])["event_id"] == "before"


def test_unknown_control_routes_are_problems_too(server: MockCoobird) -> None:
    refused(httpx.get(f"{server.url}/_mock/nothing"), 404)
    response = httpx.put(f"{server.url}/_mock/faults")
    refused(response, 405)
    assert {"GET", "POST", "DELETE"} <= set(response.headers["allow"].split(", "))


def test_many_events_come_complete_and_in_order_though_more_arrive_meanwhile(
    own_server: MockCoobird, own_api: Api
) -> None:
    for batch in range(5):
        own_api.sent(*(event(f"{batch}-{number}", attributes={"text": "x" * 1000}) for number in range(500)))
    with httpx.stream("GET", f"{own_server.url}/_mock/export") as response:
        lines = response.iter_lines()
        ids = [json.loads(next(lines))["event_id"]]
        own_api.sent(event("late"))
        ids += [json.loads(line)["event_id"] for line in lines]
    expected = [f"{batch}-{number}" for batch in range(5) for number in range(500)]
    assert ids[:2500] == expected
    assert ids[2500:] in ([], ["late"])
    assert [kept["event_id"] for kept in own_server.events()] == [*expected, "late"]


def test_the_documentation_names_every_control_route_with_its_methods() -> None:
    service = Service()
    found = {
        (method, f"/_mock{route.path}")
        for route in routes(service, RequestLog(), ChangeNotifier())
        for method in route.methods or ()
        if method != "HEAD"
    }
    service.close()
    text = (ROOT / "docs" / "mock.md").read_text("utf-8")
    rows = re.findall(r"^\| `([A-Z, ]+) (/_mock\S+)` \|", text, re.MULTILINE)
    # The stream of the page is not documented, so that it can change.
    assert {(method, path) for methods, path in rows for method in methods.split(", ")} == found - {
        ("GET", "/_mock/dashboard")
    }


def test_the_requests_hold_what_a_batch_rejected_and_why(own_server: MockCoobird, own_api: Api) -> None:
    own_api.sent(event("a"))
    bad = event("bad", signal_code="llm", attributes={"cost_usd": "abc"})
    answer = own_api.sent(event("a"), bad, event("b"))
    first, second = own_server.requests()
    assert first["results"] == []
    assert second["results"] == [answer["results"][0], answer["results"][1]]
    assert [result["status"] for result in second["results"]] == ["rejected", "duplicate"]
    assert "cost_usd" in second["results"][0]["error"]


def test_a_batch_that_is_all_wrong_fills_neither_the_requests_nor_the_errors(
    own_server: MockCoobird, own_api: Api
) -> None:
    own_api.post("/customers", json={})
    own_api.sent(*(event(str(n), signal_code="llm", attributes={"cost_usd": [n]}) for n in range(500)))
    assert len(own_server.requests()[-1]["results"]) == 100
    with page(own_server.url) as shown:
        while "errors" not in shown.sections:
            shown.read()
        codes = [row["code"] for row in shown["errors"]]
        assert codes == ["rejected"] * 10 + ["invalid_field"]
        assert shown["errors"][0]["event"]["customer_id"] == "cust_1"


def test_a_repeated_answer_rejects_nothing_anew(own_server: MockCoobird, own_api: Api) -> None:
    body = {"events": [event("bad", signal_code="llm", attributes={"cost_usd": "abc"})]}
    for _ in range(2):
        own_api.post("/events/batch", json=body, headers={"Idempotency-Key": "same"})
    assert [len(request["results"]) for request in own_server.requests()] == [1, 1]
    with page(own_server.url) as shown:
        while "errors" not in shown.sections:
            shown.read()
        assert len(shown["errors"]) == 1


def test_events_and_their_export_take_the_filters_of_the_page(own_server: MockCoobird, own_api: Api) -> None:
    customer = own_api.customer(name="Acme, Inc.")["id"]
    own_server.freeze("2026-04-15T12:00:00Z")
    model = {"attributes": {"model": "gpt-4o", "note": 'a "b"\nc', "input_tokens": 5}}
    own_api.sent(
        event("old", timestamp="2026-04-13T00:00:00Z"), event("new", timestamp="2026-04-15T11:00:00Z", **model)
    )
    own_api.sent(event("named", customer_id=customer, signal_code="llm", timestamp="2026-04-15T11:00:00Z"))
    wanted: list[tuple[dict[str, Any], list[str]]] = [
        ({"model": "gpt-4o"}, ["new"]),
        ({"model": ""}, ["old", "named"]),
        ({"signal_code": "llm"}, ["named"]),
        ({"text": "acme, inc"}, ["named"]),
        ({"span": "24h"}, ["new", "named"]),
        ({"span": "24h", "time": "arrival"}, ["old", "new", "named"]),
        ({"span": "24h", "limit": 1}, ["new"]),
        ({"span": "24h", "after": 2}, ["named"]),
        ({"tenant": "tenant_000000000000"}, []),
    ]
    for query, ids in wanted:
        found = httpx.get(f"{own_server.url}/_mock/events", params=query).json()["events"]
        assert [each["event_id"] for each in found] == ids, query
        text = httpx.get(f"{own_server.url}/_mock/export", params={**query, "format": "csv"}).text
        assert [row["event_id"] for row in csv.DictReader(StringIO(text, newline=""))] == ids, query
    table = list(csv.DictReader(StringIO(httpx.get(f"{own_server.url}/_mock/export?format=csv").text, newline="")))
    assert table[2]["customer"] == "Acme, Inc."
    assert (json.loads(table[1]["attributes"])["note"], table[1]["input_tokens"]) == ('a "b"\nc', "5")
    refused(httpx.get(f"{own_server.url}/_mock/export?format=xls"), 422, field="format")


@pytest.mark.parametrize(
    ("text", "now"),
    [
        ("2026-04-01T24:00:00Z", "2026-04-02T00:00:00+00:00"),
        ("2026-091", "2026-04-01T00:00:00+00:00"),
        ("2026-W14", "2026-03-30T00:00:00+00:00"),
        ("2026-04", "2026-04-01T00:00:00+00:00"),
    ],
)
def test_the_clock_stops_at_each_legal_form_of_an_instant(own_server: MockCoobird, text: str, now: str) -> None:
    own_server.freeze(text)
    assert own_server.now().isoformat() == now
    for wrong in ("soon", "9999-12-31T24:00:00Z"):
        with pytest.raises(ValueError, match="freeze"):
            own_server.freeze(wrong)


@pytest.mark.parametrize("day", ["2026-04-30", "20260430", "2026-120", "2026-W18-4", date(2026, 4, 30)])
def test_a_billing_run_takes_each_legal_form_of_a_day(own_server: MockCoobird, day: Any) -> None:
    with Shop(own_server.url) as shop:
        shop.charge("recurring")
        contract_id = shop.contract()
        made = own_server.invoice_contract(contract_id, api_key=shop.key, day=day)
        assert made["billing_period_to"] == "2026-04-30"
        with pytest.raises(ValueError, match="day"):
            own_server.invoice_contract(contract_id, api_key=shop.key, day="soon")
