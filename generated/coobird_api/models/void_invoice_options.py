# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Required, Self, TypedDict

import attrs

from ..types import write


@attrs.define(kw_only=True)
class VoidInvoiceOptions:
    """Reason for voiding an invoice.

    Attributes:
        reason: Reason why the invoice is void; kept as `void_reason`.
    """

    reason: str

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object: a field that is UNSET is left out, and None is null."""
        return write({"reason": self.reason})

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object. An unknown field raises TypeError."""
        fields = dict(src_dict)
        model = cls(reason=fields.pop("reason"))
        if fields:
            raise TypeError(f"VoidInvoiceOptions has no field {', '.join(fields)}")
        return model


class VoidInvoiceOptionsDict(TypedDict, total=False):
    """A dict with the fields of `VoidInvoiceOptions`."""

    reason: Required[str]
