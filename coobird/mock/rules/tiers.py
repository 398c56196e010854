"""Tiers of a price. They are stored inside their price, in the order of `tier_order`."""

from typing import Any

from coobird.mock.contract.json_text import JsonObject
from coobird.mock.contract.problems import conflict, invalid_field, not_found, within
from coobird.mock.rules import crud
from coobird.mock.rules.registry import rule
from coobird.mock.rules.request import CheckedRequest

_KIND = "plan_agent_action"
_FIELDS = ("id", "tier_order", "start_unit", "end_unit", "price_per_unit", "flat_fee")


@rule("create_plan_agent_action_tier")
def create_plan_agent_action_tier(request: CheckedRequest) -> Any:
    price = _price(request)
    tier = _tier(request, request.body)
    _keep(request, price, [*price["tiers"], tier], tier)
    return tier


@rule("update_plan_agent_action_tier")
def update_plan_agent_action_tier(request: CheckedRequest) -> Any:
    price = _price(request)
    tier = {**_from_path(request, price), **request.body}
    _keep(request, price, [tier if other["id"] == tier["id"] else other for other in price["tiers"]], tier)
    return tier


@rule("delete_plan_agent_action_tier")
def delete_plan_agent_action_tier(request: CheckedRequest) -> None:
    price = _price(request)
    tier = _from_path(request, price)
    request.data.put(_KIND, {**price, "tiers": [other for other in price["tiers"] if other["id"] != tier["id"]]})


def new_tiers(request: CheckedRequest, given: list[JsonObject]) -> list[JsonObject]:
    """Tiers of a new list, checked against each other."""
    tiers: list[JsonObject] = []
    for number, options in enumerate(given):
        with within(f"tiers.{number}"):
            tier = _tier(request, options)
            check(tier, tiers)
        tiers.append(tier)
    return _in_order(tiers)


def check(tier: JsonObject, others: list[JsonObject]) -> None:
    """Raise a problem for a tier with a wrong range, or with the order or a unit of another."""
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


def _overlap(one: JsonObject, two: JsonObject) -> bool:
    """True if the tiers share a unit.

    A tier without an end lasts until the next one starts. So it overlaps only a tier that starts at
    the same unit, or one that starts before it and ends after its start.
    """
    lower, upper = sorted((one, two), key=_first)
    if _is_empty(lower) or _is_empty(upper):
        return False
    return _first(lower) == _first(upper) or (lower["end_unit"] is not None and lower["end_unit"] >= _first(upper))


def _first(tier: JsonObject) -> int:
    return max(1, int(tier["start_unit"]))


def _is_empty(tier: JsonObject) -> bool:
    return tier["end_unit"] is not None and tier["end_unit"] < _first(tier)


def _price(request: CheckedRequest) -> JsonObject:
    """Price in the request's path: `plan_id` and `action_id` stand before the tier."""
    request.data.need("plan", request.path["plan_id"])
    price = request.data.need(_KIND, request.path["action_id"])
    if price["plan_id"] != request.path["plan_id"]:
        raise not_found(_KIND, request.path["action_id"])
    return price


def _from_path(request: CheckedRequest, price: JsonObject) -> JsonObject:
    for tier in price["tiers"]:
        if tier["id"] == request.path["tier_id"]:
            return dict(tier)
    raise not_found("pricing_tier", request.path["tier_id"])


def _tier(request: CheckedRequest, given: JsonObject) -> JsonObject:
    tier = {"id": request.data.new_id("pricing_tier"), "end_unit": None, "flat_fee": 0, **given}
    return {name: tier[name] for name in _FIELDS}


def _keep(request: CheckedRequest, price: JsonObject, tiers: list[JsonObject], changed: JsonObject) -> None:
    check(changed, [tier for tier in tiers if tier["id"] != changed["id"]])
    crud.change(request, _KIND, price, {"tiers": _in_order(tiers)})


def _in_order(tiers: list[JsonObject]) -> list[JsonObject]:
    return sorted(tiers, key=lambda tier: int(tier["tier_order"]))
