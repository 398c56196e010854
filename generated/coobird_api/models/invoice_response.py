# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self

import attrs

from ..types import integer, json_object, list_of, number, required, text, write
from .invoice_line_item import InvoiceLineItem
from .invoice_tax import InvoiceTax


@attrs.define(kw_only=True)
class InvoiceResponse:
    """An invoice.

    Attributes:
        id: The invoice's id.
        invoice_number: The number to print, given at creation and unique within the tenant.
        status: The state. Known values: `draft`, `finalized`, `void`.
        customer_id: The customer who is billed.
        contract_id: The contract that the invoice is for.
        issue_date: The day that the invoice carries.
        due_date: The day by which to pay.
        billing_period_from: The first day of the billed period.
        billing_period_to: The last day of the billed period (inclusive).
        currency: The currency as an ISO 4217 code.
        line_items: Lines of the invoice, by `sort_order`.
        taxes: The taxes on the whole invoice as they were given; empty if there are none.
        tax_rate: The tax rate on the whole invoice as a fraction, for example 0.08 for 8 %.
        subtotal_cents: The sum of the lines' `subtotal_cents`, in whole cents.
        discount_cents: The sum of the lines' `discount_cents`, in whole cents.
        tax_cents: All tax in whole cents: the sum of the lines' `tax_cents`, plus the sum of
            `taxes`, or without `taxes` plus what `tax_rate` makes of the lines without tax of their
            own (subtotal less discount, half a cent rounds up).
        total_cents: Amount to pay, in whole cents: `subtotal_cents` - `discount_cents` +
            `tax_cents`.
        notes: Text to print on the invoice.
        void_reason: Reason why the invoice is void; `None` unless it is.
        finalized_at: Time at which the invoice was finalized (UTC).
        voided_at: Time at which the invoice was voided (UTC).
        metadata: Notes of your own; empty if there are none.
        created_at: Time at which the invoice was created (UTC).
        updated_at: Time of the last change of the invoice (UTC).
    """

    id: str
    invoice_number: str
    status: str
    customer_id: str
    contract_id: str | None
    issue_date: datetime.date
    due_date: datetime.date | None
    billing_period_from: datetime.date | None
    billing_period_to: datetime.date | None
    currency: str
    line_items: list[InvoiceLineItem]
    taxes: list[InvoiceTax]
    tax_rate: float | None
    subtotal_cents: int
    discount_cents: int
    tax_cents: int
    total_cents: int
    notes: str | None
    void_reason: str | None
    finalized_at: datetime.datetime | None
    voided_at: datetime.datetime | None
    metadata: dict[str, Any]
    created_at: datetime.datetime
    updated_at: datetime.datetime
    additional_properties: dict[str, Any] = attrs.field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object: a field that is UNSET is left out, and None is null."""
        return write(self.additional_properties) | write(
            {
                "id": self.id,
                "invoice_number": self.invoice_number,
                "status": self.status,
                "customer_id": self.customer_id,
                "contract_id": self.contract_id,
                "issue_date": self.issue_date,
                "due_date": self.due_date,
                "billing_period_from": self.billing_period_from,
                "billing_period_to": self.billing_period_to,
                "currency": self.currency,
                "line_items": self.line_items,
                "taxes": self.taxes,
                "tax_rate": self.tax_rate,
                "subtotal_cents": self.subtotal_cents,
                "discount_cents": self.discount_cents,
                "tax_cents": self.tax_cents,
                "total_cents": self.total_cents,
                "notes": self.notes,
                "void_reason": self.void_reason,
                "finalized_at": self.finalized_at,
                "voided_at": self.voided_at,
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
            invoice_number=required(cls, fields, "invoice_number", text),
            status=required(cls, fields, "status", text),
            customer_id=required(cls, fields, "customer_id", text),
            contract_id=required(cls, fields, "contract_id", text, None),
            issue_date=required(cls, fields, "issue_date", datetime.date.fromisoformat),
            due_date=required(cls, fields, "due_date", datetime.date.fromisoformat, None),
            billing_period_from=required(
                cls, fields, "billing_period_from", datetime.date.fromisoformat, None
            ),
            billing_period_to=required(
                cls, fields, "billing_period_to", datetime.date.fromisoformat, None
            ),
            currency=required(cls, fields, "currency", text),
            line_items=required(cls, fields, "line_items", list_of(InvoiceLineItem.from_dict)),
            taxes=required(cls, fields, "taxes", list_of(InvoiceTax.from_dict)),
            tax_rate=required(cls, fields, "tax_rate", number, None),
            subtotal_cents=required(cls, fields, "subtotal_cents", integer),
            discount_cents=required(cls, fields, "discount_cents", integer),
            tax_cents=required(cls, fields, "tax_cents", integer),
            total_cents=required(cls, fields, "total_cents", integer),
            notes=required(cls, fields, "notes", text, None),
            void_reason=required(cls, fields, "void_reason", text, None),
            finalized_at=required(
                cls, fields, "finalized_at", datetime.datetime.fromisoformat, None
            ),
            voided_at=required(cls, fields, "voided_at", datetime.datetime.fromisoformat, None),
            metadata=required(cls, fields, "metadata", json_object),
            created_at=required(cls, fields, "created_at", datetime.datetime.fromisoformat),
            updated_at=required(cls, fields, "updated_at", datetime.datetime.fromisoformat),
        )
        model.additional_properties = fields
        return model
