# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import attrs

from ..types import read, read_list, write
from .agent_action_response import AgentActionResponse
from .pagination import Pagination


@attrs.define(kw_only=True)
class AgentActionListResponse:
    """One page of actions.

    Attributes:
        data: The actions of this page.
        pagination: Position of a page in the whole list.
    """

    data: list[AgentActionResponse]
    pagination: Pagination
    additional_properties: dict[str, Any] = attrs.field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object: a field that is UNSET is left out, and None is null."""
        return write(
            {**self.additional_properties, "data": self.data, "pagination": self.pagination}
        )

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object. An unknown field is kept in `additional_properties`."""
        fields = dict(src_dict)
        model = cls(
            data=read_list(AgentActionResponse.from_dict, fields.pop("data")),
            pagination=read(Pagination.from_dict, fields.pop("pagination")),
        )
        model.additional_properties = fields
        return model
