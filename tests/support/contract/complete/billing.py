"""Contracts, payments, invoices and wallets."""

from datetime import UTC, date, datetime, timedelta

from tests.support.contract.complete.table import Call, Calls, collector
from tests.support.contract.given import Given, line

BILLING: Calls = {}
complete = collector(BILLING)

_PAGE = {"page": 1, "limit": 10, "sort": "created_at", "order": "desc"}


@complete
def create_contract(given: Given) -> Call:
    who = {"plan_id": given.plan().id, "customer_id": given.customer().id, "name": "Frame", "description": "Pilot"}
    when = {"start_date": date(2026, 1, 1), "end_date": date(2028, 12, 31), "billing_interval": "quarterly"}
    how = {"currency": "EUR", "collection_method": "send_invoice", "payment_terms": 14}
    return Call((), {**who, **when, **how, "metadata": {"po": "4711"}})


@complete
def get_contract(given: Given) -> Call:
    return Call((given.contract().id,), {})


@complete
def list_contracts(given: Given) -> Call:
    contract = given.contract()
    filters = {"status": "draft", "customer_id": contract.customer_id, "plan_id": contract.plan_id}
    return Call((), {**filters, **_PAGE})


@complete
def update_contract(given: Given) -> Call:
    what = {"name": "Frame 2", "description": "Full", "end_date": "2027-06-30", "billing_interval": "annual"}
    how = {"currency": "GBP", "collection_method": "send_invoice", "payment_terms": 0}
    return Call((given.contract().id,), {**what, **how, "metadata": {}})


@complete
def activate_contract(given: Given) -> Call:
    return Call((given.contract().id,), {"activation_date": date(2026, 2, 1), "skip_validation": True})


@complete
def suspend_contract(given: Given) -> Call:
    return Call((given.active_contract().id,), {"suspend_reason": "Unpaid", "resume_date": "2027-01-01"})


@complete
def cancel_contract(given: Given) -> Call:
    later = datetime.now(UTC).date() + timedelta(days=40)
    why = {"refund_type": "prorated", "reason": "Moved on"}
    return Call(
        (given.active_contract().id,), {"cancellation_type": "end_of_period", **why, "cancellation_date": later}
    )


@complete
def create_payment(given: Given) -> Call:
    invoice = given.finalized_invoice(currency="EUR")
    what = {"customer_id": invoice.customer_id, "invoice_id": invoice.id, "amount": 1000, "currency": "EUR"}
    how = {"payment_method": "bank_transfer", "payment_date": date(2026, 4, 2), "external_transaction_id": "tx_1"}
    return Call((), {**what, **how, "description": "April", "metadata": {"batch": 7}})


@complete
def get_payment(given: Given) -> Call:
    return Call((given.payment().id,), {})


@complete
def list_payments(given: Given) -> Call:
    contract = given.contract()
    invoice = given.invoice(customer_id=contract.customer_id, contract_id=contract.id)
    payment = given.payment(customer_id=contract.customer_id, invoice_id=invoice.id)
    filters = {"status": "pending", "customer_id": payment.customer_id, "contract_id": contract.id}
    return Call((), {**filters, **_PAGE})


@complete
def update_payment(given: Given) -> Call:
    how = {"status": "failed", "payment_method": "check", "external_transaction_id": "tx_2"}
    notes = {"failure_reason": "No funds", "notes": "Call them"}
    return Call((given.payment().id,), {**how, **notes, "metadata": {"tries": 2}})


@complete
def refund_payment(given: Given) -> Call:
    refund = {"amount": 2000, "reason": "Late", "external_refund_id": "rf_1", "metadata": {"agent": "kim"}}
    return Call((given.completed_payment().id,), refund)


@complete
def delete_payment(given: Given) -> Call:
    return Call((given.payment().id,), {})


@complete
def create_invoice(given: Given) -> Call:
    contract = given.contract()
    who = {"customer_id": contract.customer_id, "contract_id": contract.id, "currency": "EUR"}
    return Call((), {**who, **_invoice(), "auto_finalize": True})


@complete
def get_invoice(given: Given) -> Call:
    return Call((given.invoice().id,), {})


@complete
def list_invoices(given: Given) -> Call:
    return Call((), {"status": "draft", "customer_id": given.invoice().customer_id, **_PAGE})


@complete
def update_invoice(given: Given) -> Call:
    return Call((given.invoice().id,), {**_invoice(), "currency": "GBP"})


@complete
def finalize_invoice(given: Given) -> Call:
    customer = given.customer(email="pay@acme.test")
    return Call((given.invoice(customer_id=customer.id).id,), {"send_email": True})


@complete
def void_invoice(given: Given) -> Call:
    return Call((given.finalized_invoice().id,), {"reason": "Wrong address"})


@complete
def preview_invoice(given: Given) -> Call:
    contract = given.active_contract()
    return Call((), {"customer_id": contract.customer_id, "contract_id": contract.id})


@complete
def create_wallet(given: Given) -> Call:
    names = {"customer_id": given.customer().id, "name": "Credits", "description": "Prepaid", "currency": "EUR"}
    credit = {"conversion_rate": 100, "initial_credits": 12.5, "allow_negative_balance": True}
    recharge = {"auto_recharge_enabled": True, "auto_recharge_threshold": 10, "auto_recharge_amount": 500}
    return Call((), {**names, **credit, **recharge, "metadata": {"pool": "a"}})


@complete
def get_wallet(given: Given) -> Call:
    return Call((given.wallet().id,), {})


@complete
def get_wallet_balance(given: Given) -> Call:
    return Call((given.wallet(initial_credits=30).id,), {})


@complete
def top_up_wallet(given: Given) -> Call:
    what = {"amount": 100, "credit_amount": 120.5, "credit_type": "promotional", "description": "Spring"}
    return Call((given.wallet().id,), {**what, "idempotency_key": "top_1", "metadata": {"code": "SPRING"}})


@complete
def deduct_wallet(given: Given) -> Call:
    what = {"amount": 0.75, "description": "Three calls", "idempotency_key": "use_1", "metadata": {"calls": 3}}
    return Call((given.wallet(initial_credits=1).id,), what)


def _invoice() -> dict[str, object]:
    dates = {"issue_date": date(2026, 4, 1), "due_date": "2026-05-01"}
    period = {"billing_period_from": "2026-03-01", "billing_period_to": date(2026, 3, 31)}
    source = {"source_type": "agent_action", "source_id": "action_1", "agent_id": "agent_1", "feature_id": "search"}
    usage = {"signal_id": "signal_1", "pricing_model": "tiered", "included_units_used": 1, "billable_units": 1.5}
    days = {"period_from": "2026-03-01", "period_to": "2026-03-31", "tier_number": 2, "sort_order": 1}
    amounts = {"discount_cents": 100, "tax_cents": 90, "total_cents": 990}
    full = line(contract_id="contract_1", **source, **usage, **days, **amounts)
    tax = {"tax_name": "VAT", "tax_rate": 0.19, "taxable_amount": 1000, "tax_amount": 190}
    lines = {"line_items": [full, line(sort_order=0)], "taxes": [tax], "tax_rate": 0.19}
    return {**dates, **period, **lines, "notes": "Thank you", "metadata": {"run": 12}}
