# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypedDict

import attrs

from ..types import UNSET, Unset, write


@attrs.define(kw_only=True)
class RefundPaymentOptions:
    """Amount and reason of a refund.

    Attributes:
        amount: Amount in whole cents, at most what is left of the payment. All that is left, if
            left out.
        reason: Reason for the refund.
        external_refund_id: The id of this refund at your payment provider.
        metadata: Notes of your own.
    """

    amount: int | Unset = UNSET
    reason: str | Unset = UNSET
    external_refund_id: str | Unset = UNSET
    metadata: Mapping[str, Any] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object: a field that is UNSET is left out, and None is null."""
        return write(
            {
                "amount": self.amount,
                "reason": self.reason,
                "external_refund_id": self.external_refund_id,
                "metadata": self.metadata,
            }
        )

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object. An unknown field raises TypeError."""
        fields = dict(src_dict)
        model = cls(
            amount=fields.pop("amount", UNSET),
            reason=fields.pop("reason", UNSET),
            external_refund_id=fields.pop("external_refund_id", UNSET),
            metadata=fields.pop("metadata", UNSET),
        )
        if fields:
            raise TypeError(f"RefundPaymentOptions has no field {', '.join(fields)}")
        return model


class RefundPaymentOptionsDict(TypedDict, total=False):
    """A dict with the fields of `RefundPaymentOptions`."""

    amount: int
    reason: str
    external_refund_id: str
    metadata: Mapping[str, Any]
