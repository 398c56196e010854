# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self

import attrs

from ..types import read, write


@attrs.define(kw_only=True)
class RefundResponse:
    """A refund, and the state of the payment after it.

    Attributes:
        id: The refund's id.
        payment_id: The payment that was refunded.
        status: The state of the refund. Known values: `pending`, `completed`, `failed`.
        amount: Amount of this refund, in whole cents.
        currency: The currency of the payment as an ISO 4217 code.
        payment_status: The state of the payment after this refund. Known values:
            `partially_refunded`, `refunded`.
        refunded_amount: Amount of the payment that was refunded in all, this refund included,
            in whole cents.
        remaining_amount: Amount of the payment that can still be refunded, in whole cents.
        reason: Reason for the refund.
        external_refund_id: The id of this refund at your payment provider.
        metadata: Notes of your own; empty if there are none.
        created_at: Time of the refund (UTC).
    """

    id: str
    payment_id: str
    status: str
    amount: int
    currency: str
    payment_status: str
    refunded_amount: int
    remaining_amount: int
    reason: str | None
    external_refund_id: str | None
    metadata: dict[str, Any]
    created_at: datetime.datetime
    additional_properties: dict[str, Any] = attrs.field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object: a field that is UNSET is left out, and None is null."""
        return write(
            {
                **self.additional_properties,
                "id": self.id,
                "payment_id": self.payment_id,
                "status": self.status,
                "amount": self.amount,
                "currency": self.currency,
                "payment_status": self.payment_status,
                "refunded_amount": self.refunded_amount,
                "remaining_amount": self.remaining_amount,
                "reason": self.reason,
                "external_refund_id": self.external_refund_id,
                "metadata": self.metadata,
                "created_at": self.created_at,
            }
        )

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object. An unknown field is kept in `additional_properties`."""
        fields = dict(src_dict)
        model = cls(
            id=fields.pop("id"),
            payment_id=fields.pop("payment_id"),
            status=fields.pop("status"),
            amount=fields.pop("amount"),
            currency=fields.pop("currency"),
            payment_status=fields.pop("payment_status"),
            refunded_amount=fields.pop("refunded_amount"),
            remaining_amount=fields.pop("remaining_amount"),
            reason=fields.pop("reason"),
            external_refund_id=fields.pop("external_refund_id"),
            metadata=fields.pop("metadata"),
            created_at=read(datetime.datetime.fromisoformat, fields.pop("created_at")),
        )
        model.additional_properties = fields
        return model
