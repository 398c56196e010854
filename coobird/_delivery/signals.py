"""Delivery before a signal ends the process, for programs that ask for it."""

from __future__ import annotations

import _thread
import atexit
import os
import signal
import sys
import threading
from time import sleep

from coobird._delivery import process_exit
from coobird._http import fork_guard
from coobird.errors import ConfigurationError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    Handler = Callable[[int, FrameType | None], object] | int

# Signals that are handled. Kept by `importlib.reload`, which runs this module again in the same
# namespace.
_numbers: set[int] = globals().get("_numbers", set())

_ENDING = {signal.SIGTERM, signal.SIGINT, *([signal.SIGQUIT] if hasattr(signal, "SIGQUIT") else [])}
"""Signals that ask a process to end."""

_AGAIN_SECONDS = 0.01
"""Time after which a signal that came at a bad moment is sent again, perhaps more than once."""

_HARMLESS = {
    getattr(signal, name)
    for name in ("SIGCHLD", "SIGCONT", "SIGURG", "SIGWINCH", "SIGTSTP", "SIGTTIN", "SIGTTOU")
    if hasattr(signal, name)
}
"""Signals whose default effect does not end a process."""


def flush_on_signals(*signals: int) -> None:
    """Deliver the queued events of all clients of this process when a signal arrives.

    Then the signal does what it did before: the handler that was installed before is called, or the
    signal has its default effect, which mostly is to end the process. Delivery takes 8 seconds at
    most. If the default effect ends the process, model calls in progress are reported to `on_error`
    first. As the first process of a container (PID 1), which the default effect does not end, the
    process runs its exit handlers and ends with code 128 + the signal's number.

    A server may go on with its last requests after the signal. After `SIGTERM`, `SIGINT` and
    `SIGQUIT` each further event is therefore sent at once, and `track` waits until it is delivered,
    for 8 seconds in all.

    Call this in the main thread. If another handler replaces this one, it is installed again, and
    calls the other one, when the main thread tracks and starts a delivery thread. Calling this
    twice is fine. Signals are left alone unless you call this.

    Args:
        signals: `SIGTERM` if left out, the signal by which services are asked to end. `SIGINT`
            needs no handler: it ends a program by an exception, and then the exit delivers.

    Raises:
        ConfigurationError: The present handler was not installed by Python code, so it could not be
            called afterwards. Or the signal cannot be handled, or not in this thread.
    """
    for number in signals or (signal.SIGTERM,):
        try:
            if signal.getsignal(number) is None:
                raise ConfigurationError(
                    f"Signal {number} has a handler from outside Python. Call flush() where it is handled."
                )
            _install(number)
        except (ValueError, OSError) as error:
            raise ConfigurationError(
                f"Signal {number} cannot be handled ({error}). Call flush_on_signals() in the main thread, and not "
                "for SIGKILL or SIGSTOP."
            ) from error
        _numbers.add(number)
    process_exit.before_senders(_install_again)


def _is_ours(handler: Handler) -> bool:
    """True for a handler of this module, also for one of this module before it was reloaded."""
    return getattr(handler, "__module__", None) == __name__ and getattr(handler, "__name__", None) == "deliver"


def _install(number: int) -> None:
    previous = signal.getsignal(number)
    if previous is None or _is_ours(previous):
        return

    # One function for each handler that it calls: uvicorn puts back the one that it found.
    def deliver(number: int, frame: FrameType | None) -> None:
        if fork_guard.is_waited_for(frame) and _send_again(number):
            return
        # A handler that was there before may let the process go on: its calls may be answered yet.
        process_exit.flush_all(is_last=previous == signal.SIG_DFL and number not in _HARMLESS)
        if number in _ENDING:
            process_exit.send_each_at_once()
        if callable(previous):
            previous(number, frame)
        elif previous == signal.SIG_DFL:
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
            if os.getpid() == 1 and number not in _HARMLESS:
                _end(128 + number)
            # The default effect does not end the process for every signal.
            signal.signal(number, deliver)

    signal.signal(number, deliver)


def _send_again(number: int) -> bool:
    """Send the signal once more, after the fork or the load of a module that it has interrupted.

    Meanwhile no other thread can send events, and in a fork Python ignores what a handler raises.
    False if that is not possible.
    """

    if not hasattr(signal, "pthread_kill"):
        return False  # Windows, which has no forks
    main = threading.get_ident()

    def send() -> None:
        sleep(_AGAIN_SECONDS)
        # To the main thread, which it wakes: the handler runs there.
        signal.pthread_kill(main, number)

    try:
        _thread.start_new_thread(send, ())
    except RuntimeError:
        return False
    return True


def _install_again() -> None:
    """Install the handler again where another one has replaced it.

    Workers of gunicorn and uvicorn install theirs after the application was loaded. Ours then calls
    theirs.
    """
    if threading.current_thread() is threading.main_thread():
        for number in _numbers:
            _install(number)


def _end(code: int) -> None:
    """End the first process of a container, for which the kernel leaves out default effects.

    Not by `SystemExit`: Python would wait for threads that no default effect waits for.
    """
    atexit.unregister(process_exit.deliver_all)  # has just been done, and the time for it is over
    atexit._run_exitfuncs()  # pyright: ignore[reportPrivateUsage] - os._exit would leave them out
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:  # noqa: BLE001, S110 - closed, or no process reads it any more
            pass
    os._exit(code)
