"""Wallets: what goes in, what goes out, and that no credit comes or goes twice."""

import pytest

from coobird import ConflictError, Coomon, NotFoundError, UnprocessableEntityError
from tests.support.contract.given import Given
from tests.support.contract.reading import refused


def test_a_new_wallet_is_empty_and_simple(given: Given) -> None:
    wallet = given.wallet()
    assert (wallet.status, wallet.credits_balance, wallet.conversion_rate) == ("active", 0, 1)
    assert (wallet.auto_recharge_enabled, wallet.allow_negative_balance) == (False, False)
    assert (wallet.auto_recharge_threshold, wallet.auto_recharge_amount, wallet.description) == (None, None, None)


def test_a_wallet_is_in_the_currency_of_its_customer_else_in_dollars(given: Given) -> None:
    assert given.wallet(customer_id=given.customer(currency="EUR").id).currency == "EUR"
    assert given.wallet().currency == "USD"


def test_a_wallet_needs_a_customer(given: Given) -> None:
    with refused(NotFoundError, field="customer_id"):
        given.wallet(customer_id="cust_unknown")


@pytest.mark.parametrize("lacking", ["auto_recharge_threshold", "auto_recharge_amount"])
def test_a_wallet_that_recharges_itself_needs_to_know_when_and_by_how_much(given: Given, lacking: str) -> None:
    options = {"auto_recharge_threshold": 10, "auto_recharge_amount": 100}
    del options[lacking]
    with refused(UnprocessableEntityError, field=lacking):
        given.wallet(auto_recharge_enabled=True, **options)


def test_the_balance_says_what_the_credits_are_worth(coomon: Coomon, given: Given) -> None:
    wallet = given.wallet(conversion_rate=8, initial_credits=100, currency="EUR")
    balance = coomon.get_wallet_balance(wallet.id)
    assert (balance.credits_balance, balance.monetary_balance, balance.currency) == (100, 12.5, "EUR")
    assert (balance.wallet_id, balance.conversion_rate) == (wallet.id, 8)
    assert balance.as_of >= wallet.created_at


def test_a_top_up_buys_credits_at_the_conversion_rate(coomon: Coomon, given: Given) -> None:
    wallet = given.wallet(conversion_rate=100, initial_credits=5)
    entry = coomon.top_up_wallet(wallet.id, amount=2.5)
    assert (entry.type, entry.amount, entry.credit_amount, entry.credit_type) == ("top_up", 2.5, 250, "purchased")
    assert (entry.balance_before, entry.balance_after) == (5, 255)


def test_a_stated_credit_amount_overrides_the_rate(coomon: Coomon, given: Given) -> None:
    wallet = given.wallet(conversion_rate=100)
    assert coomon.top_up_wallet(wallet.id, amount=1, credit_amount=130).balance_after == 130


@pytest.mark.parametrize("kind", ["free", "purchased", "promotional", "bonus"])
def test_each_type_of_credit_is_known(coomon: Coomon, given: Given, kind: str) -> None:
    assert coomon.top_up_wallet(given.wallet().id, amount=1, credit_type=kind).credit_type == kind  # type: ignore[arg-type]


def test_a_deduction_takes_credits_out(coomon: Coomon, given: Given) -> None:
    wallet = given.wallet(initial_credits=100)
    entry = coomon.deduct_wallet(wallet.id, amount=30)
    assert (entry.type, entry.amount, entry.credit_amount, entry.credit_type) == ("deduction", 30, -30, None)
    assert (entry.balance_before, entry.balance_after) == (100, 70)
    assert coomon.get_wallet(wallet.id).credits_balance == 70


def test_fractions_of_credits_add_up_exactly(coomon: Coomon, given: Given) -> None:
    wallet = given.wallet(initial_credits=0.3)
    for _ in range(3):
        coomon.deduct_wallet(wallet.id, amount=0.1)
    assert coomon.get_wallet_balance(wallet.id).credits_balance == 0


def test_more_than_there_is_cannot_be_taken(coomon: Coomon, given: Given) -> None:
    wallet = given.wallet(initial_credits=10)
    with refused(ConflictError, code="insufficient_credits"):
        coomon.deduct_wallet(wallet.id, amount=10.000001)
    assert coomon.get_wallet(wallet.id).credits_balance == 10


def test_a_wallet_may_go_below_zero_where_that_is_allowed(coomon: Coomon, given: Given) -> None:
    wallet = given.wallet(allow_negative_balance=True)
    assert coomon.deduct_wallet(wallet.id, amount=2.5).balance_after == -2.5
    assert coomon.get_wallet_balance(wallet.id).monetary_balance == -2.5


def test_a_wallet_recharges_itself_once_when_too_little_is_left(coomon: Coomon, given: Given) -> None:
    recharge = {"auto_recharge_enabled": True, "auto_recharge_threshold": 50, "auto_recharge_amount": 20}
    wallet = given.wallet(initial_credits=100, **recharge)
    assert coomon.deduct_wallet(wallet.id, amount=50).balance_after == 50
    assert coomon.get_wallet(wallet.id).credits_balance == 50
    assert coomon.deduct_wallet(wallet.id, amount=40).balance_after == 10
    assert coomon.get_wallet(wallet.id).credits_balance == 30


def test_a_recharge_does_not_help_a_deduction_that_is_too_large(coomon: Coomon, given: Given) -> None:
    recharge = {"auto_recharge_enabled": True, "auto_recharge_threshold": 50, "auto_recharge_amount": 1000}
    wallet = given.wallet(initial_credits=60, **recharge)
    with refused(ConflictError, code="insufficient_credits"):
        coomon.deduct_wallet(wallet.id, amount=61)


@pytest.mark.parametrize("verb", ["top_up", "deduct"])
def test_a_repeated_key_moves_the_balance_once(coomon: Coomon, given: Given, verb: str) -> None:
    wallet = given.wallet(initial_credits=100)
    move = getattr(coomon, f"{verb}_wallet")
    first = move(wallet.id, amount=30, idempotency_key="key_1")
    assert move(wallet.id, amount=30, idempotency_key="key_1") == first
    assert coomon.get_wallet(wallet.id).credits_balance == first.balance_after
    assert first.idempotency_key == "key_1"


def test_a_key_holds_for_its_own_wallet_only(coomon: Coomon, given: Given) -> None:
    first, second = given.wallet(), given.wallet()
    coomon.top_up_wallet(first.id, amount=30, idempotency_key="key_1")
    assert coomon.top_up_wallet(second.id, amount=40, idempotency_key="key_1").balance_after == 40


@pytest.mark.parametrize("verb", ["top_up", "deduct"])
def test_calls_without_a_key_get_one_each(coomon: Coomon, given: Given, verb: str) -> None:
    wallet = given.wallet(initial_credits=100)
    move = getattr(coomon, f"{verb}_wallet")
    first, second = move(wallet.id, amount=1), move(wallet.id, amount=1)
    assert first.id != second.id
    assert first.idempotency_key
    assert first.idempotency_key != second.idempotency_key


@pytest.mark.violates("request.body.amount")
@pytest.mark.parametrize("verb", ["top_up", "deduct"])
@pytest.mark.parametrize("amount", [0, -1, 1e16])
def test_an_amount_out_of_bounds_is_refused(coomon: Coomon, given: Given, verb: str, amount: float) -> None:
    with refused(UnprocessableEntityError, field="amount"):
        getattr(coomon, f"{verb}_wallet")(given.wallet().id, amount=amount)
