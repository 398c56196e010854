"""Invoices: totals that are calculated, never taken on trust; locked once finalized."""

from typing import Any

from coobird.mock.billing.bills import preview_invoice
from coobird.mock.billing.invoicing import check_dates, due_day, line_item, totals
from coobird.mock.contract.problems import invalid_field, within
from coobird.mock.rules import crud, rule
from coobird.mock.rules.request import Call
from coobird.mock.rules.states import require
from coobird.mock.state.clock import stamp
from coobird.mock.state.document_store import Doc

rule("preview_invoice")(preview_invoice)


@rule("create_invoice")
def create_invoice(call: Call) -> Any:
    given = dict(call.body)
    finalize = given.pop("auto_finalize", False)
    crud.check_references(call, "invoice", given)
    customer, contract = call.data.need("customer", given["customer_id"]), None
    if "contract_id" in given:
        contract = call.data.need("contract", given["contract_id"])
        if contract["customer_id"] != customer["id"]:
            raise invalid_field("contract_id", f"is not a contract of the customer {customer['id']!r}")
    given["currency"] = given.get("currency") or (contract or customer)["currency"] or "USD"
    if "due_date" not in given and contract is not None:
        given["due_date"] = due_day(given["issue_date"], contract["payment_terms"])
    number = f"INV-{call.data.next_number('invoice_number'):06d}"
    invoice = crud.add(call, "invoice", {**given, **_calculated(call, given)}, {"invoice_number": number})
    return present_invoice(call, _finalized(call, invoice) if finalize else invoice)


@rule("update_invoice")
def update_invoice(call: Call) -> Any:
    invoice = crud.own(call, "invoice")
    require("invoice", invoice, "updated")
    return present_invoice(call, crud.change(call, "invoice", invoice, _calculated(call, call.body, invoice)))


@rule("finalize_invoice")
def finalize_invoice(call: Call) -> Any:
    invoice = crud.own(call, "invoice")
    require("invoice", invoice, "finalized")
    customer = call.data.get("customer", invoice["customer_id"]) or {}
    sent = bool(call.body.get("send_email") and customer.get("email"))
    message = f"Invoice {invoice['invoice_number']} is finalized" + (", and was sent." if sent else ".")
    return _action(call, _finalized(call, invoice), sent, message)


@rule("void_invoice")
def void_invoice(call: Call) -> Any:
    invoice = crud.own(call, "invoice")
    require("invoice", invoice, "voided")
    changes = {"status": "void", "void_reason": call.body["reason"], "voided_at": stamp(call.data.now)}
    invoice = crud.change(call, "invoice", invoice, changes)
    return _action(call, invoice, False, f"Invoice {invoice['invoice_number']} is void.")


def present_invoice(call: Call, invoice: Doc) -> Doc:
    lines = sorted(invoice["line_items"], key=lambda line: int(line["sort_order"]))
    shown = [{name: value for name, value in line.items() if name != "states_tax"} for line in lines]
    return {**invoice, "line_items": shown}


def _calculated(call: Call, given: Doc, stored: Doc | None = None) -> Doc:
    """What was given, with ids for new lines and taxes, and the totals of the invoice as it will then be."""
    changes = dict(given)
    if "line_items" in given:
        changes["line_items"] = [_line(call, options, position) for position, options in enumerate(given["line_items"])]
    if "taxes" in given:
        changes["taxes"] = [{"id": call.data.new_id("invoice_tax"), **tax} for tax in given["taxes"]]
    merged = {**(stored or {}), **changes}
    check_dates(merged)
    return {**changes, **totals(merged["line_items"], merged.get("taxes") or [], merged.get("tax_rate"))}


def _line(call: Call, given: Doc, position: int) -> Doc:
    with within(f"line_items.{position}"):
        return {"id": call.data.new_id("line_item"), **line_item(given, position)}


def _finalized(call: Call, invoice: Doc) -> Doc:
    return crud.change(call, "invoice", invoice, {"status": "finalized", "finalized_at": stamp(call.data.now)})


def _action(call: Call, invoice: Doc, sent: bool, message: str) -> Doc:
    shown = present_invoice(call, invoice)
    return {"id": invoice["id"], "status": invoice["status"], "email_sent": sent, "message": message, "invoice": shown}


crud.PRESENTERS["invoice"] = present_invoice
