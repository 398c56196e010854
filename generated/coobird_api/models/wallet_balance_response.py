# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self

import attrs

from ..types import read, write


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
        return write(
            {
                **self.additional_properties,
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
        """Read a JSON object. An unknown field is kept in `additional_properties`."""
        fields = dict(src_dict)
        model = cls(
            wallet_id=fields.pop("wallet_id"),
            credits_balance=fields.pop("credits_balance"),
            monetary_balance=fields.pop("monetary_balance"),
            currency=fields.pop("currency"),
            conversion_rate=fields.pop("conversion_rate"),
            as_of=read(datetime.datetime.fromisoformat, fields.pop("as_of")),
        )
        model.additional_properties = fields
        return model
