# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import attrs

from ..types import json_object, required, text, write


@attrs.define(kw_only=True)
class BillableSignal:
    """The signal that counts the usage of an action.

    Attributes:
        id: The signal's id.
        signal_name: The name to show.
        signal_code: The code by which events name the signal.
        aggregation_type: Aggregation of events to one quantity. Known values: `count`, `sum`,
            `max`, `min`, `average`, `unique_count`.
        unit_label: Name of a unit.
        value_field: The event attribute that is aggregated; `None` if it is the event's
            `quantity`.
        description: Description of what the signal measures.
    """

    id: str
    signal_name: str
    signal_code: str
    aggregation_type: str
    unit_label: str | None
    value_field: str | None
    description: str | None
    additional_properties: dict[str, Any] = attrs.field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object: a field that is UNSET is left out, and None is null."""
        return write(self.additional_properties) | write(
            {
                "id": self.id,
                "signal_name": self.signal_name,
                "signal_code": self.signal_code,
                "aggregation_type": self.aggregation_type,
                "unit_label": self.unit_label,
                "value_field": self.value_field,
                "description": self.description,
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
            id=required(cls, fields, "id", text),
            signal_name=required(cls, fields, "signal_name", text),
            signal_code=required(cls, fields, "signal_code", text),
            aggregation_type=required(cls, fields, "aggregation_type", text),
            unit_label=required(cls, fields, "unit_label", text, None),
            value_field=required(cls, fields, "value_field", text, None),
            description=required(cls, fields, "description", text, None),
        )
        model.additional_properties = fields
        return model
