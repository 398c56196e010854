"""Recognition of a second report of a call, where no common id and no nesting link the two.

Two instrumentations can each begin a trace of their own for the same call, and one of them may not
record the answer's id. Two reports from different sources are taken for the same call if model,
payer and totals are the same, and one call lies within the time of the other. If both calls began
in one thread and task, it is enough that their times overlap, as those of two readers of a stream
do. So do the reports of handlers, which a framework calls back one after the other, and those of
calls that broke off. A report without usage, or with inexact numbers, needs no equal totals.

Many concurrent calls can look the same by that, so each report is paired with at most one report of
each other source. The number of reports kept in memory is bounded.
"""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING

from coobird import reset_in_child
from coobird.integrations._metering.event_ids import event_id_of
from coobird.integrations._metering.models import is_same_model

if TYPE_CHECKING:
    from coobird import Run
    from coobird.integrations._metering.call import Call

CALLED_BACK = frozenset({"langchain", "litellm", "llama_index", "llamaindex", "dspy"})
"""Frameworks that call back all their handlers, as the last part of a source's name."""

MAX_RECENT = 4096
"""Number of reports kept. A second report follows soon, or when the trace around it ends."""

MAX_ALIKE = 256
"""Number of reports with the same totals and payer, of each source, that a new report is compared
with."""

MAX_STEPS = 32
"""Number of pairs that may be split to find a partner for a new report. A few are enough, even if
many threads make the very same call all the time."""


class CallReport:
    """One source's report of a call.

    Attributes:
        source: Reporter of the call.
        call_key: The source's name for the call: the event id, or an id of its own.
        has_id: True if `call_key` is an event id, which all sources share.
        span_id: Span that is the report, or in which the call was made; 0 if there is none.
        start_ns, end_ns: Time of the call.
        dated_ns: End that the span gives, which may be before the request. For a report that comes
            late, the time by which the answer was there, at least in part. Else `end_ns`.
        model: Model that answered; sources may differ by its date.
        totals: Input and output tokens; `None` without usage.
        is_exact: False if the totals deviate from the provider's.
        payer: Customer and agent.
        run: Run in which the call was made. Reports of one call have one run.
        place: Thread and task in which the call was made; `None` if unknown.
        trace_id: Trace of the span that is the report, or in which the call was made; 0 if there is
            none.
        is_span: True if a span is the report. It may have a trace of its own, whatever the trace in
            which the call was made.
        partners: Report of the same call by each other source; the report itself for a source that
            is known to report the call as well.
    """

    __slots__ = (
        "call_key",
        "dated_ns",
        "end_ns",
        "has_id",
        "is_exact",
        "is_span",
        "model",
        "partners",
        "payer",
        "place",
        "run",
        "source",
        "span_id",
        "start_ns",
        "totals",
        "trace_id",
    )

    def __init__(
        self,
        source: str,
        call_key: object,
        start_ns: int,
        end_ns: int,
        *,
        model: str,
        totals: tuple[int | None, ...] | None,
        payer: tuple[str | None, ...],
        has_id: bool,
        run: Run | None = None,
        is_exact: bool = True,
        span_id: int = 0,
        trace_id: int = 0,
        is_span: bool = False,
        place: tuple[int, int] | None = None,
        dated_ns: int | None = None,
    ) -> None:
        self.source = source
        self.place = place
        self.call_key = call_key
        self.has_id = has_id
        self.is_exact = is_exact
        self.is_span = is_span
        self.span_id = span_id
        self.trace_id = trace_id
        self.start_ns = start_ns
        self.end_ns = end_ns
        self.dated_ns = end_ns if dated_ns is None else dated_ns
        self.model = model
        self.totals = totals
        self.payer = payer
        self.run = run
        self.partners: dict[str, CallReport] = {}

    def expect_from(self, sources: set[str]) -> None:
        """Mark sources that report this call as well, now or later. They get no other partner."""
        self.partners.update(dict.fromkeys(sources, self))


class RecentReports:
    """Recent reports, each paired with at most one report of every other source.

    Of calls that look the same, as many are billed as were made. Safe to use from any thread; the
    child of a fork starts empty, because the calls before the fork are the parent's.
    """

    def __init__(self) -> None:
        self.reset_after_fork()
        reset_in_child(self)

    def reset_after_fork(self) -> None:
        """Start empty, as at the beginning and in the child of a fork."""
        self._with_usage = _Index()
        self._without_usage = _Index()
        # Reentrant: the garbage collector may end a stream, which reports its call, in here.
        self._lock = threading.RLock()

    def add(self, report: CallReport, *, is_linked: bool = False) -> bool:
        """Record a report with usage; False if it repeats an earlier one, so it must not be billed.

        Args:
            is_linked: The report is known to repeat one, even if none looks like it.
        """
        with self._lock:
            if self._with_usage.has(report):
                return False
            recent = self._with_usage.like(report)
            is_paired = _find_partners(report, recent)
            self._with_usage.add(report)
        return not (is_paired or (is_linked and not any(_are_one_call(report, other) for other in recent)))

    def add_unknown(self, report: CallReport, *, may_be_billed: bool = True) -> bool:
        """Record a report without usage; False if another source reported the same call.

        Otherwise the call is to be reported to `on_error`.

        Args:
            may_be_billed: False for a reporter that knows the answer itself. A similar call that
                was billed is then another one.
        """
        with self._lock:
            if may_be_billed and _find_partners(report, self._with_usage.like(report)):
                return False
            is_paired = _find_partners(report, self._without_usage.like(report))
            self._without_usage.add(report)
        return not is_paired

    def account_for(self, report: CallReport) -> bool:
        """True if calls of the payer, reported in the time of a sum, are those that it sums up.

        One of them may have its tokens, all of them together have exactly these, or those of one
        are unknown, which was reported. It does not matter in which traces and threads they were.
        """
        with self._lock:
            is_alike = self._with_usage.overlaps(report) or self._without_usage.overlaps(report)
            return is_alike or self._with_usage.sum_in(report) == report.totals


class _Index:
    """Reports of a bounded number, by payer and totals, then by source, then by the source's name
    for the call.
    """

    def __init__(self) -> None:
        self._recent: deque[CallReport] = deque()
        self._by_key: dict[tuple[object, ...], dict[str, dict[object, CallReport]]] = {}

    def has(self, report: CallReport) -> bool:
        """True if the report's source reported this call before, with numbers that may be equal."""
        return any(report.call_key in alike.get(report.source, ()) for alike in self._alike(report))

    def like(self, report: CallReport) -> tuple[CallReport, ...]:
        """Return other sources' reports of the same payer that may be of the same call by their
        numbers.
        """
        return tuple(
            other
            for alike in self._alike(report)
            for source, reports in alike.items()
            if source != report.source
            for other in reports.values()
        )

    def overlaps(self, report: CallReport) -> bool:
        """True if any report that may be of the same call by its numbers overlaps in time."""
        return any(
            _overlap(other, report)
            for alike in self._alike(report)
            for reports in alike.values()
            for other in reports.values()
        )

    def sum_in(self, report: CallReport) -> tuple[int, int]:
        """Return the tokens of the payer's calls that began in the time of a report.

        Each call counts once, whatever the number of its reports.
        """
        began = [
            other
            for reports in self._by_key.get((report.payer,), {}).values()
            for other in reports.values()
            if report.start_ns <= other.start_ns <= report.end_ns
        ]
        total_input = total_output = 0
        counted = set[object]()
        for other in sorted(began, key=lambda other: not other.is_exact):
            if other.call_key not in counted and other.totals is not None:
                counted.update(each.call_key for each in (other, *other.partners.values()))
                total_input += other.totals[0] or 0
                total_output += other.totals[1] or 0
        return total_input, total_output

    def _alike(self, report: CallReport) -> list[dict[str, dict[object, CallReport]]]:
        payer, totals = report.payer, report.totals
        keys: tuple[tuple[object, ...], ...] = ((payer, totals), (payer, None))
        if totals is None or not report.is_exact:
            keys = ((payer,),)
        return [self._by_key[key] for key in keys if key in self._by_key]

    def add(self, report: CallReport) -> None:
        self._recent.append(report)
        for key in _keys(report):
            alike = self._by_key.setdefault(key, {}).setdefault(report.source, {})
            alike[report.call_key] = report
            if len(alike) > MAX_ALIKE:
                del alike[next(iter(alike))]
        if len(self._recent) > MAX_RECENT:
            self._forget(self._recent.popleft())

    def _forget(self, report: CallReport) -> None:
        for key in _keys(report):
            sources = self._by_key.get(key, {})
            alike = sources.get(report.source, {})
            if alike.get(report.call_key) is report:
                del alike[report.call_key]
            if not alike:
                sources.pop(report.source, None)
            if not sources:
                self._by_key.pop(key, None)


def _keys(report: CallReport) -> tuple[tuple[object, ...], ...]:
    totals = report.totals if report.is_exact else None
    return (report.payer,), (report.payer, totals)


def _find_partners(report: CallReport, recent: tuple[CallReport, ...]) -> bool:
    alike = {other.source for other in recent if _are_one_call(report, other)}
    paired = [_pair(report, source, recent) for source in alike - report.partners.keys()]
    return any(paired)


def _pair(report: CallReport, source: str, recent: tuple[CallReport, ...]) -> bool:
    """Find a partner of this source, if needed by re-pairing other reports (an augmenting path)."""
    left = [other for other in recent if other.source == source]
    seekers, found_by = [report], dict[CallReport, CallReport]()
    for seeker in seekers:
        found = [other for other in left if _are_one_call(seeker, other)]
        for other in found:
            found_by[other] = seeker
            if report.source not in other.partners:
                _join(other, found_by)
                return True
        if len(seekers) < MAX_STEPS:
            seekers += [other.partners[report.source] for other in found]
            left = [other for other in left if other not in found_by]
    return False


def _join(other: CallReport, found_by: dict[CallReport, CallReport]) -> None:
    free: CallReport | None = other
    while free is not None:
        seeker = found_by[free]
        left = seeker.partners.get(free.source)
        seeker.partners[free.source], free.partners[seeker.source] = free, seeker
        free = left


def report_of(
    call: Call,
    run: Run | None,
    start_ns: int,
    end_ns: int,
    call_key: object = None,
    *,
    span_id: int = 0,
    trace_id: int = 0,
    is_span: bool = False,
    place: tuple[int, int] | None = None,
    dated_ns: int | None = None,
) -> CallReport:
    """Return the report of a call, with what another source's report of it has in common.

    Args:
        call_key: The source's name for the call, used if the answer has no id.
    """
    event_id = event_id_of(call.response_id)
    return CallReport(
        call.source,
        event_id or call_key or object(),
        start_ns,
        end_ns,
        model=call.model or "",
        totals=None if call.usage is None else call.usage[:2],
        payer=(None, None) if run is None else (run.customer_id, run.agent_id),
        has_id=event_id is not None,
        run=run,
        is_exact=call.is_exact and (call.usage is None or call.usage.output is not None),
        span_id=span_id,
        trace_id=trace_id,
        is_span=is_span,
        place=place,
        dated_ns=dated_ns,
    )


def _are_one_call(one: CallReport, other: CallReport) -> bool:
    """True if two reports of the same payer may be of one call.

    Reports with the same id are paired too, so that neither becomes the partner of a third one.
    """
    if one.source == other.source or (one.has_id and other.has_id and one.call_key != other.call_key):
        return False
    if one.run is not other.run:
        return False
    is_exact = one.is_exact and other.is_exact and one.totals is not None and other.totals is not None
    if (is_exact and one.totals != other.totals) or not is_same_model(one.model, other.model):
        return False
    if one.span_id == other.span_id != 0:  # the end of a stream may come after its span's end
        return True
    # A span of the same call has the trace of the call, unless the call was made outside any.
    are_apart = one.trace_id and other.trace_id and one.trace_id != other.trace_id
    if are_apart and not (one.is_span and other.is_span) and not _begins_late(one, other):
        return False
    is_one_layer = _layer(one.source) == _layer(other.source) in CALLED_BACK
    # A stream that breaks off is dropped by one after the other. A span may end before the stream.
    is_one_layer |= one.totals is None and other.totals is None
    is_one_layer |= one.is_span and other.is_span and None in (one.totals, other.totals)
    # Of two readers of a stream, the outer one may have the counts before the inner one ends.
    is_one_layer |= one.place is not None and one.place == other.place
    return _overlap(one, other) if is_one_layer else _is_within(one, other)


def _begins_late(one: CallReport, other: CallReport) -> bool:
    """True if one of the calls began when the span of the other had ended by its date.

    Such a span is that of a stream, which may be read anywhere, also in another trace.
    """
    return (one.is_span and other.start_ns >= one.dated_ns) or (other.is_span and one.start_ns >= other.dated_ns)


def is_called_back(source: str) -> bool:
    """True for a source that a framework calls back, before or after its other handlers."""
    return _layer(source) in CALLED_BACK


def _layer(source: str) -> str:
    return source.rpartition(".")[2]


def _overlap(one: CallReport, other: CallReport) -> bool:
    return one.start_ns <= other.end_ns and other.start_ns <= one.end_ns


def _is_within(one: CallReport, other: CallReport) -> bool:
    """True if one time lies within the other, by the date of the inner end or by the real one."""
    if one.start_ns <= other.start_ns:
        return other.dated_ns <= one.end_ns or (one.start_ns == other.start_ns and one.dated_ns <= other.end_ns)
    return one.dated_ns <= other.end_ns
