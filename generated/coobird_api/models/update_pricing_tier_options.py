# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypedDict

import attrs

from ..types import UNSET, Unset, write


@attrs.define(kw_only=True)
class UpdatePricingTierOptions:
    """Changes of a tier.

    Attributes:
        tier_order: The place among the tiers, from 1; unique within the price.
        start_unit: The first unit of the tier; 0 means the same as 1.
        end_unit: The last unit of the tier, itself included and not below `start_unit`. `None`
            leaves the tier open: it ends where the next one starts, and the last one never ends.
        price_per_unit: Cents per unit; may be a fraction.
        flat_fee: Whole cents that are charged once per billing interval when usage reaches the
            tier.
    """

    tier_order: int | Unset = UNSET
    start_unit: int | Unset = UNSET
    end_unit: int | None | Unset = UNSET
    price_per_unit: float | Unset = UNSET
    flat_fee: int | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object: a field that is UNSET is left out, and None is null."""
        return write(
            {
                "tier_order": self.tier_order,
                "start_unit": self.start_unit,
                "end_unit": self.end_unit,
                "price_per_unit": self.price_per_unit,
                "flat_fee": self.flat_fee,
            }
        )

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object. An unknown field raises TypeError."""
        fields = dict(src_dict)
        model = cls(
            tier_order=fields.pop("tier_order", UNSET),
            start_unit=fields.pop("start_unit", UNSET),
            end_unit=fields.pop("end_unit", UNSET),
            price_per_unit=fields.pop("price_per_unit", UNSET),
            flat_fee=fields.pop("flat_fee", UNSET),
        )
        if fields:
            raise TypeError(f"UpdatePricingTierOptions has no field {', '.join(fields)}")
        return model


class UpdatePricingTierOptionsDict(TypedDict, total=False):
    """A dict with the fields of `UpdatePricingTierOptions`."""

    tier_order: int
    start_unit: int
    end_unit: int | None
    price_per_unit: float
    flat_fee: int
