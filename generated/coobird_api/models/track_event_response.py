# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import attrs

from ..types import UNSET, Unset, json_object, optional, required, text, write


@attrs.define(kw_only=True)
class TrackEventResponse:
    """Result of one event that was not newly accepted.

    Attributes:
        event_id: The event's id.
        status: Reason why it was not newly accepted. Known values: `duplicate`, `rejected`.
        error: Reason for the rejection, in a sentence for a person.
    """

    event_id: str
    status: str
    error: str | Unset = UNSET
    additional_properties: dict[str, Any] = attrs.field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object: a field that is UNSET is left out, and None is null."""
        return write(self.additional_properties) | write(
            {"event_id": self.event_id, "status": self.status, "error": self.error}
        )

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object.

        A required field that is missing reads as None if null is allowed, else as UNSET. A value of
        another type reads as UNSET; `additional_properties` keeps it, and the unknown fields.
        """
        fields = json_object(src_dict)
        model = cls(
            event_id=required(cls, fields, "event_id", text),
            status=required(cls, fields, "status", text),
            error=optional(cls, fields, "error", text),
        )
        model.additional_properties = fields
        return model
