"""Decorated functions: each call happens in a run of its own, whatever kind of function it is.

Between two items of a generator, the run of the code that reads from it is the current one.
"""

from __future__ import annotations

import functools

from coobird.client.function_kinds import first_step, wrapped, wrapped_result

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator
    from contextlib import AbstractContextManager
    from typing import Any

    from coobird.client.runs.run import Run

    Scope = AbstractContextManager[Run, None]


def decorate(scope: Scope, function: Any) -> Any:
    """Return the function as one whose every call happens in a run of its own.

    Args:
        scope: Makes the run: it is entered at the start of each call.
        function: A function of any kind, a `classmethod` or a `staticmethod`.
    """
    return wrapped(
        function, scope, call=_call, coroutine=_coroutine, generator=_generator, async_generator=_async_generator
    )


def _call(scope: Scope, function: Callable[..., Any]) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        with scope as run:
            result = function(*args, **kwargs)
        return wrapped_result(result, run, coroutine=_coroutine, generator=_generator, async_generator=_async_generator)

    return call


def _coroutine(scope: Scope, function: Callable[..., Any]) -> Callable[..., Any]:
    async def call(*args: Any, **kwargs: Any) -> Any:
        with scope:
            return await function(*args, **kwargs)

    return call


def _generator(scope: Scope, function: Callable[..., Any]) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Generator[Any, Any, Any]:
        with scope as run:
            items = function(*args, **kwargs)
        step: Callable[[], Any] = functools.partial(next, items)
        while True:
            try:
                with run:
                    item = step()
            except StopIteration as end:
                return end.value
            try:
                sent = yield item
                step = functools.partial(items.send, sent)
            except GeneratorExit:
                with run:
                    items.close()
                raise
            except BaseException as error:  # noqa: BLE001 - the function decides what happens to it
                step = functools.partial(items.throw, error)

    return call


def _async_generator(scope: Scope, function: Callable[..., Any]) -> Callable[..., Any]:
    async def call(*args: Any, **kwargs: Any) -> AsyncGenerator[Any, Any]:
        with scope as run:
            items = function(*args, **kwargs)
        step: Callable[[], Any] = functools.partial(first_step, items)
        while True:
            try:
                with run:
                    item = await step()
            except StopAsyncIteration:
                return
            try:
                sent = yield item
                step = functools.partial(items.asend, sent)
            except GeneratorExit:
                with run:
                    await items.aclose()
                raise
            except BaseException as error:  # noqa: BLE001 - the function decides what happens to it
                step = functools.partial(items.athrow, error)

    return call
