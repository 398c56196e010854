"""Calls that are over, and whose end their framework has not reported yet."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, Any

from coobird import reset_in_child

if TYPE_CHECKING:
    from collections.abc import Callable

WAIT_SECONDS = 15.0
"""Time that a framework has to report the end of such a call. It takes milliseconds."""

WAIT_AFTER_LOOP_SECONDS = 1.0
"""The same for a call whose event loop is closed. What the loop had to do is never done."""

LOOK_SECONDS = 0.5
"""Time between two looks, while calls wait."""


class AnsweredCalls:
    """Calls that wait for their framework's report. A daemon thread runs only while there are any.

    Safe to use from any thread. The child of a fork starts without calls: they are the parent's.

    Args:
        lose: Called in the thread with the id of each call that the framework does not report, and
            with the cause of its loss.
    """

    def __init__(self, lose: Callable[[object, str], Any]) -> None:
        self._lose = lose
        self.reset_after_fork()
        reset_in_child(self)

    def reset_after_fork(self) -> None:
        """Start anew, as at the beginning and in the child of a fork."""
        self._lock = threading.RLock()  # a signal may interrupt it, and report all calls
        self._since: dict[object, tuple[float, asyncio.AbstractEventLoop | None]] = {}
        self._timer: threading.Timer | None = None

    def add(self, call_id: object) -> None:
        """Record that a call is over, in the event loop that runs in this thread, if any."""
        loop = None
        with suppress(RuntimeError):
            loop = asyncio.get_running_loop()
        with self._lock:
            self._since[call_id] = (monotonic(), loop)
            self._watch()

    def discard(self, call_id: object) -> None:
        """Record that the framework has reported the end of a call."""
        with self._lock:
            self._since.pop(call_id, None)

    def _watch(self) -> None:
        if self._timer is None and self._since:
            self._timer = threading.Timer(LOOK_SECONDS, self._look)
            self._timer.daemon = True
            self._timer.start()

    def _look(self) -> None:
        with self._lock:
            now = monotonic()
            lost = [call_id for call_id, answered in self._since.items() if _is_lost(now, *answered)]
            for call_id in lost:
                del self._since[call_id]
            self._timer = None
            self._watch()
        for call_id in lost:
            self._lose(call_id, "its end was not told after it was answered or given up")


def _is_lost(now: float, since: float, loop: asyncio.AbstractEventLoop | None) -> bool:
    is_closed = loop is not None and loop.is_closed()
    return now - since >= (WAIT_AFTER_LOOP_SECONDS if is_closed else WAIT_SECONDS)
