"""Wallets: a ledger of prepaid credits. The balance is kept as decimal text and changes only by ledger entries."""

from decimal import Decimal
from typing import Any

from coobird.mock.billing.money import CREDIT, decimal, divided, number, plus, rounded, times
from coobird.mock.contract.problems import FieldError, conflict, invalid, invalid_field
from coobird.mock.rules import crud, rule
from coobird.mock.rules.request import Call
from coobird.mock.state.clock import stamp
from coobird.mock.state.document_store import Doc

# A wallet holds at most what one transaction may move; beyond it a JSON number could no longer tell credits apart.
_LIMIT = Decimal(10) ** 15


@rule("create_wallet")
def create_wallet(call: Call) -> Any:
    given = dict(call.body)
    initial = rounded(decimal(given.pop("initial_credits", 0)), CREDIT)
    if given.get("auto_recharge_enabled"):
        needed = [name for name in ("auto_recharge_threshold", "auto_recharge_amount") if given.get(name) is None]
        if needed:
            raise invalid(FieldError(name, "is required for a wallet that recharges itself") for name in needed)
        _credits(decimal(given["auto_recharge_amount"]), "auto_recharge_amount")
    crud.check_references(call, "wallet", given)
    customer = call.data.need("customer", given["customer_id"])
    currency = given.get("currency") or customer["currency"] or "USD"
    wallet = crud.add(call, "wallet", given, {"currency": currency, "credits_balance": "0"})
    if initial:
        _enter(call, wallet, "initial", amount=initial, change=initial, credit_type="free", body={})
    return present_wallet(call, wallet)


@rule("get_wallet_balance")
def get_wallet_balance(call: Call) -> Any:
    wallet = crud.own(call, "wallet")
    balance, rate = Decimal(wallet["credits_balance"]), decimal(wallet["conversion_rate"])
    return {
        "wallet_id": wallet["id"],
        "credits_balance": number(balance),
        "monetary_balance": number(rounded(divided(balance, rate), CREDIT)),
        "currency": wallet["currency"],
        "conversion_rate": wallet["conversion_rate"],
        "as_of": stamp(call.data.now),
    }


@rule("top_up_wallet")
def top_up_wallet(call: Call) -> Any:
    wallet, body = _usable(call), call.body
    amount = decimal(body["amount"])
    if "credit_amount" in body:
        bought = _credits(decimal(body["credit_amount"]), "credit_amount")
    else:
        bought = _credits(times(amount, decimal(wallet["conversion_rate"])), "amount")
    credit_type = body.get("credit_type", "purchased")
    return _enter(call, wallet, "top_up", amount=amount, change=bought, credit_type=credit_type, body=body)


@rule("deduct_wallet")
def deduct_wallet(call: Call) -> Any:
    wallet, body = _usable(call), call.body
    spent = _credits(decimal(body["amount"]), "amount")
    balance = Decimal(wallet["credits_balance"])
    if spent > balance and not wallet["allow_negative_balance"]:
        detail = f"The wallet holds {balance} credits, {spent} are asked for. Top it up first."
        raise conflict(detail, code="insufficient_credits", field="amount")
    entry = _enter(call, wallet, "deduction", amount=spent, change=-spent, credit_type=None, body=body)
    if wallet["auto_recharge_enabled"]:
        _recharge(call, wallet)
    return entry


def present_wallet(call: Call, wallet: Doc) -> Doc:
    return {**wallet, "credits_balance": number(Decimal(wallet["credits_balance"]))}


def _usable(call: Call) -> Doc:
    wallet = crud.own(call, "wallet")
    if wallet["status"] != "active":
        raise conflict(f"The wallet is {wallet['status']} and takes no transactions.", code="wrong_state")
    return wallet


def _credits(amount: Decimal, field: str) -> Decimal:
    kept = rounded(amount, CREDIT)
    if not kept:
        raise invalid_field(field, f"comes to less than half of {CREDIT} credits")
    return kept


def _recharge(call: Call, wallet: Doc) -> None:
    if Decimal(wallet["credits_balance"]) < decimal(wallet["auto_recharge_threshold"]):
        added = _credits(decimal(wallet["auto_recharge_amount"]), "auto_recharge_amount")
        body = {"description": "Fewer credits were left than the recharge threshold."}
        _enter(call, wallet, "recharge", amount=added, change=added, credit_type="purchased", body=body)


def _enter(
    call: Call, wallet: Doc, kind: str, *, amount: Decimal, change: Decimal, credit_type: str | None, body: Doc
) -> Doc:
    """Write one entry into the ledger and move the balance by it."""
    before = Decimal(wallet["credits_balance"])
    after = plus(before, change)
    if abs(after) > _LIMIT:
        raise invalid_field("amount", f"takes the balance beyond {_LIMIT:f} credits")
    wallet["credits_balance"] = format(after, "f")
    call.data.put("wallet", wallet)
    entry = call.data.add(
        "wallet_transaction",
        {
            "wallet_id": wallet["id"],
            "type": kind,
            "amount": number(amount),
            "credit_amount": number(change),
            "credit_type": credit_type,
            "balance_before": number(before),
            "balance_after": number(after),
            "description": body.get("description"),
            "idempotency_key": body.get("idempotency_key"),
            "metadata": body.get("metadata", {}),
        },
    )
    return {name: value for name, value in entry.items() if name != "updated_at"}


crud.PRESENTERS["wallet"] = present_wallet
