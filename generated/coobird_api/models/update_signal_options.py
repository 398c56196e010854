# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypedDict

import attrs

from ..types import UNSET, Unset, write
from .aggregation_type import AggregationType
from .signal_status import SignalStatus
from .signal_type import SignalType


@attrs.define(kw_only=True)
class UpdateSignalOptions:
    """Changes of a signal.

    Attributes:
        signal_name: The name to show.
        signal_code: Code that events name as `signal_code`; unique within the tenant. Events
            that were recorded under the old code keep it, and still count, unless another signal
            takes the code.
        signal_type: Kind of the signal: it measures usage that the customer pays for
            (`billable`), or what serving the customer costs you (`cost`).
        aggregation_type: Aggregation of the events of a billing interval to one quantity.
            `count` adds up their `quantity`. The others read the attribute named by `value_field`,
            or `quantity` if none is named, and take the total (`sum`), the largest value (`max`),
            the smallest (`min`), the mean (`average`) or the number of different values
            (`unique_count`). Numbers written as text count as numbers. An event is rejected if a
            number that is measured is beyond 10^15.
        unit_label: Name of one unit, for example `tokens`.
        value_field: The attribute of an event that holds the measured value; `None` clears it,
            and the event's `quantity` is read instead.
        description: Description of the signal for people; `None` clears it.
        status: State of a signal. An `inactive` one measures no new events.
        metadata: Notes of your own. The stored object is replaced as a whole.
    """

    signal_name: str | Unset = UNSET
    signal_code: str | Unset = UNSET
    signal_type: SignalType | Unset = UNSET
    aggregation_type: AggregationType | Unset = UNSET
    unit_label: str | Unset = UNSET
    value_field: str | None | Unset = UNSET
    description: str | None | Unset = UNSET
    status: SignalStatus | Unset = UNSET
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
                "status": self.status,
                "metadata": self.metadata,
            }
        )

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object. An unknown field raises TypeError."""
        fields = dict(src_dict)
        model = cls(
            signal_name=fields.pop("signal_name", UNSET),
            signal_code=fields.pop("signal_code", UNSET),
            signal_type=fields.pop("signal_type", UNSET),
            aggregation_type=fields.pop("aggregation_type", UNSET),
            unit_label=fields.pop("unit_label", UNSET),
            value_field=fields.pop("value_field", UNSET),
            description=fields.pop("description", UNSET),
            status=fields.pop("status", UNSET),
            metadata=fields.pop("metadata", UNSET),
        )
        if fields:
            raise TypeError(f"UpdateSignalOptions has no field {', '.join(fields)}")
        return model


class UpdateSignalOptionsDict(TypedDict, total=False):
    """A dict with the fields of `UpdateSignalOptions`."""

    signal_name: str
    signal_code: str
    signal_type: SignalType
    aggregation_type: AggregationType
    unit_label: str
    value_field: str | None
    description: str | None
    status: SignalStatus
    metadata: Mapping[str, Any]
