"""Where those who track, those who wait and the senders meet: the queue, one lock, and what became of each batch."""

from __future__ import annotations

import threading
from _thread import start_new_thread
from math import inf
from time import monotonic

from coobird._delivery import process_exit
from coobird._delivery.flush import Flush
from coobird._delivery.queue import EventQueue
from coobird._delivery.schedule import MAX_SENDERS, Health, Schedule
from coobird._delivery.sender_threads import Senders
from coobird._http import fork_guard

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from coobird._delivery.queue import Batch
    from coobird._delivery.reporter import Reporter
    from coobird._delivery.spool.upkeep import Spooling
    from coobird._delivery.stats import Stats
    from coobird._http.session import Session
    from coobird._settings.settings import Settings
    from coobird.errors import APIError, CoobirdError


class Delivery:
    """Delivers encoded events in the background. Safe to use from any thread.

    Its daemon threads start with the first event. After a fork the child starts empty, with a lock, threads and
    counts of its own.

    Attributes:
        append: Queues an event; takes no lock. Call `attend` after it when the queue is `alarm` long.
        is_closing: Shutdown has begun: everything that is queued is sent until `deadline`.
        is_finished: Nothing is sent any more.
        is_idle: Nothing was being sent when it finished.
        spooling: What there is to do for the spool, if there is one.
    """

    def __init__(self, session: Session, settings: Settings, reporter: Reporter) -> None:
        self.session = session
        self.settings = settings
        self.reporter = reporter
        self.is_finished = False
        self.spooling: Spooling | None = None
        if settings.spool is not None and not settings.disabled:
            from coobird._delivery.spool.upkeep import Spooling

            self.spooling = Spooling(self, str(settings.spool))
        self._reset()
        process_exit.watch(self)
        fork_guard.reset_in_child(self)
        if self.spooling is not None:
            self._take_up()

    def _reset(self) -> None:
        settings = self.settings
        # Reentrant: a signal handler or a destructor may track while its thread is in here.
        self.lock = threading.RLock()
        self.progress = threading.Condition(self.lock)
        self._retry = threading.Condition(self.lock)
        self.queue = (
            self.spooling.new_queue()
            if self.spooling
            else EventQueue(max_batch_size=settings.max_batch_size, max_queue_size=settings.max_queue_size)
        )
        self.buffer = self.queue.buffer
        self.append = self.buffer.append
        self.alarm = 0 if self.is_finished else 1
        self.schedule = Schedule(settings.flush_at, settings.flush_interval, settings.max_batch_size)
        self.health = Health()
        self.senders = Senders(self)
        self.flushes: list[Flush] = []
        self.last_flush: Flush | None = None
        self.is_closing = False
        self.is_idle = True
        self.deadline = inf
        self._telling = 0

    def reset_after_fork(self) -> None:
        """In the child of a fork: the parent has the events; its locks and threads do not exist here."""
        self.session.reset_after_fork()
        self.reporter.reset_after_fork()
        if self.spooling is not None:
            self.spooling.reset_after_fork()
        self._reset()

    def _take_up(self) -> None:
        """Begin with what earlier processes have left in the spool."""
        assert self.spooling is not None
        with self.lock:
            self.spooling.adopt_if_due(monotonic())
        self.spooling.tell()
        if len(self.queue):
            self.attend()

    def attend(self) -> None:
        """See to the senders, and to a queue that is too long."""
        if _is_held_here(self.lock):
            # By a signal handler or a destructor, in the middle of what its own thread is doing in here.
            try:
                start_new_thread(self.attend, ())
            except RuntimeError:
                pass  # the interpreter is ending, and is going to send what is queued
            return
        with self.lock:
            if self.is_finished:
                self.reporter.lose(self.queue.drop_queued("after_shutdown"), "after_shutdown")
            else:
                self.reporter.lose(self.queue.overflow(MAX_SENDERS), "queue_full")
                self.senders.rouse()
        if self.spooling is not None:
            self.spooling.attend()
        if self.is_finished or self.reporter.is_behind:
            self.report_losses()

    def reject(self) -> None:
        """Count an event that cannot be sent as it is."""
        with self.lock:
            self.queue.count_rejected(1, "invalid")

    def stats(self) -> Stats:
        """All counts at this moment."""
        with self.lock:
            return self.queue.stats()

    def hurry(self) -> None:
        """Send what is queued without delay."""
        with self.lock:
            self.schedule.hurry(self.queue.end)
            self.senders.rouse()

    # ------------------------------------------------------------------------------------------- the end

    def begin_shutdown(self, deadline: float) -> None:
        """Send everything without delay, and give up at the deadline."""
        with self.lock:
            if self.last_flush is None:
                self.last_flush = Flush(self.queue.end)
            self.is_closing = True
            self.deadline = min(self.deadline, deadline)
            self.schedule.hurry(self.last_flush.mark)
            self.health.probe_now()
            self.senders.rouse(everybody=True)
            self._retry.notify_all()

    def end_if_over(self, now: float, *, is_last: bool) -> bool:
        """For a sender without work: whether all is over. Ends the shutdown if nobody else is going to."""
        if self.last_flush is not None and not self.is_finished:
            is_done = is_last and not self.queue.backlog and self.queue.is_settled(self.last_flush.mark)
            if is_done or now >= self.deadline:
                self.finish()
        return self.is_finished

    def finish(self) -> None:
        """Drop what is left. Called with the lock held."""
        if self.is_finished or self.last_flush is None:
            return
        # Before the queue is emptied, so that whoever appends to it later sees to what becomes of it.
        self.alarm = 0
        reason, cause = "unauthorized" if self.health.held else "shutdown", self.health.last_error
        is_late = self.queue.is_settled(self.last_flush.mark)
        self.is_idle = not self.queue.is_in_flight
        self.reporter.lose(self.queue.drop_in_flight(reason), reason, cause)
        # Everything that was tracked before the shutdown is delivered: what waits came after it.
        reason = "after_shutdown" if is_late else reason
        self.reporter.lose(self.queue.drop_queued(reason), reason, cause)
        self.is_finished = True
        self.progress.notify_all()
        self._retry.notify_all()
        self.senders.rouse(everybody=True)

    # ------------------------------------------- what became of a batch; the sender calls `tell` in the end

    def succeeded(self, seconds: float) -> None:
        """The server judged a request within so many seconds."""
        with self.lock:
            self.health.succeeded(seconds)

    def is_settled(self, mark: int) -> bool:
        """Whether the events numbered below the mark have met their fate."""
        return self.is_finished or self.queue.is_settled(mark)

    @property
    def has_told(self) -> bool:
        """Whether `on_error` knows of everything that was settled."""
        return self._telling <= 0  # below zero in a child that was forked by `on_error`

    def tell(self, *errors: CoobirdError) -> None:
        """Whoever settled, gave up or held something tells `on_error` of these, and of what was dropped."""
        try:
            for error in errors:
                self.reporter.error(error)
            self.reporter.report_losses()
        finally:
            self._told()

    def report_losses(self) -> None:
        """Tell `on_error` what was dropped, whoever dropped it; `has_told` is false meanwhile."""
        with self.lock:
            self._telling += 1
        self.tell()

    def _told(self) -> None:
        if self.spooling is not None:
            self.spooling.tidy()
        with self.lock:
            self._telling -= 1
            # Not for each batch: whoever waits would wake, take the senders' turn, and see that it has to go on waiting.
            if self.health.held or not self.flushes or any(self.is_settled(flush.mark) for flush in self.flushes):
                self.progress.notify_all()

    def settle(self, batch: Batch, delivered: int, rejected: int, answer: dict[str, Any]) -> bool:
        """The first part of the batch is judged. `False` if it was given up before."""
        with self.lock:
            is_open = self.queue.settle(batch, delivered=delivered, rejected=rejected)
            for flush in self.flushes if is_open else ():
                if batch.first < flush.mark:
                    flush.add(answer)
            self._telling += 1
            return is_open

    def give_up(self, batch: Batch, reason: str, error: Exception) -> None:
        """Drop the first part of the batch."""
        with self.lock:
            part = batch.parts[0]
            if self.queue.settle(batch, dropped=len(part), reason=reason):
                self.reporter.lose(part, reason, error)
            self._telling += 1

    def fail(self, batch: Batch, error: Exception) -> None:
        """Drop what is left of a batch that cannot be dealt with."""
        with self.lock:
            batch.parts[:] = [batch.events]
        self.give_up(batch, "failed", error)
        self.tell()

    def split(self, batch: Batch, parts: list[list[bytes]], *, is_too_large: bool) -> None:
        """Send the first part of the batch in smaller ones."""
        with self.lock:
            self.queue.split(batch, parts, is_too_large=is_too_large)

    def hold(self, batch: Batch, error: APIError, jitter: float) -> bool:
        """The key is refused: keep everything, and try again later. `True` for the first refusal in a row."""
        with self.lock:
            end = self.queue.put_back(batch)
            self.schedule.hurry(end)
            for flush in filter(None, (*self.flushes, self.last_flush)):
                if batch.first < flush.mark:  # whoever waits for the batch waits for it under its new numbers
                    flush.mark = max(flush.mark, end)
            self.reporter.lose(self.queue.overflow(MAX_SENDERS), "queue_full")
            self._telling += 1
            return self.health.refused(error, monotonic(), jitter)

    def failed(self, error: Exception) -> None:
        """A try failed in a way that may pass."""
        with self.lock:
            self.health.failed(error)

    def wait_to_retry(self, seconds: float, *, pause_others: bool) -> bool:
        """Wait before the next try. `False`, at once, if the shutdown leaves no time for it."""
        until = monotonic() + seconds
        with self.lock:
            if pause_others:
                self.health.pause(until)
            while (left := until - monotonic()) > 0:
                if self.is_finished or until >= self.deadline:
                    return False
                self._retry.wait(left)
            return not self.is_finished

    def request_timeout(self) -> float:
        """Seconds for the next request."""
        return max(0.001, min(self.settings.request_timeout, self.deadline - monotonic()))


def _is_held_here(lock: Any) -> bool:
    return bool(lock._is_owned())  # what `threading.Condition` asks of any lock
