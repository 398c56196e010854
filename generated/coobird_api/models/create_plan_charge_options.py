# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Required, Self, TypedDict

import attrs

from ..types import UNSET, Unset, write
from .billing_frequency import BillingFrequency
from .charge_type import ChargeType


@attrs.define(kw_only=True)
class CreatePlanChargeOptions:
    """A charge to add to a plan.

    Attributes:
        charge_name: The name to show.
        charge_code: A short name for programs; unique within the plan.
        charge_type: Kind of the charge: the amount at every billing (`recurring`), the amount
            once, with the first bill (`one_time`), the amount per unit of usage (`usage_based`), or
            the amount per seat at every billing (`seat_based`).
        amount: Whole cents each time, or per unit or seat, as `charge_type` says.
        description: Purpose of the charge.
        billing_frequency: Interval at which a `recurring` or `seat_based` charge falls due.
            Every billing interval of the contract if `None` or left out for a new charge.
    """

    charge_name: str
    charge_code: str
    charge_type: ChargeType
    amount: int
    description: str | None | Unset = UNSET
    billing_frequency: BillingFrequency | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object: a field that is UNSET is left out, and None is null."""
        return write(
            {
                "charge_name": self.charge_name,
                "charge_code": self.charge_code,
                "charge_type": self.charge_type,
                "amount": self.amount,
                "description": self.description,
                "billing_frequency": self.billing_frequency,
            }
        )

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object. An unknown field raises TypeError."""
        fields = dict(src_dict)
        model = cls(
            charge_name=fields.pop("charge_name"),
            charge_code=fields.pop("charge_code"),
            charge_type=fields.pop("charge_type"),
            amount=fields.pop("amount"),
            description=fields.pop("description", UNSET),
            billing_frequency=fields.pop("billing_frequency", UNSET),
        )
        if fields:
            raise TypeError(f"CreatePlanChargeOptions has no field {', '.join(fields)}")
        return model


class CreatePlanChargeOptionsDict(TypedDict, total=False):
    """A dict with the fields of `CreatePlanChargeOptions`."""

    charge_name: Required[str]
    charge_code: Required[str]
    charge_type: Required[ChargeType]
    amount: Required[int]
    description: str | None
    billing_frequency: BillingFrequency | None
