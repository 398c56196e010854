"""Shared state of one delivery: queue, lock, batches in flight, flushes, and busy senders.

A method that changes something takes the lock, and leaves a state in which all parts agree. Nothing
here sends or starts a thread, so it knows neither the senders nor the callers of `flush`.
`on_error` and the handlers of the log are called through the reporter, without the lock.
"""

from __future__ import annotations

import threading
from time import monotonic, time

from coobird._delivery.health import MAX_SENDERS, Health
from coobird._delivery.queue import EventQueue
from coobird._delivery.schedule import Schedule, wake_at_length_if_busy
from coobird._delivery.traffic import Traffic
from coobird._http import fork_guard
from coobird._http.locks import new_lock
from coobird._http.stack import FRAMES, require_room
from coobird._settings.host import BASE_PATH, BATCH_PATH
from coobird._settings.settings import INF
from coobird.errors import APITimeoutError, DeliveryResumed, OutageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _thread import RLock
    from collections.abc import Callable, Sequence
    from typing import Any

    from coobird._delivery.queue import Batch
    from coobird._delivery.reporter import Reporter
    from coobird._delivery.stats import Stats
    from coobird._delivery.upkeep import Upkeep
    from coobird._settings.settings import Settings
    from coobird.errors import APIError, CoobirdError

SENDER_IDLE_SECONDS = 5.0
"""Time without work after which a sender beyond the first ends."""

_NO_THREAD_WAIT_SECONDS = 0.05
"""Wait before a thread that sends by itself looks for a batch again."""


class Flush:
    """A wait for the events numbered below `mark`.

    `answer` sums up the server's answers to them so far.
    """

    __slots__ = ("answer", "holds_seen", "mark", "tries_left")

    def __init__(self, mark: int) -> None:
        self.mark = mark
        self.answer: dict[str, Any] = {"accepted": 0, "duplicates": 0, "rejected": 0, "results": []}
        self.holds_seen = self.tries_left = 0

    def add(self, answer: dict[str, Any]) -> None:
        """Add the answer to a batch."""
        for name in self.answer:
            self.answer[name] += answer[name]


class State:
    """Shared state of one delivery. Safe to use from any thread, signal handler and destructor.

    Attributes:
        append: Queues an event. Takes no lock: call it, and then look after the queue if `buffer`
            is `wake_at_length` long.
        buffer: Queued events.
        wake_at_length: Queue length at which the queue needs to be looked after.
        settings: Settings of the client.
        upkeep: Looks after the place of the queued events.
        generation: Number of forks. A sender of an earlier generation has to end.
        is_at_once: True if each event is sent as soon as it is tracked: the process is about to
            end.
        is_closing: True once the shutdown has begun: all queued events are sent until `deadline`.
        is_finished: True once nothing is sent any more.
        was_idle: False if something was being sent when it finished.
        deadline: Time at which the shutdown drops the rest; infinity before the shutdown.
    """

    def __init__(self, settings: Settings, reporter: Reporter, upkeep: Upkeep) -> None:
        self.settings = settings
        self._reporter = reporter
        self.upkeep = upkeep
        self.generation = 0
        self.is_finished = False
        self._begin()
        fork_guard.reset_in_child(self)

    def _begin(self) -> None:
        settings = self.settings
        self._make_locks()
        self._queue = EventQueue(
            self.upkeep.new_buffer(), max_batch_size=settings.max_batch_size, unreported=self._reporter.unreported
        )
        self.buffer = self._queue.buffer
        self.append = self.buffer.append
        self.is_at_once = False
        self.wake_at_length = 0 if self.is_finished else 1
        self._schedule = Schedule(settings.flush_at, settings.flush_interval, settings.max_batch_size)
        self._health = Health()
        self._traffic = Traffic()
        # Time at which each sender took its batch, by thread; infinity while it has none.
        self._busy_since: dict[int, float] = {}
        self._waiting = 0
        self._flushes: list[Flush] = []
        self._last_flush: Flush | None = None
        self.is_closing = False
        self.was_idle = True
        self.deadline = INF
        # Threads that report. One that a signal handler ends in between leaves itself in here until
        # it reports again, which a count would not allow.
        self._reporting: set[int] = set()

    def _make_locks(self) -> None:
        # Reentrant: a signal handler or a destructor may track while its thread is in here.
        self._lock = new_lock()
        self._work = threading.Condition(self._lock)
        self._retry = threading.Condition(self._lock)
        self._progress = threading.Condition(self._lock)

    def renew_locks(self) -> None:
        """Make the locks anew if `threading` makes other ones by now, and no sender uses them.

        gunicorn's gevent workers patch `threading` after the fork. All greenlets of a thread would
        own a lock from before at once, and so would block each other for ever.
        """
        if not self._busy_since and type(self._lock) is not type(new_lock()):
            require_room(FRAMES)
            self._make_locks()

    def reset_after_fork(self) -> None:
        """Begin empty, in the child of a fork.

        The parent sends the events. Its threads do not exist here, and may hold the old lock. The
        object stays the same, because a thread that forked inside `on_error` comes back to it.
        """
        self.generation += 1
        self._begin()

    # ---------------------------------------------------------------------------------------- queue

    def is_locked_here(self) -> bool:
        """True if the calling thread is inside a method of this object.

        So it is in a signal handler or a destructor that interrupted the method.
        """
        lock: Any = self._lock  # its types leave out the method, which `threading.Condition` calls of any lock
        return bool(lock._is_owned())

    def locks_at_fork(self) -> Sequence[RLock]:
        """Return the lock, with which no other thread changes anything."""
        return (self._lock,)

    def look_after_queue(self, start: Callable[[], int | None]) -> None:
        """Drop events if the queue is too long, and wake or start a sender if there is work for it.

        Once nothing is sent any more, all events are dropped. It is one step, because `track` calls
        it, and may have to wait for the lock.

        Args:
            start: As in `wake`.
        """
        with self._lock:
            now, buffer = monotonic(), self.buffer
            # A waiting sender wakes soon, and notes the time itself, unless delivery is paused.
            if not self._waiting or now < self._health.paused_until:
                self._queue.note_time(now)
            if self.is_finished or len(buffer) > buffer.max_length or not buffer.is_limited_by_length:
                # A change that stops half-way would lose events.
                require_room(FRAMES)
                self._drop_excess()
            if not self.is_finished:
                self._wake(start, now)

    def _drop_excess(self) -> None:
        if self.is_finished:
            self._queue.drop_queued("after_shutdown")
        else:
            self._drop_overflow()

    def reject(self, error: CoobirdError) -> None:
        """Count an event that cannot be sent as it is. `error` says why."""
        with self._lock:
            self._queue.reject("invalid", error)

    def send_each_at_once(self) -> None:
        """Let `track` look after the queue with each event from now on."""
        with self._lock:
            self.is_at_once = True
            self.wake_at_length = 0

    def send_now(self) -> None:
        """Make all queued events due."""
        with self._lock:
            self._schedule.send_now(self._queue.end)

    def do_upkeep(self) -> None:
        """Do the upkeep that is due, without the lock, and send at once what it has found."""
        if self.upkeep.do(is_closing=self.is_closing):
            self.send_now()

    def undelivered(self) -> int:
        """Return the number of events that are queued or in flight."""
        with self._lock:
            return self._queue.undelivered()

    def stats(self) -> Stats:
        """All counts and facts at this moment, except those about a spool."""
        with self._lock:
            now = monotonic()
            self._queue.note_time(now)
            stats, traffic, since = self._queue.stats(), self._traffic, self._queue.oldest_since
            return stats._replace(
                oldest_event_seconds=0.0 if since is None else now - since,
                retried=stats.retried + traffic.retried,
                sent_bytes=traffic.sent_bytes,
                last_success_at=traffic.last_success_at,
                last_error_at=traffic.last_error_at,
                last_error_type=traffic.last_error_type,
                last_error=traffic.last_error,
                is_key_refused=self._health.is_key_refused,
            )

    def _drop_overflow(self) -> None:
        self._queue.overflow(MAX_SENDERS, self._health.last_error)

    def _take(self) -> Batch | None:
        return self._queue.take_other() if self._health.wants_other_events else self._queue.take()

    # -------------------------------------------------------------------------------------- senders

    @property
    def has_senders(self) -> bool:
        """True if there are sender threads."""
        return bool(self._busy_since)

    def is_sender_here(self) -> bool:
        """True if the calling thread is a sender, for example inside `on_error`."""
        return threading.get_ident() in self._busy_since

    def wake(self, start: Callable[[], int | None], *, to_wait: bool = False) -> None:
        """Wake a waiting sender, or start one, if there is work for it.

        Args:
            start: Starts a sender thread and returns its identifier; `None` if no thread can start.
                The lock is held meanwhile, so that the sender is known here before it does
                anything.
            to_wait: True if a sender is to wait for the time of a line of the log, or of upkeep,
                though there may be no events.
        """
        with self._lock:
            self._wake(start, monotonic(), to_wait=to_wait)

    def _wake(self, start: Callable[[], int | None], now: float, *, to_wait: bool = False) -> None:
        queue = self._queue
        backlog, busy = queue.backlog, self._busy()
        is_wanted = backlog > 0 and (self._wanted(backlog, now) > busy or self.upkeep.seconds_until_due(now) <= 0.0)
        if self._waiting and (is_wanted or to_wait):
            self._work.notify()
        # While there is a backlog, one sender more waits to step in when the answers to the others
        # take too long.
        is_wanted = is_wanted or backlog >= queue.max_batch_size or (to_wait and not self._busy_since)
        if len(self._busy_since) == busy < MAX_SENDERS and is_wanted:
            ident = start()
            if ident is not None:
                self._busy_since[ident] = INF
        if self.is_finished or self.is_at_once:
            self.wake_at_length = 0
        elif self._busy_since:
            self.wake_at_length = self._length_if_busy(len(queue))
        else:
            self.wake_at_length = len(queue) + 1  # no thread could start: the next event tries again

    def wait_for_events(self, generation: int) -> bool:
        """Wait until there are events to send. False: this sender is not needed any more.

        Args:
            generation: Value of `generation` when the sender was started.
        """
        self._next_batch(generation, None)
        return self.is_sender_here()

    def next_batch(self, generation: int, start: Callable[[], int | None]) -> Batch | None:
        """Wait until a batch is due, and take it. `None`: this sender is not needed any more.

        Another sender is woken or started if it is wanted for the rest of the queue.

        Args:
            generation: Value of `generation` when the sender was started.
            start: As in `wake`.
        """
        return self._next_batch(generation, start)

    def _next_batch(self, generation: int, start: Callable[[], int | None] | None) -> Batch | None:
        """Wait until a batch is due, and take it; or until there are events, without `start`."""
        idle_since = monotonic()
        while True:
            with self._lock:
                if generation != self.generation:
                    return None  # in the child of an `on_error` that forked: the sender was the parent's
                batch, is_over = self._wait_for_batch(idle_since, start)
            if batch is not None or is_over:
                return batch
            # Without the lock: `on_error` and log handlers are the program's code, and a disk may
            # be slow.
            if self._reporter.has_losses:
                self.report_losses()
            self._reporter.write_log()
            self.do_upkeep()

    def _wait_for_batch(self, idle_since: float, start: Callable[[], int | None] | None) -> tuple[Batch | None, bool]:
        """Wait until a batch, a report or upkeep is due, or the sender is not needed any more.

        Returns the batch, and True if the sender is not needed any more or, if it takes none, there
        are events.
        """
        self._busy_since[threading.get_ident()] = INF
        while True:
            now = monotonic()
            if self._finish_if_over(now):
                self.leave()
                return None, True
            if start is None and self._queue.backlog:
                return None, True
            if self.upkeep.seconds_until_due(now) <= 0.0:
                return None, False
            self._queue.note_time(now)
            self._expire(now)
            queued = len(self._queue)
            seconds = self._seconds_to_wait(queued, now)
            if start is not None and seconds <= 0.0 and (batch := self._take()):
                self._take_on(batch.parts[0], now)
                self._wake(start, now)
                return batch, False
            if not self._busy() and self._queue.recover():
                continue
            if (self.is_closing and not self._queue.backlog) or (
                len(self._busy_since) > 1 and now - idle_since >= SENDER_IDLE_SECONDS
            ):
                self.leave()
                return None, True
            if self._reporter.has_losses or now >= self._reporter.held_until:
                return None, False
            # `append` takes no lock: look at the length once more, now that `track` can see
            # `wake_at_length`.
            if len(self._queue) == queued:
                seconds = min(self.upkeep.seconds_to_wait(seconds, now), self._reporter.held_until - now)
                self._waiting += 1
                self._work.wait(None if seconds == INF else seconds)
                self._waiting -= 1

    def take_here(self) -> Batch | None:
        """Take a batch in a thread that sends it by itself, because no sender can start.

        `None` if no batch may be sent now, after a short wait. Else `leave` comes after sending.
        """
        with self._lock:
            now = monotonic()
            self._queue.note_time(now)
            if not self._busy():
                self._queue.recover()
            batch = None if self._health.paused_until > now else self._take()
            if batch is None:
                self._progress.wait(_NO_THREAD_WAIT_SECONDS)
            else:
                self._take_on(batch.parts[0], now)
            return batch

    def leave(self) -> None:
        """Note that the calling thread is no sender any more, which makes room for another one."""
        with self._lock:
            self._busy_since.pop(threading.get_ident(), None)

    def _take_on(self, batch: list[bytes], now: float) -> None:
        self._busy_since[threading.get_ident()] = now
        self._schedule.sent(now)
        if not self.is_closing:
            self._health.took(len(batch), now)

    def _seconds_to_wait(self, queued: int, now: float) -> float:
        """Seconds until a batch is due, as far as is known now.

        Sets `wake_at_length` to what would change it.
        """
        queue, health = self._queue, self._health
        longest = self.deadline - now
        if len(self._busy_since) > 1:
            longest = min(longest, SENDER_IDLE_SECONDS)
        seconds = self._schedule.seconds_until_due(queue.gone, queued, now)
        if queue.backlog > queued:
            seconds = 0.0  # a batch is ready
        paused = health.paused_until - now
        if paused > 0.0 or seconds <= 0.0:
            self.wake_at_length = 0 if self.is_at_once else self._length_if_busy(queued)
        else:
            self.wake_at_length = 0 if self.is_at_once else self._schedule.wake_at_length(queued)
        if seconds <= 0.0 and (busy := self._busy()) >= self._wanted(queue.backlog, now):
            more = health.seconds_until_more(busy, queue.backlog, queue.max_batch_size, self._oldest(now))
            return min(more, longest)
        # At the end of a pause the time is computed anew: meanwhile `track` does not wake a sender.
        return min(paused if paused > 0.0 else seconds, longest)

    def _busy(self) -> int:
        times = [*self._busy_since.values()]
        return len(times) - times.count(INF)

    def _wanted(self, backlog: int, now: float) -> int:
        return self._health.senders_wanted(
            backlog, self._queue.max_batch_size, self._oldest(now), is_waited_for=bool(self._flushes)
        )

    def _oldest(self, now: float) -> float:
        """Seconds since the longest busy sender took its batch; minus infinity if none is busy."""
        return now - min(self._busy_since.values(), default=INF)

    def hindrance(self) -> Exception | None:
        """Return the reason why events are not delivered yet; `None` if no try has failed."""
        with self._lock:
            return self._hindrance()

    def _hindrance(self) -> Exception | None:
        seconds = self._oldest(monotonic())
        if self._health.last_error is not None or not self._queue.is_in_flight or seconds < 0.0:
            return self._health.last_error
        # A request that hangs longer than the process lives fails in no other way.
        return APITimeoutError(
            f"A request has had no answer for {seconds:.1f} seconds", method="POST", path=BASE_PATH + BATCH_PATH
        )

    def _length_if_busy(self, queued: int) -> int:
        return wake_at_length_if_busy(queued, self._queue.max_batch_size, self.buffer.max_length)

    # -------------------------------------- a batch in flight; its sender calls `report` afterwards

    def is_open(self, batch: Batch) -> bool:
        """True if events of this batch are still to be sent.

        They are not in the child of an `on_error` that forks.
        """
        return self._queue.is_open(batch)

    def request_timeout(self) -> float:
        """Seconds for the next request."""
        return max(0.001, min(self.settings.request_timeout, self.deadline - monotonic()))

    def record_try(
        self,
        events: int,
        content_bytes: int,
        error: Exception | None,
        *,
        is_retry: bool,
        is_success: bool,
        processed_in_seconds: float | None,
    ) -> None:
        """Record a request, and how it ended, for `stats`. Reports a recovery.

        `processed_in_seconds` is `None` if the server did not process the request.
        """
        outage_seconds, waiting = None, 0
        with self._lock:
            if processed_in_seconds is not None:
                outage_seconds = self._health.succeeded(processed_in_seconds, monotonic())
            self._traffic.tried(events, content_bytes, is_retry=is_retry)
            if is_success:
                self._traffic.succeeded(time())
            elif error is not None:
                self._traffic.failed(type(error).__name__, self.settings.api_key.redact(str(error)), time())
            if outage_seconds is not None:
                waiting = self._waiting_events()
        if outage_seconds is not None:
            self._reporter.call(DeliveryResumed.after(outage_seconds, waiting))

    @property
    def is_on_hold(self) -> bool:
        """True if the key was refused, or in an outage: a batch has one try, and is put back."""
        return self._health.is_on_hold

    def has_succeeded_since(self, time: float) -> bool:
        """True if the server has processed another request since this time."""
        return self._health.succeeded_at > time

    def failed(self, error: Exception) -> None:
        """Note that a try failed in a way that may pass."""
        with self._lock:
            self._health.failed(error)

    def wait_to_retry(self, seconds: float, *, pause_others: bool) -> bool:
        """Wait before the next try. False, at once, if the shutdown leaves no time for it."""
        until = monotonic() + seconds
        with self._lock:
            if pause_others:
                self._health.pause(until)
            while (left := until - monotonic()) > 0:
                if self.is_finished or until >= self.deadline:
                    return False
                self._retry.wait(left)
            return not self.is_finished

    def settle(
        self, batch: Batch, delivered: int, answer: dict[str, Any], rejections: Sequence[tuple[int, CoobirdError]] = ()
    ) -> bool:
        """Count the first part of the batch as delivered or rejected.

        False if it was given up before. `rejections` are numbers of rejected events, each with the
        error to report.
        """
        with self._lock:
            is_open = self._queue.settle(batch, delivered=delivered, rejections=rejections)
            if is_open:
                for flush in self._flushes:
                    if batch.first < flush.mark:
                        flush.add(answer)
            self._reporting.add(threading.get_ident())
            return is_open

    def give_up(self, batch: Batch, reason: str, error: Exception) -> None:
        """Drop the first part of the batch."""
        with self._lock:
            self._queue.give_up(batch, reason, error)
            self._reporting.add(threading.get_ident())

    def fail(self, batch: Batch, error: Exception) -> None:
        """Drop the rest of a batch, because of a mistake of this package, and report it."""
        with self._lock:
            batch.parts[:] = [batch.events]
            self.give_up(batch, "failed", error)
        self.report()

    def split(self, batch: Batch, parts: list[list[bytes]], *, is_too_large: bool) -> None:
        """Send the first part of the batch in smaller ones."""
        with self._lock:
            self._queue.split(batch, parts, is_too_large=is_too_large)

    def hold(self, batch: Batch, error: APIError, jitter: float) -> bool:
        """Put the batch back, because the key, or the request as such, was refused, and pause.

        True for the first refusal in a row.
        """
        with self._lock:
            now = monotonic()
            is_first = self._health.refused(error, now, jitter)
            self._put_back(batch, now)
            if is_first:
                count = self._waiting_events()
                noun = "1 event waits" if count == 1 else f"{count} events wait"
                self._reporter.note(error, f"{noun} {self.upkeep.place}, and are sent once the server accepts them.")
            return is_first

    def interrupt(
        self, batch: Batch, error: Exception, jitter: float, *, is_outage: bool, retry_after: float | None
    ) -> OutageError | None:
        """Put the batch back, because its tries failed, and pause.

        Args:
            batch: The batch.
            error: Error of the last try.
            jitter: Random number in [0, 1).
            is_outage: True if its retries are used up. False if delivery was on hold already.
            retry_after: Seconds that the server asked for.

        Returns:
            The error to report, at the begin of an outage.
        """
        with self._lock:
            now, max_retries = monotonic(), self.settings.max_retries
            is_first = self._health.interrupted(
                now, jitter, is_outage=is_outage, max_retries=max_retries, retry_after=retry_after
            )
            batch.failed_at = now
            self._put_back(batch, now)
            if not is_first:
                return None
            outage = OutageError.of(error, self._waiting_events(), self.upkeep.place)
            self._reporter.note(outage)
            return outage

    def report_stuck(self, batch: Batch, error: Exception) -> None:
        """Report that the retries of a batch are used up, while other batches are delivered."""
        self._reporter.error(OutageError.of_batch(error, len(batch.events)))

    def _put_back(self, batch: Batch, now: float) -> None:
        self._queue.put_back(batch)
        self._schedule.send_now(self._queue.end)
        self._expire(now)
        self._drop_overflow()
        self._reporting.add(threading.get_ident())

    def _expire(self, now: float) -> None:
        if self._health.is_on_hold and self.settings.max_event_age < INF:
            self._queue.expire(now - self.settings.max_event_age, self._health.last_error)

    def is_expired(self, batch: Batch) -> bool:
        """True if all events of the batch are older than `max_event_age`."""
        return batch.ages[-1][1] < monotonic() - self.settings.max_event_age

    def _waiting_events(self) -> int:
        return self._queue.undelivered()

    def report(self, *errors: CoobirdError) -> None:
        """Report these errors, and all drops, to `on_error`.

        Follows each `settle`, `give_up` and `hold`, which have noted the lines for the log. Flushes
        wait until it has ended, whatever ends it.
        """
        thread, is_nested = threading.get_ident(), self._reporter.is_in_callback
        try:
            with self._lock:
                self._reporting.add(thread)
            for error in errors:
                self._reporter.call(error)
            self._reporter.report_losses()
            self.upkeep.tidy()
        finally:
            with self._lock:
                if not is_nested:
                    self._reporting.discard(thread)
                # Not after each batch: a waiting thread would wake, take the GIL from the senders,
                # and go on waiting.
                if self._health.is_on_hold or not self._flushes or any(map(self._is_settled, self._flushes)):
                    self._progress.notify_all()

    def end_log(self) -> None:
        """Write all that the log has held back, because the process or the client ends."""
        self._reporter.write_rest()

    def report_losses(self) -> None:
        """Report all drops to `on_error`, whatever thread dropped them."""
        self.report()

    # -------------------------------------------------------------------------------------- flushes

    def begin_flush(self) -> Flush | None:
        """Make all queued events due, and wait for them and for those in flight.

        `None` if there are none.
        """
        with self._lock:
            flush = Flush(self._queue.end)
            return None if self._queue.is_settled(flush.mark) else self._watch(flush)

    def begin_last_flush(self) -> Flush | None:
        """Wait for the events of the shutdown. `None` if it has not begun, or is over."""
        with self._lock:
            return None if self._last_flush is None or self.is_finished else self._watch(self._last_flush)

    def _watch(self, flush: Flush) -> Flush:
        self._schedule.send_now(flush.mark)
        self._flushes.append(flush)
        # An answer that is on its way says nothing about the key or the server of this moment.
        flush.holds_seen = self._health.holds
        flush.tries_left = 2 if self._queue.is_in_flight else 1
        self._health.try_now()
        return flush

    def end_flush(self, flush: Flush) -> None:
        """Wait no longer."""
        with self._lock:
            if flush in self._flushes:
                self._flushes.remove(flush)

    def is_settled(self, flush: Flush) -> bool:
        """True if all events of the flush are delivered, rejected or dropped.

        So they are in the child of a fork: the parent sends them.
        """
        with self._lock:
            return self._is_settled(flush) or flush not in self._flushes

    def is_on_hold_for(self, flush: Flush) -> bool:
        """True if events were put back as often as this flush tries to send them.

        Else the next batch is tried soon.
        """
        with self._lock:
            if self._has_new_hold(flush):
                flush.holds_seen = self._health.holds
                flush.tries_left -= 1
                if flush.tries_left > 0:
                    self._health.try_now()
            return flush.tries_left <= 0

    def is_paused_beyond(self, deadline: float) -> bool:
        """True if the server asked for a pause beyond this time, and no request is under way."""
        with self._lock:
            return min(self._health.asked_until, self._health.paused_until) > deadline and not self._busy()

    def wait_for_progress(self, flush: Flush, seconds: float) -> None:
        """Wait until the flush is settled, events were put back once more, or the time is over."""
        with self._lock:
            if not self.is_settled(flush) and not self._has_new_hold(flush):
                self._progress.wait(seconds)

    def wait_until_reported(self, seconds: float) -> None:
        """Wait until all that was settled is reported to `on_error`, or the time is over."""
        with self._lock:
            here = {threading.get_ident()}
            self._progress.wait_for(lambda: self._reporting <= here, seconds)

    def _is_settled(self, flush: Flush) -> bool:
        return self.is_finished or self._queue.is_settled(flush.mark)

    def _has_new_hold(self, flush: Flush) -> bool:
        return self._health.is_on_hold and self._health.holds > flush.holds_seen

    # ------------------------------------------------------------------------------------- shutdown

    def begin_shutdown(self, deadline: float) -> None:
        """Make all queued events due, and give up at the deadline."""
        with self._lock:
            if self._last_flush is None:
                self._last_flush = Flush(self._queue.end)
            self.is_closing = True
            self.deadline = min(self.deadline, deadline)
            self._schedule.send_now(self._last_flush.mark)
            self._health.try_now()
            self._work.notify_all()
            self._retry.notify_all()

    def finish(self) -> None:
        """End the shutdown: drop all events that are left."""
        with self._lock:
            if self.is_finished or self._last_flush is None:
                return
            # Set before the queue is emptied: a thread that appends later sees it, and has its
            # event dropped.
            self.wake_at_length = 0
            reason, cause = "unauthorized" if self._health.is_key_refused else "shutdown", self._hindrance()
            is_late = self._queue.is_settled(self._last_flush.mark)
            self.was_idle = not self._queue.is_in_flight
            self._queue.drop_in_flight(reason, cause)
            # All events tracked before the shutdown are settled, so the queued ones were tracked
            # after it.
            reason = "after_shutdown" if is_late else reason
            self._queue.drop_queued(reason, cause)
            self.is_finished = True
            self._work.notify_all()
            self._retry.notify_all()
            self._progress.notify_all()

    def _finish_if_over(self, now: float) -> bool:
        """Finish if the shutdown is over and no other sender is left to notice it.

        True if it is finished.
        """
        if self._last_flush is not None and not self.is_finished:
            is_last = len(self._busy_since) == 1
            is_done = is_last and not self._queue.backlog and self._queue.is_settled(self._last_flush.mark)
            if is_done or now >= self.deadline:
                self.finish()
        return self.is_finished
