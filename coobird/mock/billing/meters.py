"""Meters of prices and charges: they select events and aggregate them to a quantity (pure).

Source: the contract's `Event.signal_code`.

An event with a `signal_code` counts for every price of that signal, whichever agent sent it. An
event without one counts for the action of its agent that has its `action_type`. If several such
actions are priced, it counts for the first of them in the contract, so that it is never billed
twice.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from coobird.mock.billing.aggregation import Aggregate, usage_of
from coobird.mock.contract.json_text import JsonObject
from coobird.mock.state.event_log import StoredEvent

# Field of a stored signal that no answer has: the spans in which it was inactive.
IDLE = "idle"
# A span of the event log: `seq` of the last event before it, and of its last event. None: the span
# goes on.
SeqSpan = tuple[int, int | None]
ALWAYS: tuple[SeqSpan, ...] = ((0, None),)


def idle_spans(signal: JsonObject, status: str, last_seq: int) -> list[SeqSpan]:
    """Value of `IDLE` for a signal that gets this status.

    An inactive signal measures no new events.
    """
    kept: list[SeqSpan] = signal.get(IDLE, [])
    if status == signal["status"]:
        return kept
    return [*kept, (last_seq, None)] if status == "inactive" else [*kept[:-1], (kept[-1][0], last_seq)]


def former_code_spans(signal_id: str, holder_id: str | None, history: Iterable[JsonObject]) -> tuple[SeqSpan, ...]:
    """Spans in which events under a former code of this signal are events of the signal.

    `holder_id` is the signal that has the code now, and all events under the code are its events.
    If no signal has it, an event belongs to the signal that had it when the event arrived, or had
    it last before that. `history` has an entry for each time that a signal took the code.
    """
    if holder_id is not None:
        return ALWAYS if signal_id == holder_id else ()
    taken = sorted(history, key=lambda entry: int(entry["after"]))
    starts = [0, *(int(entry["after"]) for entry in taken[1:])]
    ends: list[int | None] = [*starts[1:], None]
    spans = zip(starts, ends, taken, strict=True)
    return tuple((start, end) for start, end, entry in spans if entry["signal_id"] == signal_id and start != end)


@dataclass(slots=True)
class UsageMeter:
    """Meter of one price or charge. Not thread-safe."""

    codes: Mapping[str, Sequence[SeqSpan]]
    """Signal codes of the events that count, each with the spans of the log in which it does."""
    aggregation: str = "count"
    value_field: str | None = None
    unit: str = "units"
    signal_id: str | None = None
    label: str = ""
    agent_id: str | None = None
    """Agent of the priced action. None for a charge."""
    action_type: str | None = None
    idle: Sequence[SeqSpan] = ()
    """Spans in which the signal was inactive: events of them do not count."""
    counted: Aggregate = field(init=False, compare=False)
    """Usage so far."""

    def __post_init__(self) -> None:
        self.forget_usage()

    def forget_usage(self) -> None:
        """Begin anew, without any usage."""
        self.counted = Aggregate(self.aggregation)

    def add(self, event: StoredEvent) -> None:
        if not self.idle or not _covers(self.idle, event.seq):
            self.counted.add(usage_of(self.aggregation, self.value_field, event.quantity, event.attributes))

    def take_over(self, other: "UsageMeter") -> None:
        """Take over what an equal meter has counted. From then on, only this one may count."""
        self.counted = other.counted

    @property
    def quantity(self) -> Fraction:
        return self.counted.quantity


def measure(meters: Sequence[UsageMeter], events: Iterable[StoredEvent]) -> None:
    """Add each event to the meters that it counts for."""
    by_code: dict[str, list[tuple[UsageMeter, Sequence[SeqSpan]]]] = {}
    by_action: dict[tuple[str | None, str | None], UsageMeter] = {}
    for meter in meters:
        for code, spans in meter.codes.items():
            by_code.setdefault(code, []).append((meter, spans))
        if meter.action_type is not None:
            by_action.setdefault((meter.agent_id, meter.action_type), meter)
    for event in events:
        if event.signal_code is not None:
            for meter, spans in by_code.get(event.signal_code, ()):
                if spans is ALWAYS or _covers(spans, event.seq):
                    meter.add(event)
        elif (first := by_action.get((event.agent_id, event.action_type))) is not None:
            first.add(event)


def price_meter(signal: JsonObject, action: JsonObject, former_codes: Mapping[str, Sequence[SeqSpan]]) -> UsageMeter:
    """Meter of the price of an agent action. It aggregates as the signal says today.

    `former_codes` are those that the signal had before, with `former_code_spans` of each.
    """
    origin = {"agent_id": action["agent_id"], "action_type": action["action_type"]}
    codes = {**former_codes, signal["signal_code"]: ALWAYS}
    return _meter(signal, codes, label=action["action_name"], **origin)


def charge_meter(charge: JsonObject, signal: JsonObject | None) -> UsageMeter:
    """Meter of a charge per unit or per seat, for events whose `signal_code` is the `charge_code`.

    `signal` is the signal of that code. If it exists, it determines the aggregation. Otherwise
    units are added up, and the number of seats is the highest quantity that was reported.
    """
    seats = {"aggregation": "max", "unit": "seats"} if charge["charge_type"] == "seat_based" else {}
    codes = {charge["charge_code"]: ALWAYS}
    return _meter(signal, codes, label=charge["charge_name"], **({} if signal else seats))


def _meter(signal: JsonObject | None, codes: Mapping[str, Sequence[SeqSpan]], **rest: Any) -> UsageMeter:
    if signal is not None:
        rest |= {"aggregation": signal["aggregation_type"], "unit": signal["unit_label"] or "units"}
        rest |= {"value_field": signal["value_field"], "signal_id": signal["id"], "idle": signal.get(IDLE, [])}
    return UsageMeter(codes, **rest)


def _covers(spans: Sequence[SeqSpan], seq: int) -> bool:
    return any(after < seq and (to is None or seq <= to) for after, to in spans)
