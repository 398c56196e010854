# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Required, Self, TypedDict

import attrs

from ..types import UNSET, Unset, write


@attrs.define(kw_only=True)
class CreateWalletOptions:
    """A wallet to create.

    Attributes:
        customer_id: The customer who owns the wallet.
        name: The name to show.
        description: Purpose of the wallet.
        currency: The currency that credits are bought in, as an ISO 4217 code, for example
            `USD`. Left out, that of the customer, else `USD`.
        conversion_rate: Number of credits that one major unit of the currency (one US dollar,
            not one cent) buys; 1 if left out.
        initial_credits: The credits to start with; 0 if left out.
        auto_recharge_enabled: True if the wallet recharges itself; false if left out. Needs
            `auto_recharge_threshold` and `auto_recharge_amount`.
        auto_recharge_threshold: Recharge when a deduction leaves fewer credits than this.
        auto_recharge_amount: Number of credits that a recharge adds.
        allow_negative_balance: True if deductions may take the balance below 0; false if left
            out.
        metadata: Notes of your own.
    """

    customer_id: str
    name: str
    description: str | Unset = UNSET
    currency: str | Unset = UNSET
    conversion_rate: float | Unset = UNSET
    initial_credits: float | Unset = UNSET
    auto_recharge_enabled: bool | Unset = UNSET
    auto_recharge_threshold: float | Unset = UNSET
    auto_recharge_amount: float | Unset = UNSET
    allow_negative_balance: bool | Unset = UNSET
    metadata: Mapping[str, Any] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object: a field that is UNSET is left out, and None is null."""
        return write(
            {
                "customer_id": self.customer_id,
                "name": self.name,
                "description": self.description,
                "currency": self.currency,
                "conversion_rate": self.conversion_rate,
                "initial_credits": self.initial_credits,
                "auto_recharge_enabled": self.auto_recharge_enabled,
                "auto_recharge_threshold": self.auto_recharge_threshold,
                "auto_recharge_amount": self.auto_recharge_amount,
                "allow_negative_balance": self.allow_negative_balance,
                "metadata": self.metadata,
            }
        )

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object. An unknown field raises TypeError."""
        fields = dict(src_dict)
        model = cls(
            customer_id=fields.pop("customer_id"),
            name=fields.pop("name"),
            description=fields.pop("description", UNSET),
            currency=fields.pop("currency", UNSET),
            conversion_rate=fields.pop("conversion_rate", UNSET),
            initial_credits=fields.pop("initial_credits", UNSET),
            auto_recharge_enabled=fields.pop("auto_recharge_enabled", UNSET),
            auto_recharge_threshold=fields.pop("auto_recharge_threshold", UNSET),
            auto_recharge_amount=fields.pop("auto_recharge_amount", UNSET),
            allow_negative_balance=fields.pop("allow_negative_balance", UNSET),
            metadata=fields.pop("metadata", UNSET),
        )
        if fields:
            raise TypeError(f"CreateWalletOptions has no field {', '.join(fields)}")
        return model


class CreateWalletOptionsDict(TypedDict, total=False):
    """A dict with the fields of `CreateWalletOptions`."""

    customer_id: Required[str]
    name: Required[str]
    description: str
    currency: str
    conversion_rate: float
    initial_credits: float
    auto_recharge_enabled: bool
    auto_recharge_threshold: float
    auto_recharge_amount: float
    allow_negative_balance: bool
    metadata: Mapping[str, Any]
