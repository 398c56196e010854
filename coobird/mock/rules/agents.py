"""Agents and their actions. An action is created, changed and deleted with its billable signal."""

from typing import Any

from coobird.mock.contract.json_text import JsonObject
from coobird.mock.contract.problems import invalid_field, within
from coobird.mock.rules import crud, signals
from coobird.mock.rules.registry import presenter, rule
from coobird.mock.rules.request import CheckedRequest

_SIGNAL_FIELDS = ("id", "signal_name", "signal_code", "aggregation_type", "unit_label", "value_field", "description")
_VALUE_FIELDS = ("fte_equivalent", "revenue_per_unit", "default_price_cents")


@rule("create_agent_with_actions")
def create_agent_with_actions(request: CheckedRequest) -> Any:
    with within("agent"):
        agent = crud.add(request, "agent", request.body["agent"])
    for number, action in enumerate(request.body["actions"]):
        with within(f"actions.{number}"):
            _add_action(request, agent["id"], action)
    return present_agent(request, agent)


@rule("delete_agent")
def delete_agent(request: CheckedRequest) -> None:
    agent = crud.from_path(request, "agent")
    for action in request.data.find("agent_action", {"agent_id": agent["id"]}):
        _remove_action(request, action)
    crud.delete(request, "agent")


@rule("create_agent_action")
def create_agent_action(request: CheckedRequest) -> Any:
    crud.parent_fields(request, "agent_action")
    return present_action(request, _add_action(request, request.path["agent_id"], request.body))


@rule("update_agent_action")
def update_agent_action(request: CheckedRequest) -> Any:
    action, given = crud.from_path(request, "agent_action"), dict(request.body)
    signal_changes = given.pop("billable_signal", None)
    if signal_changes:
        with within("billable_signal"):
            signals.change(request, request.data.need("signal", action["billable_signal_id"]), signal_changes)
    if "value" in given:
        given["value"] = {**action["value"], **given["value"]}
    given["cost_signal_ids"] = _changed_cost_signals(request, action["cost_signal_ids"], given)
    return present_action(request, crud.change(request, "agent_action", action, given))


@rule("delete_agent_action")
def delete_agent_action(request: CheckedRequest) -> None:
    _remove_action(request, crud.from_path(request, "agent_action"))


@presenter("agent")
def present_agent(request: CheckedRequest, agent: JsonObject) -> JsonObject:
    actions = request.data.find("agent_action", {"agent_id": agent["id"]})
    return {**agent, "actions": [present_action(request, action) for action in actions]}


@presenter("agent_action")
def present_action(request: CheckedRequest, action: JsonObject) -> JsonObject:
    signal = request.data.need("signal", action["billable_signal_id"])
    shown = {name: value for name, value in action.items() if name != "billable_signal_id"}
    return {**shown, "billable_signal": {name: signal[name] for name in _SIGNAL_FIELDS}}


def _add_action(request: CheckedRequest, agent_id: str, given: JsonObject) -> JsonObject:
    with within("billable_signal"):
        signal = signals.add(request, {**given["billable_signal"], "signal_type": "billable"})
    fields = {name: value for name, value in given.items() if name != "billable_signal"}
    value = dict.fromkeys(_VALUE_FIELDS) | given.get("value", {})
    cost_signals = _cost_signals(request, "cost_signal_ids", given.get("cost_signal_ids", []))
    computed = {"agent_id": agent_id, "billable_signal_id": signal["id"], "value": value}
    return crud.add(request, "agent_action", fields, {**computed, "cost_signal_ids": cost_signals})


def _remove_action(request: CheckedRequest, action: JsonObject) -> None:
    crud.check_unused(request, "agent_action", action["id"])
    request.data.remove("agent_action", action["id"])
    # After the removal of its action, any document that mentions the signal is another user of it.
    crud.remove(request, "signal", request.data.need("signal", action["billable_signal_id"]))


def _changed_cost_signals(request: CheckedRequest, stored: list[str], given: JsonObject) -> list[str]:
    ids = _cost_signals(request, "cost_signal_ids", given.pop("cost_signal_ids", stored))
    ids += _cost_signals(request, "add_cost_signal_ids", given.pop("add_cost_signal_ids", []))
    removed = set(given.pop("remove_cost_signal_ids", []))
    return [identifier for identifier in dict.fromkeys(ids) if identifier not in removed]


def _cost_signals(request: CheckedRequest, field: str, ids: list[str]) -> list[str]:
    """The ids without repetitions. A problem for an id that is not one of a cost signal."""
    for identifier in ids:
        signal = request.data.get("signal", identifier)
        if signal is None:
            raise request.unknown("signal", identifier, field)
        if signal["signal_type"] != "cost":
            raise invalid_field(field, f"the signal {identifier!r} is {signal['signal_type']}, not a cost signal")
    return list(dict.fromkeys(ids))
