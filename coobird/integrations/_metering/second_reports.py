"""Second reports of a call that nothing links to the first: no common id, no common trace (bounded).

Two instrumentations can each begin a trace of their own for the same call, and one of them may not record the answer's id. What
is left is that they are different instrumentations, name the same model, payer and totals, and that the time of one lies within
that of the other. Many calls at once may look the same by that, so each report is paired with at most one of each other source.
"""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING

from coobird.integrations._metering.event_ids import event_id_of

if TYPE_CHECKING:
    from coobird.client.runs.run import Run
    from coobird.integrations._metering.call import Call

MAX_RECENT = 4096
"""Reports that are remembered. A second one follows within moments, or when the trace around it ends."""

MAX_ALIKE = 256
"""Reports with the same facts that are compared with."""

MAX_STEPS = 32
"""Pairs that are asked to part for a new one. It is a handful, even if many threads make the very same call all the time."""


class Report:
    """A call that one instrumentation reported.

    Attributes:
        key: What it calls the call.
        span_id: The span that is the report, or that the call was made in; 0 if there is none.
        model, facts: What another one would say too, more or less exactly.
        partners: The report of the same call by each other source; itself for one that is known to report it too.
    """

    __slots__ = ("end_ns", "facts", "has_id", "key", "model", "partners", "source", "span_id", "start_ns")

    def __init__(
        self,
        source: str,
        key: object,
        start_ns: int,
        end_ns: int,
        model: str,
        facts: tuple[object, ...],
        *,
        has_id: bool,
        span_id: int = 0,
    ) -> None:
        self.source = source
        self.key = key
        self.has_id = has_id
        self.span_id = span_id
        self.start_ns = start_ns
        self.end_ns = end_ns
        self.model = model
        self.facts = facts
        self.partners: dict[str, Report] = {}


class RecentReports:
    """Pairs reports, each with at most one of every other source: of calls that look the same, as many are billed as were made.

    Safe to use from any thread; the child of a fork needs new ones.
    """

    def __init__(self) -> None:
        self._recent: deque[Report] = deque()
        self._by_facts: dict[tuple[object, ...], deque[Report]] = {}
        self._lock = threading.RLock()  # the garbage collector may end a stream in here

    def repeats(self, report: Report, *, is_linked: bool = False) -> bool:
        """Whether this report repeats another one. Later ones are compared with it.

        Args:
            is_linked: It is known to repeat one, even if none looks like it.
        """
        with self._lock:
            recent = tuple(self._by_facts.get(report.facts, ()))[-MAX_ALIKE:]
            if any(other.key == report.key and other.source == report.source for other in recent):
                return True
            alike = [other for other in recent if _are_one_call(report, other)]
            paired = [
                _pair(report, source, recent) for source in {other.source for other in alike} - report.partners.keys()
            ]
            self._remember(report)
        return any(paired) or (is_linked and not alike)

    def covers(self, report: Report) -> bool:
        """Whether another one told of the call that this report knows no usage of."""
        return any(
            other.source != report.source and other.facts[2:] == report.facts[2:] and _may_be_one(report, other)
            for other in tuple(self._recent)
        )

    def _remember(self, report: Report) -> None:
        self._recent.append(report)
        self._by_facts.setdefault(report.facts, deque()).append(report)
        if len(self._recent) > MAX_RECENT:
            facts = self._recent.popleft().facts
            self._by_facts[facts].popleft()
            if not self._by_facts[facts]:
                del self._by_facts[facts]


def _pair(report: Report, source: str, recent: tuple[Report, ...]) -> bool:
    """Find a partner of this source, if need be by giving other reports another partner (an augmenting path)."""
    left = [other for other in recent if other.source == source]
    seekers, found_by = [report], dict[Report, Report]()
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


def _join(other: Report, found_by: dict[Report, Report]) -> None:
    free: Report | None = other
    while free is not None:
        seeker = found_by[free]
        left = seeker.partners.get(free.source)
        seeker.partners[free.source], free.partners[seeker.source] = free, seeker
        free = left


def report_of(call: Call, run: Run | None, start_ns: int, end_ns: int, key: object = None, span_id: int = 0) -> Report:
    """Return what another report of the same call would say too.

    Args:
        key: What the source calls the call, if its answer has no id.
    """
    totals = (0, 0) if call.usage is None else call.usage[:2]
    payer = (None, None) if run is None else (run.customer_id, run.agent_id)
    event_id = event_id_of(call.response_id)
    return Report(
        call.source,
        event_id or key or object(),
        start_ns,
        end_ns,
        call.model or "",
        (*totals, *payer),
        has_id=event_id is not None,
        span_id=span_id,
    )


def _are_one_call(one: Report, other: Report) -> bool:
    # Their facts are the same, or they would not be compared. Those with the same id are paired too, so that nobody else takes one.
    are_two = one.source == other.source or (one.has_id and other.has_id and one.key != other.key)
    is_within = one.span_id == other.span_id != 0  # the last words of a stream may come after the end of its span
    return not are_two and (is_within or _may_be_one(one, other))


def _may_be_one(one: Report, other: Report) -> bool:
    """Whether the time of one lies within that of the other, and one's model is the other's, perhaps without its date."""
    if one.start_ns <= other.start_ns:
        is_within = other.end_ns <= one.end_ns or (one.start_ns == other.start_ns and one.end_ns <= other.end_ns)
    else:
        is_within = one.end_ns <= other.end_ns
    return is_within and _is_same_model(one.model, other.model)


def _is_same_model(one: str, other: str) -> bool:
    return one == other or (one != "" != other and (one.startswith(other) or other.startswith(one)))
