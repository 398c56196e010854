"""Ends of processes, once for all deliveries: exit, children of `multiprocessing`, workers of Celery.

Deliveries are known by weak references, so that a hook keeps none of them alive.
"""

from __future__ import annotations

import atexit
import os
import sys
from time import monotonic
from weakref import WeakValueDictionary

from coobird._http.fork_guard import alive, watch_forks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from coobird._delivery.delivery import Delivery

EXIT_TIMEOUT_SECONDS = 8.0
"""Longest that the end of the process waits, for all clients together. It covers the tries after 0, 1, 3 and 7
seconds that the defaults make, and stays below the 10 seconds that container runtimes give before they kill."""

# In the order in which they were made.
_deliveries: WeakValueDictionary[int, Delivery] = WeakValueDictionary()
_finalizer_pid = 0


def watch(delivery: Delivery) -> None:
    """Deliver what this one has queued when the process ends."""
    _deliveries[id(delivery)] = delivery


def watch_process() -> None:
    """A sender is about to start: take care of the ways in which this process may fork and end."""
    global _finalizer_pid  # noqa: PLW0603 - once per process
    watch_forks()
    gevent = sys.modules.get("gevent.monkey")
    if gevent is not None and gevent.is_module_patched("socket"):
        # gevent looks addresses up in threads, and on Python 3.12 none can be started at the end, when the last events are sent.
        pool = sys.modules["gevent"].get_hub().threadpool
        if not pool.size:
            pool.spawn(int)
    if "multiprocessing.util" in sys.modules and _finalizer_pid != os.getpid():
        from multiprocessing import parent_process, util

        if parent_process() is not None:
            # A child of multiprocessing runs multiprocessing's finalizers in the end, but not `atexit`. It clears the
            # list of finalizers when it starts, so a hook at the fork would be too early.
            _finalizer_pid = os.getpid()
            # Negative: after the finalizers of others, which may still track.
            util.Finalize(None, deliver_all, exitpriority=-100)
    if celery_signals := sys.modules.get("celery.signals"):
        # Its worker processes end by os._exit, with this as the last call.
        celery_signals.worker_process_shutdown.connect(_at_celery_exit, weak=False, dispatch_uid="coobird")


def deliver_all() -> None:
    """Shut every pipeline down within one deadline."""
    from coobird._delivery.flush import finish_shutdown

    deliveries = list(alive(_deliveries))
    seconds = max((delivery.settings.shutdown_timeout for delivery in deliveries), default=0.0)
    deadline = monotonic() + min(seconds, EXIT_TIMEOUT_SECONDS)
    for delivery in deliveries:
        delivery.begin_shutdown(deadline)
    for delivery in deliveries:
        finish_shutdown(delivery)
    for delivery in deliveries:
        # Nobody else will, and in development mode Python complains of connections that are open in the end.
        delivery.session.close()


def _at_celery_exit(**_: object) -> None:
    deliver_all()


def flush_all() -> None:
    """Deliver what every pipeline has queued, within one deadline."""
    from coobird._delivery.flush import flush

    deadline = monotonic() + EXIT_TIMEOUT_SECONDS
    deliveries = list(alive(_deliveries))
    for delivery in deliveries:
        delivery.hurry()
    for delivery in deliveries:
        flush(delivery, max(0.0, deadline - monotonic()))


atexit.register(deliver_all)
