"""End of the process, once for all deliveries: exit, `multiprocessing` child, Celery worker.

Deliveries are known by weak references, so that a hook keeps none of them alive.
"""

from __future__ import annotations

import _thread
import atexit
import os
import sys
from time import monotonic
from weakref import WeakValueDictionary

from coobird._http.fork_guard import alive, notice_fork, watch_forks
from coobird._http.stack import MANY_FRAMES, has_room
from coobird._settings.testing import shortened

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    class Deliverer(Protocol):
        """Delivery, as the end of a process needs it."""

        @property
        def shutdown_timeout(self) -> float:
            """Seconds that a shutdown may take."""
            ...

        def begin_shutdown(self, deadline: float) -> None:
            """Send all queued events without delay, and give up at the deadline.

            Returns at once.
            """
            ...

        def finish_shutdown(self) -> None:
            """Wait until all events are sent or the deadline has passed, and drop the rest."""
            ...

        def close_connections(self) -> None:
            """Close the connections of the senders."""
            ...

        def send_now(self) -> None:
            """Send all queued events without delay. Returns at once."""
            ...

        def end_log(self) -> None:
            """Write all that the log has held back."""
            ...

        def end_log_of_process(self) -> None:
            """Write all that the log has held back, and hold back nothing that is tracked later."""
            ...

        def send_each_at_once(self, wait_seconds: float) -> None:
            """Send each event that is tracked from now on without delay.

            `track` waits for that, so many seconds in all.
            """

        def flush(self, timeout: float, *, is_signal: bool) -> object:
            """Wait until all events tracked so far are delivered, or the time is over."""
            ...


EXIT_TIMEOUT_SECONDS = 8.0
"""Longest that the end of the process waits, for all clients together. It covers the tries after 0,
1, 3 and 7 seconds that the defaults make, and stays below the 10 seconds that container runtimes
give before they kill."""

# In the order in which they were made. `importlib.reload` runs this module again in the same
# namespace, where the deliveries of living clients must stay known.
_deliveries: WeakValueDictionary[int, Deliverer] = globals().get("_deliveries", WeakValueDictionary())
_finalizer_pid: int = globals().get("_finalizer_pid", 0)
_before_senders: list[Callable[[], None]] = globals().get("_before_senders", [])
_before_last_delivery: list[Callable[[], None]] = globals().get("_before_last_delivery", [])
_after_last_delivery: list[Callable[[], None]] = globals().get("_after_last_delivery", [])
_is_registered: bool = globals().get("_is_registered", False)


def watch(delivery: Deliverer) -> None:
    """Deliver the events of this delivery when the process ends, if it still exists."""
    _deliveries[id(delivery)] = delivery


def watch_process() -> None:
    """Prepare for the ways in which this process may fork and end.

    Called before a sender starts.
    """
    watch_forks()
    for prepare in _before_senders:
        prepare()
    gevent = sys.modules.get("gevent.monkey")
    if gevent is not None and gevent.is_module_patched("socket"):
        # gevent looks addresses up in threads. On Python 3.12 none can start at exit, when the last
        # events are sent.
        pool = sys.modules["gevent"].get_hub().threadpool
        if not pool.size:
            pool.spawn(int)
    _watch_end_of_child()


def _watch_end_of_child() -> None:
    """Deliver at the end of a child of `multiprocessing` and of Celery, which run no `atexit`."""
    global _finalizer_pid  # noqa: PLW0603 - once per process
    if "multiprocessing.util" in sys.modules and _finalizer_pid != os.getpid():
        from multiprocessing import parent_process, util

        if parent_process() is not None:
            # Such a child runs multiprocessing's finalizers at its end. It clears the list of
            # finalizers when it starts, so a hook at the fork would be too early.
            _finalizer_pid = os.getpid()
            # Negative: after the finalizers of the program, which may still track.
            util.Finalize(None, deliver_all, exitpriority=-100)
    if celery_signals := sys.modules.get("celery.signals"):
        # Its worker processes end by os._exit, with this as the last call.
        celery_signals.worker_process_shutdown.connect(_at_celery_exit, weak=False, dispatch_uid="coobird")


def before_senders(prepare: Callable[[], None]) -> None:
    """Call this function before each start of a sender, in the thread that starts it."""
    if prepare not in _before_senders:
        _before_senders.append(prepare)


def before_last_delivery(end: Callable[[], None]) -> None:
    """Call this function before the last delivery of this process, however the process ends.

    For integrations that have something to track or to report then. It is called at the exit, at
    the end of a child of `multiprocessing` or of Celery, and before a signal that
    `flush_on_signals` handles ends the process by its default effect: then in the signal handler,
    which may have interrupted any code of the main thread. It may be called twice.

    Args:
        end: Function without arguments. Python prints an error that it raises, and the events are
            delivered all the same. The child of a fork has it, too: there, register it again,
            because a child may end in another way than its parent.
    """
    _watch_end_of_child()
    if end not in _before_last_delivery:
        _before_last_delivery.append(end)
        # Also here, because the program may shut a client down in an exit function of its own. The
        # interpreter calls them in reverse order of their registration.
        atexit.register(end)


def after_last_delivery(end: Callable[[], None]) -> None:
    """Call this function after the last delivery of this process, however the process ends.

    For integrations that export the final counts. It is called where functions of
    `before_last_delivery` are: at the exit, at the end of a child of `multiprocessing` or of
    Celery, and in the handler of a signal that ends the process. It may be called twice.

    Args:
        end: Function without arguments, which does not raise. The child of a fork has it, too.
    """
    if end not in _after_last_delivery:
        _after_last_delivery.append(end)


def send_each_at_once() -> None:
    """Send each event that is tracked from now on without delay, because the process ends soon."""
    for delivery in alive(_deliveries):
        delivery.send_each_at_once(shortened(EXIT_TIMEOUT_SECONDS))


def deliver_all() -> None:
    """Shut every delivery down within one deadline.

    An error of a function that is to be called before is raised afterwards.
    """
    notice_fork()
    failure = _prepare_last_delivery()
    _shut_all_down()
    for end in _after_last_delivery:
        end()
    if failure is not None:
        raise failure


def _prepare_last_delivery() -> Exception | None:
    """Call all functions of `before_last_delivery`. Returns the error of the last that failed."""
    failure: Exception | None = None
    for end in _before_last_delivery:
        try:
            end()
        except Exception as error:  # noqa: BLE001 - it must not keep events from being sent
            failure = error
    return failure


def _shut_all_down() -> None:
    deliveries = list(alive(_deliveries))
    seconds = max((delivery.shutdown_timeout for delivery in deliveries), default=0.0)
    deadline = monotonic() + min(seconds, EXIT_TIMEOUT_SECONDS)
    for delivery in deliveries:
        delivery.begin_shutdown(deadline)
    for delivery in deliveries:
        delivery.finish_shutdown()
    for delivery in deliveries:
        delivery.end_log_of_process()
        # No other code does, and in development mode Python complains of connections that are open
        # at exit.
        delivery.close_connections()


def _at_celery_exit(**_: object) -> None:
    deliver_all()


def flush_all(*, is_last: bool = False) -> None:
    """Deliver the queued events of every delivery within one deadline, in a signal handler.

    The signal may come near the recursion limit. Then it is done in a thread that has all nested
    calls left, for which the handler waits.

    Args:
        is_last: True if the signal ends the process next. Then this is its last delivery.
    """
    if has_room(MANY_FRAMES):
        _flush_all(is_last)
        return
    is_done = _thread.allocate_lock()
    is_done.acquire()

    def flush_here() -> None:
        try:
            _flush_all(is_last)
        finally:
            is_done.release()

    try:
        _thread.start_new_thread(flush_here, ())
    except RuntimeError:
        _flush_all(is_last)
    else:
        # The signal may have interrupted a change of the queue, which that thread then waits for.
        is_done.acquire(timeout=shortened(EXIT_TIMEOUT_SECONDS) + 1.0)


def _flush_all(is_last: bool) -> None:
    notice_fork()
    failure = _prepare_last_delivery() if is_last else None
    deadline = monotonic() + shortened(EXIT_TIMEOUT_SECONDS)
    deliveries = list(alive(_deliveries))
    for delivery in deliveries:
        delivery.send_now()
    for delivery in deliveries:
        delivery.flush(max(0.0, deadline - monotonic()), is_signal=True)
    for delivery in deliveries:
        delivery.end_log()
    if is_last:
        for end in _after_last_delivery:
            end()
    if failure is not None:
        # Printed as at the exit. Raised here, it would keep the signal from ending the process.
        sys.excepthook(type(failure), failure, failure.__traceback__)


if not _is_registered:
    atexit.register(deliver_all)
    _is_registered = True
