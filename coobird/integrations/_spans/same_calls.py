"""Reports of one call by several spans of a trace: joined by id, by nesting and by totals (pure).

Spans of different instrumentations nest when they report the same call. A span around others can
also restate their sum, or be a call of its own: the turn of an agent, or a tool that asks a model.
So a span is taken for another report of a call only if its numbers agree with those inside it, or
if one of the two has no exact numbers. Every report is in exactly one group, so none is lost.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from coobird.integrations._metering.models import is_same_model

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence


class SpanReport(NamedTuple):
    """Report of a call by one span, reduced to what decides.

    Attributes:
        ancestors: Ids of the enclosing spans, innermost first.
        source: Instrumentation that made the span.
        call_id: Event id of the answer; `None` if the answer has no unique id.
        is_provider_id: True if the provider made the answer's id. Frameworks make up ids, too.
        totals: Input and output tokens; `None` without usage.
        is_exact: False if the counts deviate from the provider's.
        nests: True if the source keeps the span of a call open while it makes the next one.
    """

    span_id: int
    ancestors: tuple[int, ...]
    source: str
    end_ns: int
    call_id: str | None = None
    is_provider_id: bool = False
    model: str = ""
    totals: tuple[int, int | None] | None = None
    is_exact: bool = True
    nests: bool = False


class SameCalls(NamedTuple):
    """Groups of reports.

    Attributes:
        calls: Reports of one call each.
        restated: Reports that only sum up calls, all of which are in `calls`, and have usage.
        unexplained: Reports that sum up more than the calls inside them report.
    """

    calls: list[list[SpanReport]]
    restated: list[SpanReport]
    unexplained: list[SpanReport]


def group_reports(reports: Sequence[SpanReport], tools: Container[int]) -> SameCalls:
    """Group the reports of the spans of one trace.

    Args:
        tools: Ids of the spans of tools. A call in a tool is not the call around the tool.
    """
    grouping = _Grouping(reports, tools)
    return SameCalls(*grouping.result())


class _Grouping:
    """Groups under construction, from the innermost spans to the outermost."""

    def __init__(self, reports: Sequence[SpanReport], tools: Container[int]) -> None:
        self._calls: list[list[SpanReport]] = []
        self._restated: list[SpanReport] = []
        self._unexplained: list[SpanReport] = []
        self._by_id: dict[str, list[SpanReport]] = {}
        by_span = {report.span_id: report for report in reports}
        self._inside: dict[int | None, list[SpanReport]] = defaultdict(list)
        for report in sorted(reports, key=lambda report: report.end_ns):
            self._inside[_enclosing(report, by_span, tools)].append(report)

    def result(self) -> tuple[list[list[SpanReport]], list[SpanReport], list[SpanReport]]:
        # Spans nest deeper than Python's stack may be, so this is a loop: a span comes before
        # those inside it, and the order is then reversed.
        order = list(self._inside[None])
        for report in order:
            order += self._inside.get(report.span_id, ())
        visible: dict[int, list[list[SpanReport]]] = {}
        for report in reversed(order):
            inside = [group for inner in self._inside.get(report.span_id, ()) for group in visible.pop(inner.span_id)]
            visible[report.span_id] = self._place(report, _without_repeats(inside))
        return self._calls, self._restated, self._unexplained

    def _place(self, report: SpanReport, inside: list[list[SpanReport]]) -> list[list[SpanReport]]:
        """Put a report into a group, and return the groups for a span around it to agree with."""
        same_id = None if report.call_id is None else self._by_id.get(report.call_id)
        group: list[SpanReport] | None = same_id if same_id is not None else _match(report, inside)
        if group is None and report.totals is not None and not report.is_provider_id:
            billed = [each for each in inside if _totals(each) is not None]
            if _is_sum(report, billed):
                self._restated.append(report)
                return inside
            if _is_more(report, billed):
                self._unexplained.append(report)
                return inside
        if group is None:
            group = []
            self._calls.append(group)
        group.append(report)
        if report.call_id is not None:
            self._by_id[report.call_id] = group
        return inside if any(each is group for each in inside) else [*inside, group]


def _enclosing(report: SpanReport, by_span: dict[int, SpanReport], tools: Container[int]) -> int | None:
    """Return the innermost span around a report that reports a call, too; `None` beyond a tool."""
    for ancestor in report.ancestors:
        if ancestor in tools:
            return None
        if ancestor in by_span and ancestor != report.span_id:
            return ancestor
    return None


def _match(report: SpanReport, inside: list[list[SpanReport]]) -> list[SpanReport] | None:
    """Return the group of the call that a report around the groups repeats, if there is one."""
    free = [group for group in inside if not any(_ids_differ(report, each) for each in group)]
    # A source rarely reports a call twice. Some keep a span open while they make other calls.
    free.sort(key=lambda group: _has_source(report, group))
    if report.nests:
        free = [group for group in free if not _has_source(report, group)]
    same_totals = [group for group in free if _totals(group) == report.totals is not None]
    if same_totals:
        return same_totals[0]  # whatever the model: a router has names of its own
    free = [group for group in free if all(is_same_model(report.model, each.model) for each in group)]
    others = [group for group in free if not _has_source(report, group)]
    if report.totals is None:
        return others[-1] if others else next(iter(free), None)
    with_usage = [group for group in inside if _totals(group) is not None]
    if len(with_usage) == 1 and with_usage[0] in others and _are_alike(report, with_usage[0]):
        return with_usage[0]
    without_usage = [group for group in others if _totals(group) is None]
    return without_usage[-1] if without_usage else None


def _ids_differ(one: SpanReport, other: SpanReport) -> bool:
    """True if the ids prove two answers. Only frameworks make up a further id for an answer."""
    if one.call_id is None or other.call_id is None or one.call_id == other.call_id:
        return False
    are_of_one_kind = one.is_provider_id == other.is_provider_id
    return are_of_one_kind and (one.is_provider_id or one.source == other.source)


def _has_source(report: SpanReport, group: list[SpanReport]) -> bool:
    return any(each.source == report.source for each in group)


def _totals(group: Iterable[SpanReport]) -> tuple[int, int | None] | None:
    """Totals of a call: those of its exact report, if there is one."""
    known = sorted((each for each in group if each.totals is not None), key=lambda each: not each.is_exact)
    return known[0].totals if known else None


def _are_alike(report: SpanReport, group: list[SpanReport]) -> bool:
    """True if two reports with different totals can be of one call.

    One of them is inexact or incomplete, or they agree in the input or in the output.
    """
    totals = _totals(group)
    assert totals is not None
    assert report.totals is not None
    is_uncertain = not report.is_exact or not any(each.is_exact and each.totals for each in group)
    is_incomplete = None in (report.totals[1], totals[1])
    return is_uncertain or is_incomplete or report.totals[0] == totals[0] or report.totals[1] == totals[1]


def _is_sum(report: SpanReport, groups: list[list[SpanReport]]) -> bool:
    return len(groups) > 1 and report.totals == _sum(groups)


def _is_more(report: SpanReport, groups: list[list[SpanReport]]) -> bool:
    """True if a report sums up the groups, and more than that.

    A source does not sum up its own spans under the name of a call: that is another call.
    """
    is_same = [is_same_model(report.model, each.model) for group in groups for each in group]
    if not groups or not all(is_same) or any(_has_source(report, group) for group in groups):
        return False
    assert report.totals is not None
    of_groups = _sum(groups)
    return report.totals[0] >= of_groups[0] and (report.totals[1] or 0) >= of_groups[1]


def _sum(groups: list[list[SpanReport]]) -> tuple[int, int]:
    totals = [_totals(group) or (0, 0) for group in groups]
    return sum(total[0] for total in totals), sum(total[1] or 0 for total in totals)


def _without_repeats(groups: list[list[SpanReport]]) -> list[list[SpanReport]]:
    return list({id(group): group for group in groups}.values())
