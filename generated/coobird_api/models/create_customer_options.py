# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Required, Self, TypedDict

import attrs

from ..types import UNSET, Unset, write
from .customer_status import CustomerStatus
from .customer_type import CustomerType


@attrs.define(kw_only=True)
class CreateCustomerOptions:
    """A customer to create.

    Attributes:
        name: The name to show.
        type: Kind of the customer. One of `agent`, `company`, `individual`.
        status: The state of the customer; `active` if left out for a new one. One of `active`,
            `inactive`, `suspended`.
        email: Email address that bills are sent to.
        phone: A telephone number, in any notation.
        external_id: The id of this customer in your own system; unique within the tenant.
            Requests and events may name the customer by it.
        currency: The preferred currency as an ISO 4217 code, for example `USD`.
        metadata: Notes of your own.
    """

    name: str
    type: CustomerType
    status: CustomerStatus | Unset = UNSET
    email: str | Unset = UNSET
    phone: str | Unset = UNSET
    external_id: str | Unset = UNSET
    currency: str | Unset = UNSET
    metadata: Mapping[str, Any] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object: a field that is UNSET is left out, and None is null."""
        return write(
            {
                "name": self.name,
                "type": self.type,
                "status": self.status,
                "email": self.email,
                "phone": self.phone,
                "external_id": self.external_id,
                "currency": self.currency,
                "metadata": self.metadata,
            }
        )

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object. An unknown field raises TypeError."""
        fields = dict(src_dict)
        model = cls(
            name=fields.pop("name"),
            type=fields.pop("type"),
            status=fields.pop("status", UNSET),
            email=fields.pop("email", UNSET),
            phone=fields.pop("phone", UNSET),
            external_id=fields.pop("external_id", UNSET),
            currency=fields.pop("currency", UNSET),
            metadata=fields.pop("metadata", UNSET),
        )
        if fields:
            raise TypeError(f"CreateCustomerOptions has no field {', '.join(fields)}")
        return model


class CreateCustomerOptionsDict(TypedDict, total=False):
    """A dict with the fields of `CreateCustomerOptions`."""

    name: Required[str]
    type: Required[CustomerType]
    status: CustomerStatus
    email: str
    phone: str
    external_id: str
    currency: str
    metadata: Mapping[str, Any]
