"""Plans: charges, prices of agent actions, and tiers."""

from tests.support.contract.complete.table import Call, Calls, collector
from tests.support.contract.given import Given

PRICING: Calls = {}
complete = collector(PRICING)

_TIERS = [
    {"tier_order": 1, "start_unit": 0, "end_unit": 100, "price_per_unit": 2.5, "flat_fee": 500},
    {"tier_order": 2, "start_unit": 101, "end_unit": None, "price_per_unit": 1, "flat_fee": 0},
]


@complete
def create_plan(given: Given) -> Call:
    names = {"name": "Extra", "code": "extra", "description": "More of it", "parent_plan_id": given.plan().id}
    kind = {"target_audience": "agent", "currency": "EUR", "category": "addon", "plan_type": "usage_based"}
    terms = {"billing_period": "quarterly", "trial_available": True, "trial_days": 14, "status": "draft"}
    return Call((), {**names, **kind, **terms, "metadata": {"shown": False}})


@complete
def get_plan(given: Given) -> Call:
    return Call((given.plan().id,), {})


@complete
def list_plans(given: Given) -> Call:
    given.plan(name="Basic", plan_type="hybrid")
    page = {"page": 1, "limit": 10, "sort": "code", "order": "asc"}
    return Call((), {"status": "active", "search": "BAS", "type": "hybrid", **page})


@complete
def update_plan(given: Given) -> Call:
    return Call((given.plan().id,), {**create_plan(given).options, "code": "extra_2", "status": "archived"})


@complete
def delete_plan(given: Given) -> Call:
    return Call((given.plan().id,), {})


@complete
def create_plan_charge(given: Given) -> Call:
    charge = {"charge_name": "Seats", "charge_code": "seats", "charge_type": "seat_based", "amount": 900}
    return Call((given.plan().id,), {**charge, "description": "Per seat", "billing_frequency": "monthly"})


@complete
def list_plan_charges(given: Given) -> Call:
    return Call((given.charge().plan_id,), {})


@complete
def update_plan_charge(given: Given) -> Call:
    charge = given.charge()
    changes = {"charge_name": "Set-up", "charge_code": "setup", "charge_type": "one_time", "amount": 0}
    return Call((charge.plan_id, charge.id), {**changes, "description": "Once", "billing_frequency": "annual"})


@complete
def delete_plan_charge(given: Given) -> Call:
    charge = given.charge()
    return Call((charge.plan_id, charge.id), {})


@complete
def create_plan_agent_action(given: Given) -> Call:
    return Call((given.plan().id,), _price(given))


@complete
def list_plan_agent_actions(given: Given) -> Call:
    return Call((given.price().plan_id,), {})


@complete
def get_plan_agent_action(given: Given) -> Call:
    price = given.price()
    return Call((price.plan_id, price.id), {})


@complete
def update_plan_agent_action(given: Given) -> Call:
    price = given.price()
    return Call((price.plan_id, price.id), {**_price(given), "pricing_model": "package"})


@complete
def delete_plan_agent_action(given: Given) -> Call:
    price = given.price()
    return Call((price.plan_id, price.id), {})


@complete
def create_plan_agent_action_tier(given: Given) -> Call:
    price = given.price(pricing_model="tiered")
    return Call((price.plan_id, price.id), _TIERS[0])


@complete
def update_plan_agent_action_tier(given: Given) -> Call:
    price = given.price(pricing_model="tiered", tiers=_TIERS)
    changes = {"tier_order": 3, "start_unit": 1, "end_unit": 50, "price_per_unit": 3, "flat_fee": 1}
    return Call((price.plan_id, price.id, price.tiers[0].id), changes)


@complete
def delete_plan_agent_action_tier(given: Given) -> Call:
    price = given.price(pricing_model="tiered", tiers=_TIERS)
    return Call((price.plan_id, price.id, price.tiers[0].id), {})


def _price(given: Given) -> dict[str, object]:
    ids = {"agent_action_id": given.action().id, "billable_signal_id": given.signal().id}
    prices = {"pricing_model": "tiered", "unit_price": 0.125, "package_size": 100, "package_price": 999.5}
    limits = {"included_units": 10.5, "minimum_commitment": 1000, "overage_allowed": False}
    return {**ids, **prices, **limits, "metadata": {"list": "2026"}, "tiers": _TIERS}
