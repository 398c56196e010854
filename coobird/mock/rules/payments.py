"""Payments and their refunds: never more goes back than was paid."""

from typing import Any

from coobird.mock.contract.problems import invalid_field
from coobird.mock.rules import crud, rule
from coobird.mock.rules.request import Call
from coobird.mock.rules.states import require
from coobird.mock.state.document_store import Doc

_SETTABLE = ("pending", "completed", "failed")


@rule("create_payment")
def create_payment(call: Call) -> Any:
    body = call.body
    crud.check_references(call, "payment", body)
    customer = call.data.need("customer", body["customer_id"])
    invoice = _invoice(call, customer["id"])
    owed = invoice["currency"] if invoice else None
    currency = body.get("currency") or owed or customer["currency"] or "USD"
    if owed and currency != owed:
        raise invalid_field("currency", f"must be that of the invoice, {owed}")
    contract_id = invoice["contract_id"] if invoice else None
    return crud.add(call, "payment", body, {"currency": currency, "contract_id": contract_id})


@rule("update_payment")
def update_payment(call: Call) -> Any:
    payment, body = crud.own(call, "payment"), call.body
    if "status" in body:
        if body["status"] not in _SETTABLE:
            raise invalid_field("status", f"must be one of {', '.join(_SETTABLE)}; refunds set their states themselves")
        require("payment", payment, "given another status")
    methods = call.spec.schemas.document["components"]["schemas"]["PaymentMethod"]["enum"]
    if "payment_method" in body and body["payment_method"] not in methods:
        raise invalid_field("payment_method", f"must be one of {', '.join(methods)}")
    return crud.change(call, "payment", payment, body)


@rule("refund_payment")
def refund_payment(call: Call) -> Any:
    payment, body = crud.own(call, "payment"), call.body
    require("payment", payment, "refunded")
    left = payment["amount"] - payment["refunded_amount"]
    amount = body.get("amount", left)
    if amount > left:
        raise invalid_field("amount", f"is more than the {left} cents that are left of the payment")
    refunded = payment["refunded_amount"] + amount
    status = "refunded" if refunded == payment["amount"] else "partially_refunded"
    crud.change(call, "payment", payment, {"refunded_amount": refunded, "status": status})
    refund = call.data.add(
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


def _invoice(call: Call, customer_id: str) -> Doc | None:
    if "invoice_id" not in call.body:
        return None
    invoice = call.data.need("invoice", call.body["invoice_id"])
    if invoice["customer_id"] != customer_id:
        raise invalid_field("invoice_id", f"is not an invoice of the customer {customer_id!r}")
    require("invoice", invoice, "paid")
    return invoice
