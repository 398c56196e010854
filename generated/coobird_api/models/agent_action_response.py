# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self

import attrs

from ..types import json_object, list_of, required, text, write
from .action_value import ActionValue
from .billable_signal import BillableSignal


@attrs.define(kw_only=True)
class AgentActionResponse:
    """An action of an agent, which can be billed.

    Attributes:
        id: The action's id.
        agent_id: The agent that does it.
        action_name: The name to show.
        action_type: Kind of the action. Known values: `task`, `workflow`, `outcome`.
        description: Description of the action.
        billable_signal: The signal that counts the usage of an action.
        cost_signal_ids: The cost signals that say what the action costs you; empty if there are
            none.
        value: Value of an action; a field that was never set is `None`.
        created_at: Time at which the action was created (UTC).
        updated_at: Time of the last change of the action (UTC).
    """

    id: str
    agent_id: str
    action_name: str
    action_type: str
    description: str | None
    billable_signal: BillableSignal
    cost_signal_ids: list[str]
    value: ActionValue
    created_at: datetime.datetime
    updated_at: datetime.datetime
    additional_properties: dict[str, Any] = attrs.field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object: a field that is UNSET is left out, and None is null."""
        return write(self.additional_properties) | write(
            {
                "id": self.id,
                "agent_id": self.agent_id,
                "action_name": self.action_name,
                "action_type": self.action_type,
                "description": self.description,
                "billable_signal": self.billable_signal,
                "cost_signal_ids": self.cost_signal_ids,
                "value": self.value,
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
            agent_id=required(cls, fields, "agent_id", text),
            action_name=required(cls, fields, "action_name", text),
            action_type=required(cls, fields, "action_type", text),
            description=required(cls, fields, "description", text, None),
            billable_signal=required(cls, fields, "billable_signal", BillableSignal.from_dict),
            cost_signal_ids=required(cls, fields, "cost_signal_ids", list_of(text)),
            value=required(cls, fields, "value", ActionValue.from_dict),
            created_at=required(cls, fields, "created_at", datetime.datetime.fromisoformat),
            updated_at=required(cls, fields, "updated_at", datetime.datetime.fromisoformat),
        )
        model.additional_properties = fields
        return model
