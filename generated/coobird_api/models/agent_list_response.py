# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import attrs

from ..types import json_object, list_of, required, write
from .agent_response import AgentResponse
from .pagination import Pagination


@attrs.define(kw_only=True)
class AgentListResponse:
    """One page of agents.

    Attributes:
        data: The agents of this page.
        pagination: Position of a page in the whole list.
    """

    data: list[AgentResponse]
    pagination: Pagination
    additional_properties: dict[str, Any] = attrs.field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object: a field that is UNSET is left out, and None is null."""
        return write(self.additional_properties) | write(
            {"data": self.data, "pagination": self.pagination}
        )

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object.

        A required field that is missing reads as None if null is allowed, else as UNSET. A value of
        another type reads as UNSET; `additional_properties` keeps it, and the unknown fields.
        """
        fields = json_object(src_dict)
        model = cls(
            data=required(cls, fields, "data", list_of(AgentResponse.from_dict)),
            pagination=required(cls, fields, "pagination", Pagination.from_dict),
        )
        model.additional_properties = fields
        return model
