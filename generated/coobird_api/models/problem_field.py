# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import attrs

from ..types import write


@attrs.define(kw_only=True)
class ProblemField:
    """One field that was not acceptable.

    Attributes:
        field: Path of the field, for example `events.3.quantity`.
        message: Reason why it is not acceptable, in a sentence for a person.
    """

    field: str
    message: str
    additional_properties: dict[str, Any] = attrs.field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object: a field that is UNSET is left out, and None is null."""
        return write({**self.additional_properties, "field": self.field, "message": self.message})

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object. An unknown field is kept in `additional_properties`."""
        fields = dict(src_dict)
        model = cls(field=fields.pop("field"), message=fields.pop("message"))
        model.additional_properties = fields
        return model
