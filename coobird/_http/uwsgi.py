"""uWSGI, if it runs this process: its hook for forks, its threads, and its way to end Python.

uWSGI forks its workers in C, without Python's hooks, and ends Python inside C's `exit()`.
"""

from __future__ import annotations

import sys
from weakref import WeakValueDictionary

from coobird._encoding import process_mark
from coobird._http import fork_guard
from coobird._http.debug_log import logger

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Protocol

    class Startable(Protocol):
        """Delivery that was made in uWSGI's master."""

        def queued_in_memory(self) -> list[bytes]:
            """Return the events that are in memory alone, and in no batch yet."""
            ...

        def start_in_worker(self, events: list[bytes]) -> None:
            """Send these events of the master, and those that earlier processes left."""
            ...


_OPENSSL_INIT_NO_ATEXIT = 0x00080000
"""Option by which OpenSSL leaves its memory to the end of the process. Source: openssl/crypto.h."""

# Kept by `importlib.reload`, which runs this module again in the same namespace.
_startable: WeakValueDictionary[int, Startable] = globals().get("_startable", WeakValueDictionary())


def prepare() -> None:
    """Prepare for the way in which uWSGI forks and ends this process, if it does.

    Called when a client is made, because its workers may be forked next.
    """
    uwsgi = _module()
    if uwsgi is None:
        return
    process_mark.mark()
    _load_tls()
    _chain(uwsgi)
    if not getattr(uwsgi, "has_threads", 1):
        logger().warning(
            "uWSGI runs without threads, so events are sent only during requests and at the end of the worker. "
            "Start it with --enable-threads."
        )


def is_master() -> bool:
    """True in a uWSGI process that is about to fork workers.

    A thread must not run there: it may hold the GIL during the fork, and then no worker ever runs.
    """
    uwsgi = _module()
    return uwsgi is not None and not (uwsgi.worker_id() or uwsgi.mule_id() or _is_spooler(uwsgi))


def watch_start(delivery: Startable) -> None:
    """Start this delivery in each worker, as long as it exists."""
    _startable[id(delivery)] = delivery


def _module() -> Any:
    # Its own processes have loaded the module, and no others can. Programs that are tested without
    # uWSGI replace it by something smaller.
    uwsgi = sys.modules.get("uwsgi")
    return uwsgi if hasattr(uwsgi, "worker_id") and hasattr(uwsgi, "mule_id") else None


def _load_tls() -> None:
    """Load OpenSSL so that it works until Python ends.

    uWSGI ends Python inside C's `exit()`. If OpenSSL was loaded later than the application, it has
    cleaned up by then, and the last delivery over https would be a segmentation fault.
    """
    if "ssl" in sys.modules:
        return
    try:
        import ctypes
        from importlib.util import find_spec

        # The library that `ssl` is about to load. Its first call decides if it cleans up.
        spec = find_spec("_ssl")
        library = ctypes.CDLL(spec.origin if spec is not None and spec.has_location else None)
        library.OPENSSL_init_crypto(ctypes.c_uint64(_OPENSSL_INIT_NO_ATEXIT), None)
    except Exception:  # noqa: BLE001, S110 - another TLS library, or none: a client that is made early works all the same
        pass
    import ssl  # noqa: F401  # pyright: ignore[reportUnusedImport]


def _is_spooler(uwsgi: Any) -> bool:
    is_here = getattr(uwsgi, "i_am_the_spooler", None)
    return is_here is not None and bool(is_here())


def _chain(uwsgi: Any) -> None:
    """Run our hook after each fork, and then the one that was there.

    `uwsgidecorators` replaces the hook when it is imported, so each new client looks again.
    """
    earlier = getattr(uwsgi, "post_fork_hook", None)
    if getattr(earlier, "__module__", None) == __name__:
        return

    def after_fork() -> None:
        _start_in_worker(uwsgi)
        if earlier is not None:
            earlier()

    uwsgi.post_fork_hook = after_fork


def _start_in_worker(uwsgi: Any) -> None:
    deliveries = list(fork_guard.alive(_startable))
    # The master runs no code at its end, so the first worker sends the events that were tracked
    # while the application was loaded. A worker 1 that is started again sends them again: the
    # server keeps each `event_id` once. Without a master nothing was forked, and they are here.
    takes_over = process_mark.is_wiped() and uwsgi.worker_id() == 1
    queued = [delivery.queued_in_memory() if takes_over else [] for delivery in deliveries]
    fork_guard.notice_fork()
    for delivery, events in zip(deliveries, queued, strict=True):
        delivery.start_in_worker(events)
