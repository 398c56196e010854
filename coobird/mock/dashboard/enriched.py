"""Rows for a database: enriched events, lines of bills, and rejected events, page by page.

A cell is a text, a whole number or None. Amounts are decimal text, and objects are JSON as text, so
that no reader rounds a number.
"""

from collections.abc import Iterator

from coobird.mock.billing.billed_days import priced_periods
from coobird.mock.billing.bills import Bill
from coobird.mock.billing.money import decimal
from coobird.mock.billing.tenant_bills import bill
from coobird.mock.contract.json_text import JsonObject, encode_text
from coobird.mock.dashboard.event_billing import EventBilling
from coobird.mock.dashboard.event_filter import Names, model_of
from coobird.mock.dashboard.figures import from_cents
from coobird.mock.dashboard.totals import amounts_of, decimal_text
from coobird.mock.service.request_log import RequestLog
from coobird.mock.service.service import Service
from coobird.mock.state.event_log import StoredEvent


def enriched_events(service: Service, names: Names, pages: Iterator[list[StoredEvent]]) -> Iterator[list[JsonObject]]:
    """Rows of stored events, with names, model, tokens, cost, and the lines that bill them."""
    for page in pages:
        # Anew for each page: between two of them, a contract or a price may change.
        billing = {tenant: EventBilling(service.data(tenant)) for tenant in {event.tenant for event in page}}
        yield [_event_row(event, names, billing[event.tenant]) for event in page]


def _event_row(event: StoredEvent, names: Names, billing: EventBilling) -> JsonObject:
    amounts, stated = amounts_of(event), event.attributes
    return {
        "tenant": event.tenant,
        "event_id": event.event_id,
        "seq": event.seq,
        "timestamp": event.timestamp,
        "received_at": event.received_at,
        "customer_id": event.customer_id,
        "customer": names(event.tenant, "customer", event.customer_id),
        "agent_id": event.agent_id,
        "agent": names(event.tenant, "agent", event.agent_id),
        "action_type": event.action_type,
        "signal_code": event.signal_code,
        "model": model_of(event),
        "quantity": decimal_text(decimal(event.quantity)),
        "input_tokens": amounts.input_tokens if "input_tokens" in stated else None,
        "output_tokens": amounts.output_tokens if "output_tokens" in stated else None,
        "cost_usd": None if amounts.cost_usd is None else decimal_text(amounts.cost_usd),
        "cost_category": event.cost_category,
        "cost_by_category": encode_text(dict(event.cost_by_category)),
        "attributes": encode_text(event.attributes),
        "metadata": encode_text(event.metadata),
        "billed_as": encode_text([_billed_as(line) for line in billing.billed_lines(event)["lines"]]),
    }


def _billed_as(line: JsonObject) -> JsonObject:
    """The place of a line among those of `bill_lines`, and its name."""
    return {
        "contract_id": line["contract"]["id"],
        "period_from": line["from"],
        "source_id": line["source_id"],
        "title": line["title"],
    }


def bill_lines(service: Service, names: Names) -> Iterator[list[JsonObject]]:
    """Rows of the lines of all bills, by contract: of each period until today's, as of now."""
    for tenant in service.store.tenants():
        for contract in service.data(tenant).find("contract"):
            for found in _bills(service, tenant, contract):
                yield [_line_row(tenant, found, number, item, names) for number, item in enumerate(found.items)]


def _bills(service: Service, tenant: str, contract: JsonObject) -> Iterator[Bill]:
    data = service.data(tenant)
    for period in priced_periods(contract, data.now.date()):
        yield bill(data, contract, period.first)


def _line_row(tenant: str, found: Bill, number: int, item: JsonObject, names: Names) -> JsonObject:
    contract = found.contract
    return {
        "tenant": tenant,
        "contract_id": contract["id"],
        "period_from": item["period_from"],
        "line": number,
        "period_to": item["period_to"],
        "contract": contract["name"],
        "customer_id": contract["customer_id"],
        "customer": names(tenant, "customer", contract["customer_id"]),
        "source_type": item["source_type"],
        "source_id": item["source_id"],
        "agent_id": item["agent_id"],
        "signal_id": item["signal_id"],
        "description": item["description"],
        "quantity": decimal_text(decimal(item["quantity"])),
        "unit_price_cents": decimal_text(decimal(item["unit_price_cents"])),
        "amount": from_cents(item["total_cents"]),
        "currency": contract["currency"],
    }


def rejected_events(requests: RequestLog) -> Iterator[list[JsonObject]]:
    """Rows of the rejected events that the server still has, at most its newest 1,000."""
    yield [
        {
            "tenant": event.tenant,
            "request_id": event.request_id,
            "event_id": event.event_id,
            "rejected_at": event.at,
            "reason": event.error,
            "timestamp": event.timestamp,
            "customer_id": event.customer_id,
            "agent_id": event.agent_id,
            "action_type": event.action_type,
            "signal_code": event.signal_code,
            "quantity": decimal_text(decimal(event.quantity)),
            "attributes": encode_text(event.attributes),
        }
        for event in requests.rejected_after(0, None)
    ]
