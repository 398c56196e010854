# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Required, Self, TypedDict

import attrs

from ..types import UNSET, Unset, read, write


@attrs.define(kw_only=True)
class CreateInvoiceLineItemOptions:
    """One line of an invoice. Its amounts are yours, only their sum is checked. Its ids are kept as
    given and not looked up.

    Attributes:
        description: Description of what the line bills.
        quantity: Number of units.
        unit_price_cents: The price of one unit in cents; may be a fraction of a cent.
        subtotal_cents: The amount before discount and tax, in whole cents. Not compared with
            `quantity` times `unit_price_cents`, since included units and tiers make them differ.
        total_cents: The amount to pay, in whole cents; has to equal `subtotal_cents` -
            `discount_cents` + `tax_cents`.
        contract_id: The contract that the line comes from.
        source_type: Kind of the source that the line comes from, for example `agent_action`,
            `plan_charge` or `manual`.
        source_id: Id of that source.
        agent_id: The agent whose work is billed.
        feature_id: The feature that is billed.
        signal_id: The signal that measured the quantity.
        pricing_model: Pricing model of the line, for example `per_unit`, `tiered` or `package`.
        period_from: The first day of the period that the line covers.
        period_to: The last day of the period that the line covers (inclusive), not before the
            first.
        included_units_used: Number of the units that are included in the plan, and so not
            billed.
        billable_units: Number of the units that are billed, without the included ones.
        tier_number: The pricing tier that the line is for, by its `tier_order`.
        discount_cents: Discount in whole cents; 0 if left out.
        tax_cents: The tax on this line, in whole cents; 0 if left out.
        sort_order: Position of the line on the invoice, lowest first; its position in the list,
            counted from 0, if left out.
    """

    description: str
    quantity: float
    unit_price_cents: float
    subtotal_cents: int
    total_cents: int
    contract_id: str | Unset = UNSET
    source_type: str | Unset = UNSET
    source_id: str | Unset = UNSET
    agent_id: str | Unset = UNSET
    feature_id: str | Unset = UNSET
    signal_id: str | Unset = UNSET
    pricing_model: str | Unset = UNSET
    period_from: datetime.date | str | Unset = UNSET
    period_to: datetime.date | str | Unset = UNSET
    included_units_used: float | Unset = UNSET
    billable_units: float | Unset = UNSET
    tier_number: int | Unset = UNSET
    discount_cents: int | Unset = UNSET
    tax_cents: int | Unset = UNSET
    sort_order: int | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object: a field that is UNSET is left out, and None is null."""
        return write(
            {
                "description": self.description,
                "quantity": self.quantity,
                "unit_price_cents": self.unit_price_cents,
                "subtotal_cents": self.subtotal_cents,
                "total_cents": self.total_cents,
                "contract_id": self.contract_id,
                "source_type": self.source_type,
                "source_id": self.source_id,
                "agent_id": self.agent_id,
                "feature_id": self.feature_id,
                "signal_id": self.signal_id,
                "pricing_model": self.pricing_model,
                "period_from": self.period_from,
                "period_to": self.period_to,
                "included_units_used": self.included_units_used,
                "billable_units": self.billable_units,
                "tier_number": self.tier_number,
                "discount_cents": self.discount_cents,
                "tax_cents": self.tax_cents,
                "sort_order": self.sort_order,
            }
        )

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object. An unknown field raises TypeError."""
        fields = dict(src_dict)
        model = cls(
            description=fields.pop("description"),
            quantity=fields.pop("quantity"),
            unit_price_cents=fields.pop("unit_price_cents"),
            subtotal_cents=fields.pop("subtotal_cents"),
            total_cents=fields.pop("total_cents"),
            contract_id=fields.pop("contract_id", UNSET),
            source_type=fields.pop("source_type", UNSET),
            source_id=fields.pop("source_id", UNSET),
            agent_id=fields.pop("agent_id", UNSET),
            feature_id=fields.pop("feature_id", UNSET),
            signal_id=fields.pop("signal_id", UNSET),
            pricing_model=fields.pop("pricing_model", UNSET),
            period_from=read(datetime.date.fromisoformat, fields.pop("period_from", UNSET)),
            period_to=read(datetime.date.fromisoformat, fields.pop("period_to", UNSET)),
            included_units_used=fields.pop("included_units_used", UNSET),
            billable_units=fields.pop("billable_units", UNSET),
            tier_number=fields.pop("tier_number", UNSET),
            discount_cents=fields.pop("discount_cents", UNSET),
            tax_cents=fields.pop("tax_cents", UNSET),
            sort_order=fields.pop("sort_order", UNSET),
        )
        if fields:
            raise TypeError(f"CreateInvoiceLineItemOptions has no field {', '.join(fields)}")
        return model


class CreateInvoiceLineItemOptionsDict(TypedDict, total=False):
    """A dict with the fields of `CreateInvoiceLineItemOptions`."""

    description: Required[str]
    quantity: Required[float]
    unit_price_cents: Required[float]
    subtotal_cents: Required[int]
    total_cents: Required[int]
    contract_id: str
    source_type: str
    source_id: str
    agent_id: str
    feature_id: str
    signal_id: str
    pricing_model: str
    period_from: datetime.date | str
    period_to: datetime.date | str
    included_units_used: float
    billable_units: float
    tier_number: int
    discount_cents: int
    tax_cents: int
    sort_order: int
