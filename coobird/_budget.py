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

from coobird._account import Account
from coobird.errors import APIError, CoobirdError, InsufficientCreditsError, SettlementError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any, Self

    from coobird.client import AsyncCoomon, Coomon


class Budget(Account):
    """Credits of a wallet for one run; see `Coomon.budget`. `spend` may be called from any thread.

    In the child of a fork the budget settles under the same key, so that parent and child together move credits once.

    Attributes:
        wallet_id: The wallet that pays.
        estimate: The credits that are reserved for the run.
        idempotency_key: Names the run; its transactions have it in their metadata, as `budget`.
    """

    def __init__(self, client: Coomon, wallet_id: str, *account: Any) -> None:
        super().__init__(wallet_id, *account)
        self._client = client

    def __enter__(self) -> Self:
        self._begin()
        arguments = self._reservation(self._client.get_wallet(self.wallet_id))
        try:
            self._client.deduct_wallet(self.wallet_id, **arguments)
        except InsufficientCreditsError as error:
            self._refused(error, self._balance())
            raise
        except BaseException as error:
            if told := self._uncertain(error, arguments):
                self._client.report(told)
            raise
        self._open()
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
        try:
            getattr(self._client, operation)(self.wallet_id, **arguments)
        except CoobirdError as error:
            raise self._unsettled(call, error) from error
        except BaseException as error:
            self._client.report(self._unsettled(call, error))
            raise
        self._settled()

    def _balance(self) -> float | None:
        try:
            return self._client.get_wallet_balance(self.wallet_id).credits_balance
        except APIError:
            return None


class AsyncBudget(Account):
    """Credits of a wallet for one run; see `AsyncCoomon.budget`. `spend` is a plain call, from any task or thread.

    Cancelling the run settles it like any other end. Cancelling while credits are being reserved gives them back.

    Attributes:
        wallet_id: The wallet that pays.
        estimate: The credits that are reserved for the run.
        idempotency_key: Names the run; its transactions have it in their metadata, as `budget`.
    """

    def __init__(self, client: AsyncCoomon, wallet_id: str, *account: Any) -> None:
        super().__init__(wallet_id, *account)
        self._client = client

    async def __aenter__(self) -> Self:
        self._begin()
        arguments = self._reservation(await self._client.get_wallet(self.wallet_id))
        reserving = asyncio.ensure_future(self._reserve(arguments))
        try:
            await asyncio.shield(reserving)
        except asyncio.CancelledError:
            _keep(self._give_back(reserving))
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        # Whoever stops waiting here must not stop the settlement.
        await asyncio.shield(_keep(self._settle_or_report()))

    async def settle(self) -> None:
        """As `Budget.settle`, awaited."""
        call = self._close()
        if call is None:
            return
        operation, arguments = call
        try:
            await getattr(self._client, operation)(self.wallet_id, **arguments)
        except CoobirdError as error:
            raise self._unsettled(call, error) from error
        except BaseException as error:
            self._client.report(self._unsettled(call, error))
            raise
        self._settled()

    async def _reserve(self, arguments: dict[str, Any]) -> None:
        try:
            await self._client.deduct_wallet(self.wallet_id, **arguments)
        except InsufficientCreditsError as error:
            self._refused(error, await self._balance())
            raise
        except BaseException as error:
            if told := self._uncertain(error, arguments):
                self._client.report(told)
            raise
        self._open()

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


_settling: set[asyncio.Future[None]] = set()


def _keep(work: Coroutine[Any, Any, None]) -> asyncio.Future[None]:
    """Start something that is to go on whoever stops waiting for it: a loop alone forgets what nobody holds."""
    future: asyncio.Future[None] = asyncio.ensure_future(work)
    _settling.add(future)
    future.add_done_callback(_settling.discard)
    return future
