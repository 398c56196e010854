"""AWS Lambda: events are delivered before the function is frozen, and its invocation is a run.

@metered(coomon, run=lambda event, context: {"customer_id": event["account"], "agent_id": "summarizer"})
def handler(event, context): ...
"""

from __future__ import annotations

import asyncio
import functools
from concurrent.futures import ThreadPoolExecutor
from inspect import isasyncgenfunction, iscoroutine, iscoroutinefunction, isgeneratorfunction
from typing import TYPE_CHECKING, Any, TypeVar

from coobird.errors import ConfigurationError
from coobird.integrations._metering.meter import Shield
from coobird.integrations._run_opener import Opener

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
    """Return a decorator for a handler: what was tracked is delivered before it returns or raises, whichever it does.

    Without it, events that wait are frozen with the function: they are sent by its next invocation, or lost with it. The
    handler's result and its errors are its own.

    Args:
        coomon: The client, made once outside the handler. It is not shut down: the next invocation goes on with it.
        run: Called with event and context; says who pays as `RunOptions`, or `None` for nobody. If it fails, `on_error` is told
            and the handler runs all the same.
        flush_timeout: Seconds that delivery may take at most, which is what an outage of Coobird may add to an invocation.
        margin: Seconds before the function's own deadline at which delivery stops, so that the answer still gets out. What
            is not delivered by then is told to `on_error`, and stays queued.

    Raises:
        ConfigurationError: A negative number, or a handler that is a coroutine or a generator: Lambda calls plain functions.
    """
    for name, value in (("flush_timeout", flush_timeout), ("margin", margin)):
        if not value >= 0:
            raise ConfigurationError(f"{name} must be 0 or more seconds, not {value!r}.")
    opener, shield = Opener(coomon, run), Shield(coomon, "What an invocation tracked could not be delivered")

    def decorate(handler: Handler) -> Handler:
        # An object is called by its class's __call__, which may be any of these as well.
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
                with shield:
                    _flush(coomon, max(0.0, min(flush_timeout, _seconds_left(context) - margin)))

        decorated: Any = call
        return decorated  # type: ignore[no-any-return]

    return decorate


def _flush(coomon: Any, seconds: float) -> None:
    flushing = coomon.flush(seconds)
    if iscoroutine(flushing):
        # In a thread of its own, because a handler that is called on one's own machine may be called from within a loop.
        with ThreadPoolExecutor(1) as executor:
            executor.submit(asyncio.run, flushing).result()


def _seconds_left(context: Any) -> float:
    """Until the function is ended; without limit where no Lambda is, as in a test of the handler."""
    ask = getattr(context, "get_remaining_time_in_millis", None)
    return float("inf") if ask is None else ask() / 1000
