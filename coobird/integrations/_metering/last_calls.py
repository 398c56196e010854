"""Calls in progress when the program ends: a stream that is open, a request in a thread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol
from weakref import WeakValueDictionary

from coobird import before_last_delivery, reset_in_child

if TYPE_CHECKING:

    class Ending(Protocol):
        """Call, or handler of calls, as the end of the program needs it."""

        def end_with_program(self) -> None:
            """Bill or report what is in progress by what is known, unless that was done."""
            ...


class LastCalls:
    """Calls in progress in this process. The child of a fork begins without: they are the parent's.

    It needs no lock: each step is one operation of a dict.
    """

    def __init__(self) -> None:
        self.reset_after_fork()
        reset_in_child(self)

    def reset_after_fork(self) -> None:
        """Forget all calls, as at the beginning and in the child of a fork."""
        self._is_registered = False
        self._calls: WeakValueDictionary[int, Ending] = WeakValueDictionary()
        self._handlers: dict[tuple[int, object], Ending] = {}

    def add(self, call: Ending) -> None:
        """Record a call that begins. Whoever waits for its answer keeps it."""
        self._register()
        self._calls[id(call)] = call

    def hold(self, handler: Ending, call_id: object) -> None:
        """Record that a call of a handler begins, and keep the handler until the call is released.

        The program may have dropped a handler of one request before the call ends.
        """
        self._register()
        self._handlers[id(handler), call_id] = handler

    def release(self, handler: Ending, call_id: object) -> None:
        """Record that a call of a handler has ended."""
        self._handlers.pop((id(handler), call_id), None)

    def end_all(self) -> None:
        """Bill or report all calls in progress, because the program ends."""
        calls = [reference() for reference in self._calls.valuerefs()]
        handlers = {id(handler): handler for handler in list(self._handlers.values())}
        for each in (*calls, *handlers.values()):
            if each is not None:
                each.end_with_program()

    def _register(self) -> None:
        if not self._is_registered:
            self._is_registered = True
            before_last_delivery(self.end_all)


# Kept by `importlib.reload`, which runs this module again in the same namespace.
last_calls: LastCalls = globals().get("last_calls") or LastCalls()
"""Calls of all integrations."""
