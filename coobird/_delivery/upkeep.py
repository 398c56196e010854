"""Work of a delivery apart from sending.

It depends on where queued events are kept: in memory, or in a spool.
"""

from __future__ import annotations

from coobird._delivery.queue import MemoryBuffer
from coobird._settings.settings import INF

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    from coobird._delivery.queue import Buffer

    class Upkeep(Protocol):
        """Work of a delivery apart from sending.

        `MemoryUpkeep` has none, `SpoolUpkeep` looks after the spool.
        """

        @property
        def keeps_refused(self) -> bool:
            """True if events of a request that the server refused as such are sent again later."""
            ...

        @property
        def place(self) -> str:
            """Place of the events, for a message."""
            ...

        @property
        def is_shared(self) -> bool:
            """True if other processes may leave events that this one sends."""
            ...

        @property
        def is_in_use(self) -> bool:
            """True if this process, and not only its parent, has done upkeep."""
            ...

        def look_now(self) -> None:
            """Let the next `do` look for events that ended processes left."""
            ...

        def new_buffer(self) -> Buffer:
            """Return an empty buffer for a queue, at first and in each child of a fork."""
            ...

        def seconds_until_due(self, now: float) -> float:
            """Seconds until `do` has something to do; infinity if it never has."""
            ...

        def do(self, *, is_closing: bool) -> bool:
            """Do what is due and may take a moment, in a sender. True if there are new events."""
            ...

        def seconds_to_wait(self, seconds: float, now: float) -> float:
            """Shorten the wait of a sender that would wait so many seconds for a batch."""
            ...

        def tidy_dropped(self) -> None:
            """Do what is due after events were dropped from the queue, in a thread that tracks."""
            ...

        def tidy(self) -> None:
            """Do what is due after a batch was sent, in a sender."""
            ...

        def report_problems(self) -> None:
            """Report problems with the place of the events to `on_error`."""
            ...

        def used_bytes(self) -> int | None:
            """Bytes that events take on disk; `None` if none are there, or it cannot be read."""
            ...

        def close(self, *, is_idle: bool) -> None:
            """End. Called once more, with `is_idle`, when nothing is being sent any more."""
            ...


class MemoryUpkeep:
    """Upkeep of a delivery without a spool."""

    keeps_refused = False
    is_shared = False
    is_in_use = False
    place = "in memory"

    def __init__(self, *, max_queue_size: int) -> None:
        self._max_queue_size = max_queue_size

    def look_now(self) -> None:
        pass

    def new_buffer(self) -> Buffer:
        return MemoryBuffer(self._max_queue_size)

    def seconds_until_due(self, now: float) -> float:  # noqa: ARG002 - the signature of `Upkeep`
        return INF

    def do(self, *, is_closing: bool) -> bool:  # noqa: ARG002 - the signature of `Upkeep`
        return False

    def seconds_to_wait(self, seconds: float, now: float) -> float:  # noqa: ARG002 - the signature of `Upkeep`
        return seconds

    def tidy_dropped(self) -> None:
        pass

    def tidy(self) -> None:
        pass

    def report_problems(self) -> None:
        pass

    def used_bytes(self) -> int | None:
        return None

    def close(self, *, is_idle: bool) -> None:
        pass
