"""The client for coroutines: how it is built, varied and ended. Its other methods are inherited."""

from __future__ import annotations

from coobird_api.methods.async_events import AsyncEventsMethods
from coobird_api.methods.async_resources import AsyncMethods

from coobird._encoding.batch import batch_of
from coobird._http.pool import AsyncPool, Pool
from coobird._settings.api_key import ApiKey
from coobird._settings.host import BATCH_PATH
from coobird.client.tracking import Tracking, checked_settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from decimal import Decimal
    from typing import Any, Self, TypeVar, Unpack

    import httpx
    from coobird_api.models import BatchTrackResponse

    from coobird._http.session import AsyncSession
    from coobird._settings.options import CoomonOptions
    from coobird.client.budget.budget import AsyncBudget
    from coobird.client.raw_calls import AsyncRawCalls
    from coobird.errors import ResponseShapeError

    T = TypeVar("T")


class AsyncCoomon(AsyncMethods, AsyncEventsMethods, Tracking):
    """A client of Coobird for coroutines. Build one and keep it. It needs no running event loop.

    `track` and its forms are plain functions that only queue an event. One delivery thread sends
    the events, so a loop that ends loses none. Everything else is awaited. The client is as safe in
    threads and after a fork as `Coomon` is. Each event loop has connections of its own; they are
    closed when `asyncio.run` ends the loop.
    """

    _pool: AsyncPool

    def __init__(
        self,
        api_key: str | None = None,
        *,
        async_http_client: httpx.AsyncClient | None = None,
        **options: Unpack[CoomonOptions],
    ) -> None:
        """Check the options. No thread or connection is opened before it is needed. With a spool a
        thread looks for events that ended processes left.

        Args:
            api_key: Key of your tenant. `COOBIRD_API_KEY` if left out.
            async_http_client: Your own HTTP client for awaited calls; it is bound to the event loop
                that uses it first, and is not closed with this client. Queued events go over
                `http_client`.
            options: As for `Coomon`; `on_error` is called in the delivery thread.

        Raises:
            ConfigurationError: A value cannot work; the message says what to write instead.
            TypeError: There is no such option; the message names all.
        """
        key = ApiKey(api_key)
        del api_key
        self._settings = checked_settings(key, options, async_http_client)
        self._delivery_pool = Pool(self._settings.http_client, host=self._settings.host)
        self._pool = AsyncPool(async_http_client, host=self._settings.host)
        self._start(self._delivery_pool)

    @property
    def with_raw_response(self) -> AsyncRawCalls:
        """Methods of the same names that return a `RawResponse`: status, headers, value and others.

        `await coomon.with_raw_response.get_customer("cust_1")` returns one. Type checkers know its
        value if it is written `await coomon.with_raw_response(coomon.get_customer)("cust_1")`.
        Lists are returned a page at a time; `iter_*` and the queued `track` methods have no single
        answer.
        """
        from coobird.client.raw_calls import AsyncRawCalls

        sibling = self._sibling()
        sibling._is_raw = True
        return AsyncRawCalls(sibling)

    def budget(
        self,
        wallet_id: str,
        *,
        estimate: float | Decimal,
        idempotency_key: str | None = None,
        description: str | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> AsyncBudget:
        """Return a budget for one run: `async with coomon.budget(wallet_id, estimate=5) as budget`.

        As `Coomon.budget`. Cancelling the run settles it like any other end.

        Args:
            wallet_id: Wallet that pays. A wallet that may go below 0 refuses no run.
            estimate: Credits that the run may cost, to six places. Estimate high: the rest comes
                back.
            idempotency_key: Name of the run, up to 240 characters; a new key if left out.
            description: Text in the wallet's transactions.
            metadata: Notes in the wallet's transactions; `budget` (the key) and `budget_step` are
                added.

        Raises:
            BudgetError: The estimate or the key cannot be used.
            InsufficientCreditsError: On entering: the wallet cannot pay, so the run must not start.
            APIError: On entering: the credits could not be reserved, so the run must not start.

        Source: openapi/coobird.yaml deduct_wallet, top_up_wallet
        """
        from coobird.client.budget.budget import AsyncBudget, new_account

        return AsyncBudget(self, new_account(wallet_id, estimate, idempotency_key, description, metadata))

    async def flush(self, timeout: float | None = None) -> BatchTrackResponse | None:  # noqa: ASYNC109 - not a cancellation
        """Send all queued events, and wait until each is delivered, rejected or dropped.

        Never raises for a failed delivery: events that are lost are reported to `on_error`.
        Cancelling ends the waiting, not the delivery.

        Args:
            timeout: Most seconds to wait; `shutdown_timeout` if left out. Events that are not sent
                by then stay queued, and an `APITimeoutError` is reported to `on_error`. In an
                outage, and while the server refuses the API key, a flush without a timeout returns
                after one more try.

        Returns:
            The server's answers, added up; `None` if nothing was queued.
        """
        return await _in_thread(lambda: self._pipeline.flush(timeout))

    async def shutdown(self, timeout: float | None = None) -> None:  # noqa: ASYNC109 - not a cancellation
        """Send the queued events, stop the delivery thread and close this event loop's connections.

        Never raises for a failed delivery. A second call does nothing. An event tracked afterwards
        is dropped and reported to `on_error`; awaited calls still work, over new connections.
        Cancelling ends the waiting, not the shutdown.

        Args:
            timeout: Most seconds to wait; `shutdown_timeout` if left out. Events that are not sent
                by then are dropped, and reported to `on_error`. With a spool they stay on disk. In
                an outage, and while the server refuses the API key, a shutdown without a timeout
                gives up after one more try.
        """
        if self._is_sibling:
            seconds = self._settings.shutdown_timeout if timeout is None else timeout
            await _in_thread(lambda: self._pipeline.flush(seconds))
        else:
            await _in_thread(lambda: self._pipeline.shutdown(timeout))
            self._delivery_pool.close()
            await self._pool.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.shutdown()

    async def _call(self, *args: Any, **kwargs: Any) -> Any:
        return await self._session.call(*args, **kwargs)

    def _no_list(self, page: object) -> ResponseShapeError:
        from coobird._http.reading import no_list

        return no_list(page)

    @property
    def _session(self) -> AsyncSession:
        # Loaded with the first call: building a client takes a tenth less time.
        from coobird._http.session import AsyncSession

        return AsyncSession(self._settings, self._pool, headers=self._headers, is_raw=self._is_raw)

    async def _send_event(self, *event: Any) -> BatchTrackResponse:
        from coobird.client import immediate

        if self._settings.disabled:
            return immediate.nothing()
        encoded = self._pipeline.encode_now(*event)
        if self._settings.transport is not None:
            return await _in_thread(lambda: self._pipeline.publish_now(encoded))
        return await self._session.post(BATCH_PATH, batch_of([encoded]), immediate.read_answer)


async def _in_thread(call: Callable[[], T]) -> T:
    # asyncio is loaded only when there is a loop.
    from coobird.client.in_thread import in_thread

    return await in_thread(call)
