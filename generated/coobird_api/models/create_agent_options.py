# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Required, Self, TypedDict

import attrs

from ..types import UNSET, Unset, write
from .agent_status import AgentStatus


@attrs.define(kw_only=True)
class CreateAgentOptions:
    """An agent to create.

    Attributes:
        name: The name to show.
        description: Description of the agent.
        external_id: The id of this agent in your own system; unique within the tenant. Requests
            and events may name the agent by it.
        status: The state of the agent; `draft` if left out for a new one. One of `active`,
            `archived`, `draft`, `inactive`.
        tags: Words to group agents by.
        config: Settings of the agent. Kept for you, and not interpreted.
        metadata: Notes of your own.
    """

    name: str
    description: str | Unset = UNSET
    external_id: str | Unset = UNSET
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
            name=fields.pop("name"),
            description=fields.pop("description", UNSET),
            external_id=fields.pop("external_id", UNSET),
            status=fields.pop("status", UNSET),
            tags=fields.pop("tags", UNSET),
            config=fields.pop("config", UNSET),
            metadata=fields.pop("metadata", UNSET),
        )
        if fields:
            raise TypeError(f"CreateAgentOptions has no field {', '.join(fields)}")
        return model


class CreateAgentOptionsDict(TypedDict, total=False):
    """A dict with the fields of `CreateAgentOptions`."""

    name: Required[str]
    description: str
    external_id: str
    status: AgentStatus
    tags: Sequence[str]
    config: Mapping[str, Any]
    metadata: Mapping[str, Any]
