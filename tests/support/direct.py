"""Direct calls through a session, in both flavours; and a search for the API key in an error."""

from __future__ import annotations

import asyncio
import pickle
import traceback
from collections.abc import Callable
from typing import Any

import httpx
from coobird_api.methods.async_resources import AsyncMethods
from coobird_api.methods.resources import Methods

from coobird._http.pool import AsyncPool, Pool
from coobird._http.session import AsyncSession, Session
from coobird._settings.api_key import ApiKey
from coobird._settings.settings import Settings

KEY = "sk_test_0123456789abcdef"

CUSTOMER: dict[str, Any] = {
    "id": "cus_1",
    "name": "Acme",
    "type": "company",
    "status": "active",
    "email": None,
    "phone": None,
    "external_id": None,
    "currency": "USD",
    "metadata": {"tier": "gold"},
    "created_at": "2026-04-01T10:00:00Z",
    "updated_at": "2026-04-01T10:00:00Z",
}


class Direct(Methods):
    def __init__(self, settings: Settings, given: httpx.Client | None = None) -> None:
        self.pool = Pool(given, host=settings.host)
        self.session = Session(settings, self.pool)

    def _call(self, *args: Any, **kwargs: Any) -> Any:
        return self.session.call(*args, **kwargs)


class AsyncDirect(AsyncMethods):
    def __init__(self, settings: Settings, given: httpx.AsyncClient | None = None) -> None:
        self.pool = AsyncPool(given, host=settings.host)
        self.session = AsyncSession(settings, self.pool)

    async def _call(self, *args: Any, **kwargs: Any) -> Any:
        return await self.session.call(*args, **kwargs)


class Caller:
    """A client of one flavour. Its awaited methods run on an event loop of this object."""

    def __init__(self, is_async: bool, host: str, *, given: Any = None, **settings: Any) -> None:
        self.settings = Settings(ApiKey(KEY), host=host, **settings)
        self._runner = asyncio.Runner() if is_async else None
        self.client: Any = (AsyncDirect if is_async else Direct)(self.settings, given)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self.client, name)
        if self._runner is None:
            return method  # type: ignore[no-any-return]
        return lambda *args, **kwargs: self._runner.run(method(*args, **kwargs))  # type: ignore[union-attr]

    def run(self, awaitable: Any) -> None:
        """Run an awaitable on the loop of this object."""
        assert self._runner is not None
        self._runner.run(awaitable)

    def close(self) -> None:
        if self._runner is None:
            self.client.session.close()
        else:
            self._runner.run(self.client.session.aclose())
            self._runner.close()


def places_with_the_key(error: BaseException, key: str = KEY) -> list[str]:
    """Return the places of the error that show the key. There must be none."""
    places: dict[str, str] = {}
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        name = type(current).__name__
        places |= {f"str({name})": str(current), f"repr({name})": repr(current), f"{name}.args": repr(current.args)}
        places[f"vars({name})"] = repr(vars(current))
        response = getattr(current, "response", None)
        if response is not None:
            headers = [*response.headers.raw, *response.request.headers.raw]
            places[f"{name}.response"] = repr(headers) + response.text
        current = current.__cause__ or current.__context__
    with_locals = traceback.TracebackException.from_exception(error, capture_locals=True)
    # The tests' own frames may hold the key, so only those of the package count.
    frames = [frame for frame in with_locals.stack if "/tests/" not in frame.filename]
    places["traceback"] = "".join(with_locals.format_exception_only()) + repr([frame.locals for frame in frames])
    places["pickle"] = pickle.dumps(error).decode("latin-1")
    return [place for place, text in places.items() if key in text]
