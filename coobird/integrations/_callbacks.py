"""Base of the handlers that a framework calls back when a model call begins and ends."""

from __future__ import annotations

from time import time_ns
from typing import TYPE_CHECKING, Any, NamedTuple

from coobird import reset_in_child
from coobird.integrations._metering.active_call import current_span
from coobird.integrations._metering.last_calls import last_calls
from coobird.integrations._metering.meter import CallMeter
from coobird.integrations._once import Once

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from decimal import Decimal

    from coobird import Run
    from coobird.integrations._metering.call import Call
    from coobird.integrations._metering.cost_decision import PricesArgument
    from coobird.integrations._metering.errors import MeteringClient
    from coobird.integrations._metering.ledger import Ledger
    from coobird.integrations._metering.sellers import Providers

MAX_STARTED = 10_000
"""Maximum number of started calls, so that calls whose end is never told do not fill the memory.
The oldest is then reported."""


class CallStart(NamedTuple):
    """Start of a call.

    Attributes:
        details: Facts that the framework does not repeat at the call's end.
        trace_id: OpenTelemetry's trace in which the call was made; 0 if there was none.
    """

    run: Run
    at_ns: int
    details: Any = None
    trace_id: int = 0


class StartedCalls:
    """Starts of calls that have not ended, by the framework's id of the call.

    It needs no lock: each step is one operation of a dict.

    Args:
        ledger: Ledger of the client, which tells other reporters of the calls.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._starts: dict[object, CallStart] = {}
        self._settled: dict[object, None] = {}
        reset_in_child(self)

    def reset_after_fork(self) -> None:
        """Settle all calls, in the child of a fork: they go on in the parent."""
        for call_id in self.ids():
            self.settle(call_id)

    def is_settled(self, call_id: object) -> bool:
        """True for a call that was billed or reported, or that the parent of a fork bills."""
        return call_id in self._settled

    def settle(self, call_id: object) -> CallStart | None:
        """Forget a call of which nothing more is billed, and return its start if it is known."""
        # First: another thread that looks for the start in between must find one of the two.
        self._settled[call_id] = None
        if len(self._settled) > MAX_STARTED:
            for oldest in list(self._settled)[: MAX_STARTED // 10 + 1]:
                self._settled.pop(oldest, None)
        return self.forget(call_id)

    def add(self, call_id: object, run: Run, details: Any = None) -> None:
        """Record that a call starts now. Some frameworks try a call again under its id."""
        self._settled.pop(call_id, None)
        self._starts[call_id] = CallStart(run, time_ns(), details, current_span()[0])
        self._ledger.begin_handled((id(self), call_id), run)

    def too_many(self) -> list[object]:
        """Return the ids of the oldest calls, if there are more than `MAX_STARTED`."""
        return self.ids()[:-MAX_STARTED] if len(self._starts) > MAX_STARTED else []

    def ids(self) -> list[object]:
        """Return the ids of the calls that have not ended."""
        return list(self._starts)

    def start_of(self, call_id: object) -> CallStart | None:
        """Return the start of a call that has not ended; `None` if it is unknown."""
        return self._starts.get(call_id)

    def forget(self, call_id: object) -> CallStart | None:
        """Return and forget the start of a call; `None` if it is unknown."""
        self._ledger.end_handled((id(self), call_id))
        return self._starts.pop(call_id, None)


class CallbackHandler(Once):
    """Meter and started calls of a framework's handler.

    A subclass must name this class before the framework's own class, whose `__init__` takes no
    arguments.
    """

    _reports_late = False
    """True if the framework reports a call only after the call and its spans have ended."""

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
    ) -> None:
        """Make the handler. Nothing global changes: register it with the framework yourself.

        Args:
            coomon: The `Coomon` or `AsyncCoomon` to track with.
            customer_id: Customer of calls outside any run that names one (`coomon.run`).
            agent_id: Agent of calls outside any run that names one.
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

        Raises:
            ConfigurationError: `cost=True` without the price list, a wrong entry of `prices`, or
                `coomon` is no client.
        """
        super().__init__()
        self._meter = CallMeter(
            coomon,
            customer_id=customer_id,
            agent_id=agent_id,
            signal_code=signal_code,
            attributes=attributes,
            cost=cost,
            prices=prices,
        )
        self._meter.ledger.has_late_reporter |= self._reports_late
        self._providers = dict(providers or {})
        self._started = StartedCalls(self._meter.ledger)
        self._prepare()

    def _prepare(self) -> None:
        """Make what only one framework's handler needs."""

    def _report_lost(self, call_id: Any, start: CallStart, cause: str) -> None:
        """Report a call whose end the framework has not told, and which may be charged for."""
        raise NotImplementedError

    def end_with_program(self) -> None:
        """Report the calls in progress, because the program ends."""
        for call_id in self._started.ids():
            self._lose(call_id, "the program ended before the end of the call was told")

    def _record_start(self, call_id: object, details: Any = None) -> None:
        last_calls.hold(self, call_id)
        self._started.add(call_id, self._meter.client.current_run(), details)
        for oldest in self._started.too_many():
            self._lose(oldest, f"its end was not told while {MAX_STARTED} later calls were in progress")

    def _forget_start(self, call_id: object) -> CallStart | None:
        start = self._started.forget(call_id)
        last_calls.release(self, call_id)
        return start

    def _pop_start(self, call_id: object) -> CallStart | None:
        """Return and forget the start of a call that has ended; if it is unknown, a start now.

        Returns `None` for a call that was reported as lost, and in the child of a fork that drops
        its copy of a call: the parent bills it.
        """
        start = self._forget_start(call_id)
        if start is None and not self._started.is_settled(call_id):
            start = CallStart(self._meter.client.current_run(), time_ns())
        return start

    def _settle(self, call_id: object) -> CallStart | None:
        """Forget a call of which nothing more is billed, and return its start if it is known."""
        last_calls.release(self, call_id)
        return self._started.settle(call_id)

    def _lose(self, call_id: object, cause: str) -> None:
        with self._meter.report_errors:
            start = self._settle(call_id)
            if start is not None:
                self._report_lost(call_id, start, f"{cause}, and it may be charged for")
