"""Reports of events that are not delivered: the `on_error` callback, and a log that cannot flood.

Nothing here can harm delivery: an exception that a callback or a log handler raises ends here.
"""

from __future__ import annotations

import sys
import threading
from collections import deque
from math import inf
from time import monotonic

from coobird._delivery.error_log import DROPPED, REASONS, REJECTED, ErrorLog, LogEntry
from coobird._http import fork_guard
from coobird._http.debug_log import logger
from coobird.errors import CoobirdError, DeliveryResumed, DroppedEventsError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_MAX_UNREPORTED = 100
"""Drops that wait until a sender reports them. With more, the thread that tracks reports them
itself, so that they do not become a second queue without a limit."""


_LAST_WRITE_SECONDS = 1.0
"""Longest wait at the end for a thread that is writing lines: its log handler may never return."""


class _CallbackError(CoobirdError):
    """`on_error` has raised an exception. It is only logged."""


class Reporter:
    """Calls `on_error` and writes the log.

    Safe to use from any thread. No lock is held while the callback runs. While a log handler runs,
    there is one that nobody waits for, but for a moment at the end.

    `lose`, `reject` and `note` take no lock and call none of the program's code: call them where
    events are counted, with the lock of the counts. Then the log cannot miss what `stats()` counts,
    even if the thread that counted never comes to `call`.

    Attributes:
        held_until: Time at which a line of the log is due that is held back; infinity if there is
            none.
        look_after_log: Called when a line was held back, so that a sender writes it in time.
    """

    def __init__(
        self,
        on_error: Callable[[CoobirdError], object] | None,
        *,
        host: str = "",
        transport: str = "",
        redact: Callable[[str], str] = str,
    ) -> None:
        """Begin without any report.

        Args:
            on_error: Callback.
            host: Server, for the log.
            transport: Topic or table that takes the events instead, for the log.
            redact: Removes the API key from a line of the log.
        """
        self._on_error = on_error
        self._host, self._transport = host, transport
        self._redact = redact
        self.look_after_log: Callable[[], object] = lambda: None
        self._begin()
        fork_guard.reset_in_child(self)

    def _begin(self) -> None:
        self._in_callback: set[int] = set()
        self._losses: deque[tuple[list[bytes], str, Exception | None]] = deque()
        self._entries: deque[LogEntry] = deque()
        self._log = ErrorLog(self._host, self._transport)
        # Reentrant, so that a signal handler that interrupts `_lines` can notice it.
        self._log_lock = threading.RLock()
        # Held from taking lines to the end of writing them, so that the end of the process can wait
        # for a sender that it would else stop in between. Reentrant: a log handler may track.
        self._writing = threading.RLock()
        self.held_until = inf

    def reset_after_fork(self) -> None:
        """Forget all drops and lines, in the child of a fork: the parent reports them."""
        self._begin()

    # ------------------------------------------------------ where events are counted, with its lock

    def lose(self, events: list[bytes], reason: str, cause: Exception | None = None) -> None:
        """Note dropped events, for `report_losses` and for the log."""
        if events:
            self._losses.append((events, reason, cause))
            self.log_loss(len(events), reason, cause)

    def log_loss(self, count: int, reason: str, cause: Exception | None = None) -> None:
        """Note dropped events that are not in memory, for the log."""
        if count:
            self._entries.append(LogEntry(cause, outcome=DROPPED, reason=reason, count=count))

    def reject(self, count: int, reason: str, error: CoobirdError) -> None:
        """Note rejected events for the log. `call` reports the error."""
        self._entries.append(LogEntry(error, outcome=REJECTED, reason=reason, count=count))

    def note(self, error: CoobirdError, outlook: str = "") -> None:
        """Note an error by which no event is lost, for the log. `call` reports it.

        `outlook` says what happens next, if the error does not.
        """
        self._entries.append(LogEntry(error, outlook=outlook))

    # ----------------------------------------------------------------------------- without any lock

    def error(self, error: CoobirdError) -> None:
        """Report an error by which no event is lost: one rate-limited line, and the callback."""
        self.note(error)
        self.call(error)

    def call(self, error: CoobirdError) -> None:
        """Write the lines that are due, and call the callback.

        Errors made inside the callback are only logged.
        """
        thread = threading.get_ident()
        is_nested = thread in self._in_callback
        self._in_callback.add(thread)
        try:
            self.write_log()
            if isinstance(error, DeliveryResumed):
                self._write([str(error)], is_error=False)
            if self._on_error is not None and not is_nested:
                self._on_error(error)
        except BaseException as failure:
            # Ctrl-C interrupts only the main thread.
            if isinstance(failure, KeyboardInterrupt) and threading.current_thread() is threading.main_thread():
                raise
            self.note(_CallbackError(f"The on_error callback failed: {type(failure).__name__}"))
            self.write_log()
        finally:
            if not is_nested:
                self._in_callback.discard(thread)

    @property
    def is_in_callback(self) -> bool:
        """True if the calling thread is in `on_error`."""
        return threading.get_ident() in self._in_callback

    @property
    def has_losses(self) -> bool:
        """True if drops wait for `report_losses`."""
        return bool(self._losses)

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
            error = DroppedEventsError(
                f"{len(events)} {noun} dropped: {REASONS[reason]}.", events=events, reason=reason
            )
            error.__cause__ = cause
            self.call(error)
        self.write_log()

    # ------------------------------------------------------------------------------------------- log

    def write_log(self) -> None:
        """Write the lines of the log that are due. If another thread is writing, it does that."""
        while self._entries or monotonic() >= self.held_until:
            if not self._writing.acquire(blocking=False):
                return
            try:
                was_held_until = self.held_until
                lines = self._lines()
                if lines is None:
                    return
                self._write(lines)
            finally:
                self._writing.release()
            if self.held_until < was_held_until:
                self.look_after_log()

    def write_rest(self) -> None:
        """Write all that the log has held back, because the process or the client ends."""
        has_turn = self._writing.acquire(timeout=_LAST_WRITE_SECONDS)
        try:
            if self._entries or self.held_until < inf:
                self._write(self._lines(is_end=True) or [])
        finally:
            if has_turn:
                self._writing.release()

    def _lines(self, *, is_end: bool = False) -> list[str] | None:
        """Take the lines to write. `None` if this has interrupted itself; the next call takes them.

        That is in a signal handler or a destructor.
        """
        lock: Any = self._log_lock  # its types leave out the method, which `threading.Condition` calls of any lock
        if lock._is_owned():
            return None
        with lock:
            while self._entries:
                self._log.add(self._entries.popleft())
            now = monotonic()
            lines = self._log.rest(now) if is_end else self._log.due(now)
            self.held_until = self._log.due_at
            return lines

    def _write(self, lines: list[str], *, is_error: bool = True) -> None:
        for line in lines:
            text = self._redact(line)
            try:
                log = logger()
            except Exception:  # noqa: BLE001 - no descriptor is free, or the file was removed
                # A program that has not loaded `logging` has no handler, and then it would write to
                # the same place.
                _print(text)
                continue
            try:
                (log.error if is_error else log.warning)("%s", text)
            except Exception:  # noqa: BLE001, S110 - a handler that fails leaves no other log to report it to
                pass


def _print(text: str) -> None:
    try:
        sys.stderr.write(f"{text}\n")
    except Exception:  # noqa: BLE001, S110 - it is closed, or there is none
        pass
