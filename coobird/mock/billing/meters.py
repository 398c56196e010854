"""Meters of prices and charges: they select events and aggregate them to a quantity (pure).

Source: the contract's `Event.signal_code`.

An event with a `signal_code` counts for every price of that signal, whichever agent sent it. An
event without one counts for the action of its agent that has its `action_type`. If several such
actions are priced, it counts for the first of them in the contract, so that it is never billed
twice.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from coobird.mock.billing.aggregation import Aggregate, usage_of
from coobird.mock.contract.json_text import JsonObject
from coobird.mock.state.event_log import StoredEvent

# Field of a stored signal that no answer has: the spans in which it was inactive.
IDLE = "idle"
# `seq` of the last event before a signal became inactive, and of the last one before it was active
# again (None while it is inactive).
IdleSpan = tuple[int, int | None]


def idle_spans(signal: JsonObject, status: str, last_seq: int) -> list[IdleSpan]:
    """Value of `IDLE` for a signal that gets this status.

    An inactive signal measures no new events.
    """
    kept: list[IdleSpan] = signal.get(IDLE, [])
    if status == signal["status"]:
        return kept
    return [*kept, (last_seq, None)] if status == "inactive" else [*kept[:-1], (kept[-1][0], last_seq)]


@dataclass(slots=True)
class UsageMeter:
    """Meter of one price or charge. Not thread-safe."""

    codes: frozenset[str]
    """Signal codes of the events that count."""
    aggregation: str = "count"
    value_field: str | None = None
    unit: str = "units"
    signal_id: str | None = None
    label: str = ""
    agent_id: str | None = None
    """Agent of the priced action. None for a charge."""
    action_type: str | None = None
    idle: list[IdleSpan] = field(default_factory=list[IdleSpan])
    """Spans in which the signal was inactive: events of them do not count."""
    _used: Aggregate = field(init=False)

    def __post_init__(self) -> None:
        self._used = Aggregate(self.aggregation)

    def add(self, event: StoredEvent) -> None:
        if not self.idle or not any(after < event.seq and (to is None or event.seq <= to) for after, to in self.idle):
            self._used.add(usage_of(self.aggregation, self.value_field, event.quantity, event.attributes))

    @property
    def quantity(self) -> Fraction:
        return self._used.quantity


def measure(meters: Sequence[UsageMeter], events: Iterable[StoredEvent]) -> None:
    """Add each event to the meters that it counts for."""
    by_code: dict[str, list[UsageMeter]] = {}
    by_action: dict[tuple[str | None, str | None], UsageMeter] = {}
    for meter in meters:
        for code in meter.codes:
            by_code.setdefault(code, []).append(meter)
        if meter.action_type is not None:
            by_action.setdefault((meter.agent_id, meter.action_type), meter)
    for event in events:
        if event.signal_code is not None:
            for meter in by_code.get(event.signal_code, ()):
                meter.add(event)
        elif (first := by_action.get((event.agent_id, event.action_type))) is not None:
            first.add(event)


def price_meter(price: JsonObject, signal: JsonObject, action: JsonObject, *, old_code_is_taken: bool) -> UsageMeter:
    """Meter of the price of an agent action. It aggregates as the signal says today.

    `old_code_is_taken` is True if a signal has the `signal_code` that the price copied.
    """
    codes = {signal["signal_code"]}
    # After a renaming, events under the old code still count, unless another signal has that code
    # now.
    if not old_code_is_taken:
        codes.add(price["signal_code"])
    origin = {"agent_id": action["agent_id"], "action_type": action["action_type"]}
    return _meter(signal, codes, label=action["action_name"], **origin)


def charge_meter(charge: JsonObject, signal: JsonObject | None) -> UsageMeter:
    """Meter of a charge per unit or per seat, for events whose `signal_code` is the `charge_code`.

    `signal` is the signal of that code. If it exists, it determines the aggregation. Otherwise
    units are added up, and the number of seats is the highest quantity that was reported.
    """
    seats = {"aggregation": "max", "unit": "seats"} if charge["charge_type"] == "seat_based" else {}
    return _meter(signal, {charge["charge_code"]}, label=charge["charge_name"], **({} if signal else seats))


def _meter(signal: JsonObject | None, codes: set[str], **rest: Any) -> UsageMeter:
    if signal is not None:
        rest |= {"aggregation": signal["aggregation_type"], "unit": signal["unit_label"] or "units"}
        rest |= {"value_field": signal["value_field"], "signal_id": signal["id"], "idle": signal.get(IDLE, [])}
    return UsageMeter(frozenset(codes), **rest)
