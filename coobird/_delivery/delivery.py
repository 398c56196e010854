"""Delivery of queued events in the background: it owns their state and the sender threads."""

from __future__ import annotations

import _thread
from time import monotonic

from coobird._delivery import process_exit
from coobird._delivery.queue import MemoryBuffer
from coobird._delivery.sender_threads import SenderThreads
from coobird._delivery.state import State
from coobird._delivery.upkeep import MemoryUpkeep
from coobird._http import fork_guard, uwsgi
from coobird._settings.testing import shortened
from coobird.errors import APITimeoutError, CoobirdError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from coobird._delivery.queue import Batch
    from coobird._delivery.reporter import Reporter
    from coobird._delivery.state import Flush
    from coobird._delivery.stats import Stats
    from coobird._delivery.upkeep import Upkeep
    from coobird._http.session import Session
    from coobird._settings.settings import Settings

_REPORT_SECONDS = 1.0
"""Longest wait of `flush` and `shutdown` for `on_error`, so that it has mostly been called when
they return."""

_LOOK_AGAIN_SECONDS = 1.0
"""Time after which a waiting thread looks after the senders: all of them may be stuck, in a request
or in `on_error`."""


_LOAD_AGAIN_SECONDS = 0.2
"""Time between two attempts to load a module that could not be loaded."""


def _complete_nothing(*, is_last: bool) -> None:
    """Default of `Delivery.complete_queue`."""


class Delivery:
    """Delivers encoded events in the background. Safe to use from any thread.

    Its daemon threads start with the first event. After a fork the child starts empty, with a lock,
    threads and counts of its own.

    Attributes:
        state: Queue and counts. `track` appends to it, and calls `look_after_queue` if it says so.
        complete_queue: Called before a flush and a shutdown, to append events that are not in the
            queue yet. After `is_last=True` it is too late for them.
    """

    def __init__(self, session: Session, settings: Settings, reporter: Reporter) -> None:
        uwsgi.prepare()
        self._session = session
        self._settings = settings
        self._reporter = reporter
        self._upkeep = self._new_upkeep()
        self.state = State(settings, reporter, self._upkeep)
        self._senders = SenderThreads(self.state, prepare=self._prepare, deliver=self._deliver)
        self.complete_queue = _complete_nothing
        self._wait_left_seconds = 0.0
        reporter.look_after_log = self._look_after_log
        process_exit.watch(self)
        if uwsgi.is_master():
            # The master would take over events, and start no thread to send them.
            uwsgi.watch_start(self)
        else:
            if self._upkeep.is_shared:
                fork_guard.look_in_parent(self)
            self._adopt()

    def _new_upkeep(self) -> Upkeep:
        settings = self._settings
        if settings.spool is None or settings.disabled:
            return MemoryUpkeep(max_queue_size=settings.max_queue_size)
        from coobird._delivery.spool.upkeep import SpoolUpkeep  # loads sqlite3

        return SpoolUpkeep(settings, self._reporter, look_after_queue=self.look_after_queue)

    def _adopt(self) -> None:
        """Take over events that earlier processes left."""
        self.state.do_upkeep()
        if len(self.state.buffer):
            self.look_after_queue()

    def queued_in_memory(self) -> list[bytes]:
        """Return the events that are in memory alone, and in no batch yet."""
        buffer = self.state.buffer
        return list(buffer) if isinstance(buffer, MemoryBuffer) else []

    def start_in_worker(self, events: list[bytes]) -> None:
        """Send these events of uWSGI's master, and those that earlier processes left."""
        for event in events:
            self.state.append(event)
        self._adopt()

    def after_fork_in_parent(self) -> None:
        """Take over events that children of this process left, in the thread that has forked.

        A process that forks a child for each job may track nothing itself, and has no sender that
        looks from time to time. It has one from now on, if any child left something.
        """
        if not self.state.has_senders and not self.state.is_locked_here():
            self._upkeep.look_now()
            self._adopt()

    def look_after_queue(self) -> None:
        """Start or wake senders, and drop events if the queue is too long.

        Never raises: `track` calls it, and the next event tries again.
        """
        try:
            self._look_after_queue()
        except Exception as error:  # noqa: BLE001 - a patched lock, a module that cannot be loaded
            problem = (
                f"The queue could not be looked after ({type(error).__name__}: {error}); the next event tries again."
            )
            self._reporter.error(CoobirdError(problem))

    def _look_after_queue(self) -> None:
        state = self.state
        state.renew_locks()
        if state.is_locked_here():
            # A signal handler or a destructor has interrupted its own thread in the middle of a
            # change.
            try:
                _thread.start_new_thread(self.look_after_queue, ())
            except RuntimeError:
                pass  # the interpreter is ending, and its exit sends all queued events
            return
        state.shorten_queue()
        if not state.is_finished:
            self._senders.wake()
            if state.is_at_once and not self._reporter.is_in_callback:
                self._send_at_once()
        self._upkeep.tidy_dropped()
        if state.is_finished or self._reporter.is_behind:
            state.report_losses()
        if uwsgi.is_master():
            fork_guard.rest()

    def _look_after_log(self) -> None:
        """Let a sender wait for the time of a line of the log that was held back."""
        if not self.state.is_locked_here() and not self.state.is_finished:
            self._senders.wake(for_log=True)

    def send_each_at_once(self, wait_seconds: float) -> None:
        """Send each event that is tracked from now on without delay.

        `track` waits for that, so many seconds in all: the signal that ends the process may come
        back right after the last request, and its default effect would end the senders, too.
        """
        self._wait_left_seconds = wait_seconds
        self.state.send_each_at_once()

    def _send_at_once(self) -> None:
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

    def flush(self, timeout: float | None) -> dict[str, Any] | None:
        """Deliver the events tracked so far. Returns the answers as one; `None` if there were none.

        Args:
            timeout: Seconds to wait at most; `shutdown_timeout` if not given.
        """
        fork_guard.notice_fork()
        state, reporter = self.state, self._reporter
        state.renew_locks()
        self.complete_queue(is_last=False)
        deadline = monotonic() + (self._settings.shutdown_timeout if timeout is None else timeout)
        if reporter.is_in_callback and state.has_senders:
            deadline = 0.0  # called by on_error, perhaps in the middle of `track`: the senders do it alone
        flush = state.begin_flush()
        is_settled = flush is None or self._wait(flush, deadline, is_patient=timeout is not None)
        is_late = not is_settled and monotonic() >= deadline
        undelivered = state.undelivered()
        state.report_losses()
        if is_late and not state.is_sender_here() and not reporter.is_in_callback:
            message = f"flush() stopped waiting; {undelivered} events are not delivered yet."
            reporter.error(APITimeoutError(message, hint="They are sent as soon as possible; stats() counts them."))
        if uwsgi.is_master():
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
            self.end_log()  # about events that were tracked after the shutdown
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
        self.end_log()

    def end_log(self) -> None:
        """Write all that the log has held back, because the process or the client ends."""
        self.state.end_log()

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
        self._session.close()

    def _wait(self, flush: Flush, deadline: float, *, is_patient: bool) -> bool:
        """Wait until the events of the flush are settled, or until waiting cannot help.

        Returns:
            True if they are settled.
        """
        state = self.state
        try:
            self._senders.wake()
            if state.is_sender_here():
                return False  # called by on_error: it would wait for this very thread
            while not state.is_settled(flush):
                if state.is_on_hold_for(flush) and not is_patient:
                    return False  # a key or a server that failed once more will not work the next moment
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
        if self._reporter.is_in_callback:
            return  # it would wait for this very thread
        # Not for long: a callback may itself be waiting for the thread that waits here.
        self.state.wait_until_reported(min(_REPORT_SECONDS, max(0.0, deadline - monotonic())))

    def _send_here(self) -> None:
        """Send a batch in this thread, because no other can start (the interpreter is ending)."""
        if not self._can_send() and self.state.wait_to_retry(_LOAD_AGAIN_SECONDS, pause_others=False):
            return
        batch = self.state.take_here()
        if batch is not None:
            try:
                self._deliver(batch)
            finally:
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
                self._session.prepare()
        except Exception:  # noqa: BLE001, S110 - the first request will fail alike, and report it
            pass

    def _can_send(self) -> bool:
        """Load the module that sends. False if that fails: no descriptor is free, for example."""
        try:
            with fork_guard.loading:
                from coobird._delivery import batch_sender  # noqa: F401  # pyright: ignore[reportUnusedImport]
        except Exception as error:  # noqa: BLE001 - the cause is reported with the events, if it remains
            self.state.failed(error)
            return False
        return True

    def _deliver(self, batch: Batch) -> None:
        try:
            from coobird._delivery.batch_sender import send_batch

            send_batch(self.state, self._session, batch)
        except Exception as error:  # noqa: BLE001 - a mistake of this package must not end delivery, nor lose a batch
            self.state.fail(batch, error)
