# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypedDict

import attrs

from ..types import UNSET, Unset, write


@attrs.define(kw_only=True)
class ActionValueOptions:
    """Value of an action, for reports on value and margin. Nothing of it is billed.

    Attributes:
        fte_equivalent: Number of full-time employees that the action replaces, for example 0.1.
        revenue_per_unit: Revenue expected per unit, in whole currency units (0.05 is five
            cents).
        default_price_cents: The price to propose for a unit, in cents; may be a fraction.
    """

    fte_equivalent: float | Unset = UNSET
    revenue_per_unit: float | Unset = UNSET
    default_price_cents: float | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object: a field that is UNSET is left out, and None is null."""
        return write(
            {
                "fte_equivalent": self.fte_equivalent,
                "revenue_per_unit": self.revenue_per_unit,
                "default_price_cents": self.default_price_cents,
            }
        )

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object. An unknown field raises TypeError."""
        fields = dict(src_dict)
        model = cls(
            fte_equivalent=fields.pop("fte_equivalent", UNSET),
            revenue_per_unit=fields.pop("revenue_per_unit", UNSET),
            default_price_cents=fields.pop("default_price_cents", UNSET),
        )
        if fields:
            raise TypeError(f"ActionValueOptions has no field {', '.join(fields)}")
        return model


class ActionValueOptionsDict(TypedDict, total=False):
    """A dict with the fields of `ActionValueOptions`."""

    fte_equivalent: float
    revenue_per_unit: float
    default_price_cents: float
