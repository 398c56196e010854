"""Contracts: copied prices, states, and days."""

from collections.abc import Iterator
from typing import Any

import pytest

from coobird.mock import MockCoobird
from tests.support.mock.api import Api, refused
from tests.support.mock.world import action


@pytest.fixture(scope="module")
def still() -> Iterator[MockCoobird]:
    """Server whose clock is stopped at noon of 15 April 2026."""
    with MockCoobird(strict=True) as mock:
        mock.freeze("2026-04-15T12:00:00Z")
        yield mock


@pytest.fixture
def api(still: MockCoobird) -> Iterator[Api]:
    still.freeze("2026-04-15T12:00:00Z")
    with Api(still.url) as client:
        yield client


@pytest.fixture
def plan(api: Api) -> str:
    made: str = api.made("/plans", name="Pro", code="pro", billing_period="monthly", currency="EUR")["id"]
    return made


def contract(api: Api, plan: str, **fields: Any) -> dict[str, Any]:
    body = {"plan_id": plan, "customer_id": api.customer()["id"], "name": "Acme", "start_date": "2026-04-01"}
    return api.made("/contracts", **{**body, **fields})


def does(api: Api, contract: dict[str, Any], verb: str, **body: Any) -> dict[str, Any]:
    return api.made(f"/contracts/{contract['id']}/{verb}", 200, **body)


def test_prices_tiers_and_charges_are_copied_and_stay_as_they_were(api: Api, plan: str) -> None:
    agent = api.made("/agents", name="Agent")["id"]
    priced = api.made(f"/agents/{agent}/actions", **action("search"))
    tier = {"tier_order": 1, "start_unit": 0, "price_per_unit": 10}
    tiered = {"agent_action_id": priced["id"], "pricing_model": "tiered", "tiers": [tier], "included_units": 5}
    price = api.made(f"/plans/{plan}/agent-actions", **tiered)
    fee = {"charge_name": "Fee", "charge_code": "fee", "charge_type": "recurring", "amount": 9900}
    charge = api.made(f"/plans/{plan}/charges", **fee)
    made = contract(api, plan)
    (copied,), (copied_charge,) = made["agent_actions"], made["charges"]
    assert (copied["plan_agent_action_id"], copied["signal_code"]) == (price["id"], "search")
    assert (copied["tiers"], copied["included_units"]) == (price["tiers"], 5)
    assert (copied_charge["plan_charge_id"], copied_charge["amount"]) == (charge["id"], 9900)
    prices = f"/plans/{plan}/agent-actions/{price['id']}"
    api.changed(prices, included_units=0, tiers=[])
    api.changed(f"/plans/{plan}/charges/{charge['id']}", amount=1)
    api.made(f"/plans/{plan}/charges", **fee | {"charge_code": "new"})
    assert api.got(f"/contracts/{made['id']}") == made
    api.delete(prices)
    api.delete(f"/plans/{plan}/charges/{charge['id']}")
    assert api.got(f"/contracts/{made['id']}") == made
    assert contract(api, plan)["agent_actions"] == []


def test_what_a_contract_prices_cannot_be_deleted(api: Api, plan: str) -> None:
    agent = api.made("/agents", name="Agent")["id"]
    priced = api.made(f"/agents/{agent}/actions", **action("search"))
    body = {"agent_action_id": priced["id"], "pricing_model": "per_unit", "unit_price": 1}
    price = api.made(f"/plans/{plan}/agent-actions", **body)["id"]
    made = contract(api, plan)
    api.delete(f"/plans/{plan}/agent-actions/{price}")
    refused(api.delete(f"/agents/{agent}"), 409, code="in_use")
    refused(api.delete(f"/agents/{agent}/actions/{priced['id']}"), 409, code="in_use")
    refused(api.delete(f"/plans/{plan}"), 409, code="in_use")
    refused(api.delete(f"/customers/{made['customer_id']}"), 409, code="in_use")


def test_interval_and_currency_follow_the_plan_unless_given(api: Api, plan: str) -> None:
    made = contract(api, plan)
    assert (made["status"], made["billing_interval"], made["currency"]) == ("draft", "monthly", "EUR")
    assert (made["collection_method"], made["payment_terms"]) == ("charge_automatically", 30)
    made = contract(api, plan, billing_interval="weekly", currency="USD")
    assert (made["billing_interval"], made["currency"]) == ("weekly", "USD")


def test_a_contract_needs_a_plan_in_use_a_customer_and_days_in_order(api: Api, plan: str) -> None:
    body = {"plan_id": plan, "customer_id": api.customer()["id"], "name": "A", "start_date": "2026-04-01"}
    refused(api.post("/contracts", json={**body, "plan_id": "plan_x"}), 404, field="plan_id")
    refused(api.post("/contracts", json={**body, "customer_id": "cust_x"}), 404, field="customer_id")
    refused(api.post("/contracts", json={**body, "end_date": "2026-03-31"}), 422, field="end_date")
    refused(api.post("/contracts", json={**body, "start_date": "2026-02-30"}), 422, field="start_date")
    api.changed(f"/plans/{plan}", status="archived")
    refused(api.post("/contracts", json=body), 409, field="plan_id")


def test_a_contract_goes_from_draft_to_active_to_suspended_and_back_to_the_end(api: Api, plan: str) -> None:
    made = contract(api, plan)
    assert made["current_period_start"] is None
    active = does(api, made, "activate", activation_date="2026-04-10")
    assert (active["status"], active["activation_date"]) == ("active", "2026-04-10")
    assert (active["current_period_start"], active["current_period_end"]) == ("2026-04-01", "2026-04-30")
    ending = api.changed(f"/contracts/{made['id']}", end_date="2026-04-20")
    assert (ending["current_period_start"], ending["current_period_end"]) == ("2026-04-01", "2026-04-30")
    api.changed(f"/contracts/{made['id']}", end_date=None)
    suspended = does(api, made, "suspend", suspend_reason="Overdue", resume_date="2026-05-01")
    assert (suspended["status"], suspended["suspend_reason"]) == ("suspended", "Overdue")
    assert (suspended["resume_date"], suspended["current_period_start"]) == ("2026-05-01", None)
    again = does(api, made, "activate")
    assert (again["status"], again["suspend_reason"], again["resume_date"]) == ("active", None, None)
    assert again["activation_date"] == "2026-04-15"
    gone = does(api, made, "cancel", cancellation_type="immediate", reason="Churned", refund_type="prorated")
    assert (gone["status"], gone["cancellation_date"]) == ("cancelled", "2026-04-15")
    assert (gone["cancel_reason"], gone["refund_type"], gone["current_period_end"]) == ("Churned", "prorated", None)


@pytest.mark.parametrize(
    ("verbs", "wrong", "possible"),
    [
        ([], "suspend", "updated or activated or cancelled"),
        (["activate"], "activate", "updated or suspended or cancelled"),
        (["activate", "suspend"], "suspend", "updated or activated or cancelled"),
        (["cancel"], "activate", "final"),
        (["cancel"], "suspend", "final"),
        (["cancel"], "cancel", "final"),
        (["activate", "cancel"], "activate", "final"),
    ],
)
def test_a_wrong_step_is_refused_and_says_which_are_possible(
    api: Api, plan: str, verbs: list[str], wrong: str, possible: str
) -> None:
    made = contract(api, plan)
    bodies: dict[str, dict[str, Any]] = {"cancel": {"cancellation_type": "immediate"}}
    for verb in verbs:
        does(api, made, verb, **bodies.get(verb, {}))
    before = api.got(f"/contracts/{made['id']}")
    response = api.post(f"/contracts/{made['id']}/{wrong}", json=bodies.get(wrong, {}))
    assert possible in refused(response, 409, code="wrong_state")["detail"]
    assert api.got(f"/contracts/{made['id']}") == before


def test_a_cancelled_contract_cannot_be_changed(api: Api, plan: str) -> None:
    made = contract(api, plan)
    assert api.changed(f"/contracts/{made['id']}", name="B", end_date="2026-12-31")["end_date"] == "2026-12-31"
    refused(api.patch(f"/contracts/{made['id']}", json={"end_date": "2026-03-31"}), 422, field="end_date")
    does(api, made, "cancel", cancellation_type="immediate")
    refused(api.patch(f"/contracts/{made['id']}", json={"name": "C"}), 409, code="wrong_state")


def test_activating_checks_the_customer_and_the_end_unless_skip_validation_is_set(api: Api, plan: str) -> None:
    made = contract(api, plan, end_date="2026-04-14")
    refused(api.post(f"/contracts/{made['id']}/activate", json={}), 409, code="contract_ended")
    api.changed(f"/customers/{made['customer_id']}", status="suspended")
    refused(api.post(f"/contracts/{made['id']}/activate", json={}), 409, code="customer_not_active")
    assert does(api, made, "activate", skip_validation=True)["status"] == "active"


def test_a_body_is_not_needed_to_activate_or_suspend(api: Api, plan: str) -> None:
    made = contract(api, plan)
    assert api.post(f"/contracts/{made['id']}/activate").json()["status"] == "active"
    assert api.post(f"/contracts/{made['id']}/suspend").json()["status"] == "suspended"
    refused(api.post(f"/contracts/{made['id']}/cancel"), 400)


def test_a_cancellation_at_the_end_of_the_period_waits_for_it(still: MockCoobird, api: Api, plan: str) -> None:
    made = contract(api, plan)
    does(api, made, "activate")
    leaving = does(api, made, "cancel", cancellation_type="end_of_period")
    assert (leaving["status"], leaving["cancellation_date"]) == ("active", "2026-05-01")
    assert (leaving["refund_type"], leaving["cancel_reason"]) == ("none", None)
    assert (leaving["current_period_start"], leaving["current_period_end"]) == ("2026-04-01", "2026-04-30")
    still.freeze("2026-04-30T23:59:59Z")
    assert api.got(f"/contracts/{made['id']}")["status"] == "active"
    still.freeze("2026-05-01T00:00:00Z")
    assert api.got("/contracts", status="active")["data"] == []
    assert api.got("/contracts", status="cancelled")["data"][0]["id"] == made["id"]
    refused(api.post(f"/contracts/{made['id']}/suspend", json={}), 409, code="wrong_state")


def test_a_stated_day_overrides_the_way_of_cancelling(still: MockCoobird, api: Api, plan: str) -> None:
    made = contract(api, plan)
    does(api, made, "activate")
    refused(
        api.post(
            f"/contracts/{made['id']}/cancel",
            json={"cancellation_type": "immediate", "cancellation_date": "2026-04-14"},
        ),
        422,
        field="cancellation_date",
    )
    later = {"cancellation_type": "immediate", "cancellation_date": "2026-06-10"}
    assert does(api, made, "cancel", **later)["status"] == "active"
    does(api, made, "suspend")
    still.freeze("2026-06-10T00:00:00Z")
    found = api.got(f"/contracts/{made['id']}")
    assert (found["status"], found["suspend_reason"]) == ("cancelled", None)


def test_a_draft_is_cancelled_at_once(api: Api, plan: str) -> None:
    gone = does(api, contract(api, plan), "cancel", cancellation_type="end_of_period")
    assert (gone["status"], gone["cancellation_date"]) == ("cancelled", "2026-04-15")


def test_contracts_are_listed_by_state_customer_and_plan(api: Api, plan: str) -> None:
    one, two = contract(api, plan), contract(api, plan)
    does(api, two, "activate")
    assert [each["id"] for each in api.got("/contracts", plan_id=plan)["data"]] == [one["id"], two["id"]]
    assert [each["id"] for each in api.got("/contracts", status="draft")["data"]] == [one["id"]]
    assert [each["id"] for each in api.got("/contracts", customer_id=two["customer_id"])["data"]] == [two["id"]]
