"""State of one budget, without I/O: reserved, spent, next call to a wallet, error to report."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from coobird_api.types import UNSET

from coobird._http.retry import is_retryable
from coobird.client.budget.credits import PLACES, exact, minus, plus, rounded, worth
from coobird.errors import (
    APIStatusError,
    BudgetError,
    InsufficientCreditsError,
    InvalidRequestError,
    SettlementError,
    quote,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coobird_api.models import WalletResponse

MAX_KEY_CHARACTERS = 240
"""Source: openapi/coobird.yaml DeductWalletOptions.idempotency_key, less the step that is added to
it.
"""

_STATES = {
    "new": "not open: enter it with `with` or `async with`",
    "reserving": "not open yet",
    "open": "open",
    "refused": "not open: it was refused",
    "unsettled": "closed, and not settled",
    "settled": "settled",
}


class WalletCall(NamedTuple):
    """A call to make: the client's method, and its arguments after the wallet's id."""

    operation: str
    arguments: dict[str, Any]


class Account:
    """State of one budget. Not safe in threads by itself: its owner has a lock.

    Attributes:
        wallet_id: Wallet that pays.
        estimate: Credits that are reserved for the run, rounded to six places.
        idempotency_key: Name of the run.
        spent: Credits spent so far, with all their digits.
        state: One of the keys of `_STATES`.
    """

    def __init__(
        self,
        wallet_id: str,
        estimate: float | Decimal,
        idempotency_key: str,
        description: str | None,
        metadata: Mapping[str, Any] | None,
    ) -> None:
        self.wallet_id = wallet_id
        self.estimate: Decimal = rounded(exact("estimate", estimate))
        if not self.estimate:
            raise BudgetError(f"estimate must be at least {PLACES:f} credits: say what the run may cost.")
        if not isinstance(idempotency_key, str):  # pyright: ignore[reportUnnecessaryIsInstance] - callers without types
            raise BudgetError(f"idempotency_key must be a text, not {type(idempotency_key).__name__}: write str(...).")
        if not 0 < len(idempotency_key) <= MAX_KEY_CHARACTERS:
            raise BudgetError(f"idempotency_key must have 1 to {MAX_KEY_CHARACTERS} characters.")
        self.idempotency_key = idempotency_key
        self.spent: Decimal = Decimal(0)
        self.state: str = "new"
        self._about = {"description": description} if description is not None else {}
        self._metadata = dict(metadata or {})
        self._rate = Decimal(1)

    @property
    def remaining(self) -> Decimal:
        """Credits that are left of the estimate; below 0 if more was spent."""
        return minus(self.estimate, self.spent)

    def describe(self) -> str:
        """Return the budget in words, for its repr."""
        return (
            f"{self.wallet_id!r}, estimate={self.estimate:f}, spent={self.spent:f}, "
            f"idempotency_key={self.idempotency_key!r}: {_STATES[self.state]}"
        )

    # ------------------------------------------------------------------------------------------- transitions

    def begin(self) -> None:
        """Note that the run is being entered."""
        if self.state != "new":
            raise BudgetError("A budget is for one run: call budget() again for another one.")
        self.state = "reserving"

    def reservation(self, wallet: WalletResponse) -> WalletCall:
        """Return the call that reserves the estimate, now that the wallet is known."""
        rate = cast("object", wallet.conversion_rate)
        if rate is None or rate is UNSET:
            raise BudgetError(
                f"The server did not say the conversion_rate of wallet {self.wallet_id}, without which the worth of "
                "unspent credits is unknown: nothing was reserved."
            )
        # A rate of 0 would divide by 0. With 1 the same credits move: a top-up names
        # them, and their worth separately.
        self._rate = exact("conversion_rate", rate) or Decimal(1)
        return WalletCall("deduct_wallet", self._arguments("reserve", amount=self.estimate))

    def open(self) -> None:
        """Note that the estimate is reserved."""
        self.state = "open"

    def spend(self, amount: float | Decimal) -> None:
        """Add a cost of the run. Raises `BudgetError` if that is not possible."""
        number = exact("amount", amount)
        if self.state != "open":
            raise BudgetError(f"{amount} credits cannot be spent: the budget is {_STATES[self.state]}.")
        self.spent = plus(self.spent, number)

    def close(self) -> WalletCall | None:
        """End the spending, and return the call that settles the budget; `None` if none is needed.

        The call is the same however often this is called. Raises `BudgetError` if nothing is
        reserved.
        """
        if self.state in ("open", "unsettled"):
            rest = minus(self.estimate, rounded(self.spent))
            self.state = "unsettled" if rest else "settled"
            if rest > 0:
                amount = worth(rest, self._rate)
                return WalletCall("top_up_wallet", self._arguments("settle", amount=amount, credit_amount=rest))
            if rest < 0:
                return WalletCall(
                    "deduct_wallet", self._arguments("settle", amount=minus(rounded(self.spent), self.estimate))
                )
        elif self.state != "settled":
            raise BudgetError(f"There is nothing to settle: the budget is {_STATES[self.state]}.")
        return None

    def settle(self) -> None:
        """Note that the wallet has paid exactly what was spent."""
        self.state = "settled"

    # ---------------------------------------------------------------------------------------------- failures

    def refuse(self, error: InsufficientCreditsError, balance: float | None) -> None:
        """Note that the wallet cannot pay, and complete the server's error for the caller."""
        self.state = "refused"
        error.wallet_id, error.estimate = self.wallet_id, self.estimate
        advice, holds = "Top it up, lower the estimate, or wait until other runs give back what they do not spend.", ""
        if balance is not None:
            error.balance = Decimal(repr(balance))
            holds = f" It holds {error.balance:f} credits now."
            if error.balance >= self.estimate:
                advice = "Credits have come in meanwhile: try again."
        what = f"The run was not started: wallet {self.wallet_id} cannot pay its estimate of {self.estimate:f} credits."
        where = quote(f"{error.method} {error.path}")
        if error.request_id:
            where += f", request id {quote(error.request_id)}"
        error.args = (f"{what}{holds} {advice} ({where})",)

    def fail_to_reserve(self, reservation: WalletCall, cause: BaseException) -> SettlementError | None:
        """Note that the reservation failed, and return the error to report; `None` if no credits
        were taken.
        """
        self.state = "refused"
        if isinstance(cause, InvalidRequestError):
            return None
        # A refusal is the answer to the last try. An earlier try may have taken the credits, if its
        # answer was lost.
        if isinstance(cause, APIStatusError) and cause.tries == 1 and not is_retryable(cause.status_code):
            return None
        back = self._arguments("settle", amount=worth(self.estimate, self._rate), credit_amount=self.estimate)
        return self._settlement_error(
            f"The run was not started, but {self.estimate:f} credits may have been reserved for it in wallet "
            f"{self.wallet_id}. To give them back, repeat the reservation, which takes nothing twice, and top up:",
            [reservation, WalletCall("top_up_wallet", back)],
            cause,
        )

    def fail_to_settle(self, call: WalletCall, cause: BaseException) -> SettlementError:
        """Return the error that says which credits are in the wrong place, and how to move them."""
        what = "have to go back into" if call.operation == "top_up_wallet" else "are still owed by"
        return self._settlement_error(
            f"{minus(self.estimate, rounded(self.spent)).copy_abs():f} credits {what} wallet {self.wallet_id}: a run was "
            f"estimated at {self.estimate:f} and spent {self.spent:f}. settle() tries again; by hand it takes:",
            [call],
            cause,
        )

    def _arguments(self, step: str, **amounts: Decimal) -> dict[str, Any]:
        key = self.idempotency_key
        # The same in every process that uses the same key: a repeated transaction must have the
        # same body.
        metadata = {**self._metadata, "budget": key, "budget_step": step}
        return {**amounts, "idempotency_key": f"{key}:{step}", **self._about, "metadata": metadata}

    def _settlement_error(self, message: str, calls: list[WalletCall], cause: BaseException) -> SettlementError:
        steps = "; ".join(f"coomon.{call.operation}({self.wallet_id!r}, {_written(call.arguments)})" for call in calls)
        error = SettlementError(
            f"{message} {steps}. ({type(cause).__name__}: {cause})", wallet_id=self.wallet_id, calls=calls
        )
        error.__cause__ = cause
        return error


def _written(arguments: dict[str, Any]) -> str:
    return ", ".join(
        f"{name}={f'{value:f}' if isinstance(value, Decimal) else repr(value)}" for name, value in arguments.items()
    )
