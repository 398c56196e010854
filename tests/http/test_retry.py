from email.utils import formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coobird._http.retry import (
    JITTER,
    MAX_DELAY_SECONDS,
    MAX_RETRY_AFTER_SECONDS,
    backoff,
    is_retryable,
    next_delay,
    parse_retry_after,
)

ALMOST_ONE = 0.999999


@pytest.mark.parametrize("status", [None, 408, 429, 500, 502, 503, 504, 599])
def test_no_answer_408_429_and_every_5xx_are_retried(status: int | None) -> None:
    assert is_retryable(status)
    assert next_delay(1, status=status, retry_after=None, max_retries=3, jitter=0.0) == 1.0


@pytest.mark.parametrize("status", [200, 301, 400, 401, 403, 404, 409, 413, 422, 600])
def test_nothing_else_is_retried(status: int) -> None:
    assert not is_retryable(status)
    assert next_delay(1, status=status, retry_after=5.0, max_retries=3, jitter=0.0) is None


def test_the_waits_double_and_end_after_max_retries() -> None:
    waits = [next_delay(attempt, status=500, retry_after=None, max_retries=3, jitter=0.0) for attempt in (1, 2, 3, 4)]
    assert waits == [1.0, 2.0, 4.0, None]


def test_no_retries_allowed_means_none() -> None:
    assert next_delay(1, status=None, retry_after=None, max_retries=0, jitter=0.0) is None


def test_retry_after_is_a_minimum_and_capped() -> None:
    assert backoff(1, retry_after=3.0, jitter=0.0) == 3.0
    assert backoff(3, retry_after=3.0, jitter=0.0) == 4.0
    assert backoff(1, retry_after=86_400.0, jitter=0.0) == MAX_RETRY_AFTER_SECONDS


@given(st.integers(1, 10_000), st.floats(0, ALMOST_ONE))
def test_jitter_only_ever_adds_and_a_wait_is_bounded(attempt: int, jitter: float) -> None:
    assert backoff(attempt, jitter=0.0) <= backoff(attempt, jitter=jitter) <= MAX_DELAY_SECONDS * (1 + JITTER)


@pytest.mark.parametrize(("value", "seconds"), [("3", 3.0), (" 0 ", 0.0), ("1.5", 1.5), ("120", 120.0)])
def test_retry_after_in_seconds(value: str, seconds: float) -> None:
    assert parse_retry_after(value, now=0.0) == seconds


def test_retry_after_as_a_date() -> None:
    now = 1_900_000_000.0
    assert parse_retry_after(formatdate(now + 7, usegmt=True), now) == 7.0
    assert parse_retry_after(formatdate(now - 7, usegmt=True), now) == 0.0
    assert parse_retry_after("Sun Nov  6 08:49:37 1994", 784111770.0) == 7.0


@pytest.mark.parametrize("value", [None, "", "soon", "-1", "1e3", "nan", "inf", "٣", "Fri, 99 Foo 2026 99:99:99 GMT"])
def test_a_retry_after_that_says_nothing_is_ignored(value: str | None) -> None:
    assert parse_retry_after(value, now=0.0) is None


@given(st.text())
def test_no_retry_after_can_break_the_client(value: str) -> None:
    seconds = parse_retry_after(value, now=0.0)
    assert seconds is None or seconds >= 0.0
