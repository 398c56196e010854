# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self

import attrs

from ..types import boolean, json_object, number, required, text, write


@attrs.define(kw_only=True)
class WalletResponse:
    """A wallet: prepaid credits of one customer.

    Attributes:
        id: The wallet's id.
        customer_id: The customer who owns the wallet.
        name: The name to show.
        description: Purpose of the wallet.
        status: The state. Known values: `active`, `inactive` (takes no transactions).
        currency: The currency that credits are bought in, as an ISO 4217 code.
        conversion_rate: Number of credits that one major unit of the currency buys.
        credits_balance: Number of credits that are left; below 0 only if
            `allow_negative_balance` is true.
        auto_recharge_enabled: True if the wallet recharges itself.
        auto_recharge_threshold: Recharge when a deduction leaves fewer credits than this.
        auto_recharge_amount: Number of credits that a recharge adds.
        allow_negative_balance: True if deductions may take the balance below 0.
        metadata: Notes of your own; empty if there are none.
        created_at: Time at which the wallet was created (UTC).
        updated_at: Time of the last change of the wallet, transactions included (UTC).
    """

    id: str
    customer_id: str
    name: str
    description: str | None
    status: str
    currency: str
    conversion_rate: float
    credits_balance: float
    auto_recharge_enabled: bool
    auto_recharge_threshold: float | None
    auto_recharge_amount: float | None
    allow_negative_balance: bool
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
                "name": self.name,
                "description": self.description,
                "status": self.status,
                "currency": self.currency,
                "conversion_rate": self.conversion_rate,
                "credits_balance": self.credits_balance,
                "auto_recharge_enabled": self.auto_recharge_enabled,
                "auto_recharge_threshold": self.auto_recharge_threshold,
                "auto_recharge_amount": self.auto_recharge_amount,
                "allow_negative_balance": self.allow_negative_balance,
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
            name=required(cls, fields, "name", text),
            description=required(cls, fields, "description", text, None),
            status=required(cls, fields, "status", text),
            currency=required(cls, fields, "currency", text),
            conversion_rate=required(cls, fields, "conversion_rate", number),
            credits_balance=required(cls, fields, "credits_balance", number),
            auto_recharge_enabled=required(cls, fields, "auto_recharge_enabled", boolean),
            auto_recharge_threshold=required(cls, fields, "auto_recharge_threshold", number, None),
            auto_recharge_amount=required(cls, fields, "auto_recharge_amount", number, None),
            allow_negative_balance=required(cls, fields, "allow_negative_balance", boolean),
            metadata=required(cls, fields, "metadata", json_object),
            created_at=required(cls, fields, "created_at", datetime.datetime.fromisoformat),
            updated_at=required(cls, fields, "updated_at", datetime.datetime.fromisoformat),
        )
        model.additional_properties = fields
        return model
