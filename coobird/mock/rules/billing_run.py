"""Billing run: the invoice of a contract for one period.

The real service makes it after each period. This server makes it on request, at the control route
`POST /_mock/contracts/{id}/invoice`.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from coobird.mock.billing.billed_days import unbilled_reason
from coobird.mock.billing.bills import Bill, invoice_options
from coobird.mock.billing.running_bills import RunningBills
from coobird.mock.contract.json_text import JsonObject
from coobird.mock.contract.problems import conflict, invalid_field
from coobird.mock.contract.spec import Spec
from coobird.mock.rules.invoices import create_invoice
from coobird.mock.rules.request import CheckedRequest
from coobird.mock.state.tenant_data import TenantData

BILLING_SCHEMA: JsonObject = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "day": {"type": "string", "format": "date"},
        "tax_rate": {"type": "number", "minimum": 0, "maximum": 1},
        "auto_finalize": {"type": "boolean"},
        "again": {"type": "boolean"},
        "difference": {"type": "boolean"},
    },
}
_OF_INVOICE = ("tax_rate", "auto_finalize")


def invoice_contract(
    spec: Spec, data: TenantData, bills: RunningBills, contract_id: str, body: Mapping[str, Any]
) -> JsonObject:
    """New invoice of a contract for the billing period that `day` lies in, by default today's.

    The invoice has today's date. `tax_rate` and `auto_finalize` are those of `create_invoice`. A
    period of which a day was billed before is billed again only with `again`. With `difference`,
    only what the period costs beyond the earlier invoices is billed. Void invoices do not count.

    404 for an unknown contract, 409 if it was never activated, if the period was billed before, or
    if there is nothing to bill. 422 for a day on which the contract is not billed.
    """
    contract = data.need("contract", contract_id)
    day = _day(data, contract, body)
    found = bills.bill(data, contract, day)
    if body.get("again") and body.get("difference"):
        raise invalid_field("difference", "must not be true together with again: choose one of them")
    if not body.get("again"):
        found = _beyond_earlier_runs(data, found, difference=body.get("difference", False))
    if not found.items:
        raise conflict(f"There is nothing to bill from {found.period.first} to {found.period.last}.")
    chosen = {name: body[name] for name in _OF_INVOICE if name in body}
    options = {**invoice_options(found), **chosen, "issue_date": data.now.date().isoformat()}
    made = dict(create_invoice(CheckedRequest(spec, spec.operations["create_invoice"], {}, {}, options, data, bills)))
    period = {"period_from": found.period.first.isoformat(), "period_to": found.period.last.isoformat()}
    run = {"contract_id": contract_id, "invoice_id": made["id"], **period, "cents": found.cents_by_part}
    data.add("billing_run", run)
    return made


def _day(data: TenantData, contract: JsonObject, body: Mapping[str, Any]) -> date:
    """Day of the period to bill."""
    day = date.fromisoformat(body["day"]) if "day" in body else data.now.date()
    if contract["activation_date"] is None:
        state = "is a draft" if contract["status"] == "draft" else f"was {contract['status']} as a draft"
        hint = " Activate it first." if contract["status"] == "draft" else ""
        raise conflict(f"The contract {contract['id']!r} {state} and is not billed.{hint}", code="wrong_state")
    if reason := unbilled_reason(contract, day):
        raise invalid_field("day", f"the contract is not billed on {day}: {reason}")
    return day


def _beyond_earlier_runs(data: TenantData, found: Bill, *, difference: bool) -> Bill:
    """The part of a bill that no earlier run has billed.

    409 if there is an earlier run, unless `difference`.
    """
    billed: dict[str, int] | None = None
    for run in data.find("billing_run", {"contract_id": found.contract["id"]}):
        if run["period_to"] < found.period.first.isoformat() or found.period.last.isoformat() < run["period_from"]:
            continue
        invoice = data.need("invoice", run["invoice_id"])
        if invoice["status"] == "void":
            continue
        number, days = invoice["invoice_number"], f"{run['period_from']} to {run['period_to']}"
        if not difference:
            detail = (
                f"The invoice {number} bills {days} already. Send difference: true to bill only what was used "
                "since then, or again: true to bill the whole period once more."
            )
            raise conflict(detail, code="already_billed")
        if invoice["currency"] != found.contract["currency"]:
            detail = f"The invoice {number} is in {invoice['currency']}, the contract in {found.contract['currency']}."
            raise conflict(detail, code="already_billed")
        billed = billed or {}
        for part, cents in run["cents"].items():
            billed[part] = billed.get(part, 0) + cents
    return found if billed is None else found.beyond(billed)
