"""AWS Lambda: events are delivered before the function is frozen, and its invocation is a run.

def payer(event, context):
    return {"customer_id": event["account"], "agent_id": "summarizer"}

@metered(coomon, run=payer)
def handler(event, context): ...
"""

from __future__ import annotations

import asyncio
import functools
from concurrent.futures import ThreadPoolExecutor
from inspect import isasyncgenfunction, iscoroutine, iscoroutinefunction, isgeneratorfunction
from typing import TYPE_CHECKING, Any, TypeVar

from coobird.errors import ConfigurationError
from coobird.integrations._metering.errors import ReportErrors
from coobird.integrations._run_opener import RunOpener

if TYPE_CHECKING:
    from collections.abc import Callable

    from coobird import AsyncCoomon, Coomon
    from coobird.integrations._run_opener import RunOptions

Handler = TypeVar("Handler", bound="Callable[..., Any]")


def metered(
    coomon: Coomon | AsyncCoomon,
    *,
    run: Callable[[Any, Any], RunOptions | None] | None = None,
    flush_timeout: float = 10.0,
    margin: float = 0.5,
) -> Callable[[Handler], Handler]:
    """Return a decorator for a handler: queued events are delivered before it returns or raises.

    Without it, queued events are frozen with the function. The next invocation sends them, or they
    are lost if there is none. The handler's result and errors stay the same.

    Args:
        coomon: The client, made once outside the handler. It stays open for the next invocation.
        run: Payer function. It is called with event and context, and returns `RunOptions`, or
            `None` for no payer. An error of it is reported to `on_error`, and the handler runs all
            the same.
        flush_timeout: Maximum time of delivery in seconds. An outage of Coobird may add this time
            to an invocation.
        margin: Seconds before the function's own deadline at which delivery stops, so that the
            answer is still returned. Events that are not delivered by then are reported to
            `on_error`, and stay queued.

    Raises:
        ConfigurationError: A negative number, or a handler that is a coroutine function or a
            generator function. Lambda calls plain functions.
    """
    for name, value in (("flush_timeout", flush_timeout), ("margin", margin)):
        if not value >= 0:
            raise ConfigurationError(f"{name} must be 0 or more seconds, not {value!r}.")
    opener = RunOpener(coomon, run)
    report_errors = ReportErrors(coomon, "The events of an invocation could not be delivered")

    def decorate(handler: Handler) -> Handler:
        # A callable object is called by its class's __call__, which may be a coroutine function.
        called = (handler, type(handler).__call__)
        if any(
            is_one(each) for is_one in (iscoroutinefunction, isgeneratorfunction, isasyncgenfunction) for each in called
        ):
            raise ConfigurationError(
                "Lambda neither awaits nor iterates its handler: decorate a plain function, which may call asyncio.run."
            )

        @functools.wraps(handler)
        def call(event: Any, context: Any) -> Any:
            try:
                with opener.open(event, context):
                    return handler(event, context)
            finally:
                with report_errors:
                    _flush(coomon, max(0.0, min(flush_timeout, _seconds_left(context) - margin)))

        decorated: Any = call
        return decorated  # type: ignore[no-any-return]

    return decorate


def _flush(coomon: Any, seconds: float) -> None:
    flushing = coomon.flush(seconds)
    if iscoroutine(flushing):
        # A separate thread, because a local test may call the handler inside a running event loop.
        with ThreadPoolExecutor(1) as executor:
            executor.submit(asyncio.run, flushing).result()


def _seconds_left(context: Any) -> float:
    """Return the seconds until Lambda ends the function; infinity outside Lambda, as in a test."""
    remaining_ms = getattr(context, "get_remaining_time_in_millis", None)
    return float("inf") if remaining_ms is None else remaining_ms() / 1000
