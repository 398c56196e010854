# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Required, Self, TypedDict

import attrs

from ..types import UNSET, Unset, read, write
from .action_type import ActionType


@attrs.define(kw_only=True)
class Event:
    """One thing that an agent did for a customer.

    Attributes:
        event_id: Unique id of the event within the tenant. An id that was seen before is a
            duplicate and is not billed again.
        customer_id: The customer whom the event is billed to, by its id or its `external_id`.
            The customer has to exist by then; an event with another text is kept, and billed to
            nobody.
        agent_id: The agent that acted, by its id or its `external_id`.
        action_type: Kind of the action: a single `task`, a whole `workflow`, or an `outcome`
            that was reached.
        timestamp: Time of the event (RFC 3339; clients send UTC with milliseconds).
        signal_code: The signal that the event counts towards. With it, `attributes.cost_usd` is
            taken as the cost as it stands. Without it, the cost is looked up from the cost signals
            of the agent.
        quantity: Number of units, from 0; 1 if left out.
        attributes: Facts about the event, for example `model`, `input_tokens` or `cost_usd` (US
            dollars).
        metadata: Notes of your own. They take no part in pricing.
    """

    event_id: str
    customer_id: str
    agent_id: str
    action_type: ActionType
    timestamp: datetime.datetime | str
    signal_code: str | Unset = UNSET
    quantity: float | Unset = UNSET
    attributes: Mapping[str, Any] | Unset = UNSET
    metadata: Mapping[str, Any] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object: a field that is UNSET is left out, and None is null."""
        return write(
            {
                "event_id": self.event_id,
                "customer_id": self.customer_id,
                "agent_id": self.agent_id,
                "action_type": self.action_type,
                "timestamp": self.timestamp,
                "signal_code": self.signal_code,
                "quantity": self.quantity,
                "attributes": self.attributes,
                "metadata": self.metadata,
            }
        )

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object. An unknown field raises TypeError."""
        fields = dict(src_dict)
        model = cls(
            event_id=fields.pop("event_id"),
            customer_id=fields.pop("customer_id"),
            agent_id=fields.pop("agent_id"),
            action_type=fields.pop("action_type"),
            timestamp=read(datetime.datetime.fromisoformat, fields.pop("timestamp")),
            signal_code=fields.pop("signal_code", UNSET),
            quantity=fields.pop("quantity", UNSET),
            attributes=fields.pop("attributes", UNSET),
            metadata=fields.pop("metadata", UNSET),
        )
        if fields:
            raise TypeError(f"Event has no field {', '.join(fields)}")
        return model


class EventDict(TypedDict, total=False):
    """A dict with the fields of `Event`."""

    event_id: Required[str]
    customer_id: Required[str]
    agent_id: Required[str]
    action_type: Required[ActionType]
    timestamp: Required[datetime.datetime | str]
    signal_code: str
    quantity: float
    attributes: Mapping[str, Any]
    metadata: Mapping[str, Any]


class TrackOptions(TypedDict, total=False):
    """The keyword arguments of `track` and of `track_immediate`."""

    customer_id: str | None
    agent_id: str | None
    action_type: Required[ActionType]
    signal_code: str | None
    quantity: float | Decimal
    attributes: Mapping[str, Any] | None
    metadata: Mapping[str, Any] | None
    event_id: str | None
    timestamp: datetime.datetime | None


class TrackTaskOptions(TypedDict, total=False):
    """The keyword arguments of `track_task` and of `track_task_immediate`."""

    customer_id: str | None
    agent_id: str | None
    signal_code: str | None
    quantity: float | Decimal
    attributes: Mapping[str, Any] | None
    metadata: Mapping[str, Any] | None
    event_id: str | None
    timestamp: datetime.datetime | None


class TrackWorkflowOptions(TypedDict, total=False):
    """The keyword arguments of `track_workflow` and of `track_workflow_immediate`."""

    customer_id: str | None
    agent_id: str | None
    signal_code: str | None
    quantity: float | Decimal
    attributes: Mapping[str, Any] | None
    metadata: Mapping[str, Any] | None
    event_id: str | None
    timestamp: datetime.datetime | None


class TrackOutcomeOptions(TypedDict, total=False):
    """The keyword arguments of `track_outcome` and of `track_outcome_immediate`."""

    customer_id: str | None
    agent_id: str | None
    signal_code: str | None
    quantity: float | Decimal
    attributes: Mapping[str, Any] | None
    metadata: Mapping[str, Any] | None
    event_id: str | None
    timestamp: datetime.datetime | None
