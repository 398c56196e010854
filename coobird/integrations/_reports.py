"""Second reports of a call that nothing links to the first: no common id, no common trace (pure, bounded).

Two instrumentations can each begin a trace of their own for the same call, and one of them may not record the answer's id. What
is left is that they are different instrumentations, name the same model, payer and totals, and that the time of one lies within
that of the other. Were these two calls, the instrumentation that records ids would have reported the other one too.
"""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

MAX_RECENT = 256
"""Reports that are compared with; a second one follows within moments."""


class Report(NamedTuple):
    """A call that one instrumentation reported. `facts` is what another one would say too."""

    source: str
    has_id: bool
    start_ns: int
    end_ns: int
    facts: tuple[object, ...]


class RecentReports:
    """Not safe to use from several threads at once: the caller has the lock."""

    def __init__(self) -> None:
        self._recent: deque[Report] = deque(maxlen=MAX_RECENT)

    def repeats(self, report: Report) -> bool:
        """Whether this report repeats another one; if not, later ones are compared with it."""
        if any(_are_one_call(report, other) for other in self._recent):
            return True
        self._recent.append(report)
        return False


def _are_one_call(one: Report, other: Report) -> bool:
    if one.source == other.source or (one.has_id and other.has_id) or one.facts != other.facts:
        return False
    first, second = sorted((one[2:4], other[2:4]), key=lambda span: (span[0], -span[1]))
    return second[1] <= first[1]
