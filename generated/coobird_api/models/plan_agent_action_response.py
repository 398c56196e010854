# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self

import attrs

from ..types import boolean, integer, json_object, list_of, number, required, text, write
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
        return write(self.additional_properties) | write(
            {
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
        """Read a JSON object.

        A required field that is missing reads as None if null is allowed, else as UNSET. A value of
        another type reads as UNSET; `additional_properties` keeps it, and the unknown fields.
        """
        fields = json_object(src_dict)
        model = cls(
            id=required(cls, fields, "id", text),
            plan_id=required(cls, fields, "plan_id", text),
            agent_action_id=required(cls, fields, "agent_action_id", text),
            billable_signal_id=required(cls, fields, "billable_signal_id", text),
            pricing_model=required(cls, fields, "pricing_model", text),
            unit_price=required(cls, fields, "unit_price", number, None),
            package_size=required(cls, fields, "package_size", integer, None),
            package_price=required(cls, fields, "package_price", number, None),
            included_units=required(cls, fields, "included_units", number),
            minimum_commitment=required(cls, fields, "minimum_commitment", integer),
            overage_allowed=required(cls, fields, "overage_allowed", boolean),
            metadata=required(cls, fields, "metadata", json_object),
            tiers=required(cls, fields, "tiers", list_of(PricingTierResponse.from_dict)),
            created_at=required(cls, fields, "created_at", datetime.datetime.fromisoformat),
            updated_at=required(cls, fields, "updated_at", datetime.datetime.fromisoformat),
        )
        model.additional_properties = fields
        return model
