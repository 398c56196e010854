"""The tiers of a price. They live inside the price that they belong to, in the order of `tier_order`."""

from typing import Any

from coobird.mock.contract.problems import conflict, invalid_field, missing, within
from coobird.mock.rules import crud, rule
from coobird.mock.rules.request import Call
from coobird.mock.state.document_store import Doc

_KIND = "plan_agent_action"
_FIELDS = ("id", "tier_order", "start_unit", "end_unit", "price_per_unit", "flat_fee")


@rule("create_plan_agent_action_tier")
def create_plan_agent_action_tier(call: Call) -> Any:
    price = _price(call)
    tier = _tier(call, call.body)
    _keep(call, price, [*price["tiers"], tier], tier)
    return tier


@rule("update_plan_agent_action_tier")
def update_plan_agent_action_tier(call: Call) -> Any:
    price = _price(call)
    tier = {**_own(call, price), **call.body}
    _keep(call, price, [tier if other["id"] == tier["id"] else other for other in price["tiers"]], tier)
    return tier


@rule("delete_plan_agent_action_tier")
def delete_plan_agent_action_tier(call: Call) -> None:
    price = _price(call)
    tier = _own(call, price)
    call.data.put(_KIND, {**price, "tiers": [other for other in price["tiers"] if other["id"] != tier["id"]]})


def new_tiers(call: Call, given: list[Doc]) -> list[Doc]:
    """All tiers of a price at once, checked against each other."""
    tiers: list[Doc] = []
    for number, options in enumerate(given):
        with within(f"tiers.{number}"):
            tier = _tier(call, options)
            check(tier, tiers)
        tiers.append(tier)
    return _in_order(tiers)


def check(tier: Doc, others: list[Doc]) -> None:
    """A tier ends where it begins or later, has an order of its own, and shares no unit with another one."""
    end = tier["end_unit"]
    if end is not None and end < tier["start_unit"]:
        raise invalid_field("end_unit", f"must not be below start_unit, {tier['start_unit']}")
    for other in others:
        if other["tier_order"] == tier["tier_order"]:
            raise conflict(
                f"Another tier has the order {tier['tier_order']}.", code="already_exists", field="tier_order"
            )
        if _overlap(tier, other):
            raise invalid_field("start_unit", f"shares units with the tier of order {other['tier_order']}")


def _overlap(one: Doc, two: Doc) -> bool:
    """An open tier ends where the next one starts, so it overlaps only a tier that starts with it or reaches over it."""
    lower, upper = sorted((one, two), key=_first)
    if _is_empty(lower) or _is_empty(upper):
        return False
    return _first(lower) == _first(upper) or (lower["end_unit"] is not None and lower["end_unit"] >= _first(upper))


def _first(tier: Doc) -> int:
    return max(1, int(tier["start_unit"]))


def _is_empty(tier: Doc) -> bool:
    return tier["end_unit"] is not None and tier["end_unit"] < _first(tier)


def _price(call: Call) -> Doc:
    """The price that the path names: `plan_id` and `action_id` in front of the tier."""
    call.data.need("plan", call.path["plan_id"])
    price = call.data.need(_KIND, call.path["action_id"])
    if price["plan_id"] != call.path["plan_id"]:
        raise missing(_KIND, call.path["action_id"])
    return price


def _own(call: Call, price: Doc) -> Doc:
    for tier in price["tiers"]:
        if tier["id"] == call.path["tier_id"]:
            return dict(tier)
    raise missing("pricing_tier", call.path["tier_id"])


def _tier(call: Call, given: Doc) -> Doc:
    tier = {"id": call.data.new_id("pricing_tier"), "end_unit": None, "flat_fee": 0, **given}
    return {name: tier[name] for name in _FIELDS}


def _keep(call: Call, price: Doc, tiers: list[Doc], changed: Doc) -> None:
    check(changed, [tier for tier in tiers if tier["id"] != changed["id"]])
    crud.change(call, _KIND, price, {"tiers": _in_order(tiers)})


def _in_order(tiers: list[Doc]) -> list[Doc]:
    return sorted(tiers, key=lambda tier: int(tier["tier_order"]))
