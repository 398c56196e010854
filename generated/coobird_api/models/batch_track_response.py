# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import attrs

from ..types import integer, json_object, list_of, required, write
from .track_event_response import TrackEventResponse


@attrs.define(kw_only=True)
class BatchTrackResponse:
    """Result of a batch of events.

    Attributes:
        accepted: Number of events that were newly accepted.
        duplicates: Number of events with an `event_id` that was seen before.
        rejected: Number of events that were rejected, each for a reason of its own.
        results: Only the events that were **not** newly accepted.
    """

    accepted: int
    duplicates: int
    rejected: int
    results: list[TrackEventResponse]
    additional_properties: dict[str, Any] = attrs.field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object: a field that is UNSET is left out, and None is null."""
        return write(self.additional_properties) | write(
            {
                "accepted": self.accepted,
                "duplicates": self.duplicates,
                "rejected": self.rejected,
                "results": self.results,
            }
        )

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object.

        A required field that is missing reads as None if null is allowed, else as UNSET. A value of
        another type reads as UNSET; `additional_properties` keeps it, and the unknown fields.
        """
        fields = json_object(src_dict)
        model = cls(
            accepted=required(cls, fields, "accepted", integer),
            duplicates=required(cls, fields, "duplicates", integer),
            rejected=required(cls, fields, "rejected", integer),
            results=required(cls, fields, "results", list_of(TrackEventResponse.from_dict)),
        )
        model.additional_properties = fields
        return model
