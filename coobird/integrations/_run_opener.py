"""From a request, a task or an invocation to its run: who pays for everything that happens in it."""

from __future__ import annotations

from inspect import isawaitable, iscoroutine
from typing import TYPE_CHECKING, Any, Protocol, TypedDict

from coobird.integrations._metering.meter import Shield

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from coobird.client.runs.scope import RunScope
    from coobird.integrations._metering.meter import Client


class RunOptions(TypedDict, total=False):
    """What a run is made of: the arguments of `Coomon.run`, all of them optional.

    A `token` decides who pays, so take one from outside only if you know who sent it.
    """

    customer_id: str | None
    agent_id: str | None
    signal_code: str | None
    attributes: Mapping[str, Any] | None
    token: str | None


if TYPE_CHECKING:
    Chooser = Callable[[Any], RunOptions | None]
    AnyChooser = Callable[[Any], RunOptions | Awaitable[RunOptions | None] | None]

    class RunClient(Client, Protocol):
        """What opening runs needs of `Coomon` or `AsyncCoomon`."""

        def run(self, *args: Any, **options: Any) -> RunScope: ...


class Opener:
    """Opens runs from what a function of the user's says. Never raises: what goes wrong is reported, and nobody pays then.

    Safe to use from any thread and task.
    """

    def __init__(self, client: RunClient, choose: Callable[..., Any] | None) -> None:
        self.client = client
        self.shield = Shield(client, "Who pays for a request or a task could not be found out")
        self._choose = choose

    def open(self, *source: Any) -> RunScope:
        """Return the run to enter; one that says nothing if the function does not say anything."""
        with self.shield:
            options: Any = None if self._choose is None else self._choose(*source)
            if iscoroutine(options):
                options.close()
                raise TypeError("the function is a coroutine, which cannot be awaited here")
            return self._scope(options)
        return self.client.run()

    async def open_async(self, *source: Any) -> RunScope:
        """As `open`, for a function that may also be a coroutine."""
        with self.shield:
            options: Any = None if self._choose is None else self._choose(*source)
            return self._scope(await options if isawaitable(options) else options)
        return self.client.run()

    def _scope(self, options: RunOptions | None) -> RunScope:
        return self.client.run(**(options or {}))
