# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import attrs

from ..types import boolean, json_object, required, text, write
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
        return write(self.additional_properties) | write(
            {
                "id": self.id,
                "status": self.status,
                "email_sent": self.email_sent,
                "message": self.message,
                "invoice": self.invoice,
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
            status=required(cls, fields, "status", text),
            email_sent=required(cls, fields, "email_sent", boolean),
            message=required(cls, fields, "message", text),
            invoice=required(cls, fields, "invoice", InvoiceResponse.from_dict),
        )
        model.additional_properties = fields
        return model
