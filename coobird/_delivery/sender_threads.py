"""The sender threads: how many there are, and what each of them does next."""

from __future__ import annotations

import threading
from math import inf
from time import monotonic
from weakref import WeakSet

from coobird._delivery import process_exit
from coobird._delivery.schedule import MAX_SENDERS, SENDER_IDLE_SECONDS, busy_alarm
from coobird._http import fork_guard

TYPE_CHECKING = False
if TYPE_CHECKING:
    from coobird._delivery.delivery import Delivery
    from coobird._delivery.queue import Batch


class Senders:
    """Daemon threads that share the queue. All but `next_batch` is called with the lock of the delivery held."""

    def __init__(self, delivery: Delivery) -> None:
        self._delivery = delivery
        self._work = threading.Condition(delivery.lock)
        self._since: dict[int, float] = {}  # thread -> since when it has been delivering a batch; infinity without one
        self._waiting = 0
        self.threads: WeakSet[threading.Thread] = WeakSet()

    def __bool__(self) -> bool:
        return bool(self._since)

    def idents(self) -> list[int]:
        """The threads that are senders."""
        return list(self._since)

    def is_this_thread(self) -> bool:
        """Whether the caller runs in a sender, for example in an `on_error` that a sender calls."""
        return threading.get_ident() in self._since

    def rouse(self, *, everybody: bool = False) -> None:
        """Wake a sender, or start one, if there is something to do for it."""
        delivery = self._delivery
        backlog, busy = delivery.queue.backlog, self._busy()
        is_wanted = backlog > 0 and self._wanted(monotonic()) > busy
        if everybody:
            self._work.notify_all()
        elif self._waiting and is_wanted:
            self._work.notify()
        # While there is a backlog, one sender more is there to step in when the others have waited too long for their
        # answers.
        if len(self._since) == busy < MAX_SENDERS and (is_wanted or backlog >= delivery.queue.max_batch_size):
            self._start()
        delivery.alarm = 0 if delivery.is_finished else self._busy_alarm(len(delivery.queue))

    def next_batch(self) -> Batch | None:
        """Wait for a batch that is due. `None`: this sender is not needed any more."""
        delivery = self._delivery
        idle_since = monotonic()
        with delivery.lock:
            self._since[threading.get_ident()] = inf
            while True:
                now = monotonic()
                if delivery.end_if_over(now, is_last=len(self._since) == 1):
                    self.leave()
                    return None
                if delivery.spooling is not None:
                    delivery.spooling.adopt_if_due(now)
                queued = len(delivery.queue)
                seconds = self._seconds_to_wait(queued, now)
                if seconds <= 0.0 and (batch := delivery.queue.take()):
                    self.take_on(now)
                    self.rouse()
                    return batch
                if (delivery.is_closing and not delivery.queue.backlog) or (
                    len(self._since) > 1 and now - idle_since >= SENDER_IDLE_SECONDS
                ):
                    self.leave()
                    return None
                # Nobody needs the lock to append: look once more, now that whoever appends sees the alarm.
                if len(delivery.queue) == queued:
                    self._waiting += 1
                    if delivery.spooling is not None:
                        seconds = delivery.spooling.seconds_to_wait(seconds, now)
                    self._work.wait(None if seconds == inf else seconds)
                    self._waiting -= 1

    def take_on(self, now: float) -> None:
        """The calling thread has a batch to deliver."""
        self._since[threading.get_ident()] = now
        self._delivery.schedule.sent(now)

    def leave(self) -> None:
        """The calling thread is no sender any more."""
        self._since.pop(threading.get_ident(), None)

    def _run(self) -> None:
        """The life of a sender thread."""
        self._prepare()
        from coobird._delivery.batch_sender import deliver

        delivery = self._delivery
        try:
            # In the child of an `on_error` that forks, these senders are the parent's.
            while delivery.senders is self and (batch := self.next_batch()) is not None:
                try:
                    deliver(delivery, batch)
                except Exception as error:  # noqa: BLE001 - our mistake must not end delivery, nor lose a batch unseen
                    delivery.fail(batch, error)
        finally:
            with delivery.lock:
                self.leave()  # whatever the end was, it makes room for another sender
        delivery.report_losses()
        if delivery.is_finished and delivery.spooling is not None:
            delivery.spooling.leave(is_idle=not self._since)

    def _prepare(self) -> None:
        """Load what a sender needs: here, so that no caller of `track` pays for it, and before a batch is taken."""
        try:
            with fork_guard.loading:
                from coobird._delivery import batch_sender  # noqa: F401  # pyright: ignore[reportUnusedImport]
                from coobird._encoding import json_text  # pyright: ignore[reportUnusedImport]

                json_text.use_orjson()
                self._delivery.session.prepare()
        except Exception:  # noqa: BLE001, S110 - the first request will fail alike, and report it
            pass

    def _seconds_to_wait(self, queued: int, now: float) -> float:
        """Seconds until a batch is due, as far as is known now. Sets the alarm for what would change it."""
        delivery = self._delivery
        longest = delivery.deadline - now
        if len(self._since) > 1:
            longest = min(longest, SENDER_IDLE_SECONDS)
        seconds = delivery.schedule.seconds_until_due(delivery.queue.first, queued, now)
        if delivery.queue.backlog > queued:
            seconds = 0.0  # a batch is ready
        paused = delivery.health.paused_until - now
        if paused > 0.0 or seconds <= 0.0:
            delivery.alarm = self._busy_alarm(queued)
        else:
            delivery.alarm = delivery.schedule.alarm(queued)
        if seconds <= 0.0 and (busy := self._busy()) >= self._wanted(now):
            queue = delivery.queue
            more = delivery.health.seconds_until_more(busy, queue.backlog, queue.max_batch_size, self._oldest(now))
            return min(more, longest)
        return min(max(seconds, paused), longest)

    def _busy(self) -> int:
        return sum(since != inf for since in self._since.values())

    def _wanted(self, now: float) -> int:
        queue = self._delivery.queue
        return self._delivery.health.senders_wanted(queue.backlog, queue.max_batch_size, self._oldest(now))

    def _oldest(self, now: float) -> float:
        """Seconds since the longest busy sender took its batch; minus infinity if none is busy."""
        return now - min(self._since.values(), default=inf)

    def _busy_alarm(self, queued: int) -> int:
        queue = self._delivery.queue
        return busy_alarm(queued, queue.max_batch_size, queue.max_queue_size)

    def _start(self) -> None:
        try:
            process_exit.watch_process()
        except Exception:  # noqa: BLE001, S110 - a module that is only half imported yet; the next start will do
            pass
        thread = threading.Thread(target=self._run, name="coobird-sender", daemon=True)
        try:
            thread.start()
        except RuntimeError:
            return  # the interpreter is ending, or there are too many threads: flush and shutdown send by themselves
        # The thread needs the lock before it can change any of these.
        assert thread.ident is not None
        self._since[thread.ident] = inf
        self.threads.add(thread)
