"""One test body for both clients: calls of the awaited one run to their end on one event loop."""

import asyncio
import inspect
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple, cast

import httpx

from coobird import AsyncCoomon, Coomon

FLAVOURS = ("sync", "async")
_END = object()


class Wire(NamedTuple):
    """The connections that clients share, and the loop that the asynchronous ones belong to."""

    client: httpx.Client
    async_client: httpx.AsyncClient
    runner: asyncio.Runner


class Awaited:
    """An `AsyncCoomon` that works like `Coomon`: calls return answers, iterators are plain ones."""

    def __init__(self, client: AsyncCoomon, runner: asyncio.Runner) -> None:
        self._client = client
        self._runner = runner

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._client, name)

        def call(*args: Any, **options: Any) -> Any:
            answer = method(*args, **options)
            if inspect.iscoroutine(answer):
                return self._runner.run(answer)
            return self._steps(answer) if isinstance(answer, AsyncIterator) else answer

        return call

    def _steps(self, items: AsyncIterator[Any]) -> Iterator[Any]:
        async def step() -> Any:
            return await anext(items, _END)

        while (item := self._runner.run(step())) is not _END:
            yield item


@contextmanager
def in_flavour(flavour: str, wire: Wire, api_key: str, **options: Any) -> Iterator[Coomon]:
    """A client of this flavour, shut down at the end."""
    if flavour == "sync":
        with Coomon(api_key, http_client=wire.client, **options) as client:
            yield client
        return
    awaited = AsyncCoomon(api_key, http_client=wire.client, async_http_client=wire.async_client, **options)
    yield cast("Coomon", Awaited(awaited, wire.runner))
    wire.runner.run(awaited.shutdown())
