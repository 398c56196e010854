# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self

import attrs

from ..types import json_object, number, required, text, write


@attrs.define(kw_only=True)
class WalletTransactionResponse:
    """One change of a wallet's balance. `balance_after` is `balance_before` plus `credit_amount`.

    Attributes:
        id: The transaction's id.
        wallet_id: The wallet's id.
        type: Kind of the change. Known values: `initial`, `top_up`, `deduction`, `recharge`.
        amount: The amount as requested, never below 0. Major units of the currency in a
            `top_up`; credits in every other type.
        credit_amount: Number of credits by which the balance changed. **Signed**: below 0 in a
            `deduction`, above 0 in every other type.
        credit_type: Source of the credits; `None` in a `deduction`. Known values: `free`,
            `purchased`, `promotional`, `bonus`.
        balance_before: The credits before this change.
        balance_after: The credits after this change, before any recharge that it sets off.
        description: Purpose of the change.
        idempotency_key: The key that makes the transaction unique within the wallet.
        metadata: Notes of your own; empty if there are none.
        created_at: Time at which the change took effect (UTC).
    """

    id: str
    wallet_id: str
    type: str
    amount: float
    credit_amount: float
    credit_type: str | None
    balance_before: float
    balance_after: float
    description: str | None
    idempotency_key: str | None
    metadata: dict[str, Any]
    created_at: datetime.datetime
    additional_properties: dict[str, Any] = attrs.field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object: a field that is UNSET is left out, and None is null."""
        return write(self.additional_properties) | write(
            {
                "id": self.id,
                "wallet_id": self.wallet_id,
                "type": self.type,
                "amount": self.amount,
                "credit_amount": self.credit_amount,
                "credit_type": self.credit_type,
                "balance_before": self.balance_before,
                "balance_after": self.balance_after,
                "description": self.description,
                "idempotency_key": self.idempotency_key,
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
            wallet_id=required(cls, fields, "wallet_id", text),
            type=required(cls, fields, "type", text),
            amount=required(cls, fields, "amount", number),
            credit_amount=required(cls, fields, "credit_amount", number),
            credit_type=required(cls, fields, "credit_type", text, None),
            balance_before=required(cls, fields, "balance_before", number),
            balance_after=required(cls, fields, "balance_after", number),
            description=required(cls, fields, "description", text, None),
            idempotency_key=required(cls, fields, "idempotency_key", text, None),
            metadata=required(cls, fields, "metadata", json_object),
            created_at=required(cls, fields, "created_at", datetime.datetime.fromisoformat),
        )
        model.additional_properties = fields
        return model
