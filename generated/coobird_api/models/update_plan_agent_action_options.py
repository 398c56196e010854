# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self, TypedDict

import attrs

from ..types import UNSET, Unset, read_list, write
from .create_pricing_tier_options import CreatePricingTierOptions, CreatePricingTierOptionsDict
from .pricing_model import PricingModel


@attrs.define(kw_only=True)
class UpdatePlanAgentActionOptions:
    """Changes of the price of an agent action.

    Attributes:
        agent_action_id: The agent action that is priced.
        pricing_model: Pricing model of the usage: `per_unit` (needs `unit_price`), `tiered`
            (uses `tiers`) or `package` (needs `package_size` and `package_price`).
        billable_signal_id: The billable signal whose usage is billed, in place of the action's
            own.
        unit_price: Cents per unit (`per_unit`); may be a fraction.
        package_size: Units in a package (`package`). A package that was begun is billed whole.
        package_price: Cents per package (`package`); may be a fraction.
        included_units: Units per billing interval that are free. They are taken off before
            prices, packages and tiers apply.
        minimum_commitment: Least cents that are billed per billing interval, even if nothing
            was used.
        overage_allowed: True if usage beyond `included_units` is accepted and billed. If false,
            such usage may be refused and is never billed.
        metadata: Notes of your own. The stored object is replaced as a whole.
        tiers: The new tiers, in place of all that are stored.
    """

    agent_action_id: str | Unset = UNSET
    pricing_model: PricingModel | Unset = UNSET
    billable_signal_id: str | Unset = UNSET
    unit_price: float | Unset = UNSET
    package_size: int | Unset = UNSET
    package_price: float | Unset = UNSET
    included_units: float | Unset = UNSET
    minimum_commitment: int | Unset = UNSET
    overage_allowed: bool | Unset = UNSET
    metadata: Mapping[str, Any] | Unset = UNSET
    tiers: Sequence[CreatePricingTierOptions | CreatePricingTierOptionsDict] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object: a field that is UNSET is left out, and None is null."""
        return write(
            {
                "agent_action_id": self.agent_action_id,
                "pricing_model": self.pricing_model,
                "billable_signal_id": self.billable_signal_id,
                "unit_price": self.unit_price,
                "package_size": self.package_size,
                "package_price": self.package_price,
                "included_units": self.included_units,
                "minimum_commitment": self.minimum_commitment,
                "overage_allowed": self.overage_allowed,
                "metadata": self.metadata,
                "tiers": self.tiers,
            }
        )

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object. An unknown field raises TypeError."""
        fields = dict(src_dict)
        model = cls(
            agent_action_id=fields.pop("agent_action_id", UNSET),
            pricing_model=fields.pop("pricing_model", UNSET),
            billable_signal_id=fields.pop("billable_signal_id", UNSET),
            unit_price=fields.pop("unit_price", UNSET),
            package_size=fields.pop("package_size", UNSET),
            package_price=fields.pop("package_price", UNSET),
            included_units=fields.pop("included_units", UNSET),
            minimum_commitment=fields.pop("minimum_commitment", UNSET),
            overage_allowed=fields.pop("overage_allowed", UNSET),
            metadata=fields.pop("metadata", UNSET),
            tiers=read_list(CreatePricingTierOptions.from_dict, fields.pop("tiers", UNSET)),
        )
        if fields:
            raise TypeError(f"UpdatePlanAgentActionOptions has no field {', '.join(fields)}")
        return model


class UpdatePlanAgentActionOptionsDict(TypedDict, total=False):
    """A dict with the fields of `UpdatePlanAgentActionOptions`."""

    agent_action_id: str
    pricing_model: PricingModel
    billable_signal_id: str
    unit_price: float
    package_size: int
    package_price: float
    included_units: float
    minimum_commitment: int
    overage_allowed: bool
    metadata: Mapping[str, Any]
    tiers: Sequence[CreatePricingTierOptions | CreatePricingTierOptionsDict]
