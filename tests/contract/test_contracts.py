"""Contracts: their copy of the plan's pricing, and their life from draft to cancelled."""

from datetime import UTC, date, datetime, timedelta

import pytest

from coobird import ConflictError, ContractResponse, Coomon, NotFoundError, UnprocessableEntityError
from tests.support.contract.given import Given
from tests.support.contract.reading import refused


def today() -> date:
    return datetime.now(UTC).date()


def in_state(coomon: Coomon, given: Given, state: str) -> ContractResponse:
    """A contract that got there by the way that leads there."""
    if state == "draft":
        return given.contract()
    contract = given.active_contract()
    if state == "suspended":
        return coomon.suspend_contract(contract.id)
    return coomon.cancel_contract(contract.id, cancellation_type="immediate") if state == "cancelled" else contract


def act(coomon: Coomon, contract: ContractResponse, verb: str) -> ContractResponse:
    if verb == "cancel":
        return coomon.cancel_contract(contract.id, cancellation_type="immediate")
    if verb == "update":
        return coomon.update_contract(contract.id, name="Changed")
    return getattr(coomon, f"{verb}_contract")(contract.id)  # type: ignore[no-any-return]


def test_a_new_contract_is_a_draft_that_follows_its_plan(coomon: Coomon, given: Given) -> None:
    plan = given.plan(billing_period="annual", currency="EUR")
    contract = given.contract(plan_id=plan.id)
    assert (contract.status, contract.billing_interval, contract.currency) == ("draft", "annual", "EUR")
    assert (contract.payment_terms, contract.collection_method) == (30, "charge_automatically")
    assert (contract.end_date, contract.activation_date, contract.current_period_start) == (None, None, None)


def test_the_pricing_of_the_plan_is_copied(coomon: Coomon, given: Given) -> None:
    action = given.action(billable_signal=given.billable_signal(signal_code="answers"))
    price = given.price(
        agent_action_id=action.id,
        included_units=10,
        pricing_model="tiered",
        tiers=[{"tier_order": 1, "start_unit": 1, "price_per_unit": 2, "flat_fee": 3}],
    )
    charge = given.charge(price.plan_id)
    contract = given.contract(plan_id=price.plan_id)
    (copied,) = contract.agent_actions
    assert (copied.plan_agent_action_id, copied.signal_code) == (price.id, "answers")
    assert (copied.included_units, copied.tiers) == (10, price.tiers)
    assert [(one.plan_charge_id, one.amount) for one in contract.charges] == [(charge.id, charge.amount)]


def test_later_changes_of_the_plan_do_not_reach_a_contract(coomon: Coomon, given: Given) -> None:
    price = given.price(unit_price=2.5)
    charge = given.charge(price.plan_id)
    contract = given.contract(plan_id=price.plan_id)
    coomon.update_plan_agent_action(price.plan_id, price.id, unit_price=99)
    coomon.delete_plan_charge(price.plan_id, charge.id)
    given.charge(price.plan_id)
    assert coomon.get_contract(contract.id) == contract


@pytest.mark.parametrize("field", ["plan_id", "customer_id"])
def test_a_contract_needs_a_plan_and_a_customer_that_exist(given: Given, field: str) -> None:
    with refused(NotFoundError, field=field):
        given.contract(**{field: "unknown_1"})


def test_an_archived_plan_makes_no_contracts(given: Given) -> None:
    with refused(ConflictError, field="plan_id"):
        given.contract(plan_id=given.plan(status="archived").id)


def test_a_contract_cannot_end_before_it_starts(coomon: Coomon, given: Given) -> None:
    with refused(UnprocessableEntityError, field="end_date"):
        given.contract(start_date="2026-02-01", end_date="2026-01-31")
    with refused(UnprocessableEntityError, field="end_date"):
        coomon.update_contract(given.contract().id, end_date="2025-12-31")


def test_filters_must_all_match(coomon: Coomon, given: Given) -> None:
    wanted = given.active_contract()
    given.contract(customer_id=wanted.customer_id, plan_id=wanted.plan_id)
    given.active_contract(customer_id=wanted.customer_id)
    given.active_contract(plan_id=wanted.plan_id)
    filters = {"status": "active", "customer_id": wanted.customer_id, "plan_id": wanted.plan_id}
    assert coomon.list_contracts(**filters).data == [wanted]
    assert list(coomon.iter_contracts(**filters)) == [wanted]


@pytest.mark.parametrize(
    ("state", "verb", "result"),
    [
        ("draft", "update", "draft"),
        ("draft", "activate", "active"),
        ("draft", "cancel", "cancelled"),
        ("active", "update", "active"),
        ("active", "suspend", "suspended"),
        ("active", "cancel", "cancelled"),
        ("suspended", "update", "suspended"),
        ("suspended", "activate", "active"),
        ("suspended", "cancel", "cancelled"),
    ],
)
def test_a_step_that_is_possible_leads_to_its_state(
    coomon: Coomon, given: Given, state: str, verb: str, result: str
) -> None:
    contract = act(coomon, in_state(coomon, given, state), verb)
    assert contract.status == result
    assert coomon.get_contract(contract.id) == contract


@pytest.mark.parametrize(
    ("state", "verb"),
    [
        ("draft", "suspend"),
        ("active", "activate"),
        ("suspended", "suspend"),
        ("cancelled", "update"),
        ("cancelled", "activate"),
        ("cancelled", "suspend"),
        ("cancelled", "cancel"),
    ],
)
def test_a_step_that_is_not_possible_is_a_conflict_and_changes_nothing(
    coomon: Coomon, given: Given, state: str, verb: str
) -> None:
    contract = in_state(coomon, given, state)
    with refused(ConflictError, code="wrong_state"):
        act(coomon, contract, verb)
    assert coomon.get_contract(contract.id) == contract


def test_an_active_contract_knows_its_current_period(coomon: Coomon, given: Given) -> None:
    contract = given.active_contract(start_date="2026-01-01", billing_interval="monthly")
    start, end = contract.current_period_start, contract.current_period_end
    assert start is not None
    assert end is not None
    assert start.day == 1
    assert start <= today() <= end


def test_the_reason_of_a_suspension_goes_with_it(coomon: Coomon, given: Given) -> None:
    contract = coomon.suspend_contract(given.active_contract().id, suspend_reason="Unpaid", resume_date="2030-01-01")
    assert (contract.suspend_reason, contract.resume_date) == ("Unpaid", date(2030, 1, 1))
    before, contract = today(), coomon.activate_contract(contract.id)
    assert (contract.suspend_reason, contract.resume_date) == (None, None)
    assert contract.activation_date in (before, today())


def test_an_inactive_customer_stops_an_activation_unless_skip_validation_is_set(coomon: Coomon, given: Given) -> None:
    contract = given.contract(customer_id=given.customer(status="suspended").id)
    with refused(ConflictError):
        coomon.activate_contract(contract.id)
    assert coomon.activate_contract(contract.id, skip_validation=True).status == "active"


def test_a_contract_that_has_run_out_is_not_activated_unless_skip_validation_is_set(
    coomon: Coomon, given: Given
) -> None:
    contract = given.contract(start_date="2020-01-01", end_date="2020-12-31")
    with refused(ConflictError):
        coomon.activate_contract(contract.id)
    assert coomon.activate_contract(contract.id, skip_validation=True).status == "active"


def test_a_cancellation_ahead_leaves_the_contract_in_its_state_until_then(coomon: Coomon, given: Given) -> None:
    day = today() + timedelta(days=9)
    contract = coomon.cancel_contract(
        given.active_contract().id, cancellation_type="immediate", cancellation_date=day, refund_type="full", reason="x"
    )
    assert (contract.status, contract.cancellation_date, contract.refund_type) == ("active", day, "full")
    assert contract.cancel_reason == "x"


def test_a_cancellation_at_the_end_of_the_period_takes_effect_the_day_after_it(coomon: Coomon, given: Given) -> None:
    contract = given.active_contract()
    end = contract.current_period_end
    assert end is not None
    cancelled = coomon.cancel_contract(contract.id, cancellation_type="end_of_period")
    assert (cancelled.status, cancelled.cancellation_date) == ("active", end + timedelta(days=1))
    assert cancelled.refund_type == "none"


def test_a_cancellation_cannot_lie_in_the_past(coomon: Coomon, given: Given) -> None:
    yesterday = today() - timedelta(days=2)
    with refused(UnprocessableEntityError, field="cancellation_date"):
        coomon.cancel_contract(given.active_contract().id, cancellation_type="immediate", cancellation_date=yesterday)
