"""Reentrant locks that no exception of a signal handler leaves held.

From Python 3.14 on, `with lock:` looks for signals when the lock is taken and before its block
begins. What a signal handler raises there leaves the lock held for ever, and the other threads
wait. Python looks for none after a call of Python code: so the lock's `__enter__` is such code.
"""

from __future__ import annotations

import _thread
import sys
import threading
from itertools import islice

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    T = TypeVar("T")


def call_in_one_step(call: Callable[[], T]) -> T:
    """Call a function so that no signal handler runs between the call and a note of it.

    The caller makes the note by the next statements, which call nothing: `+=`, `|=`, `del`.

    Args:
        call: A function in C, such as the method of a lock, or a `functools.partial` of one.
    """
    results: list[T] = []
    calling = islice(iter(call, object()), 1)
    # An operator makes the call. Python looks for no signals after it, nor after this function.
    results += calling
    return results[0]


class _OneStepLock(_thread.RLock):  # type: ignore[misc] # pyright: ignore[reportGeneralTypeIssues] - it is not final
    """Lock whose `with` is entered in one step."""

    def __enter__(self) -> bool:  # type: ignore[override]
        return call_in_one_step(self.acquire)


ReentrantLock = _OneStepLock if sys.version_info >= (3, 14) else _thread.RLock
"""Lock for threads."""


def new_lock() -> _thread.RLock:
    """Return a reentrant lock for what `threading` makes at the moment: gevent makes greenlets."""
    lock = threading.RLock()
    return ReentrantLock() if type(lock) is _thread.RLock else lock
