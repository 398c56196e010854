"""Payments and their refunds, which never exceed the payment."""

from typing import Any

from coobird.mock.contract.json_text import JsonObject
from coobird.mock.contract.problems import invalid_field
from coobird.mock.rules import crud
from coobird.mock.rules.registry import rule
from coobird.mock.rules.request import CheckedRequest
from coobird.mock.rules.states import require


@rule("create_payment")
def create_payment(request: CheckedRequest) -> Any:
    body = request.body
    crud.check_references(request, "payment", body)
    customer = request.data.need("customer", body["customer_id"])
    invoice = _invoice(request, customer["id"])
    owed = invoice["currency"] if invoice else None
    currency = body.get("currency") or owed or customer["currency"] or "USD"
    if owed and currency != owed:
        raise invalid_field("currency", f"must be the currency of the invoice, {owed}")
    contract_id = invoice["contract_id"] if invoice else None
    return crud.add(request, "payment", body, {"currency": currency, "contract_id": contract_id})


@rule("update_payment")
def update_payment(request: CheckedRequest) -> Any:
    payment, body = crud.from_path(request, "payment"), request.body
    if "status" in body:
        require("payment", payment, "given another status")
    return crud.change(request, "payment", payment, body)


@rule("refund_payment")
def refund_payment(request: CheckedRequest) -> Any:
    payment, body = crud.from_path(request, "payment"), request.body
    require("payment", payment, "refunded")
    left = payment["amount"] - payment["refunded_amount"]
    amount = body.get("amount", left)
    if amount > left:
        raise invalid_field("amount", f"is more than the {left} cents that are left of the payment")
    refunded = payment["refunded_amount"] + amount
    status = "refunded" if refunded == payment["amount"] else "partially_refunded"
    crud.change(request, "payment", payment, {"refunded_amount": refunded, "status": status})
    refund = request.data.add(
        "refund",
        {
            "payment_id": payment["id"],
            "status": "completed",
            "amount": amount,
            "currency": payment["currency"],
            "payment_status": status,
            "refunded_amount": refunded,
            "remaining_amount": payment["amount"] - refunded,
            "reason": body.get("reason"),
            "external_refund_id": body.get("external_refund_id"),
            "metadata": body.get("metadata", {}),
        },
    )
    return {name: value for name, value in refund.items() if name != "updated_at"}


def _invoice(request: CheckedRequest, customer_id: str) -> JsonObject | None:
    if "invoice_id" not in request.body:
        return None
    invoice = request.data.need("invoice", request.body["invoice_id"])
    if invoice["customer_id"] != customer_id:
        raise invalid_field("invoice_id", f"is not an invoice of the customer {customer_id!r}")
    require("invoice", invoice, "paid")
    return invoice
