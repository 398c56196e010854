"""Open spans, and calls that wait until the other spans of their trace have ended (pure, bounded).

A span whose answer has an id of its provider is billed when it ends. Another one may be the second
report of a call that a span around or inside it reports as well. It waits until no span of its
trace is open in this process, or for a limited time. Then the reports of the trace are compared,
also with those that were decided before.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from coobird.integrations._spans.same_calls import SpanReport

MAX_OPEN_SPANS = 10_000
"""Maximum number of open spans, so that spans that never end do not fill the memory. The call of a
span that was forgotten is billed to the customer in its attributes, or reported."""

MAX_WAITING = 1_000
"""Maximum number of waiting calls. If there are more, the oldest are decided early."""

MAX_SETTLED = 1_000
"""Maximum number of decided calls of a trace that are kept for spans around them."""

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
    """Call of a span that has ended.

    Attributes:
        report: Its facts, by which another report of the call is recognized.
        since_ns: End of its span.
        record: Value that the caller gets back when the call is decided.
        min_wait_ns: Time that it waits even if its trace has ended.
        is_sum: True for the span of an agent, which gives a sum and is no call.
        behind: Ids of spans that may be further reports of the call. It waits until they have
            ended.
    """

    trace_id: int
    report: SpanReport
    since_ns: int
    record: Any
    min_wait_ns: int = 0
    is_sum: bool = False
    behind: frozenset[int] = frozenset()


class DueCalls(NamedTuple):
    """Calls of one trace to decide now.

    Attributes:
        settled: Calls of spans around or inside them, which were decided before.
        tools: Ids of the spans of tools.
    """

    due: list[WaitingCall]
    settled: list[WaitingCall]
    tools: frozenset[int]


class _Trace:
    """Trace with open spans or waiting calls.

    Attributes:
        open: Number of its open spans.
        waiting: Number of its waiting calls.
        settled: Calls that were decided, newest last.
        tools: Spans of tools. The keys are the ids; there are no values.
    """

    __slots__ = ("open", "settled", "tools", "waiting")

    def __init__(self) -> None:
        self.open = self.waiting = 0
        self.settled: deque[WaitingCall] = deque(maxlen=MAX_SETTLED)
        self.tools: OrderedDict[int, None] = OrderedDict()


class OpenSpans:
    """Spans and waiting calls of one processor. The caller holds a lock around each call.

    In any step the garbage collector may end further spans, which re-enter this object in the same
    thread. So every loop goes over a copy, and an entry to remove may be gone already.
    """

    def __init__(self) -> None:
        self._open: OrderedDict[int, OpenSpan] = OrderedDict()
        self._parents: set[int] = set()  # of those, the ones in which a span has started
        self._traces: dict[int, _Trace] = {}
        self._waiting: OrderedDict[int, WaitingCall] = OrderedDict()
        self._ended: list[int] = []
        self._has_ended_trace = False  # true if the trace of a waiting call may have ended

    def start(self, span_id: int, trace_id: int, parent_id: int | None, start: Any) -> None:
        """Record that a span has started.

        Args:
            start: Value that `end` returns for this span.
        """
        parent = self._open.get(parent_id) if parent_id is not None else None
        above = () if parent is None else parent.ancestors
        ancestors = () if parent_id is None else (parent_id, *above)[:MAX_ANCESTORS]
        self._open[span_id] = OpenSpan(trace_id, ancestors, start)
        if parent is not None and parent_id is not None:
            self._parents.add(parent_id)
        self._traces.setdefault(trace_id, _Trace()).open += 1
        if len(self._open) > MAX_OPEN_SPANS:
            self.end(next(iter(self._open)))

    def end(self, span_id: int, *, is_tool: bool = False) -> OpenSpan | None:
        """Record that a span has ended, and return it; `None` if its start is unknown.

        Args:
            is_tool: True for the span of a tool. The calls in it are not the call around it.
        """
        span = self._open.pop(span_id, None)
        self._parents.discard(span_id)
        trace = None if span is None else self._traces.get(span.trace_id)
        if span is not None and trace is not None:
            trace.open -= 1
            if is_tool:
                trace.tools[span_id] = None
                if len(trace.tools) > MAX_SETTLED:
                    trace.tools.popitem(last=False)
            if not trace.open:
                self._has_ended_trace = True
                self._ended.append(span.trace_id)
        return span

    def wait(self, waiting: WaitingCall) -> None:
        """Keep a call until it can be decided."""
        self._waiting[waiting.report.span_id] = waiting
        trace = self._traces.setdefault(waiting.trace_id, _Trace())
        trace.waiting += 1
        self._has_ended_trace |= not trace.open

    def others_open(self, trace_id: int, is_like: Callable[[Any], bool]) -> frozenset[int]:
        """Return the ids of the open spans of other traces whose start fulfils a condition."""
        return frozenset(
            span_id for span_id, span in list(self._open.items()) if span.trace_id != trace_id and is_like(span.start)
        )

    def settle(self, call: WaitingCall) -> None:
        """Keep a decided call, for other reports of it by spans of its trace that end later."""
        trace = self._traces.get(call.trace_id)
        if trace is not None:
            trace.settled.append(call)

    def due(self, now_ns: int, seconds: float) -> list[DueCalls]:
        """Remove and return the calls to decide now, by trace.

        Their trace has ended in this process, they have waited for `seconds`, or too many wait.
        """
        waiting = list(self._waiting.values())
        surplus = max(len(waiting) - MAX_WAITING, 0)
        oldest_ns = now_ns - int(seconds * 1e9)
        ready = waiting[:surplus]
        # Every span that ends comes here, so the waiting calls of a long trace must not be searched
        # each time.
        if waiting and (self._has_ended_trace or waiting[0].since_ns <= oldest_ns):
            ready += [each for each in waiting[surplus:] if self._is_due(each, now_ns, oldest_ns)]
            self._has_ended_trace = any(not self._is_open(each.trace_id) for each in waiting)
        due = self._by_trace([each for each in ready if self._waiting.pop(each.report.span_id, None) is not None])
        while self._ended:
            self._forget(self._ended.pop())
        return _known_first(due)

    def drain(self) -> tuple[list[DueCalls], dict[int, OpenSpan], set[int]]:
        """Remove and return all waiting calls, all spans that have not ended, and of these the ids
        of those in which a span has started.
        """
        waiting, still_open, parents = list(self._waiting.values()), dict(self._open), set(self._parents)
        due = self._by_trace(waiting)
        for entries in (self._waiting, self._open, self._traces, self._parents):
            entries.clear()
        return _known_first(due), still_open, parents

    def waiting_calls(self) -> int:
        """Return the number of waiting calls. Sums of agents are no calls."""
        return sum(not call.is_sum for call in list(self._waiting.values()))

    def _is_open(self, trace_id: int) -> bool:
        trace = self._traces.get(trace_id)
        return trace is not None and trace.open > 0

    def _is_due(self, call: WaitingCall, now_ns: int, oldest_ns: int) -> bool:
        """True if the trace of a call has ended here, or the call has waited long enough."""
        has_waited = now_ns - call.since_ns >= call.min_wait_ns
        has_waited = has_waited and not any(span_id in self._open for span_id in call.behind)
        return (has_waited and not self._is_open(call.trace_id)) or call.since_ns <= oldest_ns

    def _by_trace(self, calls: list[WaitingCall]) -> list[DueCalls]:
        by_trace: dict[int, list[WaitingCall]] = {}
        for call in calls:
            by_trace.setdefault(call.trace_id, []).append(call)
        return [self._with_settled(trace_id, due) for trace_id, due in by_trace.items()]

    def _with_settled(self, trace_id: int, due: list[WaitingCall]) -> DueCalls:
        trace = self._traces.get(trace_id)
        if trace is None:
            return DueCalls(due, [], frozenset())
        around = {ancestor for call in due for ancestor in call.report.ancestors}
        spans = {call.report.span_id for call in due}
        # A trace has many calls, and only those in the same branch can be the same call.
        settled = [
            call
            for call in list(trace.settled)
            if call.report.span_id in around or not spans.isdisjoint(call.report.ancestors)
        ]
        trace.waiting -= len(due)
        self._ended.append(trace_id)
        return DueCalls(due, settled, frozenset(trace.tools))

    def _forget(self, trace_id: int) -> None:
        """Forget a trace that has neither open spans nor waiting calls."""
        trace = self._traces.get(trace_id)
        if trace is not None and trace.open <= 0 and trace.waiting <= 0:
            self._traces.pop(trace_id, None)


def _known_first(due: list[DueCalls]) -> list[DueCalls]:
    """Sort calls without usage behind the others, which may be reports of the same calls."""
    return sorted(due, key=lambda trace: all(call.report.totals is None for call in trace.due))
