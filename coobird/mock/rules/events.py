"""Usage events: each is accepted or rejected alone, stored once, and gets its cost on arrival."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache, partial
from typing import Any

from coobird.mock.billing.aggregation import refusal
from coobird.mock.billing.event_cost import cost_of
from coobird.mock.contract.costs import OTHER_CATEGORY
from coobird.mock.contract.instants import instant_text
from coobird.mock.contract.json_text import JsonObject, encode_text
from coobird.mock.rules.known_ids import KnownIds
from coobird.mock.rules.registry import rule
from coobird.mock.rules.request import CheckedRequest
from coobird.mock.state.event_log import NewEvent
from coobird.mock.state.tenant_data import TenantData

# Aggregations that read the number in an attribute.
_OF_NUMBERS = frozenset({"sum", "max", "min", "average"})


# Signals that the events of one code, or of one action of an agent, need: the signal that has the
# code now, the cost signals of the action, and the attributes of which a signal measures the
# number, now or by its price.
_Signals = tuple[JsonObject | None, Sequence[JsonObject], frozenset[str]]


@rule("track_events")
def track_events(request: CheckedRequest) -> Any:
    # Most events of a batch need the same few signals.
    of_code, of_action = cache(partial(_of_code, request.data)), cache(partial(_of_action, request.data))
    known_ids = KnownIds(request.data) if request.known_ids else None
    received_at = instant_text(request.data.now)
    fresh: dict[str, NewEvent] = {}
    duplicates: list[str] = []
    refused: list[tuple[str, str]] = []
    for event in request.body["events"]:
        event_id = event["event_id"]
        if event_id in fresh:
            duplicates.append(event_id)
            continue
        try:
            if known_ids is not None:
                known_ids.check(event)
            code = event.get("signal_code")
            signals = of_action(event["agent_id"], event["action_type"]) if code is None else of_code(code)
            fresh[event_id] = _new_event(event, received_at, signals)
        except ValueError as error:
            refused.append((event_id, str(error)))
    # An event that is sent again is a duplicate, also if a signal has changed since so that it
    # would be refused. A client that reads `rejected` reports a stored event as lost.
    refused_ids = [event_id for event_id, _ in refused]
    stored = request.data.events.known(request.data.tenant, refused_ids) if refused else set[str]()
    duplicates += [event_id for event_id, _ in refused if event_id in stored]
    rejected = [(event_id, reason) for event_id, reason in refused if event_id not in stored]
    known = request.data.events.add(request.data.tenant, fresh)
    request.bills.add(request.data, len(fresh) - len(known))
    duplicates += [event_id for event_id in fresh if event_id in known]
    return {
        "accepted": len(fresh) - len(known),
        "duplicates": len(duplicates),
        "rejected": len(rejected),
        "results": [
            *({"event_id": event_id, "status": "rejected", "error": reason} for event_id, reason in rejected),
            *({"event_id": event_id, "status": "duplicate"} for event_id in duplicates),
        ],
    }


def _of_code(data: TenantData, code: str) -> _Signals:
    """The signal of this code is measured, or else the signals that had it before."""
    found = data.find("signal", {"signal_code": code}, limit=1)
    if found:
        return found[0], (), _measured_fields(found, ())
    former = dict.fromkeys(entry["signal_id"] for entry in data.find("signal_code", {"signal_code": code}))
    return None, (), _measured_fields([data.need("signal", each) for each in former], ())


def _of_action(data: TenantData, agent_id: str, action_type: str) -> _Signals:
    """The billable signals of an agent's actions of one type, and of their prices, are measured."""
    actions = data.find("agent_action", {"agent_id": agent_id, "action_type": action_type})
    prices = [
        price for action in actions for price in data.find("plan_agent_action", {"agent_action_id": action["id"]})
    ]
    billable = _signals(data, [each["billable_signal_id"] for each in (*actions, *prices)])
    costs = _signals(data, [each for action in actions for each in action["cost_signal_ids"]])
    return None, costs, _measured_fields(billable, costs)


def _signals(data: TenantData, ids: Sequence[str]) -> list[JsonObject]:
    """Signals with these ids, each once, without those that do not exist."""
    return [signal for each in dict.fromkeys(ids) if (signal := data.get("signal", each))]


def _measured_fields(billable: Sequence[JsonObject], costs: Sequence[JsonObject]) -> frozenset[str]:
    measuring = [each for each in billable if each["aggregation_type"] in _OF_NUMBERS]
    measuring += [each for each in costs if each["cost_type"] == "variable"]
    return frozenset(each["value_field"] for each in measuring if each["status"] == "active" and each["value_field"])


def _new_event(event: JsonObject, received_at: str, signals: _Signals) -> NewEvent:
    signal, costs, measured_fields = signals
    attributes = event.get("attributes", {})
    for field in measured_fields:
        if reason := refusal(attributes.get(field)):
            raise ValueError(f"attributes.{field} {reason}")
    usd, category = _cost(event, attributes, signal, costs)
    return NewEvent(
        event["event_id"],
        event["customer_id"],
        event["agent_id"],
        event["action_type"],
        event.get("signal_code"),
        event.get("quantity", 1),
        encode_text([attributes, event.get("metadata", {})]),
        _instant(event["timestamp"]),
        received_at,
        usd,
        category,
    )


def _cost(
    event: JsonObject, attributes: JsonObject, signal: JsonObject | None, costs: Sequence[JsonObject]
) -> tuple[str | None, str | None]:
    """Values of `cost_usd` and `cost_category` of a `NewEvent`."""
    if event.get("signal_code") is not None:
        stated = attributes.get("cost_usd")
        if stated is None:
            return None, None
        if plain := plain_amount(stated):
            return plain, (signal["category"] if signal else None) or OTHER_CATEGORY
    cost = cost_of(event, signal, costs)
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
