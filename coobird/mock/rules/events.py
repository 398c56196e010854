"""Usage events: each is accepted or rejected alone, stored once, and gets its cost on arrival."""

from datetime import UTC, datetime
from typing import Any

from coobird.mock.billing.event_cost import cost_of
from coobird.mock.contract.costs import OTHER_CATEGORY
from coobird.mock.contract.instants import instant_text
from coobird.mock.contract.json_text import JsonObject, encode_text
from coobird.mock.rules.registry import rule
from coobird.mock.rules.request import CheckedRequest
from coobird.mock.state.event_log import NewEvent
from coobird.mock.state.tenant_data import TenantData


class SignalLookup:
    """Cache of the signals that the events of one batch need."""

    def __init__(self, data: TenantData) -> None:
        self._data = data
        self._signals: dict[str, JsonObject | None] = {}
        self._of_agents: dict[tuple[str, str], list[JsonObject]] = {}

    def signal(self, code: str) -> JsonObject | None:
        if code not in self._signals:
            found = self._data.find("signal", {"signal_code": code}, limit=1)
            self._signals[code] = found[0] if found else None
        return self._signals[code]

    def cost_signals(self, agent_id: str, action_type: str) -> list[JsonObject]:
        """The cost signals of an agent's actions of one type, each once."""
        key = agent_id, action_type
        if key not in self._of_agents:
            actions = self._data.find("agent_action", {"agent_id": agent_id, "action_type": action_type})
            ids = dict.fromkeys(identifier for action in actions for identifier in action["cost_signal_ids"])
            signals = [self._data.get("signal", identifier) for identifier in ids]
            self._of_agents[key] = [signal for signal in signals if signal]
        return self._of_agents[key]


@rule("track_events")
def track_events(request: CheckedRequest) -> Any:
    lookup = SignalLookup(request.data)
    received_at = instant_text(request.data.now)
    fresh: dict[str, NewEvent] = {}
    results: list[JsonObject] = []
    rejected = 0
    for event in request.body["events"]:
        event_id = event["event_id"]
        if event_id in fresh:
            results.append({"event_id": event_id, "status": "duplicate"})
            continue
        try:
            fresh[event_id] = _new_event(event, received_at, lookup)
        except ValueError as error:
            rejected += 1
            results.append({"event_id": event_id, "status": "rejected", "error": str(error)})
    known = request.data.events.add(request.data.tenant, list(fresh.values()))
    results += [{"event_id": event_id, "status": "duplicate"} for event_id in fresh if event_id in known]
    return {
        "accepted": len(fresh) - len(known),
        "duplicates": len(results) - rejected,
        "rejected": rejected,
        "results": results,
    }


def _new_event(event: JsonObject, received_at: str, lookup: SignalLookup) -> NewEvent:
    usd, category = _cost(event, lookup)
    return NewEvent(
        event["event_id"],
        event["customer_id"],
        event["agent_id"],
        event["action_type"],
        event.get("signal_code"),
        event.get("quantity", 1),
        encode_text([event.get("attributes", {}), event.get("metadata", {})]),
        _instant(event["timestamp"]),
        received_at,
        usd,
        category,
    )


def _cost(event: JsonObject, lookup: SignalLookup) -> tuple[str | None, str | None]:
    """Values of `cost_usd` and `cost_category` of a `NewEvent`."""
    code = event.get("signal_code")
    if code is None:
        cost = cost_of(event, None, lookup.cost_signals(event["agent_id"], event["action_type"]))
    else:
        stated = event.get("attributes", {}).get("cost_usd")
        if stated is None:
            return None, None
        signal = lookup.signal(code)
        if plain := plain_amount(stated):
            return plain, (signal["category"] if signal else None) or OTHER_CATEGORY
        cost = cost_of(event, signal, ())
    if cost.usd is None:
        return None, None
    parts = {name: format(usd, "f") for name, usd in cost.by_category.items()}
    return format(cost.usd, "f"), cost.category if len(parts) == 1 else encode_text(parts)


def plain_amount(stated: Any) -> str | None:
    """Text of an amount that needs no conversion. None for other values, also for valid ones.

    Nearly every event states such an amount, so this path is the quick one.
    """
    if type(stated) in (int, float) and 0 < stated < 10**15 and "e" not in (text := repr(stated)):
        return text.removesuffix(".0")
    return None


def _instant(text: str) -> str:
    """Text of an instant in the form of `instant_text`.

    Raises:
        ValueError: The instant lies outside the years 1 to 9999, though RFC 3339 allows it.
    """
    # Most events have this form already. Seconds of 60 and years below 1000 go to the full parser.
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
        return instant_text(datetime.fromisoformat(text.upper()).astimezone(UTC))
    except (ValueError, OverflowError):
        raise ValueError(f"timestamp {text!r} is not an instant of the years 1 to 9999") from None
