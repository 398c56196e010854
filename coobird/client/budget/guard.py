"""The method that guards a run with a wallet, for threads and for coroutines."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal
    from typing import Any

    from coobird.client.budget.budget import AsyncBudget, Budget


class Guard:
    """Lets a run start only if a wallet can pay for it."""

    def budget(
        self,
        wallet_id: str,
        *,
        estimate: float | Decimal,
        idempotency_key: str | None = None,
        description: str | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> Budget:
        """Return a budget for one run: `with coomon.budget(wallet_id, estimate=5) as budget`.

        Entering it takes the estimate out of the wallet, or raises: of many runs at once, wherever they are, exactly as
        many start as the wallet can pay. Inside, `budget.spend(amount)` says what the run costs. Leaving it, also by an
        exception, gives back what was not spent, or takes out what was spent beyond the estimate. A settlement that fails
        does not disturb the run's result: a `SettlementError` goes to `on_error`.

        Args:
            wallet_id: The wallet that pays. One that may go below 0 refuses nothing.
            estimate: The credits that the run may cost, to six places. Estimate high: the rest comes back.
            idempotency_key: Names the run. With a key of your own (a job's id), a run that is repeated after a crash goes
                on with the credits that were reserved before. A new one if left out.
            description: Goes into the wallet's transactions.
            metadata: Goes into the wallet's transactions, beside `budget` (the key) and `budget_step`.

        Raises:
            BudgetError: The estimate or the key cannot be used.
            InsufficientCreditsError: On entering: the wallet cannot pay, so the run must not start.
            APIError: On entering: not refused but not reserved either; the run must not start.

        Source: openapi/coobird.yaml deduct_wallet, top_up_wallet
        """
        from coobird.client.budget.budget import Budget

        client: Any = self  # the whole that this is a part of
        return Budget(client, wallet_id, estimate, idempotency_key, description, metadata)


class AsyncGuard:
    """Lets a run start only if a wallet can pay for it."""

    def budget(
        self,
        wallet_id: str,
        *,
        estimate: float | Decimal,
        idempotency_key: str | None = None,
        description: str | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> AsyncBudget:
        """Return a budget for one run, to enter with `async with`; otherwise as `Coomon.budget`.

        Cancelling the run settles it like any other end.

        Source: openapi/coobird.yaml deduct_wallet, top_up_wallet
        """
        from coobird.client.budget.budget import AsyncBudget

        client: Any = self
        return AsyncBudget(client, wallet_id, estimate, idempotency_key, description, metadata)
