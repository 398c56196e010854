"""Budgets: credits of a wallet that are reserved before a run and settled after it.

The order of the calls makes it safe. A deduction is the one operation that a wallet does whole or
not at all, so the estimate is *deducted* first. Of many runs at once, in threads, tasks, processes
or machines, exactly as many start as the wallet can pay. After the run, credits that it did not
spend go back by a top-up; credits that it spent beyond the estimate are taken by a second
deduction.

    get_wallet       the conversion rate, which names the worth of credits in a later top-up
    deduct_wallet    the estimate, with the key "...:reserve"
        the run
    top_up_wallet    the rest, or deduct_wallet the excess, or neither; with the key "...:settle"

Both directions of the settlement share a key, so it cannot happen twice, not even with two results.
"""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any, Protocol, cast

from coobird._http import fork_guard
from coobird.client.budget.account import Account, WalletCall
from coobird.client.once import Once
from coobird.errors import APIError, CoobirdError, InsufficientCreditsError, SettlementError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Generator, Mapping
    from decimal import Decimal
    from typing import Self

    from coobird_api.models import WalletBalanceResponse, WalletResponse

    # Yields each call that is to be made, and is sent its answer, or is thrown its error.
    Steps = Generator[WalletCall, Any, None]


class Wallets(Protocol):
    """Part of `Coomon` that a budget needs."""

    def get_wallet(self, wallet_id: str, /) -> WalletResponse: ...
    def get_wallet_balance(self, wallet_id: str, /) -> WalletBalanceResponse: ...
    def deduct_wallet(self, wallet_id: str, /, *args: Any, **arguments: Any) -> object: ...
    def top_up_wallet(self, wallet_id: str, /, *args: Any, **arguments: Any) -> object: ...
    def report(self, error: CoobirdError, /) -> None: ...


class AsyncWallets(Protocol):
    """Part of `AsyncCoomon` that a budget needs."""

    def get_wallet(self, wallet_id: str, /) -> Awaitable[WalletResponse]: ...
    def get_wallet_balance(self, wallet_id: str, /) -> Awaitable[WalletBalanceResponse]: ...
    def deduct_wallet(self, wallet_id: str, /, *args: Any, **arguments: Any) -> Awaitable[object]: ...
    def top_up_wallet(self, wallet_id: str, /, *args: Any, **arguments: Any) -> Awaitable[object]: ...
    def report(self, error: CoobirdError, /) -> None: ...


def new_account(
    wallet_id: str,
    estimate: float | Decimal,
    idempotency_key: str | None,
    description: str | None,
    metadata: Mapping[str, Any] | None,
) -> Account:
    """Return the state of a new budget, with a new key if none is given.

    Raises:
        BudgetError: The estimate or the key cannot be used.
    """
    if idempotency_key is None:
        from uuid import uuid4

        idempotency_key = f"budget-{uuid4()}"
    return Account(wallet_id, estimate, idempotency_key, description, metadata)


class _Lock:
    """A lock that is free in the child of a fork, even if a thread of the parent holds it."""

    def __init__(self) -> None:
        self._lock = self._held = threading.Lock()
        fork_guard.reset_in_child(self)

    def reset_after_fork(self) -> None:
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        lock = self._lock
        lock.acquire()
        # Released at the end, even if the block forks: the child has another `_lock` then.
        self._held = lock

    def __exit__(self, *_: object) -> None:
        self._held.release()


class _Budget(Once):
    """Both kinds of budget, except for the sending of calls."""

    _instead_of_pickling = (
        "it settles one run, over the client of this process. Make the budget in the process that carries out the run."
    )

    def __init__(self, account: Account, report: Callable[[CoobirdError], None]) -> None:
        self._account = account
        self._report = report
        self._lock = _Lock()
        self.wallet_id: str = account.wallet_id
        self.estimate: Decimal = account.estimate
        self.idempotency_key: str = account.idempotency_key

    @property
    def spent(self) -> Decimal:
        """Credits spent so far."""
        return self._account.spent

    @property
    def remaining(self) -> Decimal:
        """Credits that are left of the estimate; below 0 if more was spent."""
        return self._account.remaining

    @property
    def is_settled(self) -> bool:
        """True if the wallet has paid exactly what was spent."""
        return self._account.state == "settled"

    def spend(self, amount: float | Decimal) -> None:
        """Add a cost of the run. Sends nothing, and may go beyond the estimate.

        Args:
            amount: Credits, from 0. All digits of a `Decimal` count. The sum is rounded once, to
                six places, half up.

        Raises:
            BudgetError: It is no number of credits; or the budget is not open, so that no wallet
                would pay.
        """
        with self._lock:
            self._account.spend(amount)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._account.describe()})"

    # ------------------------------------------------------------------------------------------------- steps

    def _begin(self) -> None:
        with self._lock:
            self._account.begin()

    def _close(self) -> WalletCall | None:
        with self._lock:
            return self._account.close()

    def _reserve(self, wallet: WalletResponse) -> Steps:
        reservation = self._account.reservation(wallet)
        try:
            yield reservation
        except InsufficientCreditsError as error:
            self._account.refuse(error, (yield from self._balance()))
            raise
        except BaseException as error:
            if problem := self._account.fail_to_reserve(reservation, error):
                self._report(problem)
            raise
        self._account.open()

    def _balance(self) -> Generator[WalletCall, Any, float | None]:
        try:
            answer: WalletBalanceResponse = yield WalletCall("get_wallet_balance", {})
        except APIError:
            return None
        # An answer without it holds UNSET.
        balance = cast("object", answer.credits_balance)
        return balance if isinstance(balance, (int, float)) else None

    def _settle(self) -> Steps:
        if (call := self._close()) is None:
            return
        try:
            yield call
        except CoobirdError as error:
            raise self._account.fail_to_settle(call, error) from error
        except BaseException as error:
            self._report(self._account.fail_to_settle(call, error))
            raise
        self._account.settle()


class Budget(_Budget):
    """Credits of a wallet for one run; see `Coomon.budget`. `spend` may be called from any thread.

    In the child of a fork the budget settles under the same key, so that parent and child together
    move credits once.

    Attributes:
        wallet_id: Wallet that pays.
        estimate: Credits that are reserved for the run.
        idempotency_key: Name of the run; its transactions have it in their metadata, as `budget`.
    """

    def __init__(self, client: Wallets, account: Account) -> None:
        super().__init__(account, client.report)
        self._client = client

    def __enter__(self) -> Self:
        self._begin()
        self._carry_out(self._reserve(self._client.get_wallet(self.wallet_id)))
        return self

    def __exit__(self, *_: object) -> None:
        # A settlement that fails must not replace the result of the run, or its own exception.
        try:
            self.settle()
        except SettlementError as error:
            self._report(error)

    def settle(self) -> None:
        """End the spending, and bring the wallet to exactly what was spent.

        The end of the block does the same.

        Raises:
            SettlementError: The wallet could not be reached, or refused. Call `settle()` again; its
                key ensures that nothing is moved twice. At the end of the block this goes to
                `on_error`.
            BudgetError: Nothing was reserved.
        """
        self._carry_out(self._settle())

    def _carry_out(self, steps: Steps) -> None:
        answer: Any = None
        error: BaseException | None = None
        while True:
            try:
                call = steps.send(answer) if error is None else steps.throw(error)
            except StopIteration:
                return
            answer = error = None
            try:
                answer = getattr(self._client, call.operation)(self.wallet_id, **call.arguments)
            except BaseException as raised:  # noqa: BLE001 - the steps decide what happens to it
                error = raised


class AsyncBudget(_Budget):
    """Credits of a wallet for one run; see `AsyncCoomon.budget`.

    `spend` is a plain call, from any task or thread. Cancelling the run settles it like any other
    end. Cancelling while credits are being reserved gives them back.

    Attributes:
        wallet_id: Wallet that pays.
        estimate: Credits that are reserved for the run.
        idempotency_key: Name of the run; its transactions have it in their metadata, as `budget`.
    """

    def __init__(self, client: AsyncWallets, account: Account) -> None:
        super().__init__(account, client.report)
        self._client = client

    async def __aenter__(self) -> Self:
        self._begin()
        wallet = await self._client.get_wallet(self.wallet_id)
        reserving = asyncio.ensure_future(self._carry_out(self._reserve(wallet)))
        try:
            await asyncio.shield(reserving)
        except asyncio.CancelledError:
            returning = self._keep(self._give_back(reserving))
            if reserving.done():
                # A loop that is ending waits for this task, but not for a task that begins now.
                await asyncio.shield(returning)
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        # Cancelling the task that waits here must not cancel the settlement.
        await asyncio.shield(self._keep(self._settle_or_report()))

    async def settle(self) -> None:
        """End the spending, and bring the wallet to exactly what was spent.

        The end of the block does the same.

        Raises:
            SettlementError: The wallet could not be reached, or refused. Await `settle()` again;
                its key ensures that nothing is moved twice. At the end of the block this goes to
                `on_error`.
            BudgetError: Nothing was reserved.
        """
        await self._carry_out(self._settle())

    async def _carry_out(self, steps: Steps) -> None:
        answer: Any = None
        error: BaseException | None = None
        while True:
            try:
                call = steps.send(answer) if error is None else steps.throw(error)
            except StopIteration:
                return
            answer = error = None
            try:
                answer = await getattr(self._client, call.operation)(self.wallet_id, **call.arguments)
            except BaseException as raised:  # noqa: BLE001 - the steps decide what happens to it
                error = raised

    async def _give_back(self, reserving: asyncio.Future[None]) -> None:
        try:
            await reserving
        except CoobirdError:
            return  # no credits were taken, or the error was reported
        await self._settle_or_report()

    async def _settle_or_report(self) -> None:
        try:
            await self.settle()
        except SettlementError as error:
            self._report(error)

    def _keep(self, work: Coroutine[Any, Any, None]) -> asyncio.Future[None]:
        """Start a task that continues if its waiter is cancelled."""
        future: asyncio.Future[None] = asyncio.ensure_future(work)
        # Keep a reference: the event loop holds tasks only weakly.
        _settling.add(future)
        future.add_done_callback(self._ended)
        return future

    def _ended(self, future: asyncio.Future[None]) -> None:
        _settling.discard(future)
        # A loop that ends cancels tasks, also those that have not begun and so cannot report
        # anything.
        if self._account.state == "open" and (call := self._close()):
            self._report(self._account.fail_to_settle(call, asyncio.CancelledError()))


# Kept by `importlib.reload`, which runs this module again in the same namespace.
_settling: set[asyncio.Future[None]] = globals().get("_settling", set())
