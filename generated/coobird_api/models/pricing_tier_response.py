# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import attrs

from ..types import integer, json_object, number, required, text, write


@attrs.define(kw_only=True)
class PricingTierResponse:
    """A tier of a price. Units count from 1 within a billing interval, after the included units;
    each unit costs what its own tier says.

    Attributes:
        id: The tier's id.
        tier_order: The place among the tiers, from 1.
        start_unit: The first unit of the tier; 0 means the same as 1.
        end_unit: The last unit of the tier, itself included; `None` if the tier is open.
        price_per_unit: Cents per unit; may be a fraction.
        flat_fee: Whole cents that are charged once per billing interval when usage reaches the
            tier; 0 if there is no fee.
    """

    id: str
    tier_order: int
    start_unit: int
    end_unit: int | None
    price_per_unit: float
    flat_fee: int
    additional_properties: dict[str, Any] = attrs.field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object: a field that is UNSET is left out, and None is null."""
        return write(self.additional_properties) | write(
            {
                "id": self.id,
                "tier_order": self.tier_order,
                "start_unit": self.start_unit,
                "end_unit": self.end_unit,
                "price_per_unit": self.price_per_unit,
                "flat_fee": self.flat_fee,
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
            tier_order=required(cls, fields, "tier_order", integer),
            start_unit=required(cls, fields, "start_unit", integer),
            end_unit=required(cls, fields, "end_unit", integer, None),
            price_per_unit=required(cls, fields, "price_per_unit", number),
            flat_fee=required(cls, fields, "flat_fee", integer),
        )
        model.additional_properties = fields
        return model
