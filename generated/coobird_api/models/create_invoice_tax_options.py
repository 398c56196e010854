# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Required, Self, TypedDict

import attrs

from ..types import write


@attrs.define(kw_only=True)
class CreateInvoiceTaxOptions:
    """A tax on the whole invoice. The amounts are taken as given.

    Attributes:
        tax_name: The name to print, for example `Sales tax`.
        tax_rate: The rate as a fraction, for example 0.08 for 8 %.
        taxable_amount: The amount that is taxed, in whole cents.
        tax_amount: The tax, in whole cents.
    """

    tax_name: str
    tax_rate: float
    taxable_amount: int
    tax_amount: int

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object: a field that is UNSET is left out, and None is null."""
        return write(
            {
                "tax_name": self.tax_name,
                "tax_rate": self.tax_rate,
                "taxable_amount": self.taxable_amount,
                "tax_amount": self.tax_amount,
            }
        )

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object. An unknown field raises TypeError."""
        fields = dict(src_dict)
        model = cls(
            tax_name=fields.pop("tax_name"),
            tax_rate=fields.pop("tax_rate"),
            taxable_amount=fields.pop("taxable_amount"),
            tax_amount=fields.pop("tax_amount"),
        )
        if fields:
            raise TypeError(f"CreateInvoiceTaxOptions has no field {', '.join(fields)}")
        return model


class CreateInvoiceTaxOptionsDict(TypedDict, total=False):
    """A dict with the fields of `CreateInvoiceTaxOptions`."""

    tax_name: Required[str]
    tax_rate: Required[float]
    taxable_amount: Required[int]
    tax_amount: Required[int]
