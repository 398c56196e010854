"""What is kept of a span, from its start and from its end."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from coobird.integrations._checks import needs_extra
from coobird.integrations._metering.event_ids import event_id_of_span
from coobird.integrations._metering.second_reports import report_of
from coobird.integrations._spans.reading import Sighting, SpanFacts

with needs_extra("otel"):
    from opentelemetry.trace import StatusCode

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import ReadableSpan

    from coobird.client.runs.run import Run
    from coobird.integrations._metering.call import Call
    from coobird.integrations._metering.meter import Meter
    from coobird.integrations._metering.second_reports import Report

CUSTOMER_ID = "coobird.customer_id"
"""Span attribute and baggage entry that name the customer."""
AGENT_ID = "coobird.agent_id"
"""Span attribute and baggage entry that name the agent."""

Ids = tuple[str | None, str | None]


class Origin(NamedTuple):
    """Where a span was started.

    Attributes:
        call: What its first attributes say, if they are about a call of a model.
        wrapped_by: What `wrap` meters the call with that it was started in, if any.
    """

    run: Run
    baggage_ids: Ids
    call: Call | None
    wrapped_by: Meter | None


class Seen(NamedTuple):
    """What is kept of a span that ended: not the span, which has the whole conversation in it."""

    sighting: Sighting
    span_id: int
    fallback_id: str
    own_ids: Ids
    origin: Origin | None
    start_ns: int
    end_ns: int

    def report(self) -> Report:
        """Return what another span of the same call would say too."""
        run = None if self.origin is None else self.origin.run
        return report_of(self.sighting.call, run, self.start_ns, self.end_ns, self.fallback_id, self.span_id)


def facts_of(span: ReadableSpan) -> SpanFacts:
    """Return what the tables read."""
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


def see(sighting: Sighting, span: ReadableSpan, origin: Origin | None) -> Seen:
    """Return what is kept of a span that ended."""
    assert span.context is not None
    attributes = span.attributes or {}
    ended_at = datetime.fromtimestamp((span.end_time or 0) / 1e9, UTC) if span.end_time else None
    return Seen(
        sighting._replace(call=sighting.call._replace(ended_at=ended_at)),
        span.context.span_id,
        event_id_of_span(span.context.trace_id, span.context.span_id),
        (text_of(attributes.get(CUSTOMER_ID)), text_of(attributes.get(AGENT_ID))),
        origin,
        span.start_time or 0,
        span.end_time or 0,
    )


def text_of(value: object) -> str | None:
    """Return a text that is not empty, or `None`."""
    return value if isinstance(value, str) and value else None
