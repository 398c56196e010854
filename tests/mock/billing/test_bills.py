"""Previews of bills, from a running server."""

from collections.abc import Iterator
from typing import Any

import pytest

from coobird.mock import MockCoobird
from tests.support.mock.api import event, refused
from tests.support.mock.shop import Shop


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


def test_usage_of_other_customers_and_tenants_is_not_billed(clocked: MockCoobird, shop: Shop) -> None:
    shop.priced()
    shop.contract()
    shop.used("2026-04-02", customer_id="cust_other")
    with Shop(clocked.url) as other_tenant:
        other_tenant.used("2026-04-02", customer_id=shop.customer_id)
        refused(
            other_tenant.post("/invoices/preview", json={"customer_id": shop.customer_id}), 404, field="customer_id"
        )
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


def renamed(shop: Shop, price: dict[str, Any], code: str) -> None:
    shop.changed(f"/signals/{price['billable_signal_id']}", signal_code=code)


def test_usage_is_billed_under_each_code_that_the_signal_ever_had(shop: Shop) -> None:
    price = shop.priced("a")
    shop.used("2026-04-02", code="a")
    renamed(shop, price, "b")
    shop.used("2026-04-02", code="b", quantity=10)
    renamed(shop, price, "c")
    shop.contract()
    shop.used("2026-04-02", code="c", quantity=100)
    assert shop.amount() == 1110
    for code, amount in (("d", 1110), ("a", 1110), ("e", 1110)):
        renamed(shop, price, code)
        assert shop.amount() == amount
    for code in ("a", "b", "c", "d"):
        shop.used("2026-04-03", code=code, quantity=1000)
    assert shop.amount() == 41110


def test_a_signal_that_is_renamed_by_its_action_bills_the_same(shop: Shop) -> None:
    price = shop.priced("a")
    shop.contract()
    for code in ("b", "c"):
        shop.used("2026-04-02", code="a" if code == "b" else "b")
        path = f"/agents/{shop.agent_id}/actions/{price['agent_action_id']}"
        shop.changed(path, billable_signal={"signal_code": code})
    assert shop.amount() == 20


def test_a_code_that_another_signal_has_now_is_the_other_signals(shop: Shop) -> None:
    first, second = shop.priced("a"), shop.priced("z", action_type="workflow", unit_price=1000)
    shop.contract()
    shop.used("2026-04-02", code="a")
    renamed(shop, first, "b")
    shop.used("2026-04-02", code="a")
    assert shop.amount() == 20
    renamed(shop, second, "a")
    shop.used("2026-04-02", code="a")
    assert shop.amount() == 3000
    # Nobody has the code now: each event belongs to the signal that had it last.
    renamed(shop, second, "y")
    assert shop.amount() == 20 + 1000
    shop.used("2026-04-02", code="a")
    assert shop.amount() == 20 + 2000
    renamed(shop, first, "a")
    assert shop.amount() == 40


def test_a_deleted_signal_gives_its_code_back(shop: Shop) -> None:
    price = shop.priced("a")
    shop.contract()
    shop.used("2026-04-02", code="a")
    renamed(shop, price, "b")
    other = shop.made("/signals", signal_name="Another", signal_code="a", signal_type="billable")
    shop.used("2026-04-02", code="a")
    assert shop.amount() == 0
    assert shop.delete(f"/signals/{other['id']}").status_code == 204
    assert shop.amount() == 20


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


def test_a_contracts_prices_outlive_those_of_the_plan(shop: Shop) -> None:
    price = shop.priced()
    shop.contract()
    shop.used("2026-04-02")
    assert shop.delete(f"/plans/{shop.plan_id}/agent-actions/{price['id']}").status_code == 204
    assert shop.amount() == 10


@pytest.mark.parametrize("huge", [10**300, "1e400", f"{'9' * 400}.5e400"])
@pytest.mark.parametrize("model", ["per_unit", "tiered", "package"])
def test_usage_that_was_measured_only_later_is_billed_whatever_its_size(shop: Shop, huge: Any, model: str) -> None:
    shop.used("2026-04-02", attributes={"bytes": huge})
    shop.used("2026-04-02", attributes={"bytes": "0.5"})
    tiers = [{"tier_order": 1, "start_unit": 1, "price_per_unit": 1}]
    prices: dict[str, Any] = {"tiered": {"tiers": tiers}, "package": {"package_size": 3, "package_price": 1}}
    price = shop.priced(pricing_model=model, **prices.get(model, {}))
    action = shop.got(f"/agents/{shop.agent_id}/actions")["data"][0]
    assert action["id"] == price["agent_action_id"]
    signal = f"/signals/{price['billable_signal_id']}"
    shop.changed(signal, aggregation_type="sum", value_field="bytes")
    contract_id = shop.contract()
    assert shop.amount() > 10**299
    assert shop.billed(contract_id, 201)["total_cents"] == shop.amount()
