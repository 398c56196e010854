"""Second reports of a call that nothing links to the first: no common id, no common trace (bounded).

Two instrumentations can each begin a trace of their own for the same call, and one of them may not record the answer's id. What
is left is that they are different instrumentations, name the same model, payer and totals, and that the time of one lies within
that of the other. Were these two calls, the instrumentation that records ids would have reported the other one too.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from coobird.integrations._identity import event_id_of

if TYPE_CHECKING:
    from coobird._run import Run
    from coobird.integrations._meter import Call

MAX_RECENT = 256
"""Reports that are compared with; a second one follows within moments."""


class Report(NamedTuple):
    """A call that one instrumentation reported. `model` and `facts` are what another one would say too, more or less exactly."""

    source: str
    has_id: bool
    start_ns: int
    end_ns: int
    model: str
    facts: tuple[object, ...]


class RecentReports:
    """Without a lock, which a fork could leave locked: each step is a single operation of the deque."""

    def __init__(self) -> None:
        self._recent: deque[Report] = deque(maxlen=MAX_RECENT)

    def repeats(self, report: Report) -> bool:
        """Whether this report repeats another one; if not, later ones are compared with it."""
        if any(_are_one_call(report, other) for other in tuple(self._recent)):
            return True
        self._recent.append(report)
        return False

    def covers(self, report: Report) -> bool:
        """Whether another one told of the call that this report knows no usage of."""
        return any(
            other.source != report.source and other.facts[2:] == report.facts[2:] and _may_be_one(report, other)
            for other in tuple(self._recent)
        )


def report_of(call: Call, run: Run | None, start_ns: int, end_ns: int) -> Report:
    """Return what another report of the same call would say too."""
    totals = (0, 0) if call.usage is None else call.usage[:2]
    payer = (None, None) if run is None else (run.customer_id, run.agent_id)
    has_id = event_id_of(call.response_id) is not None
    return Report(call.source, has_id, start_ns, end_ns, call.model or "", (*totals, *payer))


def _are_one_call(one: Report, other: Report) -> bool:
    if one.source == other.source or (one.has_id and other.has_id) or one.facts != other.facts:
        return False
    return _may_be_one(one, other)


def _may_be_one(one: Report, other: Report) -> bool:
    """Whether the time of one lies within that of the other, and one's model is the other's, perhaps without its date."""
    first, second = sorted((one, other), key=lambda report: (report.start_ns, -report.end_ns))
    shorter, longer = sorted((one.model, other.model), key=len)
    is_same_model = longer.startswith(shorter) if shorter else not longer
    return second.end_ns <= first.end_ns and is_same_model
