# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Required, Self, TypedDict

import attrs

from ..types import UNSET, Unset, write


@attrs.define(kw_only=True)
class DeductWalletOptions:
    """What to take out of a wallet.

    Attributes:
        amount: How many credits to take out.
        description: What the credits were spent on.
        idempotency_key: Makes this transaction unique within the wallet, however often it is
            sent.
        metadata: Notes of your own.
    """

    amount: float
    description: str | Unset = UNSET
    idempotency_key: str | Unset = UNSET
    metadata: Mapping[str, Any] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        """The JSON object: a field that is UNSET is left out, None is null."""
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
        """Read a JSON object. An unknown field is a TypeError."""
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
