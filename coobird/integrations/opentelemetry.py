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
from coobird.integrations._metering.active_call import active_call, current_place
from coobird.integrations._metering.call import Call
from coobird.integrations._metering.errors import UsageMissingError
from coobird.integrations._metering.meter import CallMeter
from coobird.integrations._metering.outcomes import Outcome
from coobird.integrations._metering.second_reports import is_called_back, report_of
from coobird.integrations._once import Once
from coobird.integrations._spans import framework_caches, litellm_callback, litellm_spans
from coobird.integrations._spans.account import Account, SpanStats
from coobird.integrations._spans.emitters import is_untold_at_start
from coobird.integrations._spans.litellm_prices import has_price
from coobird.integrations._spans.open_spans import OpenSpans, WaitingCall
from coobird.integrations._spans.reading import (
    is_of_litellm,
    is_tool,
    read_raw_request,
    read_span,
    read_start,
    read_sum,
    source_of,
    without_usage,
)
from coobird.integrations._spans.record import (
    AGENT_ID,
    CUSTOMER_ID,
    SpanStart,
    best_of,
    facts_of,
    record_of,
    report_of_all,
    scope_of,
    text_of,
)
from coobird.integrations._spans.same_calls import group_reports

with needs_extra("otel"):
    from opentelemetry import baggage, trace
    from opentelemetry.sdk.trace import SpanProcessor

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from decimal import Decimal

    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import ReadableSpan, Span

    from coobird.integrations._metering.cost_decision import PricesArgument
    from coobird.integrations._metering.errors import MeteringClient
    from coobird.integrations._metering.sellers import Providers
    from coobird.integrations._spans.open_spans import DueCalls
    from coobird.integrations._spans.record import SpanRecord


LATE_REPORT_NS = 5_000_000_000
"""Time that a call waits for a framework that reports a moment after the call, from a thread of its
own, if its usage, its payer or the id of its answer is unknown."""


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
        prices: PricesArgument = None,
        providers: Providers | None = None,
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
            prices: Your own prices: the path of a TOML file, or a mapping. They come before the
                provider's figure and the price list, which this argument turns on.
            providers: Provider of each server that is not known by its host, such as a proxy:
                `{"llm.internal": "vllm", "proxy:4000": "*"}`. `*` is the one that the SDK names. A
                call of any other unknown server has no provider, and so no price.
            wait_seconds: Longest time that a call without an id waits, for traces that stay open
                for hours.

        Raises:
            ConfigurationError: `cost=True` without the price list, a wrong entry of `prices`, or
                `coomon` is no client.
        """
        self._meter = CallMeter(
            coomon,
            customer_id=customer_id,
            agent_id=agent_id,
            signal_code=signal_code,
            attributes=attributes,
            cost=cost,
            prices=prices,
        )
        self._providers = dict(providers or {})
        self._wait_seconds = wait_seconds
        self._forked_ns = 0
        self._start_empty()
        reset_in_child(self)

    def _start_empty(self) -> None:
        # Reentrant: a stream that is dropped ends its span, and the garbage collector may drop it
        # anywhere, also while this thread holds the lock.
        self._lock = threading.RLock()
        self._spans = OpenSpans()
        self._account = Account()

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
            facts = facts_of(span)
            call = read_start(facts, self._providers)
            active, wrapped_by = active_call.get(), None
            if active is not None and active.meter.ledger is self._meter.ledger:
                wrapped_by = active.meter
                if span.instrumentation_scope is not None:
                    active.sources.add(source_of(span.instrumentation_scope.name))
            run, at_ns = self._meter.client.current_run(), span.start_time or 0
            parent_scope = scope_of(trace.get_current_span(parent_context))
            ids, place = (customer_id, agent_id), current_place()
            start = SpanStart(run, ids, call, wrapped_by, at_ns, time_ns(), place, parent_scope, facts.scope)
            parent_id = None if parent is None or parent.is_remote else parent.span_id
            self._meter.ledger.forget_refusal(parent_id)
            with self._lock:
                self._spans.start(context.span_id, context.trace_id, parent_id, start)

    def on_end(self, span: ReadableSpan) -> None:
        """Bill the span's call, or let it wait."""
        with self._meter.report_errors:
            if span.context is None:
                return
            facts = facts_of(span)
            span_call = read_span(facts, self._providers) or read_sum(facts)
            if span_call is not None and span_call.may_be_hit and (cache := framework_caches.cache_of(facts.scope)):
                span_call = without_usage(span_call, f"the span does not tell whether {cache} answered")
            now_ns = span.end_time or 0
            to_bill: SpanRecord | None = None
            with self._lock:
                started = self._spans.end(span.context.span_id, is_tool=is_tool(facts.attributes))
                is_of_parent = started is None and (span.start_time or 0) < self._forked_ns
                if span_call is None and started is not None and self._may_be_written_over(started.start):
                    span_call = read_raw_request(facts)
                if not is_of_parent and span_call is not None:
                    record = record_of(span_call, span, None if started is None else started.start)
                    to_bill = self._place(record, () if started is None else started.ancestors, now_ns)
                due = self._spans.due(now_ns, self._wait_seconds)
            if to_bill is not None:
                self._settle([to_bill])
            for trace in due:
                self._decide(trace)

    def shutdown(self) -> None:
        """Decide the waiting calls, and report calls with open spans. The client stays open."""
        with self._meter.report_errors:
            with self._lock:
                due, still_open, parents = self._spans.drain()
            for trace in due:
                self._decide(trace)
            for span_id, span in still_open.items():
                start: SpanStart = span.start
                call = start.call
                if call is None and is_untold_at_start(start.scope) and span_id not in parents:
                    call = Call("", "chat", None, None, None, source_of(start.scope))
                if call is not None and start.wrapped_by is None:
                    self._count(self._report_open(span_id, span.trace_id, start, call), is_new=True)

    def _report_open(self, span_id: int, trace_id: int, start: SpanStart, call: Call) -> Outcome:
        ledger = self._meter.ledger
        call = call._replace(reason="its span was started and never ended")
        report = report_of(
            call,
            start.run,
            start.at_ns,
            time_ns(),
            span_id=span_id,
            trace_id=trace_id,
            is_span=True,
            place=start.place,
        )
        if (
            ledger.is_billed_span(span_id)
            or ledger.has_open_call(span_id)
            or not ledger.recent_reports.add_unknown(report)
        ):
            return Outcome.JOINED
        return self._meter.report_missing_usage(call)

    def stats(self) -> SpanStats:
        """Return the account of the spans of model calls: each has one outcome, or waits."""
        with self._lock:
            return self._account.stats(self._spans.waiting_calls())

    def force_flush(self, timeout_millis: int = 30_000) -> bool:  # noqa: ARG002 - the SDK's signature
        """Do nothing and return True: nothing is pending here. `Coomon.flush` delivers events."""
        return True

    def _place(self, record: SpanRecord, ancestors: tuple[int, ...], now_ns: int) -> SpanRecord | None:
        """Return the record if it is to be billed now. Otherwise it waits, or needs no event."""
        span_call, report = record.span_call, record.facts(ancestors)
        kept = WaitingCall(record.trace_id, report, now_ns, record)
        if span_call.is_sum:
            self._spans.wait(kept._replace(min_wait_ns=LATE_REPORT_NS, is_sum=True))
            return None
        self._account.add_span()
        is_wrapped = record.start is not None and record.start.wrapped_by is not None
        is_around_wrapped = self._meter.ledger.has_open_call(record.span_id)
        # LiteLLM reports some calls from threads without a run. Another reporter may know it.
        late_ns = LATE_REPORT_NS if span_call.framework_call and not self._has_payer(record) else 0
        if span_call.is_refused or self._is_refused_inside(record):
            self._account.settle(Outcome.REFUSED)
            self._meter.ledger.add_refusal(next(iter(ancestors), 0), span_call.call.source)
        elif span_call.is_cached or (span_call.may_be_cached and has_price(span_call.call.model)):
            self._account.settle(Outcome.CACHED)
            self._spans.settle(kept)
            if report.totals is not None:
                hit = span_call._replace(call=span_call.call._replace(response_id=None))
                self._meter.ledger.recent_reports.add(record._replace(span_call=hit).report())
        elif self._meter.ledger.has_framework_call(span_call.framework_call):
            self._account.settle(Outcome.JOINED)  # the framework's handler bills or reports it
        elif (
            report.totals is not None
            and report.is_provider_id
            and span_call.event_id
            and report.is_exact
            and (is_wrapped or not self._awaits_cost(record))
        ):
            if is_wrapped or late_ns:
                # The wrapped client reports the call in a moment, and knows more about its price.
                self._spans.wait(kept._replace(min_wait_ns=LATE_REPORT_NS))
                return None
            self._spans.settle(kept)
            return record
        elif is_wrapped or is_around_wrapped:
            self._account.settle(Outcome.JOINED)  # the wrapped call is billed or reported by itself
        elif report.totals is None:
            # A span of LiteLLM comes late already. No later one of the same call follows.
            ledger, source = self._meter.ledger, span_call.call.source
            is_late = not is_of_litellm(source) and litellm_callback.is_registered()
            is_late |= ledger.has_late_reporter or self._is_handled(record)
            late_ns = LATE_REPORT_NS if is_late else late_ns
            self._spans.wait(kept._replace(min_wait_ns=late_ns, behind=self._others_open(record)))
        else:
            # Our handler tells a hit from a call. LiteLLM, which the framework may have called,
            # knows more about the answer.
            if span_call.may_be_hit and (self._is_handled(record) or self._meter.ledger.has_late_reporter):
                late_ns = LATE_REPORT_NS
            self._spans.wait(kept._replace(min_wait_ns=late_ns))
        return None

    def _is_refused_inside(self, record: SpanRecord) -> bool:
        """True if the last call in a span without an answer was refused, as another reporter tells.

        A framework has errors of its own, which do not tell a refusal from an answer that was lost.
        """
        span_call, ledger = record.span_call, self._meter.ledger
        return not span_call.is_answered and ledger.is_refused(record.span_id, span_call.call.source)

    def _may_be_written_over(self, start: SpanStart) -> bool:
        """True if LiteLLM has no span of its own for a call whose raw request starts here.

        A logger of LiteLLM reports every call, so that no raw request is needed to count them.
        """
        return start.parent_scope != litellm_spans.SCOPE and not self._meter.ledger.has_late_reporter

    def _has_payer(self, record: SpanRecord) -> bool:
        start = record.start
        run, fallback_ids = (None, (None, None)) if start is None else (start.run, start.baggage_ids)
        return None not in self._meter.payer(run, record.own_ids, fallback_ids)

    def _is_handled(self, record: SpanRecord) -> bool:
        """True if a handler of ours will be called back after the one that has made the span."""
        run = None if record.start is None else record.start.run
        return is_called_back(record.span_call.call.source) and self._meter.ledger.is_handled(run)

    def _others_open(self, record: SpanRecord) -> frozenset[int]:
        """Return the open spans, of the same run, that may report the tokens of a call later."""
        run = None if record.start is None else record.start.run
        return self._spans.others_open(record.trace_id, lambda start: start.run is run)

    def _awaits_cost(self, record: SpanRecord) -> bool:
        """True if another reporter of the call may know the cost that this span leaves open."""
        return self._meter.needs_terms and bool(record.span_call.call.terms.doubts)

    def _decide(self, trace: DueCalls) -> None:
        """Bill or report each call of a trace once, whatever the number of its reports."""
        sums = [each for each in trace.due if each.is_sum]
        calls = {each.report.span_id: each for each in trace.due if not each.is_sum}
        settled = [each.report for each in trace.settled]
        found = group_reports([*settled, *(each.report for each in calls.values())], trace.tools)
        # A call without usage is reported only if none of the others, beside it, is the same call.
        for group in sorted(found.calls, key=lambda group: all(report.totals is None for report in group)):
            new = [calls[report.span_id].record for report in group if report.span_id in calls]
            if len(new) == len(group):
                self._settle(new)
            else:
                self._count(Outcome.JOINED, len(new))
        self._count(Outcome.JOINED, sum(report.span_id in calls for report in found.restated))
        for report in found.unexplained:
            if report.span_id in calls:
                self._count(self._report_sum(calls[report.span_id].record, "only some calls"))
        with self._lock:
            for each in calls.values():
                self._spans.settle(each)
        reports = (*settled, *(each.report for each in calls.values()))
        around = {ancestor for report in reports for ancestor in report.ancestors}
        for each in sorted(sums, key=lambda each: len(each.report.ancestors), reverse=True):
            if each.report.span_id not in around and not self._meter.ledger.recent_reports.account_for(
                each.record.report()
            ):
                around |= set(each.report.ancestors)  # a sum around it may be of the same tokens
                self._count(self._report_sum(each.record, "no call"), is_new=True)

    def _settle(self, records: list[SpanRecord]) -> None:
        """Bill or report the call of these records once."""
        outcome = Outcome.REPORTED
        with self._meter.report_errors:
            outcome = self._bill_or_report(records)
        self._count(outcome)
        self._count(Outcome.JOINED, len(records) - 1)

    def _bill_or_report(self, records: list[SpanRecord]) -> Outcome:
        ledger = self._meter.ledger
        best = best_of(records)
        call, start, report = best.span_call.call, best.start, report_of_all(best, records)
        is_linked = any(
            record.span_call.event_id is None and ledger.is_billed_span(record.span_id) for record in records
        )
        if call.usage is None:
            was_reported = [not ledger.add_reported(("span", record.span_id)) for record in records]
            is_known = is_linked or any(was_reported) or ledger.is_billed(best.span_call.event_id)
            if is_known or not ledger.recent_reports.add_unknown(report):
                return Outcome.JOINED
            return self._meter.report_missing_usage(call)
        if not ledger.recent_reports.add(report, is_linked=is_linked):
            return Outcome.JOINED
        # A wrapped call is billed with the arguments of `wrap`, even if its span reports it first.
        meter = (None if start is None else start.wrapped_by) or self._meter
        outcome = meter.bill(
            call,
            None if start is None else start.run,
            event_id=best.fallback_event_id,
            ids=best.own_ids,
            fallback_ids=(None, None) if start is None else start.baggage_ids,
        )
        if call.usage.output is None:
            self._meter.report_missing_usage(call)
        if outcome is Outcome.BILLED and all(record.span_call.is_last for record in records):
            self._count(self._report_earlier(call), is_new=True)
        return outcome

    def _report_earlier(self, call: Call) -> Outcome:
        """Report that the calls of the same span before this one are not billed."""
        message = (
            f"A span of {call.source or 'an instrumentation'} may stand for several calls of {call.model or 'a model'}, and"
            " has the tokens of the last one, which is billed. Those before it, if there were any, are not billed. Use"
            " wrap(client) in addition."
        )
        self._meter.client.report(UsageMissingError(message, call=call.facts() | call.traces()))
        return Outcome.REPORTED

    def _report_sum(self, record: SpanRecord, inside: str) -> Outcome:
        call = record.span_call.call
        assert call.usage is not None
        message = (
            f"A span of {call.source or 'an instrumentation'} gives {call.usage.input} input and"
            f" {call.usage.output or 0} output tokens, but {inside} with them was reported inside it, so they are not"
            " billed. Use wrap(client), or an instrumentation of the SDK that makes the calls, in addition."
        )
        self._meter.client.report(UsageMissingError(message, call=call.facts() | call.traces()))
        return Outcome.REPORTED

    def _count(self, outcome: Outcome, number: int = 1, *, is_new: bool = False) -> None:
        with self._lock:
            for _ in range(number):
                self._account.settle(outcome)
                if is_new:
                    self._account.add_span()
