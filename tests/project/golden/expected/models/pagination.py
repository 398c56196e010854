# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import attrs

from ..types import write


@attrs.define(kw_only=True)
class Pagination:
    """Pagination

    Attributes:
        total_pages:
    """

    total_pages: int
    additional_properties: dict[str, Any] = attrs.field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object: a field that is UNSET is left out, and None is null."""
        return write({**self.additional_properties, "total_pages": self.total_pages})

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object. An unknown field is kept in `additional_properties`."""
        fields = dict(src_dict)
        model = cls(total_pages=fields.pop("total_pages"))
        model.additional_properties = fields
        return model
