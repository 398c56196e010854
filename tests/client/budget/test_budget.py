"""Budgets: the wallet pays exactly what a run costs, however the run ends."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, localcontext
from enum import IntEnum
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from coobird import (
    APIConnectionError,
    BudgetError,
    ConflictError,
    Coomon,
    InsufficientCreditsError,
    NotFoundError,
    PermissionDeniedError,
    SettlementError,
)
from coobird.mock import MockCoobird
from tests.support.loopback import Answer, LoopbackServer
from tests.support.wallets import TRANSACTION, WALLET

Held = Callable[[str], Decimal]
NewWallet = Callable[..., str]


class RunError(Exception):
    pass


def steps(mock: MockCoobird, key: str) -> list[str]:
    """Return the transactions that were requested, in their order."""
    paths = [request["path"] for request in mock.requests(key) if request["method"] == "POST"]
    return [path.rpartition("/")[2] for path in paths if path.endswith(("deduct", "top-up"))]


def make_up_for(coomon: Coomon, error: SettlementError) -> None:
    """Settle by hand, as the error's docstring says."""
    for operation, arguments in error.calls:
        getattr(coomon, operation)(error.wallet_id, **arguments)


# ------------------------------------------------------------------------------------- what is paid


def test_what_is_not_spent_goes_back(coomon: Coomon, new_wallet: NewWallet, held: Held) -> None:
    wallet = new_wallet(10)
    with coomon.budget(wallet, estimate=5) as budget:
        assert held(wallet) == 5
        budget.spend(1.5)
        budget.spend(Decimal("0.25"))
        assert (budget.spent, budget.remaining, budget.is_settled) == (Decimal("1.75"), Decimal("3.25"), False)
    assert held(wallet) == Decimal("8.25")
    assert budget.is_settled


def test_what_is_spent_beyond_the_estimate_is_taken_too(coomon: Coomon, new_wallet: NewWallet, held: Held) -> None:
    wallet = new_wallet(10)
    with coomon.budget(wallet, estimate=5) as budget:
        budget.spend(7)
        assert budget.remaining == -2
    assert held(wallet) == 3


def test_an_estimate_that_was_right_needs_no_second_transaction(
    coomon: Coomon, mock: MockCoobird, key: str, new_wallet: NewWallet, held: Held
) -> None:
    wallet = new_wallet(10)
    with coomon.budget(wallet, estimate=5) as budget:
        budget.spend(5)
    assert (held(wallet), steps(mock, key)) == (5, ["deduct"])


def test_a_run_that_raises_before_it_spends_gives_all_back(coomon: Coomon, new_wallet: NewWallet, held: Held) -> None:
    wallet = new_wallet(10)
    with pytest.raises(RunError), coomon.budget(wallet, estimate=5):
        raise RunError
    assert held(wallet) == 10


def test_a_run_that_raises_pays_what_it_had_spent(coomon: Coomon, new_wallet: NewWallet, held: Held) -> None:
    wallet = new_wallet(10)
    budget = coomon.budget(wallet, estimate=5)

    def run() -> None:
        with budget:
            budget.spend(2)
            raise RunError

    with pytest.raises(RunError):
        run()
    assert held(wallet) == 8


def test_the_conversion_rate_says_what_came_back_in_money(coomon: Coomon, new_wallet: NewWallet, held: Held) -> None:
    wallet = new_wallet(1000, conversion_rate=250)
    with coomon.budget(wallet, estimate=500) as budget:
        pass
    # For the same key and body, the server answers with the transaction that was made.
    entry = coomon.top_up_wallet(
        wallet,
        amount=2,
        credit_amount=500,
        idempotency_key=f"{budget.idempotency_key}:settle",
        metadata={"budget": budget.idempotency_key, "budget_step": "settle"},
    )
    assert (entry.amount, entry.credit_amount, held(wallet)) == (2, 500, 1000)


def test_transactions_say_what_they_are_for(coomon: Coomon, new_wallet: NewWallet) -> None:
    wallet = new_wallet(10)
    with coomon.budget(
        wallet, estimate=5, idempotency_key="job-7", description="Nightly report", metadata={"team": "a"}
    ):
        entry = coomon.deduct_wallet(
            wallet,
            amount=5,
            description="Nightly report",
            idempotency_key="job-7:reserve",
            metadata={"team": "a", "budget": "job-7", "budget_step": "reserve"},
        )
    assert (entry.balance_before, entry.balance_after) == (10, 5)


def test_credits_that_are_worth_more_than_a_transaction_may_tell_go_back_all_the_same(
    coomon: Coomon, new_wallet: NewWallet, held: Held
) -> None:
    wallet = new_wallet(10**12, conversion_rate=0.000001)
    with coomon.budget(wallet, estimate=10**11):
        pass
    assert held(wallet) == 10**12


amounts = st.one_of(
    st.decimals(min_value=0, max_value=10_000, places=9),
    st.floats(min_value=0, max_value=10_000),
    st.integers(min_value=0, max_value=10_000),
)


@settings(max_examples=40, deadline=None)
@example(spendings=[30_000.25], precision=1)
@given(spendings=st.lists(amounts, max_size=6), precision=st.integers(min_value=1, max_value=60))
def test_the_wallet_pays_the_exact_sum_rounded_once(mock: MockCoobird, spendings: list[Any], precision: int) -> None:
    with Coomon("sk_test_exact_sums", host=mock.url) as coomon:
        customer = coomon.create_customer(name="Acme", type="company")
        wallet = coomon.create_wallet(customer_id=customer.id, name="Main", initial_credits=100_000).id
        with localcontext(prec=precision), coomon.budget(wallet, estimate=30_000) as budget:
            for amount in spendings:
                budget.spend(amount)
        exact = sum((Decimal(repr(a)) if isinstance(a, float) else Decimal(a) for a in spendings), Decimal(0))
        paid = 100_000 - Decimal(repr(coomon.get_wallet_balance(wallet).credits_balance))
        assert abs(paid - exact) <= Decimal("0.0000005")


# ------------------------------------------------------------------------------------ who may start


def test_a_run_that_the_wallet_cannot_pay_does_not_start(coomon: Coomon, new_wallet: NewWallet, held: Held) -> None:
    wallet = new_wallet(3)
    with pytest.raises(InsufficientCreditsError) as caught, coomon.budget(wallet, estimate=5.5):
        pytest.fail("the run was started")
    error = caught.value
    assert (error.wallet_id, error.estimate, error.balance) == (wallet, Decimal("5.5"), 3)
    assert (error.status_code, error.code) == (409, "insufficient_credits")
    for part in (wallet, "5.5 credits", "holds 3 credits", "Top it up", error.request_id):
        assert str(part) in str(error)
    assert held(wallet) == 3


def test_the_last_credit_can_be_spent(coomon: Coomon, new_wallet: NewWallet, held: Held) -> None:
    wallet = new_wallet(0.3)
    with coomon.budget(wallet, estimate=0.1 * 3 - 0.0000000000000001) as budget:
        budget.spend(0.3)
    assert held(wallet) == 0


def test_a_refusal_is_raised_even_if_the_balance_is_unknown(
    coomon: Coomon, mock: MockCoobird, new_wallet: NewWallet
) -> None:
    wallet = new_wallet(3)
    mock.fail("get_wallet_balance", status=500)
    with pytest.raises(InsufficientCreditsError) as caught, coomon.budget(wallet, estimate=5):
        pass
    assert caught.value.balance is None
    assert "None" not in str(caught.value)


def test_a_refusal_without_a_request_id_names_none() -> None:
    refused = {"title": "Conflict", "status": 409, "code": "insufficient_credits", "detail": "Too few."}
    answers = [Answer(200, WALLET), Answer(409, refused, headers={"X-Request-Id": ""}), Answer(500)]
    with (
        LoopbackServer(answers) as server,
        Coomon("sk_test_1", host=server.url, max_retries=0) as coomon,
        pytest.raises(InsufficientCreditsError) as caught,
        coomon.budget("wallet_1", estimate=5),
    ):
        pytest.fail("the run was started")
    assert str(caught.value).endswith("(POST /api/v1/wallets/wallet_1/deduct)")


def test_a_conversion_rate_of_nothing_does_not_keep_the_credits(reported: list[Any]) -> None:
    answers = [Answer(200, {**WALLET, "conversion_rate": 0}), Answer(200, TRANSACTION), Answer(200, TRANSACTION)]
    with LoopbackServer(answers) as server:
        with (
            Coomon("sk_test_1", host=server.url, on_error=reported.append) as coomon,
            coomon.budget("wallet_1", estimate=5),
        ):
            pass
        assert (server.requests[2].json()["credit_amount"], reported) == (5, [])


def test_a_wallet_whose_rate_the_server_does_not_say_starts_no_run_and_takes_nothing(reported: list[Any]) -> None:
    wallet = {name: value for name, value in WALLET.items() if name != "conversion_rate"}
    with (
        LoopbackServer([Answer(200, wallet)]) as server,
        Coomon("sk_test_1", host=server.url, on_error=reported.append) as coomon,
        pytest.raises(BudgetError, match="did not say the conversion_rate of wallet wallet_1"),
        coomon.budget("wallet_1", estimate=5),
    ):
        pytest.fail("the run was started")
    assert (len(server.requests), reported) == (1, [])


def test_a_refusal_stands_without_the_balance_if_the_server_does_not_say_it() -> None:
    refusal = Answer(409, {"code": "insufficient_credits", "detail": "Too few."})
    with (
        LoopbackServer([Answer(200, WALLET), refusal, Answer(200, {"wallet_id": "wallet_1"})]) as server,
        Coomon("sk_test_1", host=server.url) as coomon,
        pytest.raises(InsufficientCreditsError) as caught,
        coomon.budget("wallet_1", estimate=5),
    ):
        pytest.fail("the run was started")
    assert (caught.value.estimate, caught.value.balance) == (5, None)


def test_a_wallet_that_may_go_below_zero_refuses_nothing(coomon: Coomon, new_wallet: NewWallet, held: Held) -> None:
    wallet = new_wallet(1, allow_negative_balance=True)
    with coomon.budget(wallet, estimate=5) as budget:
        budget.spend(4)
    assert held(wallet) == -3


def test_a_wallet_that_does_not_exist_starts_nothing(coomon: Coomon, reported: list[Any]) -> None:
    with pytest.raises(NotFoundError), coomon.budget("wallet_unknown", estimate=5):
        pytest.fail("the run was started")
    assert reported == []


def test_a_direct_deduction_that_is_refused_is_the_same_error(coomon: Coomon, new_wallet: NewWallet) -> None:
    with pytest.raises(InsufficientCreditsError) as caught:
        coomon.deduct_wallet(new_wallet(1), amount=2)
    assert isinstance(caught.value, ConflictError)
    assert (caught.value.wallet_id, caught.value.balance, caught.value.estimate) == (None, None, None)


# ---------------------------------------------------------------------------------- what goes wrong


def test_a_settlement_that_fails_leaves_the_result_alone_and_says_what_is_left_to_do(
    coomon: Coomon, mock: MockCoobird, new_wallet: NewWallet, held: Held, reported: list[Any]
) -> None:
    wallet = new_wallet(10)
    with coomon.budget(wallet, estimate=5) as budget:
        budget.spend(2)
        mock.fail("top_up_wallet", status=503)
    assert not budget.is_settled
    (error,) = reported
    assert isinstance(error, SettlementError)
    assert error.wallet_id == wallet
    assert f"coomon.top_up_wallet('{wallet}', amount=3, credit_amount=3, idempotency_key='budget-" in str(error)
    assert held(wallet) == 5
    for _ in range(3):
        make_up_for(coomon, error)
        assert held(wallet) == 8
    budget.settle()
    assert (held(wallet), budget.is_settled) == (8, True)


@pytest.mark.parametrize(("spent", "left"), [(2, 8), (7, 3)])
def test_a_settlement_whose_answer_is_lost_happens_once(
    coomon: Coomon, mock: MockCoobird, new_wallet: NewWallet, held: Held, reported: list[Any], spent: int, left: int
) -> None:
    wallet = new_wallet(10)
    with coomon.budget(wallet, estimate=5) as budget:
        budget.spend(spent)
        mock.fail("top_up_wallet" if spent < 5 else "deduct_wallet", status=500, after=True)
    assert held(wallet) == left
    make_up_for(coomon, reported[0])
    budget.settle()
    assert held(wallet) == left


def test_retries_carry_the_same_key(
    mock: MockCoobird, coomon: Coomon, key: str, new_wallet: NewWallet, held: Held
) -> None:
    wallet = new_wallet(10)
    with Coomon(key, host=mock.url, max_retries=1) as patient:
        mock.fail("deduct_wallet", status=500, after=True)
        with patient.budget(wallet, estimate=5) as budget:
            assert held(wallet) == 5
            budget.spend(1)
            mock.fail("top_up_wallet", status=500, after=True)
    assert (held(wallet), budget.is_settled) == (9, True)


def test_every_settlement_that_fails_is_in_the_log(
    mock: MockCoobird, key: str, coomon: Coomon, new_wallet: NewWallet, caplog: pytest.LogCaptureFixture
) -> None:
    wallet = new_wallet(10)
    mock.fail("top_up_wallet", status=503, times=3)
    with Coomon(key, host=mock.url, max_retries=0) as silent:
        for number in range(3):
            with silent.budget(wallet, estimate=1, idempotency_key=f"run-{number}"):
                pass
    assert [f"run-{number}:settle" in caplog.messages[number] for number in range(3)] == [True] * 3


def test_an_excess_that_the_wallet_cannot_pay_is_reported_and_stays_owed(
    coomon: Coomon, new_wallet: NewWallet, held: Held, reported: list[Any]
) -> None:
    wallet = new_wallet(6)
    with coomon.budget(wallet, estimate=5) as budget:
        budget.spend(8)
    (error,) = reported
    assert isinstance(error.__cause__, InsufficientCreditsError)
    assert "3 credits are still owed" in str(error)
    assert (held(wallet), budget.is_settled) == (1, False)
    coomon.top_up_wallet(wallet, amount=10)
    make_up_for(coomon, error)
    assert held(wallet) == 8


def test_settle_inside_the_block_raises_what_the_end_would_only_report(
    coomon: Coomon, mock: MockCoobird, new_wallet: NewWallet, held: Held, reported: list[Any]
) -> None:
    wallet = new_wallet(10)
    with coomon.budget(wallet, estimate=5) as budget:
        budget.spend(2)
        mock.fail("top_up_wallet", status=503)
        with pytest.raises(SettlementError):
            budget.settle()
        with pytest.raises(BudgetError, match="closed"):
            budget.spend(1)
    assert (held(wallet), reported) == (8, [])


def test_a_reservation_whose_answer_is_lost_starts_nothing_and_can_be_undone(
    coomon: Coomon, mock: MockCoobird, new_wallet: NewWallet, held: Held, reported: list[Any]
) -> None:
    for takes_effect in (True, False):
        wallet = new_wallet(10)
        mock.fail("deduct_wallet", status=500, after=takes_effect)
        with pytest.raises(Exception, match="500"), coomon.budget(wallet, estimate=5):
            pytest.fail("the run was started")
        assert held(wallet) == (5 if takes_effect else 10)
        error = reported.pop()
        assert "may have been reserved" in str(error)
        for _ in range(2):
            make_up_for(coomon, error)
            assert held(wallet) == 10


def test_a_reservation_whose_answer_is_lost_is_reported_even_if_a_later_try_is_refused(
    mock: MockCoobird, coomon: Coomon, key: str, new_wallet: NewWallet, held: Held, reported: list[Any]
) -> None:
    wallet = new_wallet(10)
    mock.fail("deduct_wallet", status=500, after=True)
    mock.fail("deduct_wallet", status=403)
    with (
        Coomon(key, host=mock.url, max_retries=1, on_error=reported.append) as patient,
        pytest.raises(PermissionDeniedError),
        patient.budget(wallet, estimate=5),
    ):
        pytest.fail("the run was started")
    assert held(wallet) == 5
    make_up_for(coomon, reported[0])
    assert held(wallet) == 10


def test_a_reservation_that_is_refused_at_once_is_nothing_to_make_up_for(
    coomon: Coomon, mock: MockCoobird, new_wallet: NewWallet, reported: list[Any]
) -> None:
    mock.fail("deduct_wallet", status=403)
    with pytest.raises(PermissionDeniedError), coomon.budget(new_wallet(10), estimate=5):
        pytest.fail("the run was started")
    assert reported == []


def test_a_server_that_is_away_starts_nothing(reported: list[Any]) -> None:
    with (
        Coomon("sk_test_1", host="http://127.0.0.1:9", max_retries=0, on_error=reported.append) as coomon,
        pytest.raises(APIConnectionError),
        coomon.budget("wallet_1", estimate=5),
    ):
        pytest.fail("the run was started")
    assert reported == []


def test_the_key_is_in_no_message(
    coomon: Coomon, mock: MockCoobird, key: str, new_wallet: NewWallet, reported: list[Any]
) -> None:
    mock.fail("top_up_wallet", status=503)
    with coomon.budget(new_wallet(10), estimate=5) as budget:
        pass
    assert key not in str(reported[0]) + repr(reported[0]) + repr(budget) + repr(vars(reported[0]))


# ------------------------------------------------------------------------------------ how to use it


class Money(float):
    """A float with a repr of its own, as numpy has one."""

    def __repr__(self) -> str:
        return f"Money({float(self)})"


class Price(IntEnum):
    CALL = 3


@pytest.mark.parametrize("amount", [Money(3), Price.CALL])
def test_a_number_counts_whatever_its_repr(coomon: Coomon, new_wallet: NewWallet, held: Held, amount: Any) -> None:
    wallet = new_wallet(10)
    with coomon.budget(wallet, estimate=amount) as budget:
        assert held(wallet) == 7
        budget.spend(amount)
    assert held(wallet) == 7


@pytest.mark.parametrize(
    "estimate",
    [
        0,
        -1,
        1e16,
        pytest.param(10**5000, id="5001 digits"),
        Decimal("sNaN"),
        0.0000004,
        float("nan"),
        Decimal("Infinity"),
        True,
        "5",
        None,
    ],
)
def test_an_estimate_that_is_no_number_of_credits_is_refused_at_once(coomon: Coomon, estimate: Any) -> None:
    with pytest.raises(BudgetError, match="estimate"):
        coomon.budget("wallet_1", estimate=estimate)


@pytest.mark.parametrize("amount", [-1, float("nan"), Decimal("-Infinity"), False, "5", None])
def test_an_amount_that_is_no_number_of_credits_is_not_spent(
    coomon: Coomon, new_wallet: NewWallet, held: Held, amount: Any
) -> None:
    wallet = new_wallet(10)
    with coomon.budget(wallet, estimate=5) as budget:
        budget.spend(1)
        with pytest.raises(BudgetError, match="nothing was changed"):
            budget.spend(amount)
    assert held(wallet) == 9


def test_nothing_is_spent_outside_the_block(coomon: Coomon, new_wallet: NewWallet) -> None:
    budget = coomon.budget(new_wallet(10), estimate=5)
    with pytest.raises(BudgetError, match="not open"):
        budget.spend(1)
    with pytest.raises(BudgetError, match="nothing to settle"):
        budget.settle()
    with budget:
        pass
    with pytest.raises(BudgetError, match="settled"):
        budget.spend(1)


def test_a_budget_is_for_one_run(coomon: Coomon, new_wallet: NewWallet, held: Held) -> None:
    wallet = new_wallet(10)
    budget = coomon.budget(wallet, estimate=5)
    with budget, pytest.raises(BudgetError, match="for one run"), budget:
        pass
    assert held(wallet) == 10


@pytest.mark.parametrize("name", ["", "x" * 241])
def test_a_key_that_does_not_fit_is_refused_at_once(coomon: Coomon, name: str) -> None:
    with pytest.raises(BudgetError, match="1 to 240"):
        coomon.budget("wallet_1", estimate=1, idempotency_key=name)


@pytest.mark.parametrize("name", [7, b"job-7"])
def test_a_key_that_is_no_text_is_refused_at_once(coomon: Coomon, name: Any) -> None:
    with pytest.raises(BudgetError, match="idempotency_key must be a text"):
        coomon.budget("wallet_1", estimate=1, idempotency_key=name)
