"""Wallets: ledgers of prepaid credits.

The balance is stored as decimal text, and only ledger entries change it.
"""

from decimal import Decimal
from typing import Any

from coobird.mock.billing.money import CREDIT, decimal, divided, json_number, plus, rounded, times
from coobird.mock.contract.instants import instant_text
from coobird.mock.contract.json_text import JsonObject
from coobird.mock.contract.problems import FieldError, conflict, invalid, invalid_field
from coobird.mock.rules import crud
from coobird.mock.rules.registry import presenter, rule
from coobird.mock.rules.request import CheckedRequest

# Highest balance, equal to the highest amount of one transaction. Beyond it, the 15 digits of a
# JSON number could no longer show single credits.
_LIMIT = Decimal(10) ** 15


@rule("create_wallet")
def create_wallet(request: CheckedRequest) -> Any:
    given = dict(request.body)
    initial = rounded(decimal(given.pop("initial_credits", 0)), CREDIT)
    if given.get("auto_recharge_enabled"):
        needed = [name for name in ("auto_recharge_threshold", "auto_recharge_amount") if given.get(name) is None]
        if needed:
            raise invalid(FieldError(name, "is required with auto_recharge_enabled") for name in needed)
        _credits(decimal(given["auto_recharge_amount"]), "auto_recharge_amount")
    crud.check_references(request, "wallet", given)
    customer = request.data.need("customer", given["customer_id"])
    currency = given.get("currency") or customer["currency"] or "USD"
    wallet = crud.add(request, "wallet", given, {"currency": currency, "credits_balance": "0"})
    if initial:
        _enter(request, wallet, "initial", amount=initial, change=initial, credit_type="free", body={})
    return present_wallet(request, wallet)


@rule("get_wallet_balance")
def get_wallet_balance(request: CheckedRequest) -> Any:
    wallet = crud.from_path(request, "wallet")
    balance, rate = Decimal(wallet["credits_balance"]), decimal(wallet["conversion_rate"])
    return {
        "wallet_id": wallet["id"],
        "credits_balance": json_number(balance),
        "monetary_balance": json_number(rounded(divided(balance, rate), CREDIT)),
        "currency": wallet["currency"],
        "conversion_rate": wallet["conversion_rate"],
        "as_of": instant_text(request.data.now),
    }


@rule("top_up_wallet")
def top_up_wallet(request: CheckedRequest) -> Any:
    wallet, body = _usable(request), request.body
    amount = decimal(body["amount"])
    if "credit_amount" in body:
        bought = _credits(decimal(body["credit_amount"]), "credit_amount")
    else:
        bought = _credits(times(amount, decimal(wallet["conversion_rate"])), "amount")
    credit_type = body.get("credit_type", "purchased")
    return _enter(request, wallet, "top_up", amount=amount, change=bought, credit_type=credit_type, body=body)


@rule("deduct_wallet")
def deduct_wallet(request: CheckedRequest) -> Any:
    wallet, body = _usable(request), request.body
    spent = _credits(decimal(body["amount"]), "amount")
    balance = Decimal(wallet["credits_balance"])
    if spent > balance and not wallet["allow_negative_balance"]:
        detail = f"The wallet holds {balance} credits, and the deduction is {spent}. Top up the wallet first."
        raise conflict(detail, code="insufficient_credits", field="amount")
    entry = _enter(request, wallet, "deduction", amount=spent, change=-spent, credit_type=None, body=body)
    if wallet["auto_recharge_enabled"]:
        _recharge(request, wallet)
    return entry


@presenter("wallet")
def present_wallet(request: CheckedRequest, wallet: JsonObject) -> JsonObject:
    return {**wallet, "credits_balance": json_number(Decimal(wallet["credits_balance"]))}


def _usable(request: CheckedRequest) -> JsonObject:
    wallet = crud.from_path(request, "wallet")
    if wallet["status"] != "active":
        raise conflict(f"The wallet is {wallet['status']} and accepts no transactions.", code="wrong_state")
    return wallet


def _credits(amount: Decimal, field: str) -> Decimal:
    kept = rounded(amount, CREDIT)
    if not kept:
        raise invalid_field(field, f"rounds to 0 credits: it is less than half of {CREDIT}")
    return kept


def _recharge(request: CheckedRequest, wallet: JsonObject) -> None:
    if Decimal(wallet["credits_balance"]) < decimal(wallet["auto_recharge_threshold"]):
        added = _credits(decimal(wallet["auto_recharge_amount"]), "auto_recharge_amount")
        body = {"description": "Fewer credits were left than the recharge threshold."}
        _enter(request, wallet, "recharge", amount=added, change=added, credit_type="purchased", body=body)


def _enter(
    request: CheckedRequest,
    wallet: JsonObject,
    kind: str,
    *,
    amount: Decimal,
    change: Decimal,
    credit_type: str | None,
    body: JsonObject,
) -> JsonObject:
    """Add an entry to the ledger and change the balance by it."""
    before = Decimal(wallet["credits_balance"])
    after = plus(before, change)
    if abs(after) > _LIMIT:
        raise invalid_field("amount", f"takes the balance beyond {_LIMIT:f} credits")
    wallet["credits_balance"] = format(after, "f")
    request.data.put("wallet", wallet)
    entry = request.data.add(
        "wallet_transaction",
        {
            "wallet_id": wallet["id"],
            "type": kind,
            "amount": json_number(amount),
            "credit_amount": json_number(change),
            "credit_type": credit_type,
            "balance_before": json_number(before),
            "balance_after": json_number(after),
            "description": body.get("description"),
            "idempotency_key": body.get("idempotency_key"),
            "metadata": body.get("metadata", {}),
        },
    )
    return {name: value for name, value in entry.items() if name != "updated_at"}
