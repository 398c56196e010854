"""Open spans, and calls that wait until the other spans of their trace have ended (pure, bounded).

A span whose answer has an id is billed when it ends. A span without such an id may be the second
report of a call that a span around or inside it reports as well. It waits until no span of its
trace is open in this process, or for a limited time.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Container

MAX_OPEN_SPANS = 10_000
"""Maximum number of open spans, so that spans that never end do not fill the memory. The call of a
span that was forgotten is billed to the customer in its attributes, or reported."""

MAX_WAITING = 1_000
"""Maximum number of waiting calls. If there are more, the oldest are decided early."""

MAX_ANCESTORS = 32
"""Number of enclosing spans in which a second report of the same call is looked for.
Instrumentations nest in a few levels."""


class OpenSpan(NamedTuple):
    """Span that has started and not ended.

    Attributes:
        ancestors: Ids of the enclosing spans, innermost first.
        start: Value that the caller gets back at the span's end.
    """

    trace_id: int
    ancestors: tuple[int, ...]
    start: Any


class WaitingCall(NamedTuple):
    """Call that is not decided yet.

    Attributes:
        ancestors: Ids of the enclosing spans, innermost first.
        since_ns: End of its span.
        is_identified: True if it has usage and an id, by which a second report is recognized.
        record: Value that the caller gets back when the call is decided.
        min_wait_ns: Time that it waits even if its trace has ended.
    """

    span_id: int
    trace_id: int
    ancestors: tuple[int, ...]
    since_ns: int
    is_identified: bool
    record: Any
    min_wait_ns: int = 0

    def is_due(self, now_ns: int, oldest_ns: int, open_traces: Container[int]) -> bool:
        """True if its trace has ended in this process, or it has waited for the maximum time."""
        is_over = self.trace_id not in open_traces and now_ns - self.since_ns >= self.min_wait_ns
        return is_over or self.since_ns <= oldest_ns


class OpenSpans:
    """Spans and waiting calls of one processor. The caller holds a lock around each call.

    In any step the garbage collector may end further spans, which re-enter this object in the same
    thread. So every loop goes over a copy, and an entry to remove may be gone already.
    """

    def __init__(self) -> None:
        self._open: OrderedDict[int, OpenSpan] = OrderedDict()
        self._count: dict[int, int] = {}
        self._waiting: OrderedDict[int, WaitingCall] = OrderedDict()
        self._has_ended_trace = False  # true if the trace of a waiting call may have ended
        # Spans with usage and an id, and spans with a span inside them that has usage. The keys are
        # the ids; there are no values.
        self._identified: OrderedDict[int, None] = OrderedDict()
        self._reported_inside: OrderedDict[int, None] = OrderedDict()

    def start(self, span_id: int, trace_id: int, parent_id: int | None, start: Any) -> None:
        """Record that a span has started.

        Args:
            start: Value that `end` returns for this span.
        """
        parent = self._open.get(parent_id) if parent_id is not None else None
        above = () if parent is None else parent.ancestors
        ancestors = () if parent_id is None else (parent_id, *above)[:MAX_ANCESTORS]
        self._open[span_id] = OpenSpan(trace_id, ancestors, start)
        self._count[trace_id] = self._count.get(trace_id, 0) + 1
        if len(self._open) > MAX_OPEN_SPANS:
            self.end(next(iter(self._open)))

    def end(self, span_id: int) -> OpenSpan | None:
        """Record that a span has ended, and return it; `None` if its start is unknown."""
        span = self._open.pop(span_id, None)
        if span is not None:
            left = self._count[span.trace_id] - 1
            if left:
                self._count[span.trace_id] = left
            else:
                del self._count[span.trace_id]
                self._has_ended_trace = True
        return span

    def report(self, span_id: int, ancestors: tuple[int, ...], *, is_identified: bool) -> None:
        """Record that a span has usage. Waiting calls that only repeat it are dropped."""
        for ancestor in ancestors:
            _remember(self._reported_inside, ancestor)
            self._drop(self._waiting.get(ancestor))
        if is_identified:
            _remember(self._identified, span_id)
            for waiting in list(self._waiting.values()):
                if span_id in waiting.ancestors:
                    self._drop(waiting)

    def is_reported_inside(self, span_id: int) -> bool:
        """True if a span inside this one has usage."""
        return span_id in self._reported_inside

    def is_reported_around(self, ancestors: tuple[int, ...]) -> bool:
        """True if a span around this one has usage and an id."""
        return any(ancestor in self._identified for ancestor in ancestors)

    def wait(self, waiting: WaitingCall) -> None:
        """Keep a call until it can be decided."""
        self._waiting[waiting.span_id] = waiting
        self._has_ended_trace |= waiting.trace_id not in self._count

    def due(self, now_ns: int, seconds: float) -> list[WaitingCall]:
        """Remove and return the calls to decide now.

        Their trace has ended in this process, they have waited for `seconds`, or too many wait.
        """
        waiting = list(self._waiting.values())
        surplus = max(len(waiting) - MAX_WAITING, 0)
        oldest_ns = now_ns - int(seconds * 1e9)
        ready = waiting[:surplus]
        # Every span that ends comes here, so the waiting calls of a long trace must not be searched
        # each time.
        if waiting and (self._has_ended_trace or waiting[0].since_ns <= oldest_ns):
            ready += [each for each in waiting[surplus:] if each.is_due(now_ns, oldest_ns, self._count)]
            self._has_ended_trace = any(each.trace_id not in self._count for each in waiting)
        return [each for each in ready if self._waiting.pop(each.span_id, None) is not None]

    def drain(self) -> tuple[list[WaitingCall], dict[int, OpenSpan]]:
        """Remove and return all waiting calls, and all spans that have not ended."""
        waiting, still_open = list(self._waiting.values()), dict(self._open)
        for entries in (self._waiting, self._open, self._count):
            entries.clear()
        return waiting, still_open

    def _drop(self, waiting: WaitingCall | None) -> None:
        if waiting is not None and not waiting.is_identified:
            self._waiting.pop(waiting.span_id, None)


def _remember(entries: OrderedDict[int, None], span_id: int) -> None:
    entries[span_id] = None
    if len(entries) > MAX_OPEN_SPANS:
        entries.popitem(last=False)
