"""Contracts: prices that are copied from the plan once, and the states from draft to cancelled."""

from datetime import date, timedelta
from typing import Any

from coobird.mock.billing.billed_days import BILLED, HIDDEN, TRIAL, activated, billing_period, suspended
from coobird.mock.contract.json_text import JsonObject
from coobird.mock.contract.problems import conflict, invalid_field
from coobird.mock.rules import crud
from coobird.mock.rules.registry import presenter, rule
from coobird.mock.rules.request import CheckedRequest
from coobird.mock.rules.states import require
from coobird.mock.state.document_store import AtMost

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
def create_contract(request: CheckedRequest) -> Any:
    body = request.body
    crud.check_references(request, "contract", body)
    plan = request.data.need("plan", body["plan_id"])
    if plan["status"] == "archived":
        raise conflict(f"The plan {plan['id']!r} is archived.", code="wrong_state", field="plan_id")
    _check_dates(body["start_date"], body.get("end_date"))
    computed = {
        "billing_interval": body.get("billing_interval", plan["billing_period"]),
        "currency": body.get("currency", plan["currency"]),
        TRIAL: plan["trial_days"] if plan["trial_available"] else 0,
        "agent_actions": [
            _price(request, price) for price in request.data.find("plan_agent_action", {"plan_id": plan["id"]})
        ],
        "charges": [_charge(request, charge) for charge in request.data.find("plan_charge", {"plan_id": plan["id"]})],
    }
    return present_contract(request, crud.add(request, "contract", body, computed))


@rule("get_contract")
def get_contract(request: CheckedRequest) -> Any:
    return present_contract(request, _from_path(request))


@rule("list_contracts")
def list_contracts(request: CheckedRequest) -> Any:
    end_cancelled(request)
    return crud.list_(request, "contract")


@rule("update_contract")
def update_contract(request: CheckedRequest) -> Any:
    contract = _from_path(request)
    require("contract", contract, "updated")
    _check_dates(contract["start_date"], request.body.get("end_date"))
    return present_contract(request, crud.change(request, "contract", contract, request.body))


@rule("activate_contract")
def activate_contract(request: CheckedRequest) -> Any:
    contract = _from_path(request)
    require("contract", contract, "activated")
    day = request.body.get("activation_date", _today(request).isoformat())
    if not request.body.get("skip_validation", False):
        customer = request.data.get("customer", contract["customer_id"])
        if customer is None or customer["status"] != "active":
            state = customer["status"] if customer else "deleted"
            raise conflict(
                f"The customer {contract['customer_id']!r} is {state}, not active.", code="customer_not_active"
            )
        if contract["end_date"] is not None and contract["end_date"] < day:
            raise conflict(f"The contract ended on {contract['end_date']}.", code="contract_ended")
    changes = {"status": "active", "activation_date": day, "suspend_reason": None, "resume_date": None}
    changes[BILLED] = activated(contract, day)
    return present_contract(request, crud.change(request, "contract", contract, changes))


@rule("suspend_contract")
def suspend_contract(request: CheckedRequest) -> Any:
    contract = _from_path(request)
    require("contract", contract, "suspended")
    changes = {"status": "suspended", "suspend_reason": None, "resume_date": None, **request.body}
    changes[BILLED] = suspended(contract, _today(request).isoformat())
    return present_contract(request, crud.change(request, "contract", contract, changes))


@rule("cancel_contract")
def cancel_contract(request: CheckedRequest) -> Any:
    contract, body = _from_path(request), request.body
    require("contract", contract, "cancelled")
    day = _cancellation_day(request, contract)
    changes = {
        "cancellation_type": body["cancellation_type"],
        "cancellation_date": day.isoformat(),
        "refund_type": body.get("refund_type", "none"),
        "cancel_reason": body.get("reason"),
    }
    contract = {**contract, **changes}
    if day <= _today(request):
        contract = _ended(contract)
    return present_contract(request, request.data.put("contract", contract))


def end_cancelled(request: CheckedRequest) -> None:
    """End the contracts whose cancellation has become effective since the last request."""
    today = AtMost(_today(request).isoformat())
    for status in ("active", "suspended"):
        for contract in request.data.find("contract", {"status": status, "cancellation_date": today}):
            request.data.put("contract", _ended(contract))


@presenter("contract")
def present_contract(request: CheckedRequest, contract: JsonObject) -> JsonObject:
    shown = {name: value for name, value in contract.items() if name not in HIDDEN}
    if contract["status"] != "active":
        return shown
    span = billing_period(contract, _today(request))
    return {**shown, "current_period_start": span.first.isoformat(), "current_period_end": span.last.isoformat()}


def _from_path(request: CheckedRequest) -> JsonObject:
    end_cancelled(request)
    return crud.from_path(request, "contract")


def _today(request: CheckedRequest) -> date:
    """Today in UTC."""
    return request.data.now.date()


def _check_dates(start: str, end: str | None) -> None:
    if end is not None and end < start:
        raise invalid_field("end_date", f"must not be before start_date, {start}")


def _cancellation_day(request: CheckedRequest, contract: JsonObject) -> date:
    """First day after the contract."""
    today, given = _today(request), request.body.get("cancellation_date")
    if given is not None and given < today.isoformat():
        raise invalid_field("cancellation_date", f"must be today, {today}, or later")
    if contract["status"] == "draft":
        return today
    if given is not None:
        return date.fromisoformat(given)
    if request.body["cancellation_type"] == "immediate":
        return today
    last = min(
        billing_period({**contract, "cancellation_date": None}, today).last,
        date.fromisoformat(contract["end_date"] or date.max.isoformat()),
    )
    return max(today, last if last == date.max else last + timedelta(1))


def _ended(contract: JsonObject) -> JsonObject:
    return {**contract, "status": "cancelled", "suspend_reason": None, "resume_date": None}


def _price(request: CheckedRequest, price: JsonObject) -> JsonObject:
    signal = request.data.need("signal", price["billable_signal_id"])
    copied = {name: price[name] for name in _PRICE_FIELDS}
    ids = {"id": request.data.new_id("contract_agent_action"), "plan_agent_action_id": price["id"]}
    return {**ids, **copied, "signal_code": signal["signal_code"]}


def _charge(request: CheckedRequest, charge: JsonObject) -> JsonObject:
    ids = {"id": request.data.new_id("contract_charge"), "plan_charge_id": charge["id"]}
    return {**ids, **{name: charge[name] for name in _CHARGE_FIELDS}}
