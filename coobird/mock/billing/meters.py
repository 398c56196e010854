"""Which events count towards which price, and what quantity they make. Source: the contract's `Event.signal_code`.

An event that names a signal counts towards every price of that signal, whichever agent sent it. An event that names none
stands for the action of its agent that has its `action_type`; if several such actions are priced, for the first of them in
the contract, so that it is never billed twice.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from coobird.mock.billing.aggregation import Aggregate, usage_of
from coobird.mock.state.document_store import Doc
from coobird.mock.state.event_log import StoredEvent
from coobird.mock.state.tenant_data import Data

IDLE = "idle"
# The last event before a signal became inactive, and the last one before it was active again.
Idle = tuple[int, int | None]


def idle_times(signal: Doc, status: str, last_seq: int) -> list[Idle]:
    """What a signal keeps under `IDLE` once it has this status: an inactive signal measures no new events (pure)."""
    kept: list[Idle] = signal.get(IDLE, [])
    if status == signal["status"]:
        return kept
    return [*kept, (last_seq, None)] if status == "inactive" else [*kept[:-1], (kept[-1][0], last_seq)]


@dataclass(slots=True)
class Meter:
    """Collects the usage of one price or charge. Not thread-safe."""

    codes: frozenset[str]
    """Signal codes whose events count."""
    aggregation: str = "count"
    value_field: str | None = None
    unit: str = "units"
    signal_id: str | None = None
    label: str = ""
    agent_id: str | None = None
    """The agent whose action is priced, if one is."""
    action_type: str | None = None
    idle: list[Idle] = field(default_factory=list[Idle])
    """What the signal keeps under `IDLE`."""
    _used: Aggregate = field(init=False)

    def __post_init__(self) -> None:
        self._used = Aggregate(self.aggregation)

    def add(self, event: StoredEvent) -> None:
        if not self.idle or not any(after < event.seq and (to is None or event.seq <= to) for after, to in self.idle):
            self._used.add(usage_of(self.aggregation, self.value_field, event.quantity, event.attributes))

    @property
    def quantity(self) -> Fraction:
        return self._used.quantity


def measure(meters: Sequence[Meter], events: Iterable[StoredEvent]) -> None:
    """Show each event to the meters it counts towards (pure)."""
    by_code: dict[str, list[Meter]] = {}
    by_action: dict[tuple[str | None, str | None], Meter] = {}
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


def price_meter(data: Data, price: Doc) -> Meter:
    """The meter of an agent action's price. How its signal measures is what the signal says today."""
    # While a contract has the price, neither can be deleted.
    signal = data.need("signal", price["billable_signal_id"])
    action = data.need("agent_action", price["agent_action_id"])
    codes = {signal["signal_code"]}
    # After a renaming, events under the old code still count, unless that code means something else by now.
    if not data.count("signal", {"signal_code": price["signal_code"]}):
        codes.add(price["signal_code"])
    origin = {"agent_id": action["agent_id"], "action_type": action["action_type"]}
    return _meter(signal, codes, label=action["action_name"], **origin)


def charge_meter(data: Data, charge: Doc) -> Meter:
    """The meter of a charge per unit or seat: events name the `charge_code` as their signal. If there is such a signal,
    it says how to measure; otherwise units are added up, and seats are the most that was reported."""
    code = charge["charge_code"]
    signal = next(iter(data.find("signal", {"signal_code": code}, limit=1)), None)
    unmeasured = {"aggregation": "max", "unit": "seats"} if charge["charge_type"] == "seat_based" else {}
    return _meter(signal, {code}, label=charge["charge_name"], **({} if signal else unmeasured))


def _meter(signal: Doc | None, codes: set[str], **rest: Any) -> Meter:
    if signal is not None:
        rest |= {"aggregation": signal["aggregation_type"], "unit": signal["unit_label"] or "units"}
        rest |= {"value_field": signal["value_field"], "signal_id": signal["id"], "idle": signal.get(IDLE, [])}
    return Meter(frozenset(codes), **rest)
