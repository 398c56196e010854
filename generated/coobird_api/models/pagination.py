# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import attrs

from ..types import integer, json_object, required, write


@attrs.define(kw_only=True)
class Pagination:
    """Position of a page in the whole list.

    Attributes:
        page: This page, counted from 1.
        limit: Most entries that a page holds.
        total: Number of entries on all pages.
        total_pages: Number of pages; 0 if nothing matches.
    """

    page: int
    limit: int
    total: int
    total_pages: int
    additional_properties: dict[str, Any] = attrs.field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object: a field that is UNSET is left out, and None is null."""
        return write(self.additional_properties) | write(
            {
                "page": self.page,
                "limit": self.limit,
                "total": self.total,
                "total_pages": self.total_pages,
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
            page=required(cls, fields, "page", integer),
            limit=required(cls, fields, "limit", integer),
            total=required(cls, fields, "total", integer),
            total_pages=required(cls, fields, "total_pages", integer),
        )
        model.additional_properties = fields
        return model
