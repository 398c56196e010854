# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Required, Self, TypedDict

import attrs

from ..types import UNSET, Unset, read, write
from .action_type import ActionType
from .action_value_options import ActionValueOptions, ActionValueOptionsDict
from .billable_signal_options import BillableSignalOptions, BillableSignalOptionsDict


@attrs.define(kw_only=True)
class CreateAgentActionOptions:
    """An action of an agent to create.

    Attributes:
        action_name: The name to show.
        action_type: Kind of the action: a single `task`, a whole `workflow`, or an `outcome`
            that was reached.
        billable_signal: The billable signal to create for an action.
        description: Description of the action.
        cost_signal_ids: The cost signals that say what the action costs you.
        value: Value of an action, for reports on value and margin. Nothing of it is billed.
    """

    action_name: str
    action_type: ActionType
    billable_signal: BillableSignalOptions | BillableSignalOptionsDict
    description: str | Unset = UNSET
    cost_signal_ids: Sequence[str] | Unset = UNSET
    value: ActionValueOptions | ActionValueOptionsDict | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object: a field that is UNSET is left out, and None is null."""
        return write(
            {
                "action_name": self.action_name,
                "action_type": self.action_type,
                "billable_signal": self.billable_signal,
                "description": self.description,
                "cost_signal_ids": self.cost_signal_ids,
                "value": self.value,
            }
        )

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object. An unknown field raises TypeError."""
        fields = dict(src_dict)
        model = cls(
            action_name=fields.pop("action_name"),
            action_type=fields.pop("action_type"),
            billable_signal=read(BillableSignalOptions.from_dict, fields.pop("billable_signal")),
            description=fields.pop("description", UNSET),
            cost_signal_ids=fields.pop("cost_signal_ids", UNSET),
            value=read(ActionValueOptions.from_dict, fields.pop("value", UNSET)),
        )
        if fields:
            raise TypeError(f"CreateAgentActionOptions has no field {', '.join(fields)}")
        return model


class CreateAgentActionOptionsDict(TypedDict, total=False):
    """A dict with the fields of `CreateAgentActionOptions`."""

    action_name: Required[str]
    action_type: Required[ActionType]
    billable_signal: Required[BillableSignalOptions | BillableSignalOptionsDict]
    description: str
    cost_signal_ids: Sequence[str]
    value: ActionValueOptions | ActionValueOptionsDict
