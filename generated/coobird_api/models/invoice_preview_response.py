# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self

import attrs

from ..types import integer, json_object, list_of, required, text, write
from .invoice_line_item import InvoiceLineItem


@attrs.define(kw_only=True)
class InvoicePreviewResponse:
    """Preview of an invoice over the current usage. Nothing of it is stored.

    Attributes:
        customer_id: The customer who would be billed.
        contract_id: The contract that was asked for; `None` if none was named.
        period_from: The first day that was priced; the earliest one if contracts differ.
        period_to: The last day of the current billing period (inclusive); the latest one if
            contracts differ.
        currency: The currency as an ISO 4217 code.
        line_items: Lines that would be billed; empty if there is nothing to bill.
        subtotal_cents: The sum of the lines' `subtotal_cents`, in whole cents.
        amount: Amount that would be to pay, in whole cents: the sum of the lines'
            `total_cents`. Taxes on a whole invoice are not in it.
    """

    customer_id: str
    contract_id: str | None
    period_from: datetime.date
    period_to: datetime.date
    currency: str
    line_items: list[InvoiceLineItem]
    subtotal_cents: int
    amount: int
    additional_properties: dict[str, Any] = attrs.field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object: a field that is UNSET is left out, and None is null."""
        return write(self.additional_properties) | write(
            {
                "customer_id": self.customer_id,
                "contract_id": self.contract_id,
                "period_from": self.period_from,
                "period_to": self.period_to,
                "currency": self.currency,
                "line_items": self.line_items,
                "subtotal_cents": self.subtotal_cents,
                "amount": self.amount,
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
            customer_id=required(cls, fields, "customer_id", text),
            contract_id=required(cls, fields, "contract_id", text, None),
            period_from=required(cls, fields, "period_from", datetime.date.fromisoformat),
            period_to=required(cls, fields, "period_to", datetime.date.fromisoformat),
            currency=required(cls, fields, "currency", text),
            line_items=required(cls, fields, "line_items", list_of(InvoiceLineItem.from_dict)),
            subtotal_cents=required(cls, fields, "subtotal_cents", integer),
            amount=required(cls, fields, "amount", integer),
        )
        model.additional_properties = fields
        return model
