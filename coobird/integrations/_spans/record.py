"""Records of a span's start and end, in place of the span, which holds the whole conversation."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from coobird.integrations._checks import needs_extra
from coobird.integrations._metering.event_ids import event_id_of_span
from coobird.integrations._metering.second_reports import report_of
from coobird.integrations._spans.reading import SpanFacts

with needs_extra("otel"):
    from opentelemetry.trace import StatusCode

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import ReadableSpan

    from coobird import Run
    from coobird.integrations._metering.call import Call
    from coobird.integrations._metering.meter import CallMeter
    from coobird.integrations._metering.second_reports import CallReport
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
    """

    run: Run
    baggage_ids: Ids
    call: Call | None
    wrapped_by: CallMeter | None


class SpanRecord(NamedTuple):
    """Span that has ended and stands for a model call.

    Attributes:
        fallback_event_id: Event id for an answer without an id.
        own_ids: Customer and agent from the span's attributes.
        start: Context in which the span started; `None` if that was not seen.
    """

    span_call: SpanCall
    span_id: int
    fallback_event_id: str
    own_ids: Ids
    start: SpanStart | None
    start_ns: int
    end_ns: int

    def report(self) -> CallReport:
        """Return the report by which a second report of the same call is recognized."""
        run = None if self.start is None else self.start.run
        return report_of(self.span_call.call, run, self.start_ns, self.end_ns, self.fallback_event_id, self.span_id)


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
    )


def record_of(span_call: SpanCall, span: ReadableSpan, start: SpanStart | None) -> SpanRecord:
    """Return the record of a span that has ended."""
    assert span.context is not None
    attributes = span.attributes or {}
    ended_at = datetime.fromtimestamp((span.end_time or 0) / 1e9, UTC) if span.end_time else None
    return SpanRecord(
        span_call._replace(call=span_call.call._replace(ended_at=ended_at)),
        span.context.span_id,
        event_id_of_span(span.context.trace_id, span.context.span_id),
        (text_of(attributes.get(CUSTOMER_ID)), text_of(attributes.get(AGENT_ID))),
        start,
        span.start_time or 0,
        span.end_time or 0,
    )


def text_of(value: object) -> str | None:
    """Return a text that is not empty; `None` for anything else."""
    return value if isinstance(value, str) and value else None
