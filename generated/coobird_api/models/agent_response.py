# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self

import attrs

from ..types import json_object, list_of, required, text, write
from .agent_action_response import AgentActionResponse


@attrs.define(kw_only=True)
class AgentResponse:
    """An agent with its actions.

    Attributes:
        id: The agent's id.
        name: The name to show.
        description: Description of the agent.
        external_id: The id of this agent in your own system.
        status: The state. Known values: `draft`, `active`, `inactive`, `archived`.
        tags: Words to group agents by; empty if there are none.
        config: Settings of the agent; empty if there are none.
        metadata: Notes of your own; empty if there are none.
        actions: Actions of the agent that can be billed, oldest first; empty if there are none
            yet.
        created_at: Time at which the agent was created (UTC).
        updated_at: Time of the last change of the agent (UTC).
    """

    id: str
    name: str
    description: str | None
    external_id: str | None
    status: str
    tags: list[str]
    config: dict[str, Any]
    metadata: dict[str, Any]
    actions: list[AgentActionResponse]
    created_at: datetime.datetime
    updated_at: datetime.datetime
    additional_properties: dict[str, Any] = attrs.field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object: a field that is UNSET is left out, and None is null."""
        return write(self.additional_properties) | write(
            {
                "id": self.id,
                "name": self.name,
                "description": self.description,
                "external_id": self.external_id,
                "status": self.status,
                "tags": self.tags,
                "config": self.config,
                "metadata": self.metadata,
                "actions": self.actions,
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
            description=required(cls, fields, "description", text, None),
            external_id=required(cls, fields, "external_id", text, None),
            status=required(cls, fields, "status", text),
            tags=required(cls, fields, "tags", list_of(text)),
            config=required(cls, fields, "config", json_object),
            metadata=required(cls, fields, "metadata", json_object),
            actions=required(cls, fields, "actions", list_of(AgentActionResponse.from_dict)),
            created_at=required(cls, fields, "created_at", datetime.datetime.fromisoformat),
            updated_at=required(cls, fields, "updated_at", datetime.datetime.fromisoformat),
        )
        model.additional_properties = fields
        return model
