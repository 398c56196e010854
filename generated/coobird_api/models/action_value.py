# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import attrs

from ..types import json_object, number, required, write


@attrs.define(kw_only=True)
class ActionValue:
    """Value of an action; a field that was never set is `None`.

    Attributes:
        fte_equivalent: Number of full-time employees that the action replaces.
        revenue_per_unit: Revenue expected per unit, in whole currency units.
        default_price_cents: The price to propose for a unit, in cents; may be a fraction.
    """

    fte_equivalent: float | None
    revenue_per_unit: float | None
    default_price_cents: float | None
    additional_properties: dict[str, Any] = attrs.field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object: a field that is UNSET is left out, and None is null."""
        return write(self.additional_properties) | write(
            {
                "fte_equivalent": self.fte_equivalent,
                "revenue_per_unit": self.revenue_per_unit,
                "default_price_cents": self.default_price_cents,
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
            fte_equivalent=required(cls, fields, "fte_equivalent", number, None),
            revenue_per_unit=required(cls, fields, "revenue_per_unit", number, None),
            default_price_cents=required(cls, fields, "default_price_cents", number, None),
        )
        model.additional_properties = fields
        return model
