"""Totals of the page (pure): sums per customer and agent, and the newest events.

Every amount is returned as decimal text, since the numbers of a browser are binary.
"""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Context, Decimal, Inexact
from typing import Any, NamedTuple

from coobird.mock.billing.aggregation import LIMIT, exact
from coobird.mock.contract.json_text import JsonObject
from coobird.mock.state.event_log import StoredEvent

KEEP_ROWS = 200
BARS = 60
# First and last second of the years 1 to 9999. A wide bar can reach beyond them.
_FIRST_SECOND, _LAST_SECOND = -62_135_596_800, 253_402_300_799
# Wider than any sum of costs that can be stored, so adding never rounds. The trap proves it.
_EXACT = Context(prec=2500, traps=[Inexact])


@dataclass(slots=True)
class Totals:
    """Sums over some events."""

    events: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: Decimal | None = None
    """None while no event has a known cost."""
    events_by_time: dict[int, int] = field(default_factory=dict[int, int])
    """Number of events by the number of the bar."""

    def add(self, event: "EventAmounts", bar: int) -> None:
        self.events += 1
        self.input_tokens += event.input_tokens
        self.output_tokens += event.output_tokens
        self.events_by_time[bar] = self.events_by_time.get(bar, 0) + 1
        if event.cost_usd is not None:
            self.cost_usd = plus(self.cost_usd, event.cost_usd)

    def halve_bars(self) -> None:
        """Merge every two bars into one."""
        events, self.events_by_time = self.events_by_time, {}
        for bar, count in events.items():
            self.events_by_time[bar // 2] = self.events_by_time.get(bar // 2, 0) + count


class EventAmounts(NamedTuple):
    """Amounts of one event that are added up."""

    input_tokens: int
    output_tokens: int
    cost_usd: Decimal | None


@dataclass(slots=True)
class TenantTotals:
    """Totals of one tenant, overall and by customer and agent."""

    total: Totals = field(default_factory=Totals)
    cost_by_time: dict[int, Decimal] = field(default_factory=dict[int, Decimal])
    customers: dict[str, Totals] = field(default_factory=dict[str, Totals])
    agents: dict[str, Totals] = field(default_factory=dict[str, Totals])
    newest: deque[StoredEvent] = field(default_factory=lambda: deque[StoredEvent](maxlen=KEEP_ROWS))

    def add(self, event: StoredEvent, bar: int) -> None:
        amounts = _amounts(event)
        self.total.add(amounts, bar)
        self.customers.setdefault(event.customer_id, Totals()).add(amounts, bar)
        self.agents.setdefault(event.agent_id, Totals()).add(amounts, bar)
        if amounts.cost_usd is not None:
            self.cost_by_time[bar] = plus(self.cost_by_time.get(bar), amounts.cost_usd)
        self.newest.append(event)

    def halve_bars(self) -> None:
        """Merge every two bars into one."""
        for totals in (self.total, *self.customers.values(), *self.agents.values()):
            totals.halve_bars()
        costs, self.cost_by_time = self.cost_by_time, {}
        for bar, cost in costs.items():
            self.cost_by_time[bar // 2] = plus(self.cost_by_time.get(bar // 2), cost)


class EventTotals:
    """Totals of all tenants on one time axis, and the newest events of each.

    A bar of the charts is one second wide at first. Its width doubles each time that there would be
    more than `BARS` bars.
    """

    def __init__(self) -> None:
        self.tenants: dict[str, TenantTotals] = {}
        self._newest: deque[StoredEvent] = deque(maxlen=KEEP_ROWS)
        self.seconds_per_bar = 1
        self.first_bar: int | None = None
        self.last_bar = 0
        self._second: tuple[str, int] = ("", 0)

    def add(self, event: StoredEvent) -> None:
        """Count one event. Each event must be given once, in the order of `seq`."""
        bar = self._bar(event.received_at)
        self.tenants.setdefault(event.tenant, TenantTotals()).add(event, bar)
        self._newest.append(event)

    def newest(self, tenant: str | None, after: int) -> list[JsonObject]:
        """The newest events of one tenant or of all, with a `seq` above `after`, the oldest first.

        At most `KEEP_ROWS` events.
        """
        kept = [self._newest] if tenant is None else [totals.newest for totals in self.of(tenant).values()]
        return [_row(event) for events in kept for event in events if event.seq > after]

    def of(self, tenant: str | None) -> Mapping[str, TenantTotals]:
        """Totals by tenant: of this tenant, or of all."""
        if tenant is None:
            return self.tenants
        return {tenant: self.tenants[tenant]} if tenant in self.tenants else {}

    def chart(self, tenant: str | None) -> JsonObject:
        """Events and cost over the time of arrival, one number per bar."""
        chosen, bars = self.of(tenant).values(), self._bars()
        costs = [Decimal(0)] * len(bars)
        for totals in chosen:
            for bar, cost in totals.cost_by_time.items():
                costs[bar - bars.start] = plus(costs[bar - bars.start], cost)
        return {
            "from": _instant(bars.start * self.seconds_per_bar) if bars else None,
            "to": _instant(bars.stop * self.seconds_per_bar) if bars else None,
            "seconds_per_bar": self.seconds_per_bar,
            "events": [sum(totals.total.events_by_time.get(bar, 0) for totals in chosen) for bar in bars],
            "cost_usd": [decimal_text(cost) for cost in costs],
        }

    def over_time(self, totals: Totals) -> list[int]:
        """Number of events in each bar."""
        return [totals.events_by_time.get(bar, 0) for bar in self._bars()]

    def _bars(self) -> range:
        return range(0) if self.first_bar is None else range(self.first_bar, self.last_bar + 1)

    def _bar(self, instant: str) -> int:
        if instant != self._second[0]:
            self._second = (instant, int(datetime.fromisoformat(instant).timestamp() // 1))
        bar = self._second[1] // self.seconds_per_bar
        if self.first_bar is None:
            self.first_bar = self.last_bar = bar
        self.first_bar, self.last_bar = min(self.first_bar, bar), max(self.last_bar, bar)
        while self.last_bar - self.first_bar >= BARS:
            self.first_bar, self.last_bar, bar = self.first_bar // 2, self.last_bar // 2, bar // 2
            self.seconds_per_bar *= 2
            for totals in self.tenants.values():
                totals.halve_bars()
        return bar


def merged(parts: Iterable[Totals]) -> Totals:
    """Sum of the parts, without their bars."""
    found = Totals()
    for part in parts:
        found.events += part.events
        found.input_tokens += part.input_tokens
        found.output_tokens += part.output_tokens
        if part.cost_usd is not None:
            found.cost_usd = plus(found.cost_usd, part.cost_usd)
    return found


def plus(left: Decimal | None, right: Decimal) -> Decimal:
    """Exact sum, for any number of digits. None counts as 0."""
    return right if left is None else _EXACT.add(left, right)


def minus(left: Decimal, right: Decimal) -> Decimal:
    """Exact difference, for any number of digits."""
    return _EXACT.subtract(left, right)


def decimal_text(amount: Decimal) -> str:
    """All digits of an amount, without an exponent and without trailing zeros."""
    text = format(amount, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def tokens(value: Any) -> int:
    """Number of tokens in an attribute. 0 for a value that is not a number, or is negative."""
    if type(value) is int and 0 <= value <= LIMIT:  # quick path, since nearly every event has such a value
        return value
    number = exact(value)
    return int(number) if number is not None and number > 0 else 0


def _amounts(event: StoredEvent) -> EventAmounts:
    attributes, cost = event.attributes, event.cost_usd
    return EventAmounts(
        tokens(attributes.get("input_tokens")),
        tokens(attributes.get("output_tokens")),
        None if cost is None else Decimal(cost),
    )


def _row(event: StoredEvent) -> JsonObject:
    amounts = _amounts(event)
    return {
        "seq": event.seq,
        "tenant": event.tenant,
        "received_at": event.received_at,
        "customer_id": event.customer_id,
        "agent_id": event.agent_id,
        "action_type": event.action_type,
        "signal_code": event.signal_code,
        "quantity": str(event.quantity),
        "input_tokens": str(amounts.input_tokens),
        "output_tokens": str(amounts.output_tokens),
        "cost_usd": None if amounts.cost_usd is None else decimal_text(amounts.cost_usd),
    }


def _instant(second: int) -> str:
    within = min(max(second, _FIRST_SECOND), _LAST_SECOND)
    return datetime.fromtimestamp(within, UTC).isoformat().replace("+00:00", "Z")
