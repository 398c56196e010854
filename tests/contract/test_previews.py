"""Previews: real usage, priced by the contract, without storing anything."""

from datetime import UTC, datetime
from typing import Any

from coobird import ConflictError, ContractResponse, Coomon, NotFoundError, UnprocessableEntityError
from tests.support.contract.given import Given
from tests.support.contract.reading import refused


def contract_over(given: Given, **price: Any) -> ContractResponse:
    """An active contract that prices the signal `answers`."""
    action = given.action(billable_signal=given.billable_signal(signal_code="answers"))
    return given.active_contract(plan_id=given.price(agent_action_id=action.id, **price).plan_id)


def use(coomon: Coomon, customer_id: str, times: int) -> None:
    for _ in range(times):
        coomon.track_task(customer_id=customer_id, agent_id="agent_1", signal_code="answers")
    coomon.flush()


def test_a_preview_prices_what_was_used(coomon: Coomon, given: Given) -> None:
    contract = contract_over(given, unit_price=2.5)
    use(coomon, contract.customer_id, 3)
    preview = coomon.preview_invoice(customer_id=contract.customer_id)
    (item,) = preview.line_items
    assert (item.quantity, item.unit_price_cents, item.pricing_model) == (3, 2.5, "per_unit")
    assert preview.amount == preview.subtotal_cents == item.total_cents == 8  # 7.5 cents
    assert (item.id, item.contract_id, preview.contract_id) == (None, contract.id, None)


def test_a_preview_of_one_contract_says_which(coomon: Coomon, given: Given) -> None:
    contract = given.active_contract()
    preview = coomon.preview_invoice(customer_id=contract.customer_id, contract_id=contract.id)
    assert preview.contract_id == contract.id
    assert (preview.period_from, preview.period_to) == (contract.current_period_start, contract.current_period_end)


def test_a_preview_has_the_charges_of_the_plan(coomon: Coomon, given: Given) -> None:
    charge = given.charge(amount=4900, billing_frequency="monthly")
    contract = given.active_contract(plan_id=charge.plan_id)
    preview = coomon.preview_invoice(customer_id=contract.customer_id)
    assert [(item.source_type, item.total_cents) for item in preview.line_items] == [("plan_charge", 4900)]


def test_usage_of_another_customer_is_not_in_it(coomon: Coomon, given: Given) -> None:
    contract = contract_over(given)
    use(coomon, given.customer().id, 5)
    assert coomon.preview_invoice(customer_id=contract.customer_id).amount == 0


def test_a_customer_without_an_active_contract_gets_an_empty_preview_of_this_month(
    coomon: Coomon, given: Given
) -> None:
    before = datetime.now(UTC).date()
    preview = coomon.preview_invoice(customer_id=given.contract().customer_id)
    assert (preview.line_items, preview.amount, preview.subtotal_cents) == ([], 0, 0)
    assert preview.period_from.day == 1
    assert preview.period_from <= before <= preview.period_to or before < preview.period_from


def test_a_preview_stores_nothing(coomon: Coomon, given: Given) -> None:
    contract = contract_over(given)
    use(coomon, contract.customer_id, 1)
    first = coomon.preview_invoice(customer_id=contract.customer_id)
    assert coomon.preview_invoice(customer_id=contract.customer_id) == first
    assert coomon.list_invoices().data == []


def test_contracts_in_several_currencies_cannot_be_added_up(coomon: Coomon, given: Given) -> None:
    contract = given.active_contract(currency="USD")
    given.active_contract(customer_id=contract.customer_id, currency="EUR")
    with refused(ConflictError, field="contract_id"):
        coomon.preview_invoice(customer_id=contract.customer_id)
    assert coomon.preview_invoice(customer_id=contract.customer_id, contract_id=contract.id).currency == "USD"


def test_the_contract_of_another_customer_is_refused(coomon: Coomon, given: Given) -> None:
    with refused(UnprocessableEntityError, field="contract_id"):
        coomon.preview_invoice(customer_id=given.customer().id, contract_id=given.active_contract().id)


def test_a_customer_that_does_not_exist_has_no_preview(coomon: Coomon) -> None:
    with refused(NotFoundError, field="customer_id"):
        coomon.preview_invoice(customer_id="cust_unknown")
