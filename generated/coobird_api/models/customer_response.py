# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self

import attrs

from ..types import json_object, required, text, write


@attrs.define(kw_only=True)
class CustomerResponse:
    """A customer.

    Attributes:
        id: The customer's id.
        name: The name to show.
        type: Kind of the customer. Known values: `agent`, `individual`, `company`.
        status: The state. Known values: `active`, `inactive`, `suspended`.
        email: Email address that bills are sent to.
        phone: A telephone number.
        external_id: The id of this customer in your own system.
        currency: The preferred currency as an ISO 4217 code.
        metadata: Notes of your own; empty if there are none.
        created_at: Time at which the customer was created (UTC).
        updated_at: Time of the last change of the customer (UTC).
    """

    id: str
    name: str
    type: str
    status: str
    email: str | None
    phone: str | None
    external_id: str | None
    currency: str | None
    metadata: dict[str, Any]
    created_at: datetime.datetime
    updated_at: datetime.datetime
    additional_properties: dict[str, Any] = attrs.field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object: a field that is UNSET is left out, and None is null."""
        return write(self.additional_properties) | write(
            {
                "id": self.id,
                "name": self.name,
                "type": self.type,
                "status": self.status,
                "email": self.email,
                "phone": self.phone,
                "external_id": self.external_id,
                "currency": self.currency,
                "metadata": self.metadata,
                "created_at": self.created_at,
                "updated_at": self.updated_at,
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
            name=required(cls, fields, "name", text),
            type=required(cls, fields, "type", text),
            status=required(cls, fields, "status", text),
            email=required(cls, fields, "email", text, None),
            phone=required(cls, fields, "phone", text, None),
            external_id=required(cls, fields, "external_id", text, None),
            currency=required(cls, fields, "currency", text, None),
            metadata=required(cls, fields, "metadata", json_object),
            created_at=required(cls, fields, "created_at", datetime.datetime.fromisoformat),
            updated_at=required(cls, fields, "updated_at", datetime.datetime.fromisoformat),
        )
        model.additional_properties = fields
        return model
