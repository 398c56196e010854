"""Cost of a signal: set under `/_mock`, for events that arrive later."""

from typing import Any

import httpx
import pytest

from coobird.mock import MockCoobird
from tests.support.mock.api import Api, event, refused

FIXED = {"cost_type": "fixed", "cost_per_unit": 0.004, "category": "api"}
BY_TOKENS = {"cost_type": "variable", "cost_per_unit": 0.00001, "category": "llm"}


def cost_signal(api: Api, **fields: Any) -> str:
    """Id of a new cost signal, by default with the code `spent`."""
    plain = {"signal_name": "Spent", "signal_code": "spent", "signal_type": "cost"}
    return str(api.made("/signals", **(plain | fields))["id"])


def set_cost(api: Api, signal_id: str, cost: Any) -> httpx.Response:
    url = f"{str(api.base_url).removesuffix('/api/v1/')}/_mock/signals/{signal_id}/cost"
    return api.put(url, json=cost)


def task(api: Api, *cost_signal_ids: str, action_type: str = "task", agent_id: str | None = None) -> str:
    """Id of an agent, by default a new one, with an action that has these cost signals."""
    agent_id = agent_id or api.made("/agents", name="Mailer")["id"]
    count = len(api.got("/signals")["data"])
    billable = {"signal_name": "Done", "signal_code": f"done_{count}", "aggregation_type": "count"}
    action = {"action_name": "Do", "action_type": action_type, "billable_signal": billable}
    api.made(f"/agents/{agent_id}/actions", **action, cost_signal_ids=list(cost_signal_ids))
    return agent_id


def costs(server: MockCoobird, api: Api) -> list[tuple[str | None, str | None]]:
    return [(found["cost_usd"], found["cost_category"]) for found in server.events(api.key)]


@pytest.mark.parametrize("cost", [FIXED, BY_TOKENS, {"category": "llm"}])
def test_a_cost_that_was_set_is_in_the_answer_and_stays(api: Api, cost: dict[str, Any]) -> None:
    signal_id = cost_signal(api, value_field="tokens")
    response = set_cost(api, signal_id, cost)
    assert response.status_code == 200
    unset = {"cost_type": None, "cost_per_unit": None, "category": None}
    for found in (response.json(), api.got(f"/signals/{signal_id}")):
        assert {name: found[name] for name in unset} == unset | cost
    assert set_cost(api, signal_id, {"category": None}).status_code == 200
    assert {name: api.got(f"/signals/{signal_id}")[name] for name in unset} == unset


@pytest.mark.parametrize(
    ("cost", "field"),
    [
        ({"cost_type": "sliding", "cost_per_unit": 1}, "cost_type"),
        ({"cost_type": "fixed"}, "cost_per_unit"),
        ({"cost_per_unit": 1}, "cost_type"),
        ({"cost_type": "fixed", "cost_per_unit": -1}, "cost_per_unit"),
        ({"cost_type": "fixed", "cost_per_unit": "1"}, "cost_per_unit"),
        ({"category": "lunch"}, "category"),
        ({"price": 1}, "price"),
        ({}, ""),
        ([], ""),
    ],
)
def test_a_cost_that_makes_no_sense_is_refused_and_changes_nothing(api: Api, cost: Any, field: str) -> None:
    signal_id = cost_signal(api)
    assert set_cost(api, signal_id, FIXED).status_code == 200
    refused(set_cost(api, signal_id, cost), 422, field=field)
    assert api.got(f"/signals/{signal_id}")["cost_per_unit"] == 0.004


def test_only_cost_signals_have_a_cost(api: Api) -> None:
    refused(set_cost(api, cost_signal(api, signal_type="billable"), FIXED), 409)


def test_the_cost_of_another_tenants_signal_cannot_be_set(server: MockCoobird, api: Api) -> None:
    signal_id = cost_signal(api)
    with Api(server.url) as other_tenant:
        refused(set_cost(other_tenant, signal_id, FIXED), 404)
        other_tenant.headers["Authorization"] = ""
        refused(set_cost(other_tenant, signal_id, FIXED), 401)
    assert api.got(f"/signals/{signal_id}")["cost_type"] is None


def test_an_event_without_a_signal_costs_what_its_agents_actions_cost(server: MockCoobird, api: Api) -> None:
    fixed, by_tokens = cost_signal(api), cost_signal(api, signal_code="tokens", value_field="tokens")
    agent_id = task(api, fixed, by_tokens)
    set_cost(api, fixed, FIXED)
    set_cost(api, by_tokens, BY_TOKENS)
    for number, fields in enumerate([{"quantity": 5}, {"attributes": {"tokens": 2500}}, {"agent_id": "unknown"}]):
        api.sent(event(f"event_{number}", **{"agent_id": agent_id, **fields}))
    assert costs(server, api) == [("0.02", "api"), ("0.029", "other"), (None, None)]


def test_a_cost_of_several_categories_says_what_each_of_them_takes(server: MockCoobird, api: Api) -> None:
    fixed, by_tokens = cost_signal(api), cost_signal(api, signal_code="tokens", value_field="tokens")
    agent_id = task(api, fixed, by_tokens)
    set_cost(api, fixed, FIXED)
    set_cost(api, by_tokens, BY_TOKENS)
    for number, fields in enumerate([{"quantity": 5}, {"attributes": {"tokens": 2500}}, {"agent_id": "unknown"}]):
        api.sent(event(f"event_{number}", **{"agent_id": agent_id, **fields}))
    found = [kept["cost_by_category"] for kept in server.events(api.key)]
    assert found == [{"api": "0.02"}, {"api": "0.004", "llm": "0.025"}, {}]


def test_what_is_set_by_method_is_what_events_cost(server: MockCoobird, api: Api) -> None:
    signal_id = cost_signal(api)
    agent_id = task(api, signal_id)
    made = server.set_signal_cost(signal_id, api_key=api.key, **FIXED)
    assert made == api.got(f"/signals/{signal_id}")
    api.sent(event("e", agent_id=agent_id))
    assert costs(server, api) == [("0.004", "api")]
    with pytest.raises(ValueError, match="cost_per_unit"):
        server.set_signal_cost(signal_id, api_key=api.key, cost_type="fixed")
    with pytest.raises(ValueError, match=r"no signal 'a\?b'"):
        server.set_signal_cost("a?b", api_key=api.key, category="llm")


def test_a_signal_of_two_actions_costs_once_and_other_types_of_action_cost_nothing(
    server: MockCoobird, api: Api
) -> None:
    shared, of_workflows = cost_signal(api), cost_signal(api, signal_code="workflows")
    agent_id = task(api, shared)
    task(api, shared, agent_id=agent_id)
    task(api, of_workflows, action_type="workflow", agent_id=agent_id)
    set_cost(api, shared, FIXED)
    set_cost(api, of_workflows, {"cost_type": "fixed", "cost_per_unit": 2})
    kinds = ("task", "workflow", "outcome")
    api.sent(*(event(kind, agent_id=agent_id, action_type=kind) for kind in kinds))
    assert costs(server, api) == [("0.004", "api"), ("2", "other"), (None, None)]


def test_a_stated_cost_has_the_category_of_the_signal_that_the_event_names(server: MockCoobird, api: Api) -> None:
    set_cost(api, cost_signal(api), {"category": "llm"})
    api.sent(*(event(code, signal_code=code, attributes={"cost_usd": 0.1}) for code in ("spent", "unheard_of")))
    assert costs(server, api) == [("0.1", "llm"), ("0.1", "other")]


def test_a_changed_cost_holds_for_new_events_only(server: MockCoobird, api: Api) -> None:
    signal_id = cost_signal(api)
    agent_id = task(api, signal_id)
    for price in (1, 2):
        set_cost(api, signal_id, {"cost_type": "fixed", "cost_per_unit": price})
        api.sent(event(f"at_{price}", agent_id=agent_id))
    assert [usd for usd, _ in costs(server, api)] == ["1", "2"]
