"""Reports of events that are not delivered: the `on_error` callback, and a log that cannot flood.

Nothing here can harm delivery: an exception that a callback or a log handler raises ends here.
"""

from __future__ import annotations

import sys
import threading
from collections import deque
from time import monotonic

from coobird._delivery.error_log import REASONS, ErrorLog, LogEntry
from coobird._delivery.unreported import Unreported
from coobird._http import fork_guard
from coobird._http.debug_log import is_switched_off, logger
from coobird._http.interruption import is_from_signal_handler
from coobird._http.locks import new_lock
from coobird._settings.settings import INF
from coobird.errors import CoobirdError, DeliveryResumed, DroppedEventsError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from coobird._delivery.unreported import Loss

_MAX_UNREPORTED = 100
"""Drops that wait until a sender reports them. With more, the thread that tracks reports them
itself, so that they do not become a second queue without a limit."""

_PERHAPS_AGAIN = " (This line may be there twice: a signal handler ended its writing.)"
"""End of a line that is written again."""

_LAST_WRITE_SECONDS = 1.0
"""Longest wait at the end for a thread that is writing lines: its log handler may never return."""


class _CallbackError(CoobirdError):
    """`on_error` has raised an exception. It is only logged."""


class Reporter:
    """Calls `on_error` and writes the log.

    Safe to use from any thread. No lock is held while the callback runs. While a log handler runs,
    there is one that nobody waits for, but for a moment at the end.

    Drops and rejections are put into `unreported` where they are counted. So the log cannot miss
    what `stats()` counts, even if the thread that counted never comes to `call`.

    An exception that a signal handler raises in here ends the call, and loses no report: the next
    call goes on.

    Attributes:
        unreported: Reports that wait.
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
        self.unreported = Unreported()
        self._uncalled: deque[CoobirdError] = deque()
        """Errors with which `on_error` was to be called, when a signal handler raised."""
        self._log = ErrorLog(self._host, self._transport)
        # Reentrant, so that a signal handler that interrupts `_lines` can notice it.
        self._log_lock = new_lock()
        # Held from taking lines to the end of writing them, so that the end of the process can wait
        # for a sender that it would else stop in between. Reentrant: a log handler may track.
        self._writing = new_lock()
        self._is_writing = False

    def reset_after_fork(self) -> None:
        """Forget all drops and lines, in the child of a fork: the parent reports them."""
        self._begin()

    def note(self, error: CoobirdError, outlook: str = "") -> None:
        """Note an error by which no event is lost, for the log. `call` reports it.

        `outlook` says what happens next, if the error does not.
        """
        self.unreported.entries.append(LogEntry(error, outlook=outlook))

    def error(self, error: CoobirdError) -> None:
        """Report an error by which no event is lost: one rate-limited line, and the callback."""
        self.note(error)
        self.call(error)

    def call(self, error: CoobirdError) -> None:
        """Write the lines that are due, and call the callback.

        Errors made inside the callback are only logged.
        """
        self._call_with(deque([error]))

    def _call_with(self, errors: deque[CoobirdError]) -> None:
        """Take the errors out one by one, and call the callback with each."""
        called: list[CoobirdError] = []
        error: CoobirdError | None = None
        try:
            while errors:
                # One step.
                error = errors[0]
                del errors[0]
                self._call(error, called)
        except BaseException:
            if error is not None and error not in called:
                self._uncalled.append(error)
            raise

    def _call(self, error: CoobirdError, called: list[CoobirdError]) -> None:
        """Call the callback with the error, which is added to `called` right before."""
        thread = threading.get_ident()
        is_nested = thread in self._in_callback
        try:
            self._in_callback.add(thread)
            self.write_log()
            if isinstance(error, DeliveryResumed):
                self._write(str(error), is_error=False)
            if self._on_error is not None and not is_nested:
                called += (error,)
                self._on_error(error)
        except BaseException as failure:
            # Ctrl-C interrupts only the main thread.
            if isinstance(failure, KeyboardInterrupt) and threading.current_thread() is threading.main_thread():
                raise
            if is_from_signal_handler(failure):
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
        return bool(self.unreported.losses or self._uncalled)

    @property
    def is_behind(self) -> bool:
        """True if so many drops wait that they should be reported at once."""
        return len(self.unreported.losses) > _MAX_UNREPORTED

    def report_losses(self) -> None:
        """Report dropped events, those with the same reason together."""
        self._join_losses()
        self._call_with(self._uncalled)
        self.write_log()

    def _join_losses(self) -> None:
        """Make an error of all losses that have the reason and the cause in common."""
        losses = self.unreported.losses
        if not losses:
            return
        taken: list[Loss] = []
        leaving = iter(losses.popleft, None)
        try:
            try:
                taken += leaving
            except IndexError:  # these are all
                pass
            together: dict[tuple[str, int], list[Loss]] = {}
            for loss in taken:
                together.setdefault((loss[1], id(loss[2])), []).append(loss)
            errors = [_dropped(alike) for alike in together.values()]
            # One step.
            self._uncalled += errors
            taken = []
        except BaseException:
            losses.extendleft(reversed(taken))
            raise

    # ------------------------------------------------------------------------------------------- log

    @property
    def held_until(self) -> float:
        """Time at which a line is due that is held back; infinity if there is none."""
        return self._log.due_at

    def write_log(self) -> None:
        """Write the lines of the log that are due. If another thread is writing, it does that."""
        lock: Any = self._writing  # its types leave out `_is_owned`, which `threading.Condition` calls of any lock
        while self.unreported.entries or self._log.lines or monotonic() >= self.held_until:
            is_nested = lock._is_owned() and self._is_writing
            # It is owned also if a signal handler raised right after `acquire`.
            if not (lock._is_owned() or lock.acquire(blocking=False)):
                return
            try:
                self._is_writing = True
                was_held_until = self.held_until
                if not self._let_lines():
                    return
                self._write_lines()
            finally:
                if not is_nested:
                    self._is_writing = False
                    lock.release()
            if self.held_until < was_held_until:
                self.look_after_log()

    def write_all_at_once(self) -> None:
        """Write all that the log has held back, and hold back no line from now on.

        The process is about to end. What is still tracked, by exit handlers and destructors, has no
        later line with the sum.
        """
        with self._log_lock:
            self._log.begin_end()
        self.write_rest()

    def write_losses(self) -> None:
        """Write what the log has held back about lost events.

        Called at the end of a flush: the process may end by `os._exit` right after it.
        """
        lock: Any = self._writing
        # A log handler that tracks and flushes would else write for ever.
        is_nested = lock._is_owned() and self._is_writing
        if not (self.held_until == INF or is_nested or is_switched_off()):
            self._write_held(self._log.let_losses)

    def write_rest(self) -> None:
        """Write all that the log has held back, because the process or the client ends."""
        self._write_held(self._log.let_all)

    def _write_held(self, let: Callable[[float], None]) -> None:
        lock: Any = self._writing
        is_nested = lock._is_owned() and self._is_writing
        has_turn = lock.acquire(timeout=_LAST_WRITE_SECONDS)
        try:
            # Else `write_log` in a log handler would release the lock.
            self._is_writing = True
            self._let_lines(let)
            self._write_lines()
        finally:
            if has_turn:
                self._is_writing = is_nested
                lock.release()

    def _let_lines(self, let: Callable[[float], None] | None = None) -> bool:
        """Let the log have the lines to write. False if there are none to write now.

        Either this has interrupted itself, in a signal handler or a destructor: the next call lets
        it have them. Or the program has switched the log off: what happens meanwhile is counted,
        and has its line once the log is on again.
        """
        lock: Any = self._log_lock
        if lock._is_owned():
            return False
        with lock:
            self._log.take_over(self.unreported.entries)
            now = monotonic()
            if let is not None:
                let(now)
            elif is_switched_off():
                self._log.postpone(now)
                return False
            else:
                self._log.let_due(now)
        return True

    def _write_lines(self) -> None:
        lines = self._log.lines
        line, begun = "", list[str]()
        try:
            while lines:
                # One step.
                line = lines[0]
                del lines[0]
                self._write(line, begun=begun)
                line = ""
        except BaseException:
            if line:
                lines.appendleft(line + _PERHAPS_AGAIN if line in begun else line)
            raise

    def _write(self, line: str, *, is_error: bool = True, begun: list[str] | None = None) -> None:
        """Write a line, which is added to `begun` right before."""
        text = self._redact(line)
        try:
            log = logger()
        except Exception as error:  # no descriptor is free, or the file was removed
            if is_from_signal_handler(error):
                raise
            # A program that has not loaded `logging` has no handler, and then it would write to the
            # same place.
            _print(text)
            return
        write = log.error if is_error else log.warning
        if begun is not None:
            begun += (line,)
        try:
            write("%s", text)
        except Exception as error:  # a log handler that fails leaves no other log to report it to
            if is_from_signal_handler(error):
                raise


def _dropped(losses: list[Loss]) -> DroppedEventsError:
    """Return the error for losses that have the reason and the cause in common."""
    _, reason, cause = losses[0]
    events = [event for loss in losses for event in loss[0]]
    noun = "event was" if len(events) == 1 else "events were"
    error = DroppedEventsError(f"{len(events)} {noun} dropped: {REASONS[reason]}.", events=events, reason=reason)
    error.__cause__ = cause
    return error


def _print(text: str) -> None:
    try:
        sys.stderr.write(f"{text}\n")
    except Exception:  # noqa: BLE001, S110 - it is closed, or there is none
        pass
