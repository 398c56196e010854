"""Making an invoice of what a contract used: the service's own billing run, here by `POST /_mock/contracts/{id}/invoice`."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from coobird.mock.billing.bills import bill, invoice_options
from coobird.mock.contract.problems import conflict
from coobird.mock.contract.spec import Spec
from coobird.mock.rules import RULES
from coobird.mock.rules.request import Call
from coobird.mock.state.document_store import Doc
from coobird.mock.state.tenant_data import Data

BILLING_SCHEMA: Doc = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "day": {"type": "string", "format": "date"},
        "tax_rate": {"type": "number", "minimum": 0, "maximum": 1},
        "auto_finalize": {"type": "boolean"},
    },
}


def invoice_contract(spec: Spec, data: Data, contract_id: str, body: Mapping[str, Any]) -> Doc:
    """A new invoice, dated today, over the contract's period that `day` lies in (today's, if left out).

    `tax_rate` and `auto_finalize` are those of `create_invoice`. A contract that was suspended or cancelled since is billed
    for what came before. Running it twice bills twice. 404 for an unknown contract, 409 if there is nothing to bill.
    """
    contract = data.need("contract", contract_id)
    if contract["status"] == "draft":
        raise conflict(f"The contract {contract_id!r} is a draft: nothing is billed until it is activated.")
    today = data.now.date()
    found = bill(data, contract, date.fromisoformat(body["day"]) if "day" in body else today)
    if not found.items:
        raise conflict(f"There is nothing to bill from {found.span.first} to {found.span.last}.")
    asked = {name: value for name, value in body.items() if name != "day"}
    options = {**invoice_options(found), **asked, "issue_date": today.isoformat()}
    return dict(RULES["create_invoice"](Call(spec, spec.operations["create_invoice"], {}, {}, options, data)))
