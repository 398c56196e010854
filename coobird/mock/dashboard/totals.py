"""What the page counts (pure): tallies per customer and agent that grow event by event, and the newest events. Every amount
leaves as decimal text, since a browser's numbers are binary."""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Context, Decimal, Inexact
from typing import Any, NamedTuple

from coobird.mock.billing.aggregation import LIMIT, exact
from coobird.mock.state.document_store import Doc
from coobird.mock.state.event_log import StoredEvent

KEEP_ROWS = 200
BARS = 60
# The years 1 to 9999, beyond which a wide bar can reach.
_FIRST_SECOND, _LAST_SECOND = -62_135_596_800, 253_402_300_799
# Wider than any sum of costs that can be stored, so adding never rounds.
_EXACT = Context(prec=2500, traps=[Inexact])


@dataclass(slots=True)
class Tally:
    """What some events add up to."""

    events: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: Decimal | None = None
    """None while no event has a known cost."""
    events_by_time: dict[int, int] = field(default_factory=dict[int, int])
    """By the number of the bar."""

    def add(self, event: "Counted", bar: int) -> None:
        self.events += 1
        self.input_tokens += event.input_tokens
        self.output_tokens += event.output_tokens
        self.events_by_time[bar] = self.events_by_time.get(bar, 0) + 1
        if event.cost_usd is not None:
            self.cost_usd = plus(self.cost_usd, event.cost_usd)

    def halve(self) -> None:
        """Every two bars become one."""
        events, self.events_by_time = self.events_by_time, {}
        for bar, count in events.items():
            self.events_by_time[bar // 2] = self.events_by_time.get(bar // 2, 0) + count


class Counted(NamedTuple):
    """What is added up of one event."""

    input_tokens: int
    output_tokens: int
    cost_usd: Decimal | None


@dataclass(slots=True)
class Usage:
    """The tallies of one tenant."""

    total: Tally = field(default_factory=Tally)
    cost_by_time: dict[int, Decimal] = field(default_factory=dict[int, Decimal])
    customers: dict[str, Tally] = field(default_factory=dict[str, Tally])
    agents: dict[str, Tally] = field(default_factory=dict[str, Tally])
    newest: deque[StoredEvent] = field(default_factory=lambda: deque[StoredEvent](maxlen=KEEP_ROWS))

    def add(self, event: StoredEvent, bar: int) -> None:
        counted = _counted(event)
        self.total.add(counted, bar)
        self.customers.setdefault(event.customer_id, Tally()).add(counted, bar)
        self.agents.setdefault(event.agent_id, Tally()).add(counted, bar)
        if counted.cost_usd is not None:
            self.cost_by_time[bar] = plus(self.cost_by_time.get(bar), counted.cost_usd)
        self.newest.append(event)

    def halve(self) -> None:
        """Every two bars become one."""
        for tally in (self.total, *self.customers.values(), *self.agents.values()):
            tally.halve()
        costs, self.cost_by_time = self.cost_by_time, {}
        for bar, cost in costs.items():
            self.cost_by_time[bar // 2] = plus(self.cost_by_time.get(bar // 2), cost)


class Board:
    """All tenants' tallies on one axis of time, and the newest events of each.

    The bars of the charts start out a second wide and double their width whenever there would be more than `BARS`.
    """

    def __init__(self) -> None:
        self.tenants: dict[str, Usage] = {}
        self._newest: deque[StoredEvent] = deque(maxlen=KEEP_ROWS)
        self.seconds_per_bar = 1
        self.first_bar: int | None = None
        self.last_bar = 0
        self._second: tuple[str, int] = ("", 0)

    def add(self, event: StoredEvent) -> None:
        """Count one event. Events are given once each, in the order of their `seq`."""
        bar = self._bar(event.received_at)
        self.tenants.setdefault(event.tenant, Usage()).add(event, bar)
        self._newest.append(event)

    def newest(self, tenant: str | None, after: int) -> list[Doc]:
        """The newest events of a tenant or of all, oldest first: at most `KEEP_ROWS`, and none up to the `seq` `after`."""
        kept = [self._newest] if tenant is None else [usage.newest for usage in self.usages(tenant).values()]
        return [_row(event) for events in kept for event in events if event.seq > after]

    def usages(self, tenant: str | None) -> Mapping[str, Usage]:
        """By tenant: that one's, or everybody's."""
        if tenant is None:
            return self.tenants
        return {tenant: self.tenants[tenant]} if tenant in self.tenants else {}

    def chart(self, tenant: str | None) -> Doc:
        """Events and cost over the time of arrival, one number per bar."""
        usages, bars = self.usages(tenant).values(), self._bars()
        costs = [Decimal(0)] * len(bars)
        for usage in usages:
            for bar, cost in usage.cost_by_time.items():
                costs[bar - bars.start] = plus(costs[bar - bars.start], cost)
        return {
            "from": _instant(bars.start * self.seconds_per_bar) if bars else None,
            "to": _instant(bars.stop * self.seconds_per_bar) if bars else None,
            "seconds_per_bar": self.seconds_per_bar,
            "events": [sum(usage.total.events_by_time.get(bar, 0) for usage in usages) for bar in bars],
            "cost_usd": [plain(cost) for cost in costs],
        }

    def over_time(self, tally: Tally) -> list[int]:
        """Events per bar."""
        return [tally.events_by_time.get(bar, 0) for bar in self._bars()]

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
            for usage in self.tenants.values():
                usage.halve()
        return bar


def merged(tallies: Iterable[Tally]) -> Tally:
    """The sum of some tallies, without their times."""
    found = Tally()
    for tally in tallies:
        found.events += tally.events
        found.input_tokens += tally.input_tokens
        found.output_tokens += tally.output_tokens
        if tally.cost_usd is not None:
            found.cost_usd = plus(found.cost_usd, tally.cost_usd)
    return found


def plus(left: Decimal | None, right: Decimal) -> Decimal:
    """Exact, whatever the number of digits."""
    return right if left is None else _EXACT.add(left, right)


def less(left: Decimal, right: Decimal) -> Decimal:
    """Exact, whatever the number of digits."""
    return _EXACT.subtract(left, right)


def plain(amount: Decimal) -> str:
    """All digits of an amount, without an exponent and without zeros at the end."""
    text = format(amount, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def tokens(value: Any) -> int:
    """A number of tokens as an attribute states it; 0 for anything that is none."""
    if type(value) is int and 0 <= value <= LIMIT:  # what nearly every event has
        return value
    number = exact(value)
    return int(number) if number is not None and number > 0 else 0


def _counted(event: StoredEvent) -> Counted:
    attributes, cost = event.attributes, event.cost_usd
    return Counted(
        tokens(attributes.get("input_tokens")),
        tokens(attributes.get("output_tokens")),
        None if cost is None else Decimal(cost),
    )


def _row(event: StoredEvent) -> Doc:
    counted = _counted(event)
    return {
        "seq": event.seq,
        "tenant": event.tenant,
        "received_at": event.received_at,
        "customer_id": event.customer_id,
        "agent_id": event.agent_id,
        "action_type": event.action_type,
        "signal_code": event.signal_code,
        "quantity": str(event.quantity),
        "input_tokens": str(counted.input_tokens),
        "output_tokens": str(counted.output_tokens),
        "cost_usd": None if counted.cost_usd is None else plain(counted.cost_usd),
    }


def _instant(second: int) -> str:
    within = min(max(second, _FIRST_SECOND), _LAST_SECOND)
    return datetime.fromtimestamp(within, UTC).isoformat().replace("+00:00", "Z")
