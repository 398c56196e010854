# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Required, Self, TypedDict

import attrs

from ..types import UNSET, Unset, write
from .aggregation_type import AggregationType
from .signal_type import SignalType


@attrs.define(kw_only=True)
class CreateSignalOptions:
    """A signal to create.

    Attributes:
        signal_name: The name to show.
        signal_code: Code that events name as `signal_code`; unique within the tenant.
        signal_type: Kind of the signal: it measures usage that the customer pays for
            (`billable`), or what serving the customer costs you (`cost`).
        aggregation_type: Aggregation of the events of a billing interval to one quantity.
            `count` adds up their `quantity`. The others read the attribute named by `value_field`,
            or `quantity` if none is named, and take the total (`sum`), the largest value (`max`),
            the smallest (`min`), the mean (`average`) or the number of different values
            (`unique_count`). Numbers written as text count as numbers. An event is rejected if a
            number that is measured is beyond 10^15.
        unit_label: Name of one unit, for example `tokens`.
        value_field: The attribute of an event that holds the measured value, for example
            `total_tokens`. Every aggregation but `count` reads it; left out, those read the event's
            `quantity`.
        description: Description of the signal for people.
        metadata: Notes of your own.
    """

    signal_name: str
    signal_code: str
    signal_type: SignalType
    aggregation_type: AggregationType | Unset = UNSET
    unit_label: str | Unset = UNSET
    value_field: str | Unset = UNSET
    description: str | Unset = UNSET
    metadata: Mapping[str, Any] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object: a field that is UNSET is left out, and None is null."""
        return write(
            {
                "signal_name": self.signal_name,
                "signal_code": self.signal_code,
                "signal_type": self.signal_type,
                "aggregation_type": self.aggregation_type,
                "unit_label": self.unit_label,
                "value_field": self.value_field,
                "description": self.description,
                "metadata": self.metadata,
            }
        )

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object. An unknown field raises TypeError."""
        fields = dict(src_dict)
        model = cls(
            signal_name=fields.pop("signal_name"),
            signal_code=fields.pop("signal_code"),
            signal_type=fields.pop("signal_type"),
            aggregation_type=fields.pop("aggregation_type", UNSET),
            unit_label=fields.pop("unit_label", UNSET),
            value_field=fields.pop("value_field", UNSET),
            description=fields.pop("description", UNSET),
            metadata=fields.pop("metadata", UNSET),
        )
        if fields:
            raise TypeError(f"CreateSignalOptions has no field {', '.join(fields)}")
        return model


class CreateSignalOptionsDict(TypedDict, total=False):
    """A dict with the fields of `CreateSignalOptions`."""

    signal_name: Required[str]
    signal_code: Required[str]
    signal_type: Required[SignalType]
    aggregation_type: AggregationType
    unit_label: str
    value_field: str
    description: str
    metadata: Mapping[str, Any]
