"""Bills of a tenant's contracts, from the signals, agent actions and events that it stored."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from coobird.mock.billing.billed_days import billed_days, priced_period
from coobird.mock.billing.bills import Bill, OpenBill
from coobird.mock.billing.meters import SeqSpan, UsageMeter, charge_meter, former_code_spans, price_meter
from coobird.mock.billing.periods import Period
from coobird.mock.contract.instants import instant_text
from coobird.mock.contract.json_text import JsonObject
from coobird.mock.state.event_log import StoredEvent
from coobird.mock.state.tenant_data import TenantData


def bill(data: TenantData, contract: JsonObject, day: date) -> Bill:
    """Bill of the contract for the billing period that `day` lies in."""
    found = open_bill(data, contract, day)
    measure_all(data, found)
    return Bill(contract, found.period, found.parts())


def measure_all(data: TenantData, bill: OpenBill) -> None:
    """Count all events of the days of a bill that has counted none."""
    for piece in bill.days:
        bill.measure(_events(data, bill.contract["customer_id"], piece))


def open_bill(data: TenantData, contract: JsonObject, day: date) -> OpenBill:
    """Bill of the contract for the billing period that `day` lies in, without any events so far."""
    period = priced_period(contract, day)
    days = billed_days(contract, period)
    prices = [(price, _price_meter(data, price)) for price in contract["agent_actions"]] if days else []
    charges = [(charge, _charge_meter(data, charge)) for charge in contract["charges"]] if days else []
    return OpenBill(contract, period, days, prices, charges)


def _price_meter(data: TenantData, price: JsonObject) -> UsageMeter:
    # Signal and action exist: neither can be deleted while a contract has the price.
    signal = data.need("signal", price["billable_signal_id"])
    action = data.need("agent_action", price["agent_action_id"])
    codes = {entry["signal_code"] for entry in data.find("signal_code", {"signal_id": signal["id"]})}
    former = {code: _former_code_spans(data, signal, code) for code in codes - {signal["signal_code"]}}
    return price_meter(signal, action, former)


def _former_code_spans(data: TenantData, signal: JsonObject, code: str) -> tuple[SeqSpan, ...]:
    holder = _signal_of(data, code)
    return former_code_spans(
        signal["id"], holder["id"] if holder else None, data.find("signal_code", {"signal_code": code})
    )


def _charge_meter(data: TenantData, charge: JsonObject) -> UsageMeter:
    return charge_meter(charge, _signal_of(data, charge["charge_code"]))


def _signal_of(data: TenantData, code: str) -> JsonObject | None:
    """The signal that has this code now."""
    signals = data.find("signal", {"signal_code": code}, limit=1)
    return signals[0] if signals else None


def _events(data: TenantData, customer_id: str, days: Period) -> Iterator[StoredEvent]:
    """Events of a customer on these days of UTC."""
    until = None if days.last == date.max else _midnight(days.last + timedelta(1))
    return data.events.read(tenant=data.tenant, customer_id=customer_id, since=_midnight(days.first), until=until)


def _midnight(day: date) -> str:
    return instant_text(datetime.combine(day, time(), UTC))
