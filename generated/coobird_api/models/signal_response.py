# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self

import attrs

from ..types import json_object, number, required, text, write


@attrs.define(kw_only=True)
class SignalResponse:
    """A signal.

    Attributes:
        id: The signal's id.
        signal_name: The name to show.
        signal_code: Code that events name as `signal_code`.
        signal_type: Kind of the signal. Known values: `billable`, `cost`.
        aggregation_type: Aggregation of the events of a period to one quantity. Known values:
            `count`, `sum`, `max`, `min`, `average`, `unique_count`.
        unit_label: Name of one unit.
        value_field: The attribute of an event that holds the measured value; `None` if the
            event's `quantity` is read.
        description: Description of the signal for people.
        status: The state. Known values: `active`, `inactive`.
        category: Kind of the cost, as set in the dashboard. Known values: `compute`, `llm`,
            `api`, `storage`, `bandwidth`, `other`.
        cost_type: Calculation of the cost of an event, as set in the dashboard. Known values:
            `fixed` (`cost_per_unit` times `quantity`), `variable` (`cost_per_unit` times the
            attribute that `value_field` names).
        cost_per_unit: Cost of one unit in US dollars, as set in the dashboard; may be a
            fraction of a cent.
        metadata: Notes of your own; empty if there are none.
        created_at: Time at which the signal was created (UTC).
        updated_at: Time of the last change of the signal (UTC).
    """

    id: str
    signal_name: str
    signal_code: str
    signal_type: str
    aggregation_type: str
    unit_label: str | None
    value_field: str | None
    description: str | None
    status: str
    category: str | None
    cost_type: str | None
    cost_per_unit: float | None
    metadata: dict[str, Any]
    created_at: datetime.datetime
    updated_at: datetime.datetime
    additional_properties: dict[str, Any] = attrs.field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object: a field that is UNSET is left out, and None is null."""
        return write(self.additional_properties) | write(
            {
                "id": self.id,
                "signal_name": self.signal_name,
                "signal_code": self.signal_code,
                "signal_type": self.signal_type,
                "aggregation_type": self.aggregation_type,
                "unit_label": self.unit_label,
                "value_field": self.value_field,
                "description": self.description,
                "status": self.status,
                "category": self.category,
                "cost_type": self.cost_type,
                "cost_per_unit": self.cost_per_unit,
                "metadata": self.metadata,
                "created_at": self.created_at,
                "updated_at": self.updated_at,
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
            signal_type=required(cls, fields, "signal_type", text),
            aggregation_type=required(cls, fields, "aggregation_type", text),
            unit_label=required(cls, fields, "unit_label", text, None),
            value_field=required(cls, fields, "value_field", text, None),
            description=required(cls, fields, "description", text, None),
            status=required(cls, fields, "status", text),
            category=required(cls, fields, "category", text, None),
            cost_type=required(cls, fields, "cost_type", text, None),
            cost_per_unit=required(cls, fields, "cost_per_unit", number, None),
            metadata=required(cls, fields, "metadata", json_object),
            created_at=required(cls, fields, "created_at", datetime.datetime.fromisoformat),
            updated_at=required(cls, fields, "updated_at", datetime.datetime.fromisoformat),
        )
        model.additional_properties = fields
        return model
