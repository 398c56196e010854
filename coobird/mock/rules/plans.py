"""Plans, and the prices of agent actions in them."""

from typing import Any

from coobird.mock.contract.json_text import JsonObject
from coobird.mock.contract.problems import FieldError, invalid, invalid_field
from coobird.mock.rules import crud
from coobird.mock.rules.registry import rule
from coobird.mock.rules.request import CheckedRequest
from coobird.mock.rules.tiers import new_tiers

# Required fields of each pricing model.
_MODELS = {"per_unit": ("unit_price",), "tiered": (), "package": ("package_size", "package_price")}


@rule("update_plan")
def update_plan(request: CheckedRequest) -> Any:
    plan = crud.from_path(request, "plan")
    ancestor = request.body.get("parent_plan_id")
    while ancestor is not None:
        if ancestor == plan["id"]:
            raise invalid_field("parent_plan_id", "would make the plan an add-on to itself")
        ancestor = (request.data.get("plan", ancestor) or {}).get("parent_plan_id")
    return crud.update(request, "plan")


@rule("create_plan_agent_action")
def create_plan_agent_action(request: CheckedRequest) -> Any:
    given = dict(request.body)
    parents = crud.parent_fields(request, "plan_agent_action")
    _check_signal(request, given)
    action = _action(request, given)
    given.setdefault("billable_signal_id", action["billable_signal_id"])
    _check_model(given)
    tiers = new_tiers(request, given.get("tiers", []))
    return crud.add(request, "plan_agent_action", given, {**parents, "tiers": tiers})


@rule("update_plan_agent_action")
def update_plan_agent_action(request: CheckedRequest) -> Any:
    price, given = crud.from_path(request, "plan_agent_action"), dict(request.body)
    _check_signal(request, given)
    if "agent_action_id" in given:
        before = request.data.get("agent_action", price["agent_action_id"]) or {}
        after = _action(request, given)
        # A price that bills the action's own signal then bills the signal of the new action.
        if price["billable_signal_id"] == before.get("billable_signal_id"):
            given.setdefault("billable_signal_id", after["billable_signal_id"])
    _check_model({**price, **given})
    if "tiers" in given:
        given["tiers"] = new_tiers(request, given["tiers"])
    return crud.change(request, "plan_agent_action", price, given)


def _action(request: CheckedRequest, given: JsonObject) -> JsonObject:
    action = request.data.get("agent_action", given["agent_action_id"])
    if action is None:
        raise request.unknown("agent_action", given["agent_action_id"], "agent_action_id")
    return action


def _check_signal(request: CheckedRequest, given: JsonObject) -> None:
    if "billable_signal_id" in given:
        signal = request.data.get("signal", given["billable_signal_id"])
        if signal is None:
            raise request.unknown("signal", given["billable_signal_id"], "billable_signal_id")
        if signal["signal_type"] != "billable":
            raise invalid_field("billable_signal_id", f"is a {signal['signal_type']} signal, not a billable one")


def _check_model(price: JsonObject) -> None:
    model = price["pricing_model"]
    lacking = [name for name in _MODELS[model] if price.get(name) is None]
    if lacking:
        raise invalid(FieldError(name, f"is required for the pricing model {model!r}") for name in lacking)
