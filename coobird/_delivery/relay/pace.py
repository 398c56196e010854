"""Pace of a relay (pure; time and chance are passed in): when the next request may begin.

- After an outage the rate grows, as that of a client does.
- On hold, because the key is refused or in an outage, one request at a time finds out whether it
  is over.
- A limit of events a second, if there is one, holds at all times.
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from coobird._delivery.health import Health

if TYPE_CHECKING:
    from coobird.errors import APIError

MAX_RETRIES = 3
"""Retries of a request, until its events are given back and an outage is reported."""


class Pace:
    """Times of the requests of one relay. Its owner holds the lock.

    Attributes:
        busy: Requests that have begun and not ended.
    """

    def __init__(self, events_per_second: float = inf) -> None:
        self._health = Health()
        self._rate = events_per_second
        self._free_at = 0.0
        self.busy = 0

    @property
    def is_on_hold(self) -> bool:
        """True if the key is refused, or in an outage."""
        return self._health.is_on_hold

    @property
    def is_key_refused(self) -> bool:
        """True if a refusal holds delivery, and no outage."""
        return self._health.refusal is not None

    def seconds_until_next(self, now: float) -> float:
        """Seconds until another request may begin; infinity if one that runs has to end before."""
        if self.is_on_hold and self.busy:
            return inf
        return max(0.0, self._health.paused_until - now, self._free_at - now)

    def began(self) -> None:
        """Note that a request will begin."""
        self.busy += 1

    def ended(self) -> None:
        """Note that a request has ended, or did not begin because there was no event."""
        self.busy -= 1

    def took(self, events: int, now: float) -> None:
        """Note that so many events will be sent."""
        self._health.took(events, now)
        if self._rate < inf:
            self._free_at = max(self._free_at, now) + events / self._rate

    def succeeded(self, seconds: float, now: float) -> float | None:
        """Note that the server processed a request within so many seconds.

        Returns the seconds of the outage that this ends; `None` if there was none.
        """
        return self._health.succeeded(seconds, now)

    def asked_to_wait(self, seconds: float, now: float) -> None:
        """Send nothing for so long, because the server asked for it (`Retry-After`)."""
        self._health.pause(now + seconds)

    def failed(self, error: Exception, retry_after: float | None, now: float, jitter: float) -> bool:
        """Note that the retries of a request are used up. True at the begin of an outage."""
        self._health.failed(error)
        return self._health.interrupted(now, jitter, is_outage=True, max_retries=MAX_RETRIES, retry_after=retry_after)

    def refused(self, error: APIError, now: float, jitter: float) -> bool:
        """Note that the key, or the request as such, was refused. True for the first in a row."""
        return self._health.refused(error, now, jitter)
