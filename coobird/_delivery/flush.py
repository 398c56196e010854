"""Waiting until events are delivered: what `flush` and `shutdown` do in the thread that calls them."""

from __future__ import annotations

from time import monotonic

from coobird.errors import APITimeoutError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from coobird._delivery.delivery import Delivery


_TELL_SECONDS = 1.0
"""How long `flush` and `shutdown` wait for `on_error` to be told, so that it mostly was when they return."""


_LOOK_AGAIN_SECONDS = 1.0
"""How often whoever waits looks after the senders: all of them may be stuck, in a request or in `on_error`."""


class Flush:
    """Somebody waits for the events numbered below `mark`. `answer` is what the server said to them so far."""

    def __init__(self, mark: int) -> None:
        self.mark = mark
        self.answer: dict[str, Any] | None = None

    def add(self, answer: dict[str, Any]) -> None:
        """Merge the answer to a batch."""
        if self.answer is None:
            self.answer = {"accepted": 0, "duplicates": 0, "rejected": 0, "results": []}
        for name in self.answer:
            self.answer[name] += answer[name]


def flush(delivery: Delivery, timeout: float | None) -> dict[str, Any] | None:
    """Deliver what was tracked so far and return the merged answers; `None` if there was nothing."""
    deadline = monotonic() + (delivery.settings.shutdown_timeout if timeout is None else timeout)
    if delivery.reporter.is_telling and delivery.senders:
        deadline = 0.0  # called by on_error, perhaps in the middle of `track`: the senders do it alone
    with delivery.lock:
        request = Flush(delivery.queue.end)
        if not delivery.queue.is_settled(request.mark):
            request.answer = {"accepted": 0, "duplicates": 0, "rejected": 0, "results": []}
            _wait(delivery, request, deadline, is_patient=timeout is not None)
        is_late = monotonic() >= deadline and not delivery.is_settled(request.mark)
        stats = delivery.queue.stats()
    delivery.report_losses()
    if is_late and not delivery.senders.is_this_thread() and not delivery.reporter.is_telling:
        message = f"flush() stopped waiting; {stats.queued + stats.in_flight} events are not delivered yet."
        delivery.reporter.error(
            APITimeoutError(message, hint="They are sent as soon as possible; stats() counts them.")
        )
    return request.answer


def finish_shutdown(delivery: Delivery, *, is_patient: bool = False) -> None:
    """Wait until everything is sent or the deadline has passed, and drop the rest. `begin_shutdown` comes before."""
    with delivery.lock:
        if delivery.senders.is_this_thread():
            return  # called by on_error: the last sender finishes when its work is done
        if delivery.last_flush is not None and not delivery.is_finished:
            _wait(delivery, delivery.last_flush, delivery.deadline, is_patient=is_patient)
            delivery.finish()
        threads = list(delivery.senders.threads)
    if delivery.is_finished and delivery.spooling is not None:
        delivery.spooling.leave(is_idle=delivery.is_idle)
    delivery.report_losses()
    with delivery.lock:
        # Another thread may have begun to tell. What is lost must be known, also if the time for delivery is over.
        _wait_until_told(delivery, delivery.deadline + _TELL_SECONDS)
    for thread in threads:
        # They have nothing left to do. One that is stuck in a request is left behind: it is a daemon.
        thread.join(max(0.0, min(delivery.deadline - monotonic(), 1.0)))


def _wait(delivery: Delivery, request: Flush, deadline: float, *, is_patient: bool) -> None:
    """Wait until the events below the mark have met their fate, or waiting is of no use."""
    health = delivery.health
    delivery.schedule.hurry(request.mark)
    delivery.flushes.append(request)
    # A refusal that is on its way says nothing about the key of this moment.
    refusals_seen, refusals_left = health.probes, 2 if delivery.queue.is_in_flight else 1
    health.probe_now()
    try:
        delivery.senders.rouse()
        if delivery.senders.is_this_thread():
            return  # called by on_error: waiting would be waiting for this very thread
        while not delivery.is_settled(request.mark):
            seconds = deadline - monotonic()
            if health.held and health.probes > refusals_seen:
                refusals_seen, refusals_left = health.probes, refusals_left - 1
                if refusals_left > 0:
                    health.probe_now()
                    delivery.senders.rouse()
                elif not is_patient:  # a key that was refused once more will not be taken the next moment
                    seconds = 0.0
            if seconds <= 0.0:
                return
            if delivery.senders:
                if not delivery.progress.wait(min(_LOOK_AGAIN_SECONDS, seconds)):
                    delivery.senders.rouse()
            else:
                _send_here(delivery)
        _wait_until_told(delivery, deadline)
    finally:
        delivery.flushes.remove(request)


def _wait_until_told(delivery: Delivery, deadline: float) -> None:
    if delivery.reporter.is_telling:
        return  # waiting would be waiting for this very thread
    # Not for long: a callback may itself be waiting for the thread that waits here.
    seconds = min(_TELL_SECONDS, max(0.0, deadline - monotonic()))
    delivery.progress.wait_for(lambda: delivery.has_told, seconds)


def _send_here(delivery: Delivery) -> None:
    """No thread can be started (the interpreter is ending): this one is the sender."""
    is_paused = delivery.health.paused_until > monotonic()
    batch = None if is_paused else delivery.queue.take()
    if batch is None:
        delivery.progress.wait(0.05)
        return
    from coobird._delivery.batch_sender import deliver

    delivery.senders.take_on(monotonic())
    delivery.lock.release()
    try:
        deliver(delivery, batch)
    finally:
        delivery.lock.acquire()
        delivery.senders.leave()
