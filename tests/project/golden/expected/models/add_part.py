# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypedDict

import attrs

from ..types import UNSET, Unset, write


@attrs.define(kw_only=True)
class AddPart:
    """AddPart

    Attributes:
        idempotency_key:
    """

    idempotency_key: str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object: a field that is UNSET is left out, and None is null."""
        return write({"idempotency_key": self.idempotency_key})

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object. An unknown field raises TypeError."""
        fields = dict(src_dict)
        model = cls(idempotency_key=fields.pop("idempotency_key", UNSET))
        if fields:
            raise TypeError(f"AddPart has no field {', '.join(fields)}")
        return model


class AddPartDict(TypedDict, total=False):
    """A dict with the fields of `AddPart`."""

    idempotency_key: str
