# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Required, Self, TypedDict

import attrs

from ..types import UNSET, Unset, read, write
from .order import Order


@attrs.define(kw_only=True)
class Event:
    """Event

    Attributes:
        event_id: Its id.
        action_type: Up (`asc`) or down. One of `asc`, `desc`.
        at: Its time.
        quantity: Number of units.
        notes: Notes.
    """

    event_id: str
    action_type: Order
    at: datetime.datetime | str
    quantity: float | Unset = UNSET
    notes: Mapping[str, Any] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object: a field that is UNSET is left out, and None is null."""
        return write(
            {
                "event_id": self.event_id,
                "action_type": self.action_type,
                "at": self.at,
                "quantity": self.quantity,
                "notes": self.notes,
            }
        )

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object. An unknown field raises TypeError."""
        fields = dict(src_dict)
        model = cls(
            event_id=fields.pop("event_id"),
            action_type=fields.pop("action_type"),
            at=read(datetime.datetime.fromisoformat, fields.pop("at")),
            quantity=fields.pop("quantity", UNSET),
            notes=fields.pop("notes", UNSET),
        )
        if fields:
            raise TypeError(f"Event has no field {', '.join(fields)}")
        return model


class EventDict(TypedDict, total=False):
    """A dict with the fields of `Event`."""

    event_id: Required[str]
    action_type: Required[Order]
    at: Required[datetime.datetime | str]
    quantity: float
    notes: Mapping[str, Any]


class TrackOptions(TypedDict, total=False):
    """The keyword arguments of `track` and of `track_immediate`."""

    action_type: Required[Order]
    quantity: float | Decimal
    notes: Mapping[str, Any] | None
    event_id: str | None
    at: datetime.datetime | None


class TrackAscOptions(TypedDict, total=False):
    """The keyword arguments of `track_asc` and of `track_asc_immediate`."""

    quantity: float | Decimal
    notes: Mapping[str, Any] | None
    event_id: str | None
    at: datetime.datetime | None
