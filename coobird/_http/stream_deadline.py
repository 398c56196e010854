"""Hooks in httpcore's streams: deadline of a whole try, time spent waiting, one write per request.

The library's own timeout bounds a single wait. A server that sends a byte a second never exceeds
it. Event loops use `asyncio.timeout` instead.
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
    deadline = inf
    waited = 0.0


_local = _Local()


def set_deadline(deadline: float) -> None:
    """Let reads, writes and TLS handshakes of this thread raise `TimeoutError` from then on.

    `deadline` is a value of `time.monotonic`; infinity for none.
    """
    _local.deadline = deadline


def start_waiting() -> None:
    """Reset the time that this thread has waited for answers to zero."""
    _local.waited = 0.0


def seconds_waited() -> float:
    """Return the seconds that this thread has waited for answers; 0 if they were not measured."""
    return _local.waited


def watch_streams(event: str, info: Mapping[str, Any]) -> None:
    """Hook into each stream that is opened. This is a `trace` extension of httpcore."""
    if event.endswith((".connect_tcp.complete", ".connect_unix_socket.complete")):
        watch(info["return_value"])


def watch(stream: Any) -> None:
    """Hook into a stream, and into the one that TLS makes of it."""
    start_tls = stream.start_tls

    def watched_tls(ssl_context: object, server_hostname: str | None = None, timeout: float | None = None) -> Any:
        try:
            seconds = _seconds_left(timeout)
        except TimeoutError:
            stream.close()  # as `start_tls` does when it fails
            raise
        over_tls = start_tls(ssl_context, server_hostname, seconds)
        watch(over_tls)
        return over_tls

    joined = _JoinedWrites(_measured(_until_deadline(stream.read)), _until_deadline(stream.write))
    stream.read, stream.write, stream.start_tls = joined.read, joined.write, watched_tls


class _JoinedWrites:
    """Writes the head of a request together with its body.

    That is one system call, and wakes the server once.
    """

    def __init__(self, read: Callable[..., Any], write: Callable[..., Any]) -> None:
        self._read = read
        self._write = write
        self._pending: list[bytes] = []

    def write(self, data: bytes, timeout: float | None = None) -> None:
        # httpcore writes the head, then the body, then an empty piece that ends the request.
        self._pending.append(data)
        if not data or len(self._pending) > 2:
            self._write_pending(timeout)

    def read(self, max_bytes: int, timeout: float | None = None) -> Any:
        if self._pending:
            self._write_pending(timeout)
        return self._read(max_bytes, timeout)

    def _write_pending(self, timeout: float | None) -> None:
        data = b"".join(self._pending)
        self._pending.clear()
        self._write(data, timeout)


def _until_deadline(use: Callable[..., Any]) -> Callable[..., Any]:
    def bounded(data: object, timeout: float | None = None) -> Any:
        return use(data, _seconds_left(timeout))

    return bounded


def _seconds_left(timeout: float | None) -> float | None:
    """Return the seconds that one wait may take; `None` for no limit. Raises `TimeoutError`."""
    left = _local.deadline - monotonic()
    if left <= 0:
        raise TimeoutError
    if left == inf:
        return timeout
    return left if timeout is None else min(timeout, left)


def _measured(read: Callable[..., Any]) -> Callable[..., Any]:
    def measured(max_bytes: int, timeout: float | None = None) -> Any:
        began = monotonic()
        try:
            return read(max_bytes, timeout)
        finally:
            _local.waited += monotonic() - began

    return measured
