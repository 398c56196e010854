# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self, TypedDict

import attrs

from ..types import UNSET, Unset, read, write
from .action_type import ActionType
from .update_action_value_options import UpdateActionValueOptions, UpdateActionValueOptionsDict
from .update_billable_signal_options import (
    UpdateBillableSignalOptions,
    UpdateBillableSignalOptionsDict,
)


@attrs.define(kw_only=True)
class UpdateAgentActionOptions:
    """Changes of an action.

    Attributes:
        action_name: The name to show.
        action_type: Kind of the action: a single `task`, a whole `workflow`, or an `outcome`
            that was reached.
        description: Description of the action; `None` clears it.
        billable_signal: Changes of the billable signal of an action.
        cost_signal_ids: The new list of cost signals, in place of the stored one.
        add_cost_signal_ids: Cost signals to add; those that are there already stay.
        remove_cost_signal_ids: Cost signals to take away; those that are not there are ignored.
        value: Changes of the value of an action.
    """

    action_name: str | Unset = UNSET
    action_type: ActionType | Unset = UNSET
    description: str | None | Unset = UNSET
    billable_signal: UpdateBillableSignalOptions | UpdateBillableSignalOptionsDict | Unset = UNSET
    cost_signal_ids: Sequence[str] | Unset = UNSET
    add_cost_signal_ids: Sequence[str] | Unset = UNSET
    remove_cost_signal_ids: Sequence[str] | Unset = UNSET
    value: UpdateActionValueOptions | UpdateActionValueOptionsDict | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object: a field that is UNSET is left out, and None is null."""
        return write(
            {
                "action_name": self.action_name,
                "action_type": self.action_type,
                "description": self.description,
                "billable_signal": self.billable_signal,
                "cost_signal_ids": self.cost_signal_ids,
                "add_cost_signal_ids": self.add_cost_signal_ids,
                "remove_cost_signal_ids": self.remove_cost_signal_ids,
                "value": self.value,
            }
        )

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object. An unknown field raises TypeError."""
        fields = dict(src_dict)
        model = cls(
            action_name=fields.pop("action_name", UNSET),
            action_type=fields.pop("action_type", UNSET),
            description=fields.pop("description", UNSET),
            billable_signal=read(
                UpdateBillableSignalOptions.from_dict, fields.pop("billable_signal", UNSET)
            ),
            cost_signal_ids=fields.pop("cost_signal_ids", UNSET),
            add_cost_signal_ids=fields.pop("add_cost_signal_ids", UNSET),
            remove_cost_signal_ids=fields.pop("remove_cost_signal_ids", UNSET),
            value=read(UpdateActionValueOptions.from_dict, fields.pop("value", UNSET)),
        )
        if fields:
            raise TypeError(f"UpdateAgentActionOptions has no field {', '.join(fields)}")
        return model


class UpdateAgentActionOptionsDict(TypedDict, total=False):
    """A dict with the fields of `UpdateAgentActionOptions`."""

    action_name: str
    action_type: ActionType
    description: str | None
    billable_signal: UpdateBillableSignalOptions | UpdateBillableSignalOptionsDict
    cost_signal_ids: Sequence[str]
    add_cost_signal_ids: Sequence[str]
    remove_cost_signal_ids: Sequence[str]
    value: UpdateActionValueOptions | UpdateActionValueOptionsDict
