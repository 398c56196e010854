"""The delays between retries, made short: in tests, and in the programs that tests start."""

from __future__ import annotations

from contextlib import AbstractContextManager

from coobird import set_testing


def quicken_retries(*, retry_seconds: float = 0.01, max_retry_seconds: float = 0.1) -> AbstractContextManager[None]:
    """A hundred times faster retries, from now on or in a `with` block.

    Deadlines stay as they are: they are part of what the tests claim.
    """
    return set_testing(retry_seconds=retry_seconds, max_retry_seconds=max_retry_seconds, shutdown_seconds=3600)
