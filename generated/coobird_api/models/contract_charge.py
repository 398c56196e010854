# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import attrs

from ..types import integer, json_object, required, text, write


@attrs.define(kw_only=True)
class ContractCharge:
    """A charge under a contract.

    Attributes:
        id: The id of this copy.
        plan_charge_id: The charge in the plan that was copied; it may have been changed or
            deleted since.
        charge_name: The name to show.
        charge_code: A short name for programs.
        charge_type: Kind of the charge. Known values: `recurring`, `one_time`, `usage_based`,
            `seat_based`.
        amount: Cents each time, or per unit or seat, as `charge_type` says.
        billing_frequency: Interval at which a `recurring` or `seat_based` charge falls due;
            `None` means every billing interval. Known values: `daily`, `weekly`, `monthly`,
            `quarterly`, `semi_annual`, `annual`.
    """

    id: str
    plan_charge_id: str
    charge_name: str
    charge_code: str
    charge_type: str
    amount: int
    billing_frequency: str | None
    additional_properties: dict[str, Any] = attrs.field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object: a field that is UNSET is left out, and None is null."""
        return write(self.additional_properties) | write(
            {
                "id": self.id,
                "plan_charge_id": self.plan_charge_id,
                "charge_name": self.charge_name,
                "charge_code": self.charge_code,
                "charge_type": self.charge_type,
                "amount": self.amount,
                "billing_frequency": self.billing_frequency,
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
            plan_charge_id=required(cls, fields, "plan_charge_id", text),
            charge_name=required(cls, fields, "charge_name", text),
            charge_code=required(cls, fields, "charge_code", text),
            charge_type=required(cls, fields, "charge_type", text),
            amount=required(cls, fields, "amount", integer),
            billing_frequency=required(cls, fields, "billing_frequency", text, None),
        )
        model.additional_properties = fields
        return model
