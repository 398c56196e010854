"""Prices of agent actions under a plan, and the tiers of tiered prices."""

from typing import Any

import pytest

from coobird import ConflictError, Coomon, CreatePricingTierOptions, NotFoundError, UnprocessableEntityError
from tests.support.contract.given import Given
from tests.support.contract.reading import refused

MODELS: dict[str, dict[str, Any]] = {
    "per_unit": {"unit_price": 0.125},
    "tiered": {"tiers": [{"tier_order": 1, "start_unit": 1, "price_per_unit": 2}]},
    "package": {"package_size": 100, "package_price": 999.5},
}


@pytest.mark.parametrize("model", MODELS)
def test_each_pricing_model_is_known(coomon: Coomon, given: Given, model: str) -> None:
    price = coomon.create_plan_agent_action(
        given.plan().id, agent_action_id=given.action().id, pricing_model=model, **MODELS[model]
    )
    assert price.pricing_model == model
    assert coomon.get_plan_agent_action(price.plan_id, price.id) == price


def test_a_new_price_includes_nothing_and_allows_overage(given: Given) -> None:
    price = given.price()
    assert (price.included_units, price.minimum_commitment, price.overage_allowed) == (0, 0, True)
    assert (price.package_size, price.package_price, price.tiers, price.metadata) == (None, None, [], {})


def test_a_price_bills_the_signal_of_its_action_unless_another_signal_is_given(given: Given) -> None:
    action, signal = given.action(), given.signal()
    assert given.price(agent_action_id=action.id).billable_signal_id == action.billable_signal.id
    assert given.price(agent_action_id=action.id, billable_signal_id=signal.id).billable_signal_id == signal.id


@pytest.mark.parametrize(("model", "lacking"), [("per_unit", "unit_price"), ("package", "package_size")])
def test_a_model_without_its_prices_is_refused(coomon: Coomon, given: Given, model: str, lacking: str) -> None:
    with refused(UnprocessableEntityError, field=lacking):
        coomon.create_plan_agent_action(given.plan().id, agent_action_id=given.action().id, pricing_model=model)


@pytest.mark.violates("request.body.pricing_model")
def test_an_unknown_model_is_refused(given: Given) -> None:
    with refused(UnprocessableEntityError, field="pricing_model"):
        given.price(pricing_model="auction")


@pytest.mark.parametrize("field", ["agent_action_id", "billable_signal_id"])
def test_what_does_not_exist_cannot_be_priced(given: Given, field: str) -> None:
    with refused(NotFoundError, field=field):
        given.price(**{field: "unknown_1"})


def test_a_price_is_found_under_its_own_plan_only(coomon: Coomon, given: Given) -> None:
    price = given.price()
    with refused(NotFoundError):
        coomon.get_plan_agent_action(given.plan().id, price.id)


def test_new_tiers_take_the_place_of_all_that_were_there(coomon: Coomon, given: Given) -> None:
    price = given.price(**MODELS["tiered"], pricing_model="tiered")
    new = CreatePricingTierOptions(tier_order=7, start_unit=5, price_per_unit=0.5)
    changed = coomon.update_plan_agent_action(price.plan_id, price.id, tiers=[new])
    assert [(tier.tier_order, tier.start_unit) for tier in changed.tiers] == [(7, 5)]
    assert changed.tiers[0].id != price.tiers[0].id


def test_tiers_are_kept_in_their_order(coomon: Coomon, given: Given) -> None:
    price = given.price(pricing_model="tiered")
    last = given.tier(price, tier_order=2, start_unit=101, end_unit=None)
    first = given.tier(price, tier_order=1)
    assert coomon.get_plan_agent_action(price.plan_id, price.id).tiers == [first, last]


def test_a_new_tier_is_open_and_has_no_fee(coomon: Coomon, given: Given) -> None:
    price = given.price(pricing_model="tiered")
    tier = coomon.create_plan_agent_action_tier(price.plan_id, price.id, tier_order=1, start_unit=0, price_per_unit=1)
    assert (tier.end_unit, tier.flat_fee) == (None, 0)


def test_a_tier_order_is_taken_only_once(coomon: Coomon, given: Given) -> None:
    price = given.price(pricing_model="tiered")
    given.tier(price)
    with refused(ConflictError, code="already_exists", field="tier_order"):
        given.tier(price, start_unit=101, end_unit=None)


@pytest.mark.parametrize("bounds", [(100, 200), (50, None), (1, None), (0, 1)])
def test_tiers_may_not_share_units(given: Given, bounds: tuple[int, int | None]) -> None:
    price = given.price(pricing_model="tiered")
    given.tier(price, start_unit=1, end_unit=100)
    with refused(UnprocessableEntityError, field="start_unit"):
        given.tier(price, tier_order=2, start_unit=bounds[0], end_unit=bounds[1])


def test_a_changed_tier_is_checked_like_a_new_one(coomon: Coomon, given: Given) -> None:
    price = given.price(pricing_model="tiered")
    given.tier(price, start_unit=1, end_unit=100)
    tier = given.tier(price, tier_order=2, start_unit=101, end_unit=None)
    ids = (price.plan_id, price.id, tier.id)
    with refused(UnprocessableEntityError, field="start_unit"):
        coomon.update_plan_agent_action_tier(*ids, start_unit=100)
    with refused(UnprocessableEntityError, field="end_unit"):
        coomon.update_plan_agent_action_tier(*ids, end_unit=100)
    with refused(ConflictError, code="already_exists"):
        coomon.update_plan_agent_action_tier(*ids, tier_order=1)
    assert coomon.get_plan_agent_action(price.plan_id, price.id).tiers[1] == tier


def test_the_other_tiers_stay_when_one_is_deleted(coomon: Coomon, given: Given) -> None:
    price = given.price(pricing_model="tiered")
    first, second = given.tier(price), given.tier(price, tier_order=2, start_unit=101, end_unit=None)
    coomon.delete_plan_agent_action_tier(price.plan_id, price.id, first.id)
    assert coomon.get_plan_agent_action(price.plan_id, price.id).tiers == [second]


def test_a_tier_is_found_under_its_own_price_only(coomon: Coomon, given: Given) -> None:
    price = given.price(pricing_model="tiered")
    tier, other = given.tier(price), given.price(price.plan_id)
    with refused(NotFoundError):
        coomon.delete_plan_agent_action_tier(price.plan_id, other.id, tier.id)
