"""Lines of the error log (pure: the clock is passed in): which are due, and their text.

The log has one line per kind of entry in an interval, because an outage must not fill a disk.
What is held back is counted, and the next line of its kind has the sum. So the numbers of events in
the lines add up to the counts of `stats()` once `rest` was written.

An exception of a signal handler may end any method. Each change is one step, as in `queue`, so that
the next call goes on where it ended.
"""

from __future__ import annotations

from collections import deque

from coobird._settings.host import BASE_PATH, BATCH_PATH
from coobird._settings.settings import INF
from coobird.errors import APIError, CoobirdError, InvalidEventError, SettlementError, quote

LOG_INTERVAL_SECONDS = 30.0
"""At most one line per kind of entry in this time."""

LAST_LINES = 1000
"""Lines that are not held back once the process ends: nothing may come after them that would write
the sum. The number keeps a thread that goes on tracking from filling a disk."""

DROPPED = "dropped"
REJECTED = "rejected"

REASONS = {
    "queue_full": "the queue was full, so the oldest were removed. Raise max_queue_size, or track less",
    "spool_full": "the spool was full, so the oldest were removed. Raise spool_max_bytes, or find out why events wait",
    "spool_damaged": "gone from the spool, which is damaged, or was changed by others",
    "retries_exhausted": "no try succeeded, as the cause shows. With a max_event_age above 0 events wait",
    "expired": "older than max_event_age. Raise it, or use spool= to keep events on disk",
    "refused": "the server refused the request, as the cause shows",
    "unauthorized": "the server did not accept the API key until the end. Check the key",
    "shutdown": "not sent by the end of shutdown. Give a longer shutdown_timeout, or use spool=",
    "after_shutdown": "tracked after shutdown. Shut the client down last",
    "failed": "a mistake in this package, which the cause shows. Please report it",
}
"""Why events were dropped, and what to try, by the reason in `stats()`."""

_ADVICE = {
    "invalid": "Correct the call: a rejected event is not sent again.",
    "refused": "Correct the event, or what the server lacks: a rejected event is not sent again.",
}


class LogEntry:
    """Entry of the log: an error, or events that were dropped or rejected.

    Attributes:
        outcome: `DROPPED`, `REJECTED`, or empty if no event is lost by it.
        reason: Reason as in `stats()`; empty if no event is lost by it.
        count: Number of events that are lost by it; else 1.
        cause: The error; `None` if events were dropped without one.
        outlook: Sentence about what happens next, if the error does not say it.
    """

    __slots__ = ("cause", "count", "outcome", "outlook", "reason")

    def __init__(
        self, cause: Exception | None, *, outcome: str = "", reason: str = "", count: int = 1, outlook: str = ""
    ) -> None:
        self.cause = cause
        self.outlook = outlook
        self.outcome = outcome
        self.reason = reason
        self.count = count

    @property
    def kind(self) -> tuple[str, ...]:
        """Kind of the entry. Its lines share one interval, and the number of kinds is small."""
        # The errors that a spool or an answer wraps differ in kind by what lies below them.
        cause = self.cause.__cause__ if isinstance(self.cause, CoobirdError) and self.cause.__cause__ else None
        return (self.outcome, self.reason, _kind_of(self.cause), _kind_of(cause))


class _HeldLine:
    """State of one kind: what was held back since its last line."""

    __slots__ = ("count", "latest", "quiet_until")

    def __init__(self) -> None:
        self.count = 0
        self.latest: LogEntry | None = None
        self.quiet_until = -INF


class ErrorLog:
    """Problems of one client, from their occurrence to their line.

    Attributes:
        due_at: Time at which a line that is held back is due; infinity if there is none.
        lines: Lines that are due. Who writes one takes it out.
    """

    def __init__(self, host: str = "", transport: str = "") -> None:
        """Begin without any entry.

        Args:
            host: Server, as in the settings.
            transport: URL of the topic or table that takes the events; empty if the server does.
        """
        self._host = host
        self._events_at = transport or host + BASE_PATH + BATCH_PATH
        self._kinds: dict[tuple[str, ...], _HeldLine] = {}
        self.lines: deque[str] = deque()
        self.due_at = INF
        self._last_lines = 0

    def take_over(self, entries: deque[LogEntry]) -> None:
        """Move the entries into the log. Their lines may be due at once."""
        while entries:
            entry = entries[0]
            # Each settlement that failed names a transaction that must still be made: none may be
            # left out.
            if isinstance(entry.cause, SettlementError):
                text = self._text(entry, 1)
                # One step.
                self.lines += (text,)
                del entries[0]
                continue
            held = self._kinds.setdefault(entry.kind, _HeldLine())
            due_at = min(self.due_at, held.quiet_until)
            # One step.
            held.count += entry.count
            held.latest = entry
            self.due_at = due_at
            del entries[0]

    def add(self, entry: LogEntry) -> None:
        """Add an entry."""
        self.take_over(deque([entry]))

    def let_due(self, now: float) -> None:
        """Move the lines that are due into `lines`, each for all of its kind since the last one."""
        if now >= self.due_at:
            self._move(now, now)

    def begin_end(self) -> None:
        """Hold back no line from now on, because the process ends."""
        self._last_lines = LAST_LINES
        for held in self._kinds.values():
            held.quiet_until = -INF

    def postpone(self, now: float) -> None:
        """Hold back all lines for an interval, because nothing takes them at the moment."""
        if self.due_at <= now:
            for held in self._kinds.values():
                held.quiet_until = max(held.quiet_until, now + LOG_INTERVAL_SECONDS)
            self.due_at = now + LOG_INTERVAL_SECONDS

    def let_losses(self, now: float) -> None:
        """Move the lines for events that are lost into `lines`, also those that are held back."""
        self._move(now, now, losses_until=INF)

    def let_all(self, now: float) -> None:
        """Move the lines for all that is held back into `lines`."""
        self._move(now, INF)

    def _move(self, now: float, until: float, losses_until: float = -INF) -> None:
        waiting = INF
        for held in self._kinds.values():
            if held.latest is None:
                continue
            if held.quiet_until <= (max(until, losses_until) if held.latest.outcome else until):
                text = self._text(held.latest, held.count)
                quiet_until = now if self._last_lines > 0 else now + LOG_INTERVAL_SECONDS
                # One step.
                self.lines += (text,)
                self._last_lines -= 1
                held.count, held.latest, held.quiet_until = 0, None, quiet_until
            else:
                waiting = min(waiting, held.quiet_until)
        self.due_at = waiting

    def _text(self, entry: LogEntry, count: int) -> str:
        cause = entry.cause
        if entry.outcome == DROPPED:
            lost = f"{'It is' if count == 1 else 'They are'} not sent again"
            text = _sentence(f"{_events(count)} dropped: {REASONS[entry.reason]}", lost, _chain(cause))
        elif entry.outcome == REJECTED:
            last = "The last one: " if count > 1 else ""
            text = _sentence(f"{_events(count)} rejected", f"{last}{_chain(cause)}", _ADVICE[entry.reason])
        else:
            text = _sentence(_chain(cause), entry.outlook) if entry.outlook else _chain(cause)
            text += f" ({count - 1} more like this before)" if count > 1 else ""
        return text + self._place(entry)

    def _place(self, entry: LogEntry) -> str:
        """Name the reason as `stats()` does, the server, and the request."""
        error = _api_error(entry.cause)
        # An error of a `flush` names no request: it is about all of them.
        is_about_events = entry.outcome or (error and not error.path)
        url = self._events_at if is_about_events else self._host + quote(error.path) if error else ""
        source = entry.cause if isinstance(entry.cause, InvalidEventError) else error
        request_id = source.request_id if source else None
        facts = [entry.reason, url, f"request id {quote(request_id)}" if request_id else ""]
        return f" [{', '.join(filter(None, facts))}]" if any(facts) else ""


def _events(count: int) -> str:
    return "1 event was" if count == 1 else f"{count} events were"


def _sentence(*parts: str) -> str:
    return " ".join(part if part.endswith((".", "!", "?")) else f"{part}." for part in parts if part)


def _chain(error: BaseException | None) -> str:
    """Return the message of an error, and of its cause unless the first quotes it."""
    if error is None:
        return ""
    if not isinstance(error, CoobirdError):
        return quote(f"{type(error).__name__}: {error}".removesuffix(": "))
    text = str(error)
    cause = error.__cause__
    return text if cause is None or str(cause) in text else _sentence(text, _chain(cause))


def _api_error(error: BaseException | None) -> APIError | None:
    while error is not None and not isinstance(error, APIError):
        error = error.__cause__
    return error


def _kind_of(error: BaseException | None) -> str:
    return "" if error is None else f"{type(error).__name__} {getattr(error, 'status_code', None) or ''}"
