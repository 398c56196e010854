"""Billing run: the invoice of a contract for one period.

The real service makes it after each period. This server makes it on request, at the control route
`POST /_mock/contracts/{id}/invoice`.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from coobird.mock.billing.bills import invoice_options
from coobird.mock.billing.tenant_bills import bill
from coobird.mock.contract.json_text import JsonObject
from coobird.mock.contract.problems import conflict
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
    },
}


def invoice_contract(spec: Spec, data: TenantData, contract_id: str, body: Mapping[str, Any]) -> JsonObject:
    """New invoice of a contract for the period that `day` lies in, by default today's.

    The invoice has today's date. `tax_rate` and `auto_finalize` are those of `create_invoice`. A
    suspended or cancelled contract is billed for the days before. A second run for a period bills
    it again. 404 for an unknown contract, 409 if there is nothing to bill.
    """
    contract = data.need("contract", contract_id)
    if contract["status"] == "draft":
        raise conflict(f"The contract {contract_id!r} is a draft and is not billed. Activate it first.")
    today = data.now.date()
    found = bill(data, contract, date.fromisoformat(body["day"]) if "day" in body else today)
    if not found.items:
        raise conflict(f"There is nothing to bill from {found.period.first} to {found.period.last}.")
    chosen = {name: value for name, value in body.items() if name != "day"}
    options = {**invoice_options(found), **chosen, "issue_date": today.isoformat()}
    return dict(create_invoice(CheckedRequest(spec, spec.operations["create_invoice"], {}, {}, options, data)))
