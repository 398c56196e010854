# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self

import attrs

from ..types import integer, json_object, required, text, write


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
        return write(self.additional_properties) | write(
            {
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
        """Read a JSON object.

        A required field that is missing reads as None if null is allowed, else as UNSET. A value of
        another type reads as UNSET; `additional_properties` keeps it, and the unknown fields.
        """
        fields = json_object(src_dict)
        model = cls(
            id=required(cls, fields, "id", text),
            payment_id=required(cls, fields, "payment_id", text),
            status=required(cls, fields, "status", text),
            amount=required(cls, fields, "amount", integer),
            currency=required(cls, fields, "currency", text),
            payment_status=required(cls, fields, "payment_status", text),
            refunded_amount=required(cls, fields, "refunded_amount", integer),
            remaining_amount=required(cls, fields, "remaining_amount", integer),
            reason=required(cls, fields, "reason", text, None),
            external_refund_id=required(cls, fields, "external_refund_id", text, None),
            metadata=required(cls, fields, "metadata", json_object),
            created_at=required(cls, fields, "created_at", datetime.datetime.fromisoformat),
        )
        model.additional_properties = fields
        return model
