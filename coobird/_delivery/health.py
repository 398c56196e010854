"""State of the server and of the API key, as the last answers show it (pure).

The number of senders follows from it.
"""

from __future__ import annotations

from coobird._http.retry import backoff
from coobird._settings.settings import INF
from coobird.errors import APITimeoutError, TransportError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from coobird.errors import APIError

KEY_STATUSES = frozenset({401, 403})
"""Statuses with which the server refuses the API key. Source: openapi/coobird.yaml track_events."""

MAX_SENDERS = 16
"""Most batches in flight at once. With batches of 100 (the default) and answers in 200 ms: 8,000
events a second."""

_FAST_ANSWER_SECONDS = 0.010
"""Answer time that one more sender makes up for. A batch takes a few milliseconds of Python code,
which the GIL runs one thread at a time, and the program needs the GIL, too."""

_OLD_REQUEST_SECONDS = 0.050
"""Age from which a request counts as slow. A younger one may only be waiting for the GIL, in a
program that computes, and more senders would not help."""

_SLOW_ANSWER_SECONDS = 1.0
"""Answer time from which not even part of a batch waits for the answer to the batch before."""


_RAMP_SECONDS = 30.0
_RAMP_FIRST_EVENTS_PER_SECOND = 1000.0
_RAMP_DOUBLING_SECONDS = 5.0
"""After an outage a process sends at most 1,000 events a second at first, which is ten full batches
with the default settings. The rate doubles every five seconds, and has no bound after 30 seconds.
So 200 processes, which would send up to 3,200 requests at once, begin with 2,000 requests a second,
spread over the jitter of their tries. The default queue of 1,000 events is sent after a second."""


class Health:
    """State of the server and of the API key, as the last answers show it.

    Delivery is *on hold* after a refusal that keeps the events, or in an outage: events are back in
    the queue, and one batch at a time finds out whether it is over.
    """

    def __init__(self) -> None:
        self.refusal: APIError | None = None
        """Refusal that holds delivery: of the API key or, with a spool, of the request as such."""
        self.outage_since: float | None = None
        """Time at which the present outage was noticed; `None` if there is none."""
        self.holds = 0
        """Number of times in a row that events were put back, because of the key or an outage."""
        self.last_error: Exception | None = None
        """Reason why the last try failed; `None` if it succeeded."""
        self.succeeded_at = -INF
        """Time of the last request that the server processed."""
        self.paused_until = 0.0
        self.asked_until = 0.0
        """End of the pause that the server asked for."""
        self._held_at = 0.0
        self._resumed_at: float | None = None
        self._failures = 0
        self._answer_seconds = 0.0

    @property
    def is_key_refused(self) -> bool:
        """True if the server refused the API key, and has not accepted it since."""
        return self.refusal is not None and self.refusal.status_code in KEY_STATUSES

    @property
    def is_on_hold(self) -> bool:
        """True if one batch at a time is tried, and put back if it fails."""
        return self.refusal is not None or self.outage_since is not None

    @property
    def wants_other_events(self) -> bool:
        """True if other events than the oldest are tried next: in every second try of an outage.

        It finds out whether only the oldest events make the server fail. They cannot be the reason
        if there is no connection, or if the server says that it is overloaded. A broker may take
        others: it may lack one partition only.
        """
        if self.outage_since is None or self.holds % 2:
            return False
        status = getattr(self.last_error, "status_code", None)
        return status not in (None, 408, 429, 503) or isinstance(self.last_error, (APITimeoutError, TransportError))

    def succeeded(self, seconds: float, now: float) -> float | None:
        """Note that the server accepted the key and processed a request within so many seconds.

        Returns the seconds of the outage that this ends; `None` if there was none.
        """
        ended = None if self.outage_since is None else now - self.outage_since
        if ended is not None:
            self._resumed_at = now
        self.refusal, self.outage_since, self.holds, self.last_error, self._failures = None, None, 0, None, 0
        self.succeeded_at = now
        self._answer_seconds += (seconds - self._answer_seconds) / 4
        return ended

    def failed(self, error: Exception) -> None:
        """Note that a try failed in a way that may pass."""
        self.last_error = error
        self._failures += 1

    def refused(self, error: APIError, now: float, jitter: float) -> bool:
        """Note that the key, or the request as such, was refused, and pause delivery.

        True for the first refusal in a row.
        """
        is_first = self.refusal is None
        self.refusal = self.last_error = error
        self._hold(now, 0, None, jitter, is_first=is_first)
        return is_first

    def interrupted(
        self, now: float, jitter: float, *, is_outage: bool, max_retries: int, retry_after: float | None = None
    ) -> bool:
        """Note that a batch was put back because its tries failed, and pause delivery.

        Args:
            now: Time.
            jitter: Random number in [0, 1).
            is_outage: True if the retries are used up. False if delivery was on hold already, so
                that the batch had only one try.
            max_retries: Retries of a batch. The pauses go on from there, so they grow.
            retry_after: Seconds that the server asked for.

        Returns:
            True at the begin of an outage.
        """
        is_first = is_outage and self.outage_since is None
        if is_first:
            self.outage_since = now
        self._hold(now, max_retries, retry_after, jitter, is_first=is_first)
        return is_first

    def _hold(self, now: float, tries: int, retry_after: float | None, jitter: float, *, is_first: bool) -> None:
        # Else another sender has just failed alike.
        if is_first or now >= self.paused_until:
            self.holds += 1
            self._held_at = now
            self.paused_until = now + backoff(tries + self.holds, jitter=jitter)
        if retry_after is not None:
            self.pause(now + backoff(1, retry_after=retry_after, jitter=jitter))

    def pause(self, until: float) -> None:
        """Send nothing until then, because the server asked for it (`Retry-After`)."""
        self.asked_until = max(self.asked_until, until)
        self.paused_until = max(self.paused_until, until)

    def try_now(self) -> None:
        """End the pause of a delivery that is on hold, so that the next batch finds out.

        In an outage a second passes between two tries, however many callers wait. A pause that the
        server asked for goes on.
        """
        if self.refusal:
            self.paused_until = 0.0
        elif self.outage_since is not None:
            soon = self._held_at + backoff(1, jitter=0.0)
            self.paused_until = max(self.asked_until, min(self.paused_until, soon))

    def took(self, events: int, now: float) -> None:
        """Note that a batch leaves the queue. After an outage the next one has to wait a moment."""
        if self._resumed_at is None:
            return
        elapsed = now - self._resumed_at
        if elapsed >= _RAMP_SECONDS:
            self._resumed_at = None
        else:
            rate = _RAMP_FIRST_EVENTS_PER_SECOND * 2.0 ** (elapsed / _RAMP_DOUBLING_SECONDS)
            self.paused_until = max(self.paused_until, now + events / rate)

    def senders_wanted(
        self, backlog: int, max_batch_size: int, oldest_request_seconds: float, *, is_waited_for: bool = False
    ) -> int:
        """Return how many batches should be in flight.

        While the program waits for the delivery, that is two or more: one sender computes while the
        other waits for its answer. At other times the program computes.

        After one failure another sender finds out whether the server or only that request has a
        problem. After two failures it is the server, and the batches in flight are enough to notice
        its return.
        """
        if self.is_on_hold or self._failures > 1:
            return 1
        hanging = oldest_request_seconds if oldest_request_seconds >= _OLD_REQUEST_SECONDS else 0.0
        # Rounded up. `math.ceil` is not loaded for this alone: see `INF`.
        wanted = -int(-max(self._answer_seconds, hanging) / _seconds_per_sender(backlog, max_batch_size) // 1)
        least = 2 if is_waited_for and backlog >= max_batch_size else 1
        return max(least, min(wanted, 2 if self._failures else MAX_SENDERS))

    def seconds_until_more(self, busy: int, backlog: int, max_batch_size: int, oldest_request_seconds: float) -> float:
        """Seconds until more than `busy` batches should be in flight, if no answer comes before."""
        if self.is_on_hold or self._failures > 1 or busy >= (2 if self._failures else MAX_SENDERS):
            return INF
        old = max(_OLD_REQUEST_SECONDS, busy * _seconds_per_sender(backlog, max_batch_size))
        return max(0.001, old - oldest_request_seconds)


def _seconds_per_sender(backlog: int, max_batch_size: int) -> float:
    """Answer time that one more sender makes up for."""
    return _FAST_ANSWER_SECONDS if backlog >= max_batch_size else _SLOW_ANSWER_SECONDS
