"""Bills from what was used: what a contract would be billed for its current period. Source: operation `preview_invoice`."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import Any, NamedTuple

from coobird.mock.billing.billed_days import billed_days, in_force, opening_day, priced_span
from coobird.mock.billing.meters import Meter, charge_meter, measure, price_meter
from coobird.mock.billing.periods import INTERVALS, Period, due_days, period_of
from coobird.mock.billing.pricing import ZERO, Line, counted, in_cents, price_usage, whole_cents
from coobird.mock.contract.problems import conflict, invalid_field
from coobird.mock.rules.request import Call
from coobird.mock.state.clock import stamp
from coobird.mock.state.document_store import Doc
from coobird.mock.state.event_log import StoredEvent
from coobird.mock.state.tenant_data import Data


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


def bill(data: Data, contract: Doc, day: date | None = None) -> Bill:
    """What the contract owes for the period that `day` lies in (today's, if left out): usage first, then charges."""
    open_bill = OpenBill(data, contract, day or data.now.date())
    for piece in open_bill.days:
        open_bill.measure(_events(data, contract["customer_id"], piece))
    return Bill(contract, open_bill.span, open_bill.items())


class OpenBill:
    """The bill of one contract for the period that a day lies in. It is shown what was used and can be drawn up at any time."""

    def __init__(self, data: Data, contract: Doc, day: date) -> None:
        self.contract = contract
        self.span = priced_span(contract, day)
        self.days = billed_days(contract, self.span)
        """The days whose events are to be shown to it."""
        self._prices = [(price, price_meter(data, price)) for price in contract["agent_actions"]] if self.days else []
        self._charges = [(charge, charge_meter(data, charge)) for charge in contract["charges"]] if self.days else []
        self._meters = [meter for _, meter in self._prices]
        self._meters += [meter for charge, meter in self._charges if _is_metered(charge)]

    def measure(self, events: Iterable[StoredEvent]) -> None:
        """Count events of the contract's customer, none of them twice."""
        measure(self._meters, events)

    def items(self) -> list[Doc]:
        """The line items as of now."""
        items: list[Doc] = []
        for price, meter in self._prices:
            for line in price_usage(price, meter.quantity, meter.unit):
                origin = {"source_type": "agent_action", "source_id": price["agent_action_id"]}
                origin["pricing_model"] = price["pricing_model"]
                items.append(_item(self.contract, self.span, meter, line, origin))
        for charge, meter in self._charges:
            due = _charge_line(charge, meter, self.days, self.contract)
            if due is not None:
                origin = {"source_type": "plan_charge", "source_id": charge["plan_charge_id"]}
                items.append(_item(self.contract, self.span, meter, due, origin))
        return items


def invoice_options(each: Bill) -> Doc:
    """The bill as the body of `create_invoice` would state it, but for `issue_date`. The lines state no tax of their own,
    so that a tax rate of the invoice reaches them."""
    kept = (
        {name: item[name] for name in item if item[name] is not None and name != "tax_cents"} for item in each.items
    )
    return {
        "customer_id": each.contract["customer_id"],
        "contract_id": each.contract["id"],
        "currency": each.contract["currency"],
        "billing_period_from": each.span.first.isoformat(),
        "billing_period_to": each.span.last.isoformat(),
        "line_items": [{**item, "sort_order": number} for number, item in enumerate(kept)],
    }


def _events(data: Data, customer_id: str, days: Period) -> Iterator[StoredEvent]:
    """Days are those of UTC."""
    until = None if days.last == date.max else _midnight(days.last + timedelta(1))
    return data.events.read(tenant=data.tenant, customer_id=customer_id, since=_midnight(days.first), until=until)


def _midnight(day: date) -> str:
    return stamp(datetime.combine(day, time(), UTC))


def _is_metered(charge: Doc) -> bool:
    return charge["charge_type"] in ("usage_based", "seat_based")


def _charge_line(charge: Doc, meter: Meter, days: list[Period], contract: Doc) -> Line | None:
    """None if nothing of the charge falls due on these days."""
    amount, frequency, kind = charge["amount"], charge["billing_frequency"], charge["charge_type"]
    opened, times = opening_day(contract), 1
    if kind == "one_time":
        times = 0 if billed_days(contract, Period(opened, days[0].first - timedelta(1))) else 1
    elif kind != "usage_based" and frequency in INTERVALS:
        times = sum(due_days(opened, frequency, piece) for piece in days)
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
