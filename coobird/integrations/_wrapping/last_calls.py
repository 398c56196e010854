"""Calls in progress when the program ends: a stream that is open, a request in a thread."""

from __future__ import annotations

import atexit
from typing import TYPE_CHECKING, Protocol
from weakref import WeakValueDictionary

if TYPE_CHECKING:

    class EndingCall(Protocol):
        """Call, as the end of the program needs it."""

        def end_with_program(self) -> None:
            """Bill or report the call by what is known, unless that was done."""
            ...


# Whoever waits for the answer keeps the call, so that a weak reference is enough.
# `importlib.reload` runs this module again in the same namespace.
_calls: WeakValueDictionary[int, EndingCall] = globals().get("_calls", WeakValueDictionary())
_is_registered: bool = globals().get("_is_registered", False)


def _end_all() -> None:
    for reference in _calls.valuerefs():
        call = reference()
        if call is not None:
            call.end_with_program()


def add(call: EndingCall) -> None:
    """Record a call that begins."""
    global _is_registered  # noqa: PLW0603 - once per process
    if not _is_registered:
        _is_registered = True
        # The interpreter calls exit functions in reverse order of their registration. So this one,
        # registered at the first call, comes before the last delivery of the client.
        atexit.register(_end_all)
    _calls[id(call)] = call
