"""Meters calls of models from the GenAI spans that any instrumentation emits: OpenTelemetry's own, OpenInference, OpenLLMetry,
Anthropic's SDK by itself, and frameworks built on them.

    provider.add_span_processor(CoobirdSpanProcessor(coomon))     # your own TracerProvider; none is set or replaced here

    with coomon.run(customer_id="cust_1", agent_id="agent_1"):
        client.messages.create(...)                               # one event, however many spans it makes
"""

from __future__ import annotations

import os
import threading
from time import time_ns
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from coobird.integrations._checks import needs_extra
from coobird.integrations._metering.event_ids import is_provider_id
from coobird.integrations._metering.ledger import wrapped_call
from coobird.integrations._metering.meter import Meter
from coobird.integrations._spans.open_spans import OpenSpans, Waiting
from coobird.integrations._spans.reading import read_span
from coobird.integrations._spans.record import AGENT_ID, CUSTOMER_ID, Origin, Seen, facts_of, see, text_of

with needs_extra("otel"):
    from opentelemetry import baggage
    from opentelemetry.sdk.trace import SpanProcessor

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from decimal import Decimal

    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import ReadableSpan, Span

    from coobird.integrations._metering.call import Call
    from coobird.integrations._metering.meter import Client


LATE_REPORT_NS = 5_000_000_000
"""How long a call without usage waits for a framework that reports a moment after the call, from a thread of its own."""


class CoobirdSpanProcessor(SpanProcessor):
    """Tracks one event for each answer of a model, when the first of its spans ends.

    Spans of the same answer are one event, in this process and in others, and together with `wrap`: the event's id follows from
    the answer's id. A span without such an id waits until its trace has ended here, and is dropped if another span of the same
    call carried usage. Spans of agents, workflows and tools, which repeat sums, are left alone.

    A call without usage is reported to `on_error` and not billed as zero; so is one for which no customer is known. Customer and
    agent are, in this order: the span's attributes `coobird.customer_id` and `coobird.agent_id`; the run in which the span
    started; baggage of the same names; the arguments below. Spans that a sampler drops are not seen, and so not billed.

    Only reads spans, never raises, and does its work in `on_end`. Safe to use from any thread; after a fork the child begins
    with nothing waiting, and leaves spans that the parent started to the parent.
    """

    def __init__(
        self,
        coomon: Client,
        *,
        customer_id: str | None = None,
        agent_id: str | None = None,
        signal_code: str | None = None,
        attributes: Mapping[str, Any] | None = None,
        cost: bool | Callable[[Call], Decimal | None] = False,
        wait_seconds: float = 300.0,
    ) -> None:
        """Prepare; nothing global is touched.

        Args:
            coomon: The `Coomon` or `AsyncCoomon` to track with. It is not shut down with this.
            customer_id: Billed for calls that nothing closer names a customer for.
            agent_id: The agent of calls that nothing closer names one for.
            signal_code: The signal that events count towards, unless a run names one.
            attributes: Merged into every event, under those of a run.
            cost: True fills in `cost_usd` from the price list (extra `prices`); a function gives it, or `None` if it does not
                know. A `cost_usd` of your own, here or in a run, always wins.
            wait_seconds: The longest that a call without an id waits, for traces that stay open for hours.

        Raises:
            ConfigurationError: `cost=True` without the price list.
        """
        self._meter = Meter(
            coomon,
            customer_id=customer_id,
            agent_id=agent_id,
            signal_code=signal_code,
            attributes=attributes,
            cost=cost,
        )
        self._wait_seconds = wait_seconds
        self._forked_ns = 0
        self._begin_anew()
        _processors.add(self)

    def _begin_anew(self) -> None:
        """Forget which spans are open and which calls wait. Done by itself in the child of a fork: they are the parent's."""
        # The lock of a parent may be held by a thread that does not exist in its child.
        # Reentrant: streams end their spans when they are dropped, which the garbage collector does anywhere, even in here.
        self._lock = threading.RLock()
        self._spans = OpenSpans()

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        """Remember the run that the span is started in."""
        with self._meter.shield:
            context, parent = span.context, span.parent
            if context is None:
                return
            customer_id, agent_id = (
                text_of(baggage.get_baggage(name, parent_context)) for name in (CUSTOMER_ID, AGENT_ID)
            )
            sighting = read_span(facts_of(span))
            call = None if sighting is None else sighting.call
            wrapped, wrapper = wrapped_call.get(), None
            if wrapped is not None and wrapped.meter.ledger is self._meter.ledger:
                wrapper = wrapped.meter
                if span.instrumentation_scope is not None:
                    wrapped.sources.add(span.instrumentation_scope.name)
            origin = Origin(self._meter.client.current_run(), (customer_id, agent_id), call, wrapper)
            parent_id = None if parent is None or parent.is_remote else parent.span_id
            with self._lock:
                self._spans.start(context.span_id, context.trace_id, parent_id, origin)

    def on_end(self, span: ReadableSpan) -> None:
        """Bill the call, or let it wait."""
        with self._meter.shield:
            context = span.context
            if context is None:
                return
            sighting = read_span(facts_of(span))
            now_ns = span.end_time or 0
            bills_now: Seen | None = None
            with self._lock:
                started = self._spans.end(context.span_id)
                is_of_parent = started is None and (span.start_time or 0) < self._forked_ns
                if sighting is not None and not sighting.is_refused and not is_of_parent:
                    seen = see(sighting, span, None if started is None else started.origin)
                    ancestors = () if started is None else started.ancestors
                    bills_now = self._place(seen, context.trace_id, ancestors, now_ns)
                due = self._spans.due(now_ns, self._wait_seconds)
            if bills_now is not None:
                self._bill(bills_now)
            for waiting in due:
                self._decide(waiting.item)

    def shutdown(self) -> None:
        """Decide what waits, and report calls whose span was started and never ended. The client stays open."""
        with self._meter.shield:
            with self._lock:
                waiting, still_open = self._spans.drain()
            for each in waiting:
                self._decide(each.item)
            for span_id, span in still_open.items():
                call = span.origin.call
                if call is not None and span.origin.wrapped_by is None and not self._meter.ledger.is_covered(span_id):
                    self._meter.tell(call._replace(reason="its span was started and never ended"))

    def force_flush(self, timeout_millis: int = 30_000) -> bool:  # noqa: ARG002 - the SDK's signature
        """Do nothing: there is nothing to wait for. `Coomon.flush` delivers the events."""
        return True

    def _place(self, seen: Seen, trace_id: int, ancestors: tuple[int, ...], now_ns: int) -> Seen | None:
        """Return what is to be billed now. What has to wait is made to, and what only repeats another span is dropped."""
        sighting, spans = seen.sighting, self._spans
        has_usage, has_id = sighting.call.usage is not None, sighting.event_id is not None
        repeats = spans.is_reported_inside(seen.span_id) and not is_provider_id(sighting.call.response_id)
        repeats |= not has_id and spans.is_reported_around(ancestors)
        if has_usage:
            spans.report(seen.span_id, ancestors, is_identified=has_id)
        if has_usage and has_id and sighting.call.is_exact and not repeats:
            return seen
        if repeats or (seen.origin is not None and seen.origin.wrapped_by is not None):
            return None
        patience_ns = LATE_REPORT_NS if not has_usage and self._meter.ledger.awaits_reports else 0
        spans.wait(Waiting(seen.span_id, trace_id, ancestors, now_ns, has_usage and has_id, seen, patience_ns))
        return None

    def _decide(self, seen: Seen) -> None:
        sighting, ledger = seen.sighting, self._meter.ledger
        if sighting.event_id is None and ledger.is_covered(seen.span_id):
            self._bill(seen, is_linked=True)
            return
        if sighting.call.usage is not None:
            self._bill(seen)
        elif not ledger.is_billed(sighting.event_id) and ledger.tell_first(("span", seen.span_id)):
            self._meter.tell(sighting.call)

    def _bill(self, seen: Seen, *, is_linked: bool = False) -> None:
        sighting, origin = seen.sighting, seen.origin
        if sighting.call.usage is None or self._meter.ledger.recent.repeats(seen.report(), is_linked=is_linked):
            return
        # A wrapped call is billed with what `wrap` was given, whichever of the two is the first to report it.
        meter = (None if origin is None else origin.wrapped_by) or self._meter
        meter.bill(
            sighting.call,
            None if origin is None else origin.run,
            event_id=seen.fallback_id,
            ids=seen.own_ids,
            fallback_ids=(None, None) if origin is None else origin.baggage_ids,
        )
        if sighting.call.usage.output is None:
            self._meter.tell(sighting.call)


_processors: WeakSet[CoobirdSpanProcessor] = WeakSet()


def _after_fork_in_child() -> None:
    for processor in _processors:
        processor._forked_ns = time_ns()  # pyright: ignore[reportPrivateUsage]
        processor._begin_anew()  # pyright: ignore[reportPrivateUsage]


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)
