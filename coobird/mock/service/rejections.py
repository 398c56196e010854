"""Rejected events: facts about the events of a batch that the server refused one by one (pure)."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from coobird.mock.contract import json_text
from coobird.mock.contract.json_text import JsonObject

# Attributes of an event are kept up to this length, since they are of any size.
_MAX_ATTRIBUTES_BYTES = 4_096


class RejectedEvent(NamedTuple):
    """An event that the server rejected: it is stored nowhere, and nothing bills it."""

    number: int
    """Number of the rejected event since the start of the server, from 1."""
    at: str
    tenant: str
    key: str | None
    request_id: str
    event_id: str
    error: str
    """Reason, in the words of the answer."""
    customer_id: str
    agent_id: str
    action_type: str
    signal_code: str | None
    quantity: int | float
    attributes: dict[str, Any]
    """Empty if they are long."""
    timestamp: str


def results_of(content: bytes) -> list[JsonObject]:
    """Results in the answer to a batch of events: an entry for each event that is not new."""
    # Nearly every batch has none, and is not decoded.
    if b'"results":[]' in content:
        return []
    results: list[JsonObject] = json_text.decode(content).get("results", [])
    return results


def rejected_in(results: Sequence[JsonObject], body: bytes) -> Iterator[tuple[JsonObject, str]]:
    """The rejected events of a batch, each with the reason.

    `body` is the body of the request, which the server has accepted.
    """
    reasons = [(result["event_id"], result["error"]) for result in results if result["status"] == "rejected"]
    if not reasons:
        return
    sent: dict[str, JsonObject] = {}
    for event in json_text.decode(body)["events"]:
        sent.setdefault(event["event_id"], event)
    for event_id, reason in reasons:
        yield sent[event_id], reason


def short(attributes: JsonObject) -> JsonObject:
    """The attributes of an event if they are short enough to be kept, else none."""
    return attributes if len(json_text.encode_text(attributes)) <= _MAX_ATTRIBUTES_BYTES else {}
