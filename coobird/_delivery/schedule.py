"""Time at which queued events are due (pure: the clock is passed in)."""

from __future__ import annotations

from coobird._settings.settings import INF

LINGER_SECONDS = 0.050
"""Least time between two batches that are not full. A request costs as much as tracking a hundred
events, so a busy program spends less on a few full batches than on many small ones."""


class Schedule:
    """Time at which queued events are due.

    That is once there are `flush_at`, or the first has waited `flush_interval`.

    Soon after another batch only a full one is due. `send_now` makes an exception, and so does
    `flush_at` 1, which means that each event is sent at once.
    """

    def __init__(self, flush_at: int, flush_interval: float, max_batch_size: int) -> None:
        self._flush_at = flush_at
        self._flush_interval = flush_interval or INF
        self._full_at = max(flush_at, max_batch_size)
        self._linger = LINGER_SECONDS if flush_at > 1 else 0.0
        self._due_below = 0
        self._waiting_since: float | None = None
        self._linger_until = -INF

    def send_now(self, number: int) -> None:
        """Make the events below this number due now."""
        self._due_below = max(self._due_below, number)

    def sent(self, now: float) -> None:
        """Note that a batch has left the queue.

        The events that stayed arrived while it was made.
        """
        self._waiting_since = now
        self._linger_until = now + self._linger

    def seconds_until_due(self, first: int, queued: int, now: float) -> float:
        """Seconds until the oldest queued event is due; infinity if that takes further events."""
        if not queued:
            self._waiting_since = None
            return INF
        if self._waiting_since is None:
            self._waiting_since = now
        due_at = self._waiting_since + self._flush_interval
        if queued >= self._flush_at:
            due_at = now if queued >= self._full_at else min(due_at, self._linger_until)
        if due_at <= now:
            self.send_now(first + queued)
        return 0.0 if self._due_below > first else due_at - now

    def wake_at_length(self, queued: int) -> int:
        """Queue length at which `track` wakes a waiting sender.

        That is `flush_at`, or 1, because the first event starts the timer. If there are `flush_at`
        events and the sender waits all the same, it lingers: then it is the length of a full batch.
        """
        if queued >= self._flush_at:
            return self._full_at
        return self._flush_at if queued or self._flush_interval == INF else 1


def wake_at_length_if_busy(queued: int, max_batch_size: int, max_length: int) -> int:
    """Queue length at which `track` looks after the queue, while enough senders are busy.

    That is now and then as the backlog grows, because then more senders may be wanted, and when the
    queue is too long.
    """
    return min(max_length + 1, max(max_batch_size, queued + max(1, max_batch_size // 4, queued // 4)))
