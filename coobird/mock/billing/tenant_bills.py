"""Bills of a tenant's contracts, from the signals, agent actions and events that it stored."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from coobird.mock.billing.billed_days import billed_days, priced_period
from coobird.mock.billing.bills import Bill, OpenBill
from coobird.mock.billing.meters import UsageMeter, charge_meter, price_meter
from coobird.mock.billing.periods import Period
from coobird.mock.contract.instants import instant_text
from coobird.mock.contract.json_text import JsonObject
from coobird.mock.state.event_log import StoredEvent
from coobird.mock.state.tenant_data import TenantData


def bill(data: TenantData, contract: JsonObject, day: date | None = None) -> Bill:
    """Bill of the contract for the period that `day` lies in, by default today's period."""
    unmeasured = open_bill(data, contract, day or data.now.date())
    for piece in unmeasured.days:
        unmeasured.measure(_events(data, contract["customer_id"], piece))
    return Bill(contract, unmeasured.period, unmeasured.items())


def open_bill(data: TenantData, contract: JsonObject, day: date) -> OpenBill:
    """Bill of the contract for the period that `day` lies in, without any events so far."""
    period = priced_period(contract, day)
    days = billed_days(contract, period)
    prices = [(price, _price_meter(data, price)) for price in contract["agent_actions"]] if days else []
    charges = [(charge, _charge_meter(data, charge)) for charge in contract["charges"]] if days else []
    return OpenBill(contract, period, days, prices, charges)


def _price_meter(data: TenantData, price: JsonObject) -> UsageMeter:
    # Signal and action exist: neither can be deleted while a contract has the price.
    signal = data.need("signal", price["billable_signal_id"])
    action = data.need("agent_action", price["agent_action_id"])
    old_code_is_taken = data.count("signal", {"signal_code": price["signal_code"]}) > 0
    return price_meter(price, signal, action, old_code_is_taken=old_code_is_taken)


def _charge_meter(data: TenantData, charge: JsonObject) -> UsageMeter:
    signals = data.find("signal", {"signal_code": charge["charge_code"]}, limit=1)
    return charge_meter(charge, signals[0] if signals else None)


def _events(data: TenantData, customer_id: str, days: Period) -> Iterator[StoredEvent]:
    """Events of a customer on these days of UTC."""
    until = None if days.last == date.max else _midnight(days.last + timedelta(1))
    return data.events.read(tenant=data.tenant, customer_id=customer_id, since=_midnight(days.first), until=until)


def _midnight(day: date) -> str:
    return instant_text(datetime.combine(day, time(), UTC))
