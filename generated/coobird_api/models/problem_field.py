# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import attrs

from ..types import json_object, required, text, write


@attrs.define(kw_only=True)
class ProblemField:
    """One field that was not acceptable.

    Attributes:
        field: Path of the field, for example `events.3.quantity`.
        message: Reason why it is not acceptable, in a sentence for a person.
    """

    field: str
    message: str
    additional_properties: dict[str, Any] = attrs.field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object: a field that is UNSET is left out, and None is null."""
        return write(self.additional_properties) | write(
            {"field": self.field, "message": self.message}
        )

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object.

        A required field that is missing reads as None if null is allowed, else as UNSET. A value of
        another type reads as UNSET; `additional_properties` keeps it, and the unknown fields.
        """
        fields = json_object(src_dict)
        model = cls(
            field=required(cls, fields, "field", text),
            message=required(cls, fields, "message", text),
        )
        model.additional_properties = fields
        return model
