# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self

import attrs

from ..types import read, write


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
        trial_available: True if a trial comes before the first bill.
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
        return write(
            {
                **self.additional_properties,
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
        """Read a JSON object. An unknown field is kept in `additional_properties`."""
        fields = dict(src_dict)
        model = cls(
            id=fields.pop("id"),
            name=fields.pop("name"),
            code=fields.pop("code"),
            description=fields.pop("description"),
            target_audience=fields.pop("target_audience"),
            currency=fields.pop("currency"),
            category=fields.pop("category"),
            plan_type=fields.pop("plan_type"),
            billing_period=fields.pop("billing_period"),
            trial_available=fields.pop("trial_available"),
            trial_days=fields.pop("trial_days"),
            status=fields.pop("status"),
            parent_plan_id=fields.pop("parent_plan_id"),
            metadata=fields.pop("metadata"),
            created_at=read(datetime.datetime.fromisoformat, fields.pop("created_at")),
            updated_at=read(datetime.datetime.fromisoformat, fields.pop("updated_at")),
        )
        model.additional_properties = fields
        return model
