"""Functions whose calls are metered: one event for each call that ends well.

The event takes its payer from the run in which the call began.
"""

from __future__ import annotations

import _thread
import functools

from coobird_api.types import cast

from coobird._http.stack import MANY_FRAMES, has_room
from coobird.client.function_kinds import first_step, wrapped, wrapped_result
from coobird.errors import CoobirdError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator, Mapping
    from typing import Any, Protocol

    from coobird.client.runs.run import Run

    End = Callable[[Any], None]
    Begin = Callable[[Any, tuple[Any, ...], Mapping[str, Any]], End]

    class Tracker(Protocol):
        """Methods of a client that metering uses."""

        def current_run(self) -> Run: ...
        def report(self, error: CoobirdError) -> None: ...
        @property
        def track(self) -> Callable[..., None]: ...


class Metering:
    """Event of a metered function: values that are the same for each call, or functions of it."""

    def __init__(
        self,
        client: Tracker,
        *,
        quantity: Any,
        cost: Any,
        attributes: Any,
        event_id: Callable[..., str | None] | None,
        event: Mapping[str, Any],
        ids: Mapping[str, str | None],
    ) -> None:
        self._client = client
        self._quantity = quantity
        self._cost = cost
        self._attributes = attributes
        self._event_id = event_id
        self._event = event
        self._ids = ids

    def begin(self, function: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> End:
        """Return the function that tracks the event of a call that begins now, given its result."""
        run = self._client.current_run()

        def end(result: Any) -> None:
            try:
                attributes = dict(_value(self._attributes, result) or {})
                cost = _value(self._cost, result)
                if cost is not None:
                    attributes["cost_usd"] = cost
                event_id = None if self._event_id is None else self._event_id(*args, **kwargs)
                quantity = _value(self._quantity, result)
            except Exception as error:
                # A function of the program: its failure must not fail the call.
                if isinstance(error, RecursionError) and not has_room(MANY_FRAMES):
                    raise  # not the function's fault: see `_end_apart`
                name = getattr(function, "__qualname__", type(function).__name__)
                failure = CoobirdError(
                    f"A call of {name}() was not metered: {type(error).__name__}: {error}. Correct the functions that"
                    " were given to metered()."
                )
                failure.__cause__ = error
                self._client.report(failure)
                return
            ids: dict[str, Any] = {name: getattr(run, name) or value for name, value in self._ids.items()}
            with run:
                self._client.track(quantity=quantity, attributes=attributes, event_id=event_id, **ids, **self._event)

        return end


def _value(given: Any, result: Any) -> Any:
    return given(result) if callable(given) else given


def metered(metering: Metering, function: Any) -> Any:
    """Return the function as one whose calls are metered.

    Args:
        metering: The event of a call.
        function: A function of any kind, a `classmethod` or a `staticmethod`.
    """
    return wrapped(
        function,
        metering.begin,
        call=_call,
        coroutine=_coroutine,
        generator=_generator,
        async_generator=_async_generator,
    )


def _call(begin: Begin, function: Callable[..., Any]) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        end = begin(function, args, kwargs)

        def begun(*_: object) -> End:
            return end

        result = function(*args, **kwargs)
        later = wrapped_result(
            result, begun, coroutine=_coroutine, generator=_generator, async_generator=_async_generator
        )
        if later is not result:
            return later
        try:
            end(result)
        except RecursionError:
            _end_apart(end, (result,))
        return result

    return call


# The function has ended well, so the program must get its result. In a thread of its own all nested
# calls are left. Not a function that tries `end` first: its own call may be one too many.
_end_apart = _thread.start_new_thread


def _coroutine(begin: Begin, function: Callable[..., Any]) -> Callable[..., Any]:
    async def call(*args: Any, **kwargs: Any) -> Any:
        end = begin(function, args, kwargs)
        result = await function(*args, **kwargs)
        try:
            end(result)
        except RecursionError:
            _end_apart(end, (result,))
        return result

    return call


class _Counted:
    """Items of a generator, counted. `yield from` passes on what is sent and thrown."""

    def __init__(self, items: Generator[Any, Any, Any]) -> None:
        self.count = 0
        self.close = items.close
        self._items = items

    def __iter__(self) -> _Counted:
        return self

    def __next__(self) -> Any:
        return self.send(None)

    def send(self, value: Any) -> Any:
        return self._counted(self._items.send(value))

    def throw(self, *error: Any) -> Any:
        return self._counted(self._items.throw(*error))

    def _counted(self, item: Any) -> Any:
        self.count += 1
        return item


def _generator(begin: Begin, function: Callable[..., Any]) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Generator[Any, Any, Any]:
        end = begin(function, args, kwargs)
        items = _Counted(function(*args, **kwargs))
        try:
            result = yield from cast("Generator[Any, Any, Any]", items)
        except GeneratorExit:
            end(items.count)
            raise
        try:
            end(items.count)
        except RecursionError:
            _end_apart(end, (items.count,))
        return result

    return call


def _async_generator(begin: Begin, function: Callable[..., Any]) -> Callable[..., Any]:
    async def call(*args: Any, **kwargs: Any) -> AsyncGenerator[Any, Any]:
        end = begin(function, args, kwargs)
        items = function(*args, **kwargs)
        step: Callable[[], Any] = functools.partial(first_step, items)
        count = 0
        while True:
            try:
                item = await step()
            except StopAsyncIteration:
                try:
                    end(count)
                except RecursionError:
                    _end_apart(end, (count,))
                return
            count += 1
            try:
                sent = yield item
                step = functools.partial(items.asend, sent)
            except GeneratorExit:
                await items.aclose()
                end(count)
                raise
            except BaseException as error:  # noqa: BLE001 - the function decides what happens to it
                step = functools.partial(items.athrow, error)

    return call
