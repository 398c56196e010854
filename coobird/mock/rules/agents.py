"""Agents and their actions. An action and its billable signal are made, changed and deleted together."""

from typing import Any

from coobird.mock.contract.problems import invalid_field, within
from coobird.mock.rules import crud, rule
from coobird.mock.rules.request import Call
from coobird.mock.state.document_store import Doc

_SIGNAL_FIELDS = ("id", "signal_name", "signal_code", "aggregation_type", "unit_label", "value_field", "description")
_VALUE_FIELDS = ("fte_equivalent", "revenue_per_unit", "default_price_cents")


@rule("create_agent_with_actions")
def create_agent_with_actions(call: Call) -> Any:
    with within("agent"):
        agent = crud.add(call, "agent", call.body["agent"])
    for number, action in enumerate(call.body["actions"]):
        with within(f"actions.{number}"):
            _add_action(call, agent["id"], action)
    return present_agent(call, agent)


@rule("delete_agent")
def delete_agent(call: Call) -> None:
    agent = crud.own(call, "agent")
    for action in call.data.find("agent_action", {"agent_id": agent["id"]}):
        _remove_action(call, action)
    crud.delete(call, "agent")


@rule("create_agent_action")
def create_agent_action(call: Call) -> Any:
    crud.parents(call, "agent_action")
    return present_action(call, _add_action(call, call.path["agent_id"], call.body))


@rule("update_agent_action")
def update_agent_action(call: Call) -> Any:
    action, given = crud.own(call, "agent_action"), dict(call.body)
    signal_changes = given.pop("billable_signal", None)
    if signal_changes:
        with within("billable_signal"):
            crud.change(call, "signal", call.data.need("signal", action["billable_signal_id"]), signal_changes)
    if "value" in given:
        given["value"] = {**action["value"], **given["value"]}
    given["cost_signal_ids"] = _changed_cost_signals(call, action["cost_signal_ids"], given)
    return present_action(call, crud.change(call, "agent_action", action, given))


@rule("delete_agent_action")
def delete_agent_action(call: Call) -> None:
    _remove_action(call, crud.own(call, "agent_action"))


def present_agent(call: Call, agent: Doc) -> Doc:
    actions = call.data.find("agent_action", {"agent_id": agent["id"]})
    return {**agent, "actions": [present_action(call, action) for action in actions]}


def present_action(call: Call, action: Doc) -> Doc:
    signal = call.data.need("signal", action["billable_signal_id"])
    shown = {name: value for name, value in action.items() if name != "billable_signal_id"}
    return {**shown, "billable_signal": {name: signal[name] for name in _SIGNAL_FIELDS}}


def _add_action(call: Call, agent_id: str, given: Doc) -> Doc:
    with within("billable_signal"):
        signal = crud.add(call, "signal", {**given["billable_signal"], "signal_type": "billable"})
    fields = {name: value for name, value in given.items() if name != "billable_signal"}
    value = dict.fromkeys(_VALUE_FIELDS) | given.get("value", {})
    cost_signals = _cost_signals(call, "cost_signal_ids", given.get("cost_signal_ids", []))
    computed = {"agent_id": agent_id, "billable_signal_id": signal["id"], "value": value}
    return crud.add(call, "agent_action", fields, {**computed, "cost_signal_ids": cost_signals})


def _remove_action(call: Call, action: Doc) -> None:
    crud.check_unused(call, "agent_action", action["id"])
    call.data.remove("agent_action", action["id"])
    # Without its own action, whatever still mentions the signal is another user of it.
    crud.check_unused(call, "signal", action["billable_signal_id"])
    call.data.remove("signal", action["billable_signal_id"])


def _changed_cost_signals(call: Call, stored: list[str], given: Doc) -> list[str]:
    ids = _cost_signals(call, "cost_signal_ids", given.pop("cost_signal_ids", stored))
    ids += _cost_signals(call, "add_cost_signal_ids", given.pop("add_cost_signal_ids", []))
    removed = set(given.pop("remove_cost_signal_ids", []))
    return [identifier for identifier in dict.fromkeys(ids) if identifier not in removed]


def _cost_signals(call: Call, field: str, ids: list[str]) -> list[str]:
    """The ids, each once, all of them of cost signals."""
    for identifier in ids:
        signal = call.data.get("signal", identifier)
        if signal is None:
            raise call.unknown("signal", identifier, field)
        if signal["signal_type"] != "cost":
            raise invalid_field(field, f"the signal {identifier!r} is {signal['signal_type']}, not a cost signal")
    return list(dict.fromkeys(ids))


crud.PRESENTERS["agent"] = present_agent
crud.PRESENTERS["agent_action"] = present_action
