# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Required, Self, TypedDict

import attrs

from ..types import read_list, write
from .event import Event, EventDict


@attrs.define(kw_only=True)
class TrackEventsRequest:
    """A batch of usage events.

    Attributes:
        events: 1 to 1,000 events. Their order carries no meaning.
    """

    events: Sequence[Event | EventDict]

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object: a field that is UNSET is left out, and None is null."""
        return write({"events": self.events})

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object. An unknown field raises TypeError."""
        fields = dict(src_dict)
        model = cls(events=read_list(Event.from_dict, fields.pop("events")))
        if fields:
            raise TypeError(f"TrackEventsRequest has no field {', '.join(fields)}")
        return model


class TrackEventsRequestDict(TypedDict, total=False):
    """A dict with the fields of `TrackEventsRequest`."""

    events: Required[Sequence[Event | EventDict]]
