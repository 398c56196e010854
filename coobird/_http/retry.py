"""When to try again: pure arithmetic, the clock and the dice are passed in.

The event pipeline and the direct calls follow the same rules, so they are written once.
"""

FIRST_DELAY_SECONDS = 1.0
"""Wait before the first repetition; it doubles each time (1, 2, 4 … seconds), as the API's documentation says."""

MAX_DELAY_SECONDS = 30.0
"""Longest wait of our own choosing. Doubling passes it at the sixth repetition; a longer silence would only make the
end of an outage go unnoticed."""

MAX_RETRY_AFTER_SECONDS = 60.0
"""Longest wait that a server may ask for. A mistaken `Retry-After` of a day must not stop delivery for a day."""

JITTER = 0.25
"""Share of a wait that is added at random, so that a fleet which failed together does not come back together. It only
ever adds: with the default of three repetitions a server may be away for 1 + 2 + 4 = 7 seconds and nothing is lost."""

_RETRYABLE_CLIENT_ERRORS = frozenset({408, 429})


def is_retryable(status: int | None) -> bool:
    """Whether the same request may succeed later: no answer at all (`None`), 408, 429 and every 5xx."""
    return status is None or status in _RETRYABLE_CLIENT_ERRORS or 500 <= status <= 599


def next_delay(
    attempt: int, *, status: int | None, retry_after: float | None, max_retries: int, jitter: float
) -> float | None:
    """Seconds to wait before the next try, or `None` to give up.

    Args:
        attempt: How many tries were made, from 1.
        status: The HTTP status of the last try; `None` if no answer came (network error or timeout).
        retry_after: What the server asked for, in seconds. It is a minimum, and capped.
        max_retries: How many repetitions the caller allows after the first try.
        jitter: A random number in [0, 1).
    """
    if attempt > max_retries or not is_retryable(status):
        return None
    return backoff(attempt, retry_after=retry_after, jitter=jitter)


def backoff(attempt: int, *, retry_after: float | None = None, jitter: float) -> float:
    """Seconds to wait after the `attempt`-th failure in a row, without an end."""
    # 2.0 ** 1024 overflows; the cap is passed long before.
    wait = min(FIRST_DELAY_SECONDS * 2.0 ** min(attempt - 1, 16), MAX_DELAY_SECONDS)
    if retry_after is not None:
        wait = max(wait, min(retry_after, MAX_RETRY_AFTER_SECONDS))
    return wait * (1.0 + JITTER * jitter)


def parse_retry_after(value: str | None, now: float) -> float | None:
    """Seconds that a `Retry-After` header asks to wait, from its number or its HTTP date; `None` if it says neither.

    A date that has passed means 0. `now` is Unix time in seconds.
    """
    if value is None:
        return None
    text = value.strip()
    # isascii: "٣" is a digit to float(), but not to HTTP.
    if text.isascii() and text.replace(".", "", 1).isdigit():
        return float(text)
    from email.utils import mktime_tz, parsedate_tz  # 10 ms of import that only a dated answer has to pay

    try:
        parts = parsedate_tz(text)
        # HTTP dates are GMT even where they do not say so.
        return None if parts is None else max(0.0, mktime_tz((*parts[:9], parts[9] or 0)) - now)
    except (ValueError, OverflowError, IndexError):
        return None
