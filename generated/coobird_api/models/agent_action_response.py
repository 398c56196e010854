# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self

import attrs

from ..types import read, write
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
        return write(
            {
                **self.additional_properties,
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
        """Read a JSON object. An unknown field is kept in `additional_properties`."""
        fields = dict(src_dict)
        model = cls(
            id=fields.pop("id"),
            agent_id=fields.pop("agent_id"),
            action_name=fields.pop("action_name"),
            action_type=fields.pop("action_type"),
            description=fields.pop("description"),
            billable_signal=read(BillableSignal.from_dict, fields.pop("billable_signal")),
            cost_signal_ids=fields.pop("cost_signal_ids"),
            value=read(ActionValue.from_dict, fields.pop("value")),
            created_at=read(datetime.datetime.fromisoformat, fields.pop("created_at")),
            updated_at=read(datetime.datetime.fromisoformat, fields.pop("updated_at")),
        )
        model.additional_properties = fields
        return model
