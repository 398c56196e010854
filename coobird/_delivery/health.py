"""State of the server and of the API key, as the last answers show it (pure).

The number of senders follows from it.
"""

from __future__ import annotations

from math import ceil, inf

from coobird._http.retry import backoff

TYPE_CHECKING = False
if TYPE_CHECKING:
    from coobird.errors import APIError

MAX_SENDERS = 16
"""Most batches in flight at once. With batches of 100 (the default) and answers in 200 ms: 8,000
events a second."""

_FAST_ANSWER_SECONDS = 0.010
"""Answer time up to which a second sender gains nothing. The time goes into Python code, which the
GIL runs one thread at a time."""

_OLD_REQUEST_SECONDS = 0.050
"""Age from which a request counts as slow. A younger one may only be waiting for the GIL, in a
program that computes, and more senders would not help."""

_SLOW_ANSWER_SECONDS = 1.0
"""Answer time from which not even part of a batch waits for the answer to the batch before."""


class Health:
    """State of the server and of the API key, as the last answers show it."""

    def __init__(self) -> None:
        self.key_refusal: APIError | None = None
        """Refusal of the API key that pauses delivery; `None` while the key is accepted."""
        self.key_refusals = 0
        """Number of times in a row that the key was refused."""
        self.last_error: Exception | None = None
        """Reason why the last try failed; `None` if it succeeded."""
        self.paused_until = 0.0
        self._failures = 0
        self._answer_seconds = 0.0

    def succeeded(self, seconds: float) -> None:
        """Note that the server accepted the key and processed a request within so many seconds."""
        self.key_refusal, self.key_refusals, self.last_error, self._failures = None, 0, None, 0
        self._answer_seconds += (seconds - self._answer_seconds) / 4

    def failed(self, error: Exception) -> None:
        """Note that a try failed in a way that may pass."""
        self.last_error = error
        self._failures += 1

    def refused(self, error: APIError, now: float, jitter: float) -> bool:
        """Note that the key was refused, and pause delivery.

        True for the first refusal in a row.
        """
        is_first = self.key_refusal is None
        self.key_refusal = self.last_error = error
        if is_first or now >= self.paused_until:  # else another sender has just received the same refusal
            self.key_refusals += 1
            self.paused_until = now + backoff(self.key_refusals, jitter=jitter)
        return is_first

    def pause(self, until: float) -> None:
        """Send nothing until then, because the server asked for it (`Retry-After`)."""
        self.paused_until = max(self.paused_until, until)

    def test_key_now(self) -> None:
        """End the pause after a refused key, so that the next batch tests the key now."""
        if self.key_refusal:
            self.paused_until = 0.0

    def senders_wanted(self, backlog: int, max_batch_size: int, oldest_request_seconds: float) -> int:
        """Return how many batches should be in flight.

        After one failure another sender finds out whether the server or only that request has a
        problem. After two failures it is the server, and the batches in flight are enough to notice
        its return.
        """
        if self.key_refusal or self._failures > 1:
            return 1
        hanging = oldest_request_seconds if oldest_request_seconds >= _OLD_REQUEST_SECONDS else 0.0
        wanted = ceil(max(self._answer_seconds, hanging) / _seconds_per_sender(backlog, max_batch_size))
        return max(1, min(wanted, 2 if self._failures else MAX_SENDERS))

    def seconds_until_more(self, busy: int, backlog: int, max_batch_size: int, oldest_request_seconds: float) -> float:
        """Seconds until more than `busy` batches should be in flight, if no answer comes before."""
        if self.key_refusal or self._failures > 1 or busy >= (2 if self._failures else MAX_SENDERS):
            return inf
        old = max(_OLD_REQUEST_SECONDS, busy * _seconds_per_sender(backlog, max_batch_size))
        return max(0.001, old - oldest_request_seconds)


def _seconds_per_sender(backlog: int, max_batch_size: int) -> float:
    """Answer time that one more sender makes up for."""
    return _FAST_ANSWER_SECONDS if backlog >= max_batch_size else _SLOW_ANSWER_SECONDS
