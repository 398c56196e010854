"""What a preview bills, and when: contracts, periods and charges against the running server."""

from collections.abc import Iterator
from itertools import count
from typing import Any, Self

import pytest
from conftest import Api, event, refused

from coobird.mock import MockCoobird

NUMBERS = count()


class Shop(Api):
    """A tenant with one customer, one agent and a plan, on a server whose clock it moves."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.server_url = url

    def __enter__(self) -> Self:
        super().__enter__()
        self.now("2026-04-15T12:00:00Z")
        self.customer_id = self.customer()["id"]
        self.agent_id = self.made("/agents", name="Researcher")["id"]
        self.plan_id = self.made("/plans", name="Pro", code="pro")["id"]
        return self

    def now(self, instant: str) -> None:
        assert self.put(f"{self.server_url}/_mock/clock", json={"freeze": instant}).status_code == 200

    def priced(self, code: str = "calls", *, action_type: str = "task", **price: Any) -> dict[str, Any]:
        """An action of the agent whose signal has this code; the price of it in the plan."""
        billable = {"signal_name": code, "signal_code": code, "aggregation_type": "count", "unit_label": "calls"}
        action = {"action_name": f"Make {code}", "action_type": action_type, "billable_signal": billable}
        made = self.made(f"/agents/{self.agent_id}/actions", **action)
        price = {"pricing_model": "per_unit", "unit_price": 10} | price
        return self.made(f"/plans/{self.plan_id}/agent-actions", agent_action_id=made["id"], **price)

    def charge(self, charge_type: str, amount: int = 1000, **fields: Any) -> dict[str, Any]:
        plain = {"charge_name": "Fee", "charge_code": "fee", "charge_type": charge_type, "amount": amount}
        return self.made(f"/plans/{self.plan_id}/charges", **(plain | fields))

    def contract(self, start: str = "2026-04-01", *, active: str | None = "", **fields: Any) -> str:
        """The id of a contract, active from its start unless told otherwise."""
        plain = {"plan_id": self.plan_id, "customer_id": self.customer_id, "name": "Acme", "start_date": start}
        contract_id = str(self.made("/contracts", **(plain | fields))["id"])
        if active is not None:
            self.act(contract_id, "activate", activation_date=active or start)
        return contract_id

    def act(self, contract_id: str, verb: str, **fields: Any) -> dict[str, Any]:
        return self.made(f"/contracts/{contract_id}/{verb}", 200, **fields)

    def used(self, *timestamps: str, code: str | None = "calls", **fields: Any) -> None:
        """One event at each of the instants; a day stands for its noon."""
        signal = {} if code is None else {"signal_code": code}
        for timestamp in timestamps:
            at = timestamp if "T" in timestamp else f"{timestamp}T12:00:00Z"
            plain = {"customer_id": self.customer_id, "agent_id": self.agent_id, "timestamp": at}
            assert self.sent(event(f"event_{next(NUMBERS)}", **(plain | signal | fields)))["accepted"] == 1

    def preview(self, **fields: Any) -> dict[str, Any]:
        bill = self.made("/invoices/preview", 200, **({"customer_id": self.customer_id} | fields))
        assert bill["amount"] == bill["subtotal_cents"] == sum(item["total_cents"] for item in bill["line_items"])
        assert [item["sort_order"] for item in bill["line_items"]] == list(range(len(bill["line_items"])))
        return bill

    def billed(self, contract_id: str, status: int, **fields: Any) -> dict[str, Any]:
        """What the billing run answers."""
        answer = self.post(f"{self.server_url}/_mock/contracts/{contract_id}/invoice", json=fields)
        assert answer.status_code == status, answer.text
        return dict(answer.json())

    def amount(self, **fields: Any) -> int:
        return int(self.preview(**fields)["amount"])


@pytest.fixture(scope="module")
def clocked() -> Iterator[MockCoobird]:
    with MockCoobird(strict=True) as mock:
        yield mock


@pytest.fixture
def shop(clocked: MockCoobird) -> Iterator[Shop]:
    with Shop(clocked.url) as client:
        yield client


def test_a_line_says_what_it_bills_and_how_it_came_about(shop: Shop) -> None:
    price = shop.priced(included_units=2)
    contract_id = shop.contract()
    shop.used("2026-04-02", "2026-04-03", "2026-04-04", quantity=1.5)
    action = shop.got(f"/agents/{shop.agent_id}/actions")["data"][0]
    assert shop.preview() == {
        "customer_id": shop.customer_id,
        "contract_id": None,
        "period_from": "2026-04-01",
        "period_to": "2026-04-30",
        "currency": "USD",
        "subtotal_cents": 25,
        "amount": 25,
        "line_items": [
            {
                "id": None,
                "description": "Make calls: 4.5 calls, 2 included, 2.5 at 10 cents each",
                "quantity": 4.5,
                "unit_price_cents": 10,
                "subtotal_cents": 25,
                "discount_cents": 0,
                "tax_cents": 0,
                "total_cents": 25,
                "contract_id": contract_id,
                "source_type": "agent_action",
                "source_id": action["id"],
                "agent_id": shop.agent_id,
                "feature_id": None,
                "signal_id": price["billable_signal_id"],
                "pricing_model": "per_unit",
                "period_from": "2026-04-01",
                "period_to": "2026-04-30",
                "included_units_used": 2,
                "billable_units": 2.5,
                "tier_number": None,
                "sort_order": 0,
            }
        ],
    }


def test_a_period_has_its_first_and_last_millisecond_and_no_other(shop: Shop) -> None:
    shop.priced()
    shop.contract("2026-03-01")
    shop.used("2026-03-31T23:59:59.999Z", "2026-05-01T00:00:00.000Z", "2026-04-01T00:30:00+01:00")
    assert shop.amount() == 0
    shop.used("2026-04-01T00:00:00.000Z", "2026-04-30T23:59:59.999Z", "2026-05-01T01:30:00+02:00")
    assert shop.amount() == 30


def test_the_next_period_starts_from_nothing(shop: Shop) -> None:
    shop.priced(included_units=2)
    shop.contract("2026-04-10")
    shop.used("2026-04-12", "2026-04-13", "2026-05-09", "2026-05-10")
    assert (shop.amount(), shop.preview()["period_to"]) == (10, "2026-05-09")
    shop.now("2026-05-10T00:00:00Z")
    assert (shop.amount(), shop.preview()["period_from"]) == (0, "2026-05-10")


def test_usage_of_other_customers_and_tenants_is_not_billed(clocked: MockCoobird, shop: Shop) -> None:
    shop.priced()
    shop.contract()
    shop.used("2026-04-02", customer_id="cust_other")
    with Shop(clocked.url) as stranger:
        stranger.used("2026-04-02", customer_id=shop.customer_id)
        refused(stranger.post("/invoices/preview", json={"customer_id": shop.customer_id}), 404, field="customer_id")
    assert shop.amount() == 0


def test_an_event_that_is_sent_twice_is_billed_once(shop: Shop) -> None:
    shop.priced()
    shop.contract()
    once = event("once", customer_id=shop.customer_id, signal_code="calls", timestamp="2026-04-02T00:00:00Z")
    shop.sent(once)
    assert shop.sent(once)["duplicates"] == 1
    assert shop.amount() == 10


def test_events_without_a_signal_are_billed_by_the_agents_action(shop: Shop) -> None:
    shop.priced("calls")
    shop.priced("reports", action_type="workflow", unit_price=500)
    shop.contract()
    shop.used("2026-04-02", code=None)
    shop.used("2026-04-02", code=None, action_type="workflow")
    shop.used("2026-04-02", code=None, action_type="outcome")
    shop.used("2026-04-02", code=None, agent_id="agent_other")
    assert [item["subtotal_cents"] for item in shop.preview()["line_items"]] == [10, 500]


def test_a_later_change_of_the_plan_does_not_reach_the_contract(shop: Shop) -> None:
    price = shop.priced()
    shop.contract()
    shop.used("2026-04-02")
    shop.changed(f"/plans/{shop.plan_id}/agent-actions/{price['id']}", unit_price=99)
    shop.charge("recurring")
    assert shop.amount() == 10


def test_a_later_change_of_the_signal_measures_old_events_anew(shop: Shop) -> None:
    price = shop.priced()
    shop.contract()
    shop.used("2026-04-02", attributes={"tokens": 7})
    shop.changed(f"/signals/{price['billable_signal_id']}", aggregation_type="sum", value_field="tokens")
    assert shop.amount() == 70


def test_a_renamed_signal_bills_old_and_new_events(shop: Shop) -> None:
    price = shop.priced("old")
    shop.contract()
    shop.changed(f"/signals/{price['billable_signal_id']}", signal_code="new")
    shop.used("2026-04-02", code="old")
    shop.used("2026-04-02", code="new")
    assert shop.amount() == 20
    shop.made("/signals", signal_name="Another", signal_code="old", signal_type="billable")
    assert shop.amount() == 10


def test_an_inactive_signal_measures_no_new_events(shop: Shop) -> None:
    signal_id = shop.priced()["billable_signal_id"]
    shop.contract()
    for status in ("active", "inactive", "inactive", "active", "inactive", "active"):
        assert "idle" not in shop.changed(f"/signals/{signal_id}", status=status)
        shop.used("2026-04-02", quantity=1 if status == "active" else 100)
    assert shop.amount() == 30


def test_a_customer_without_a_contract_has_an_empty_preview_of_the_month(shop: Shop) -> None:
    shop.now("2026-02-10T00:00:00Z")
    shop.used("2026-02-02")
    bill = shop.preview()
    assert (bill["line_items"], bill["amount"]) == ([], 0)
    assert (bill["period_from"], bill["period_to"]) == ("2026-02-01", "2026-02-28")


@pytest.mark.parametrize("state", ["draft", "suspended", "cancelled"])
def test_a_contract_that_is_not_active_bills_nothing_even_if_it_is_named(shop: Shop, state: str) -> None:
    shop.priced(minimum_commitment=500)
    contract_id = shop.contract(active=None if state == "draft" else "")
    shop.used("2026-04-02")
    if state == "suspended":
        shop.act(contract_id, "suspend")
    if state == "cancelled":
        shop.act(contract_id, "cancel", cancellation_type="immediate")
    assert shop.amount() == shop.amount(contract_id=contract_id) == 0


def test_nothing_is_billed_before_the_activation(shop: Shop) -> None:
    shop.priced()
    shop.contract("2026-04-01", active="2026-04-10")
    shop.used("2026-04-09", "2026-04-10")
    assert (shop.amount(), shop.preview()["period_from"]) == (10, "2026-04-10")


def test_nothing_is_billed_after_the_end(shop: Shop) -> None:
    shop.priced()
    shop.contract(end_date="2026-04-20")
    shop.used("2026-04-20", "2026-04-21")
    assert (shop.amount(), shop.preview()["period_to"]) == (10, "2026-04-20")


def test_nothing_is_billed_from_the_cancellation_on(shop: Shop) -> None:
    shop.priced()
    contract_id = shop.contract()
    shop.act(contract_id, "cancel", cancellation_type="immediate", cancellation_date="2026-04-20")
    shop.used("2026-04-19", "2026-04-20")
    assert shop.amount() == 10
    shop.now("2026-04-20T00:00:00Z")
    assert shop.amount() == 0


def test_usage_during_a_suspension_is_not_billed_but_what_came_before_and_after_is(shop: Shop) -> None:
    shop.priced()
    contract_id = shop.contract()
    shop.act(contract_id, "suspend")
    shop.now("2026-04-20T12:00:00Z")
    assert "billed" not in shop.act(contract_id, "activate")
    shop.used("2026-04-14", "2026-04-15", "2026-04-19", "2026-04-20")
    assert shop.amount() == 20
    assert shop.preview()["period_from"] == "2026-04-01"


def test_a_period_that_was_suspended_from_end_to_end_has_no_bill(shop: Shop) -> None:
    shop.priced(minimum_commitment=500)
    shop.charge("recurring")
    contract_id = shop.contract()
    assert shop.amount() == 1500
    shop.act(contract_id, "suspend")
    shop.now("2026-05-15T12:00:00Z")
    shop.act(contract_id, "activate", activation_date="2026-06-03")
    assert shop.preview()["line_items"] == []
    shop.now("2026-06-03T12:00:00Z")
    assert shop.amount() == 1500


def test_a_one_time_charge_is_billed_once_ever(shop: Shop) -> None:
    shop.charge("one_time")
    contract_id = shop.contract()
    assert shop.amount() == 1000
    shop.now("2026-05-15T12:00:00Z")
    assert shop.amount() == 0
    shop.act(contract_id, "suspend")
    shop.act(contract_id, "activate")
    assert shop.amount() == 0


@pytest.mark.parametrize(
    ("frequency", "months"),
    [
        (None, [1, 1, 1, 1]),
        ("monthly", [1, 1, 1, 1]),
        ("quarterly", [1, 0, 0, 1]),
        ("annual", [1, 0, 0, 0]),
        ("weekly", [5, 4, 4, 5]),
        ("daily", [30, 31, 30, 31]),
        ("now and then", [1, 1, 1, 1]),
    ],
)
def test_a_recurring_charge_falls_due_as_often_as_it_says(shop: Shop, frequency: str | None, months: list[int]) -> None:
    shop.charge("recurring", 7, billing_frequency=frequency)
    shop.contract()
    billed: list[int] = []
    for month in range(4, 8):
        shop.now(f"2026-{month:02}-20T00:00:00Z")
        billed.append(sum(item["quantity"] for item in shop.preview()["line_items"]))
        assert shop.amount() == 7 * billed[-1]
    assert billed == months


def test_units_of_a_charge_are_reported_by_events_that_name_it(shop: Shop) -> None:
    shop.charge("usage_based", 3, charge_name="Export", charge_code="export")
    shop.contract()
    assert shop.preview()["line_items"] == []
    shop.used("2026-04-02", "2026-04-03", code="export", quantity=2)
    line = shop.preview()["line_items"][0]
    assert (line["description"], line["subtotal_cents"]) == ("Export: 4 units at 3 cents each", 12)
    assert line["source_type"] == "plan_charge"


def test_seats_are_the_most_that_were_reported(shop: Shop) -> None:
    shop.charge("seat_based", 900, charge_code="seats")
    shop.contract()
    shop.used("2026-04-02", code="seats", quantity=4)
    shop.used("2026-04-03", code="seats", quantity=6)
    shop.used("2026-04-04", code="seats", quantity=5)
    assert shop.preview()["line_items"][0]["description"] == "Fee: 6 seats at 900 cents each"
    assert shop.amount() == 5400


def test_a_signal_with_the_code_of_a_charge_says_how_to_measure_it(shop: Shop) -> None:
    shop.charge("seat_based", 900, charge_code="seats")
    shop.contract()
    users = {"signal_name": "Seats", "signal_code": "seats", "signal_type": "billable", "unit_label": "people"}
    shop.made("/signals", **users, aggregation_type="unique_count", value_field="user")
    for user in ("ann", "bob", "ann"):
        shop.used("2026-04-02", code="seats", attributes={"user": user})
    assert shop.preview()["line_items"][0]["description"] == "Fee: 2 people at 900 cents each"


def test_all_active_contracts_are_billed_together_and_one_by_one(shop: Shop) -> None:
    shop.priced()
    first, second = shop.contract("2026-04-01"), shop.contract("2026-04-10")
    shop.used("2026-04-12")
    both = shop.preview()
    assert [item["contract_id"] for item in both["line_items"]] == [first, second]
    assert (both["amount"], both["period_from"], both["period_to"]) == (20, "2026-04-01", "2026-05-09")
    alone = shop.preview(contract_id=second)
    assert (alone["amount"], alone["contract_id"], alone["period_from"]) == (10, second, "2026-04-10")


def test_contracts_in_several_currencies_must_be_named(shop: Shop) -> None:
    contract_id = shop.contract()
    euros = shop.contract(currency="EUR")
    problem = refused(shop.post("/invoices/preview", json={"customer_id": shop.customer_id}), 409, field="contract_id")
    assert "EUR, USD" in problem["detail"]
    assert shop.preview(contract_id=euros)["currency"] == "EUR"
    assert shop.preview(contract_id=contract_id)["currency"] == "USD"


def test_a_contract_of_another_customer_is_refused(shop: Shop) -> None:
    contract_id = shop.contract()
    other = shop.customer()["id"]
    body = {"customer_id": other, "contract_id": contract_id}
    refused(shop.post("/invoices/preview", json=body), 422, field="contract_id")
    refused(shop.post("/invoices/preview", json=body | {"contract_id": "contract_none"}), 404, field="contract_id")


def test_a_preview_stores_nothing(shop: Shop) -> None:
    shop.charge("recurring")
    shop.contract()
    assert shop.preview() == shop.preview()
    assert shop.got("/invoices")["pagination"]["total"] == 0


@pytest.mark.parametrize("suspended", [False, True])
def test_a_one_time_charge_waits_for_the_first_day_that_is_billed(shop: Shop, suspended: bool) -> None:
    shop.charge("one_time")
    contract_id = shop.contract("2026-04-15")
    if suspended:
        shop.act(contract_id, "suspend")
        shop.now("2026-05-20T00:00:00Z")
        shop.act(contract_id, "activate")
    assert shop.amount() == 1000


def test_an_invoice_of_a_contract_says_what_the_preview_said(shop: Shop) -> None:
    shop.priced(included_units=1)
    shop.charge("recurring")
    contract_id = shop.contract(payment_terms=14)
    shop.used("2026-04-02", "2026-04-03")
    bill, invoice = shop.preview(), shop.billed(contract_id, 201, tax_rate=0.19)
    assert [{**line, "id": None} for line in invoice["line_items"]] == bill["line_items"]
    assert (invoice["subtotal_cents"], invoice["tax_cents"]) == (bill["amount"], 192)
    assert (invoice["billing_period_from"], invoice["billing_period_to"]) == ("2026-04-01", "2026-04-30")
    assert (invoice["issue_date"], invoice["due_date"], invoice["status"]) == ("2026-04-15", "2026-04-29", "draft")
    assert shop.got(f"/invoices/{invoice['id']}") == invoice


def test_a_period_that_is_over_is_billed_by_naming_a_day_of_it(shop: Shop) -> None:
    shop.priced()
    contract_id = shop.contract()
    shop.used("2026-04-02", "2026-05-02", "2026-05-03")
    shop.now("2026-05-04T00:00:00Z")
    assert shop.billed(contract_id, 201, day="2026-04-30")["total_cents"] == 10
    assert shop.billed(contract_id, 201, auto_finalize=True)["status"] == "finalized"


@pytest.mark.parametrize("verb", ["suspend", "cancel"])
def test_what_came_before_a_suspension_or_cancellation_can_still_be_invoiced(shop: Shop, verb: str) -> None:
    shop.priced()
    contract_id = shop.contract()
    shop.used("2026-04-14", "2026-04-15", "2026-04-16")
    shop.act(contract_id, verb, **({"cancellation_type": "immediate"} if verb == "cancel" else {}))
    assert shop.billed(contract_id, 201)["total_cents"] == 10


def test_there_is_no_invoice_of_nothing(clocked: MockCoobird, shop: Shop) -> None:
    draft, idle = shop.contract(active=None), shop.contract()
    assert "draft" in shop.billed(draft, 409)["detail"]
    assert "2026-04-01 to 2026-04-30" in shop.billed(idle, 409)["detail"]
    assert shop.billed(idle, 422, day="soon")["errors"][0]["field"] == "day"
    with Shop(clocked.url) as stranger:
        stranger.billed(idle, 404)
    assert shop.got("/invoices")["pagination"]["total"] == 0


@pytest.mark.parametrize("day", ["0000-01-01", "2026-02-29", "20260401", "2026-W14-1", "2026-04-01T00:00:00Z"])
def test_a_day_that_is_in_no_calendar_is_refused(shop: Shop, day: str) -> None:
    contract = {"plan_id": shop.plan_id, "customer_id": shop.customer_id, "name": "Acme", "start_date": day}
    refused(shop.post("/contracts", json=contract), 422, field="start_date")


@pytest.mark.parametrize("interval", ["daily", "weekly", "monthly", "quarterly", "annual"])
@pytest.mark.parametrize("start", ["0001-01-01", "9999-12-31"])
def test_the_ends_of_the_calendar_can_be_billed(shop: Shop, start: str, interval: str) -> None:
    shop.charge("recurring", billing_frequency="daily")
    contract_id = shop.contract(start, billing_interval=interval)
    assert shop.preview()["line_items"][0]["subtotal_cents"] >= 1000
    assert shop.act(contract_id, "cancel", cancellation_type="end_of_period")["cancellation_date"]


def test_a_contracts_prices_outlive_those_of_the_plan(shop: Shop) -> None:
    price = shop.priced()
    shop.contract()
    shop.used("2026-04-02")
    assert shop.delete(f"/plans/{shop.plan_id}/agent-actions/{price['id']}").status_code == 204
    assert shop.amount() == 10
