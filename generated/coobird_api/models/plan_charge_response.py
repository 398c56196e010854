# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self

import attrs

from ..types import integer, json_object, required, text, write


@attrs.define(kw_only=True)
class PlanChargeResponse:
    """A charge of a plan.

    Attributes:
        id: The charge's id.
        plan_id: The plan that it belongs to.
        charge_name: The name to show.
        charge_code: A short name for programs.
        charge_type: Kind of the charge. Known values: `recurring`, `one_time`, `usage_based`,
            `seat_based`.
        amount: Whole cents each time, or per unit or seat, as `charge_type` says.
        description: Purpose of the charge.
        billing_frequency: Interval at which the charge falls due; `None` means every billing
            interval. Known values: `daily`, `weekly`, `monthly`, `quarterly`, `semi_annual`,
            `annual`.
        created_at: Time at which the charge was created (UTC).
        updated_at: Time of the last change of the charge (UTC).
    """

    id: str
    plan_id: str
    charge_name: str
    charge_code: str
    charge_type: str
    amount: int
    description: str | None
    billing_frequency: str | None
    created_at: datetime.datetime
    updated_at: datetime.datetime
    additional_properties: dict[str, Any] = attrs.field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object: a field that is UNSET is left out, and None is null."""
        return write(self.additional_properties) | write(
            {
                "id": self.id,
                "plan_id": self.plan_id,
                "charge_name": self.charge_name,
                "charge_code": self.charge_code,
                "charge_type": self.charge_type,
                "amount": self.amount,
                "description": self.description,
                "billing_frequency": self.billing_frequency,
                "created_at": self.created_at,
                "updated_at": self.updated_at,
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
            plan_id=required(cls, fields, "plan_id", text),
            charge_name=required(cls, fields, "charge_name", text),
            charge_code=required(cls, fields, "charge_code", text),
            charge_type=required(cls, fields, "charge_type", text),
            amount=required(cls, fields, "amount", integer),
            description=required(cls, fields, "description", text, None),
            billing_frequency=required(cls, fields, "billing_frequency", text, None),
            created_at=required(cls, fields, "created_at", datetime.datetime.fromisoformat),
            updated_at=required(cls, fields, "updated_at", datetime.datetime.fromisoformat),
        )
        model.additional_properties = fields
        return model
