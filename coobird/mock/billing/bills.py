"""Bills of a contract (pure): line items from metered usage, prices and charges.

Source: operation `preview_invoice`.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from fractions import Fraction
from typing import Any, NamedTuple

from coobird.mock.billing.billed_days import billed_days, first_billed_day
from coobird.mock.billing.meters import UsageMeter, measure
from coobird.mock.billing.periods import INTERVALS, Period, due_days
from coobird.mock.billing.pricing import ZERO, BillLine, cents_text, price_usage, quantity_text, rounded_cents
from coobird.mock.contract.json_text import JsonObject
from coobird.mock.state.event_log import StoredEvent


class BillPart(NamedTuple):
    """Line items of one price or one charge of a contract."""

    id: str
    """Id of the contract's copy of the price or the charge."""
    label: str
    items: list[JsonObject]

    @property
    def cents(self) -> int:
        return sum(int(item["total_cents"]) for item in self.items)


class Bill(NamedTuple):
    """Bill of one contract for one period. `period` holds the days that were priced."""

    contract: JsonObject
    period: Period
    parts: list[BillPart]

    @property
    def items(self) -> list[JsonObject]:
        """Line items: usage first, then charges."""
        return [item for part in self.parts for item in part.items]

    @property
    def cents_by_part(self) -> dict[str, int]:
        return {part.id: part.cents for part in self.parts}

    def beyond(self, billed: Mapping[str, int]) -> "Bill":
        """Bill of the difference to cents that were billed before, by the ids of the parts.

        A part that now has more cents gets one line for the difference. A part that now has fewer
        gets none: nothing is paid back.
        """
        later = [part for part in self.parts if part.cents > billed.get(part.id, 0)]
        return self._replace(parts=[_later_part(part, billed.get(part.id, 0)) for part in later])


class OpenBill:
    """Bill of one contract for one period. It is given events and can state its items at any time.

    `prices` and `charges` are those of the contract, each with its meter. `days` are the days of
    `period` on which the contract is billed, and only events of these days may be given.
    """

    def __init__(
        self,
        contract: JsonObject,
        period: Period,
        days: Sequence[Period],
        prices: Sequence[tuple[JsonObject, UsageMeter]],
        charges: Sequence[tuple[JsonObject, UsageMeter]],
    ) -> None:
        self.contract = contract
        self.period = period
        self.days = days
        self._prices = prices
        self._charges = charges
        self.meters: list[UsageMeter] = [meter for _, meter in prices]
        self.meters += [meter for charge, meter in charges if _is_metered(charge)]

    def measure(self, events: Iterable[StoredEvent]) -> None:
        """Count events of the contract's customer. No event may be given twice."""
        measure(self.meters, events)

    def forget_usage(self) -> None:
        """Forget all events so far."""
        for meter in self.meters:
            meter.forget_usage()

    def take_over(self, other: "OpenBill") -> bool:
        """Take over the usage that another bill has counted and goes on counting.

        False, without an effect, if that bill counts in another way: for other days or by other
        meters.
        """
        if self.days != other.days or self.meters != other.meters:
            return False
        for meter, counted in zip(self.meters, other.meters, strict=True):
            meter.take_over(counted)
        return True

    def parts(self) -> list[BillPart]:
        """Line items of the events so far: usage first, then charges."""
        parts: list[BillPart] = []
        for price, meter in self._prices:
            origin = {"source_type": "agent_action", "source_id": price["agent_action_id"]}
            origin["pricing_model"] = price["pricing_model"]
            parts.append(self._part(price, meter, price_usage(price, meter.quantity, meter.unit), origin))
        for charge, meter in self._charges:
            due = _charge_line(charge, meter, self.days, self.contract)
            origin = {"source_type": "plan_charge", "source_id": charge["plan_charge_id"]}
            parts.append(self._part(charge, meter, [due] if due else [], origin))
        return parts

    def _part(
        self, source: JsonObject, meter: UsageMeter, lines: Iterable[BillLine], origin: dict[str, Any]
    ) -> BillPart:
        items = [_item(self.contract, self.period, meter, line, origin) for line in lines]
        return BillPart(source["id"], meter.label, items)


def invoice_options(bill: Bill) -> JsonObject:
    """The bill as a body of `create_invoice`, without `issue_date`.

    The line items state no tax, so that a tax rate of the invoice applies to them.
    """
    kept = (
        {name: item[name] for name in item if item[name] is not None and name != "tax_cents"} for item in bill.items
    )
    return {
        "customer_id": bill.contract["customer_id"],
        "contract_id": bill.contract["id"],
        "currency": bill.contract["currency"],
        "billing_period_from": bill.period.first.isoformat(),
        "billing_period_to": bill.period.last.isoformat(),
        "line_items": [{**item, "sort_order": number} for number, item in enumerate(kept)],
    }


def _is_metered(charge: JsonObject) -> bool:
    return charge["charge_type"] in ("usage_based", "seat_based")


def _charge_line(
    charge: JsonObject, meter: UsageMeter, days: Sequence[Period], contract: JsonObject
) -> BillLine | None:
    """Line of a charge, or None if nothing of it is due on these days."""
    amount, frequency, kind = charge["amount"], charge["billing_frequency"], charge["charge_type"]
    opened, times = first_billed_day(contract) or days[0].first, 1
    if kind == "one_time":
        times = 0 if billed_days(contract, Period(opened, days[0].first - timedelta(1))) else 1
    elif kind != "usage_based" and frequency in INTERVALS:
        times = sum(due_days(opened, frequency, piece) for piece in days)
    units, what = Fraction(1), ""
    if _is_metered(charge):
        units = meter.quantity
        what = f"{quantity_text(units, meter.unit)} at {cents_text(Fraction(amount))} each"
    if not times or not units:
        return None
    if times > 1:
        what = ", ".join(filter(None, [what, f"{times} times"]))
    quantity = times * units
    return BillLine(what, quantity, Fraction(amount), rounded_cents(quantity * amount), ZERO, quantity)


def _later_part(part: BillPart, billed: int) -> BillPart:
    if not billed:
        return part
    cents = part.cents - billed
    explanation = f"{cents_text(Fraction(part.cents))}, less {cents_text(Fraction(billed))} billed before"
    amounts = {"quantity": 1, "unit_price_cents": cents, "subtotal_cents": cents, "total_cents": cents}
    unknown = {"included_units_used": None, "billable_units": None, "tier_number": None}
    line = {**part.items[0], "description": f"{part.label}: {explanation}", **amounts, **unknown}
    return part._replace(items=[line])


def _item(
    contract: JsonObject, period: Period, meter: UsageMeter, line: BillLine, origin: dict[str, Any]
) -> JsonObject:
    return {
        "id": None,
        "description": f"{meter.label}: {line.explanation}" if line.explanation else meter.label,
        "quantity": _json_number(line.quantity),
        "unit_price_cents": _json_number(line.unit_price),
        "subtotal_cents": line.cents,
        "discount_cents": 0,
        "tax_cents": 0,
        "total_cents": line.cents,
        "contract_id": contract["id"],
        "agent_id": meter.agent_id,
        "feature_id": None,
        "signal_id": meter.signal_id,
        "pricing_model": None,
        "period_from": period.first.isoformat(),
        "period_to": period.last.isoformat(),
        "included_units_used": _json_number(line.included_units),
        "billable_units": _json_number(line.billable_units),
        "tier_number": line.tier_number,
        "sort_order": 0,
        **origin,
    }


def _json_number(value: Fraction) -> int | float:
    """An integer if the value is whole or beyond all floats, else the nearest float."""
    try:
        return value.numerator if value.denominator == 1 else float(value)
    except OverflowError:
        return round(value)
