# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Required, Self, TypedDict

import attrs

from ..types import UNSET, Unset, write
from .credit_type import CreditType


@attrs.define(kw_only=True)
class TopUpWalletOptions:
    """Credits to add to a wallet.

    Attributes:
        amount: Amount that is paid in, in major units of the wallet's currency (100 is one
            hundred US dollars). With a conversion rate of 1 this is also the number of credits.
        credit_amount: Number of credits to add; `amount` times the wallet's `conversion_rate`
            if left out.
        credit_type: Source of credits. One of `bonus`, `free`, `promotional`, `purchased`.
        description: Purpose of the top-up.
        idempotency_key: Key that makes this transaction unique within the wallet. Sending it
            again changes nothing.
        metadata: Notes of your own.
    """

    amount: float
    credit_amount: float | Unset = UNSET
    credit_type: CreditType | Unset = UNSET
    description: str | Unset = UNSET
    idempotency_key: str | Unset = UNSET
    metadata: Mapping[str, Any] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object: a field that is UNSET is left out, and None is null."""
        return write(
            {
                "amount": self.amount,
                "credit_amount": self.credit_amount,
                "credit_type": self.credit_type,
                "description": self.description,
                "idempotency_key": self.idempotency_key,
                "metadata": self.metadata,
            }
        )

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object. An unknown field raises TypeError."""
        fields = dict(src_dict)
        model = cls(
            amount=fields.pop("amount"),
            credit_amount=fields.pop("credit_amount", UNSET),
            credit_type=fields.pop("credit_type", UNSET),
            description=fields.pop("description", UNSET),
            idempotency_key=fields.pop("idempotency_key", UNSET),
            metadata=fields.pop("metadata", UNSET),
        )
        if fields:
            raise TypeError(f"TopUpWalletOptions has no field {', '.join(fields)}")
        return model


class TopUpWalletOptionsDict(TypedDict, total=False):
    """A dict with the fields of `TopUpWalletOptions`."""

    amount: Required[float]
    credit_amount: float
    credit_type: CreditType
    description: str
    idempotency_key: str
    metadata: Mapping[str, Any]
