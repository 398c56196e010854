# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Required, Self, TypedDict

import attrs

from ..types import write


@attrs.define(kw_only=True)
class VoidInvoiceOptions:
    """Why an invoice is void.

    Attributes:
        reason: Why the invoice no longer counts; kept as `void_reason`.
    """

    reason: str

    def to_dict(self) -> dict[str, Any]:
        """The JSON object: a field that is UNSET is left out, None is null."""
        return write({"reason": self.reason})

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object. An unknown field is a TypeError."""
        fields = dict(src_dict)
        model = cls(reason=fields.pop("reason"))
        if fields:
            raise TypeError(f"VoidInvoiceOptions has no field {', '.join(fields)}")
        return model


class VoidInvoiceOptionsDict(TypedDict, total=False):
    """A dict with the fields of `VoidInvoiceOptions`."""

    reason: Required[str]
