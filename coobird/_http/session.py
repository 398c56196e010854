"""Sessions, the only place that sends: one for threads and one for event loops."""

from __future__ import annotations

import sys
import time

from coobird_api.types import UNSET, cast

from coobird._http.adapter import client_closed, forget_locals, http_request, no_answer_from, reader_for, timed_out
from coobird._http.answer import Answer, NoAnswer
from coobird._http.debug_log import is_on, trace
from coobird._http.request import Request, build
from coobird._http.stream_deadline import seconds_waited, set_deadline, start_waiting, watch_streams
from coobird._http.tries import Tries
from coobird._settings.api_key import MISSING
from coobird._settings.host import BASE_PATH
from coobird._settings.settings import INF
from coobird.errors import ConfigurationError, DisabledError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, TypeVar

    from coobird_api.types import Unset

    from coobird._http.pool import AsyncPool, Pool
    from coobird._settings.settings import Settings

    T = TypeVar("T")


class Session:
    """Sends calls of threads. Safe to use from any thread and after a fork.

    Clients that `with_options` made share the pool.

    `request_timeout` bounds each wait of a try for the network, and the reading of the whole
    answer.
    """

    def __init__(
        self, settings: Settings, pool: Pool, *, headers: Mapping[str, str] | None = None, is_raw: bool = False
    ) -> None:
        self._settings = settings
        self._pool = pool
        self._is_raw = is_raw
        self._headers = headers or {}

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
        """Call an operation, with retries. Returns the value that `parse` reads from its answer."""
        _refuse_if_disabled(operation, self._settings)
        request = build(
            method, path, path_params=path_params or {}, query=query, body=body, idempotency_key=idempotency_key
        )
        return self._exchange(request, parse)

    def post(self, path: str, content: bytes, parse: Callable[..., T]) -> T:
        """Post encoded JSON, with retries. Returns the value that `parse` reads from the answer."""
        return self._exchange(_post(path, content), parse)

    def post_once(self, path: str, content: bytes, *, timeout: float | None = None) -> Answer:
        """Post encoded JSON in a single try. Returns the answer, whatever its status.

        Args:
            path: Path as in the contract, without the base path.
            content: Encoded JSON.
            timeout: Seconds; `request_timeout` if not given.

        Raises:
            APIConnectionError: No complete answer arrived. `APITimeoutError` if the time ran out.
        """
        request = _post(path, content)
        start_waiting()
        outcome = self._send(request, self._settings.request_timeout if timeout is None else timeout)
        if isinstance(outcome, NoAnswer):
            raise outcome.error(request, self._settings)
        answer = outcome.without_key(self._settings.api_key.redact)
        answer.seconds = seconds_waited()
        return answer

    def prepare(self) -> None:
        """Load the HTTP library and build its client now, before the first request."""
        self._pool.client()

    def close(self) -> None:
        """Close the connections. A later call opens new ones."""
        self._pool.close()

    def _exchange(self, request: Request, parse: Callable[..., T]) -> T:
        _refuse_without_key(self._settings)
        request.headers = {**self._headers, **request.headers}
        tries = Tries(request, self._settings)
        while (delay := _record(tries, self._send(request))) is not None:
            time.sleep(delay)
        return _result(tries, parse, is_raw=self._is_raw)

    def _send(self, request: Request, timeout: float | None = None) -> Answer | NoAnswer:
        from coobird._http.http_library import http_errors

        seconds = self._settings.request_timeout if timeout is None else timeout
        deadline = time.monotonic() + seconds
        client = self._pool.client()
        reader, handled = None, sys.exception()
        set_deadline(deadline)
        try:
            outgoing = http_request(client, request, self._settings, seconds, trace=watch_streams)
            response = client.send(outgoing, stream=True, auth=None, follow_redirects=False)
            try:
                reader = reader_for(response, self._settings)
                for piece in response.iter_bytes() if response.is_stream_consumed else response.iter_raw():
                    if not reader.add(piece):
                        break
                    if time.monotonic() > deadline:
                        return reader.end(timed_out(seconds))
                return reader.end()
            finally:
                response.close()
        except http_errors(OSError, RuntimeError) as error:
            if client.is_closed and self._pool.client() is client:
                return client_closed("http_client")
            failure = no_answer_from(error, client, seconds, handled)
            return reader.end(failure) if reader else failure
        except BaseException as error:
            forget_locals(error, handled)
            raise
        finally:
            set_deadline(INF)


class AsyncSession:
    """Sends calls of coroutines. Serves any number of event loops, one after another or in threads.

    Each try has `request_timeout` seconds in all. A cancelled call leaves no connection open.
    """

    def __init__(
        self, settings: Settings, pool: AsyncPool, *, headers: Mapping[str, str] | None = None, is_raw: bool = False
    ) -> None:
        self._settings = settings
        self._pool = pool
        self._is_raw = is_raw
        self._headers = headers or {}

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
        """Call an operation, with retries. Returns the value that `parse` reads from its answer."""
        _refuse_if_disabled(operation, self._settings)
        request = build(
            method, path, path_params=path_params or {}, query=query, body=body, idempotency_key=idempotency_key
        )
        return await self._exchange(request, parse)

    async def post(self, path: str, content: bytes, parse: Callable[..., T]) -> T:
        """Post encoded JSON, with retries. Returns the value that `parse` reads from the answer."""
        return await self._exchange(_post(path, content), parse)

    async def aclose(self) -> None:
        """Close the connections of the running loop. A later call opens new ones."""
        await self._pool.aclose()

    async def _exchange(self, request: Request, parse: Callable[..., T]) -> T:
        import asyncio

        _refuse_without_key(self._settings)
        request.headers = {**self._headers, **request.headers}
        tries = Tries(request, self._settings)
        while (delay := _record(tries, await self._send(request))) is not None:  # noqa: ASYNC110 - nothing is polled
            await asyncio.sleep(delay)
        return _result(tries, parse, is_raw=self._is_raw)

    async def _send(self, request: Request) -> Answer | NoAnswer:
        import asyncio

        from coobird._http.http_library import http_errors

        seconds = self._settings.request_timeout
        client = await self._pool.client()
        reader, handled = None, sys.exception()
        try:
            async with asyncio.timeout(seconds):
                outgoing = http_request(client, request, self._settings, seconds)
                response = await client.send(outgoing, stream=True, auth=None, follow_redirects=False)
                try:
                    reader = reader_for(response, self._settings)
                    async for piece in response.aiter_bytes() if response.is_stream_consumed else response.aiter_raw():
                        if not reader.add(piece):
                            break
                    return reader.end()
                finally:
                    await response.aclose()
        except http_errors(OSError, RuntimeError) as error:
            if client.is_closed and await self._pool.client() is client:
                return client_closed("async_http_client")
            failure = no_answer_from(error, client, seconds, handled)
            return reader.end(failure) if reader else failure
        except BaseException as error:
            forget_locals(error, handled)
            raise


def _post(path: str, content: bytes) -> Request:
    from uuid import uuid4

    return Request("POST", BASE_PATH + path, content=content, idempotency_key=str(uuid4()))


def _refuse_if_disabled(operation: str, settings: Settings) -> None:
    if settings.disabled:
        raise DisabledError(
            f"{operation}() needs the server, and this client was built with disabled=True. "
            "Build one without it, or do not call the API here."
        )


def _refuse_without_key(settings: Settings) -> None:
    """Refuse a direct call of a client that can only track."""
    if settings.api_key.reveal() is None:
        raise ConfigurationError(MISSING)


def _result(tries: Tries, parse: Callable[..., T], *, is_raw: bool) -> T:
    """Return the value of the last answer, or the answer with its value in place of it."""
    value = tries.result(parse)
    if not is_raw or tries.answer is None:
        return value
    from coobird._http.raw_response import RawResponse

    raw: Any = RawResponse(tries.answer.without_key(tries.settings.api_key.redact), value)
    return cast("T", raw)


def _record(tries: Tries, outcome: Answer | NoAnswer) -> float | None:
    """Record the outcome of a try.

    Returns seconds to wait before the next one; `None` if this was the last.
    """
    import random

    delay = tries.delay_after(outcome, now=time.time(), jitter=random.random())  # noqa: S311 - it spreads load
    if is_on(debug=tries.settings.debug):
        trace(tries.describe(delay))
    return delay
