"""What a delivery does for its spool beside the queue: tidy up, tell, take over what the dead have left, and leave in the end."""

from __future__ import annotations

from time import monotonic

from coobird._delivery.spool.queue import SpooledQueue
from coobird._delivery.spool.spool import Spool
from coobird.errors import SpoolError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from coobird._delivery.delivery import Delivery
    from coobird._delivery.queue import EventQueue

ADOPT_SECONDS = 5.0
"""How often a sender looks for what dead processes have left. It costs one small query."""

UNREADY_SECONDS = 0.01
"""Before a sender looks again for events that are due, but not at hand: being stored just now, or unreadable for a moment."""

LOG_SECONDS = 10.0
"""How often the log says how far the work on a large backlog is."""

_LARGE = 10_000


class Spooling:
    """The spool of one delivery. `adopt_if_due` is called with the lock of the delivery, what tells or tidies without any."""

    def __init__(self, delivery: Delivery, path: str) -> None:
        """Raises `ConfigurationError` if the file cannot be used."""
        settings = delivery.settings
        self._delivery = delivery
        self._spool = Spool(
            path,
            settings.api_key,
            sync=settings.spool_sync,
            max_bytes=settings.spool_max_bytes,
            attend=delivery.attend,
        )
        self._adopt_at = self._log_at = 0.0
        self._is_busy = False

    def new_queue(self) -> EventQueue:
        """The queue in front of the spool."""
        settings, reporter = self._delivery.settings, self._delivery.reporter
        self._queue = SpooledQueue(
            self._spool,
            max_batch_size=settings.max_batch_size,
            max_queue_size=settings.max_queue_size,
            lose=reporter.lose,
        )
        return self._queue

    def reset_after_fork(self) -> None:
        """In the child of a fork: what is on disk is the parent's to send."""
        self._spool.reset_after_fork()
        self._adopt_at = 0.0

    def adopt_if_due(self, now: float) -> None:
        """Take over what dead processes have left, and send it without delay."""
        delivery = self._delivery
        if now < self._adopt_at:
            return
        self._adopt_at = now + ADOPT_SECONDS
        if not delivery.is_closing and self._spool.adopt():
            delivery.schedule.hurry(delivery.queue.end)

    def seconds_to_wait(self, seconds: float, now: float) -> float:
        """How long a sender that would wait so many seconds does wait."""
        return min(max(seconds, UNREADY_SECONDS), max(self._adopt_at - now, UNREADY_SECONDS))

    def tidy(self) -> None:
        """Remove from disk what needs no keeping, and tell what there is to tell."""
        self._spool.clean()
        self.tell()
        self._log(len(self._spool))

    def attend(self) -> None:
        """The same for a caller of `track`, who should not do the senders' work."""
        if self._queue.has_freed:
            self._queue.has_freed = False
            self._spool.clean()
        self.tell()

    def tell(self) -> None:
        """Report what is wrong with the spool."""
        problems = self._spool.problems
        while problems:
            try:
                self._delivery.reporter.error(problems.popleft())
            except IndexError:  # another thread tells it
                break

    def tell_unreachable(self, error: Exception) -> None:
        """The retries are used up: instead of giving up, they go on."""
        message = f"Events could not be delivered so far, and stay in the spool: {error}"
        problem = SpoolError(message)
        problem.__cause__ = error
        self._delivery.reporter.error(problem)

    def leave(self, *, is_idle: bool) -> None:
        """Let others have what is left, unless something is still on its way."""
        self._spool.close(is_idle=is_idle)
        self.tidy()

    def _log(self, waiting: int) -> None:
        now = monotonic()
        if now < self._log_at or not (waiting >= _LARGE or self._is_busy):
            return
        self._log_at = now + LOG_SECONDS
        self._is_busy = waiting >= _LARGE
        import logging

        logging.getLogger("coobird").info("%s events are waiting in the spool", f"{waiting:,}")
