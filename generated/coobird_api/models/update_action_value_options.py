# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypedDict

import attrs

from ..types import UNSET, Unset, write


@attrs.define(kw_only=True)
class UpdateActionValueOptions:
    """Changes of the value of an action.

    Attributes:
        fte_equivalent: Number of full-time employees that the action replaces; `None` clears
            it.
        revenue_per_unit: Revenue expected per unit, in whole currency units; `None` clears it.
        default_price_cents: The price to propose for a unit, in cents; `None` clears it.
    """

    fte_equivalent: float | None | Unset = UNSET
    revenue_per_unit: float | None | Unset = UNSET
    default_price_cents: float | None | Unset = UNSET

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
            raise TypeError(f"UpdateActionValueOptions has no field {', '.join(fields)}")
        return model


class UpdateActionValueOptionsDict(TypedDict, total=False):
    """A dict with the fields of `UpdateActionValueOptions`."""

    fte_equivalent: float | None
    revenue_per_unit: float | None
    default_price_cents: float | None
