"""The two clients: wiring and lifecycle. What they can do is in the classes that they are made of."""

from __future__ import annotations

from coobird_api.api import AsyncMethods, Methods

from coobird._http.pool import AsyncPool, Pool
from coobird._http.session import AsyncSession, Session
from coobird._settings.host import is_loopback
from coobird._settings.settings import DEFAULT_SPOOL_BYTES, ApiKey, Settings, resolve
from coobird.client.budget.guard import AsyncGuard, Guard
from coobird.client.immediate import AsyncImmediate, Immediate
from coobird.errors import ConfigurationError, InsecureHostWarning

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from os import PathLike
    from typing import Any, Literal, Self, TypeVar

    import httpx
    from coobird_api.models import BatchTrackResponse

    from coobird.errors import CoobirdError

    T = TypeVar("T")


class Coomon(Methods, Immediate, Guard):
    """A client of Coobird. Build one and keep it; shut it down, or let the end of the program do it.

    Safe to use from any thread. After a fork the child's copy works on its own: an empty queue, its own delivery thread
    and connections. The parent's events are sent once, by the parent.
    """

    def __init__(
        self,
        api_key: str | None = None,
        *,
        host: str | None = None,
        flush_at: int = 20,
        flush_interval: float = 10.0,
        max_retries: int = 3,
        max_batch_size: int = 100,
        max_queue_size: int = 1000,
        request_timeout: float = 10.0,
        shutdown_timeout: float = 30.0,
        debug: bool = False,
        disabled: bool = False,
        on_error: Callable[[CoobirdError], object] | None = None,
        spool: str | PathLike[str] | None = None,
        spool_sync: Literal["normal", "full"] = "normal",
        spool_max_bytes: int = DEFAULT_SPOOL_BYTES,
        http_client: httpx.Client | None = None,
    ) -> None:
        """Check the settings. Nothing is sent, no thread is started and no connection is opened before it is needed.

        Args:
            api_key: Names your tenant. `COOBIRD_API_KEY` if left out.
            host: Where Coobird is, without a path. `COOBIRD_HOST` if left out, else the development environment.
            flush_at: Send the queue as soon as so many events wait. Soon after another batch it waits for a full one, 50 ms at
                most, so that a busy program makes few requests; 1 sends each event at once.
            flush_interval: Send the queue every so many seconds; 0 for no timer.
            max_retries: How many times a failed request is tried again.
            max_batch_size: The most events in one request; the API takes 1000.
            max_queue_size: The most events that wait in memory, beside up to 16 batches that are being sent. Above it the oldest is
                dropped, and reported.
            request_timeout: Seconds that one try of a request may take.
            shutdown_timeout: Seconds that the last delivery may take.
            debug: Log what is sent and why, through the logger `coobird`.
            disabled: Send nothing: `track` does nothing, direct calls raise `DisabledError`. Needs no key.
            on_error: Called with each error of the background delivery; they are logged if left out.
            spool: A file that keeps events until they are delivered, whatever happens to this process: each is on disk
                before `track` returns. Any number of processes may share it. `COOBIRD_SPOOL` if left out, else none.
            spool_sync: `"full"` if events must survive a power cut as well, at the price of one sync of the disk each.
            spool_max_bytes: How large the spool may grow. Above it the oldest event is dropped, and reported.
            http_client: Your own client, for proxies or certificates. It is not closed with this one.

        Raises:
            ConfigurationError: Something cannot work; the message says what to write instead.
        """
        # From here on the key is in no local variable: tracebacks can show those.
        key = ApiKey(api_key)
        del api_key
        given = Settings(
            key,
            flush_at=flush_at,
            flush_interval=flush_interval,
            max_retries=max_retries,
            max_batch_size=max_batch_size,
            max_queue_size=max_queue_size,
            request_timeout=request_timeout,
            shutdown_timeout=shutdown_timeout,
            debug=debug,
            disabled=disabled,
            on_error=on_error,
            spool=spool,
            spool_sync=spool_sync,
            spool_max_bytes=spool_max_bytes,
        )
        self._settings = _checked(given, host, http_client=http_client)
        self._pool = Pool(http_client)
        self._session = Session(self._settings, self._pool)
        self._start(self._session)

    def with_options(self, *, max_retries: int | None = None, request_timeout: float | None = None) -> Self:
        """Return a client with other settings for its direct calls. It shares the connections and the queue.

        Shutting it down sends the queue, but stops and closes nothing: that is left to the client it came from.

        Raises:
            ConfigurationError: A value cannot work.
        """
        sibling = self._sibling(max_retries, request_timeout)
        sibling._session = Session(sibling._settings, self._pool)
        return sibling

    def flush(self, timeout: float | None = None) -> BatchTrackResponse | None:
        """Send all queued events and wait until each is delivered or given up.

        Args:
            timeout: Seconds to wait at most; `shutdown_timeout` if left out. What is not sent by then stays queued.

        Returns:
            What became of them, summed up; `None` if there was nothing to send.
        """
        return self._pipeline.flush(timeout)

    def shutdown(self, timeout: float | None = None) -> None:
        """Send what is queued, stop the delivery thread and close the connections.

        Calling it twice is fine. An event tracked afterwards is dropped and reported; direct calls still work, over new
        connections.

        Args:
            timeout: Seconds to wait at most; `shutdown_timeout` if left out. What is not sent by then is dropped, and
                reported to `on_error`.
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


class AsyncCoomon(AsyncMethods, AsyncImmediate, AsyncGuard):
    """A client of Coobird for coroutines. Build one and keep it; it needs no running loop, and outlives any.

    `track` and its forms are plain functions that only queue an event: one delivery thread sends, so that a loop that ends
    loses nothing. Everything else is awaited. Threads and forks are as safe as with `Coomon`; each event loop has
    connections of its own, which are closed when `asyncio.run` ends it.
    """

    def __init__(
        self,
        api_key: str | None = None,
        *,
        host: str | None = None,
        flush_at: int = 20,
        flush_interval: float = 10.0,
        max_retries: int = 3,
        max_batch_size: int = 100,
        max_queue_size: int = 1000,
        request_timeout: float = 10.0,
        shutdown_timeout: float = 30.0,
        debug: bool = False,
        disabled: bool = False,
        on_error: Callable[[CoobirdError], object] | None = None,
        spool: str | PathLike[str] | None = None,
        spool_sync: Literal["normal", "full"] = "normal",
        spool_max_bytes: int = DEFAULT_SPOOL_BYTES,
        http_client: httpx.Client | None = None,
        async_http_client: httpx.AsyncClient | None = None,
    ) -> None:
        """Check the settings, as `Coomon` does.

        Args:
            api_key: As for `Coomon`, and so is everything up to `spool_max_bytes`; `on_error` is called in the delivery thread.
            http_client: Your own client for the delivery of queued events, which happens in a thread.
            async_http_client: Your own client for awaited calls; it is bound to the event loop that uses it first.

        Raises:
            ConfigurationError: Something cannot work; the message says what to write instead.
        """
        key = ApiKey(api_key)
        del api_key
        given = Settings(
            key,
            flush_at=flush_at,
            flush_interval=flush_interval,
            max_retries=max_retries,
            max_batch_size=max_batch_size,
            max_queue_size=max_queue_size,
            request_timeout=request_timeout,
            shutdown_timeout=shutdown_timeout,
            debug=debug,
            disabled=disabled,
            on_error=on_error,
            spool=spool,
            spool_sync=spool_sync,
            spool_max_bytes=spool_max_bytes,
        )
        self._settings = _checked(given, host, http_client=http_client, async_http_client=async_http_client)
        self._delivery = Session(self._settings, Pool(http_client))
        self._pool = AsyncPool(async_http_client)
        self._session = AsyncSession(self._settings, self._pool)
        self._start(self._delivery)

    def with_options(self, *, max_retries: int | None = None, request_timeout: float | None = None) -> Self:
        """Return a client with other settings for its awaited calls. It shares the connections and the queue.

        Shutting it down sends the queue, but stops and closes nothing: that is left to the client it came from.

        Raises:
            ConfigurationError: A value cannot work.
        """
        sibling = self._sibling(max_retries, request_timeout)
        sibling._session = AsyncSession(sibling._settings, self._pool)
        return sibling

    async def flush(self, timeout: float | None = None) -> BatchTrackResponse | None:  # noqa: ASYNC109 - not a cancellation
        """As `Coomon.flush`, awaited. Cancelling ends the waiting, not the sending."""
        return await _in_thread(lambda: self._pipeline.flush(timeout))

    async def shutdown(self, timeout: float | None = None) -> None:  # noqa: ASYNC109 - not a cancellation
        """As `Coomon.shutdown`, awaited. Cancelling ends the waiting, not the shutdown."""
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


def _checked(given: Settings, host: str | None, **clients: object) -> Settings:
    settings = resolve(given, host)
    for name, client in clients.items():
        if client is not None:
            import httpx

            wanted = httpx.AsyncClient if name.startswith("async") else httpx.Client
            if not isinstance(client, wanted):
                raise ConfigurationError(f"{name} must be an httpx.{wanted.__name__}, not {type(client).__name__}.")
    if settings.host.startswith("http://") and not is_loopback(settings.host) and not settings.disabled:
        import warnings

        message = f"{settings.host} is not encrypted: the API key can be read on its way. Write https:// instead."
        warnings.warn(message, InsecureHostWarning, stacklevel=3)
    return settings


async def _in_thread(call: Callable[[], T]) -> T:
    # asyncio is not loaded before there is a loop.
    from coobird.client.in_thread import in_thread

    return await in_thread(call)
