"""Calls in progress, by the task in which they began."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


class CancelledCalls:
    """Calls whose end a framework does not tell if their task is cancelled.

    Args:
        lose: Called with the id of each call that was in progress when its task was cancelled.
    """

    def __init__(self, lose: Callable[[object], Any]) -> None:
        self._lose = lose
        self._watched: dict[object, tuple[asyncio.Task[Any], Callable[[asyncio.Task[Any]], None]]] = {}

    def add(self, call_id: object) -> None:
        """Watch the task of a call that begins here, if there is one."""
        try:
            task = asyncio.current_task()
        except RuntimeError:  # no event loop runs in this thread
            return
        if task is None:
            return

        def end(task: asyncio.Task[Any]) -> None:
            if self._watched.pop(call_id, None) is not None and task.cancelled():
                self._lose(call_id)

        self._watched[call_id] = (task, end)
        task.add_done_callback(end)

    def discard(self, call_id: object) -> None:
        """Record that the framework has told the end of a call."""
        watched = self._watched.pop(call_id, None)
        if watched is not None:
            task, end = watched
            task.remove_done_callback(end)
