"""Usage events: each is judged on its own, kept once, and given its cost on arrival."""

from datetime import UTC, datetime
from typing import Any

from coobird.mock.call import Call
from coobird.mock.clock import stamp
from coobird.mock.cost import UNKNOWN, Cost, cost_of
from coobird.mock.data import Data
from coobird.mock.eventlog import StoredEvent
from coobird.mock.rules import rule
from coobird.mock.store import Doc


class Lookup:
    """The signals that events of one batch name, each asked for once."""

    def __init__(self, data: Data) -> None:
        self._data = data
        self._signals: dict[str, Doc | None] = {}
        self._of_agents: dict[tuple[str, str], list[Doc]] = {}

    def signal(self, code: str) -> Doc | None:
        if code not in self._signals:
            found = self._data.find("signal", {"signal_code": code}, limit=1)
            self._signals[code] = found[0] if found else None
        return self._signals[code]

    def cost_signals(self, agent_id: str, action_type: str) -> list[Doc]:
        """The cost signals of an agent's actions of one type, each once."""
        key = agent_id, action_type
        if key not in self._of_agents:
            actions = self._data.find("agent_action", {"agent_id": agent_id, "action_type": action_type})
            ids = dict.fromkeys(identifier for action in actions for identifier in action["cost_signal_ids"])
            signals = [self._data.get("signal", identifier) for identifier in ids]
            self._of_agents[key] = [signal for signal in signals if signal]
        return self._of_agents[key]


@rule("track_events")
def track_events(call: Call) -> Any:
    lookup = Lookup(call.data)
    received_at = stamp(call.data.now)
    fresh: dict[str, StoredEvent] = {}
    results: list[Doc] = []
    rejected = 0
    for event in call.body["events"]:
        event_id = event["event_id"]
        if event_id in fresh:
            results.append({"event_id": event_id, "status": "duplicate"})
            continue
        try:
            fresh[event_id] = _stored(event, call.data.tenant, received_at, _cost(event, lookup))
        except ValueError as error:
            rejected += 1
            results.append({"event_id": event_id, "status": "rejected", "error": str(error)})
    known = call.data.events.add(call.data.tenant, list(fresh.values()))
    results += [{"event_id": event_id, "status": "duplicate"} for event_id in fresh if event_id in known]
    return {
        "accepted": len(fresh) - len(known),
        "duplicates": len(results) - rejected,
        "rejected": rejected,
        "results": results,
    }


def _cost(event: Doc, lookup: Lookup) -> Cost:
    code = event.get("signal_code")
    if code is None:
        return cost_of(event, None, lookup.cost_signals(event["agent_id"], event["action_type"]))
    if event.get("attributes", {}).get("cost_usd") is None:
        return UNKNOWN
    return cost_of(event, lookup.signal(code), ())


def _stored(event: Doc, tenant: str, received_at: str, cost: Cost) -> StoredEvent:
    return StoredEvent(
        seq=0,
        tenant=tenant,
        event_id=event["event_id"],
        customer_id=event["customer_id"],
        agent_id=event["agent_id"],
        action_type=event["action_type"],
        signal_code=event.get("signal_code"),
        quantity=event.get("quantity", 1),
        attributes=event.get("attributes", {}),
        metadata=event.get("metadata", {}),
        timestamp=_instant(event["timestamp"]),
        received_at=received_at,
        cost_usd=None if cost.usd is None else format(cost.usd, "f"),
        cost_category=cost.category,
    )


def _instant(text: str) -> str:
    """The contract lets every RFC 3339 instant through; not all of them exist in a calendar of years 1 to 9999."""
    if (
        len(text) == 24
        and text[10] == "T"
        and text[19] == "."
        and text[23] == "Z"
        and text[17] != "6"
        and text[0] != "0"
    ):
        return text
    try:
        return stamp(datetime.fromisoformat(text.upper()).astimezone(UTC))
    except (ValueError, OverflowError):
        raise ValueError(f"timestamp {text!r} is not an instant that can be kept") from None
