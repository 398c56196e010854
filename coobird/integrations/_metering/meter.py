"""Meter: makes one event of a model call, with its payer and cost, unless it was billed before."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import UTC, datetime
from math import isfinite
from time import time_ns
from typing import TYPE_CHECKING, Any

from coobird.integrations._metering.errors import MeteringError, PriceMissingError, ReportErrors, UsageMissingError
from coobird.integrations._metering.event_ids import event_id_of
from coobird.integrations._metering.ledger import ledger_of
from coobird.integrations._metering.price_list import price_function
from coobird.integrations._metering.second_reports import report_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from decimal import Decimal

    from coobird import Run
    from coobird.integrations._metering.call import Call
    from coobird.integrations._metering.errors import MeteringClient


class CallMeter:
    """Bills model calls through one client. Safe to use from any thread.

    Args:
        customer_id, agent_id, signal_code, attributes: Values for calls that get them neither from
            their run nor from anything closer.
        cost: True for the price list, or a function that returns a call's cost in US dollars, or
            `None` if the cost is unknown.

    Raises:
        ConfigurationError: `cost=True` without the price list, or `client` is no client of Coobird.
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
    ) -> None:
        self._price = price_function(cost)
        # Import httpx now, in this thread. SDKs that no longer use httpx look for it in
        # `sys.modules`, and fail if they find it half imported by a sender thread.
        import httpx  # noqa: F401  # pyright: ignore[reportUnusedImport]

        self.client = client
        self.report_errors = ReportErrors(client)
        self.ledger = ledger_of(client)
        self._ids = (customer_id, agent_id)
        self._signal_code = signal_code
        self._attributes = dict(attributes or {})

    def bill(
        self,
        call: Call,
        run: Run | None,
        *,
        event_id: str | None = None,
        ids: tuple[str | None, str | None] = (None, None),
        fallback_ids: tuple[str | None, str | None] = (None, None),
    ) -> None:
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
            return
        totals = (call.source, usage.input, usage.output)
        if event_id is not None and not self.ledger.add_billed(event_id, totals):
            if usage.output is not None and call.is_exact and self.ledger.is_another_answer(event_id, totals):
                self._report_same_id(call)
            return
        inherited = {**self._attributes, **({} if run is None else run.attributes)}
        attributes: dict[str, Any] = {**inherited, **call.facts(), **usage.attributes()}
        if usage.output is None:
            attributes["usage_incomplete"] = True
        elif self._price is not None and "cost_usd" not in inherited:
            cost = self._cost(call)
            if cost is not None:
                attributes["cost_usd"] = cost
        if not call.is_exact:
            attributes["usage_inexact"] = True
            self._report_inexact(call)
        own = (None, None) if run is None else (run.customer_id, run.agent_id)
        customer_id, agent_id = (
            next((name for name in names if name is not None), None)
            for names in zip(ids, own, fallback_ids, self._ids, strict=True)
        )
        # Enter the run in which the call was made: when its stream ends, another may be current.
        with nullcontext() if run is None else run:
            self.client.track_task(
                customer_id=customer_id,
                agent_id=agent_id,
                signal_code=(None if run is None else run.signal_code) or self._signal_code,
                attributes=attributes,
                metadata=call.traces(),
                event_id=event_id,
                timestamp=call.ended_at or datetime.now(UTC),
            )

    def bill_or_report(self, call: Call, run: Run, start_ns: int, *, event_id: str | None = None) -> None:
        """Bill a call that ends now, or report that its usage is unknown.

        Does nothing if another source has reported the same call.

        Args:
            start_ns: Time at which the call began.
            event_id: Event id for an answer without an id.
        """
        report = report_of(call, run, start_ns, time_ns(), event_id)
        if call.usage is None:
            if not self.ledger.recent_reports.has_usage_of(report):
                self.report_missing_usage(call)
        elif self.ledger.recent_reports.add(report):
            self.bill(call, run, event_id=event_id)

    def report_missing_usage(self, call: Call) -> None:
        """Report to `on_error` a call whose usage is (partly) unknown.

        Does nothing if the call was reported before, or billed with full usage.
        """
        event_id = event_id_of(call.response_id)
        if call.usage is None and self.ledger.is_billed(event_id):
            return
        if event_id is not None and not self.ledger.add_reported(event_id):
            return
        unknown = "its usage is unknown" if call.usage is None else "its output tokens are unknown"
        outcome = "It is not billed" if call.usage is None else "Its input tokens are billed"
        answer = f" ({call.response_id})" if call.response_id else ""
        message = f"A call of {call.model or call.provider or 'a model'}{answer}: {unknown}, because {call.reason}. {outcome}."
        self.client.report(UsageMissingError(message, call=call.facts() | call.traces()))

    def _report_same_id(self, call: Call) -> None:
        message = (
            f"Another answer of {call.model} has the same id {call.response_id} and other totals. It is not billed."
            " Configure the server to give each answer its own id; some take it from the header X-Request-Id."
        )
        self.client.report(MeteringError(message, call=call.facts() | call.traces()))

    def _report_inexact(self, call: Call) -> None:
        if self.ledger.add_reported(("inexact", call.source)):
            message = (
                f"{call.source} counts some output tokens of streams twice, so these events have usage_inexact."
                " Use wrap(client), or the spans that the SDK emits by itself, in addition or instead."
                " (Reported once.)"
            )
            self.client.report(MeteringError(message, call=call.facts() | call.traces()))

    def _cost(self, call: Call) -> Decimal | None:
        assert self._price is not None
        # A failure here must not lose the event: the call is billed without `cost_usd`.
        with ReportErrors(self.client, "The cost of a call could not be computed"):
            cost = self._price(call)
            if cost is None and self.ledger.add_reported(("price", call.provider, call.model)):
                provider = call.provider or "an unknown provider"
                message = f"The price of {call.model!r} of {provider} is unknown: its events have no cost_usd."
                self.client.report(PriceMissingError(message, call=call.facts()))
            elif cost is not None and not (cost >= 0 and isfinite(cost)):
                # The server would reject an event with this cost, and the call would not be billed.
                raise ValueError(f"{cost!r} is no amount")
            return cost
        return None
