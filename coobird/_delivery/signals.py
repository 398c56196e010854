"""Delivering before a signal ends the process, for those who ask for it."""

from __future__ import annotations

import signal

from coobird._delivery import process_exit
from coobird.errors import ConfigurationError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    Handler = Callable[[int, FrameType | None], object] | int

_previous: dict[int, Handler] = {}


def flush_on_signals(*signals: int) -> None:
    """Deliver what all clients of this process have queued when a signal arrives, then do what it did before.

    Nothing is done about signals unless you call this. It waits 8 seconds at most, and then calls the handler that
    was installed before, or lets the signal have its default effect, which mostly is to end the process. Call it in
    the main thread, after other handlers are installed: one that is installed later replaces this one. Calling it
    twice is fine.

    Args:
        signals: `SIGTERM` if left out, which is how services are told to end. `SIGINT` needs no handler: it ends a
            program by an exception, and then the exit delivers.

    Raises:
        ConfigurationError: The handler that is there was not installed by Python code, so it could not be called
            afterwards.
    """
    for number in signals or (signal.SIGTERM,):
        previous = signal.getsignal(number)
        if previous is None:
            raise ConfigurationError(
                f"Signal {number} has a handler from outside Python. Call flush() where it is handled."
            )
        if previous is not _deliver:
            _previous[number] = previous
            signal.signal(number, _deliver)


def _deliver(number: int, frame: FrameType | None) -> None:
    process_exit.flush_all()
    previous = _previous[number]
    if callable(previous):
        previous(number, frame)
    elif previous == signal.SIG_DFL:
        signal.signal(number, signal.SIG_DFL)
        signal.raise_signal(number)
        signal.signal(number, _deliver)  # the default is not the end for every signal
