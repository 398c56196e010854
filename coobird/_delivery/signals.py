"""Delivery before a signal ends the process, for programs that ask for it."""

from __future__ import annotations

import signal

from coobird._delivery import process_exit
from coobird.errors import ConfigurationError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    Handler = Callable[[int, FrameType | None], object] | int

# Kept by `importlib.reload`, which runs this module again in the same namespace: the handler that
# is installed goes on to use it.
_previous: dict[int, Handler] = globals().get("_previous", {})


def flush_on_signals(*signals: int) -> None:
    """Deliver the queued events of all clients of this process when a signal arrives.

    Then the signal does what it did before: the handler that was installed before is called, or the
    signal has its default effect, which mostly is to end the process. Delivery takes 8 seconds at
    most. Call this in the main thread, after other handlers are installed, because a later handler
    replaces this one. Calling it twice is fine. Signals are left alone unless you call this.

    Args:
        signals: `SIGTERM` if left out, the signal by which services are asked to end. `SIGINT`
            needs no handler: it ends a program by an exception, and then the exit delivers.

    Raises:
        ConfigurationError: The present handler was not installed by Python code, so it could not be
            called afterwards.
    """
    for number in signals or (signal.SIGTERM,):
        previous = signal.getsignal(number)
        if previous is None:
            raise ConfigurationError(
                f"Signal {number} has a handler from outside Python. Call flush() where it is handled."
            )
        if not _is_ours(previous):
            _previous[number] = previous
            signal.signal(number, _deliver)


def _is_ours(handler: Handler) -> bool:
    """True for `_deliver`, also for the one of this module before it was reloaded."""
    return getattr(handler, "__module__", None) == __name__ and getattr(handler, "__name__", None) == "_deliver"


def _deliver(number: int, frame: FrameType | None) -> None:
    process_exit.flush_all()
    previous = _previous[number]
    if callable(previous):
        previous(number, frame)
    elif previous == signal.SIG_DFL:
        signal.signal(number, signal.SIG_DFL)
        signal.raise_signal(number)
        signal.signal(number, _deliver)  # the default effect does not end the process for every signal
