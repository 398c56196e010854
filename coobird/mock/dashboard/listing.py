"""Lists of documents on the page: a page of them at a time, with names instead of ids."""

from decimal import Decimal
from typing import Any

from coobird.mock.billing.money import CREDIT, decimal, divided, rounded
from coobird.mock.contract.json_text import JsonObject
from coobird.mock.dashboard.figures import from_cents
from coobird.mock.dashboard.live import LiveDashboard
from coobird.mock.dashboard.query import Query
from coobird.mock.dashboard.totals import decimal_text

DOCUMENTS_PER_PAGE = 25
# Fields that a list may be sorted by.
_SORTS = {
    "customer": ("name", "type", "status", "email", "created_at"),
    "contract": ("name", "status", "start_date", "end_date", "billing_interval", "created_at"),
    "plan": ("name", "code", "status", "billing_period", "created_at"),
    "invoice": ("invoice_number", "status", "issue_date", "due_date", "total_cents", "created_at"),
    "wallet": ("name", "status", "created_at"),
}


def listing(live: LiveDashboard, query: Query, kind: str) -> JsonObject:
    """One page of the documents of a kind, the newest first unless they are sorted."""
    store, total = live.service.store, live.service.store.total(query.tenant, kind)
    pages = max(-(-total // DOCUMENTS_PER_PAGE), 1)
    page = min(query.page, pages)
    part: Any = {"limit": DOCUMENTS_PER_PAGE, "offset": (page - 1) * DOCUMENTS_PER_PAGE}
    if query.sort is None or query.sort not in _SORTS[kind]:
        found = store.newest(query.tenant, kind, **part)  # reads no other documents
    else:
        found = store.sorted_page(query.tenant, kind, query.sort, descending=not query.ascending, **part)
    rows = [brief(live, tenant, kind, document) for tenant, document in found]
    return {"kind": kind, "rows": rows, "total": total, "page": page, "pages": pages}


def brief(live: LiveDashboard, tenant: str, kind: str, document: JsonObject) -> JsonObject:
    """Row of a list: some fields of a document."""
    shown = {"tenant": tenant, "kind": kind, "id": document["id"], "created_at": document["created_at"]}
    return shown | _FIELDS[kind](live, tenant, document)


def reference(live: LiveDashboard, tenant: str, kind: str, identifier: str | None) -> JsonObject | None:
    """Link to a document. None if it does not exist."""
    document = live.service.store.get(tenant, kind, identifier) if identifier else None
    if document is None:
        return None
    name = document["invoice_number"] if kind == "invoice" else document["name"]
    return {"tenant": tenant, "kind": kind, "id": document["id"], "name": name}


def is_overdue(live: LiveDashboard, tenant: str, invoice: JsonObject) -> bool:
    """True for a finalized invoice that is past its due date and not paid in full."""
    due = invoice["due_date"]
    today = live.service.clock.now().date().isoformat()
    return invoice["status"] == "finalized" and due is not None and due < today and not is_paid(live, tenant, invoice)


def is_paid(live: LiveDashboard, tenant: str, invoice: JsonObject) -> bool:
    """True for a finalized invoice whose completed payments, less refunds, reach its total."""
    if invoice["status"] != "finalized":
        return False
    where = {"customer_id": invoice["customer_id"], "invoice_id": invoice["id"]}
    paid = sum(
        payment["amount"] - payment["refunded_amount"]
        for payment in live.service.store.find(tenant, "payment", where)
        if payment["status"] in ("completed", "partially_refunded")
    )
    return bool(paid >= invoice["total_cents"])


def _customer(live: LiveDashboard, tenant: str, document: JsonObject) -> JsonObject:
    names = ("name", "type", "status", "email", "external_id", "currency")
    return {name: document[name] for name in names}


def _contract(live: LiveDashboard, tenant: str, document: JsonObject) -> JsonObject:
    names = ("name", "status", "start_date", "end_date", "billing_interval", "currency")
    links = {kind: reference(live, tenant, kind, document[f"{kind}_id"]) for kind in ("customer", "plan")}
    return {name: document[name] for name in names} | links | {"period_total": _period_total(live, tenant, document)}


def _period_total(live: LiveDashboard, tenant: str, contract: JsonObject) -> str | None:
    """Bill of the current period so far. None if the contract is not billed, or not counted yet."""
    to_date = live.bills_to_date.get((tenant, contract["customer_id"]), {}).get(contract["id"])
    if to_date is None or not to_date.ready:
        return None
    return from_cents(sum(part.cents for part in to_date.bill(live.service.clock.now().date()).parts()))


def _plan(live: LiveDashboard, tenant: str, document: JsonObject) -> JsonObject:
    names = ("name", "code", "status", "billing_period", "currency")
    where = {"plan_id": document["id"]}
    return {name: document[name] for name in names} | {"contracts": live.service.store.count(tenant, "contract", where)}


def _invoice(live: LiveDashboard, tenant: str, document: JsonObject) -> JsonObject:
    names = ("invoice_number", "status", "issue_date", "due_date", "currency", "billing_period_from")
    return {name: document[name] for name in names} | {
        "billing_period_to": document["billing_period_to"],
        "customer": reference(live, tenant, "customer", document["customer_id"]),
        "total": from_cents(document["total_cents"]),
        "overdue": is_overdue(live, tenant, document),
        "paid": is_paid(live, tenant, document),
    }


def _wallet(live: LiveDashboard, tenant: str, document: JsonObject) -> JsonObject:
    balance, rate = Decimal(document["credits_balance"]), decimal(document["conversion_rate"])
    return {
        "name": document["name"],
        "status": document["status"],
        "customer": reference(live, tenant, "customer", document["customer_id"]),
        "credits": decimal_text(balance),
        "amount": decimal_text(rounded(divided(balance, rate), CREDIT)),
        "currency": document["currency"],
    }


_FIELDS = {"customer": _customer, "contract": _contract, "plan": _plan, "invoice": _invoice, "wallet": _wallet}
