# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any, Self, TypedDict

import attrs

from ..types import UNSET, Unset, read, read_list, write
from .create_invoice_line_item_options import (
    CreateInvoiceLineItemOptions,
    CreateInvoiceLineItemOptionsDict,
)
from .create_invoice_tax_options import CreateInvoiceTaxOptions, CreateInvoiceTaxOptionsDict


@attrs.define(kw_only=True)
class UpdateInvoiceOptions:
    """Changes of a draft.

    Attributes:
        issue_date: The day that the invoice carries (`YYYY-MM-DD`).
        due_date: The day by which to pay, not before `issue_date`.
        billing_period_from: The first day of the billed period.
        billing_period_to: The last day of the billed period (inclusive), not before the first.
        currency: The currency as an ISO 4217 code, for example `USD`. Amounts are not
            converted. It stays as it is once the invoice has a payment.
        tax_rate: A tax on the whole invoice as a fraction, for example 0.08 for 8 %. Used only
            if the invoice has no `taxes`, on the lines that state no `tax_cents` of their own.
        notes: Text to print on the invoice.
        line_items: Lines of the invoice. The stored lines are replaced as a whole and get new
            ids.
        taxes: Taxes on the whole invoice. The stored ones are replaced as a whole; an empty
            list removes them.
        metadata: Notes of your own. The stored object is replaced as a whole.
    """

    issue_date: datetime.date | str | Unset = UNSET
    due_date: datetime.date | str | Unset = UNSET
    billing_period_from: datetime.date | str | Unset = UNSET
    billing_period_to: datetime.date | str | Unset = UNSET
    currency: str | Unset = UNSET
    tax_rate: float | Unset = UNSET
    notes: str | Unset = UNSET
    line_items: (
        Sequence[CreateInvoiceLineItemOptions | CreateInvoiceLineItemOptionsDict] | Unset
    ) = UNSET
    taxes: Sequence[CreateInvoiceTaxOptions | CreateInvoiceTaxOptionsDict] | Unset = UNSET
    metadata: Mapping[str, Any] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object: a field that is UNSET is left out, and None is null."""
        return write(
            {
                "issue_date": self.issue_date,
                "due_date": self.due_date,
                "billing_period_from": self.billing_period_from,
                "billing_period_to": self.billing_period_to,
                "currency": self.currency,
                "tax_rate": self.tax_rate,
                "notes": self.notes,
                "line_items": self.line_items,
                "taxes": self.taxes,
                "metadata": self.metadata,
            }
        )

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object. An unknown field raises TypeError."""
        fields = dict(src_dict)
        model = cls(
            issue_date=read(datetime.date.fromisoformat, fields.pop("issue_date", UNSET)),
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
            line_items=read_list(
                CreateInvoiceLineItemOptions.from_dict, fields.pop("line_items", UNSET)
            ),
            taxes=read_list(CreateInvoiceTaxOptions.from_dict, fields.pop("taxes", UNSET)),
            metadata=fields.pop("metadata", UNSET),
        )
        if fields:
            raise TypeError(f"UpdateInvoiceOptions has no field {', '.join(fields)}")
        return model


class UpdateInvoiceOptionsDict(TypedDict, total=False):
    """A dict with the fields of `UpdateInvoiceOptions`."""

    issue_date: datetime.date | str
    due_date: datetime.date | str
    billing_period_from: datetime.date | str
    billing_period_to: datetime.date | str
    currency: str
    tax_rate: float
    notes: str
    line_items: Sequence[CreateInvoiceLineItemOptions | CreateInvoiceLineItemOptionsDict]
    taxes: Sequence[CreateInvoiceTaxOptions | CreateInvoiceTaxOptionsDict]
    metadata: Mapping[str, Any]
