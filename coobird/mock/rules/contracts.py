"""Contracts: prices copied from the plan once, and a life from draft to cancelled."""

from datetime import date, timedelta
from typing import Any

from coobird.mock.billing.billed_days import BILLED, activated, priced_span, suspended
from coobird.mock.contract.problems import conflict, invalid_field
from coobird.mock.rules import crud, rule
from coobird.mock.rules.request import Call
from coobird.mock.rules.states import require
from coobird.mock.state.document_store import AtMost, Doc

_PRICE_FIELDS = (
    "agent_action_id",
    "billable_signal_id",
    "pricing_model",
    "unit_price",
    "package_size",
    "package_price",
    "included_units",
    "minimum_commitment",
    "overage_allowed",
    "tiers",
)
_CHARGE_FIELDS = ("charge_name", "charge_code", "charge_type", "amount", "billing_frequency")


@rule("create_contract")
def create_contract(call: Call) -> Any:
    body = call.body
    crud.check_references(call, "contract", body)
    plan = call.data.need("plan", body["plan_id"])
    if plan["status"] == "archived":
        raise conflict(f"The plan {plan['id']!r} is archived.", code="wrong_state", field="plan_id")
    _check_dates(body["start_date"], body.get("end_date"))
    computed = {
        "billing_interval": body.get("billing_interval", plan["billing_period"]),
        "currency": body.get("currency", plan["currency"]),
        "agent_actions": [
            _price(call, price) for price in call.data.find("plan_agent_action", {"plan_id": plan["id"]})
        ],
        "charges": [_charge(call, charge) for charge in call.data.find("plan_charge", {"plan_id": plan["id"]})],
    }
    return present_contract(call, crud.add(call, "contract", body, computed))


@rule("get_contract")
def get_contract(call: Call) -> Any:
    return present_contract(call, _own(call))


@rule("list_contracts")
def list_contracts(call: Call) -> Any:
    settle(call)
    return crud.list_(call, "contract")


@rule("update_contract")
def update_contract(call: Call) -> Any:
    contract = _own(call)
    require("contract", contract, "updated")
    _check_dates(contract["start_date"], call.body.get("end_date"))
    return present_contract(call, crud.change(call, "contract", contract, call.body))


@rule("activate_contract")
def activate_contract(call: Call) -> Any:
    contract = _own(call)
    require("contract", contract, "activated")
    day = call.body.get("activation_date", _today(call).isoformat())
    if not call.body.get("skip_validation", False):
        customer = call.data.get("customer", contract["customer_id"])
        if customer is None or customer["status"] != "active":
            state = customer["status"] if customer else "gone"
            raise conflict(
                f"The customer {contract['customer_id']!r} is {state}, not active.", code="customer_not_active"
            )
        if contract["end_date"] is not None and contract["end_date"] < day:
            raise conflict(f"The contract ran out on {contract['end_date']}.", code="contract_ended")
    changes = {"status": "active", "activation_date": day, "suspend_reason": None, "resume_date": None}
    changes[BILLED] = activated(contract, day)
    return present_contract(call, crud.change(call, "contract", contract, changes))


@rule("suspend_contract")
def suspend_contract(call: Call) -> Any:
    contract = _own(call)
    require("contract", contract, "suspended")
    changes = {"status": "suspended", "suspend_reason": None, "resume_date": None, **call.body}
    changes[BILLED] = suspended(contract, _today(call).isoformat())
    return present_contract(call, crud.change(call, "contract", contract, changes))


@rule("cancel_contract")
def cancel_contract(call: Call) -> Any:
    contract, body = _own(call), call.body
    require("contract", contract, "cancelled")
    day = _cancellation_day(call, contract)
    changes = {
        "cancellation_type": body["cancellation_type"],
        "cancellation_date": day.isoformat(),
        "refund_type": body.get("refund_type", "none"),
        "cancel_reason": body.get("reason"),
    }
    contract = {**contract, **changes}
    if day <= _today(call):
        contract = _ended(contract)
    return present_contract(call, call.data.put("contract", contract))


def settle(call: Call) -> None:
    """End the contracts whose cancellation was due since somebody last looked."""
    today = AtMost(_today(call).isoformat())
    for status in ("active", "suspended"):
        for contract in call.data.find("contract", {"status": status, "cancellation_date": today}):
            call.data.put("contract", _ended(contract))


def present_contract(call: Call, contract: Doc) -> Doc:
    shown = {name: value for name, value in contract.items() if name != BILLED}
    if contract["status"] != "active":
        return shown
    span = priced_span(contract, _today(call))
    return {**shown, "current_period_start": span.first.isoformat(), "current_period_end": span.last.isoformat()}


def _own(call: Call) -> Doc:
    settle(call)
    return crud.own(call, "contract")


def _today(call: Call) -> date:
    """Days are those of UTC."""
    return call.data.now.date()


def _check_dates(start: str, end: str | None) -> None:
    if end is not None and end < start:
        raise invalid_field("end_date", f"must not be before start_date, {start}")


def _cancellation_day(call: Call, contract: Doc) -> date:
    """The first day without the contract."""
    today, given = _today(call), call.body.get("cancellation_date")
    if given is not None and given < today.isoformat():
        raise invalid_field("cancellation_date", f"must be today, {today}, or later")
    if contract["status"] == "draft":
        return today
    if given is not None:
        return date.fromisoformat(given)
    if call.body["cancellation_type"] == "immediate":
        return today
    last = priced_span({**contract, "cancellation_date": None}, today).last
    return max(today, last if last == date.max else last + timedelta(1))


def _ended(contract: Doc) -> Doc:
    return {**contract, "status": "cancelled", "suspend_reason": None, "resume_date": None}


def _price(call: Call, price: Doc) -> Doc:
    signal = call.data.need("signal", price["billable_signal_id"])
    copied = {name: price[name] for name in _PRICE_FIELDS}
    ids = {"id": call.data.new_id("contract_agent_action"), "plan_agent_action_id": price["id"]}
    return {**ids, **copied, "signal_code": signal["signal_code"]}


def _charge(call: Call, charge: Doc) -> Doc:
    ids = {"id": call.data.new_id("contract_charge"), "plan_charge_id": charge["id"]}
    return {**ids, **{name: charge[name] for name in _CHARGE_FIELDS}}


crud.PRESENTERS["contract"] = present_contract
