# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypedDict

import attrs

from ..types import UNSET, Unset, write


@attrs.define(kw_only=True)
class FinalizeInvoiceOptions:
    """Options of finalizing an invoice.

    Attributes:
        send_email: True to send the invoice to the customer's `email`; false if left out.
    """

    send_email: bool | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object: a field that is UNSET is left out, and None is null."""
        return write({"send_email": self.send_email})

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object. An unknown field raises TypeError."""
        fields = dict(src_dict)
        model = cls(send_email=fields.pop("send_email", UNSET))
        if fields:
            raise TypeError(f"FinalizeInvoiceOptions has no field {', '.join(fields)}")
        return model


class FinalizeInvoiceOptionsDict(TypedDict, total=False):
    """A dict with the fields of `FinalizeInvoiceOptions`."""

    send_email: bool
