"""Usage of the events that a filter selects, by time and by four dimensions (pure).

A span that ends now moves with the clock: bars that have left it are subtracted, exactly.
"""

from collections import deque
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from coobird.mock.contract.instants import instant_text
from coobird.mock.contract.json_text import JsonObject
from coobird.mock.dashboard.event_filter import EventFilter, Names, model_of
from coobird.mock.dashboard.totals import Sums, Totals, amounts_of, decimal_text
from coobird.mock.state.event_log import StoredEvent

KEEP_ROWS = 200
MAX_BARS = 60
DIMENSIONS = ("customer", "agent", "model", "signal")
# Number of bars and seconds per bar of the spans that end now. `all` has bars that grow wider.
SPANS = {"1h": (60, 60), "24h": (48, 1_800), "30d": (30, 86_400)}
# Widths in seconds. Each is a multiple of the one before, and days go on doubling.
_WIDTHS = (1, 5, 15, 60, 300, 900, 3_600, 10_800, 43_200, 86_400)
# First and last second of the years 1 to 9999. A wide bar can reach beyond them.
_FIRST_SECOND, _LAST_SECOND = -62_135_596_800, 253_402_300_799

# Tenant and value. The value is None for events without a model or a signal.
RowKey = tuple[str, str | None]


class Selection(NamedTuple):
    """Events to count: a filter, and a span of the events' own time or of their arrival."""

    events: EventFilter = EventFilter()
    span: str = "all"
    by_arrival: bool = False

    def time_of(self, event: StoredEvent) -> str:
        """Instant by which an event is counted."""
        return event.received_at if self.by_arrival else event.timestamp

    def bounds(self, now: datetime) -> tuple[str, str] | None:
        """First instant of the span and of the time after it. None for `all`."""
        if self.span not in SPANS:
            return None
        count, seconds = SPANS[self.span]
        last = int(now.timestamp() // seconds)
        return instant_text(_moment((last - count + 1) * seconds)), instant_text(_moment((last + 1) * seconds))


class Usage:
    """Totals of the selected events. Events are given in the order of `seq`, each once.

    `out_of_date` is True after the clock went back or reached events of the future: then all events
    must be given again to a new `Usage`.
    """

    def __init__(self, selection: Selection, names: Names) -> None:
        self.selection = selection
        self.seq: int = 0
        """`seq` of the last event that was given."""
        self.out_of_date: bool = False
        self.total: Totals = Totals(seconds_per_bar=SPANS.get(selection.span, (0, 1))[1])
        self.rows: dict[str, dict[RowKey, Totals]] = {dimension: {} for dimension in DIMENSIONS}
        self.newest: deque[StoredEvent] = deque(maxlen=KEEP_ROWS)
        self._names = names
        self._moves = selection.span in SPANS
        count, seconds = SPANS.get(selection.span, (0, 1))
        self._count = count
        self.seconds_per_bar: int = seconds
        self._first: int | None = None
        self._last = 0
        self._future: int | None = None
        self._second: tuple[str, int] = ("", 0)

    def move_to(self, now: datetime) -> None:
        """Move the end of the span to the present time of the clock."""
        last = int(now.timestamp() // self.seconds_per_bar)
        if not self._moves or (self._last == last and self._first is not None):
            return
        if self._first is not None and (last < self._last or (self._future is not None and self._future <= last)):
            self.out_of_date = True
            return
        self._first, self._last = last - self._count + 1, last
        self.total.drop_bars_before(self._first)
        for rows in self.rows.values():
            for key, totals in list(rows.items()):
                totals.drop_bars_before(self._first)
                if not totals.events:
                    del rows[key]

    def add(self, event: StoredEvent) -> None:
        """Count one event, if it is selected."""
        self.seq = event.seq
        if not self.selection.events.matches(event, self._names):
            return
        bar = self._bar_of(event)
        if self._moves:
            if self._first is None or bar < self._first:
                return
            if bar > self._last:
                self._future = bar if self._future is None else min(self._future, bar)
                return
        else:
            bar = self._widen(bar)
        amounts, wide = amounts_of(event), self.seconds_per_bar
        self.total.widen(wide)
        self.total.count(amounts, bar)
        keys = (event.customer_id, event.agent_id, model_of(event), event.signal_code)
        for rows, value in zip(self.rows.values(), keys, strict=True):
            key = event.tenant, value
            if (totals := rows.get(key)) is None:
                totals = rows[key] = Totals(seconds_per_bar=wide)
            elif totals.seconds_per_bar != wide:
                totals.widen(wide)  # rows are widened when they are used, since there can be many
            totals.count(amounts, bar)
        self.newest.append(event)

    def newest_after(self, seq: int) -> list[StoredEvent]:
        """The newest selected events with a higher `seq`, the oldest first: at most `KEEP_ROWS`."""
        first = self._first if self._moves and self._first is not None else None
        found = [event for event in self.newest if event.seq > seq]
        return found if first is None else [event for event in found if self._bar_of(event) >= first]

    def chart(self) -> JsonObject:
        """Bounds of the chart in time, and the number and width of its bars."""
        bars = self._bars()
        return {
            "from": _instant(bars.start * self.seconds_per_bar) if bars else None,
            "to": _instant(bars.stop * self.seconds_per_bar) if bars else None,
            "seconds_per_bar": self.seconds_per_bar,
            "bars": len(bars),
        }

    def over_time(self, totals: Totals) -> JsonObject:
        """Events, tokens and cost in each bar."""
        totals.widen(self.seconds_per_bar)
        sums = [totals.bars.get(bar) or _NOTHING for bar in self._bars()]
        return {
            "events": [each.events for each in sums],
            "tokens": [each.input_tokens + each.output_tokens for each in sums],
            "cost_usd": [decimal_text(each.known_cost_usd) for each in sums],
        }

    def events_over_time(self, totals: Totals) -> list[int]:
        """Number of events in each bar."""
        totals.widen(self.seconds_per_bar)
        return [(totals.bars.get(bar) or _NOTHING).events for bar in self._bars()]

    def rest(self, shown: Sequence[Totals]) -> Totals:
        """The total without these parts, bar by bar."""
        self.total.widen(self.seconds_per_bar)
        rest = Totals(seconds_per_bar=self.seconds_per_bar)
        rest.merge(self.total)
        for bar, sums in self.total.bars.items():
            rest.bars.setdefault(bar, Sums()).merge(sums)
        for totals in shown:
            totals.widen(self.seconds_per_bar)
            rest.remove(totals)
            for bar, sums in totals.bars.items():
                rest.bars[bar].remove(sums)
        return rest

    def _bars(self) -> range:
        return range(0) if self._first is None else range(self._first, self._last + 1)

    def _bar_of(self, event: StoredEvent) -> int:
        instant = self.selection.time_of(event)
        if instant != self._second[0]:
            self._second = (instant, int(datetime.fromisoformat(instant).timestamp() // 1))
        return self._second[1] // self.seconds_per_bar

    def _widen(self, bar: int) -> int:
        """Make the bars wide enough that at most `MAX_BARS` have room, and return the new bar."""
        if self._first is None:
            self._first = self._last = bar
        self._first, self._last = min(self._first, bar), max(self._last, bar)
        while self._last - self._first >= MAX_BARS:
            times = _wider(self.seconds_per_bar) // self.seconds_per_bar
            self._first, self._last, bar = self._first // times, self._last // times, bar // times
            self.seconds_per_bar *= times
        return bar


_NOTHING = Sums()


def _wider(seconds: int) -> int:
    return next((width for width in _WIDTHS if width > seconds), seconds * 2)


def _instant(second: int) -> str:
    return _moment(second).isoformat().replace("+00:00", "Z")


def _moment(second: int) -> datetime:
    return datetime.fromtimestamp(min(max(second, _FIRST_SECOND), _LAST_SECOND), UTC)


def row_of(event: StoredEvent, names: Names) -> JsonObject:
    """Row of the table of events."""
    amounts = amounts_of(event)
    cost: Any = None if amounts.cost_usd is None else decimal_text(amounts.cost_usd)
    return {
        "seq": event.seq,
        "tenant": event.tenant,
        "timestamp": event.timestamp,
        "received_at": event.received_at,
        "customer_id": event.customer_id,
        "customer": names(event.tenant, "customer", event.customer_id),
        "agent_id": event.agent_id,
        "agent": names(event.tenant, "agent", event.agent_id),
        "action_type": event.action_type,
        "signal_code": event.signal_code,
        "model": model_of(event),
        "quantity": str(event.quantity),
        "input_tokens": str(amounts.input_tokens),
        "output_tokens": str(amounts.output_tokens),
        "cost_usd": cost,
    }
