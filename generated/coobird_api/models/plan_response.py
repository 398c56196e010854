# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self

import attrs

from ..types import boolean, integer, json_object, required, text, write


@attrs.define(kw_only=True)
class PlanResponse:
    """A plan. Its charges and its prices of agent actions have operations of their own.

    Attributes:
        id: The plan's id.
        name: The name to show.
        code: A short name for programs.
        description: Description of the plan.
        target_audience: Audience of the plan. Known values: `both`, `human`, `agent`.
        currency: Currency of the prices as an ISO 4217 code.
        category: Category of the plan. Known values: `plan`, `addon`.
        plan_type: Kind of the plan. Known values: `standard`, `enterprise`, `trial`,
            `freemium`, `usage_based`, `hybrid`.
        billing_period: Billing period of the plan. Known values: `daily`, `weekly`, `monthly`,
            `quarterly`, `semi_annual`, `annual`.
        trial_available: True if a trial comes before the first billed day of a contract.
        trial_days: Length of the trial in days; 0 if there is none.
        status: The state. Known values: `draft`, `active`, `archived`.
        parent_plan_id: The plan that an add-on belongs to.
        metadata: Notes of your own; empty if there are none.
        created_at: Time at which the plan was created (UTC).
        updated_at: Time of the last change of the plan (UTC).
    """

    id: str
    name: str
    code: str
    description: str | None
    target_audience: str
    currency: str
    category: str
    plan_type: str
    billing_period: str
    trial_available: bool
    trial_days: int
    status: str
    parent_plan_id: str | None
    metadata: dict[str, Any]
    created_at: datetime.datetime
    updated_at: datetime.datetime
    additional_properties: dict[str, Any] = attrs.field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object: a field that is UNSET is left out, and None is null."""
        return write(self.additional_properties) | write(
            {
                "id": self.id,
                "name": self.name,
                "code": self.code,
                "description": self.description,
                "target_audience": self.target_audience,
                "currency": self.currency,
                "category": self.category,
                "plan_type": self.plan_type,
                "billing_period": self.billing_period,
                "trial_available": self.trial_available,
                "trial_days": self.trial_days,
                "status": self.status,
                "parent_plan_id": self.parent_plan_id,
                "metadata": self.metadata,
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
            name=required(cls, fields, "name", text),
            code=required(cls, fields, "code", text),
            description=required(cls, fields, "description", text, None),
            target_audience=required(cls, fields, "target_audience", text),
            currency=required(cls, fields, "currency", text),
            category=required(cls, fields, "category", text),
            plan_type=required(cls, fields, "plan_type", text),
            billing_period=required(cls, fields, "billing_period", text),
            trial_available=required(cls, fields, "trial_available", boolean),
            trial_days=required(cls, fields, "trial_days", integer),
            status=required(cls, fields, "status", text),
            parent_plan_id=required(cls, fields, "parent_plan_id", text, None),
            metadata=required(cls, fields, "metadata", json_object),
            created_at=required(cls, fields, "created_at", datetime.datetime.fromisoformat),
            updated_at=required(cls, fields, "updated_at", datetime.datetime.fromisoformat),
        )
        model.additional_properties = fields
        return model
