"""Invoices: totals that add up, and the way from draft to finalized to void."""

from datetime import date
from typing import Any

import pytest

from coobird import ConflictError, Coomon, InvoiceResponse, NotFoundError, UnprocessableEntityError
from tests.support.contract.given import Given, line
from tests.support.contract.reading import refused


def in_state(coomon: Coomon, given: Given, state: str) -> InvoiceResponse:
    if state == "draft":
        return given.invoice()
    invoice = given.finalized_invoice()
    return coomon.void_invoice(invoice.id, reason="Wrong").invoice if state == "void" else invoice


def test_a_new_invoice_is_a_draft_with_a_number_of_its_own(given: Given) -> None:
    first, second = given.invoice(), given.invoice()
    assert first.status == "draft"
    assert first.invoice_number != second.invoice_number
    assert (first.finalized_at, first.voided_at, first.void_reason) == (None, None, None)
    assert (first.contract_id, first.due_date, first.notes, first.taxes, first.tax_rate) == (None, None, None, [], None)


def test_the_totals_are_the_sums_of_the_lines(given: Given) -> None:
    lines = [
        line(subtotal_cents=1000, discount_cents=100, tax_cents=90, total_cents=990),
        line(subtotal_cents=501, total_cents=501),
    ]
    invoice = given.invoice(line_items=lines)
    assert (invoice.subtotal_cents, invoice.discount_cents) == (1501, 100)
    assert (invoice.tax_cents, invoice.total_cents) == (90, 1491)


def test_taxes_on_the_whole_come_on_top_and_replace_the_rate(given: Given) -> None:
    tax = {"tax_name": "VAT", "tax_rate": 0.19, "taxable_amount": 1000, "tax_amount": 190}
    invoice = given.invoice(taxes=[tax, {**tax, "tax_name": "City", "tax_amount": 10}], tax_rate=0.5)
    assert (invoice.tax_cents, invoice.total_cents, invoice.tax_rate) == (200, 1200, 0.5)


def test_a_tax_rate_taxes_the_lines_that_state_no_tax_and_rounds_half_a_cent_up(given: Given) -> None:
    lines = [line(), line(subtotal_cents=250, total_cents=250), line(tax_cents=0)]
    invoice = given.invoice(line_items=lines, tax_rate=0.082)  # 1250 * 0.082 = 102.5
    assert (invoice.tax_cents, invoice.total_cents) == (103, 2353)


def test_a_line_that_does_not_add_up_is_refused_with_its_place(given: Given) -> None:
    with refused(UnprocessableEntityError, field="line_items.1.total_cents"):
        given.invoice(line_items=[line(), line(total_cents=1)])


def test_lines_stand_in_their_sort_order(given: Given) -> None:
    lines = [line(description="b", sort_order=5), line(description="a", sort_order=2), line(description="c")]
    found = given.invoice(line_items=lines).line_items
    assert [(one.description, one.sort_order) for one in found] == [("a", 2), ("c", 2), ("b", 5)]


def test_a_simple_line_has_nothing_that_was_not_given(given: Given) -> None:
    (found,) = given.invoice(line_items=[line()]).line_items
    assert (found.discount_cents, found.tax_cents, found.sort_order) == (0, 0, 0)
    assert (found.source_type, found.period_from, found.tier_number, found.billable_units) == (None, None, None, None)


def test_the_currency_comes_from_the_contract_else_from_the_customer_else_is_dollars(given: Given) -> None:
    customer = given.customer(currency="GBP")
    contract = given.contract(customer_id=customer.id, currency="EUR")
    assert given.invoice(customer_id=customer.id, contract_id=contract.id).currency == "EUR"
    assert given.invoice(customer_id=customer.id).currency == "GBP"
    assert given.invoice().currency == "USD"


def test_an_invoice_is_due_after_the_payment_terms_of_its_contract(given: Given) -> None:
    contract = given.contract(payment_terms=14)
    invoice = given.invoice(customer_id=contract.customer_id, contract_id=contract.id, issue_date=date(2026, 4, 20))
    assert (invoice.issue_date, invoice.due_date) == (date(2026, 4, 20), date(2026, 5, 4))


@pytest.mark.parametrize(
    "dates",
    [
        {"due_date": "2026-03-31"},
        {"billing_period_to": "2026-03-31", "billing_period_from": "2026-04-01"},
    ],
)
def test_nothing_ends_before_it_begins(coomon: Coomon, given: Given, dates: dict[str, Any]) -> None:
    with refused(UnprocessableEntityError, field=next(iter(dates))):
        given.invoice(issue_date="2026-04-01", **dates)
    with refused(UnprocessableEntityError, field=next(iter(dates))):
        coomon.update_invoice(given.invoice(issue_date="2026-04-01").id, **dates)


def test_the_contract_of_another_customer_cannot_be_billed(given: Given) -> None:
    with refused(UnprocessableEntityError, field="contract_id"):
        given.invoice(contract_id=given.contract().id)


@pytest.mark.parametrize("field", ["customer_id", "contract_id"])
def test_what_an_invoice_names_has_to_exist(given: Given, field: str) -> None:
    with refused(NotFoundError, field=field):
        given.invoice(**{field: "unknown_1"})


def test_filters_must_all_match(coomon: Coomon, given: Given) -> None:
    wanted = given.finalized_invoice()
    given.invoice(customer_id=wanted.customer_id)
    given.finalized_invoice()
    filters = {"status": "finalized", "customer_id": wanted.customer_id}
    assert coomon.list_invoices(**filters).data == [wanted]
    assert list(coomon.iter_invoices(**filters)) == [wanted]


def test_new_lines_take_the_place_of_the_old_ones_and_the_totals_follow(coomon: Coomon, given: Given) -> None:
    invoice = given.invoice(tax_rate=0.1)
    changed = coomon.update_invoice(invoice.id, line_items=[line(subtotal_cents=200, total_cents=200)])
    assert (changed.subtotal_cents, changed.tax_cents, changed.total_cents) == (200, 20, 220)
    assert changed.line_items[0].id != invoice.line_items[0].id


def test_finalizing_says_when_and_whether_the_customer_got_it(coomon: Coomon, given: Given) -> None:
    customer = given.customer(email="pay@acme.test")
    done = coomon.finalize_invoice(given.invoice(customer_id=customer.id).id, send_email=True)
    assert (done.status, done.email_sent, done.invoice.status) == ("finalized", True, "finalized")
    assert done.invoice.finalized_at is not None
    assert coomon.get_invoice(done.id) == done.invoice


def test_a_customer_without_an_address_gets_no_mail(coomon: Coomon, given: Given) -> None:
    assert coomon.finalize_invoice(given.invoice().id, send_email=True).email_sent is False


def test_a_customer_gets_no_mail_unless_it_is_asked_for(coomon: Coomon, given: Given) -> None:
    customer = given.customer(email="pay@acme.test")
    assert coomon.finalize_invoice(given.invoice(customer_id=customer.id).id).email_sent is False


def test_a_void_invoice_keeps_its_number_its_lines_and_the_reason(coomon: Coomon, given: Given) -> None:
    invoice = given.finalized_invoice()
    void = coomon.void_invoice(invoice.id, reason="Wrong address")
    assert (void.status, void.email_sent, void.invoice.void_reason) == ("void", False, "Wrong address")
    assert (void.invoice.invoice_number, void.invoice.line_items) == (invoice.invoice_number, invoice.line_items)
    assert void.invoice.voided_at is not None


@pytest.mark.parametrize(
    ("state", "verb"),
    [
        ("draft", "void"),
        ("finalized", "finalize"),
        ("finalized", "update"),
        ("void", "void"),
        ("void", "finalize"),
        ("void", "update"),
    ],
)
def test_a_step_that_is_not_possible_is_a_conflict_and_changes_nothing(
    coomon: Coomon, given: Given, state: str, verb: str
) -> None:
    invoice = in_state(coomon, given, state)
    options = {"void": {"reason": "Again"}, "update": {"notes": "No"}}.get(verb, {})
    with refused(ConflictError, code="wrong_state"):
        getattr(coomon, f"{verb}_invoice")(invoice.id, **options)
    assert coomon.get_invoice(invoice.id) == invoice
