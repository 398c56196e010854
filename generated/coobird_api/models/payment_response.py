# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self

import attrs

from ..types import integer, json_object, required, text, write


@attrs.define(kw_only=True)
class PaymentResponse:
    """A payment.

    Attributes:
        id: The payment's id.
        customer_id: The customer who pays.
        invoice_id: The invoice that the payment covers.
        contract_id: The contract of that invoice.
        status: The state. Known values: `pending` (where every payment starts), `completed`,
            `failed`, `partially_refunded`, `refunded`.
        amount: Amount in whole cents. Refunds do not lower it.
        refunded_amount: Amount that was refunded so far, in whole cents.
        currency: The currency as an ISO 4217 code.
        payment_method: Means of the payment. Known values: `credit_card`, `debit_card`,
            `bank_transfer`, `ach`, `wire`, `check`, `cash`, `crypto`, `wallet`, `other`.
        payment_date: The day of the payment.
        external_transaction_id: The id of this payment at your payment provider.
        failure_reason: Reason why the payment failed.
        description: Purpose of the payment.
        notes: Notes for internal use.
        metadata: Notes of your own; empty if there are none.
        created_at: Time at which the payment was recorded (UTC).
        updated_at: Time of the last change or refund of the payment (UTC).
    """

    id: str
    customer_id: str
    invoice_id: str | None
    contract_id: str | None
    status: str
    amount: int
    refunded_amount: int
    currency: str
    payment_method: str | None
    payment_date: datetime.date | None
    external_transaction_id: str | None
    failure_reason: str | None
    description: str | None
    notes: str | None
    metadata: dict[str, Any]
    created_at: datetime.datetime
    updated_at: datetime.datetime
    additional_properties: dict[str, Any] = attrs.field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object: a field that is UNSET is left out, and None is null."""
        return write(self.additional_properties) | write(
            {
                "id": self.id,
                "customer_id": self.customer_id,
                "invoice_id": self.invoice_id,
                "contract_id": self.contract_id,
                "status": self.status,
                "amount": self.amount,
                "refunded_amount": self.refunded_amount,
                "currency": self.currency,
                "payment_method": self.payment_method,
                "payment_date": self.payment_date,
                "external_transaction_id": self.external_transaction_id,
                "failure_reason": self.failure_reason,
                "description": self.description,
                "notes": self.notes,
                "metadata": self.metadata,
                "created_at": self.created_at,
                "updated_at": self.updated_at,
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
            customer_id=required(cls, fields, "customer_id", text),
            invoice_id=required(cls, fields, "invoice_id", text, None),
            contract_id=required(cls, fields, "contract_id", text, None),
            status=required(cls, fields, "status", text),
            amount=required(cls, fields, "amount", integer),
            refunded_amount=required(cls, fields, "refunded_amount", integer),
            currency=required(cls, fields, "currency", text),
            payment_method=required(cls, fields, "payment_method", text, None),
            payment_date=required(cls, fields, "payment_date", datetime.date.fromisoformat, None),
            external_transaction_id=required(cls, fields, "external_transaction_id", text, None),
            failure_reason=required(cls, fields, "failure_reason", text, None),
            description=required(cls, fields, "description", text, None),
            notes=required(cls, fields, "notes", text, None),
            metadata=required(cls, fields, "metadata", json_object),
            created_at=required(cls, fields, "created_at", datetime.datetime.fromisoformat),
            updated_at=required(cls, fields, "updated_at", datetime.datetime.fromisoformat),
        )
        model.additional_properties = fields
        return model
