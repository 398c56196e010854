"""Exceptions of signal handlers, which belong to the program: time limits of Celery and RQ."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType


def is_from_signal_handler(error: BaseException) -> bool:
    """True if a signal handler raised this error, in code that it interrupted.

    Such an error says nothing about that code, and is passed on.
    """
    return handler_of(error) is not None


def handler_of(error: BaseException) -> TracebackType | None:
    """Return the step of the traceback that is the signal handler's; `None` if there is none.

    Python gives the interrupted frame to the handler. So one function of the traceback has the
    frame of its caller as an argument.
    """
    step = None if isinstance(error, RecursionError) else error.__traceback__
    while step is not None and step.tb_next is not None:
        for value in step.tb_next.tb_frame.f_locals.values():
            if value is step.tb_frame:
                return step.tb_next
        step = step.tb_next
    return None
