"""What a framework's callbacks begin with: whom to meter for, and which calls have begun."""

from __future__ import annotations

from time import time_ns
from typing import TYPE_CHECKING, Any, NamedTuple

from coobird.integrations._metering.meter import Meter

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from decimal import Decimal

    from coobird.client.runs.run import Run
    from coobird.integrations._metering.call import Call
    from coobird.integrations._metering.meter import Client


MAX_STARTED = 10_000
"""Calls whose end is never told must not fill the memory. One that is forgotten is billed by the run of its end."""


class Start(NamedTuple):
    """The beginning of a call. `facts` is whatever its end does not tell again."""

    run: Run
    at_ns: int
    facts: Any = None


class Started:
    """Remembers beginnings by what the framework calls the call. Without a lock, as each step is one operation of a dict."""

    def __init__(self) -> None:
        self._starts: dict[object, Start] = {}

    def begin(self, key: object, run: Run, facts: Any = None) -> None:
        """Remember a beginning."""
        self._starts[key] = Start(run, time_ns(), facts)
        if len(self._starts) > MAX_STARTED:
            for oldest in list(self._starts)[:1]:
                self._starts.pop(oldest, None)

    def end(self, key: object, run: Run) -> Start:
        """Return and forget a beginning; one of this moment in this run, if it is not known."""
        return self._starts.pop(key, None) or Start(run, time_ns())


class Listener:
    """To be named before the framework's own class, whose `__init__` takes nothing."""

    _reports_late = False
    """Whether the framework tells of a call only after it has ended, and the spans of the call with it."""

    def __init__(
        self,
        coomon: Client,
        *,
        customer_id: str | None = None,
        agent_id: str | None = None,
        signal_code: str | None = None,
        attributes: Mapping[str, Any] | None = None,
        cost: bool | Callable[[Call], Decimal | None] = False,
    ) -> None:
        """Prepare; nothing global is touched: telling the framework is up to you.

        Args:
            coomon: The `Coomon` or `AsyncCoomon` to track with.
            customer_id: Billed for calls outside any run that names a customer (`coomon.run`).
            agent_id: The agent of calls outside any run that names one.
            signal_code: The signal that events count towards, unless a run names one.
            attributes: Merged into every event, under those of a run.
            cost: True fills in `cost_usd` from the price list (extra `prices`); a function gives it, or `None` if it does not
                know. A `cost_usd` of your own, here or in a run, always wins.

        Raises:
            ConfigurationError: `cost=True` without the price list.
        """
        super().__init__()
        self._meter = Meter(
            coomon,
            customer_id=customer_id,
            agent_id=agent_id,
            signal_code=signal_code,
            attributes=attributes,
            cost=cost,
        )
        self._meter.ledger.awaits_reports |= self._reports_late
        self._started = Started()

    def _begun(self, key: object, facts: Any = None) -> None:
        """A call has begun in the current run."""
        self._started.begin(key, self._meter.client.current_run(), facts)

    def _ended(self, key: object) -> Start:
        """A call has ended; return how it began."""
        return self._started.end(key, self._meter.client.current_run())
