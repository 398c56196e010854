# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self, TypedDict

import attrs

from ..types import UNSET, Unset, write
from .agent_status import AgentStatus


@attrs.define(kw_only=True)
class UpdateAgentOptions:
    """Changes of an agent.

    Attributes:
        name: The name to show.
        description: Description of the agent; `None` clears it.
        external_id: The id of this agent in your own system, unique within the tenant; `None`
            clears it.
        status: The state of the agent; `draft` if left out for a new one. One of `active`,
            `archived`, `draft`, `inactive`.
        tags: Words to group agents by. The stored list is replaced as a whole.
        config: Settings of the agent. The stored object is replaced as a whole.
        metadata: Notes of your own. The stored object is replaced as a whole.
    """

    name: str | Unset = UNSET
    description: str | None | Unset = UNSET
    external_id: str | None | Unset = UNSET
    status: AgentStatus | Unset = UNSET
    tags: Sequence[str] | Unset = UNSET
    config: Mapping[str, Any] | Unset = UNSET
    metadata: Mapping[str, Any] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object: a field that is UNSET is left out, and None is null."""
        return write(
            {
                "name": self.name,
                "description": self.description,
                "external_id": self.external_id,
                "status": self.status,
                "tags": self.tags,
                "config": self.config,
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
            external_id=fields.pop("external_id", UNSET),
            status=fields.pop("status", UNSET),
            tags=fields.pop("tags", UNSET),
            config=fields.pop("config", UNSET),
            metadata=fields.pop("metadata", UNSET),
        )
        if fields:
            raise TypeError(f"UpdateAgentOptions has no field {', '.join(fields)}")
        return model


class UpdateAgentOptionsDict(TypedDict, total=False):
    """A dict with the fields of `UpdateAgentOptions`."""

    name: str
    description: str | None
    external_id: str | None
    status: AgentStatus
    tags: Sequence[str]
    config: Mapping[str, Any]
    metadata: Mapping[str, Any]
