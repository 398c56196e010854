"""Steps of a function that is the same for sync and async clients.

A generator yields each call that waits, as a function without arguments, and gets its result back.
"""

from __future__ import annotations

from inspect import isawaitable
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Callable, Generator

Result = TypeVar("Result")

if TYPE_CHECKING:
    Steps = Generator[Callable[[], Any], Any, Result]


def run(steps: Steps[Result]) -> Result:
    """Make the calls one after the other, and return the result of the generator."""
    try:
        # Calls of a sync client return no awaitable, so the coroutine ends without any pause.
        run_async(steps).send(None)
    except StopIteration as end:
        return cast("Result", end.value)
    raise RuntimeError("A call of a sync client returned something to await.")


async def run_async(steps: Steps[Result]) -> Result:
    """Do the same as `run` with calls that may return awaitables or async iterators."""
    try:
        call = next(steps)
        while True:
            try:
                value = await _awaited(call())
            except Exception as error:  # noqa: BLE001 - the generator decides
                call = steps.throw(error)
            else:
                call = steps.send(value)
    except StopIteration as end:
        return cast("Result", end.value)


async def _awaited(value: Any) -> Any:
    value = await value if isawaitable(value) else value
    if hasattr(value, "__aiter__"):
        return [item async for item in cast("AsyncIterable[Any]", value)]
    return value
