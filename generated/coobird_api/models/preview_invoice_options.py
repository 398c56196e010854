# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Required, Self, TypedDict

import attrs

from ..types import UNSET, Unset, write


@attrs.define(kw_only=True)
class PreviewInvoiceOptions:
    """Customer and contract whose usage to price.

    Attributes:
        customer_id: The customer who would be billed.
        contract_id: The contract to price by; it has to be a contract of the same customer.
            Left out, all contracts of the customer that are billed today.
    """

    customer_id: str
    contract_id: str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object: a field that is UNSET is left out, and None is null."""
        return write({"customer_id": self.customer_id, "contract_id": self.contract_id})

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object. An unknown field raises TypeError."""
        fields = dict(src_dict)
        model = cls(
            customer_id=fields.pop("customer_id"), contract_id=fields.pop("contract_id", UNSET)
        )
        if fields:
            raise TypeError(f"PreviewInvoiceOptions has no field {', '.join(fields)}")
        return model


class PreviewInvoiceOptionsDict(TypedDict, total=False):
    """A dict with the fields of `PreviewInvoiceOptions`."""

    customer_id: Required[str]
    contract_id: str
