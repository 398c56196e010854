"""Plans, charges, prices and tiers."""

from typing import Any

import pytest

from tests.support.mock.api import Api, refused
from tests.support.mock.world import action, signal


@pytest.fixture
def plan(api: Api) -> str:
    made: str = api.made("/plans", name="Pro", code="pro")["id"]
    return made


@pytest.fixture
def priced(api: Api) -> dict[str, Any]:
    """Agent action that a plan can price."""
    agent = api.made("/agents", name="Agent")["id"]
    return api.made(f"/agents/{agent}/actions", **action("search"))


def tier(order: int, start: int, end: int | None = None, price: float = 1) -> dict[str, Any]:
    bounds = {} if end is None else {"end_unit": end}
    return {"tier_order": order, "start_unit": start, "price_per_unit": price, **bounds}


def test_a_plan_starts_with_defaults_and_an_own_code(api: Api, plan: str) -> None:
    found = api.got(f"/plans/{plan}")
    assert (found["currency"], found["billing_period"], found["status"]) == ("USD", "monthly", "active")
    assert (found["plan_type"], found["category"], found["target_audience"]) == ("standard", "plan", "both")
    assert (found["trial_available"], found["trial_days"]) == (False, 0)
    refused(api.post("/plans", json={"name": "Again", "code": "pro"}), 409, field="code")


def test_plans_are_listed_by_type(api: Api, plan: str) -> None:
    hybrid = api.made("/plans", name="Hybrid", code="h", plan_type="hybrid")
    assert api.got("/plans", type="hybrid")["data"] == [hybrid]


def test_an_add_on_names_a_plan_that_exists_and_never_itself(api: Api, plan: str) -> None:
    refused(
        api.post("/plans", json={"name": "A", "code": "a", "parent_plan_id": "plan_x"}), 404, field="parent_plan_id"
    )
    addon = api.made("/plans", name="A", code="a", category="addon", parent_plan_id=plan)["id"]
    refused(api.patch(f"/plans/{addon}", json={"parent_plan_id": addon}), 422, field="parent_plan_id")
    refused(api.patch(f"/plans/{plan}", json={"parent_plan_id": addon}), 422, field="parent_plan_id")
    refused(api.delete(f"/plans/{plan}"), 409, code="in_use")
    assert api.delete(f"/plans/{addon}").status_code == 204
    assert api.delete(f"/plans/{plan}").status_code == 204


def test_charge_codes_are_unique_within_their_plan(api: Api, plan: str) -> None:
    charge = {"charge_name": "Fee", "charge_code": "fee", "charge_type": "recurring", "amount": 9900}
    made = api.made(f"/plans/{plan}/charges", **charge)
    assert (made["plan_id"], made["billing_frequency"]) == (plan, None)
    refused(api.post(f"/plans/{plan}/charges", json=charge), 409, field="charge_code")
    other = api.made("/plans", name="Other", code="other")["id"]
    api.made(f"/plans/{other}/charges", **charge)
    assert api.got(f"/plans/{plan}/charges") == [made]
    refused(api.patch(f"/plans/{other}/charges/{made['id']}", json={}), 404)


def test_a_price_bills_the_signal_of_its_action_unless_another_signal_is_given(
    api: Api, plan: str, priced: dict[str, Any]
) -> None:
    path = f"/plans/{plan}/agent-actions"
    made = api.made(path, agent_action_id=priced["id"], pricing_model="per_unit", unit_price=0.5)
    assert made["billable_signal_id"] == priced["billable_signal"]["id"]
    assert (made["included_units"], made["minimum_commitment"], made["overage_allowed"]) == (0, 0, True)
    own = api.made("/signals", **signal("own") | {"signal_type": "billable"})["id"]
    assert api.changed(f"{path}/{made['id']}", billable_signal_id=own)["billable_signal_id"] == own
    assert api.got(f"{path}/{made['id']}")["unit_price"] == 0.5
    assert len(api.got(path)) == 1


def test_a_price_names_only_what_exists(api: Api, plan: str, priced: dict[str, Any]) -> None:
    path = f"/plans/{plan}/agent-actions"
    body = {"agent_action_id": priced["id"], "pricing_model": "per_unit", "unit_price": 1}
    refused(api.post(path, json={**body, "agent_action_id": "action_x"}), 404, field="agent_action_id")
    refused(api.post(path, json={**body, "billable_signal_id": "signal_x"}), 404, field="billable_signal_id")
    cost = api.made("/signals", **signal("cost") | {"signal_type": "cost"})["id"]
    refused(api.post(path, json={**body, "billable_signal_id": cost}), 422, field="billable_signal_id")
    refused(api.post("/plans/plan_x/agent-actions", json=body), 404)


def test_a_model_is_known_and_has_its_prices(api: Api, plan: str, priced: dict[str, Any]) -> None:
    path, body = f"/plans/{plan}/agent-actions", {"agent_action_id": priced["id"]}
    refused(api.post(path, json={**body, "pricing_model": "per_unit"}), 422, field="unit_price")
    refused(api.post(path, json={**body, "pricing_model": "package", "package_size": 5}), 422, field="package_price")
    refused(api.post(path, json={**body, "pricing_model": "by_mood"}), 422, field="pricing_model")
    made = api.made(path, **body, pricing_model="tiered")["id"]
    refused(
        api.patch(f"{path}/{made}", json={"pricing_model": "package", "package_price": 1}), 422, field="package_size"
    )


def test_an_action_change_takes_the_signal_along_unless_it_was_chosen(
    api: Api, plan: str, priced: dict[str, Any]
) -> None:
    other = api.made(f"/agents/{priced['agent_id']}/actions", **action("other"))
    path = f"/plans/{plan}/agent-actions"
    made = api.made(path, agent_action_id=priced["id"], pricing_model="per_unit", unit_price=1)["id"]
    changed = api.changed(f"{path}/{made}", agent_action_id=other["id"])
    assert changed["billable_signal_id"] == other["billable_signal"]["id"]
    chosen = api.made("/signals", **signal("chosen") | {"signal_type": "billable"})["id"]
    api.changed(f"{path}/{made}", billable_signal_id=chosen)
    assert api.changed(f"{path}/{made}", agent_action_id=priced["id"])["billable_signal_id"] == chosen


def tiered(api: Api, plan: str, priced: dict[str, Any], *tiers: dict[str, Any]) -> str:
    body = {"agent_action_id": priced["id"], "pricing_model": "tiered", "tiers": list(tiers)}
    made: str = api.made(f"/plans/{plan}/agent-actions", **body)["id"]
    return f"/plans/{plan}/agent-actions/{made}"


def test_tiers_come_in_their_order_with_ids_of_their_own(api: Api, plan: str, priced: dict[str, Any]) -> None:
    path = tiered(api, plan, priced, tier(2, 101, 1000), tier(1, 0, 100))
    third = api.made(f"{path}/tiers", **tier(3, 1001, price=0.5), flat_fee=7)
    assert third == {**tier(3, 1001, price=0.5), "id": third["id"], "end_unit": None, "flat_fee": 7}
    found = api.got(path)["tiers"]
    assert [each["tier_order"] for each in found] == [1, 2, 3]
    assert len({each["id"] for each in found}) == 3
    assert api.changed(f"{path}/tiers/{third['id']}", price_per_unit=2)["price_per_unit"] == 2
    assert api.delete(f"{path}/tiers/{found[0]['id']}").status_code == 204
    assert [each["tier_order"] for each in api.got(path)["tiers"]] == [2, 3]
    refused(api.delete(f"{path}/tiers/{found[0]['id']}"), 404)


@pytest.mark.parametrize(
    ("added", "status", "field"),
    [
        (tier(1, 200, 300), 409, "tier_order"),
        (tier(3, 100, 200), 422, "start_unit"),
        (tier(3, 1, 1), 422, "start_unit"),
        (tier(3, 0), 422, "start_unit"),
        (tier(3, 101), 422, "start_unit"),
        (tier(3, 150, 140), 422, "end_unit"),
        (tier(3, 500), 201, None),
        (tier(3, 500, 600), 201, None),
    ],
)
def test_a_tier_shares_no_unit_with_another_and_has_an_order_of_its_own(
    api: Api, plan: str, priced: dict[str, Any], added: dict[str, Any], status: int, field: str | None
) -> None:
    path = tiered(api, plan, priced, tier(1, 0, 100), tier(2, 101))
    response = api.post(f"{path}/tiers", json=added)
    assert response.status_code == status, response.text
    if field:
        refused(response, status, field=field)
        assert len(api.got(path)["tiers"]) == 2


def test_tiers_given_at_once_are_checked_against_each_other(api: Api, plan: str, priced: dict[str, Any]) -> None:
    body = {"agent_action_id": priced["id"], "pricing_model": "tiered"}
    path = f"/plans/{plan}/agent-actions"
    bad = [tier(1, 0, 100), tier(2, 100)]
    refused(api.post(path, json={**body, "tiers": bad}), 422, field="tiers.1.start_unit")
    made = tiered(api, plan, priced, tier(1, 0))
    refused(api.patch(made, json={"tiers": bad}), 422, field="tiers.1.start_unit")
    assert [each["start_unit"] for each in api.changed(made, tiers=[tier(9, 5)])["tiers"]] == [5]


def test_a_changed_tier_is_checked_like_a_new_one(api: Api, plan: str, priced: dict[str, Any]) -> None:
    path = tiered(api, plan, priced, tier(1, 0, 100), tier(2, 101))
    first = api.got(path)["tiers"][0]["id"]
    refused(api.patch(f"{path}/tiers/{first}", json={"end_unit": 101}), 422, field="start_unit")
    assert api.changed(f"{path}/tiers/{first}", end_unit=None)["end_unit"] is None


def test_deleting_a_plan_takes_its_parts_along(api: Api, plan: str, priced: dict[str, Any]) -> None:
    path = tiered(api, plan, priced, tier(1, 0))
    assert api.delete(f"/plans/{plan}").status_code == 204
    refused(api.get(path), 404)
    assert api.delete(f"/agents/{priced['agent_id']}").status_code == 204
