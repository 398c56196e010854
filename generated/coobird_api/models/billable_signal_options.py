# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Required, Self, TypedDict

import attrs

from ..types import UNSET, Unset, write
from .aggregation_type import AggregationType


@attrs.define(kw_only=True)
class BillableSignalOptions:
    """The billable signal to create for an action.

    Attributes:
        signal_name: The name to show.
        signal_code: The code by which events name the signal; unique within the tenant.
        aggregation_type: Aggregation of the events of a billing interval to one quantity.
            `count` adds up their `quantity`. The others read the attribute named by `value_field`,
            or `quantity` if none is named, and take the total (`sum`), the largest value (`max`),
            the smallest (`min`), the mean (`average`) or the number of different values
            (`unique_count`). Numbers written as text count as numbers. An event is rejected if a
            number that is measured is beyond 10^15.
        unit_label: Name of a unit, for example `queries`.
        value_field: The event attribute to aggregate, for example `total_tokens`; the event's
            `quantity` if left out. Not used by `count`.
        description: Description of what the signal measures.
    """

    signal_name: str
    signal_code: str
    aggregation_type: AggregationType
    unit_label: str | Unset = UNSET
    value_field: str | Unset = UNSET
    description: str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object: a field that is UNSET is left out, and None is null."""
        return write(
            {
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
        """Read a JSON object. An unknown field raises TypeError."""
        fields = dict(src_dict)
        model = cls(
            signal_name=fields.pop("signal_name"),
            signal_code=fields.pop("signal_code"),
            aggregation_type=fields.pop("aggregation_type"),
            unit_label=fields.pop("unit_label", UNSET),
            value_field=fields.pop("value_field", UNSET),
            description=fields.pop("description", UNSET),
        )
        if fields:
            raise TypeError(f"BillableSignalOptions has no field {', '.join(fields)}")
        return model


class BillableSignalOptionsDict(TypedDict, total=False):
    """A dict with the fields of `BillableSignalOptions`."""

    signal_name: Required[str]
    signal_code: Required[str]
    aggregation_type: Required[AggregationType]
    unit_label: str
    value_field: str
    description: str
