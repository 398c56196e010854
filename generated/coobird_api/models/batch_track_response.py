# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import attrs

from ..types import read_list, write
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
        return write(
            {
                **self.additional_properties,
                "accepted": self.accepted,
                "duplicates": self.duplicates,
                "rejected": self.rejected,
                "results": self.results,
            }
        )

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object. An unknown field is kept in `additional_properties`."""
        fields = dict(src_dict)
        model = cls(
            accepted=fields.pop("accepted"),
            duplicates=fields.pop("duplicates"),
            rejected=fields.pop("rejected"),
            results=read_list(TrackEventResponse.from_dict, fields.pop("results")),
        )
        model.additional_properties = fields
        return model
