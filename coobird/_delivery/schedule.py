"""When events are sent, and by how many senders (pure: the clock and the dice are passed in)."""

from __future__ import annotations

from math import ceil, inf

from coobird._http.retry import backoff

TYPE_CHECKING = False
if TYPE_CHECKING:
    from coobird.errors import APIError

MAX_SENDERS = 16
"""Most batches in flight at once. With batches of 100 (the default) and answers in 200 ms: 8,000 events a second."""

SENDER_IDLE_SECONDS = 5.0
"""How long a sender beyond the first stays without work before its thread ends."""

_FAST_ANSWER_SECONDS = 0.010
"""Up to here a second sender gains nothing: the time goes into Python code, which runs one thread at a time."""

_OLD_REQUEST_SECONDS = 0.050
"""A younger request may only be waiting for its turn to compute, in a program that computes. More would not help."""

_SLOW_ANSWER_SECONDS = 1.0
"""From here on not even part of a batch is kept waiting for the answer to the one before."""


LINGER_SECONDS = 0.050
"""Least time between two batches that are not full. A request costs as much as tracking a hundred events, so a busy
program spends less on a few full batches than on many small ones."""


class Schedule:
    """Which events are due: all that are queued, once there are `flush_at` or the first has waited `flush_interval`.

    Soon after another batch only a full one is due, unless somebody is in a hurry or wants each event sent at once
    (`flush_at` 1).
    """

    def __init__(self, flush_at: int, flush_interval: float, max_batch_size: int) -> None:
        self._flush_at = flush_at
        self._flush_interval = flush_interval or inf
        self._full_at = max(flush_at, max_batch_size)
        self._linger = LINGER_SECONDS if flush_at > 1 else 0.0
        self._due_below = 0
        self._waiting_since: float | None = None
        self._linger_until = -inf

    def hurry(self, number: int) -> None:
        """The events below this number are due now."""
        self._due_below = max(self._due_below, number)

    def sent(self, now: float) -> None:
        """A batch has left: what stayed behind arrived while it was made up."""
        self._waiting_since = now
        self._linger_until = now + self._linger

    def seconds_until_due(self, first: int, queued: int, now: float) -> float:
        """Seconds until the oldest of the queued events is due; infinity if that is up to further events."""
        if not queued:
            self._waiting_since = None
            return inf
        if self._waiting_since is None:
            self._waiting_since = now
        due_at = self._waiting_since + self._flush_interval
        if queued >= self._flush_at:
            due_at = now if queued >= self._full_at else min(due_at, self._linger_until)
        if due_at <= now:
            self.hurry(first + queued)
        return 0.0 if self._due_below > first else due_at - now

    def alarm(self, queued: int) -> int:
        """The queue's length that a waiting sender must hear of: `flush_at`, or 1, as the first one starts the timer.

        If there are `flush_at` and it waits all the same, it lingers: then that of a full batch.
        """
        if queued >= self._flush_at:
            return self._full_at
        return self._flush_at if queued or self._flush_interval == inf else 1


class Health:
    """What the last answers say about the server and the key."""

    def __init__(self) -> None:
        self.held: APIError | None = None
        """The refusal of the key that stops delivery for the time being."""
        self.probes = 0
        """Times in a row that the key was refused."""
        self.last_error: Exception | None = None
        """Why the last try failed; `None` if it succeeded."""
        self.paused_until = 0.0
        self._failures = 0
        self._answer_seconds = 0.0

    def succeeded(self, seconds: float) -> None:
        """The server took the key and judged the request."""
        self.held, self.probes, self.last_error, self._failures = None, 0, None, 0
        self._answer_seconds += (seconds - self._answer_seconds) / 4

    def failed(self, error: Exception) -> None:
        """A try failed in a way that may pass."""
        self.last_error = error
        self._failures += 1

    def refused(self, error: APIError, now: float, jitter: float) -> bool:
        """The key was refused: nothing is sent for a while. `True` for the first refusal in a row."""
        is_first = self.held is None
        self.held = self.last_error = error
        if is_first or now >= self.paused_until:  # else another sender has just been told the same
            self.probes += 1
            self.paused_until = now + backoff(self.probes, jitter=jitter)
        return is_first

    def pause(self, until: float) -> None:
        """The server asked for silence."""
        self.paused_until = max(self.paused_until, until)

    def probe_now(self) -> None:
        """Somebody is waiting: find out at once whether the key is good by now."""
        if self.held:
            self.paused_until = 0.0

    def senders_wanted(self, backlog: int, max_batch_size: int, oldest_request_seconds: float) -> int:
        """How many batches should be in flight.

        After one failure another sender finds out whether the server or just that request has a problem. After two
        the server has, and what is in flight is enough to notice its return.
        """
        if self.held or self._failures > 1:
            return 1
        hanging = oldest_request_seconds if oldest_request_seconds >= _OLD_REQUEST_SECONDS else 0.0
        wanted = ceil(max(self._answer_seconds, hanging) / _unit(backlog, max_batch_size))
        return max(1, min(wanted, 2 if self._failures else MAX_SENDERS))

    def seconds_until_more(self, busy: int, backlog: int, max_batch_size: int, oldest_request_seconds: float) -> float:
        """Seconds until more than `busy` batches should be in flight, if no answer comes before."""
        if self.held or self._failures > 1 or busy >= (2 if self._failures else MAX_SENDERS):
            return inf
        old = max(_OLD_REQUEST_SECONDS, busy * _unit(backlog, max_batch_size))
        return max(0.001, old - oldest_request_seconds)


def _unit(backlog: int, max_batch_size: int) -> float:
    return _FAST_ANSWER_SECONDS if backlog >= max_batch_size else _SLOW_ANSWER_SECONDS


def busy_alarm(queued: int, max_batch_size: int, max_queue_size: int) -> int:
    """The queue's length at which `track` looks after the senders again, while those that are wanted are at work.

    Now and then as the backlog grows, because then more of them may be wanted; and when the queue is too long.
    """
    return min(max_queue_size + 1, max(max_batch_size, queued + max(1, max_batch_size // 4, queued // 4)))
