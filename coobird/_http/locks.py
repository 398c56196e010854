"""Reentrant locks that no exception of a signal handler leaves held.

From Python 3.14 on, `with lock:` looks for signals when the lock is taken and before its block
begins. What a signal handler raises there leaves the lock held for ever, and the other threads
wait. Python looks for none after a call of Python code: so the lock's `__enter__` is such code.
"""

from __future__ import annotations

import _thread
import sys
import threading


class _OneStepLock(_thread.RLock):  # type: ignore[misc] # pyright: ignore[reportGeneralTypeIssues] - it is not final
    """Lock whose `with` is entered in one step."""

    def __enter__(self) -> bool:  # type: ignore[override]
        taken: list[bool] = []
        taking = map(self.acquire, (True,))
        # One step: an operator calls `acquire`, and Python looks for no signals after it.
        taken += taking
        return True


ReentrantLock = _OneStepLock if sys.version_info >= (3, 14) else _thread.RLock
"""Lock for threads."""


def new_lock() -> _thread.RLock:
    """Return a reentrant lock for what `threading` makes at the moment: gevent makes greenlets."""
    lock = threading.RLock()
    return ReentrantLock() if type(lock) is _thread.RLock else lock
