"""Recognition of a second report of a call, where no common id and no common trace link the two.

Two instrumentations can each begin a trace of their own for the same call, and one of them may not
record the answer's id. Two reports from different sources are taken for the same call if model,
payer and totals are the same, and one call lies within the time of the other. Many concurrent
calls can look the same by that, so each report is paired with at most one report of each other
source. The number of reports kept in memory is bounded.
"""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING

from coobird import reset_in_child
from coobird.integrations._metering.event_ids import event_id_of

if TYPE_CHECKING:
    from coobird import Run
    from coobird.integrations._metering.call import Call

MAX_RECENT = 4096
"""Number of reports kept. A second report follows soon, or when the trace around it ends."""

MAX_ALIKE = 256
"""Number of reports with the same totals and payer that a new report is compared with."""

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
        model: Model that answered; sources may differ by its date.
        totals: Input and output tokens.
        payer: Customer and agent.
        partners: Report of the same call by each other source; the report itself for a source that
            is known to report the call as well.
    """

    __slots__ = (
        "call_key",
        "end_ns",
        "has_id",
        "model",
        "partners",
        "payer",
        "source",
        "span_id",
        "start_ns",
        "totals",
    )

    def __init__(
        self,
        source: str,
        call_key: object,
        start_ns: int,
        end_ns: int,
        *,
        model: str,
        totals: tuple[int | None, ...],
        payer: tuple[str | None, ...],
        has_id: bool,
        span_id: int = 0,
    ) -> None:
        self.source = source
        self.call_key = call_key
        self.has_id = has_id
        self.span_id = span_id
        self.start_ns = start_ns
        self.end_ns = end_ns
        self.model = model
        self.totals = totals
        self.payer = payer
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
        self._recent: deque[CallReport] = deque()
        self._by_totals: dict[tuple[object, ...], deque[CallReport]] = {}
        # Reentrant: the garbage collector may end a stream, which reports its call, in here.
        self._lock = threading.RLock()

    def add(self, report: CallReport, *, is_linked: bool = False) -> bool:
        """Record a report; False if it repeats an earlier one, so that it must not be billed.

        Args:
            is_linked: The report is known to repeat one, even if none looks like it.
        """
        with self._lock:
            recent = tuple(self._by_totals.get((report.totals, report.payer), ()))[-MAX_ALIKE:]
            if any(other.call_key == report.call_key and other.source == report.source for other in recent):
                return False
            alike = [other for other in recent if _are_one_call(report, other)]
            paired = [
                _pair(report, source, recent) for source in {other.source for other in alike} - report.partners.keys()
            ]
            self._remember(report)
        return not (any(paired) or (is_linked and not alike))

    def has_usage_of(self, report: CallReport) -> bool:
        """True if another source gave the usage of the call that this report has no usage of."""
        return any(
            other.source != report.source and other.payer == report.payer and _may_be_one(report, other)
            for other in tuple(self._recent)
        )

    def _remember(self, report: CallReport) -> None:
        self._recent.append(report)
        self._by_totals.setdefault((report.totals, report.payer), deque()).append(report)
        if len(self._recent) > MAX_RECENT:
            oldest = self._recent.popleft()
            key = (oldest.totals, oldest.payer)
            self._by_totals[key].popleft()
            if not self._by_totals[key]:
                del self._by_totals[key]


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
    call: Call, run: Run | None, start_ns: int, end_ns: int, call_key: object = None, span_id: int = 0
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
        totals=(0, 0) if call.usage is None else call.usage[:2],
        payer=(None, None) if run is None else (run.customer_id, run.agent_id),
        has_id=event_id is not None,
        span_id=span_id,
    )


def _are_one_call(one: CallReport, other: CallReport) -> bool:
    """True if two reports with the same totals and payer may be of one call.

    Reports with the same id are paired too, so that neither becomes the partner of a third one.
    """
    are_two = one.source == other.source or (one.has_id and other.has_id and one.call_key != other.call_key)
    is_same_span = one.span_id == other.span_id != 0  # the end of a stream may come after its span's end
    return not are_two and (is_same_span or _may_be_one(one, other))


def _may_be_one(one: CallReport, other: CallReport) -> bool:
    """True if one time lies within the other, and the models differ at most by a date."""
    if one.start_ns <= other.start_ns:
        is_within = other.end_ns <= one.end_ns or (one.start_ns == other.start_ns and one.end_ns <= other.end_ns)
    else:
        is_within = one.end_ns <= other.end_ns
    return is_within and _is_same_model(one.model, other.model)


def _is_same_model(one: str, other: str) -> bool:
    return one == other or (one != "" != other and (one.startswith(other) or other.startswith(one)))
