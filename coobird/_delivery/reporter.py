"""Reports of events that are not delivered: the `on_error` callback, and a log that cannot flood.

Nothing here can harm delivery: an exception that a callback or a log handler raises ends here.
"""

from __future__ import annotations

import threading
from collections import deque
from time import monotonic

from coobird._http import fork_guard
from coobird._http.debug_log import logger
from coobird.errors import DroppedEventsError, SettlementError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from coobird.errors import CoobirdError

LOG_INTERVAL_SECONDS = 30.0
"""At most one line per kind of error in this time, with the number left out: an outage must not
fill a disk."""

_MAX_UNREPORTED = 100
"""Drops that wait until a sender reports them. With more, the thread that tracks reports them
itself, so that they do not become a second queue without a limit."""

_REASONS = {
    "queue_full": "the queue was full, so the oldest were removed. Raise max_queue_size, or track less",
    "spool_full": "the spool was full, so the oldest were removed. Raise spool_max_bytes, or find out why events wait",
    "retries_exhausted": "no try succeeded, as the cause shows. A client with spool= would keep them on disk",
    "refused": "the server refused the request, as the cause shows",
    "unauthorized": "the server did not accept the API key until the end. Check the key",
    "shutdown": "the time for shutdown was over. Give a longer shutdown_timeout",
    "after_shutdown": "tracked after shutdown. Shut the client down last",
    "failed": "a mistake in this package, which the cause shows. Please report it",
}


class Reporter:
    """Calls `on_error` and writes the log.

    Safe to use from any thread; no lock is held while the callback runs.
    """

    def __init__(self, on_error: Callable[[CoobirdError], object] | None) -> None:
        self._on_error = on_error
        self._quiet_until: dict[str, float] = {}
        self._left_out: dict[str, int] = {}
        self._begin()
        fork_guard.reset_in_child(self)

    def _begin(self) -> None:
        self._in_callback: set[int] = set()
        self._losses: deque[tuple[list[bytes], str, Exception | None]] = deque()

    def reset_after_fork(self) -> None:
        """Forget the drops, in the child of a fork: the parent reports them."""
        self._begin()

    def error(self, error: CoobirdError) -> None:
        """Report an error: one rate-limited line, and the callback.

        Errors made inside the callback are only logged.
        """
        thread = threading.get_ident()
        is_nested = thread in self._in_callback
        self._in_callback.add(thread)
        try:
            self._log_error(type(error).__name__, str(error), is_rationed=not isinstance(error, SettlementError))
            if self._on_error is not None and not is_nested:
                self._on_error(error)
        except BaseException as failure:
            # Ctrl-C interrupts only the main thread.
            if isinstance(failure, KeyboardInterrupt) and threading.current_thread() is threading.main_thread():
                raise
            self._log_error("on_error", f"The on_error callback failed: {type(failure).__name__}")
        finally:
            if not is_nested:
                self._in_callback.discard(thread)

    def lose(self, events: list[bytes], reason: str, cause: Exception | None = None) -> None:
        """Note dropped events for `report_losses`. The thread that drops them holds a lock."""
        if events:
            self._losses.append((events, reason, cause))

    @property
    def is_in_callback(self) -> bool:
        """True if the calling thread is in `on_error`."""
        return threading.get_ident() in self._in_callback

    @property
    def is_behind(self) -> bool:
        """True if so many drops wait that they should be reported at once."""
        return len(self._losses) > _MAX_UNREPORTED

    def report_losses(self) -> None:
        """Report dropped events, those with the same reason together."""
        together: dict[tuple[str, int], tuple[list[bytes], Exception | None]] = {}
        while self._losses:
            try:
                events, reason, cause = self._losses.popleft()
            except IndexError:  # another thread reports them
                break
            together.setdefault((reason, id(cause)), ([], cause))[0].extend(events)
        for (reason, _), (events, cause) in together.items():
            noun = "event was" if len(events) == 1 else "events were"
            error = DroppedEventsError(f"{len(events)} {noun} dropped: {_REASONS[reason]}.", events=events)
            error.__cause__ = cause
            self.error(error)

    def _log_error(self, kind: str, text: str, *, is_rationed: bool = True) -> None:
        now = monotonic()
        # Each settlement that failed names a transaction that must still be made: none may be left
        # out.
        if is_rationed and now < self._quiet_until.get(kind, 0.0):
            self._left_out[kind] = self._left_out.get(kind, 0) + 1
            return
        self._quiet_until[kind] = now + LOG_INTERVAL_SECONDS
        left_out = self._left_out.pop(kind, 0)
        try:
            logger().error("%s%s", text, f" ({left_out} more like this before)" if left_out else "")
        except Exception:  # noqa: BLE001, S110 - a handler that fails leaves no other log to report it to
            pass
