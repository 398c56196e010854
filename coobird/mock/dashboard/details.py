"""One document that is open on the page, with what belongs to it: bills, lines, transactions."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from coobird.mock.billing.billed_days import first_billed_day, last_billed_day, unbilled_reason
from coobird.mock.billing.money import decimal
from coobird.mock.contract.json_text import JsonObject
from coobird.mock.dashboard.figures import from_cents
from coobird.mock.dashboard.listing import brief, reference
from coobird.mock.dashboard.live import LiveDashboard
from coobird.mock.dashboard.query import Opened
from coobird.mock.dashboard.totals import decimal_text

# Documents of each kind that belong to the open one and are listed with it.
MAX_RELATED = 50
_HIDDEN = {"agent_actions", "charges", "line_items", "taxes", "billed", "idle", "metadata"}


_AGGREGATIONS = {
    "count": "Sum of",
    "sum": "Sum of",
    "unique_count": "Number of different values of",
    "max": "Highest value of",
    "min": "Lowest value of",
    "average": "Average of",
}


def details(live: LiveDashboard, opened: Opened) -> JsonObject:
    """The open document, by its kind. `found` is False if there is none."""
    document = live.service.store.get(opened.tenant, opened.kind, opened.id)
    shown: JsonObject = {"tenant": opened.tenant, "kind": opened.kind, "id": opened.id, "found": document is not None}
    if document is None:
        return shown
    facts = {name: value for name, value in document.items() if name not in _HIDDEN and not isinstance(value, dict)}
    shown |= {**brief(live, opened.tenant, opened.kind, document), "facts": facts, "metadata": document["metadata"]}
    return shown | _PARTS[opened.kind](live, opened, document)


def money_text(cents: Any) -> str:
    """An amount of cents in whole units of the currency. Fractions of a cent keep all digits."""
    amount = decimal(cents).scaleb(-2)
    return format(amount, "f") if amount != amount.quantize(Decimal("0.01")) else format(amount, ".2f")


def _related(live: LiveDashboard, opened: Opened, kind: str, field: str) -> list[JsonObject]:
    """The newest documents of a kind that mention the open one."""
    options: Any = {"descending": True, "limit": MAX_RELATED}
    found = live.service.store.find(opened.tenant, kind, {field: opened.id}, **options)
    return [brief(live, opened.tenant, kind, document) for document in found]


def _customer(live: LiveDashboard, opened: Opened, document: JsonObject) -> JsonObject:
    kinds = ("contract", "invoice", "wallet")
    return {f"{kind}s": _related(live, opened, kind, "customer_id") for kind in kinds} | {
        "payments": _payments(live, opened, {"customer_id": document["id"]})
    }


def _contract(live: LiveDashboard, opened: Opened, document: JsonObject) -> JsonObject:
    invoices = live.service.store.find(
        opened.tenant,
        "invoice",
        {"customer_id": document["customer_id"], "contract_id": document["id"]},
        descending=True,
        limit=MAX_RELATED,
    )
    prices = [_price(live, opened.tenant, price) for price in document["agent_actions"]]
    return {
        "bill": _bill(live, opened, document),
        "prices": prices,
        "charges": [_charge(charge) for charge in document["charges"]],
        "invoices": [brief(live, opened.tenant, "invoice", invoice) for invoice in invoices],
    }


def _bill(live: LiveDashboard, opened: Opened, contract: JsonObject) -> JsonObject:
    """Bill of one period. If there is none yet, `state` says why: `unbilled` or `counting`.

    It is one of the page's bills to date, so nothing is read or priced anew.
    """
    to_date = live.bills_to_date.get((opened.tenant, contract["customer_id"]), {}).get(contract["id"])
    today = live.service.clock.now().date()
    day, opening = opened.day or today, first_billed_day(contract)
    if to_date is None or opening is None:
        return {"state": "unbilled", "reason": unbilled_reason(contract, day)}
    if not to_date.ready:
        return {"state": "counting"}
    bill = to_date.bill(day)
    if bill.period.first > bill.period.last:
        return {"state": "unbilled", "reason": unbilled_reason(contract, day)}
    last = min(today, last_billed_day(contract))
    parts = bill.parts()
    return {
        "state": "known",
        "from": bill.period.first.isoformat(),
        "to": bill.period.last.isoformat(),
        "when": "coming" if bill.period.first > today else "earlier" if bill.period.last < today else "current",
        "earlier": (bill.period.first - timedelta(1)).isoformat() if bill.period.first > opening else None,
        "later": (bill.period.last + timedelta(1)).isoformat() if bill.period.last < last else None,
        "currency": contract["currency"],
        "lines": [_bill_line(live, opened.tenant, part.label, item) for part in parts for item in part.items],
        "total": from_cents(sum(part.cents for part in parts)),
    }


def _bill_line(live: LiveDashboard, tenant: str, label: str, item: JsonObject) -> JsonObject:
    store, counted = live.service.store, None
    signal = store.get(tenant, "signal", item["signal_id"]) if item["signal_id"] else None
    if signal is not None:
        counted = counting_text(signal)
        if item["source_type"] == "agent_action" and (action := store.get(tenant, "agent_action", item["source_id"])):
            agent = reference_name(live, tenant, action["agent_id"])
            counted += f", and of events of {agent} of the type {action['action_type']} that have none"
    return {**_line(item, label), "counted": counted}


def counting_text(signal: JsonObject) -> str:
    """Explanation of the quantity of a signal in words."""
    aggregation = signal["aggregation_type"]
    # A count adds up quantities, whichever attribute the signal names.
    field = signal["value_field"] if aggregation != "count" else None
    of = f"the attribute {field}" if field else "the quantity"
    return f"{_AGGREGATIONS[aggregation]} {of} of events with the signal code {signal['signal_code']}"


def reference_name(live: LiveDashboard, tenant: str, agent_id: str | None) -> str | None:
    """Name of an agent, or its id if it has none. None without an agent."""
    return None if agent_id is None else live.name(tenant, "agent", agent_id) or agent_id


def _line(item: JsonObject, label: str) -> JsonObject:
    """Line of a bill or an invoice: what it is, and how its amount was computed."""
    title, explanation = item["description"], ""
    if label and title.startswith(f"{label}: "):
        title, explanation = label, title[len(label) + 2 :]
    return {
        "source_type": item["source_type"],
        "source_id": item["source_id"],
        "title": title,
        "explanation": explanation,
        "quantity": None if item["quantity"] is None else decimal_text(decimal(item["quantity"])),
        "unit_price": None if item["unit_price_cents"] is None else money_text(item["unit_price_cents"]),
        "total": from_cents(item["total_cents"]),
        "discount": from_cents(item["discount_cents"]),
        "tax": from_cents(item["tax_cents"]),
    }


def _price(live: LiveDashboard, tenant: str, price: JsonObject) -> JsonObject:
    action = live.service.store.get(tenant, "agent_action", price["agent_action_id"]) or {}
    signal = live.service.store.get(tenant, "signal", price["billable_signal_id"])
    return {
        "name": action.get("action_name") or price["agent_action_id"],
        "agent": reference_name(live, tenant, action.get("agent_id")),
        "counted": counting_text(signal) if signal else None,
        "unit": (signal["unit_label"] if signal else None) or "units",
        "model": price["pricing_model"],
        "unit_price": None if price["unit_price"] is None else money_text(price["unit_price"]),
        "package_size": price["package_size"],
        "package_price": None if price["package_price"] is None else money_text(price["package_price"]),
        "included_units": decimal_text(decimal(price["included_units"])),
        "minimum_commitment": from_cents(price["minimum_commitment"]) if price["minimum_commitment"] else None,
        "overage_allowed": price["overage_allowed"],
        "tiers": [
            {
                "order": tier["tier_order"],
                "start": tier["start_unit"],
                "end": tier["end_unit"],
                "price": money_text(tier["price_per_unit"]),
                "flat_fee": from_cents(tier["flat_fee"]) if tier["flat_fee"] else None,
            }
            for tier in sorted(price["tiers"], key=lambda tier: int(tier["start_unit"]))
        ],
    }


def _charge(charge: JsonObject) -> JsonObject:
    names = ("charge_name", "charge_code", "charge_type", "billing_frequency")
    return {name: charge[name] for name in names} | {"amount": money_text(charge["amount"])}


def _plan(live: LiveDashboard, opened: Opened, document: JsonObject) -> JsonObject:
    store, where = live.service.store, {"plan_id": document["id"]}
    prices = store.find(opened.tenant, "plan_agent_action", where, limit=MAX_RELATED)
    return {
        "prices": [_price(live, opened.tenant, price) for price in prices],
        "charges": [_charge(charge) for charge in store.find(opened.tenant, "plan_charge", where, limit=MAX_RELATED)],
        "contracts": _related(live, opened, "contract", "plan_id"),
    }


def _invoice(live: LiveDashboard, opened: Opened, document: JsonObject) -> JsonObject:
    customer = live.service.store.get(opened.tenant, "customer", document["customer_id"])
    contacts = ("name", "email", "phone")
    taxes: list[JsonObject] = document["taxes"] or []
    lines = sorted(document["line_items"], key=lambda line: int(line["sort_order"]))
    return {
        "billed_to": {name: customer[name] for name in contacts} if customer else None,
        "contract": reference(live, opened.tenant, "contract", document["contract_id"]),
        "lines": [_line(line, line["description"].partition(": ")[0]) for line in lines],
        "taxes": [{"name": tax["tax_name"], "amount": from_cents(tax["tax_amount"])} for tax in taxes],
        **{name: from_cents(document[f"{name}_cents"]) for name in ("subtotal", "discount", "tax", "total")},
        "tax_percent": None if document["tax_rate"] is None else decimal_text(decimal(document["tax_rate"]) * 100),
        "payments": _payments(live, opened, {"customer_id": document["customer_id"], "invoice_id": document["id"]}),
    }


def _payments(live: LiveDashboard, opened: Opened, where: JsonObject) -> list[JsonObject]:
    found = live.service.store.find(opened.tenant, "payment", where, descending=True, limit=MAX_RELATED)
    return [
        {
            "id": payment["id"],
            "created_at": payment["created_at"],
            "status": payment["status"],
            "method": payment["payment_method"],
            "amount": from_cents(payment["amount"]),
            "refunded": from_cents(payment["refunded_amount"]),
            "currency": payment["currency"],
            "invoice": reference(live, opened.tenant, "invoice", payment["invoice_id"]),
        }
        for payment in found
    ]


def _wallet(live: LiveDashboard, opened: Opened, document: JsonObject) -> JsonObject:
    options: Any = {"descending": True, "limit": MAX_RELATED}
    where = {"wallet_id": document["id"]}
    found = live.service.store.find(opened.tenant, "wallet_transaction", where, **options)
    return {
        "entries": live.service.store.count(opened.tenant, "wallet_transaction", where),
        "transactions": [
            {
                "id": entry["id"],
                "at": entry["created_at"],
                "type": entry["type"],
                "credits": decimal_text(decimal(entry["credit_amount"])),
                "balance": decimal_text(decimal(entry["balance_after"])),
                "description": entry["description"],
            }
            for entry in found
        ],
    }


_PARTS = {"customer": _customer, "contract": _contract, "plan": _plan, "invoice": _invoice, "wallet": _wallet}
