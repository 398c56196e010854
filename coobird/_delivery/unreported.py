"""Dropped and rejected events that are counted, and not yet reported (pure)."""

from __future__ import annotations

from collections import deque

from coobird._delivery.error_log import DROPPED, REJECTED, LogEntry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from coobird.errors import CoobirdError

    Loss = tuple[list[bytes], str, Exception | None]
    """Dropped events, the reason, and the cause."""


class Unreported:
    """Reports that wait. They are put in by the step that counts the events, and none is missed.

    Attributes:
        losses: Dropped events, for `on_error`.
        entries: Dropped and rejected events and errors, for the log.
    """

    __slots__ = ("entries", "losses")

    def __init__(self) -> None:
        self.losses: deque[Loss] = deque()
        self.entries: deque[LogEntry] = deque()


def dropped(count: int, reason: str, cause: Exception | None) -> LogEntry:
    """Entry for dropped events."""
    return LogEntry(cause, outcome=DROPPED, reason=reason, count=count)


def rejected(count: int, reason: str, error: CoobirdError) -> LogEntry:
    """Entry for rejected events."""
    return LogEntry(error, outcome=REJECTED, reason=reason, count=count)
