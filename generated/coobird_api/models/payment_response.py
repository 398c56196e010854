# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self

import attrs

from ..types import read, write


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
        return write(
            {
                **self.additional_properties,
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
        """Read a JSON object. An unknown field is kept in `additional_properties`."""
        fields = dict(src_dict)
        model = cls(
            id=fields.pop("id"),
            customer_id=fields.pop("customer_id"),
            invoice_id=fields.pop("invoice_id"),
            contract_id=fields.pop("contract_id"),
            status=fields.pop("status"),
            amount=fields.pop("amount"),
            refunded_amount=fields.pop("refunded_amount"),
            currency=fields.pop("currency"),
            payment_method=fields.pop("payment_method"),
            payment_date=read(datetime.date.fromisoformat, fields.pop("payment_date")),
            external_transaction_id=fields.pop("external_transaction_id"),
            failure_reason=fields.pop("failure_reason"),
            description=fields.pop("description"),
            notes=fields.pop("notes"),
            metadata=fields.pop("metadata"),
            created_at=read(datetime.datetime.fromisoformat, fields.pop("created_at")),
            updated_at=read(datetime.datetime.fromisoformat, fields.pop("updated_at")),
        )
        model.additional_properties = fields
        return model
