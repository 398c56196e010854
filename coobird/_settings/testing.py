"""Switch for tests: short delays between tries, and a short deadline of the last delivery.

It holds for the whole process, for the clients that exist and for later ones.
"""

from __future__ import annotations

import os

from coobird.errors import ConfigurationError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from contextlib import AbstractContextManager

TESTING_VARIABLE = "COOBIRD_TESTING"


class Limits:
    """Limits that hold in tests, in seconds."""

    __slots__ = ("max_retry_seconds", "retry_seconds", "shutdown_seconds")

    def __init__(self, retry_seconds: float, max_retry_seconds: float, shutdown_seconds: float) -> None:
        self.retry_seconds = retry_seconds
        self.max_retry_seconds = max_retry_seconds
        self.shutdown_seconds = shutdown_seconds


_DEFAULTS = Limits(retry_seconds=0.01, max_retry_seconds=0.1, shutdown_seconds=2.0)

# False: no call has decided, so the environment does.
_limits: Limits | bool | None = False


def limits_in_tests() -> Limits | None:
    """Limits that hold now; `None` if this is no test."""
    if isinstance(_limits, bool):
        return _DEFAULTS if os.environ.get(TESTING_VARIABLE) == "1" else None
    return _limits


def check_variable() -> None:
    """Refuse a value of the variable that may be a mistake.

    Raises:
        ConfigurationError: It is neither 1 nor 0 nor empty.
    """
    value = os.environ.get(TESTING_VARIABLE, "")
    if value not in ("", "0", "1"):
        raise ConfigurationError(f"{TESTING_VARIABLE} must be 1 (in tests) or unset, not {value!r}.")


def shortened(seconds: float) -> float:
    """Return the seconds of a last delivery, shortened if this is a test."""
    limits = limits_in_tests()
    return seconds if limits is None else min(seconds, limits.shutdown_seconds)


def set_testing(
    is_testing: bool = True,
    *,
    retry_seconds: float = _DEFAULTS.retry_seconds,
    max_retry_seconds: float = _DEFAULTS.max_retry_seconds,
    shutdown_seconds: float = _DEFAULTS.shutdown_seconds,
) -> AbstractContextManager[None]:
    """Make retries quick and the last delivery short, for a test suite. Never use it in production.

    It holds at once and for the whole process, also for clients that exist. A retry comes after a
    hundredth of the usual delay, and a `Retry-After` of the server is shortened as well. `shutdown`
    without a timeout and the end of the process wait for 2 seconds at most; events that are not
    sent by then are dropped. Numbers of tries, timeouts of requests and `flush` stay as they are.

        set_testing()          # until the end of the process
        set_testing(False)     # as in production

        with set_testing():    # inside this block
            ...

    The environment variable `COOBIRD_TESTING=1` does the same for a whole process, for example one
    that a test starts. A call of this function takes precedence. `repr` of a client says
    `testing=True` while it holds, and `coobird doctor` reports the variable.

    Args:
        is_testing: False for the delays and deadlines of production, whatever the environment says.
        retry_seconds: Delay before the first retry. It doubles with each further one.
        max_retry_seconds: Longest delay, also if the server asks for a longer one.
        shutdown_seconds: Most seconds of the last delivery, if `shutdown_timeout` is not shorter.

    Returns:
        A context manager. Leaving it restores what held before the call.

    Raises:
        ConfigurationError: A number of seconds is negative, or not a number.
    """
    global _limits
    if not isinstance(is_testing, bool):  # pyright: ignore[reportUnnecessaryIsInstance] - callers without types
        raise ConfigurationError(f"set_testing takes True or False, not {is_testing!r}.")
    limits = Limits(retry_seconds, max_retry_seconds, shutdown_seconds)
    for name in Limits.__slots__:
        value = getattr(limits, name)
        # NaN fails every comparison, so this asks for what is allowed.
        if not isinstance(value, int | float) or isinstance(value, bool) or not value >= 0:
            raise ConfigurationError(f"{name} must be a number of seconds, 0 or more, not {value!r}.")
    before, _limits = _limits, limits if is_testing else None
    return _Restore(before)


class _Restore:
    def __init__(self, before: Limits | bool | None) -> None:
        self._before = before

    def __enter__(self) -> None:
        return None

    def __exit__(self, *_: object) -> None:
        global _limits  # noqa: PLW0603 - the switch of the process
        _limits = self._before
