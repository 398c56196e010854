"""Decoration of a function of any kind, with one wrapper for each kind."""

from __future__ import annotations

import functools
import inspect
import sys
from types import AsyncGeneratorType, CoroutineType, GeneratorType

from coobird_api.types import cast

from coobird.errors import ConfigurationError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable
    from typing import Any, TypeVar

    Scope = TypeVar("Scope")
    Wrapper = Callable[[Scope, Callable[..., Any]], Callable[..., Any]]


def wrapped(
    function: Any,
    scope: Scope,
    *,
    call: Wrapper[Scope],
    coroutine: Wrapper[Scope],
    generator: Wrapper[Scope],
    async_generator: Wrapper[Scope],
) -> Any:
    """Return the function in the wrapper for its kind, with its own name and signature.

    Args:
        function: A function of any kind, a `classmethod` or a `staticmethod`.
        scope: First argument of the wrappers.
        call: Wraps a plain function.
        coroutine: Wraps a coroutine function.
        generator: Wraps a generator function.
        async_generator: Wraps an async generator function.

    Raises:
        ConfigurationError: It is no function, such as a property.
    """
    if isinstance(function, (classmethod, staticmethod)):
        method: Any = cast("Any", function)
        inner = wrapped(
            method.__func__, scope, call=call, coroutine=coroutine, generator=generator, async_generator=async_generator
        )
        return type(method)(inner)
    if not callable(function):
        raise ConfigurationError(
            f"{type(function).__name__} is no function, so its calls cannot be seen. Decorate the function inside it:"
            " put this decorator below the other one."
        )
    wrapper = call
    if inspect.isasyncgenfunction(function):
        wrapper = async_generator
    elif inspect.isgeneratorfunction(function):
        wrapper = generator
    elif inspect.iscoroutinefunction(function):
        wrapper = coroutine
    return functools.wraps(function)(wrapper(scope, function))


def wrapped_result(
    result: Any,
    scope: Scope,
    *,
    coroutine: Wrapper[Scope],
    generator: Wrapper[Scope],
    async_generator: Wrapper[Scope],
) -> Any:
    """Return what a plain function has returned, in the wrapper for its kind if there is one.

    A function that another decorator made may return a coroutine or a generator without being a
    function of that kind. The arguments are as those of `wrapped`.
    """

    def function() -> Any:
        return result

    # Not the functions of `inspect`: near the recursion limit, one more call would lose the result.
    if isinstance(result, CoroutineType):
        return coroutine(scope, function)()
    if isinstance(result, GeneratorType):
        return generator(scope, function)()
    if isinstance(result, AsyncGeneratorType):
        return async_generator(scope, function)()
    return result


def first_step(items: AsyncGenerator[Any, Any]) -> Awaitable[Any]:
    """Begin an async generator that the async generator around it will close.

    At its end, an event loop closes all async generators that it saw begin, at once and in any
    order. If it closed this one, too, the one around it could find it running, and fail.
    """
    firstiter = sys.get_asyncgen_hooks().firstiter
    sys.set_asyncgen_hooks(firstiter=None)
    try:
        return items.__anext__()
    finally:
        sys.set_asyncgen_hooks(firstiter=firstiter)
