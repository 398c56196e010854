"""Upkeep of a delivery with a spool.

It removes delivered events, takes over left ones, and brings a disk that failed back into use.
"""

from __future__ import annotations

from time import monotonic

from coobird._delivery.spool.spool import Spool
from coobird._http.debug_log import logger

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from coobird._delivery.queue import Buffer
    from coobird._delivery.reporter import Reporter
    from coobird._settings.settings import Settings

ADOPT_SECONDS = 5.0
"""Time between two looks of a sender for events that ended processes left. A look costs one small
query."""

UNREADY_SECONDS = 0.01
"""Wait of a sender for events that are due, but not ready: they are being stored, or cannot be read
for a moment."""

LOG_SECONDS = 10.0
"""Time between two lines of the log about a large backlog."""

_LARGE = 10_000


class SpoolUpkeep:
    """Upkeep of a delivery with a spool.

    `seconds_until_due` is called with the lock of the delivery, everything else without any lock.

    Attributes:
        is_in_use: True if this process, and not only its parent, has looked for events that ended
            processes left.
    """

    keeps_refused = True
    is_shared = True
    place = "in the spool"

    def __init__(self, settings: Settings, reporter: Reporter, *, look_after_queue: Callable[[], object]) -> None:
        """Raises `ConfigurationError` if the file can never be used."""
        self._reporter = reporter
        self._spool = Spool(
            str(settings.spool),
            settings.spool_owner,
            sync=settings.spool_sync,
            max_bytes=settings.spool_max_bytes,
            max_in_memory=settings.max_queue_size,
            look_after_queue=look_after_queue,
        )
        self._adopt_at = self._log_at = 0.0
        self.is_in_use = False
        self._has_large_backlog = False

    def new_buffer(self) -> Buffer:
        """Return the spool, which a fork has emptied.

        The next look for left events is due at once.
        """
        self.is_in_use = False
        self.look_now()
        return self._spool

    def look_now(self) -> None:
        """Let the next `do` look for left events."""
        self._adopt_at = 0.0

    def seconds_until_due(self, now: float) -> float:
        """Seconds until `do` has something to do."""
        return min(self._adopt_at - now, self._spool.seconds_until_recovery(now))

    def do(self, *, is_closing: bool) -> bool:
        """Bring a disk that failed back into use, and take over events that ended processes left.

        True if there were any.
        """
        now = monotonic()
        self.is_in_use = True
        if self._spool.seconds_until_recovery(now) <= 0.0:
            self._spool.recover()
        has_adopted = False
        if now >= self._adopt_at:
            # The clock goes on while closing: a sender waits until then, and would wake 100 times a
            # second.
            self._adopt_at = now + ADOPT_SECONDS
            has_adopted = not is_closing and self._spool.adopt() > 0
        self.report_problems()
        return has_adopted

    def seconds_to_wait(self, seconds: float, now: float) -> float:
        """Shorten the wait of a sender, so that the next upkeep comes in time."""
        return max(min(seconds, self.seconds_until_due(now)), UNREADY_SECONDS)

    def tidy_dropped(self) -> None:
        """Remove dropped events from the disk and report problems, in a thread that tracks.

        The rest is a sender's work.
        """
        if self._spool.has_dropped:
            self._spool.clean()
        self.report_problems()

    def tidy(self) -> None:
        """Remove delivered events from the disk, report problems, and log a large backlog."""
        self._spool.clean()
        self.report_problems()
        self._log(len(self._spool))

    def report_problems(self) -> None:
        """Report problems of the spool to `on_error`."""
        problems = self._spool.problems
        while problems:
            try:
                self._reporter.error(problems.popleft())
            except IndexError:  # another thread reports it
                break

    def used_bytes(self) -> int | None:
        """Bytes that events take in the spool; `None` if it cannot be read."""
        return self._spool.used_bytes()

    def close(self, *, is_idle: bool) -> None:
        """Leave the rest to other processes, unless some of it is still being sent."""
        self._spool.close(is_idle=is_idle)
        self.tidy()

    def _log(self, waiting: int) -> None:
        now = monotonic()
        if now < self._log_at or not (waiting >= _LARGE or self._has_large_backlog):
            return
        self._log_at = now + LOG_SECONDS
        self._has_large_backlog = waiting >= _LARGE
        logger().info("%s events are waiting in the spool", f"{waiting:,}")
