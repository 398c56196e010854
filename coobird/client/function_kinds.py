"""Decoration of a function of any kind, with one wrapper for each kind."""

from __future__ import annotations

import functools
import inspect

from coobird_api.types import cast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Wrapper = Callable[[Callable[..., Any]], Callable[..., Any]]


def wrapped(function: Any, *, call: Wrapper, coroutine: Wrapper, generator: Wrapper, async_generator: Wrapper) -> Any:
    """Return the function in the wrapper for its kind, with its own name and signature.

    Args:
        function: A function of any kind, a `classmethod` or a `staticmethod`.
        call: Wraps a plain function.
        coroutine: Wraps a coroutine function.
        generator: Wraps a generator function.
        async_generator: Wraps an async generator function.
    """
    if isinstance(function, (classmethod, staticmethod)):
        method: Any = cast("Any", function)
        inner = wrapped(
            method.__func__, call=call, coroutine=coroutine, generator=generator, async_generator=async_generator
        )
        return type(method)(inner)
    wrapper = call
    if inspect.isasyncgenfunction(function):
        wrapper = async_generator
    elif inspect.isgeneratorfunction(function):
        wrapper = generator
    elif inspect.iscoroutinefunction(function):
        wrapper = coroutine
    return functools.wraps(function)(wrapper(function))
