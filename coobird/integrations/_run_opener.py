"""Run of a request, a task or an invocation, opened from what the user's payer function returns."""

from __future__ import annotations

from inspect import isawaitable, iscoroutine
from typing import TYPE_CHECKING, Any, Protocol, TypedDict

from coobird.integrations._metering.errors import ReportErrors

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from coobird import RunScope
    from coobird.integrations._metering.errors import MeteringClient


class RunOptions(TypedDict, total=False):
    """Arguments of `Coomon.run`, all of them optional.

    A `token` decides who pays, so take one from outside only if you know who sent it.
    """

    customer_id: str | None
    agent_id: str | None
    signal_code: str | None
    attributes: Mapping[str, Any] | None
    token: str | None


if TYPE_CHECKING:
    PayerFunction = Callable[[Any], RunOptions | None]
    AnyPayerFunction = Callable[[Any], RunOptions | Awaitable[RunOptions | None] | None]

    class RunClient(MeteringClient, Protocol):
        """Methods that opening runs uses of `Coomon` or `AsyncCoomon`."""

        def run(self, *args: Any, **options: Any) -> RunScope: ...


class RunOpener:
    """Opens runs from the options that a payer function returns.

    Never raises: an error of the function is reported to `on_error`, and the run names no payer.
    Safe to use from any thread and task.

    Args:
        payer: Function that returns `RunOptions`, or `None` for no payer; left out for no payer.
    """

    def __init__(self, client: RunClient, payer: Callable[..., Any] | None) -> None:
        self.client = client
        self.report_errors = ReportErrors(client, "The payer of a request or a task could not be determined")
        self._payer = payer

    def open(self, *arguments: Any) -> RunScope:
        """Return the run to enter; one without values if the payer function returns none.

        Args:
            arguments: Arguments of the payer function, such as the request.
        """
        with self.report_errors:
            options: Any = None if self._payer is None else self._payer(*arguments)
            if iscoroutine(options):
                options.close()
                raise TypeError("the function is a coroutine, which cannot be awaited here")
            return self._scope(options)
        return self.client.run()

    async def open_async(self, *arguments: Any) -> RunScope:
        """Return the run to enter, as `open` does, for a function that may also be a coroutine."""
        with self.report_errors:
            options: Any = None if self._payer is None else self._payer(*arguments)
            return self._scope(await options if isawaitable(options) else options)
        return self.client.run()

    def _scope(self, options: RunOptions | None) -> RunScope:
        return self.client.run(**(options or {}))
