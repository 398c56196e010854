"""Invoices: totals that the server computes, and a lock once they are finalized."""

from typing import Any

from coobird.mock.billing.billed_days import is_billed_on
from coobird.mock.billing.invoicing import check_dates, due_day, line_item, totals
from coobird.mock.billing.periods import period_of
from coobird.mock.contract.instants import instant_text
from coobird.mock.contract.json_text import JsonObject
from coobird.mock.contract.problems import conflict, invalid_field, within
from coobird.mock.rules import crud
from coobird.mock.rules.registry import presenter, rule
from coobird.mock.rules.request import CheckedRequest
from coobird.mock.rules.states import require


@rule("create_invoice")
def create_invoice(request: CheckedRequest) -> Any:
    given = dict(request.body)
    finalize = given.pop("auto_finalize", False)
    crud.check_references(request, "invoice", given)
    customer, contract = request.data.need("customer", given["customer_id"]), None
    if "contract_id" in given:
        contract = request.data.need("contract", given["contract_id"])
        if contract["customer_id"] != customer["id"]:
            raise invalid_field("contract_id", f"is not a contract of the customer {customer['id']!r}")
    given["currency"] = given.get("currency") or (contract or customer)["currency"] or "USD"
    if "due_date" not in given and contract is not None:
        given["due_date"] = due_day(given["issue_date"], contract["payment_terms"])
    number = f"INV-{request.data.next_number('invoice_number'):06d}"
    invoice = crud.add(request, "invoice", {**given, **_calculated(request, given)}, {"invoice_number": number})
    return present_invoice(request, _finalized(request, invoice) if finalize else invoice)


@rule("update_invoice")
def update_invoice(request: CheckedRequest) -> Any:
    invoice = crud.from_path(request, "invoice")
    require("invoice", invoice, "updated")
    _check_currency(request, invoice)
    return present_invoice(
        request, crud.change(request, "invoice", invoice, _calculated(request, request.body, invoice))
    )


@rule("finalize_invoice")
def finalize_invoice(request: CheckedRequest) -> Any:
    invoice = crud.from_path(request, "invoice")
    require("invoice", invoice, "finalized")
    customer = request.data.get("customer", invoice["customer_id"]) or {}
    sent = bool(request.body.get("send_email") and customer.get("email"))
    message = f"Invoice {invoice['invoice_number']} is finalized" + (", and was sent." if sent else ".")
    return _action(request, _finalized(request, invoice), sent, message)


@rule("void_invoice")
def void_invoice(request: CheckedRequest) -> Any:
    invoice = crud.from_path(request, "invoice")
    require("invoice", invoice, "voided")
    changes = {"status": "void", "void_reason": request.body["reason"], "voided_at": instant_text(request.data.now)}
    invoice = crud.change(request, "invoice", invoice, changes)
    return _action(request, invoice, False, f"Invoice {invoice['invoice_number']} is void.")


@rule("preview_invoice")
def preview_invoice(request: CheckedRequest) -> Any:
    """Bills of the customer's contracts that are billed today, or of one contract.

    A contract that is not billed today has no lines, also if the request names it. Nothing is
    stored.
    """
    data, customer_id = request.data, request.body["customer_id"]
    today = data.now.date()
    customer = data.need("customer", customer_id, "customer_id")
    contract_id = request.body.get("contract_id")
    if contract_id is None:
        contracts = data.find("contract", {"customer_id": customer_id})
    else:
        contracts = [data.need("contract", contract_id, "contract_id")]
        if contracts[0]["customer_id"] != customer_id:
            raise invalid_field("contract_id", f"is not a contract of the customer {customer_id!r}")
    bills = [request.bills.bill(data, contract, today) for contract in contracts if is_billed_on(contract, today)]
    currencies = sorted({each.contract["currency"] for each in bills})
    if len(currencies) > 1:
        detail = f"The contracts are in {', '.join(currencies)}, which cannot be added up: name one with contract_id."
        raise conflict(detail, field="contract_id")
    periods = [each.period for each in bills] or [period_of(today.replace(day=1), "monthly", today)]
    items = [item for each in bills for item in each.items]
    unbilled = contracts[0]["currency"] if contracts else customer["currency"] or "USD"
    return {
        "customer_id": customer_id,
        "contract_id": contract_id,
        "period_from": min(period.first for period in periods).isoformat(),
        "period_to": max(period.last for period in periods).isoformat(),
        "currency": currencies[0] if currencies else unbilled,
        "line_items": [{**item, "sort_order": number} for number, item in enumerate(items)],
        "subtotal_cents": sum(item["subtotal_cents"] for item in items),
        "amount": sum(item["total_cents"] for item in items),
    }


@presenter("invoice")
def present_invoice(request: CheckedRequest, invoice: JsonObject) -> JsonObject:
    lines = sorted(invoice["line_items"], key=lambda line: int(line["sort_order"]))
    shown = [{name: value for name, value in line.items() if name != "states_tax"} for line in lines]
    return {**invoice, "line_items": shown}


def _check_currency(request: CheckedRequest, invoice: JsonObject) -> None:
    """Raise a 409 if the invoice would have another currency than a payment of it."""
    currency = request.body.get("currency", invoice["currency"])
    if currency != invoice["currency"]:
        for payment in request.data.find("payment", {"invoice_id": invoice["id"]}, limit=1):
            detail = (
                f"The invoice has the payment {payment['id']!r} in {payment['currency']}, so it stays in that currency."
            )
            raise conflict(detail, field="currency")


def _calculated(request: CheckedRequest, given: JsonObject, stored: JsonObject | None = None) -> JsonObject:
    """The given fields with ids for line items and taxes, and the new totals of the invoice."""
    changes = dict(given)
    if "line_items" in given:
        changes["line_items"] = [
            _line(request, options, position) for position, options in enumerate(given["line_items"])
        ]
    if "taxes" in given:
        changes["taxes"] = [{"id": request.data.new_id("invoice_tax"), **tax} for tax in given["taxes"]]
    merged = {**(stored or {}), **changes}
    check_dates(merged)
    return {**changes, **totals(merged["line_items"], merged.get("taxes") or [], merged.get("tax_rate"))}


def _line(request: CheckedRequest, given: JsonObject, position: int) -> JsonObject:
    with within(f"line_items.{position}"):
        return {"id": request.data.new_id("line_item"), **line_item(given, position)}


def _finalized(request: CheckedRequest, invoice: JsonObject) -> JsonObject:
    return crud.change(
        request, "invoice", invoice, {"status": "finalized", "finalized_at": instant_text(request.data.now)}
    )


def _action(request: CheckedRequest, invoice: JsonObject, sent: bool, message: str) -> JsonObject:
    shown = present_invoice(request, invoice)
    return {"id": invoice["id"], "status": invoice["status"], "email_sent": sent, "message": message, "invoice": shown}
