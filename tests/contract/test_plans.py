"""Plans and their charges: the rules that no schema says."""

import pytest

from coobird import ConflictError, Coomon, NotFoundError, UnprocessableEntityError
from tests.support.contract.given import Given
from tests.support.contract.reading import refused

PERIODS = ("daily", "weekly", "monthly", "quarterly", "semi_annual", "annual")


def test_a_new_plan_is_active_monthly_and_in_dollars(coomon: Coomon) -> None:
    plan = coomon.create_plan(name="Basic", code="basic")
    assert (plan.status, plan.billing_period, plan.currency) == ("active", "monthly", "USD")
    assert (plan.category, plan.plan_type, plan.target_audience) == ("plan", "standard", "both")
    assert (plan.trial_available, plan.trial_days) == (False, 0)
    assert (plan.description, plan.parent_plan_id, plan.metadata) == (None, None, {})


@pytest.mark.parametrize("period", PERIODS)
def test_each_billing_period_is_known(given: Given, period: str) -> None:
    assert given.plan(billing_period=period).billing_period == period


def test_filters_must_all_match(coomon: Coomon, given: Given) -> None:
    wanted = given.plan(name="Pro plan", status="draft", plan_type="hybrid")
    given.plan(name="Pro plan", status="draft")
    given.plan(name="Pro plan", plan_type="hybrid")
    given.plan(name="Basic", status="draft", plan_type="hybrid")
    assert coomon.list_plans(status="draft", type="hybrid", search="PRO").data == [wanted]
    assert list(coomon.iter_plans(status="draft", type="hybrid", search="PRO")) == [wanted]


def test_plans_are_listed_by_their_status(coomon: Coomon, given: Given) -> None:
    given.plan()
    assert coomon.list_plans(status="archived").data == []
    wanted = given.plan(status="archived")
    assert coomon.list_plans(status="archived").data == [wanted]


def test_a_code_is_taken_only_once(coomon: Coomon, given: Given) -> None:
    given.plan(code="basic")
    other = given.plan()
    with refused(ConflictError, code="already_exists", field="code"):
        given.plan(code="basic")
    with refused(ConflictError, code="already_exists", field="code"):
        coomon.update_plan(other.id, code="basic")


def test_a_parent_that_does_not_exist_is_not_found(given: Given) -> None:
    with refused(NotFoundError, field="parent_plan_id"):
        given.plan(parent_plan_id="plan_unknown")


def test_a_plan_cannot_be_its_own_ancestor(coomon: Coomon, given: Given) -> None:
    parent = given.plan()
    child = given.plan(parent_plan_id=parent.id)
    with refused(UnprocessableEntityError, field="parent_plan_id"):
        coomon.update_plan(parent.id, parent_plan_id=child.id)


@pytest.mark.parametrize("what", ["contract", "plan"])
def test_a_plan_in_use_cannot_be_deleted(coomon: Coomon, given: Given, what: str) -> None:
    plan = given.plan()
    getattr(given, what)(**{"contract": {"plan_id": plan.id}, "plan": {"parent_plan_id": plan.id}}[what])
    with refused(ConflictError, code="in_use"):
        coomon.delete_plan(plan.id)
    assert coomon.get_plan(plan.id) == plan


def test_a_plan_takes_its_charges_and_prices_with_it(coomon: Coomon, given: Given) -> None:
    plan, action = given.plan(), given.action()
    given.charge(plan.id)
    given.price(plan.id, agent_action_id=action.id)
    coomon.delete_plan(plan.id)
    with refused(NotFoundError):
        coomon.list_plan_charges(plan.id)
    coomon.delete_agent_action(action.agent_id, action.id)  # nothing prices it any more


@pytest.mark.parametrize("kind", ["recurring", "one_time", "usage_based", "seat_based"])
def test_each_type_of_charge_is_known(given: Given, kind: str) -> None:
    assert given.charge(charge_type=kind).charge_type == kind


def test_a_new_charge_falls_due_with_every_bill(given: Given) -> None:
    charge = given.charge()
    assert (charge.billing_frequency, charge.description) == (None, None)


def test_a_charge_code_is_taken_only_once_within_a_plan(coomon: Coomon, given: Given) -> None:
    charge = given.charge(charge_code="seats")
    with refused(ConflictError, code="already_exists", field="charge_code"):
        given.charge(charge.plan_id, charge_code="seats")
    assert given.charge(charge_code="seats").plan_id != charge.plan_id


def test_a_charge_is_found_under_its_own_plan_only(coomon: Coomon, given: Given) -> None:
    charge, other = given.charge(), given.plan()
    with refused(NotFoundError):
        coomon.update_plan_charge(other.id, charge.id, amount=1)
    with refused(NotFoundError):
        coomon.delete_plan_charge(other.id, charge.id)


@pytest.mark.violates("request.body.amount")
def test_an_amount_below_zero_is_refused(given: Given) -> None:
    with refused(UnprocessableEntityError, field="amount"):
        given.charge(amount=-1)
