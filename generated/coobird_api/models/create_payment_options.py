# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Required, Self, TypedDict

import attrs

from ..types import UNSET, Unset, read, write
from .payment_method import PaymentMethod


@attrs.define(kw_only=True)
class CreatePaymentOptions:
    """A payment to record.

    Attributes:
        customer_id: The customer who pays.
        amount: Amount in whole cents.
        invoice_id: The invoice that the payment covers; it has to be an invoice of the same
            customer.
        currency: The currency as an ISO 4217 code, for example `USD`. Left out, that of the
            invoice, else that of the customer, else `USD`.
        payment_method: Means of a payment. One of `ach`, `bank_transfer`, `cash`, `check`,
            `credit_card`, `crypto`, `debit_card`, `other`, `wallet`, `wire`.
        payment_date: The day of the payment (`YYYY-MM-DD`).
        description: Purpose of the payment.
        external_transaction_id: The id of this payment at your payment provider.
        metadata: Notes of your own.
    """

    customer_id: str
    amount: int
    invoice_id: str | Unset = UNSET
    currency: str | Unset = UNSET
    payment_method: PaymentMethod | Unset = UNSET
    payment_date: datetime.date | str | Unset = UNSET
    description: str | Unset = UNSET
    external_transaction_id: str | Unset = UNSET
    metadata: Mapping[str, Any] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object: a field that is UNSET is left out, and None is null."""
        return write(
            {
                "customer_id": self.customer_id,
                "amount": self.amount,
                "invoice_id": self.invoice_id,
                "currency": self.currency,
                "payment_method": self.payment_method,
                "payment_date": self.payment_date,
                "description": self.description,
                "external_transaction_id": self.external_transaction_id,
                "metadata": self.metadata,
            }
        )

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object. An unknown field raises TypeError."""
        fields = dict(src_dict)
        model = cls(
            customer_id=fields.pop("customer_id"),
            amount=fields.pop("amount"),
            invoice_id=fields.pop("invoice_id", UNSET),
            currency=fields.pop("currency", UNSET),
            payment_method=fields.pop("payment_method", UNSET),
            payment_date=read(datetime.date.fromisoformat, fields.pop("payment_date", UNSET)),
            description=fields.pop("description", UNSET),
            external_transaction_id=fields.pop("external_transaction_id", UNSET),
            metadata=fields.pop("metadata", UNSET),
        )
        if fields:
            raise TypeError(f"CreatePaymentOptions has no field {', '.join(fields)}")
        return model


class CreatePaymentOptionsDict(TypedDict, total=False):
    """A dict with the fields of `CreatePaymentOptions`."""

    customer_id: Required[str]
    amount: Required[int]
    invoice_id: str
    currency: str
    payment_method: PaymentMethod
    payment_date: datetime.date | str
    description: str
    external_transaction_id: str
    metadata: Mapping[str, Any]
