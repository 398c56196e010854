# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import attrs

from ..types import read, write
from .invoice_response import InvoiceResponse


@attrs.define(kw_only=True)
class InvoiceActionResponse:
    """Result of finalizing or voiding an invoice.

    Attributes:
        id: The invoice's id.
        status: The state of the invoice now. Known values: `finalized`, `void`.
        email_sent: True if the invoice was sent to the customer; always false for a void one.
        message: Description of what was done, in a sentence for a person.
        invoice: An invoice.
    """

    id: str
    status: str
    email_sent: bool
    message: str
    invoice: InvoiceResponse
    additional_properties: dict[str, Any] = attrs.field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object: a field that is UNSET is left out, and None is null."""
        return write(
            {
                **self.additional_properties,
                "id": self.id,
                "status": self.status,
                "email_sent": self.email_sent,
                "message": self.message,
                "invoice": self.invoice,
            }
        )

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object. An unknown field is kept in `additional_properties`."""
        fields = dict(src_dict)
        model = cls(
            id=fields.pop("id"),
            status=fields.pop("status"),
            email_sent=fields.pop("email_sent"),
            message=fields.pop("message"),
            invoice=read(InvoiceResponse.from_dict, fields.pop("invoice")),
        )
        model.additional_properties = fields
        return model
