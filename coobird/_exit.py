"""Ends and beginnings of processes, once for all pipelines: interpreter exit, children of `multiprocessing`, forks.

Pipelines are known by weak references, so that a hook keeps none of them alive.
"""

from __future__ import annotations

import atexit
import os
import sys
import weakref
from time import monotonic

from coobird import _ids

TYPE_CHECKING = False
if TYPE_CHECKING:
    from coobird._delivery import Delivery

EXIT_TIMEOUT_SECONDS = 8.0
"""Longest that the end of the process waits, for all clients together. It covers the tries after 0, 1, 3 and 7 seconds that
the defaults make, and stays below the 10 seconds that container runtimes give before they kill."""

_deliveries: weakref.WeakSet[Delivery] = weakref.WeakSet()
_finalizer_pid = 0


def watch(delivery: Delivery) -> None:
    """Take care of this one when the process forks or ends."""
    _deliveries.add(delivery)


def watch_multiprocessing() -> None:
    """In a child of `multiprocessing`: such a child ends without running `atexit`, but runs multiprocessing's finalizers.

    Called when the first event of a process arrives, and not at the fork, because the child clears the list of finalizers
    when it starts.
    """
    global _finalizer_pid  # noqa: PLW0603 - once per process
    if "multiprocessing.util" in sys.modules and _finalizer_pid != os.getpid():
        from multiprocessing import parent_process, util

        if parent_process() is not None:
            _finalizer_pid = os.getpid()
            # Negative: after the finalizers of others, which may still track.
            util.Finalize(None, deliver_all, exitpriority=-100)


def deliver_all() -> None:
    """Shut every pipeline down within one deadline."""
    from coobird._flush import finish_shutdown

    deliveries = list(_deliveries)
    seconds = max((delivery.settings.shutdown_timeout for delivery in deliveries), default=0.0)
    deadline = monotonic() + min(seconds, EXIT_TIMEOUT_SECONDS)
    for delivery in deliveries:
        delivery.begin_shutdown(deadline)
    for delivery in deliveries:
        finish_shutdown(delivery)


def _after_fork_in_child() -> None:
    _ids.forget_stock()
    for delivery in list(_deliveries):
        delivery.reset_after_fork()


atexit.register(deliver_all)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)
