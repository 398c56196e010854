# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import attrs

from ..types import integer, json_object, number, required, text, write


@attrs.define(kw_only=True)
class InvoiceTax:
    """A tax on the whole invoice.

    Attributes:
        id: The tax entry's id.
        tax_name: The name to print.
        tax_rate: The rate as a fraction, for example 0.08 for 8 %.
        taxable_amount: The amount that is taxed, in whole cents.
        tax_amount: The tax, in whole cents.
    """

    id: str
    tax_name: str
    tax_rate: float
    taxable_amount: int
    tax_amount: int
    additional_properties: dict[str, Any] = attrs.field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object: a field that is UNSET is left out, and None is null."""
        return write(self.additional_properties) | write(
            {
                "id": self.id,
                "tax_name": self.tax_name,
                "tax_rate": self.tax_rate,
                "taxable_amount": self.taxable_amount,
                "tax_amount": self.tax_amount,
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
            tax_name=required(cls, fields, "tax_name", text),
            tax_rate=required(cls, fields, "tax_rate", number),
            taxable_amount=required(cls, fields, "taxable_amount", integer),
            tax_amount=required(cls, fields, "tax_amount", integer),
        )
        model.additional_properties = fields
        return model
