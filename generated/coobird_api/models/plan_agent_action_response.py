# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self

import attrs

from ..types import read, read_list, write
from .pricing_tier_response import PricingTierResponse


@attrs.define(kw_only=True)
class PlanAgentActionResponse:
    """The price of an agent action under a plan.

    Attributes:
        id: The id of this price (not of the agent action).
        plan_id: The plan that it belongs to.
        agent_action_id: The agent action that is priced.
        billable_signal_id: The signal whose usage is billed: the action's own unless another
            was given.
        pricing_model: Pricing model of the usage. Known values: `per_unit`, `tiered`,
            `package`.
        unit_price: Cents per unit (`per_unit`); may be a fraction.
        package_size: Units in a package (`package`).
        package_price: Cents per package (`package`); may be a fraction.
        included_units: Units per billing interval that are free; 0 if there are none.
        minimum_commitment: Least cents that are billed per billing interval; 0 if there is no
            minimum.
        overage_allowed: True if usage beyond `included_units` is accepted and billed.
        metadata: Notes of your own; empty if there are none.
        tiers: The tiers in their order (`tiered`); empty if there are none.
        created_at: Time at which the price was created (UTC).
        updated_at: Time of the last change of the price (UTC).
    """

    id: str
    plan_id: str
    agent_action_id: str
    billable_signal_id: str
    pricing_model: str
    unit_price: float | None
    package_size: int | None
    package_price: float | None
    included_units: float
    minimum_commitment: int
    overage_allowed: bool
    metadata: dict[str, Any]
    tiers: list[PricingTierResponse]
    created_at: datetime.datetime
    updated_at: datetime.datetime
    additional_properties: dict[str, Any] = attrs.field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object: a field that is UNSET is left out, and None is null."""
        return write(
            {
                **self.additional_properties,
                "id": self.id,
                "plan_id": self.plan_id,
                "agent_action_id": self.agent_action_id,
                "billable_signal_id": self.billable_signal_id,
                "pricing_model": self.pricing_model,
                "unit_price": self.unit_price,
                "package_size": self.package_size,
                "package_price": self.package_price,
                "included_units": self.included_units,
                "minimum_commitment": self.minimum_commitment,
                "overage_allowed": self.overage_allowed,
                "metadata": self.metadata,
                "tiers": self.tiers,
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
            plan_id=fields.pop("plan_id"),
            agent_action_id=fields.pop("agent_action_id"),
            billable_signal_id=fields.pop("billable_signal_id"),
            pricing_model=fields.pop("pricing_model"),
            unit_price=fields.pop("unit_price"),
            package_size=fields.pop("package_size"),
            package_price=fields.pop("package_price"),
            included_units=fields.pop("included_units"),
            minimum_commitment=fields.pop("minimum_commitment"),
            overage_allowed=fields.pop("overage_allowed"),
            metadata=fields.pop("metadata"),
            tiers=read_list(PricingTierResponse.from_dict, fields.pop("tiers")),
            created_at=read(datetime.datetime.fromisoformat, fields.pop("created_at")),
            updated_at=read(datetime.datetime.fromisoformat, fields.pop("updated_at")),
        )
        model.additional_properties = fields
        return model
