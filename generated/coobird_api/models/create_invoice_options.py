# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any, Required, Self, TypedDict

import attrs

from ..types import UNSET, Unset, read, read_list, write
from .create_invoice_line_item_options import (
    CreateInvoiceLineItemOptions,
    CreateInvoiceLineItemOptionsDict,
)
from .create_invoice_tax_options import CreateInvoiceTaxOptions, CreateInvoiceTaxOptionsDict


@attrs.define(kw_only=True)
class CreateInvoiceOptions:
    """An invoice to create.

    Attributes:
        customer_id: The customer who is billed.
        issue_date: The day that the invoice carries (`YYYY-MM-DD`).
        line_items: Lines of the invoice, 1 to 1,000.
        contract_id: The contract that the invoice is for; it has to be a contract of the same
            customer.
        due_date: The day by which to pay, not before `issue_date`. Left out, `issue_date` plus
            the payment terms of the contract, if there are any.
        billing_period_from: The first day of the billed period.
        billing_period_to: The last day of the billed period (inclusive), not before the first.
        currency: The currency as an ISO 4217 code, for example `USD`. Left out, that of the
            contract, else that of the customer, else `USD`.
        tax_rate: A tax on the whole invoice as a fraction, for example 0.08 for 8 %. Used only
            if `taxes` is left out or empty, on the lines that state no `tax_cents` of their own.
        notes: Text to print on the invoice.
        taxes: Taxes on the whole invoice that you calculated yourself; with them `tax_rate` is
            only printed.
        auto_finalize: True to finalize the invoice at once; false if left out.
        metadata: Notes of your own.
    """

    customer_id: str
    issue_date: datetime.date | str
    line_items: Sequence[CreateInvoiceLineItemOptions | CreateInvoiceLineItemOptionsDict]
    contract_id: str | Unset = UNSET
    due_date: datetime.date | str | Unset = UNSET
    billing_period_from: datetime.date | str | Unset = UNSET
    billing_period_to: datetime.date | str | Unset = UNSET
    currency: str | Unset = UNSET
    tax_rate: float | Unset = UNSET
    notes: str | Unset = UNSET
    taxes: Sequence[CreateInvoiceTaxOptions | CreateInvoiceTaxOptionsDict] | Unset = UNSET
    auto_finalize: bool | Unset = UNSET
    metadata: Mapping[str, Any] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object: a field that is UNSET is left out, and None is null."""
        return write(
            {
                "customer_id": self.customer_id,
                "issue_date": self.issue_date,
                "line_items": self.line_items,
                "contract_id": self.contract_id,
                "due_date": self.due_date,
                "billing_period_from": self.billing_period_from,
                "billing_period_to": self.billing_period_to,
                "currency": self.currency,
                "tax_rate": self.tax_rate,
                "notes": self.notes,
                "taxes": self.taxes,
                "auto_finalize": self.auto_finalize,
                "metadata": self.metadata,
            }
        )

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object. An unknown field raises TypeError."""
        fields = dict(src_dict)
        model = cls(
            customer_id=fields.pop("customer_id"),
            issue_date=read(datetime.date.fromisoformat, fields.pop("issue_date")),
            line_items=read_list(CreateInvoiceLineItemOptions.from_dict, fields.pop("line_items")),
            contract_id=fields.pop("contract_id", UNSET),
            due_date=read(datetime.date.fromisoformat, fields.pop("due_date", UNSET)),
            billing_period_from=read(
                datetime.date.fromisoformat, fields.pop("billing_period_from", UNSET)
            ),
            billing_period_to=read(
                datetime.date.fromisoformat, fields.pop("billing_period_to", UNSET)
            ),
            currency=fields.pop("currency", UNSET),
            tax_rate=fields.pop("tax_rate", UNSET),
            notes=fields.pop("notes", UNSET),
            taxes=read_list(CreateInvoiceTaxOptions.from_dict, fields.pop("taxes", UNSET)),
            auto_finalize=fields.pop("auto_finalize", UNSET),
            metadata=fields.pop("metadata", UNSET),
        )
        if fields:
            raise TypeError(f"CreateInvoiceOptions has no field {', '.join(fields)}")
        return model


class CreateInvoiceOptionsDict(TypedDict, total=False):
    """A dict with the fields of `CreateInvoiceOptions`."""

    customer_id: Required[str]
    issue_date: Required[datetime.date | str]
    line_items: Required[Sequence[CreateInvoiceLineItemOptions | CreateInvoiceLineItemOptionsDict]]
    contract_id: str
    due_date: datetime.date | str
    billing_period_from: datetime.date | str
    billing_period_to: datetime.date | str
    currency: str
    tax_rate: float
    notes: str
    taxes: Sequence[CreateInvoiceTaxOptions | CreateInvoiceTaxOptionsDict]
    auto_finalize: bool
    metadata: Mapping[str, Any]
