"""Delivery of queued events in the background: it owns their state and the sender threads."""

from __future__ import annotations

import _thread
import sys
from time import monotonic

from coobird._delivery import process_exit
from coobird._delivery.queue import MemoryBuffer
from coobird._delivery.sender_threads import SenderThreads
from coobird._delivery.state import State
from coobird._delivery.upkeep import MemoryUpkeep
from coobird._http import fork_guard
from coobird._http.interruption import is_from_signal_handler
from coobird._http.stack import FRAMES, MANY_FRAMES, has_room, require_room
from coobird._settings.testing import shortened
from coobird.errors import APITimeoutError, CoobirdError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _thread import RLock
    from collections.abc import Callable, Sequence, Sized
    from typing import Any

    from coobird._delivery.queue import Batch
    from coobird._delivery.reporter import Reporter
    from coobird._delivery.state import Flush
    from coobird._delivery.stats import Stats
    from coobird._delivery.transport.sent import Sent, Transport
    from coobird._delivery.upkeep import Upkeep
    from coobird._http.pool import Pool
    from coobird._settings.settings import Settings

_REPORT_SECONDS = 1.0
"""Longest wait of `flush` and `shutdown` for `on_error`, so that it has mostly been called when
they return."""

_LOOK_AGAIN_SECONDS = 1.0
"""Time after which a waiting thread looks after the senders: all of them may be stuck, in a request
or in `on_error`."""


_LOAD_AGAIN_SECONDS = 0.2
"""Time between two attempts to load a module that could not be loaded."""


def _prepare_for_uwsgi() -> Callable[[], bool] | None:
    """Prepare for uWSGI's way to fork and end this process.

    Returns the function that says whether this is its master; `None` without uWSGI.
    """
    # Its processes have its module from their start. Elsewhere ours is not loaded, which would
    # lengthen each start of a program.
    if "uwsgi" not in sys.modules:
        return None
    from coobird._http import uwsgi

    uwsgi.prepare()
    return uwsgi.is_master


def _complete_nothing(*, is_last: bool) -> None:
    """Default of `Delivery.complete_queue`."""


class Delivery:
    """Delivers encoded events in the background. Safe to use from any thread.

    Its daemon threads start with the first event. After a fork the child starts empty, with a lock,
    threads and counts of its own.

    Attributes:
        state: Queue and counts. `track` appends to it, and calls `look_after_queue` if it says so.
        complete_queue: Called when the queue is looked after, and before a flush and a shutdown, to
            append events that are not in it yet. After `is_last=True` it is too late for them.
        incomplete: Containers of these events.
    """

    def __init__(self, pool: Pool, settings: Settings, reporter: Reporter) -> None:
        self._is_uwsgi_master = _prepare_for_uwsgi()
        self._pool = pool
        self._settings = settings
        self._reporter = reporter
        self._transport: Transport | None = None
        # State of a delivery with a spool, once there is one.
        self._shared: State | None = None
        # Before a spool registers: its lock is taken after that of the state.
        fork_guard.pause_at_fork(self)
        self._upkeep = self._new_upkeep()
        self.state = State(settings, reporter, self._upkeep)
        if self._upkeep.is_shared:
            self._shared = self.state
        self._senders = SenderThreads(
            self.state, may_start=self._may_start, prepare=self._prepare, deliver=self._deliver
        )
        self.complete_queue = _complete_nothing
        self.incomplete: Sequence[Sized] = ()
        self._wait_left_seconds = 0.0
        reporter.look_after_log = self._look_after_log
        process_exit.watch(self)
        if not self._may_start():
            # uWSGI's master would take over events, and start no thread to send them.
            from coobird._http import uwsgi

            uwsgi.watch_start(self)
        else:
            if self._shared is not None:
                fork_guard.look_in_parent(self)
            self._adopt()

    def _may_start(self) -> bool:
        """False in uWSGI's master, where no thread may run."""
        return self._is_uwsgi_master is None or not self._is_uwsgi_master()

    def _new_upkeep(self) -> Upkeep:
        settings = self._settings
        if settings.spool is None or settings.disabled:
            return MemoryUpkeep(max_queue_size=settings.max_queue_size)
        from coobird._delivery.spool.upkeep import SpoolUpkeep  # loads sqlite3

        return SpoolUpkeep(settings, self._reporter, look_after_queue=self.look_after_queue)

    def _adopt(self) -> None:
        """Take over events that ended processes left, and let a sender look for more."""
        self.state.do_upkeep()
        if len(self.state.buffer):
            self.look_after_queue()
        elif self._upkeep.is_shared:
            self._senders.wake(to_wait=True)

    def queued_in_memory(self) -> list[bytes]:
        """Return the events that are in memory alone, and in no batch yet."""
        buffer = self.state.buffer
        return list(buffer) if isinstance(buffer, MemoryBuffer) else []

    def start_in_worker(self, events: list[bytes]) -> None:
        """Send these events of uWSGI's master, and those that earlier processes left."""
        for event in events:
            self.state.append(event)
        self._adopt()

    def locks_at_fork(self) -> Sequence[RLock]:
        """Let no sender hold the lock of the state while it waits for a spool that is at rest.

        Else a signal handler that tracks during the fork would wait for that sender for ever.
        """
        return () if self._shared is None else self._shared.locks_at_fork()

    def rest_for_fork(self) -> None:
        """Nothing: the child begins with a state of its own."""

    def after_fork_in_parent(self) -> None:
        """Look for events that children of this process leave, in the thread that has forked.

        A process that was forked itself, and forks a child for each job, may track nothing, and has
        no sender that looks from time to time. It has one from now on.
        """
        if not self.state.has_senders and not self.state.is_locked_here():
            self._upkeep.look_now()
            self._adopt()

    def look_after_queue(self) -> None:
        """Start or wake senders, and drop events if the queue is too long.

        Raises only what a signal handler raised: `track` calls it, and the next event tries again.
        """
        try:
            self._look_after_queue()
        except RecursionError:
            self.call_apart(self.look_after_queue)
        except Exception as error:  # a patched lock, a module that cannot be loaded
            if is_from_signal_handler(error):
                raise
            problem = (
                f"The queue could not be looked after ({type(error).__name__}: {error}); the next event tries again."
            )
            self._reporter.error(CoobirdError(problem))

    def call_apart(self, function: Callable[..., None], *arguments: object) -> bool:
        """Call a function in a thread of its own, which has all nested calls left.

        False if none can start.
        """
        if not self._may_start():
            return False
        try:
            _thread.start_new_thread(function, arguments)
        except RuntimeError:
            return False  # the interpreter is ending, or there are too many threads
        return True

    def _look_after_queue(self) -> None:
        state = self.state
        state.renew_locks()
        if state.is_locked_here():
            # A signal handler or a destructor has interrupted its own thread in the middle of a
            # change.
            # If no thread can start, the interpreter is mostly ending, and its exit sends all
            # queued events.
            self.call_apart(self.look_after_queue)
            return
        if any(self.incomplete):
            self.complete_queue(is_last=False)
        state.look_after_queue(self._senders.start)
        if state.is_at_once and not state.is_finished and not self._reporter.is_in_callback:
            self._send_at_once()
        self._upkeep.tidy_dropped()
        is_due = state.is_finished or self._reporter.is_behind
        # It calls `on_error`, and handlers of the log.
        if is_due and (has_room(MANY_FRAMES) or not self.call_apart(state.report_losses)):
            state.report_losses()
        if not self._may_start():
            fork_guard.rest()

    def _look_after_log(self) -> None:
        """Let a sender wait for the time of a line of the log that was held back."""
        if not self.state.is_locked_here() and not self.state.is_finished:
            self._senders.wake(to_wait=True)

    def send_each_at_once(self, wait_seconds: float) -> None:
        """Send each event that is tracked from now on without delay.

        `track` waits for that, so many seconds in all: the signal that ends the process may come
        back right after the last request, and its default effect would end the senders, too.
        """
        self._wait_left_seconds = wait_seconds
        self.state.send_each_at_once()
        self.end_log_of_process()

    def _send_at_once(self) -> None:
        require_room(FRAMES)
        began = monotonic()
        flush = self.state.begin_flush()
        if flush is not None:
            self._wait(flush, began + self._wait_left_seconds, is_patient=False)
            self._wait_left_seconds = max(0.0, self._wait_left_seconds - (monotonic() - began))

    def send_now(self) -> None:
        """Send all queued events without delay."""
        self.state.renew_locks()
        self.state.send_now()
        self._senders.wake()

    # ------------------------------------------------------------------------------ flush, shutdown

    def flush(self, timeout: float | None, *, is_signal: bool = False) -> dict[str, Any] | None:
        """Deliver the events tracked so far. Returns the answers as one; `None` if there were none.

        Args:
            timeout: Seconds to wait at most; `shutdown_timeout` if not given.
            is_signal: True if a signal ends the process next. Then it waits also where the signal
                has interrupted `on_error`, which nothing goes on with.
        """
        fork_guard.notice_fork()
        state, reporter = self.state, self._reporter
        state.renew_locks()
        self.complete_queue(is_last=False)
        deadline = monotonic() + (self._settings.shutdown_timeout if timeout is None else timeout)
        is_called_back = reporter.is_in_callback and not is_signal
        if is_called_back and state.has_senders:
            deadline = 0.0  # called by on_error, perhaps in the middle of `track`: the senders do it alone
        flush = state.begin_flush()
        is_settled = flush is None or self._wait(flush, deadline, is_patient=timeout is not None)
        is_late = not is_settled and monotonic() >= deadline
        undelivered, hindrance = state.undelivered(), state.hindrance()
        state.report_losses()
        if is_late and not state.is_sender_here() and not is_called_back:
            message = f"flush() stopped waiting; {undelivered} events are not delivered yet."
            late = APITimeoutError(message, hint="They are sent as soon as possible; stats() counts them.")
            late.__cause__ = hindrance
            reporter.error(late)
        reporter.write_losses()
        if not self._may_start():
            fork_guard.rest()
        return None if flush is None else flush.answer

    def shutdown(self, timeout: float | None) -> None:
        """Deliver all queued events, and stop.

        Events that are left when the time is over are dropped.

        Args:
            timeout: Seconds to wait at most; `shutdown_timeout` if not given.
        """
        self.begin_shutdown(monotonic() + (self.shutdown_timeout if timeout is None else timeout))
        self.finish_shutdown(is_patient=timeout is not None)

    def begin_shutdown(self, deadline: float) -> None:
        """Send all queued events without delay, and give up at the deadline. Returns at once.

        That includes events that other processes have left by now, unless this is the child of a
        fork that has not used the client.
        """
        fork_guard.notice_fork()
        self.complete_queue(is_last=True)
        if self.is_finished:
            # Events that were tracked after the shutdown.
            self.look_after_queue()
            self.end_log()
            return
        self.state.renew_locks()
        if self._upkeep.is_in_use and not self.state.is_closing:
            self._upkeep.look_now()
            self.state.do_upkeep()
        self.state.begin_shutdown(deadline)
        self._senders.wake()

    def finish_shutdown(self, *, is_patient: bool = False) -> None:
        """Wait until all events are sent or the deadline has passed, and drop the rest.

        `begin_shutdown` comes before.

        Args:
            is_patient: True to wait for the deadline also if the key is refused, or in an outage.
        """
        state = self.state
        if state.is_sender_here():
            return  # called by on_error: the last sender finishes when its work is done
        flush = state.begin_last_flush()
        if flush is not None:
            self._wait(flush, state.deadline, is_patient=is_patient)
            state.finish()
        if state.is_finished:
            self._upkeep.close(is_idle=state.was_idle)
        state.report_losses()
        # Another thread may be reporting. Losses must be known, also if the time for delivery is
        # over.
        self._wait_until_reported(state.deadline + _REPORT_SECONDS)
        self._senders.join(state.deadline)
        if state.is_finished and self._transport is not None:
            self._transport.close()
        self.end_log()

    def end_log(self) -> None:
        """Write all that the log has held back, because the process or the client ends."""
        self.state.end_log()

    def end_log_of_process(self) -> None:
        """Write all that the log has held back, and hold back nothing that is tracked later."""
        self._reporter.write_all_at_once()

    def stats(self) -> Stats:
        """All counts and facts at this moment."""
        used_bytes = self._upkeep.used_bytes()  # before the lock of the state: it may wait for a disk
        max_bytes = None if used_bytes is None else self._settings.spool_max_bytes
        return self.state.stats()._replace(spool_bytes=used_bytes, spool_max_bytes=max_bytes)

    @property
    def is_finished(self) -> bool:
        """True once nothing is sent any more."""
        return self.state.is_finished

    @property
    def shutdown_timeout(self) -> float:
        """Seconds that a shutdown may take."""
        return shortened(self._settings.shutdown_timeout)

    def close_connections(self) -> None:
        """Close the connections of the senders."""
        self._pool.close()
        if self._transport is not None:
            self._transport.close()

    def send_once(self, events: list[bytes]) -> Sent:
        """Send these events in a single try, in the thread that calls."""
        return self._open_transport().send(events, timeout=self._settings.request_timeout)

    def _wait(self, flush: Flush, deadline: float, *, is_patient: bool) -> bool:
        """Wait until the events of the flush are settled, or until waiting cannot help.

        Returns:
            True if they are settled.
        """
        state = self.state
        try:
            self._senders.wake()
            if state.is_sender_here() or fork_guard.is_forking_here():
                return False  # called by on_error, or in a fork: it would wait for this very thread
            while not state.is_settled(flush):
                if not is_patient and (state.is_on_hold_for(flush) or state.is_paused_beyond(deadline)):
                    # A key or a server that failed once more will not work the next moment. The
                    # sender may be reporting just this.
                    self._wait_until_reported(deadline)
                    return False
                seconds = deadline - monotonic()
                if seconds <= 0.0:
                    return False
                self._senders.wake()
                if state.has_senders:
                    state.wait_for_progress(flush, min(_LOOK_AGAIN_SECONDS, seconds))
                else:
                    self._send_here()
            self._wait_until_reported(deadline)
            return True
        finally:
            state.end_flush(flush)

    def _wait_until_reported(self, deadline: float) -> None:
        if self._reporter.is_in_callback or fork_guard.is_forking_here():
            return  # it would wait for this very thread
        # Not for long: a callback may itself be waiting for the thread that waits here.
        self.state.wait_until_reported(min(_REPORT_SECONDS, max(0.0, deadline - monotonic())))

    def _send_here(self) -> None:
        """Send a batch in this thread, because no other can start (the interpreter is ending)."""
        if not self._can_send() and self.state.wait_to_retry(_LOAD_AGAIN_SECONDS, pause_others=False):
            return
        try:
            batch = self.state.take_here()
            if batch is not None:
                self._deliver(batch)
        finally:
            try:
                self.state.leave()
            finally:
                # A signal handler may raise at the begin of the first call. In an outage no other
                # thread would send as long as this one seems to.
                self.state.leave()

    # ------------------------------------------------------------------------------- in the senders

    def _prepare(self) -> None:
        """Load the modules that a sender needs, before it takes a batch.

        Here, so that no caller of `track` pays for it.
        """
        while not self._can_send() and self.state.wait_to_retry(_LOAD_AGAIN_SECONDS, pause_others=False):
            pass  # a batch that is taken now would be lost
        try:
            with fork_guard.loading:
                from coobird._encoding import json_text  # pyright: ignore[reportUnusedImport]

                json_text.use_orjson()
                self._open_transport().prepare()
        except Exception:  # noqa: BLE001, S110 - the first request will fail alike, and report it
            pass

    def _can_send(self) -> bool:
        """Load the module that sends. False if that fails: no descriptor is free, for example."""
        try:
            with fork_guard.loading:
                from coobird._delivery import batch_sender  # noqa: F401  # pyright: ignore[reportUnusedImport]

                self._open_transport()
        except Exception as error:  # the cause is reported with the events, if it remains
            if is_from_signal_handler(error):
                raise
            self.state.failed(error)
            return False
        return True

    def _open_transport(self) -> Transport:
        """Return the transport, which connects when it sends. Its modules load with the first."""
        if self._transport is None:
            with fork_guard.loading:
                if self._settings.transport is None:
                    from coobird._delivery.transport.api import ApiTransport
                    from coobird._http.session import Session

                    opened: Transport = ApiTransport(Session(self._settings, self._pool))
                else:
                    from coobird._delivery.transport.opening import open_transport

                    opened = open_transport(self._settings.transport)
            # Two threads may get here at once, and both must use the same one.
            self._transport = self._transport or opened
        return self._transport

    def _deliver(self, batch: Batch) -> None:
        try:
            from coobird._delivery.batch_sender import send_batch

            send_batch(self.state, self._open_transport(), batch)
        except Exception as error:  # a mistake of this package must not end delivery, nor lose a batch
            if is_from_signal_handler(error):
                raise  # in the thread of the program, which sent it: the next one sends it again
            self.state.fail(batch, error)
