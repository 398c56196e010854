"""Awaiting a call that blocks."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from threading import Thread

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    T = TypeVar("T")


async def in_thread(call: Callable[[], T]) -> T:
    """Await a blocking call without blocking the loop. Cancelling ends the waiting, not the call.

    The thread is a daemon of its own: `asyncio.to_thread` would hold up the end of the loop, and of the process, until
    the call returns.
    """
    outcome: Future[T] = Future()
    # A future that runs already cannot be cancelled from outside.
    outcome.set_running_or_notify_cancel()

    def run() -> None:
        try:
            outcome.set_result(call())
        except BaseException as error:  # noqa: BLE001 - it is raised where the call is awaited
            outcome.set_exception(error)

    try:
        Thread(target=run, name="coobird-await", daemon=True).start()
    except RuntimeError:
        run()  # the interpreter is ending, and nothing else is left for the loop to do
    return await asyncio.wrap_future(outcome)
