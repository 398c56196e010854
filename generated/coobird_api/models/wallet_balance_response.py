# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self

import attrs

from ..types import json_object, number, required, text, write


@attrs.define(kw_only=True)
class WalletBalanceResponse:
    """The balance of a wallet at one moment.

    Attributes:
        wallet_id: The wallet's id.
        credits_balance: Number of credits that are left; may be below 0.
        monetary_balance: Value of the credits in major units of the currency (12.5 is twelve
            and a half US dollars): `credits_balance` divided by `conversion_rate`.
        currency: The currency that credits are bought in, as an ISO 4217 code.
        conversion_rate: Number of credits that one major unit of the currency buys.
        as_of: Time of the balance (UTC).
    """

    wallet_id: str
    credits_balance: float
    monetary_balance: float
    currency: str
    conversion_rate: float
    as_of: datetime.datetime
    additional_properties: dict[str, Any] = attrs.field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object: a field that is UNSET is left out, and None is null."""
        return write(self.additional_properties) | write(
            {
                "wallet_id": self.wallet_id,
                "credits_balance": self.credits_balance,
                "monetary_balance": self.monetary_balance,
                "currency": self.currency,
                "conversion_rate": self.conversion_rate,
                "as_of": self.as_of,
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
            wallet_id=required(cls, fields, "wallet_id", text),
            credits_balance=required(cls, fields, "credits_balance", number),
            monetary_balance=required(cls, fields, "monetary_balance", number),
            currency=required(cls, fields, "currency", text),
            conversion_rate=required(cls, fields, "conversion_rate", number),
            as_of=required(cls, fields, "as_of", datetime.datetime.fromisoformat),
        )
        model.additional_properties = fields
        return model
