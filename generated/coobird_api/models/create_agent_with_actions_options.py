# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Required, Self, TypedDict

import attrs

from ..types import read, read_list, write
from .create_agent_action_options import CreateAgentActionOptions, CreateAgentActionOptionsDict
from .create_agent_options import CreateAgentOptions, CreateAgentOptionsDict


@attrs.define(kw_only=True)
class CreateAgentWithActionsOptions:
    """An agent to create together with its actions.

    Attributes:
        agent: An agent to create.
        actions: The actions of the agent, up to 100. Their signal codes must differ.
    """

    agent: CreateAgentOptions | CreateAgentOptionsDict
    actions: Sequence[CreateAgentActionOptions | CreateAgentActionOptionsDict]

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object: a field that is UNSET is left out, and None is null."""
        return write({"agent": self.agent, "actions": self.actions})

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object. An unknown field raises TypeError."""
        fields = dict(src_dict)
        model = cls(
            agent=read(CreateAgentOptions.from_dict, fields.pop("agent")),
            actions=read_list(CreateAgentActionOptions.from_dict, fields.pop("actions")),
        )
        if fields:
            raise TypeError(f"CreateAgentWithActionsOptions has no field {', '.join(fields)}")
        return model


class CreateAgentWithActionsOptionsDict(TypedDict, total=False):
    """A dict with the fields of `CreateAgentWithActionsOptions`."""

    agent: Required[CreateAgentOptions | CreateAgentOptionsDict]
    actions: Required[Sequence[CreateAgentActionOptions | CreateAgentActionOptionsDict]]
