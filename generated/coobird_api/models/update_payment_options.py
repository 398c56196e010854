# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypedDict

import attrs

from ..types import UNSET, Unset, write
from .payment_method import PaymentMethod
from .settable_payment_status import SettablePaymentStatus


@attrs.define(kw_only=True)
class UpdatePaymentOptions:
    """Changes of a payment. Amount, customer and invoice stay as recorded.

    Attributes:
        status: State to put a payment in. Refund states come from refunds alone. One of
            `completed`, `failed`, `pending`.
        payment_method: Means of a payment. One of `ach`, `bank_transfer`, `cash`, `check`,
            `credit_card`, `crypto`, `debit_card`, `other`, `wallet`, `wire`.
        external_transaction_id: The id of this payment at your payment provider.
        failure_reason: Reason why the payment failed.
        notes: Notes for internal use.
        metadata: Notes of your own. The stored object is replaced as a whole.
    """

    status: SettablePaymentStatus | Unset = UNSET
    payment_method: PaymentMethod | Unset = UNSET
    external_transaction_id: str | Unset = UNSET
    failure_reason: str | Unset = UNSET
    notes: str | Unset = UNSET
    metadata: Mapping[str, Any] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object: a field that is UNSET is left out, and None is null."""
        return write(
            {
                "status": self.status,
                "payment_method": self.payment_method,
                "external_transaction_id": self.external_transaction_id,
                "failure_reason": self.failure_reason,
                "notes": self.notes,
                "metadata": self.metadata,
            }
        )

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object. An unknown field raises TypeError."""
        fields = dict(src_dict)
        model = cls(
            status=fields.pop("status", UNSET),
            payment_method=fields.pop("payment_method", UNSET),
            external_transaction_id=fields.pop("external_transaction_id", UNSET),
            failure_reason=fields.pop("failure_reason", UNSET),
            notes=fields.pop("notes", UNSET),
            metadata=fields.pop("metadata", UNSET),
        )
        if fields:
            raise TypeError(f"UpdatePaymentOptions has no field {', '.join(fields)}")
        return model


class UpdatePaymentOptionsDict(TypedDict, total=False):
    """A dict with the fields of `UpdatePaymentOptions`."""

    status: SettablePaymentStatus
    payment_method: PaymentMethod
    external_transaction_id: str
    failure_reason: str
    notes: str
    metadata: Mapping[str, Any]
