"""A deadline for a whole try of a call from a thread.

The HTTP library's own timeout is for one wait, which a server that sends a byte a second never exceeds. So the streams of its
connections are taught to look at the clock; event loops have `asyncio.timeout` instead.
"""

from __future__ import annotations

import threading
from math import inf
from time import monotonic

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any


class _Local(threading.local):
    at = inf
    waited = 0.0


_deadline = _Local()


def set_deadline(at: float) -> None:
    """Reading and writing in this thread ends with `TimeoutError` from then on, by `time.monotonic`; infinity for never."""
    _deadline.at = at


def start_waiting() -> None:
    """Count what this thread waits for answers from zero."""
    _deadline.waited = 0.0


def seconds_waited() -> float:
    """How long this thread has waited for answers; 0 if that is not known of the connections it used."""
    return _deadline.waited


def watch(event: str, info: Mapping[str, Any]) -> None:
    """A `trace` extension of httpcore: hears of each stream that is opened. Without these events there is only its timeout."""
    if event.endswith((".connect_tcp.complete", ".connect_unix_socket.complete", ".start_tls.complete")):
        stream = info["return_value"]
        stream.read = _counted(_in_time(stream.read))
        stream.write = _in_time(stream.write)


def _in_time(use: Callable[..., Any]) -> Callable[..., Any]:
    def used(data: object, timeout: float | None = None) -> Any:
        left = _deadline.at - monotonic()
        if left <= 0:
            raise TimeoutError
        return use(data, left if timeout is None else min(timeout, left)) if left != inf else use(data, timeout)

    return used


def _counted(read: Callable[..., Any]) -> Callable[..., Any]:
    def counted(most: int, timeout: float | None = None) -> Any:
        began = monotonic()
        try:
            return read(most, timeout)
        finally:
            _deadline.waited += monotonic() - began

    return counted
