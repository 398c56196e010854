# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Required, Self, TypedDict

import attrs

from ..types import UNSET, Unset, write


@attrs.define(kw_only=True)
class DeductWalletOptions:
    """Credits to deduct from a wallet.

    Attributes:
        amount: Number of credits to deduct.
        description: Purpose that the credits were spent on.
        idempotency_key: Key that makes this transaction unique within the wallet. Sending it
            again changes nothing.
        metadata: Notes of your own.
    """

    amount: float
    description: str | Unset = UNSET
    idempotency_key: str | Unset = UNSET
    metadata: Mapping[str, Any] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object: a field that is UNSET is left out, and None is null."""
        return write(
            {
                "amount": self.amount,
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
            description=fields.pop("description", UNSET),
            idempotency_key=fields.pop("idempotency_key", UNSET),
            metadata=fields.pop("metadata", UNSET),
        )
        if fields:
            raise TypeError(f"DeductWalletOptions has no field {', '.join(fields)}")
        return model


class DeductWalletOptionsDict(TypedDict, total=False):
    """A dict with the fields of `DeductWalletOptions`."""

    amount: Required[float]
    description: str
    idempotency_key: str
    metadata: Mapping[str, Any]
