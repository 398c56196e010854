"""Calls in progress, by the task in which they began."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


class CallsOfTasks:
    """Calls whose end a framework does not tell if it was their task that ended them.

    Args:
        lose: Called with the id of each call that was in progress when its task ended, and with the
            cause of its loss.
        wait_for: Called with the id instead, if the task was not cancelled. For a framework that
            may tell the end of a call after the task that got its answer.
    """

    def __init__(self, lose: Callable[[object, str], Any], wait_for: Callable[[object], Any] | None = None) -> None:
        self._lose = lose
        self._wait_for = wait_for
        self._watched: dict[object, tuple[asyncio.Task[Any], Callable[[asyncio.Task[Any]], None]]] = {}
        self._streams: set[object] = set()

    def add(self, call_id: object) -> None:
        """Watch the task of a call that begins here, if there is one."""
        try:
            task = asyncio.current_task()
        except RuntimeError:  # no event loop runs in this thread
            return
        if task is None:
            return

        def end(task: asyncio.Task[Any]) -> None:
            is_in_progress = self._watched.pop(call_id, None) is not None
            # Another task may read a stream on, of which this one has read a part.
            may_go_on = call_id in self._streams and not task.cancelled()
            self._streams.discard(call_id)
            if not is_in_progress or may_go_on:
                return
            if task.cancelled():
                self._lose(call_id, "its task was cancelled before the answer was read")
            elif self._wait_for is not None:
                self._wait_for(call_id)
            else:
                self._lose(call_id, "its task ended before the answer was read")

        self._watched[call_id] = (task, end)
        task.add_done_callback(end)

    def add_stream(self, call_id: object) -> None:
        """Record that a part of the answer was read."""
        if call_id in self._watched:
            self._streams.add(call_id)

    def discard(self, call_id: object) -> None:
        """Record that the framework has told the end of a call."""
        self._streams.discard(call_id)
        watched = self._watched.pop(call_id, None)
        if watched is not None:
            task, end = watched
            task.remove_done_callback(end)
