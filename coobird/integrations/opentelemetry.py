"""Meters model calls from the GenAI spans that instrumentations emit.

Instrumentations are OpenTelemetry's own, OpenInference, OpenLLMetry, and frameworks built on them.
Anthropic's SDK emits spans by itself.

    provider.add_span_processor(CoobirdSpanProcessor(coomon))   # your own TracerProvider

    with coomon.run(customer_id="cust_1", agent_id="agent_1"):
        client.messages.create(...)                # one event, also if the call makes several spans

No provider is set or replaced here.
"""

from __future__ import annotations

import threading
from time import time_ns
from typing import TYPE_CHECKING, Any

from coobird import reset_in_child
from coobird.integrations._checks import needs_extra
from coobird.integrations._metering.active_call import active_call
from coobird.integrations._metering.event_ids import is_provider_id
from coobird.integrations._metering.meter import CallMeter
from coobird.integrations._once import Once
from coobird.integrations._spans.open_spans import OpenSpans, WaitingCall
from coobird.integrations._spans.reading import read_span
from coobird.integrations._spans.record import AGENT_ID, CUSTOMER_ID, SpanStart, facts_of, record_of, text_of

with needs_extra("otel"):
    from opentelemetry import baggage
    from opentelemetry.sdk.trace import SpanProcessor

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from decimal import Decimal

    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import ReadableSpan, Span

    from coobird.integrations._metering.call import Call
    from coobird.integrations._metering.errors import MeteringClient
    from coobird.integrations._spans.record import SpanRecord


LATE_REPORT_NS = 5_000_000_000
"""Time that a call without usage waits for a framework that reports a moment after the call, from a
thread of its own."""


class CoobirdSpanProcessor(Once, SpanProcessor):
    """Tracks one event for each answer of a model, when the first of its spans ends.

    Spans of the same answer are one event, in this process and in others, also together with
    `wrap`: the event id is computed from the answer's id. A span without such an id waits until its
    trace has ended in this process. It is dropped if another span of the same call has usage. Spans
    of agents, workflows and tools repeat sums and are ignored.

    A call without usage is reported to `on_error` and not billed as zero. A call without a known
    customer is reported, too. Spans that a sampler drops never come here, so they are not billed.

    Customer and agent are taken from the first of these sources that names them:

    1. the span's attributes `coobird.customer_id` and `coobird.agent_id`,
    2. the run in which the span started,
    3. baggage of the same names,
    4. the arguments below.

    The processor only reads spans, never raises, and does its work in `on_end`. It is safe to use
    from any thread. The child of a fork starts without waiting calls, and ignores spans that the
    parent started.
    """

    def __init__(
        self,
        coomon: MeteringClient,
        *,
        customer_id: str | None = None,
        agent_id: str | None = None,
        signal_code: str | None = None,
        attributes: Mapping[str, Any] | None = None,
        cost: bool | Callable[[Call], Decimal | None] = False,
        wait_seconds: float = 300.0,
    ) -> None:
        """Make the processor. Nothing global changes: add it to your own provider.

        Args:
            coomon: The `Coomon` or `AsyncCoomon` to track with. The processor's shutdown leaves it
                open.
            customer_id: Customer of calls for which nothing closer names one.
            agent_id: Agent of calls for which nothing closer names one.
            signal_code: Signal that events count towards, unless a run names one.
            attributes: Attributes of every event. Those of a run win.
            cost: True fills in `cost_usd` from the price list (extra `prices`). A function returns
                the cost of a call, or `None` if it is unknown. Your own `cost_usd`, here or in a
                run, always wins.
            wait_seconds: Longest time that a call without an id waits, for traces that stay open
                for hours.

        Raises:
            ConfigurationError: `cost=True` without the price list, or `coomon` is no client.
        """
        self._meter = CallMeter(
            coomon,
            customer_id=customer_id,
            agent_id=agent_id,
            signal_code=signal_code,
            attributes=attributes,
            cost=cost,
        )
        self._wait_seconds = wait_seconds
        self._forked_ns = 0
        self._start_empty()
        reset_in_child(self)

    def _start_empty(self) -> None:
        # Reentrant: a stream that is dropped ends its span, and the garbage collector may drop it
        # anywhere, also while this thread holds the lock.
        self._lock = threading.RLock()
        self._spans = OpenSpans()

    def reset_after_fork(self) -> None:
        """Start anew, in the child of a fork."""
        # Open spans and waiting calls are the parent's. Its lock may be held by a thread that does
        # not exist in the child.
        self._forked_ns = time_ns()
        self._start_empty()

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        """Record the run in which the span starts."""
        with self._meter.report_errors:
            context, parent = span.context, span.parent
            if context is None:
                return
            customer_id, agent_id = (
                text_of(baggage.get_baggage(name, parent_context)) for name in (CUSTOMER_ID, AGENT_ID)
            )
            span_call = read_span(facts_of(span))
            call = None if span_call is None else span_call.call
            active, wrapped_by = active_call.get(), None
            if active is not None and active.meter.ledger is self._meter.ledger:
                wrapped_by = active.meter
                if span.instrumentation_scope is not None:
                    active.sources.add(span.instrumentation_scope.name)
            start = SpanStart(self._meter.client.current_run(), (customer_id, agent_id), call, wrapped_by)
            parent_id = None if parent is None or parent.is_remote else parent.span_id
            with self._lock:
                self._spans.start(context.span_id, context.trace_id, parent_id, start)

    def on_end(self, span: ReadableSpan) -> None:
        """Bill the span's call, or let it wait."""
        with self._meter.report_errors:
            context = span.context
            if context is None:
                return
            span_call = read_span(facts_of(span))
            now_ns = span.end_time or 0
            to_bill: SpanRecord | None = None
            with self._lock:
                started = self._spans.end(context.span_id)
                is_of_parent = started is None and (span.start_time or 0) < self._forked_ns
                if span_call is not None and not span_call.is_refused and not is_of_parent:
                    record = record_of(span_call, span, None if started is None else started.start)
                    ancestors = () if started is None else started.ancestors
                    to_bill = self._add(record, context.trace_id, ancestors, now_ns)
                due = self._spans.due(now_ns, self._wait_seconds)
            if to_bill is not None:
                self._bill(to_bill)
            for waiting in due:
                self._decide(waiting.record)

    def shutdown(self) -> None:
        """Decide the waiting calls, and report calls with open spans. The client stays open."""
        with self._meter.report_errors:
            with self._lock:
                waiting, still_open = self._spans.drain()
            for each in waiting:
                self._decide(each.record)
            for span_id, span in still_open.items():
                call = span.start.call
                if (
                    call is not None
                    and span.start.wrapped_by is None
                    and not self._meter.ledger.is_billed_span(span_id)
                ):
                    self._meter.report_missing_usage(call._replace(reason="its span was started and never ended"))

    def force_flush(self, timeout_millis: int = 30_000) -> bool:  # noqa: ARG002 - the SDK's signature
        """Do nothing and return True: nothing is pending here. `Coomon.flush` delivers events."""
        return True

    def _add(self, record: SpanRecord, trace_id: int, ancestors: tuple[int, ...], now_ns: int) -> SpanRecord | None:
        """Return the record if it is to be billed now.

        Otherwise it waits, or is dropped because it only repeats another span.
        """
        span_call, spans = record.span_call, self._spans
        has_usage, has_id = span_call.call.usage is not None, span_call.event_id is not None
        repeats = spans.is_reported_inside(record.span_id) and not is_provider_id(span_call.call.response_id)
        repeats |= not has_id and spans.is_reported_around(ancestors)
        if has_usage:
            spans.report(record.span_id, ancestors, is_identified=has_id)
        if has_usage and has_id and span_call.call.is_exact and not repeats:
            return record
        if repeats or (record.start is not None and record.start.wrapped_by is not None):
            return None
        min_wait_ns = LATE_REPORT_NS if not has_usage and self._meter.ledger.has_late_reporter else 0
        spans.wait(WaitingCall(record.span_id, trace_id, ancestors, now_ns, has_usage and has_id, record, min_wait_ns))
        return None

    def _decide(self, record: SpanRecord) -> None:
        span_call, ledger = record.span_call, self._meter.ledger
        if span_call.event_id is None and ledger.is_billed_span(record.span_id):
            self._bill(record, is_linked=True)
            return
        if span_call.call.usage is not None:
            self._bill(record)
        elif not ledger.is_billed(span_call.event_id) and ledger.add_reported(("span", record.span_id)):
            self._meter.report_missing_usage(span_call.call)

    def _bill(self, record: SpanRecord, *, is_linked: bool = False) -> None:
        call, start = record.span_call.call, record.start
        if call.usage is None or not self._meter.ledger.recent_reports.add(record.report(), is_linked=is_linked):
            return
        # A wrapped call is billed with the arguments of `wrap`, even if its span reports it first.
        meter = (None if start is None else start.wrapped_by) or self._meter
        meter.bill(
            call,
            None if start is None else start.run,
            event_id=record.fallback_event_id,
            ids=record.own_ids,
            fallback_ids=(None, None) if start is None else start.baggage_ids,
        )
        if call.usage.output is None:
            self._meter.report_missing_usage(call)
