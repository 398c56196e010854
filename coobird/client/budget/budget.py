"""A budget for one run: reserved before it, settled after it.

The order of the calls is what makes it safe. A deduction is the one operation that a wallet does whole or not at all, so the
estimate is *deducted* first: of many runs at once, in threads, tasks, processes or machines, exactly as many get through as
the wallet can pay. What a run did not spend goes back as a top-up; what it spent beyond goes off as a second deduction.

    get_wallet       the conversion rate, so that whatever is left to do later can be told in full
    deduct_wallet    the estimate, with the key "...:reserve"
        the run
    top_up_wallet    the rest, or deduct_wallet the excess: one of them or neither, with the key "...:settle"

Both directions of the settlement share a key: it cannot happen twice, not even with two results.
"""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from typing import Generic, TypeVar

from coobird.client.budget.account import Account
from coobird.errors import APIError, CoobirdError, InsufficientCreditsError, SettlementError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Coroutine, Generator
    from typing import Any, Self

    from coobird.client.budget.account import Call
    from coobird.client.coomon import AsyncCoomon, Coomon


ClientT = TypeVar("ClientT", bound="Coomon | AsyncCoomon")


class _Settled(Account, Generic[ClientT]):
    """An account and the client that sends for it. What came of a call is decided here, for threads and for coroutines."""

    def __init__(self, client: ClientT, wallet_id: str, *account: Any) -> None:
        super().__init__(wallet_id, *account)
        self._client = client

    @contextmanager
    def _reserving(self, arguments: dict[str, Any]) -> Generator[None]:
        """Around the sending of the reservation: what came of it."""
        try:
            yield
        except InsufficientCreditsError:
            raise
        except BaseException as error:
            if told := self._uncertain(error, arguments):
                self._client.report(told)
            raise
        self._open()

    @contextmanager
    def _settling(self, call: Call) -> Generator[None]:
        """Around the sending of the settlement: what came of it."""
        try:
            yield
        except CoobirdError as error:
            raise self._unsettled(call, error) from error
        except BaseException as error:
            self._client.report(self._unsettled(call, error))
            raise
        self._settled()


class Budget(_Settled["Coomon"]):
    """Credits of a wallet for one run; see `Coomon.budget`. `spend` may be called from any thread.

    In the child of a fork the budget settles under the same key, so that parent and child together move credits once.

    Attributes:
        wallet_id: The wallet that pays.
        estimate: The credits that are reserved for the run.
        idempotency_key: Names the run; its transactions have it in their metadata, as `budget`.
    """

    def __enter__(self) -> Self:
        self._begin()
        arguments = self._reservation(self._client.get_wallet(self.wallet_id))
        try:
            with self._reserving(arguments):
                self._client.deduct_wallet(self.wallet_id, **arguments)
        except InsufficientCreditsError as error:
            self._refused(error, self._balance())
            raise
        return self

    def __exit__(self, *_: object) -> None:
        # The run is over and has its result, or its own error: neither may be lost because of a bill.
        try:
            self.settle()
        except SettlementError as error:
            self._client.report(error)

    def settle(self) -> None:
        """End the spending and bring the wallet to exactly what was spent. The end of the block does it by itself.

        Raises:
            SettlementError: The wallet could not be reached, or refused. Call it again; its key sees to it that nothing is
                moved twice. At the end of the block this goes to `on_error` instead.
        """
        call = self._close()
        if call is None:
            return
        operation, arguments = call
        with self._settling(call):
            getattr(self._client, operation)(self.wallet_id, **arguments)

    def _balance(self) -> float | None:
        try:
            return self._client.get_wallet_balance(self.wallet_id).credits_balance
        except APIError:
            return None


class AsyncBudget(_Settled["AsyncCoomon"]):
    """Credits of a wallet for one run; see `AsyncCoomon.budget`. `spend` is a plain call, from any task or thread.

    Cancelling the run settles it like any other end. Cancelling while credits are being reserved gives them back.

    Attributes:
        wallet_id: The wallet that pays.
        estimate: The credits that are reserved for the run.
        idempotency_key: Names the run; its transactions have it in their metadata, as `budget`.
    """

    async def __aenter__(self) -> Self:
        self._begin()
        arguments = self._reservation(await self._client.get_wallet(self.wallet_id))
        reserving = asyncio.ensure_future(self._reserve(arguments))
        try:
            await asyncio.shield(reserving)
        except asyncio.CancelledError:
            returning = self._keep(self._give_back(reserving))
            if reserving.done():
                # A loop that is ending waits for this task, but not for one that begins now.
                await asyncio.shield(returning)
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        # Whoever stops waiting here must not stop the settlement.
        await asyncio.shield(self._keep(self._settle_or_report()))

    async def settle(self) -> None:
        """As `Budget.settle`, awaited."""
        call = self._close()
        if call is None:
            return
        operation, arguments = call
        with self._settling(call):
            await getattr(self._client, operation)(self.wallet_id, **arguments)

    async def _reserve(self, arguments: dict[str, Any]) -> None:
        try:
            with self._reserving(arguments):
                await self._client.deduct_wallet(self.wallet_id, **arguments)
        except InsufficientCreditsError as error:
            self._refused(error, await self._balance())
            raise

    async def _give_back(self, reserving: asyncio.Future[None]) -> None:
        try:
            await reserving
        except CoobirdError:
            return  # nothing was taken, or it has been told
        await self._settle_or_report()

    async def _settle_or_report(self) -> None:
        try:
            await self.settle()
        except SettlementError as error:
            self._client.report(error)

    async def _balance(self) -> float | None:
        try:
            return (await self._client.get_wallet_balance(self.wallet_id)).credits_balance
        except APIError:
            return None

    def _keep(self, work: Coroutine[Any, Any, None]) -> asyncio.Future[None]:
        """Start something that is to go on whoever stops waiting for it: a loop alone forgets what nobody holds."""
        future: asyncio.Future[None] = asyncio.ensure_future(work)
        _settling.add(future)
        future.add_done_callback(self._ended)
        return future

    def _ended(self, future: asyncio.Future[None]) -> None:
        _settling.discard(future)
        # A loop that ends also cancels what has not begun, and so could not tell anything.
        if told := self._forgotten(asyncio.CancelledError()):
            self._client.report(told)


_settling: set[asyncio.Future[None]] = set()
