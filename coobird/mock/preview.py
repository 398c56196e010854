"""Bills from what was used: what a contract would be billed for its current period. Source: operation `preview_invoice`."""

from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import Any, NamedTuple

from coobird.mock.call import Call
from coobird.mock.clock import stamp
from coobird.mock.data import Data
from coobird.mock.periods import INTERVALS, Period, due_days, period_of
from coobird.mock.pricing import ZERO, Line, counted, in_cents, price_usage, whole_cents
from coobird.mock.problems import conflict, invalid_field
from coobird.mock.store import Doc
from coobird.mock.usage import Meter, charge_meter, measure, price_meter


class Bill(NamedTuple):
    """What one contract owes for one period; the days are those that were priced, both inclusive."""

    contract: Doc
    span: Period
    items: list[Doc]


def preview_invoice(call: Call) -> Doc:
    """Nothing is stored. Contracts that are not active are not billed, so neither is one that is named."""
    data, customer_id = call.data, call.body["customer_id"]
    customer = data.need("customer", customer_id, "customer_id")
    contract_id = call.body.get("contract_id")
    if contract_id is None:
        contracts = data.find("contract", {"customer_id": customer_id, "status": "active"})
    else:
        contracts = [data.need("contract", contract_id, "contract_id")]
        if contracts[0]["customer_id"] != customer_id:
            raise invalid_field("contract_id", f"is not a contract of the customer {customer_id!r}")
    bills = [bill(data, contract) for contract in contracts if in_force(contract, data.now.date())]
    currencies = sorted({each.contract["currency"] for each in bills})
    if len(currencies) > 1:
        detail = f"The contracts are in {', '.join(currencies)}, which cannot be added up: name one with contract_id."
        raise conflict(detail, field="contract_id")
    spans = [each.span for each in bills] or [period_of(data.now.date().replace(day=1), "monthly", data.now.date())]
    items = [item for each in bills for item in each.items]
    in_order = [{**item, "sort_order": number} for number, item in enumerate(items)]
    unbilled = contracts[0]["currency"] if contracts else customer["currency"] or "USD"
    return {
        "customer_id": customer_id,
        "contract_id": contract_id,
        "period_from": min(span.first for span in spans).isoformat(),
        "period_to": max(span.last for span in spans).isoformat(),
        "currency": currencies[0] if currencies else unbilled,
        "line_items": in_order,
        "subtotal_cents": sum(item["subtotal_cents"] for item in items),
        "amount": sum(item["total_cents"] for item in items),
    }


def in_force(contract: Doc, today: date) -> bool:
    """Whether the contract is billed: it is active, and not cancelled as of today."""
    gone = contract["cancellation_date"]
    return contract["status"] == "active" and (gone is None or today < date.fromisoformat(gone))


def bill(data: Data, contract: Doc, day: date | None = None) -> Bill:
    """What the contract owes for the period that `day` lies in (today's, if left out): usage first, then charges."""
    opened = _first_day(contract)
    span = priced_span(contract, day or data.now.date())
    prices = [(price, price_meter(data, price)) for price in contract["agent_actions"]]
    charges = [(charge, charge_meter(data, charge)) for charge in contract["charges"]]
    meters = [meter for _, meter in prices] + [meter for charge, meter in charges if _is_metered(charge)]
    since, until = _bounds(span)
    events = data.events.read(tenant=data.tenant, customer_id=contract["customer_id"], since=since, until=until)
    measure(meters, events)
    items: list[Doc] = []
    for price, meter in prices:
        for line in price_usage(price, meter.quantity, meter.unit):
            origin = {"source_type": "agent_action", "source_id": price["agent_action_id"]}
            items.append(_item(contract, span, meter, line, origin | {"pricing_model": price["pricing_model"]}))
    for charge, meter in charges:
        due = _charge_line(charge, meter, span, opened)
        if due is not None:
            origin = {"source_type": "plan_charge", "source_id": charge["plan_charge_id"]}
            items.append(_item(contract, span, meter, due, origin))
    return Bill(contract, span, items)


def invoice_options(each: Bill) -> Doc:
    """The bill as the body of `create_invoice` would state it, but for `issue_date`."""
    given = [{name: value for name, value in item.items() if value is not None} for item in each.items]
    return {
        "customer_id": each.contract["customer_id"],
        "contract_id": each.contract["id"],
        "currency": each.contract["currency"],
        "billing_period_from": each.span.first.isoformat(),
        "billing_period_to": each.span.last.isoformat(),
        "line_items": [{**item, "sort_order": number} for number, item in enumerate(given)],
    }


def priced_span(contract: Doc, day: date) -> Period:
    """The days of the period around `day` on which the contract holds. Its first period, before it begins; its last one,
    after it has run out."""
    start, opened = date.fromisoformat(contract["start_date"]), _first_day(contract)
    ends = [date.fromisoformat(contract["end_date"])] if contract["end_date"] else []
    if contract["cancellation_date"]:
        ends.append(date.fromisoformat(contract["cancellation_date"]) - timedelta(1))
    last = max(min(ends, default=date.max), opened)
    period = period_of(start, contract["billing_interval"], min(max(day, opened), last))
    return Period(max(period.first, opened), min(period.last, last))


def _first_day(contract: Doc) -> date:
    days = [contract["start_date"], contract["activation_date"]]
    return max(date.fromisoformat(day) for day in days if day)


def _bounds(span: Period) -> tuple[str, str | None]:
    """The span as instants, the second one exclusive. Days are those of UTC."""
    until = None if span.last == date.max else _midnight(span.last + timedelta(1))
    return _midnight(span.first), until


def _midnight(day: date) -> str:
    return stamp(datetime.combine(day, time(), UTC))


def _is_metered(charge: Doc) -> bool:
    return charge["charge_type"] in ("usage_based", "seat_based")


def _charge_line(charge: Doc, meter: Meter, span: Period, opened: date) -> Line | None:
    """None if nothing of the charge falls due in the span."""
    amount, frequency, kind = charge["amount"], charge["billing_frequency"], charge["charge_type"]
    times = due_days(opened, frequency, span) if frequency in INTERVALS else 1
    if kind == "one_time":
        times = 1 if span.first == opened else 0
    if kind == "usage_based":
        times = 1
    units, what = Fraction(1), ""
    if _is_metered(charge):
        units = meter.quantity
        what = f"{counted(units, meter.unit)} at {in_cents(Fraction(amount))} each"
    if not times or not units:
        return None
    if times > 1:
        what = ", ".join(filter(None, [what, f"{times} times"]))
    quantity = times * units
    return Line(what, quantity, Fraction(amount), whole_cents(quantity * amount), ZERO, quantity)


def _item(contract: Doc, span: Period, meter: Meter, line: Line, origin: dict[str, Any]) -> Doc:
    return {
        "id": None,
        "description": f"{meter.label}: {line.explanation}" if line.explanation else meter.label,
        "quantity": number(line.quantity),
        "unit_price_cents": number(line.unit_price),
        "subtotal_cents": line.cents,
        "discount_cents": 0,
        "tax_cents": 0,
        "total_cents": line.cents,
        "contract_id": contract["id"],
        "agent_id": meter.agent_id,
        "feature_id": None,
        "signal_id": meter.signal_id,
        "pricing_model": None,
        "period_from": span.first.isoformat(),
        "period_to": span.last.isoformat(),
        "included_units_used": number(line.included_units),
        "billable_units": number(line.billable_units),
        "tier_number": line.tier_number,
        "sort_order": 0,
        **origin,
    }


def number(value: Fraction) -> int | float:
    """As a JSON number: whole ones without a point, others as the nearest float."""
    return value.numerator if value.denominator == 1 else float(value)
