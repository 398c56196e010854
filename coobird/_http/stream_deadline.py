"""What the streams of the HTTP library are taught: a deadline for a whole try, how long they wait, and to write at once.

The library's own timeout is for one wait, which a server that sends a byte a second never exceeds. Event loops have
`asyncio.timeout` instead.
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
    """Reading and writing in this thread ends with `TimeoutError` then, by `time.monotonic`; infinity for never."""
    _deadline.at = at


def start_waiting() -> None:
    """Count what this thread waits for answers from zero."""
    _deadline.waited = 0.0


def seconds_waited() -> float:
    """How long this thread has waited for answers; 0 if that is not known of the connections it used."""
    return _deadline.waited


def watch(event: str, info: Mapping[str, Any]) -> None:
    """A `trace` extension of httpcore: hears of each stream that is opened."""
    if event.endswith((".connect_tcp.complete", ".connect_unix_socket.complete", ".start_tls.complete")):
        stream = info["return_value"]
        whole = _Whole(_counted(_in_time(stream.read)), _in_time(stream.write))
        stream.read, stream.write = whole.read, whole.write


class _Whole:
    """Writes the head of a request together with its body: one system call, and the server wakes once."""

    def __init__(self, read: Callable[..., Any], write: Callable[..., Any]) -> None:
        self._read = read
        self._write = write
        self._held: list[bytes] = []

    def write(self, data: bytes, timeout: float | None = None) -> None:
        # The library writes the head, then the body, then an empty piece that says that this is all.
        self._held.append(data)
        if not data or len(self._held) > 2:
            self._let_go(timeout)

    def read(self, most: int, timeout: float | None = None) -> Any:
        if self._held:
            self._let_go(timeout)
        return self._read(most, timeout)

    def _let_go(self, timeout: float | None) -> None:
        data = b"".join(self._held)
        self._held.clear()
        self._write(data, timeout)


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
