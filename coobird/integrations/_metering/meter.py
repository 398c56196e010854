"""Meter: makes one event of a model call, with its payer and cost, unless it was billed before."""

from __future__ import annotations

from contextlib import nullcontext, suppress
from datetime import UTC, datetime
from math import isfinite
from time import time_ns
from typing import TYPE_CHECKING, Any

from coobird.integrations._metering.cost_decision import cost_decision
from coobird.integrations._metering.errors import MeteringError, PriceMissingError, ReportErrors, UsageMissingError
from coobird.integrations._metering.event_ids import event_id_of
from coobird.integrations._metering.ledger import ledger_of
from coobird.integrations._metering.list_age import OLD
from coobird.integrations._metering.outcomes import Outcome
from coobird.integrations._metering.pricing import CONTRADICTION, Withheld, contradicts_itself
from coobird.integrations._metering.second_reports import report_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date
    from decimal import Decimal

    from coobird import Run
    from coobird.integrations._metering.call import Call
    from coobird.integrations._metering.cost_decision import PricesArgument
    from coobird.integrations._metering.errors import MeteringClient
    from coobird.integrations._metering.pricing import Priced
    from coobird.integrations._metering.usage import Usage

    Ids = tuple[str | None, str | None]


class CallMeter:
    """Bills model calls through one client. Safe to use from any thread.

    Attributes:
        needs_terms: True if the cost of a call is computed from its terms.

    Args:
        customer_id, agent_id, signal_code, attributes: Values for calls that get them neither from
            their run nor from anything closer.
        cost: True for the price list, or a function that returns a call's cost in US dollars, or
            `None` if the cost is unknown.
        prices: File or mapping of prices of one's own, which come before `cost`.

    Raises:
        ConfigurationError: `cost=True` without the price list, an own price is wrong, or `client`
            is no client of Coobird.
    """

    def __init__(
        self,
        client: MeteringClient,
        *,
        customer_id: str | None = None,
        agent_id: str | None = None,
        signal_code: str | None = None,
        attributes: Mapping[str, Any] | None = None,
        cost: bool | Callable[[Call], Decimal | None] = False,
        prices: PricesArgument = None,
    ) -> None:
        self._decide_cost = cost_decision(cost, prices)
        self.needs_terms = self._decide_cost is not None and not callable(cost)
        # Import httpx now, in this thread. SDKs that no longer use httpx look for it in
        # `sys.modules`, and fail if they find it half imported by a sender thread.
        with suppress(ModuleNotFoundError):  # nothing can be half imported then
            import httpx  # noqa: F401  # pyright: ignore[reportUnusedImport]

        self.client = client
        self.report_errors = ReportErrors(client)
        self.ledger = ledger_of(client)
        self._ids = (customer_id, agent_id)
        self._signal_code = signal_code
        self._attributes = dict(attributes or {})

    def payer(self, run: Run | None, ids: Ids, fallback_ids: Ids) -> Ids:
        """Return customer and agent of a call; `None` for what nobody names.

        Args:
            run, ids, fallback_ids: As `bill` takes them.
        """
        own = (None, None) if run is None else (run.customer_id, run.agent_id)
        customer_id, agent_id = (
            next((name for name in names if name is not None), None)
            for names in zip(ids, own, fallback_ids, self._ids, strict=True)
        )
        return customer_id, agent_id

    def bill(
        self,
        call: Call,
        run: Run | None,
        *,
        event_id: str | None = None,
        ids: Ids = (None, None),
        fallback_ids: Ids = (None, None),
    ) -> Outcome:
        """Track one event for a call with usage, unless it was tracked before.

        Args:
            run: Run in which the call was made, as `Coomon.current_run` returned it then.
            event_id: Event id for an answer without an id; a random one if left out.
            ids: Customer and agent that the call itself names. They win over the run.
            fallback_ids: Customer and agent inherited from further away. The run wins over them.
        """
        usage = call.usage
        event_id = event_id_of(call.response_id) or event_id
        if usage is None:
            return Outcome.JOINED
        totals = (call.source, usage.input, usage.output)
        if event_id is not None and not self.ledger.add_billed(event_id, totals):
            if usage.output is not None and call.is_exact and self.ledger.is_another_answer(event_id, totals):
                self._report_same_id(call)
                return Outcome.REPORTED
            return Outcome.JOINED
        self._track(call, usage, run, event_id, ids, fallback_ids, {})
        return Outcome.BILLED

    def bill_again(self, call: Call, run: Run, event_id: str, traces: Mapping[str, Any]) -> None:
        """Track one event for a call with usage, also if it was tracked before.

        Nothing is remembered here, so that an event that was lost is tracked when the same results
        are read again. The server knows the event id, and bills it once.

        Args:
            run: Run in which the call is billed.
            event_id: Event id that is the same each time.
            traces: Metadata of the event, in addition to that of the call.
        """
        assert call.usage is not None
        self._track(call, call.usage, run, event_id, (None, None), (None, None), traces)

    def _track(
        self,
        call: Call,
        usage: Usage,
        run: Run | None,
        event_id: str | None,
        ids: Ids,
        fallback_ids: Ids,
        traces: Mapping[str, Any],
    ) -> None:
        inherited = {**self._attributes, **({} if run is None else run.attributes)}
        attributes: dict[str, Any] = {**inherited, **call.facts(), **call.terms.attributes(), **usage.attributes()}
        metadata = {**call.traces(), **traces}
        if usage.output is None:
            attributes["usage_incomplete"] = True
        elif self._decide_cost is not None and "cost_usd" not in inherited:
            cost = self._cost(call, call.ended_at or datetime.now(UTC))
            if cost is not None:
                attributes["cost_usd"] = cost.amount
                metadata.update(cost.traces())
        flaw = "" if call.is_exact else call.reason
        if usage.output is not None and (CONTRADICTION in call.terms.doubts or contradicts_itself(usage)):
            flaw = flaw or CONTRADICTION
        if flaw:
            attributes["usage_inexact"] = True
            self._report_inexact(call, flaw)
        customer_id, agent_id = self.payer(run, ids, fallback_ids)
        # Enter the run in which the call was made: when its stream ends, another may be current.
        with nullcontext() if run is None else run:
            self.client.track_task(
                customer_id=customer_id,
                agent_id=agent_id,
                signal_code=(None if run is None else run.signal_code) or self._signal_code,
                attributes=attributes,
                metadata=metadata,
                event_id=event_id,
                timestamp=call.ended_at,
            )

    def bill_or_report(
        self,
        call: Call,
        run: Run,
        start_ns: int,
        *,
        end_ns: int | None = None,
        dated_ns: int | None = None,
        event_id: str | None = None,
        trace_id: int = 0,
        may_be_billed: bool = True,
    ) -> None:
        """Bill a call that has ended, or report that its usage is unknown.

        Does nothing if another source has reported the same call.

        Args:
            start_ns: Time at which the call began.
            end_ns: Time until which it may have lasted; now if left out.
            dated_ns: Time by which the answer was there, at least in part; `end_ns` if left out.
            event_id: Event id for an answer without an id.
            trace_id: OpenTelemetry's trace in which the call was made; 0 if there was none.
            may_be_billed: False for a call that failed. A similar one that was billed is another.
        """
        end_ns = time_ns() if end_ns is None else end_ns
        report = report_of(call, run, start_ns, end_ns, event_id, trace_id=trace_id, dated_ns=dated_ns)
        if call.usage is None:
            if self.ledger.recent_reports.add_unknown(report, may_be_billed=may_be_billed):
                self.report_missing_usage(call)
        elif self.ledger.recent_reports.add(report):
            self.bill(call, run, event_id=event_id)
            if call.usage.output is None:
                self.report_missing_usage(call)

    def note_cached(self, call: Call, run: Run, start_ns: int, *, trace_id: int = 0) -> None:
        """Record an answer that a cache of the framework gave: other reports of it are no calls.

        Args:
            start_ns: Time at which the answer was asked for.
            trace_id: OpenTelemetry's trace in which it was; 0 if there was none.
        """
        if call.usage is not None:
            hit = call._replace(response_id=None)  # the id is that of the first answer
            self.ledger.recent_reports.add(report_of(hit, run, start_ns, time_ns(), trace_id=trace_id))

    def report_missing_usage(self, call: Call) -> Outcome:
        """Report to `on_error` a call whose usage is (partly) unknown.

        Does nothing if the call was reported before, or billed with full usage.
        """
        event_id = event_id_of(call.response_id)
        if call.usage is None and self.ledger.is_billed(event_id):
            return Outcome.JOINED
        if event_id is not None and not self.ledger.add_reported(event_id):
            return Outcome.JOINED
        unknown = "its usage is unknown" if call.usage is None else "its output tokens are unknown"
        outcome = "It is not billed" if call.usage is None else "Its input tokens are billed"
        answer = f" ({call.response_id})" if call.response_id else ""
        message = f"A call of {call.model or call.provider or 'a model'}{answer}: {unknown}, because {call.reason}. {outcome}."
        self.client.report(UsageMissingError(message, call=call.facts() | call.traces()))
        return Outcome.REPORTED

    def _report_same_id(self, call: Call) -> None:
        message = (
            f"Another answer of {call.model} has the same id {call.response_id} and other totals. It is not billed."
            " Configure the server to give each answer its own id; some take it from the header X-Request-Id."
        )
        self.client.report(MeteringError(message, call=call.facts() | call.traces()))

    def _report_inexact(self, call: Call, flaw: str) -> None:
        if not self.ledger.add_reported(_inexact(call, flaw)):
            return
        answers = f"answers of {call.provider}" if call.provider else "answers"
        if flaw == CONTRADICTION:
            message = (
                f"The usage in {answers} contradicts itself: a part is larger than its whole, a total is not the"
                " sum, or a thing is counted twice in different ways. These events have the numbers as they are"
                " stated, and usage_inexact. Compare them with the provider's bill. (Reported once.)"
            )
        else:
            message = (
                f"{call.source or 'An instrumentation'} {flaw} for {answers}, so these events have"
                " usage_inexact. Use wrap(client), or the spans that the SDK emits by itself, in addition or instead."
                " (Reported once.)"
            )
        self.client.report(MeteringError(message, call=call.facts() | call.traces()))

    def _cost(self, call: Call, at: datetime) -> Priced | None:
        assert self._decide_cost is not None
        # A failure here must not lose the event: the call is billed without `cost_usd`.
        with ReportErrors(self.client, "The cost of a call could not be computed"):
            cost = self._decide_cost(call, at)
            if isinstance(cost, Withheld):
                self._report_withheld(call, cost)
                return None
            if not (cost.amount >= 0 and isfinite(cost.amount)):
                # The server would reject an event with this cost, and the call would not be billed.
                raise ValueError(f"{cost.amount!r} is no amount")
            if cost.list_date is not None and datetime.now(UTC).date() - cost.list_date > OLD:
                self._report_old_list(cost.list_date)
            return cost
        return None

    def _report_old_list(self, list_date: date) -> None:
        if self.ledger.add_reported(("price list", list_date)):
            message = (
                f"The price list is of {list_date}, more than {OLD.days} days old: prices may have changed since."
                " Upgrade genai-prices, or start genai_prices.UpdatePrices. (Reported once.)"
            )
            self.client.report(MeteringError(message))

    def _report_withheld(self, call: Call, cost: Withheld) -> None:
        if cost.reason == CONTRADICTION:
            self.ledger.add_reported(_inexact(call, cost.reason))  # one report of it is enough
        if self.ledger.add_reported(("cost", call.provider, call.model, cost.reason)):
            provider = call.provider or "an unknown provider"
            message = (
                f"A call of {call.model!r} of {provider} is billed without cost_usd, because {cost.reason}."
                " (Reported once for each model and reason.)"
            )
            self.client.report(PriceMissingError(message, call=call.facts() | call.terms.attributes()))


def _inexact(call: Call, flaw: str) -> tuple[str, str, str, str]:
    """Return the key under which it is recorded that the counts of such calls are inexact."""
    return "inexact", call.source, call.provider, flaw
