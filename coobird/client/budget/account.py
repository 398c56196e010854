"""The books of a budget (pure but for a lock): what to send, when, and what to say if that fails."""

from __future__ import annotations

import threading
from decimal import Decimal

from coobird._http import fork_guard
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

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from coobird_api.models import WalletResponse

    Call = tuple[str, dict[str, Any]]

# Source: openapi/coobird.yaml DeductWalletOptions.idempotency_key, less what is added to it.
MAX_KEY_CHARACTERS = 240

_STATES = {
    "new": "not open: enter it with `with` or `async with`",
    "reserving": "not open yet",
    "open": "open",
    "refused": "not open: it was refused",
    "unsettled": "closed, and not settled",
    "settled": "settled",
}


class Account:
    """The books of one budget, without sending anything. Safe to use from any thread."""

    def __init__(
        self,
        wallet_id: str,
        estimate: float | Decimal,
        idempotency_key: str | None,
        description: str | None,
        metadata: Mapping[str, Any] | None,
    ) -> None:
        self.wallet_id = wallet_id
        self.estimate = rounded(exact("estimate", estimate))
        if not self.estimate:
            raise BudgetError(f"estimate must be at least {PLACES:f} credits: say what the run may cost.")
        if idempotency_key is None:
            from uuid import uuid4

            idempotency_key = f"budget-{uuid4()}"
        if not isinstance(idempotency_key, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise BudgetError(f"idempotency_key must be a text, not {type(idempotency_key).__name__}: write str(...).")
        if not 0 < len(idempotency_key) <= MAX_KEY_CHARACTERS:
            raise BudgetError(f"idempotency_key must have 1 to {MAX_KEY_CHARACTERS} characters.")
        self.idempotency_key = idempotency_key
        self._about = {"description": description} if description is not None else {}
        self._metadata = dict(metadata or {})
        self._spent = Decimal(0)
        self._rate = Decimal(1)
        self._state = "new"
        self._lock = threading.Lock()
        fork_guard.reset_in_child(self)

    def reset_after_fork(self) -> None:
        """Replace the lock: a thread of the parent that was spending cannot release it in the child."""
        self._lock = threading.Lock()

    @property
    def spent(self) -> Decimal:
        """The credits spent so far."""
        return self._spent

    @property
    def remaining(self) -> Decimal:
        """The credits that are left of the estimate; below 0 if more was spent."""
        return minus(self.estimate, self._spent)

    @property
    def is_settled(self) -> bool:
        """Whether the wallet has paid exactly what was spent."""
        return self._state == "settled"

    def spend(self, amount: float | Decimal) -> None:
        """Enter what something in the run has cost. Sends nothing, and may go beyond the estimate: it has been spent.

        Args:
            amount: Credits, from 0. All digits of a `Decimal` count; the sum is rounded once, to six places, half up.

        Raises:
            BudgetError: No number of credits; or the budget is not open, so that nobody would pay.
        """
        number = exact("amount", amount)
        with self._lock:
            if self._state != "open":
                raise BudgetError(f"{amount} credits cannot be spent: the budget is {_STATES[self._state]}.")
            self._spent = plus(self._spent, number)

    # ------------------------------------------------------------------------------------------------ what to send

    def _begin(self) -> None:
        with self._lock:
            if self._state != "new":
                raise BudgetError("A budget is for one run: call budget() again for another one.")
            self._state = "reserving"

    def _reservation(self, wallet: WalletResponse) -> dict[str, Any]:
        """Return what to deduct, now that the wallet is known."""
        # Nothing can be divided by 0. The credits are told beside what they are worth, so they are right all the same.
        self._rate = exact("conversion_rate", wallet.conversion_rate) or Decimal(1)
        return self._arguments("reserve", amount=self.estimate)

    def _open(self) -> None:
        with self._lock:
            self._state = "open"

    def _close(self) -> Call | None:
        """End the spending, and return the transaction that is left to make. It is the same however often this is called."""
        with self._lock:
            if self._state in ("open", "unsettled"):
                rest = minus(self.estimate, rounded(self._spent))
                self._state = "unsettled" if rest else "settled"
                if rest > 0:
                    amount = worth(rest, self._rate)
                    return "top_up_wallet", self._arguments("settle", amount=amount, credit_amount=rest)
                if rest < 0:
                    return "deduct_wallet", self._arguments("settle", amount=-rest)
            elif self._state != "settled":
                raise BudgetError(f"There is nothing to settle: the budget is {_STATES[self._state]}.")
            return None

    def _settled(self) -> None:
        self._state = "settled"

    # ---------------------------------------------------------------------------------------------- what went wrong

    def _refused(self, error: InsufficientCreditsError, balance: float | None) -> None:
        """Complete the server's refusal by what the caller wants to know."""
        self._state = "refused"
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

    def _uncertain(self, cause: BaseException, reserve: dict[str, Any]) -> SettlementError | None:
        """The reservation was not answered, or refused for another reason: return what to tell; `None` if nothing was taken."""
        self._state = "refused"
        if isinstance(cause, InvalidRequestError):
            return None
        # A refusal says nothing about the tries before it, whose answers may have been lost.
        if isinstance(cause, APIStatusError) and cause.tries == 1 and not is_retryable(cause.status_code):
            return None
        back = self._arguments("settle", amount=worth(self.estimate, self._rate), credit_amount=self.estimate)
        return _told(
            f"The run was not started, but {self.estimate:f} credits may have been reserved for it in wallet "
            f"{self.wallet_id}. Repeating the reservation finds out, and then they can go back:",
            self.wallet_id,
            [("deduct_wallet", reserve), ("top_up_wallet", back)],
            cause,
        )

    def _unsettled(self, call: Call, cause: BaseException) -> SettlementError:
        what = "have to go back into" if call[0] == "top_up_wallet" else "are still owed by"
        return _told(
            f"{abs(minus(self.estimate, rounded(self._spent))):f} credits {what} wallet {self.wallet_id}: a run was estimated at "
            f"{self.estimate:f} and spent {self.spent:f}. settle() tries again; by hand it takes:",
            self.wallet_id,
            [call],
            cause,
        )

    def _forgotten(self, cause: BaseException) -> SettlementError | None:
        """Nobody is going to settle this any more: return what to tell; `None` if there is nothing, or it was told."""
        call = self._close() if self._state == "open" else None
        return self._unsettled(call, cause) if call else None

    def _arguments(self, step: str, **amounts: Decimal) -> dict[str, Any]:
        key = self.idempotency_key
        # The same in every process that uses the same key: a repeated transaction has to have the same body.
        metadata = {**self._metadata, "budget": key, "budget_step": step}
        return {**amounts, "idempotency_key": f"{key}:{step}", **self._about, "metadata": metadata}

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}({self.wallet_id!r}, estimate={self.estimate:f}, spent={self.spent:f}, "
            f"idempotency_key={self.idempotency_key!r}: {_STATES[self._state]})"
        )


def _told(message: str, wallet_id: str, calls: list[Call], cause: BaseException) -> SettlementError:
    steps = "; ".join(f"coomon.{operation}({wallet_id!r}, {_written(arguments)})" for operation, arguments in calls)
    error = SettlementError(f"{message} {steps}. ({type(cause).__name__}: {cause})", wallet_id=wallet_id, calls=calls)
    error.__cause__ = cause
    return error


def _written(arguments: dict[str, Any]) -> str:
    return ", ".join(
        f"{name}={f'{value:f}' if isinstance(value, Decimal) else repr(value)}" for name, value in arguments.items()
    )
