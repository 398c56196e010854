"""Records of a span's start and end, in place of the span, which holds the whole conversation."""

from __future__ import annotations

from datetime import UTC, datetime
from time import time_ns
from typing import TYPE_CHECKING, NamedTuple

from coobird.integrations._checks import needs_extra
from coobird.integrations._metering.event_ids import event_id_of, event_id_of_span, is_provider_id
from coobird.integrations._metering.second_reports import report_of
from coobird.integrations._spans.reading import SpanFacts
from coobird.integrations._spans.same_calls import SpanReport

with needs_extra("otel"):
    from opentelemetry.trace import StatusCode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opentelemetry.sdk.trace import ReadableSpan

    from coobird import Run
    from coobird.integrations._metering.call import Call
    from coobird.integrations._metering.meter import CallMeter
    from coobird.integrations._metering.second_reports import CallReport
    from coobird.integrations._metering.usage import Usage
    from coobird.integrations._spans.reading import SpanCall

CUSTOMER_ID = "coobird.customer_id"
"""Span attribute and baggage entry that name the customer."""
AGENT_ID = "coobird.agent_id"
"""Span attribute and baggage entry that name the agent."""

Ids = tuple[str | None, str | None]


class SpanStart(NamedTuple):
    """Context in which a span started.

    Attributes:
        run: Current run.
        baggage_ids: Customer and agent from the baggage.
        call: Model call that the span's first attributes describe, if any.
        wrapped_by: Meter of the wrapped call in which the span started, if any.
        at_ns: Start of the span.
        seen_ns: Time at which the start was seen. It is later than the end of a span that is made
            when its call has ended.
        place: Thread and task in which the span started.
        parent_scope: Instrumentation scope of the span around it; empty if there is none here.
        scope: Its own instrumentation scope; empty if it has none.
    """

    run: Run
    baggage_ids: Ids
    call: Call | None
    wrapped_by: CallMeter | None
    at_ns: int = 0
    seen_ns: int = 0
    place: tuple[int, int] | None = None
    parent_scope: str = ""
    scope: str = ""


class SpanRecord(NamedTuple):
    """Span that has ended and stands for a model call.

    Attributes:
        fallback_event_id: Event id for an answer without an id.
        own_ids: Customer and agent from the span's attributes.
        start: Context in which the span started; `None` if that was not seen.
        end_ns: Time until which the span may have waited for its call.
        dated_ns: End that the span gives.
    """

    span_call: SpanCall
    span_id: int
    trace_id: int
    fallback_event_id: str
    own_ids: Ids
    start: SpanStart | None
    start_ns: int
    end_ns: int
    dated_ns: int

    def report(self) -> CallReport:
        """Return the report by which a second report of the same call is recognized."""
        run = None if self.start is None else self.start.run
        return report_of(
            self.span_call.call,
            run,
            self.start_ns,
            self.end_ns,
            self.fallback_event_id,
            span_id=self.span_id,
            trace_id=self.trace_id,
            is_span=True,
            place=None if self.start is None else self.start.place,
            dated_ns=self.dated_ns,
        )

    def facts(self, ancestors: tuple[int, ...]) -> SpanReport:
        """Return the facts by which other spans of the trace are compared with this one."""
        call = self.span_call.call
        return SpanReport(
            self.span_id,
            ancestors,
            call.source,
            self.end_ns,
            self.span_call.event_id,
            is_provider_id(call.response_id),
            call.model or "",
            None if call.usage is None else call.usage[:2],
            call.is_exact,
            self.span_call.nests,
        )


def scope_of(span: object) -> str:
    """Return the instrumentation scope of a span; empty for one of another process, or of none."""
    scope = getattr(span, "instrumentation_scope", None)
    return "" if scope is None else scope.name


def facts_of(span: ReadableSpan) -> SpanFacts:
    """Return the contents of a span that `read_span` reads."""
    attributes = span.attributes or {}
    scope = span.instrumentation_scope
    error_types = [attributes.get("error.type")]
    error_types += [(event.attributes or {}).get("exception.type") for event in span.events]
    return SpanFacts(
        attributes,
        "" if scope is None else scope.name,
        span.status.status_code is StatusCode.ERROR,
        tuple(str(name) for name in error_types if name),
        span.name,
        "" if scope is None else scope.version or "",
        span.status.description or "",
    )


def record_of(span_call: SpanCall, span: ReadableSpan, start: SpanStart | None) -> SpanRecord:
    """Return the record of a span that has ended."""
    assert span.context is not None
    attributes = span.attributes or {}
    ended_at = datetime.fromtimestamp((span.end_time or 0) / 1e9, UTC) if span.end_time else None
    return SpanRecord(
        span_call._replace(call=span_call.call._replace(ended_at=ended_at)),
        span.context.span_id,
        span.context.trace_id,
        event_id_of_span(span.context.trace_id, span.context.span_id),
        (text_of(attributes.get(CUSTOMER_ID)), text_of(attributes.get(AGENT_ID))),
        start,
        span.start_time or 0,
        _end_of(span, start),
        span.end_time or 0,
    )


def _end_of(span: ReadableSpan, start: SpanStart | None) -> int:
    """Return the time until which a span may have waited for its call.

    Some instrumentations keep the span of a stream open until it has been read, and date its end to
    the time at which the stream was made, before the request.
    """
    dated_ns = span.end_time or 0
    is_live = start is not None and start.seen_ns < dated_ns
    return max(dated_ns, time_ns()) if is_live else dated_ns


def text_of(value: object) -> str | None:
    """Return a text that is not empty; `None` for anything else."""
    return value if isinstance(value, str) and value else None


def best_of(records: Sequence[SpanRecord]) -> SpanRecord:
    """Return the best of the records of one call, with the facts that only the others have.

    Exact numbers are best, then those whose price depends on nothing that is not known. Of these,
    those of the SDK or framework itself are better than those of an instrumentation.
    """
    best, *others = sorted(records, key=_rank)
    call = best.span_call.call
    for other in (record.span_call.call for record in others):
        if other.usage is not None and call.usage is not None and call.usage[:2] == other.usage[:2]:
            call = call._replace(usage=_with_parts(call.usage, other.usage))
        if not is_provider_id(call.response_id) and is_provider_id(other.response_id):
            call = call._replace(response_id=other.response_id)
        call = call._replace(provider=call.provider or other.provider, model=call.model or other.model)
    return best._replace(span_call=best.span_call._replace(call=call, event_id=event_id_of(call.response_id)))


def report_of_all(best: SpanRecord, records: Sequence[SpanRecord]) -> CallReport:
    """Return the one report of a call that several spans report."""
    first, last = min(record.start_ns for record in records), max(record.end_ns for record in records)
    dated_ns = max(record.dated_ns for record in records)
    report = best._replace(start_ns=first, end_ns=last, dated_ns=dated_ns).report()
    report.expect_from({record.span_call.call.source for record in records} - {best.span_call.call.source})
    return report


def _rank(record: SpanRecord) -> tuple[bool, ...]:
    call = record.span_call.call
    is_instrumentation = call.source.startswith(("opentelemetry.instrumentation", "openinference."))
    return (
        call.usage is None,
        call.usage is not None and call.usage.output is None,
        not call.is_exact,
        bool(call.terms.doubts),
        is_instrumentation,
    )


def _with_parts(usage: Usage, other: Usage) -> Usage:
    """Add the parts of another reading of the same totals."""
    names = {name for name, _ in usage.other}
    return usage._replace(
        cache_read=other.cache_read if usage.cache_read is None else usage.cache_read,
        cache_write=other.cache_write if usage.cache_write is None else usage.cache_write,
        reasoning=other.reasoning if usage.reasoning is None else usage.reasoning,
        other=usage.other + tuple(part for part in other.other if part[0] not in names),
    )
