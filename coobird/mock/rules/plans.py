"""Plans and what agent actions cost under them."""

from typing import Any

from coobird.mock.contract.problems import FieldError, invalid, invalid_field
from coobird.mock.rules import crud, rule
from coobird.mock.rules.request import Call
from coobird.mock.rules.tiers import new_tiers
from coobird.mock.state.document_store import Doc

# What each way of pricing cannot do without.
_MODELS = {"per_unit": ("unit_price",), "tiered": (), "package": ("package_size", "package_price")}


@rule("update_plan")
def update_plan(call: Call) -> Any:
    plan = crud.own(call, "plan")
    ancestor = call.body.get("parent_plan_id")
    while ancestor is not None:
        if ancestor == plan["id"]:
            raise invalid_field("parent_plan_id", "would make the plan an add-on to itself")
        ancestor = (call.data.get("plan", ancestor) or {}).get("parent_plan_id")
    return crud.update(call, "plan")


@rule("create_plan_agent_action")
def create_plan_agent_action(call: Call) -> Any:
    given = dict(call.body)
    parents = crud.parents(call, "plan_agent_action")
    _check_signal(call, given)
    action = _action(call, given)
    given.setdefault("billable_signal_id", action["billable_signal_id"])
    _check_model(given)
    tiers = new_tiers(call, given.get("tiers", []))
    return crud.add(call, "plan_agent_action", given, {**parents, "tiers": tiers})


@rule("update_plan_agent_action")
def update_plan_agent_action(call: Call) -> Any:
    price, given = crud.own(call, "plan_agent_action"), dict(call.body)
    _check_signal(call, given)
    if "agent_action_id" in given:
        before = call.data.get("agent_action", price["agent_action_id"]) or {}
        after = _action(call, given)
        # A price that bills the action's own signal goes on doing so.
        if price["billable_signal_id"] == before.get("billable_signal_id"):
            given.setdefault("billable_signal_id", after["billable_signal_id"])
    _check_model({**price, **given})
    if "tiers" in given:
        given["tiers"] = new_tiers(call, given["tiers"])
    return crud.change(call, "plan_agent_action", price, given)


def _action(call: Call, given: Doc) -> Doc:
    action = call.data.get("agent_action", given["agent_action_id"])
    if action is None:
        raise call.unknown("agent_action", given["agent_action_id"], "agent_action_id")
    return action


def _check_signal(call: Call, given: Doc) -> None:
    if "billable_signal_id" in given:
        signal = call.data.get("signal", given["billable_signal_id"])
        if signal is None:
            raise call.unknown("signal", given["billable_signal_id"], "billable_signal_id")
        if signal["signal_type"] != "billable":
            raise invalid_field("billable_signal_id", f"is a {signal['signal_type']} signal, not a billable one")


def _check_model(price: Doc) -> None:
    model = price["pricing_model"]
    if model not in _MODELS:
        raise invalid_field("pricing_model", f"must be one of {', '.join(_MODELS)}")
    lacking = [name for name in _MODELS[model] if price.get(name) is None]
    if lacking:
        raise invalid(FieldError(name, f"is required for the pricing model {model!r}") for name in lacking)
