"""Payments and refunds: the rules that no schema says."""

import pytest

from coobird import ConflictError, Coomon, NotFoundError, UnprocessableEntityError
from tests.support.contract.given import Given
from tests.support.contract.reading import refused


def test_a_new_payment_is_pending_and_nothing_went_back(given: Given) -> None:
    payment = given.payment(amount=5000)
    assert (payment.status, payment.amount, payment.refunded_amount) == ("pending", 5000, 0)
    assert (payment.invoice_id, payment.contract_id, payment.payment_date) == (None, None, None)


def test_the_currency_comes_from_the_invoice_else_from_the_customer_else_is_dollars(given: Given) -> None:
    customer = given.customer(currency="GBP")
    invoice = given.invoice(customer_id=customer.id, currency="EUR")
    assert given.payment(customer_id=customer.id, invoice_id=invoice.id).currency == "EUR"
    assert given.payment(customer_id=customer.id).currency == "GBP"
    assert given.payment().currency == "USD"


def test_a_payment_knows_the_contract_of_its_invoice(given: Given) -> None:
    contract = given.contract()
    invoice = given.invoice(customer_id=contract.customer_id, contract_id=contract.id)
    payment = given.payment(customer_id=contract.customer_id, invoice_id=invoice.id)
    assert payment.contract_id == contract.id


def test_the_invoice_of_another_customer_cannot_be_paid(given: Given) -> None:
    with refused(UnprocessableEntityError, field="invoice_id"):
        given.payment(invoice_id=given.invoice().id)


def test_an_invoice_is_paid_in_its_own_currency(given: Given) -> None:
    invoice = given.invoice(currency="EUR")
    with refused(UnprocessableEntityError, field="currency"):
        given.payment(customer_id=invoice.customer_id, invoice_id=invoice.id, currency="USD")


def test_a_void_invoice_cannot_be_paid(coomon: Coomon, given: Given) -> None:
    invoice = coomon.void_invoice(given.finalized_invoice().id, reason="Wrong").invoice
    with refused(ConflictError, code="wrong_state"):
        given.payment(customer_id=invoice.customer_id, invoice_id=invoice.id)


@pytest.mark.parametrize("field", ["customer_id", "invoice_id"])
def test_what_a_payment_names_has_to_exist(given: Given, field: str) -> None:
    with refused(NotFoundError, field=field):
        given.payment(**{field: "unknown_1"})


def test_filters_must_all_match(coomon: Coomon, given: Given) -> None:
    contract = given.contract()
    invoice = given.invoice(customer_id=contract.customer_id, contract_id=contract.id)
    wanted = given.completed_payment(customer_id=contract.customer_id, invoice_id=invoice.id)
    given.payment(customer_id=contract.customer_id, invoice_id=invoice.id)
    given.completed_payment(customer_id=contract.customer_id)
    given.completed_payment()
    filters = {"status": "completed", "customer_id": contract.customer_id, "contract_id": contract.id}
    assert coomon.list_payments(**filters).data == [wanted]
    assert list(coomon.iter_payments(**filters)) == [wanted]


def test_a_status_moves_freely_until_money_goes_back(coomon: Coomon, given: Given) -> None:
    payment = given.payment()
    for status in ("completed", "failed", "pending", "completed"):
        assert coomon.update_payment(payment.id, status=status).status == status
    coomon.refund_payment(payment.id, amount=1)
    with refused(ConflictError, code="wrong_state"):
        coomon.update_payment(payment.id, status="pending")


def test_remarks_can_be_changed_even_after_a_refund(coomon: Coomon, given: Given) -> None:
    payment = given.completed_payment()
    coomon.refund_payment(payment.id)
    assert coomon.update_payment(payment.id, notes="Sorry").notes == "Sorry"


@pytest.mark.violates("request.body.status")
def test_a_status_that_only_the_server_may_set_is_refused(coomon: Coomon, given: Given) -> None:
    with refused(UnprocessableEntityError, field="status"):
        coomon.update_payment(given.payment().id, status="refunded")


@pytest.mark.violates("request.body.payment_method")
def test_an_unknown_method_of_payment_is_refused(coomon: Coomon, given: Given) -> None:
    with refused(UnprocessableEntityError, field="payment_method"):
        coomon.update_payment(given.payment().id, payment_method="barter")


def test_partial_refunds_add_up_to_the_whole(coomon: Coomon, given: Given) -> None:
    payment = given.completed_payment(amount=5000)
    first = coomon.refund_payment(payment.id, amount=2000, reason="Late")
    assert (first.amount, first.refunded_amount, first.remaining_amount) == (2000, 2000, 3000)
    assert first.payment_status == "partially_refunded"
    second = coomon.refund_payment(payment.id, amount=3000)
    assert (second.refunded_amount, second.remaining_amount, second.payment_status) == (5000, 0, "refunded")
    kept = coomon.get_payment(payment.id)
    assert (kept.status, kept.amount, kept.refunded_amount) == ("refunded", 5000, 5000)


def test_a_refund_without_an_amount_gives_back_all_that_is_left(coomon: Coomon, given: Given) -> None:
    payment = given.completed_payment(amount=5000)
    coomon.refund_payment(payment.id, amount=1999)
    refund = coomon.refund_payment(payment.id)
    assert (refund.amount, refund.remaining_amount, refund.status) == (3001, 0, "completed")
    assert (refund.reason, refund.external_refund_id, refund.metadata) == (None, None, {})


def test_no_more_goes_back_than_was_paid(coomon: Coomon, given: Given) -> None:
    payment = given.completed_payment(amount=5000)
    coomon.refund_payment(payment.id, amount=1)
    with refused(UnprocessableEntityError, field="amount"):
        coomon.refund_payment(payment.id, amount=5000)
    assert coomon.get_payment(payment.id).refunded_amount == 1


@pytest.mark.parametrize("status", ["pending", "failed", "refunded"])
def test_a_payment_that_did_not_come_in_or_went_back_is_not_refunded(coomon: Coomon, given: Given, status: str) -> None:
    payment = given.completed_payment()
    if status == "refunded":
        coomon.refund_payment(payment.id)
    else:
        coomon.update_payment(payment.id, status=status)
    with refused(ConflictError, code="wrong_state"):
        coomon.refund_payment(payment.id)


@pytest.mark.parametrize("status", ["pending", "completed", "failed"])
def test_a_payment_can_be_deleted_in_any_state(coomon: Coomon, given: Given, status: str) -> None:
    payment = coomon.update_payment(given.payment().id, status=status)
    coomon.delete_payment(payment.id)
    assert coomon.list_payments().data == []


@pytest.mark.violates("request.body.amount")
@pytest.mark.parametrize("amount", [0, -1, 10**15 + 1])
def test_an_amount_out_of_bounds_is_refused(given: Given, amount: int) -> None:
    with refused(UnprocessableEntityError, field="amount"):
        given.payment(amount=amount)
