"""Wallets: exact credits, a ledger that adds up, recharging, and what is refused."""

from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from coobird.mock import MockCoobird
from tests.support.mock.api import Api, refused


def wallet(api: Api, **fields: Any) -> str:
    customer = api.customer()
    made: str = api.made("/wallets", **{"customer_id": customer["id"], "name": "Main", **fields})["id"]
    return made


def balance(api: Api, wallet_id: str) -> float:
    found: float = api.got(f"/wallets/{wallet_id}/balance")["credits_balance"]
    return found


def test_a_new_wallet_is_empty_unless_it_is_given_credits(api: Api) -> None:
    assert balance(api, wallet(api)) == 0
    assert balance(api, wallet(api, initial_credits=12.5)) == 12.5


def test_a_wallet_takes_its_currency_from_the_customer(api: Api) -> None:
    customer = api.customer(currency="EUR")
    made = api.made("/wallets", customer_id=customer["id"], name="Main")
    assert made["currency"] == "EUR"
    assert api.got(f"/wallets/{wallet(api)}")["currency"] == "USD"


def test_topping_up_100_and_deducting_30_leaves_70(api: Api) -> None:
    path = f"/wallets/{wallet(api)}"
    top_up = api.made(f"{path}/top-up", 200, amount=100, credit_type="purchased")
    assert (top_up["type"], top_up["balance_before"], top_up["balance_after"]) == ("top_up", 0, 100)
    deduction = api.made(f"{path}/deduct", 200, amount=30, description="API usage", metadata={"run": 1})
    assert (deduction["type"], deduction["amount"], deduction["credit_amount"]) == ("deduction", 30, -30)
    assert (deduction["balance_after"], deduction["credit_type"]) == (70, None)
    assert (deduction["description"], deduction["metadata"]) == ("API usage", {"run": 1})
    assert api.got(path)["credits_balance"] == 70


def test_the_conversion_rate_turns_money_into_credits_and_back(api: Api) -> None:
    wallet_id = wallet(api, conversion_rate=250)
    entry = api.made(f"/wallets/{wallet_id}/top-up", 200, amount=2.5)
    assert (entry["amount"], entry["credit_amount"], entry["credit_type"]) == (2.5, 625, "purchased")
    found = api.got(f"/wallets/{wallet_id}/balance")
    assert (found["credits_balance"], found["monetary_balance"], found["conversion_rate"]) == (625, 2.5, 250)


def test_a_stated_credit_amount_overrides_the_conversion(api: Api) -> None:
    wallet_id = wallet(api, conversion_rate=250)
    entry = api.made(f"/wallets/{wallet_id}/top-up", 200, amount=2, credit_amount=1000, credit_type="bonus")
    assert (entry["credit_amount"], entry["credit_type"]) == (1000, "bonus")


def test_credits_are_rounded_to_six_places_half_up(api: Api) -> None:
    wallet_id = wallet(api, conversion_rate=0.000001)
    assert api.made(f"/wallets/{wallet_id}/top-up", 200, amount=0.5)["credit_amount"] == 0.000001
    refused(api.post(f"/wallets/{wallet_id}/top-up", json={"amount": 0.49}), 422, field="amount")


def test_a_deduction_beyond_the_balance_changes_nothing(api: Api) -> None:
    wallet_id = wallet(api, initial_credits=10)
    refused(api.post(f"/wallets/{wallet_id}/deduct", json={"amount": 10.000001}), 409, code="insufficient_credits")
    assert balance(api, wallet_id) == 10
    api.made(f"/wallets/{wallet_id}/deduct", 200, amount=10)
    assert balance(api, wallet_id) == 0


def test_a_balance_goes_below_zero_only_where_that_is_allowed(api: Api) -> None:
    wallet_id = wallet(api, initial_credits=1, allow_negative_balance=True)
    assert api.made(f"/wallets/{wallet_id}/deduct", 200, amount=3.5)["balance_after"] == -2.5


def test_a_wallet_recharges_itself_once_when_it_falls_below_its_threshold(api: Api) -> None:
    recharging = {"auto_recharge_enabled": True, "auto_recharge_threshold": 50, "auto_recharge_amount": 20}
    wallet_id = wallet(api, initial_credits=100, **recharging)
    api.made(f"/wallets/{wallet_id}/deduct", 200, amount=50)
    assert balance(api, wallet_id) == 50
    entry = api.made(f"/wallets/{wallet_id}/deduct", 200, amount=40)
    assert entry["balance_after"] == 10
    assert balance(api, wallet_id) == 30
    refused(api.post(f"/wallets/{wallet_id}/deduct", json={"amount": 31}), 409, code="insufficient_credits")


def test_recharging_needs_a_threshold_and_an_amount(api: Api) -> None:
    body = {"customer_id": api.customer()["id"], "name": "Main", "auto_recharge_enabled": True}
    refused(api.post("/wallets", json=body), 422, field="auto_recharge_amount")
    refused(api.post("/wallets", json={**body, "auto_recharge_amount": 1}), 422, field="auto_recharge_threshold")
    body["auto_recharge_threshold"] = 5
    # A wallet that recharges itself by 0 credits would stay empty.
    refused(api.post("/wallets", json={**body, "auto_recharge_amount": 4.9e-7}), 422, field="auto_recharge_amount")
    wallet = api.made("/wallets", **body, auto_recharge_amount=5e-7, initial_credits=3)["id"]
    api.made(f"/wallets/{wallet}/deduct", 200, amount=1)
    assert api.got(f"/wallets/{wallet}/balance")["credits_balance"] == 2.000001


def test_no_wallet_holds_more_than_a_number_can_tell_apart(api: Api) -> None:
    wallet_id = wallet(api, initial_credits=10**15)
    refused(api.post(f"/wallets/{wallet_id}/top-up", json={"amount": 1}), 422, field="amount")


def test_a_key_in_the_body_holds_for_one_wallet(api: Api) -> None:
    first, second = wallet(api), wallet(api)
    body = {"amount": 5, "idempotency_key": "april"}
    once = api.made(f"/wallets/{first}/top-up", 200, **body)
    assert api.made(f"/wallets/{first}/top-up", 200, **body) == once
    assert balance(api, first) == 5
    reused = api.post(f"/wallets/{first}/top-up", json={**body, "amount": 6})
    refused(reused, 409, code="idempotency_key_reused")
    refused(api.post(f"/wallets/{first}/deduct", json=body), 409, code="idempotency_key_reused")
    assert api.made(f"/wallets/{second}/top-up", 200, **body)["id"] != once["id"]


amounts = st.decimals(min_value="0.000001", max_value=10_000, places=6)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["top-up", "deduct"]), amounts), min_size=1, max_size=12))
def test_the_balance_is_the_exact_sum_of_the_ledger(server: MockCoobird, moves: list[tuple[str, Decimal]]) -> None:
    with Api(server.url) as api:
        wallet_id, total = wallet(api, allow_negative_balance=True), Decimal(0)
        for move, amount in moves:
            entry = api.made(f"/wallets/{wallet_id}/{move}", 200, amount=float(amount))
            before, total = total, total + (amount if move == "top-up" else -amount)
            assert Decimal(repr(entry["balance_before"])) == before
            assert Decimal(repr(entry["balance_after"])) == total
        assert Decimal(repr(balance(api, wallet_id))) == total
