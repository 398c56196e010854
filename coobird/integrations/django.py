"""Runs for the requests of Django, under WSGI and ASGI, in sync and async views.

MIDDLEWARE = [..., "django.contrib.auth.middleware.AuthenticationMiddleware",
              "coobird.integrations.django.CoobirdMiddleware"]
COOBIRD_CLIENT = "shop.billing.coomon"       # a Coomon or an AsyncCoomon
COOBIRD_RUN = "shop.billing.payer"           # a function

def payer(request):
    return {"customer_id": request.user.account_id, "agent_id": "assistant"}
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from coobird.errors import ConfigurationError
from coobird.integrations._run_opener import RunOpener

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

    from coobird import Run


class CoobirdMiddleware:
    """Makes each request a run, which lasts until the last byte of the response.

    Put it after the middleware that authenticates users.

    Settings, each a value or its dotted path:
        COOBIRD_CLIENT: The client whose events take missing values from the run.
        COOBIRD_RUN: Payer function. It is called with each request, and returns `RunOptions`, or
            `None` for no payer. Under ASGI it may be a coroutine function; a plain function is
            called in a thread there, so that it may query the database. An error of it is reported
            to `on_error`, and the request goes on without a run.

    Queued events are delivered when the process ends. uvicorn ends by the signal that stops it, so
    call `coobird.flush_on_signals()` under it. The middleware is safe for concurrent requests.
    """

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[Any], Any]) -> None:
        """Read the settings. Django makes the middleware when it starts.

        Raises:
            ConfigurationError: A setting is missing, or its path cannot be imported.
        """
        self._get_response = get_response
        self._payer = _setting("COOBIRD_RUN")
        self._is_async = bool(_asgiref().iscoroutinefunction(get_response))
        if self._is_async:
            _asgiref().markcoroutinefunction(self)
            self._payer = _awaitable(self._payer)
        self._opener = RunOpener(_setting("COOBIRD_CLIENT"), self._payer)

    def __call__(self, request: Any) -> Any:
        """Serve one request. Returns an awaitable under ASGI."""
        if self._is_async:
            return self._serve(request)
        with self._opener.open(request) as run:
            response = self._get_response(request)
        return _in_run(response, run)

    async def _serve(self, request: Any) -> Any:
        with await self._opener.open_async(request) as run:
            response = await self._get_response(request)
        return _in_run(response, run)


def _in_run(response: Any, run: Run) -> Any:
    """Return the response, after making a streaming body produce its pieces in the run.

    A file stays as it is, because the server sends it.
    """
    if getattr(response, "streaming", False) and getattr(response, "file_to_stream", None) is None:
        pieces = response.streaming_content
        response.streaming_content = _async_pieces(pieces, run) if response.is_async else _pieces(pieces, run)
        close = response.close

        # Closing runs code of the view, such as the `finally` of a generator that was not read to
        # its end.
        def close_in_run() -> None:
            with run:
                close()

        response.close = close_in_run
    return response


def _pieces(pieces: Iterator[bytes], run: Run) -> Iterator[bytes]:
    while True:
        with run:
            piece = next(pieces, None)
        if piece is None:
            return
        yield piece


async def _async_pieces(pieces: AsyncIterator[bytes], run: Run) -> AsyncIterator[bytes]:
    while True:
        with run:
            piece = await anext(pieces, None)
        if piece is None:
            return
        yield piece


def _awaitable(payer: Callable[..., Any]) -> Callable[..., Awaitable[Any]]:
    if _asgiref().iscoroutinefunction(payer):
        return payer
    in_thread: Callable[..., Awaitable[Any]] = _asgiref().sync_to_async(payer, thread_sensitive=True)
    return in_thread


def _asgiref() -> Any:
    return import_module("asgiref.sync")


def _setting(name: str) -> Any:
    value: Any = getattr(import_module("django.conf").settings, name, None)
    if value is None:
        raise ConfigurationError(
            f"Set {name} in Django's settings: the value, or its path, such as 'shop.billing.name'."
        )
    if not isinstance(value, str):
        return value
    try:
        return import_module("django.utils.module_loading").import_string(value)
    except ImportError as error:
        raise ConfigurationError(f"{name} = {value!r} cannot be imported: {error}.") from error
