# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import attrs

from ..types import write


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
        return write(
            {
                **self.additional_properties,
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
        """Read a JSON object. An unknown field is kept in `additional_properties`."""
        fields = dict(src_dict)
        model = cls(
            id=fields.pop("id"),
            signal_name=fields.pop("signal_name"),
            signal_code=fields.pop("signal_code"),
            aggregation_type=fields.pop("aggregation_type"),
            unit_label=fields.pop("unit_label"),
            value_field=fields.pop("value_field"),
            description=fields.pop("description"),
        )
        model.additional_properties = fields
        return model
