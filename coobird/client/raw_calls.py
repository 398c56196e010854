"""Calls of a client that return the whole answer. Apart, as it is loaded when it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from coobird_api.methods.resources import Methods

from coobird.client.once import Once
from coobird.errors import ConfigurationError, DisabledError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from coobird._http.raw_response import RawResponse
    from coobird.client.tracking import Tracking

P = ParamSpec("P")
T = TypeVar("T")


class _Calls(Once):
    _instead_of_pickling = "it belongs to one client. Build a client in each process."

    def __init__(self, client: Tracking) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Callable[..., Any]:
        settings = self._client._settings  # pyright: ignore[reportPrivateUsage] - the client's own part
        is_event = name.startswith("track_") and name.endswith("_immediate")
        is_operation = not name.startswith(("_", "iter_")) and hasattr(Methods, name)
        if not is_operation and not is_event:
            raise AttributeError(f"{name} is no call with one answer, so with_raw_response does not have it.")
        if is_event and settings.disabled:
            raise DisabledError(f"{name}() has no answer, because this client was built with disabled=True.")
        if is_event and settings.transport is not None:
            raise ConfigurationError(
                f"{name}() has no answer of the API, because events go to {settings.transport.shown}."
            )
        method: Callable[..., Any] = getattr(self._client, name)
        return method

    def __dir__(self) -> list[str]:
        operations = [name for name in dir(Methods) if not name.startswith(("_", "iter_"))]
        return [*operations, *(name for name in dir(self._client) if name.endswith("_immediate"))]

    def _as_raw(self, method: Callable[..., Any]) -> Any:
        return getattr(self, method.__name__)


class RawCalls(_Calls):
    """Methods of a `Coomon` that return whole answers; also called with a method of the client."""

    def __call__(self, method: Callable[P, T]) -> Callable[P, RawResponse[T]]:
        """Return the method that returns the whole answer, with the same arguments and types."""
        made: Callable[P, RawResponse[T]] = self._as_raw(method)
        return made


class AsyncRawCalls(_Calls):
    """As `RawCalls`, for an `AsyncCoomon`: the methods are awaited."""

    def __call__(self, method: Callable[P, Awaitable[T]]) -> Callable[P, Coroutine[Any, Any, RawResponse[T]]]:
        """Return the method that returns the whole answer, with the same arguments and types."""
        made: Callable[P, Coroutine[Any, Any, RawResponse[T]]] = self._as_raw(method)
        return made
