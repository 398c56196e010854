# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypedDict

import attrs

from ..types import UNSET, Unset, write
from .billing_period import BillingPeriod
from .plan_category import PlanCategory
from .plan_status import PlanStatus
from .plan_type import PlanType
from .target_audience import TargetAudience


@attrs.define(kw_only=True)
class UpdatePlanOptions:
    """Changes of a plan.

    Attributes:
        name: The name to show.
        code: A short name for programs; unique within the tenant.
        description: Description of the plan; `None` clears it.
        target_audience: Audience of the plan: people (`human`), agents (`agent`) or `both`
            (used if left out for a new plan).
        currency: Currency of the prices as an ISO 4217 code, for example `USD`.
        category: A `plan` in its own right (used if left out for a new one), or an `addon` to
            another plan.
        plan_type: Kind of the plan; `standard` if left out for a new one. Prices and charges,
            not the kind, decide what is billed. One of `enterprise`, `freemium`, `hybrid`,
            `standard`, `trial`, `usage_based`.
        billing_period: Billing period of the plan; `monthly` if left out for a new one. One of
            `annual`, `daily`, `monthly`, `quarterly`, `semi_annual`, `weekly`.
        trial_available: True if a trial comes before the first billed day of a contract.
        trial_days: Length of the trial in days, for contracts that are created from now on.
        status: The state of the plan; `active` if left out for a new one. No contract can be
            created from an `archived` plan. One of `active`, `archived`, `draft`.
        parent_plan_id: The plan that an add-on belongs to.
        metadata: Notes of your own. The stored object is replaced as a whole.
    """

    name: str | Unset = UNSET
    code: str | Unset = UNSET
    description: str | None | Unset = UNSET
    target_audience: TargetAudience | Unset = UNSET
    currency: str | Unset = UNSET
    category: PlanCategory | Unset = UNSET
    plan_type: PlanType | Unset = UNSET
    billing_period: BillingPeriod | Unset = UNSET
    trial_available: bool | Unset = UNSET
    trial_days: int | Unset = UNSET
    status: PlanStatus | Unset = UNSET
    parent_plan_id: str | Unset = UNSET
    metadata: Mapping[str, Any] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object: a field that is UNSET is left out, and None is null."""
        return write(
            {
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
            }
        )

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object. An unknown field raises TypeError."""
        fields = dict(src_dict)
        model = cls(
            name=fields.pop("name", UNSET),
            code=fields.pop("code", UNSET),
            description=fields.pop("description", UNSET),
            target_audience=fields.pop("target_audience", UNSET),
            currency=fields.pop("currency", UNSET),
            category=fields.pop("category", UNSET),
            plan_type=fields.pop("plan_type", UNSET),
            billing_period=fields.pop("billing_period", UNSET),
            trial_available=fields.pop("trial_available", UNSET),
            trial_days=fields.pop("trial_days", UNSET),
            status=fields.pop("status", UNSET),
            parent_plan_id=fields.pop("parent_plan_id", UNSET),
            metadata=fields.pop("metadata", UNSET),
        )
        if fields:
            raise TypeError(f"UpdatePlanOptions has no field {', '.join(fields)}")
        return model


class UpdatePlanOptionsDict(TypedDict, total=False):
    """A dict with the fields of `UpdatePlanOptions`."""

    name: str
    code: str
    description: str | None
    target_audience: TargetAudience
    currency: str
    category: PlanCategory
    plan_type: PlanType
    billing_period: BillingPeriod
    trial_available: bool
    trial_days: int
    status: PlanStatus
    parent_plan_id: str
    metadata: Mapping[str, Any]
