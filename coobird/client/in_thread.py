"""Awaiting a call that blocks. Apart from the client, as it loads asyncio."""

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

    The thread is a daemon of its own: `asyncio.to_thread` would hold up the end of the loop, and of
    the process, until the call returns.
    """
    outcome: Future[T] = Future()
    # A running future cannot be cancelled: cancelling must end the waiting only.
    outcome.set_running_or_notify_cancel()

    def run() -> None:
        try:
            outcome.set_result(call())
        except BaseException as error:  # noqa: BLE001 - raised again in the coroutine that awaits the call
            outcome.set_exception(error)

    try:
        Thread(target=run, name="coobird-await", daemon=True).start()
    except RuntimeError:
        run()  # No thread starts while the interpreter ends, and the loop has nothing else to do.
    return await asyncio.wrap_future(outcome)
