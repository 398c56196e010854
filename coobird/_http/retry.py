"""Rules for retries of batches and direct calls. Time and chance are passed in.

They are pure but for one switch: `coobird.set_testing` shortens all delays.
"""

from coobird._settings.testing import limits_in_tests

FIRST_DELAY_SECONDS = 1.0
"""Delay before the first retry. It doubles each time (1, 2, 4 … seconds), as the API's
documentation says."""

MAX_DELAY_SECONDS = 30.0
"""Longest delay without a `Retry-After`. Doubling passes it at the sixth retry. A longer delay
would only find the end of an outage later."""

MAX_RETRY_AFTER_SECONDS = 60.0
"""Longest delay that a server may ask for. A mistaken `Retry-After` of a day must not stop delivery
for a day."""

JITTER = 0.25
"""Largest share of a delay that is added at random, so that clients which failed together do not
retry together. Delays only become longer: with the default of three retries, an outage of
1 + 2 + 4 = 7 seconds is not even reported."""

_RETRYABLE_CLIENT_ERRORS = frozenset({408, 429})


def is_retryable(status: int | None) -> bool:
    """Return True if the same request may succeed later: no answer (`None`), 408, 429, 5xx."""
    return status is None or status in _RETRYABLE_CLIENT_ERRORS or 500 <= status <= 599


def next_delay(
    attempt: int, *, status: int | None, retry_after: float | None, max_retries: int, jitter: float
) -> float | None:
    """Return the seconds to wait before the next try; `None` if there is none.

    Args:
        attempt: Number of tries that were made, from 1.
        status: HTTP status of the last try; `None` without an answer (network error or timeout).
        retry_after: Seconds that the server asked for. They are a minimum, and capped.
        max_retries: Number of tries that are allowed after the first.
        jitter: Random number in [0, 1).
    """
    if attempt > max_retries or not is_retryable(status):
        return None
    return backoff(attempt, retry_after=retry_after, jitter=jitter)


def backoff(attempt: int, *, retry_after: float | None = None, jitter: float) -> float:
    """Return the seconds to wait after the `attempt`-th failure in a row. Never gives up."""
    first, longest, longest_asked = FIRST_DELAY_SECONDS, MAX_DELAY_SECONDS, MAX_RETRY_AFTER_SECONDS
    if limits := limits_in_tests():
        first, longest = limits.retry_seconds, limits.max_retry_seconds
        longest_asked = min(longest_asked, longest)
    # 2.0 ** 1024 overflows. The cap is reached long before.
    delay = min(first * 2.0 ** min(attempt - 1, 16), longest)
    if retry_after is not None:
        delay = max(delay, min(retry_after, longest_asked))
    return delay * (1.0 + JITTER * jitter)


def parse_retry_after(value: str | None, now: float) -> float | None:
    """Return the seconds that a `Retry-After` header asks to wait, as a number or an HTTP date.

    `None` if it is neither. A date in the past means 0. `now` is Unix time in seconds.
    """
    if value is None:
        return None
    text = value.strip()
    # isascii: "٣" is a digit to float(), but not to HTTP.
    if text.isascii() and text.replace(".", "", 1).isdigit():
        return float(text)
    from email.utils import mktime_tz, parsedate_tz  # takes 10 ms to import, and few servers send a date

    try:
        parts = parsedate_tz(text)
        # HTTP dates are GMT even where they do not say so.
        return None if parts is None else max(0.0, mktime_tz((*parts[:9], parts[9] or 0)) - now)
    except (ValueError, OverflowError, IndexError):
        return None
