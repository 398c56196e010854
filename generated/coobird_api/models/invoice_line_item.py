# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self

import attrs

from ..types import integer, json_object, number, required, text, write


@attrs.define(kw_only=True)
class InvoiceLineItem:
    """One line of an invoice or of a preview.

    Attributes:
        id: The line's id; `None` in a preview, which is not stored.
        description: Description of what the line bills.
        quantity: Number of units.
        unit_price_cents: The price of one unit in cents; may be a fraction of a cent.
        subtotal_cents: The amount before discount and tax, in whole cents.
        discount_cents: Discount in whole cents.
        tax_cents: The tax on this line, in whole cents.
        total_cents: The amount to pay, in whole cents.
        contract_id: The contract that the line comes from.
        source_type: Kind of the source that the line comes from. Known values: `agent_action`,
            `plan_charge`, `manual`.
        source_id: Id of that source.
        agent_id: The agent whose work is billed.
        feature_id: The feature that is billed.
        signal_id: The signal that measured the quantity.
        pricing_model: Pricing model of the line. Known values: `per_unit`, `tiered`, `package`.
        period_from: The first day of the period that the line covers.
        period_to: The last day of the period that the line covers (inclusive).
        included_units_used: Number of the units that are included in the plan, and so not
            billed.
        billable_units: Number of the units that are billed, without the included ones.
        tier_number: The pricing tier that the line is for, by its `tier_order`.
        sort_order: Position of the line on the invoice, lowest first.
    """

    id: str | None
    description: str
    quantity: float
    unit_price_cents: float
    subtotal_cents: int
    discount_cents: int
    tax_cents: int
    total_cents: int
    contract_id: str | None
    source_type: str | None
    source_id: str | None
    agent_id: str | None
    feature_id: str | None
    signal_id: str | None
    pricing_model: str | None
    period_from: datetime.date | None
    period_to: datetime.date | None
    included_units_used: float | None
    billable_units: float | None
    tier_number: int | None
    sort_order: int
    additional_properties: dict[str, Any] = attrs.field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object: a field that is UNSET is left out, and None is null."""
        return write(self.additional_properties) | write(
            {
                "id": self.id,
                "description": self.description,
                "quantity": self.quantity,
                "unit_price_cents": self.unit_price_cents,
                "subtotal_cents": self.subtotal_cents,
                "discount_cents": self.discount_cents,
                "tax_cents": self.tax_cents,
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
                "sort_order": self.sort_order,
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
            id=required(cls, fields, "id", text, None),
            description=required(cls, fields, "description", text),
            quantity=required(cls, fields, "quantity", number),
            unit_price_cents=required(cls, fields, "unit_price_cents", number),
            subtotal_cents=required(cls, fields, "subtotal_cents", integer),
            discount_cents=required(cls, fields, "discount_cents", integer),
            tax_cents=required(cls, fields, "tax_cents", integer),
            total_cents=required(cls, fields, "total_cents", integer),
            contract_id=required(cls, fields, "contract_id", text, None),
            source_type=required(cls, fields, "source_type", text, None),
            source_id=required(cls, fields, "source_id", text, None),
            agent_id=required(cls, fields, "agent_id", text, None),
            feature_id=required(cls, fields, "feature_id", text, None),
            signal_id=required(cls, fields, "signal_id", text, None),
            pricing_model=required(cls, fields, "pricing_model", text, None),
            period_from=required(cls, fields, "period_from", datetime.date.fromisoformat, None),
            period_to=required(cls, fields, "period_to", datetime.date.fromisoformat, None),
            included_units_used=required(cls, fields, "included_units_used", number, None),
            billable_units=required(cls, fields, "billable_units", number, None),
            tier_number=required(cls, fields, "tier_number", integer, None),
            sort_order=required(cls, fields, "sort_order", integer),
        )
        model.additional_properties = fields
        return model
