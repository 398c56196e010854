"""Sending, the only place where it happens: once for threads, once for event loops, over the same pure halves."""

from __future__ import annotations

import sys
import time
from math import inf

from coobird_api.types import UNSET

from coobird._http.adapter import arrival_of, closed, failure_of, forget_locals, out_of_time, outgoing
from coobird._http.request import BASE_PATH, Answer, Request, build
from coobird._http.stream_deadline import seconds_waited, set_deadline, start_waiting, watch
from coobird._http.tries import Exchange, Failure
from coobird.errors import DisabledError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, TypeVar

    from coobird_api.types import Unset

    from coobird._http.pool import AsyncPool, Pool
    from coobird._settings.settings import Settings

    T = TypeVar("T")


class Session:
    """Calls from threads. Safe to use from any thread and after a fork; siblings share the pool.

    Each try has `request_timeout` seconds: any single wait for the network is bounded by it, and so is reading the body.
    """

    def __init__(self, settings: Settings, pool: Pool) -> None:
        self._settings = settings
        self._pool = pool

    def call(
        self,
        operation: str,
        method: str,
        path: str,
        parse: Callable[..., T],
        *,
        path_params: Mapping[str, str] | None = None,
        query: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
        idempotency_key: str | Unset = UNSET,
    ) -> T:
        """Call an operation, with retries, and return what `parse` reads from its answer."""
        _refuse_if_disabled(operation, self._settings)
        request = build(
            method, path, path_params=path_params or {}, query=query, body=body, idempotency_key=idempotency_key
        )
        return self._exchange(request, parse)

    def post(self, path: str, content: bytes, parse: Callable[..., T]) -> T:
        """Post JSON that is encoded already, with retries."""
        return self._exchange(_post(path, content), parse)

    def post_once(self, path: str, content: bytes, *, timeout: float | None = None) -> Answer:
        """Post JSON that is encoded already: one try, and whatever status comes back is an answer.

        Args:
            path: As in the contract, for example `/events/batch`.
            timeout: Seconds; `request_timeout` if not given.

        Raises:
            APIConnectionError: No complete answer arrived; `APITimeoutError` if the time ran out.
        """
        request = _post(path, content)
        start_waiting()
        outcome = self._send(request, self._settings.request_timeout if timeout is None else timeout)
        if isinstance(outcome, Failure):
            raise outcome.error(request, self._settings)
        answer = outcome.without_key(self._settings.api_key.redact)
        answer.seconds = seconds_waited()
        return answer

    def prepare(self) -> None:
        """Load the HTTP library and build its client now, so that the first request has only the request to do."""
        self._pool.client()

    def reset_after_fork(self) -> None:
        """In the child of a fork: let go of the parent's connections."""
        self._pool.reset_after_fork()

    def close(self) -> None:
        """Close the connections. A later call opens new ones."""
        self._pool.close()

    def _exchange(self, request: Request, parse: Callable[..., T]) -> T:
        exchange = Exchange(request, self._settings)
        while (delay := _take(exchange, self._send(request))) is not None:
            time.sleep(delay)
        return exchange.result(parse)

    def _send(self, request: Request, timeout: float | None = None) -> Answer | Failure:
        import httpx

        seconds = self._settings.request_timeout if timeout is None else timeout
        deadline = time.monotonic() + seconds
        client = self._pool.client()
        arrival, handled = None, sys.exception()
        set_deadline(deadline)
        try:
            request_out = outgoing(client, request, self._settings, seconds)
            request_out.extensions["trace"] = watch
            response = client.send(request_out, stream=True, auth=None, follow_redirects=False)
            arrival = arrival_of(response, self._settings)
            try:
                for piece in response.iter_bytes() if response.is_stream_consumed else response.iter_raw():
                    if not arrival.add(piece):
                        break
                    if time.monotonic() > deadline:
                        return arrival.end(out_of_time(seconds))
            finally:
                response.close()
        except (httpx.HTTPError, httpx.InvalidURL, OSError, RuntimeError) as error:
            if client.is_closed and self._pool.client() is client:
                return closed("http_client")
            failure = failure_of(error, client, seconds, handled)
            return arrival.end(failure) if arrival else failure
        except BaseException as error:
            forget_locals(error, handled)
            raise
        finally:
            set_deadline(inf)
        return arrival.end()


class AsyncSession:
    """Calls from coroutines. One per client is enough for any number of event loops, one after the other or in threads.

    Each try has `request_timeout` seconds in all. A call that is cancelled leaves no connection behind.
    """

    def __init__(self, settings: Settings, pool: AsyncPool) -> None:
        self._settings = settings
        self._pool = pool

    async def call(
        self,
        operation: str,
        method: str,
        path: str,
        parse: Callable[..., T],
        *,
        path_params: Mapping[str, str] | None = None,
        query: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
        idempotency_key: str | Unset = UNSET,
    ) -> T:
        """Call an operation, with retries, and return what `parse` reads from its answer."""
        _refuse_if_disabled(operation, self._settings)
        request = build(
            method, path, path_params=path_params or {}, query=query, body=body, idempotency_key=idempotency_key
        )
        return await self._exchange(request, parse)

    async def post(self, path: str, content: bytes, parse: Callable[..., T]) -> T:
        """Post JSON that is encoded already, with retries."""
        return await self._exchange(_post(path, content), parse)

    async def aclose(self) -> None:
        """Close the connections of the running loop. A later call opens new ones."""
        await self._pool.aclose()

    async def _exchange(self, request: Request, parse: Callable[..., T]) -> T:
        import asyncio

        exchange = Exchange(request, self._settings)
        while (delay := _take(exchange, await self._send(request))) is not None:  # noqa: ASYNC110 - nothing is polled
            await asyncio.sleep(delay)
        return exchange.result(parse)

    async def _send(self, request: Request) -> Answer | Failure:
        import asyncio

        import httpx

        seconds = self._settings.request_timeout
        client = await self._pool.client()
        arrival, handled = None, sys.exception()
        try:
            async with asyncio.timeout(seconds):
                request_out = outgoing(client, request, self._settings, seconds)
                response = await client.send(request_out, stream=True, auth=None, follow_redirects=False)
                arrival = arrival_of(response, self._settings)
                try:
                    async for piece in response.aiter_bytes() if response.is_stream_consumed else response.aiter_raw():
                        if not arrival.add(piece):
                            break
                finally:
                    await response.aclose()
        except (httpx.HTTPError, httpx.InvalidURL, OSError, RuntimeError) as error:
            if client.is_closed and await self._pool.client() is client:
                return closed("async_http_client")
            failure = failure_of(error, client, seconds, handled)
            return arrival.end(failure) if arrival else failure
        except BaseException as error:
            forget_locals(error, handled)
            raise
        return arrival.end()


def _post(path: str, content: bytes) -> Request:
    from uuid import uuid4

    return Request("POST", BASE_PATH + path, content=content, idempotency_key=str(uuid4()))


def _refuse_if_disabled(operation: str, settings: Settings) -> None:
    if settings.disabled:
        raise DisabledError(
            f"{operation}() needs the server, and this client was built with disabled=True. "
            "Build one without it, or do not call the API here."
        )


def _take(exchange: Exchange, outcome: Answer | Failure) -> float | None:
    """Enter what came of a try; return the seconds to wait before the next one, or `None` to end here."""
    import random

    delay = exchange.delay_after(outcome, now=time.time(), jitter=random.random())  # noqa: S311 - it spreads load
    if exchange.settings.debug:
        from coobird._delivery.reporter import Reporter

        Reporter(None).trace(exchange.describe(delay))
    return delay
