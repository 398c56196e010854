"""Contents of the page: exact sums per customer and agent."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from coobird.mock import MockCoobird
from coobird.mock.dashboard.figures import BilledAmounts, figures
from coobird.mock.dashboard.totals import Totals, tokens
from tests.support.mock.api import Api, event, refused
from tests.support.mock.frames import NOON, page, tenant_of, used
from tests.support.mock.world import World


@pytest.fixture
def own_api(own_server: MockCoobird) -> Iterator[Api]:
    with Api(own_server.url) as client:
        yield client


def used_by(world: World, number: int, **fields: Any) -> dict[str, Any]:
    return event(str(number), customer_id=world.customer, agent_id=world.agent, timestamp=NOON, **fields)


def test_an_event_is_counted_for_its_customer_and_for_its_agent(own_server: MockCoobird, own_api: Api) -> None:
    with page(own_server.url) as shown:
        own_api.sent(used("1", 0.1), used("2", 0.2, agent_id="other"), used("3", customer_id="cust_2"))
        shown.until(3)
        assert shown.line("cust_1") | {"over_time": None} == {
            "tenant": tenant_of(own_server, own_api),
            "id": "cust_1",
            "name": None,
            "events": "2",
            "input_tokens": "200",
            "output_tokens": "14",
            # 0.1 + 0.2 is 0.30000000000000004 as a sum of binary floats.
            "cost_usd": "0.3",
            "billed": None,
            "margin_usd": None,
            "margin_percent": None,
            "is_counting": False,
            "over_time": None,
        }
        assert shown.line("cust_2")["cost_usd"] is None
        assert (shown["total"]["events"], shown["total"]["cost_usd"]) == ("3", "0.3")
        assert [row["seq"] for row in shown.rows] == [1, 2, 3]
    with page(own_server.url, by="agent") as agents:
        agents.until(3)
        assert agents.line("agent_1")["events"] == "2"
        assert agents.line("other")["cost_usd"] == "0.2"


def test_an_event_that_comes_twice_is_counted_once(own_server: MockCoobird, own_api: Api) -> None:
    with page(own_server.url) as shown:
        own_api.sent(used("1", 1))
        own_api.sent(used("1", 1), used("2", 1))
        assert shown.until(2)["total"]["cost_usd"] == "2"


def test_what_came_before_the_page_was_opened_is_in_its_first_frame(own_server: MockCoobird, own_api: Api) -> None:
    for start in range(0, 600, 100):
        own_api.sent(*(used(str(number), 0.01) for number in range(start, start + 100)))
    with page(own_server.url) as shown:
        shown.until(600)
        assert shown["total"]["cost_usd"] == "6"
    with page(own_server.url) as again:
        assert again.read()["total"]["events"] == "600"
        assert [row["seq"] for row in again.rows] == list(range(401, 601))


def test_names_are_those_of_the_customers_and_agents_that_exist(own_server: MockCoobird, own_api: Api) -> None:
    customer, agent = own_api.customer(name="<b>Acme</b>")["id"], own_api.made("/agents", name="Agent")["id"]
    own_api.sent(used("1", customer_id=customer, agent_id=agent))
    with page(own_server.url) as shown:
        shown.until(1)
        assert shown.line(customer)["name"] == "<b>Acme</b>"
        assert shown.rows[0]["customer"] == "<b>Acme</b>"
    with page(own_server.url, by="agent") as agents:
        assert agents.until(1).line(agent)["name"] == "Agent"
        own_api.changed(f"/agents/{agent}", name="Agent Smith")
        while agents.line(agent)["name"] != "Agent Smith":
            agents.read()


def test_the_billed_amount_equals_the_amount_of_the_preview(own_server: MockCoobird, own_api: Api) -> None:
    own_server.freeze(NOON)
    world = World(own_api)
    who = {"customer_id": world.customer, "agent_id": world.agent, "timestamp": NOON}
    with page(own_server.url) as shown:
        own_api.sent(*(event(str(number), **who) for number in range(7)))
        assert shown.until(7)["total"]["billed"] is None, "a draft is no contract yet"
        own_api.made(f"/contracts/{world.contract}/activate", 200)
        shown.until(7, billed=True)
        own_api.sent(*(event(str(number), **who) for number in range(7, 10)))
        shown.until(10, billed=True)
        preview = own_api.made("/invoices/preview", 200, customer_id=world.customer)["amount"]
        assert preview == 9900 + 10 * 10
        assert shown["total"]["billed"] == [["100.00", "USD"]]
        assert shown.line(world.customer)["billed"] == [["100.00", "USD"]]
    with page(own_server.url, by="agent") as agents:
        agents.until(10, billed=True)
        # The monthly fee belongs to no agent.
        assert agents.line(world.agent)["billed"] == [["1.00", "USD"]]
        assert agents["unassigned"] == [["99.00", "USD"]]


def test_a_margin_is_the_billed_amount_less_the_cost(own_server: MockCoobird, own_api: Api) -> None:
    own_server.freeze(NOON)
    world = World(own_api)
    own_api.made(f"/contracts/{world.contract}/activate", 200)
    own_api.sent(used("1", 0.123456789, customer_id=world.customer), used("2", 1, customer_id="unbilled"))
    with page(own_server.url) as shown:
        shown.until(2, billed=True)
        line = shown.line(world.customer)
        assert (line["margin_usd"], line["margin_percent"]) == ("98.876543211", "99.9")
        assert shown.line("unbilled")["margin_usd"] is None
        assert shown["total"]["margin_usd"] == "97.876543211"


def test_all_periods_of_a_contract_are_billed_and_only_its_days(own_server: MockCoobird, own_api: Api) -> None:
    own_server.freeze(NOON)
    world = World(own_api)
    own_api.made(f"/contracts/{world.contract}/activate", 200, activation_date="2026-01-01")
    who = {"customer_id": world.customer, "agent_id": world.agent}
    days = ("2025-12-31", "2026-01-31", "2026-02-01", "2026-04-30", "2026-05-01")
    own_api.sent(*(event(day, **who, timestamp=f"{day}T00:00:00.000Z") for day in days))
    with page(own_server.url) as shown:
        shown.until(5, billed=True)
        # January to April: four fees, and the three events of those months.
        assert shown["total"]["billed"] == [["396.30", "USD"]]
        own_server.advance(86_400 * 20)
        while shown["total"]["billed"] != [["495.40", "USD"]]:
            shown.read()


def test_a_price_that_changes_its_measure_bills_anew(own_server: MockCoobird, own_api: Api) -> None:
    own_server.freeze(NOON)
    world = World(own_api)
    own_api.made(f"/contracts/{world.contract}/activate", 200)
    (price,) = own_api.got(f"/contracts/{world.contract}")["agent_actions"]
    own_api.sent(*(used_by(world, number, quantity=5) for number in range(3)))
    with page(own_server.url) as shown:
        shown.until(3, billed=True)
        assert shown["total"]["billed"] == [["100.50", "USD"]]
        own_api.changed(f"/signals/{price['billable_signal_id']}", aggregation_type="max")
        while shown["total"]["billed"] != [["99.50", "USD"]]:
            shown.read()


def test_amounts_in_several_currencies_stand_side_by_side_and_make_no_margin() -> None:
    found = figures(Totals(events=1, costed=1, known_cost_usd=Decimal("0.5")), BilledAmounts({"USD": 100, "EUR": 250}))
    assert found["billed"] == [["2.50", "EUR"], ["1.00", "USD"]]
    assert found["margin_usd"] is None


def test_wallets_come_with_their_balance_and_last_transactions(own_server: MockCoobird, own_api: Api) -> None:
    customer = own_api.customer(name="Globex")["id"]
    wallet = own_api.made("/wallets", customer_id=customer, name="Main", currency="USD", conversion_rate=100)["id"]
    own_api.made(f"/wallets/{wallet}/top-up", 200, amount=5)
    own_api.made(f"/wallets/{wallet}/deduct", 200, amount=0.000001)
    with page(own_server.url, list="wallet") as shown:
        shown.read()
        (found,) = shown["list"]["rows"]
        assert (found["customer"]["name"], found["credits"], found["amount"]) == ("Globex", "499.999999", "5")
    with page(own_server.url, open=f"wallet:{found['tenant']}:{wallet}") as opened:
        opened.read()
        newest, oldest = opened["opened"]["transactions"]
        assert (newest["type"], newest["credits"], newest["balance"]) == ("deduction", "-0.000001", "499.999999")
        assert (oldest["type"], oldest["credits"], oldest["balance"]) == ("top_up", "500", "500")


def test_an_error_comes_with_its_operation_field_and_request_id(own_server: MockCoobird, own_api: Api) -> None:
    with page(own_server.url) as shown:
        problem = refused(own_api.post("/customers", json={"name": "A", "type": "company", "colour": 1}), 422)
        while not shown.sections.get("errors"):
            shown.read()
        (found,) = shown["errors"]
        assert (found["operation"], found["status"], found["fields"]) == ("create_customer", 422, ["colour"])
        assert found["request_id"] == problem["request_id"]


def test_errors_outlive_the_requests_that_went_well(own_server: MockCoobird, own_api: Api) -> None:
    refused(own_api.get("/customers/unknown"), 404)
    for _ in range(1001):
        own_api.get("/customers", params={"limit": 1})
    assert all(entry["status"] == 200 for entry in own_server.requests())
    with page(own_server.url) as shown:
        shown.read()
        assert [error["operation"] for error in shown["errors"]] == ["get_customer"]


@pytest.mark.parametrize(
    ("value", "number"), [(12, 12), ("12", 12), (12.0, 12), (None, 0), (True, 0), (-3, 0), ("many", 0), ([], 0)]
)
def test_tokens_are_what_an_attribute_says_in_numbers(value: Any, number: int) -> None:
    assert tokens(value) == number
