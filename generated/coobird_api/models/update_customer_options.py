# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypedDict

import attrs

from ..types import UNSET, Unset, write
from .customer_status import CustomerStatus
from .customer_type import CustomerType


@attrs.define(kw_only=True)
class UpdateCustomerOptions:
    """Changes of a customer.

    Attributes:
        name: The name to show.
        type: Kind of the customer. One of `agent`, `company`, `individual`.
        status: The state of the customer; `active` if left out for a new one. One of `active`,
            `inactive`, `suspended`.
        email: Email address that bills are sent to; `None` clears it.
        phone: A telephone number, in any notation; `None` clears it.
        external_id: The id of this customer in your own system, unique within the tenant;
            `None` clears it. Events that arrived under the old one stay those of the customer.
        currency: The preferred currency as an ISO 4217 code, for example `USD`.
        metadata: Notes of your own. The stored object is replaced as a whole.
    """

    name: str | Unset = UNSET
    type: CustomerType | Unset = UNSET
    status: CustomerStatus | Unset = UNSET
    email: str | None | Unset = UNSET
    phone: str | None | Unset = UNSET
    external_id: str | None | Unset = UNSET
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
            name=fields.pop("name", UNSET),
            type=fields.pop("type", UNSET),
            status=fields.pop("status", UNSET),
            email=fields.pop("email", UNSET),
            phone=fields.pop("phone", UNSET),
            external_id=fields.pop("external_id", UNSET),
            currency=fields.pop("currency", UNSET),
            metadata=fields.pop("metadata", UNSET),
        )
        if fields:
            raise TypeError(f"UpdateCustomerOptions has no field {', '.join(fields)}")
        return model


class UpdateCustomerOptionsDict(TypedDict, total=False):
    """A dict with the fields of `UpdateCustomerOptions`."""

    name: str
    type: CustomerType
    status: CustomerStatus
    email: str | None
    phone: str | None
    external_id: str | None
    currency: str
    metadata: Mapping[str, Any]
