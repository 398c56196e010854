"""Agents, their actions and signals."""

from typing import Any

import pytest

from tests.support.mock.api import Api, refused
from tests.support.mock.world import action, signal


@pytest.fixture
def agent(api: Api) -> str:
    made: str = api.made("/agents", name="Agent")["id"]
    return made


def cost_signal(api: Api, code: str) -> str:
    made: str = api.made("/signals", **signal(code) | {"signal_type": "cost"})["id"]
    return made


def total(api: Api, path: str) -> int:
    found: int = api.got(path)["pagination"]["total"]
    return found


def test_an_action_makes_its_billable_signal(api: Api, agent: str) -> None:
    made = api.made(f"/agents/{agent}/actions", **action("search"))
    assert made["billable_signal"]["signal_code"] == "search"
    found = api.got(f"/signals/{made['billable_signal']['id']}")
    assert (found["signal_type"], found["status"]) == ("billable", "active")
    assert api.got(f"/agents/{agent}")["actions"] == [made]


def test_agents_with_actions_come_all_or_not_at_all(api: Api) -> None:
    body: dict[str, Any] = {"agent": {"name": "A", "external_id": "e"}, "actions": [action("one"), action("two")]}
    made = api.made("/agents/with-actions", **body)
    assert [each["action_name"] for each in made["actions"]] == ["One", "Two"]
    before = total(api, "/agents"), total(api, "/signals")
    taken = {"agent": {"name": "B"}, "actions": [action("three"), action("one")]}
    refused(api.post("/agents/with-actions", json=taken), 409, field="actions.1.billable_signal.signal_code")
    twice = {"agent": {"name": "B"}, "actions": [action("four"), action("four")]}
    refused(api.post("/agents/with-actions", json=twice), 409, field="actions.1.billable_signal.signal_code")
    nowhere = {"agent": {"name": "B"}, "actions": [action("five") | {"cost_signal_ids": ["signal_x"]}]}
    refused(api.post("/agents/with-actions", json=nowhere), 404, field="actions.0.cost_signal_ids")
    refused(api.post("/agents/with-actions", json={**body, "actions": []}), 409, field="agent.external_id")
    assert (total(api, "/agents"), total(api, "/signals")) == before


def test_an_update_reaches_into_the_signal_and_the_value(api: Api, agent: str) -> None:
    body = action("search") | {"value": {"fte_equivalent": 0.1, "default_price_cents": 5}}
    made = api.made(f"/agents/{agent}/actions", **body)
    changed = api.changed(
        f"/agents/{agent}/actions/{made['id']}",
        billable_signal={"unit_label": "queries", "description": None},
        value={"fte_equivalent": None, "revenue_per_unit": 0.5},
    )
    assert changed["billable_signal"] == {**made["billable_signal"], "unit_label": "queries"}
    assert changed["value"] == {"fte_equivalent": None, "revenue_per_unit": 0.5, "default_price_cents": 5}
    assert api.got(f"/signals/{made['billable_signal']['id']}")["unit_label"] == "queries"


def test_a_taken_code_inside_an_update_changes_nothing(api: Api, agent: str) -> None:
    api.made(f"/agents/{agent}/actions", **action("one"))
    made = api.made(f"/agents/{agent}/actions", **action("two"))
    body = {"action_name": "Changed", "billable_signal": {"signal_code": "one"}}
    response = api.patch(f"/agents/{agent}/actions/{made['id']}", json=body)
    refused(response, 409, field="billable_signal.signal_code")
    assert api.got(f"/agents/{agent}/actions")["data"][1] == made


def test_cost_signals_are_replaced_then_added_then_removed(api: Api, agent: str) -> None:
    one, two, three = (cost_signal(api, code) for code in ("one", "two", "three"))
    made = api.made(f"/agents/{agent}/actions", **action("search") | {"cost_signal_ids": [one, one]})
    assert made["cost_signal_ids"] == [one]
    path = f"/agents/{agent}/actions/{made['id']}"
    assert api.changed(path, add_cost_signal_ids=[two, one])["cost_signal_ids"] == [one, two]
    body = {"cost_signal_ids": [three], "add_cost_signal_ids": [two, one], "remove_cost_signal_ids": [two, "gone"]}
    assert api.changed(path, **body)["cost_signal_ids"] == [three, one]
    refused(api.patch(path, json={"add_cost_signal_ids": ["signal_x"]}), 404, field="add_cost_signal_ids")
    assert api.changed(path, description="d")["cost_signal_ids"] == [three, one]


def test_a_billable_signal_is_no_cost_signal(api: Api, agent: str) -> None:
    billable = api.made("/signals", **signal("b") | {"signal_type": "billable"})["id"]
    body = action("search") | {"cost_signal_ids": [billable]}
    refused(api.post(f"/agents/{agent}/actions", json=body), 422, field="cost_signal_ids")
    assert total(api, f"/agents/{agent}/actions") == 0


def test_actions_are_listed_by_type_and_name_per_agent(api: Api, agent: str) -> None:
    other = api.made("/agents", name="Other")["id"]
    api.made(f"/agents/{agent}/actions", **action("search"))
    api.made(f"/agents/{agent}/actions", **action("report") | {"action_type": "outcome"})
    api.made(f"/agents/{other}/actions", **action("other"))
    path = f"/agents/{agent}/actions"
    assert [each["action_name"] for each in api.got(path)["data"]] == ["Search", "Report"]
    assert [each["action_name"] for each in api.got(path, action_type="outcome")["data"]] == ["Report"]
    assert [each["action_name"] for each in api.got(path, search="SEA")["data"]] == ["Search"]


def test_an_action_is_found_under_its_own_agent_only(api: Api, agent: str) -> None:
    other = api.made("/agents", name="Other")["id"]
    made = api.made(f"/agents/{agent}/actions", **action("search"))["id"]
    refused(api.patch(f"/agents/{other}/actions/{made}", json={}), 404)
    refused(api.delete(f"/agents/{other}/actions/{made}"), 404)


def test_agents_can_be_asked_for_those_with_an_external_id(api: Api) -> None:
    api.made("/agents", name="with", external_id="e")
    api.made("/agents", name="without")
    assert [each["name"] for each in api.got("/agents", has_external_id="true")["data"]] == ["with"]
    assert [each["name"] for each in api.got("/agents", has_external_id="false")["data"]] == ["without"]
    refused(api.get("/agents?has_external_id=maybe"), 422, field="has_external_id")


def test_deleting_an_agent_takes_its_actions_and_signals_but_no_cost_signals(api: Api, agent: str) -> None:
    cost = cost_signal(api, "cost")
    made = api.made(f"/agents/{agent}/actions", **action("search") | {"cost_signal_ids": [cost]})
    refused(api.delete(f"/signals/{cost}"), 409, code="in_use")
    refused(api.delete(f"/signals/{made['billable_signal']['id']}"), 409, code="in_use")
    assert api.delete(f"/agents/{agent}").status_code == 204
    assert [each["id"] for each in api.got("/signals")["data"]] == [cost]
    api.made("/signals", **signal("search") | {"signal_type": "billable"})
    assert api.delete(f"/signals/{cost}").status_code == 204


def test_what_a_plan_prices_cannot_be_deleted(api: Api, agent: str) -> None:
    priced, free = (api.made(f"/agents/{agent}/actions", **action(code)) for code in ("priced", "free"))
    plan = api.made("/plans", name="Pro", code="pro")["id"]
    per_unit = {"agent_action_id": priced["id"], "pricing_model": "per_unit", "unit_price": 1}
    price = api.made(f"/plans/{plan}/agent-actions", **per_unit, billable_signal_id=free["billable_signal"]["id"])["id"]
    refused(api.delete(f"/agents/{agent}"), 409, code="in_use")
    refused(api.delete(f"/agents/{agent}/actions/{priced['id']}"), 409, code="in_use")
    refused(api.delete(f"/agents/{agent}/actions/{free['id']}"), 409, code="in_use")
    assert len(api.got(f"/agents/{agent}")["actions"]) == 2
    assert total(api, "/signals") == 2
    api.delete(f"/plans/{plan}/agent-actions/{price}")
    assert api.delete(f"/agents/{agent}").status_code == 204


def test_a_signal_goes_to_a_known_state_only(api: Api) -> None:
    made = api.made("/signals", **signal("s") | {"signal_type": "billable"})["id"]
    assert api.changed(f"/signals/{made}", status="inactive")["status"] == "inactive"
    refused(api.patch(f"/signals/{made}", json={"status": "asleep"}), 422, field="status")


def test_a_taken_signal_code_is_refused(api: Api) -> None:
    api.made("/signals", **signal("s") | {"signal_type": "billable"})
    refused(api.post("/signals", json=signal("s") | {"signal_type": "cost"}), 409, field="signal_code")
