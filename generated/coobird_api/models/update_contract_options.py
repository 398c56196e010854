# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypedDict

import attrs

from ..types import UNSET, Unset, read, write
from .billing_interval import BillingInterval
from .collection_method import CollectionMethod


@attrs.define(kw_only=True)
class UpdateContractOptions:
    """Changes of a contract.

    Attributes:
        name: The name to show.
        description: Description of the contract; `None` clears it.
        end_date: The last day of the contract, not before its start; `None` makes it
            open-ended.
        billing_interval: Billing interval of a contract; that of the plan, if left out for a
            new one. One of `annual`, `daily`, `monthly`, `quarterly`, `weekly`.
        currency: Currency of the bills as an ISO 4217 code, for example `USD`.
        collection_method: Collection of the money: the stored payment method is charged
            (`charge_automatically`, used if left out for a new contract), or the customer gets an
            invoice to pay (`send_invoice`).
        payment_terms: Days that the customer has to pay an invoice.
        metadata: Notes of your own. The stored object is replaced as a whole.
    """

    name: str | Unset = UNSET
    description: str | None | Unset = UNSET
    end_date: datetime.date | str | None | Unset = UNSET
    billing_interval: BillingInterval | Unset = UNSET
    currency: str | Unset = UNSET
    collection_method: CollectionMethod | Unset = UNSET
    payment_terms: int | Unset = UNSET
    metadata: Mapping[str, Any] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object: a field that is UNSET is left out, and None is null."""
        return write(
            {
                "name": self.name,
                "description": self.description,
                "end_date": self.end_date,
                "billing_interval": self.billing_interval,
                "currency": self.currency,
                "collection_method": self.collection_method,
                "payment_terms": self.payment_terms,
                "metadata": self.metadata,
            }
        )

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object. An unknown field raises TypeError."""
        fields = dict(src_dict)
        model = cls(
            name=fields.pop("name", UNSET),
            description=fields.pop("description", UNSET),
            end_date=read(datetime.date.fromisoformat, fields.pop("end_date", UNSET)),
            billing_interval=fields.pop("billing_interval", UNSET),
            currency=fields.pop("currency", UNSET),
            collection_method=fields.pop("collection_method", UNSET),
            payment_terms=fields.pop("payment_terms", UNSET),
            metadata=fields.pop("metadata", UNSET),
        )
        if fields:
            raise TypeError(f"UpdateContractOptions has no field {', '.join(fields)}")
        return model


class UpdateContractOptionsDict(TypedDict, total=False):
    """A dict with the fields of `UpdateContractOptions`."""

    name: str
    description: str | None
    end_date: datetime.date | str | None
    billing_interval: BillingInterval
    currency: str
    collection_method: CollectionMethod
    payment_terms: int
    metadata: Mapping[str, Any]
