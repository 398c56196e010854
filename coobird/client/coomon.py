"""The two clients: how they are built, varied and ended. Their other methods are inherited."""

from __future__ import annotations

from coobird_api.api import AsyncMethods, Methods

from coobird._http.pool import AsyncPool, Pool
from coobird._http.session import AsyncSession, Session
from coobird._settings.api_key import ApiKey
from coobird._settings.host import is_loopback
from coobird._settings.settings import Settings
from coobird.client.tracking import AsyncImmediate, Immediate
from coobird.errors import ConfigurationError, InsecureHostWarning

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from decimal import Decimal
    from inspect import Signature
    from typing import Any, Self, TypeVar, Unpack

    import httpx
    from coobird_api.models import BatchTrackResponse

    from coobird._settings.options import CoomonOptions
    from coobird.client.budget.budget import AsyncBudget, Budget

    T = TypeVar("T")


class _Signature:
    """Attribute `__signature__` of a client, computed when `inspect` or `help` asks for it."""

    def __get__(self, client: object, owner: type) -> Signature:
        from coobird.client.signature import signature_of

        return signature_of(owner)


class Coomon(Methods, Immediate):
    """A client of Coobird. Build one and keep it.

    Shut it down, use it in a `with` block, or let the end of the program deliver its queue. Safe to
    use from any thread. After a fork the child's copy works on its own, with an empty queue and its
    own delivery thread and connections. The parent's events are sent once, by the parent.
    """

    __signature__ = _Signature()

    def __init__(self, api_key: str | None = None, **options: Unpack[CoomonOptions]) -> None:
        """Check the options. No thread or connection is opened before it is needed.

        Args:
            api_key: Key of your tenant. `COOBIRD_API_KEY` if left out.
            host: URL of Coobird, without a path. Default: `COOBIRD_HOST`, else the development
                environment.
            flush_at: Queue length at which events are sent without waiting for the timer. Default:
                20. Soon after another batch, events wait for a full batch, 50 ms at most, so that a
                busy program makes few requests. 1 sends each event at once.
            flush_interval: Seconds between two deliveries of the queue by the timer; 0 for no
                timer. Default: 10.0.
            max_retries: Number of times that a failed request is tried again. Default: 3. For
                queued events it is the number of retries until an outage is reported: see
                `max_event_age`.
            max_batch_size: Largest number of events in one request; the API takes 1000. Default:
                100.
            max_queue_size: Largest number of events that wait in memory. Default: 1000. When it is
                reached, the oldest event is dropped and reported to `on_error`. Up to 16 batches
                that are being sent are not counted.
            max_event_age: Age from which an event that cannot be delivered is dropped. Default:
                86400.0, which is a day. In an outage, or while the API key is refused, events wait
                longer than their retries take. 0 drops them when the retries are used up. The age
                counts from `track`: an event is never dropped earlier. It is dropped later by the
                time until a sender looks at the queue (at most `flush_interval`, or 38 seconds in
                an outage), and by a second or a 32nd of the age. With a spool, events are kept for
                any time unless this is given.
            request_timeout: Seconds that one try of a request may take. Default: 10.0.
            shutdown_timeout: Seconds that the last delivery may take. Default: 30.0.
            debug: True to log what is sent and why, through the logger `coobird`. Default: False.
                `COOBIRD_LOG=debug` in the environment does the same, and so does the level of the
                logger.
            disabled: True to send nothing, for example in tests. Default: False. `track` does
                nothing then, direct calls raise `DisabledError`, and no API key is needed.
            on_error: Called in the delivery thread with each of its errors. Default: they are
                logged.
            spool: File that keeps events until they are delivered. Default: `COOBIRD_SPOOL`, else
                none. Each event is on disk before `track` returns, so that it survives the end of
                the process, however it ends. Any number of processes may share the file.
            spool_sync: Durability of the spool. Default: "normal". "full" if events must survive a
                power cut as well, at one sync of the disk per event.
            spool_max_bytes: Largest size of the spool. Default: 1073741824, which is one gibibyte.
                When it is reached, the oldest event is dropped and reported to `on_error`.
            http_client: Your own HTTP client, for proxies or certificates. Default: the client
                makes one. It carries direct calls of `Coomon`, and on both clients the delivery of
                queued events, which happens in a thread. It is not closed with the client.

        Raises:
            ConfigurationError: A value cannot work; the message says what to write instead.
            TypeError: There is no such option; the message names all.
        """
        # From here on the key is in no local variable: some tracebacks show those.
        key = ApiKey(api_key)
        del api_key
        self._settings = _checked_settings(key, options)
        self._pool = Pool(self._settings.http_client)
        self._session = Session(self._settings, self._pool)
        self._start(self._session)

    def with_options(self, *, max_retries: int | None = None, request_timeout: float | None = None) -> Self:
        """Return a client with other limits for direct calls, and the same queue and connections.

        The delivery of queued events keeps the limits of the client that this is called on.
        Shutting the new client down sends the queue, but stops and closes nothing: the first client
        does that.

        Args:
            max_retries: Number of times that a failed call is tried again. Unchanged if left out.
            request_timeout: Seconds that one try of a call may take, above 0. Unchanged if left
                out.

        Returns:
            A client of the same class. Any number may exist, and making one is cheap.

        Raises:
            ConfigurationError: A value cannot work; the message says what to write instead.
        """
        sibling = self._sibling(max_retries, request_timeout)
        sibling._session = Session(sibling._settings, self._pool)
        return sibling

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

        Entering it takes the estimate out of the wallet, or raises. Of many runs at once, on any
        number of machines, exactly as many start as the wallet can pay. Inside,
        `budget.spend(amount)` adds a cost. Leaving it, also by an exception, gives back credits
        that were not spent, or takes those that were spent beyond the estimate. A settlement that
        fails does not change the result of the run: a `SettlementError` goes to `on_error`.

        Args:
            wallet_id: Wallet that pays. A wallet that may go below 0 refuses no run.
            estimate: Credits that the run may cost, to six places. Estimate high: the rest comes
                back.
            idempotency_key: Name of the run, up to 240 characters. With a key of your own (a job's
                id), a run that is repeated after a crash continues with the credits that were
                reserved before. A new key if left out.
            description: Text in the wallet's transactions.
            metadata: Notes in the wallet's transactions; `budget` (the key) and `budget_step` are
                added.

        Raises:
            BudgetError: The estimate or the key cannot be used.
            InsufficientCreditsError: On entering: the wallet cannot pay, so the run must not start.
            APIError: On entering: the credits could not be reserved, so the run must not start.

        Source: openapi/coobird.yaml deduct_wallet, top_up_wallet
        """
        # Loaded when it is used: it brings asyncio and decimal along.
        from coobird.client.budget.budget import Budget, new_account

        return Budget(self, new_account(wallet_id, estimate, idempotency_key, description, metadata))

    def flush(self, timeout: float | None = None) -> BatchTrackResponse | None:
        """Send all queued events, and wait until each is delivered, rejected or dropped.

        Never raises for a failed delivery: events that are lost are reported to `on_error`. Called
        inside `on_error`, it only starts the delivery.

        Args:
            timeout: Most seconds to wait; `shutdown_timeout` if left out. Events that are not sent
                by then stay queued, and an `APITimeoutError` is reported to `on_error`. In an
                outage, and while the server refuses the API key, a flush without a timeout returns
                after one more try.

        Returns:
            The server's answers, added up; `None` if nothing was queued.
        """
        return self._pipeline.flush(timeout)

    def shutdown(self, timeout: float | None = None) -> None:
        """Send the queued events, stop the delivery thread and close the connections.

        Never raises for a failed delivery. A second call does nothing. An event tracked afterwards
        is dropped and reported to `on_error`; direct calls still work, over new connections.

        Args:
            timeout: Most seconds to wait; `shutdown_timeout` if left out. Events that are not sent
                by then are dropped, and reported to `on_error`. With a spool they stay on disk. In
                an outage, and while the server refuses the API key, a shutdown without a timeout
                gives up after one more try.
        """
        if self._is_sibling:
            self._pipeline.flush(self._settings.shutdown_timeout if timeout is None else timeout)
        else:
            self._pipeline.shutdown(timeout)
            self._session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()

    def _call(self, *args: Any, **kwargs: Any) -> Any:
        return self._session.call(*args, **kwargs)


class AsyncCoomon(AsyncMethods, AsyncImmediate):
    """A client of Coobird for coroutines. Build one and keep it. It needs no running event loop.

    `track` and its forms are plain functions that only queue an event. One delivery thread sends
    the events, so a loop that ends loses none. Everything else is awaited. The client is as safe in
    threads and after a fork as `Coomon` is. Each event loop has connections of its own; they are
    closed when `asyncio.run` ends the loop.
    """

    __signature__ = _Signature()

    def __init__(
        self,
        api_key: str | None = None,
        *,
        async_http_client: httpx.AsyncClient | None = None,
        **options: Unpack[CoomonOptions],
    ) -> None:
        """Check the options. No thread or connection is opened before it is needed.

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
        self._settings = _checked_settings(key, options, async_http_client)
        self._delivery = Session(self._settings, Pool(self._settings.http_client))
        self._pool = AsyncPool(async_http_client)
        self._session = AsyncSession(self._settings, self._pool)
        self._start(self._delivery)

    def with_options(self, *, max_retries: int | None = None, request_timeout: float | None = None) -> Self:
        """Return a client with other limits for its awaited calls. It shares the connections and
        the queue.

        The delivery of queued events keeps the limits of the client that this is called on.
        Shutting the new client down sends the queue, but stops and closes nothing: the first client
        does that.

        Args:
            max_retries: Number of times that a failed call is tried again. Unchanged if left out.
            request_timeout: Seconds that one try of a call may take, above 0. Unchanged if left
                out.

        Returns:
            A client of the same class. Any number may exist, and making one is cheap.

        Raises:
            ConfigurationError: A value cannot work; the message says what to write instead.
        """
        sibling = self._sibling(max_retries, request_timeout)
        sibling._session = AsyncSession(sibling._settings, self._pool)
        return sibling

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
            self._delivery.close()
            await self._session.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.shutdown()

    async def _call(self, *args: Any, **kwargs: Any) -> Any:
        return await self._session.call(*args, **kwargs)


def _checked_settings(key: ApiKey, options: CoomonOptions, async_http_client: object = None) -> Settings:
    """Return the settings of a client, checked. Warns of plain http at the line that builds it."""
    settings = Settings(key, **options)
    for name, client in (("http_client", settings.http_client), ("async_http_client", async_http_client)):
        if client is not None:
            import httpx

            wanted = httpx.AsyncClient if name.startswith("async") else httpx.Client
            if not isinstance(client, wanted):
                raise ConfigurationError(f"{name} must be an httpx.{wanted.__name__}, not {type(client).__name__}.")
    if settings.host.startswith("http://") and not is_loopback(settings.host) and not settings.disabled:
        import warnings

        message = (
            f"{settings.host} is not encrypted: others on the network can read the API key. Write https:// instead."
        )
        warnings.warn(message, InsecureHostWarning, stacklevel=3)
    return settings


async def _in_thread(call: Callable[[], T]) -> T:
    # asyncio is loaded only when there is a loop.
    from coobird.client.in_thread import in_thread

    return await in_thread(call)
