"""The delays between retries, made short: in tests, and in the programs that tests start."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from coobird._http import retry

REAL = {"first_seconds": 1.0, "longest_seconds": 30.0}


def set_retry_delays(first_seconds: float = 0.01, longest_seconds: float = 0.1) -> None:
    """Change the schedule of this process. By default it is a hundred times faster than the real one."""
    retry.FIRST_DELAY_SECONDS, retry.MAX_DELAY_SECONDS = first_seconds, longest_seconds


@contextmanager
def retry_delays(first_seconds: float = 0.01, longest_seconds: float = 0.1) -> Iterator[None]:
    """The same for a block."""
    before = retry.FIRST_DELAY_SECONDS, retry.MAX_DELAY_SECONDS
    set_retry_delays(first_seconds, longest_seconds)
    try:
        yield
    finally:
        set_retry_delays(*before)
