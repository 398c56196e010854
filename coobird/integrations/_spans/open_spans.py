"""Which spans are open, and which calls wait for what the spans around them will say (pure, bounded).

A span whose answer has an id is billed when it ends. One without may be the second report of a call that another span around or
inside it reports too, so it waits until no span of its trace is open here, or for a limited time.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Container

MAX_OPEN_SPANS = 10_000
"""Spans that never end must not fill the memory. One that is forgotten is billed to whom its attributes name, or reported."""

MAX_WAITING = 1_000
"""Calls that wait. With more, the oldest is decided early."""

MAX_ANCESTORS = 32
"""How far up a second report of the same call is looked for; instrumentations nest in a few levels."""


class OpenSpan(NamedTuple):
    """What is kept of a span from its start. `origin` is whatever the caller wants back at its end."""

    trace_id: int
    ancestors: tuple[int, ...]
    origin: Any


class Waiting(NamedTuple):
    """A call that is not decided yet.

    Attributes:
        since_ns: When its span ended.
        is_told_apart: It has usage and an id, so a second report of it can be recognized by that.
        item: Whatever the caller wants back.
        patience_ns: How long it waits even if its trace is over.
    """

    span_id: int
    trace_id: int
    ancestors: tuple[int, ...]
    since_ns: int
    is_told_apart: bool
    item: Any
    patience_ns: int = 0

    def is_due(self, now_ns: int, oldest_ns: int, open_traces: Container[int]) -> bool:
        """Whether nothing more is to be expected: its trace is over here, or it waited as long as anything does."""
        is_over = self.trace_id not in open_traces and now_ns - self.since_ns >= self.patience_ns
        return is_over or self.since_ns <= oldest_ns


class OpenSpans:
    """Not safe to use from several threads at once: the caller has the lock.

    Within any step the garbage collector may end further spans, which come here in the same thread. So what is gone through is
    a copy, and what is taken out may be gone.
    """

    def __init__(self) -> None:
        self._open: OrderedDict[int, OpenSpan] = OrderedDict()
        self._count: dict[int, int] = {}
        self._waiting: OrderedDict[int, Waiting] = OrderedDict()
        self._has_news = False  # whether the trace of a call that waits may be over
        # Spans that carried usage and an id, and those inside which usage was carried. The values mean nothing.
        self._identified: OrderedDict[int, None] = OrderedDict()
        self._reported_inside: OrderedDict[int, None] = OrderedDict()

    def start(self, span_id: int, trace_id: int, parent_id: int | None, origin: Any) -> None:
        """Note that a span has started."""
        parent = self._open.get(parent_id) if parent_id is not None else None
        above = () if parent is None else parent.ancestors
        ancestors = () if parent_id is None else (parent_id, *above)[:MAX_ANCESTORS]
        self._open[span_id] = OpenSpan(trace_id, ancestors, origin)
        self._count[trace_id] = self._count.get(trace_id, 0) + 1
        if len(self._open) > MAX_OPEN_SPANS:
            self.end(next(iter(self._open)))

    def end(self, span_id: int) -> OpenSpan | None:
        """Note that a span has ended, and return it; `None` if its start was not seen, or was forgotten."""
        span = self._open.pop(span_id, None)
        if span is not None:
            left = self._count[span.trace_id] - 1
            if left:
                self._count[span.trace_id] = left
            else:
                del self._count[span.trace_id]
                self._has_news = True
        return span

    def report(self, span_id: int, ancestors: tuple[int, ...], *, is_identified: bool) -> None:
        """Note that a span carried usage. What waits and only repeats it is dropped."""
        for ancestor in ancestors:
            _remember(self._reported_inside, ancestor)
            self._drop(self._waiting.get(ancestor))
        if is_identified:
            _remember(self._identified, span_id)
            for waiting in list(self._waiting.values()):
                if span_id in waiting.ancestors:
                    self._drop(waiting)

    def is_reported_inside(self, span_id: int) -> bool:
        """Whether a span inside this one carried usage."""
        return span_id in self._reported_inside

    def is_reported_around(self, ancestors: tuple[int, ...]) -> bool:
        """Whether a span around this one carried usage, and an id."""
        return any(ancestor in self._identified for ancestor in ancestors)

    def wait(self, waiting: Waiting) -> None:
        """Keep a call until it can be decided."""
        self._waiting[waiting.span_id] = waiting
        self._has_news |= waiting.trace_id not in self._count

    def due(self, now_ns: int, seconds: float) -> list[Waiting]:
        """Take out the calls that are to be decided now: their trace is over here, they waited long, or there are too many."""
        waiting = list(self._waiting.values())
        surplus = max(len(waiting) - MAX_WAITING, 0)
        oldest_ns = now_ns - int(seconds * 1e9)
        ready = waiting[:surplus]
        # Looked through only if there is something to find: in a long trace, every span that ends comes by here.
        if waiting and (self._has_news or waiting[0].since_ns <= oldest_ns):
            ready += [each for each in waiting[surplus:] if each.is_due(now_ns, oldest_ns, self._count)]
            self._has_news = any(each.trace_id not in self._count for each in waiting)
        return [each for each in ready if self._waiting.pop(each.span_id, None) is not None]

    def drain(self) -> tuple[list[Waiting], dict[int, OpenSpan]]:
        """Take out everything: the calls that wait, and the spans that have not ended."""
        waiting, still_open = list(self._waiting.values()), dict(self._open)
        for entries in (self._waiting, self._open, self._count):
            entries.clear()
        return waiting, still_open

    def _drop(self, waiting: Waiting | None) -> None:
        if waiting is not None and not waiting.is_told_apart:
            self._waiting.pop(waiting.span_id, None)


def _remember(entries: OrderedDict[int, None], span_id: int) -> None:
    entries[span_id] = None
    if len(entries) > MAX_OPEN_SPANS:
        entries.popitem(last=False)
