"""Ends and beginnings of processes, once for all pipelines: exit, forks, children of `multiprocessing` and Celery.

Pipelines are known by weak references, so that a hook keeps none of them alive.
"""

from __future__ import annotations

import atexit
import os
import sys
import weakref
from time import monotonic

from coobird._http.fork_guard import watch_forks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from coobird._delivery.delivery import Delivery

EXIT_TIMEOUT_SECONDS = 8.0
"""Longest that the end of the process waits, for all clients together. It covers the tries after 0, 1, 3 and 7
seconds that the defaults make, and stays below the 10 seconds that container runtimes give before they kill."""

_deliveries: dict[int, weakref.ref[Delivery]] = {}
_finalizer_pid = 0


def watch(delivery: Delivery) -> None:
    """Take care of this one when the process forks or ends."""
    key = id(delivery)
    _deliveries[key] = weakref.ref(delivery, lambda _: _deliveries.pop(key, None))


def _alive() -> list[Delivery]:
    # list() of a dictionary is one step: other threads may be making clients.
    return [delivery for reference in list(_deliveries.values()) if (delivery := reference()) is not None]


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

    deliveries = _alive()
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
    deliveries = _alive()
    for delivery in deliveries:
        delivery.hurry()
    for delivery in deliveries:
        flush(delivery, max(0.0, deadline - monotonic()))


def _after_fork_in_child() -> None:
    ids = sys.modules.get("coobird._encoding.event_ids")
    if ids is not None:
        ids.forget_stock()
    for delivery in _alive():
        delivery.reset_after_fork()


atexit.register(deliver_all)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)
