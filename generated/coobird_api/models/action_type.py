# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from typing import Literal

ActionType = Literal["outcome", "task", "workflow"]

ACTION_TYPE_VALUES: set[ActionType] = {"outcome", "task", "workflow"}


def check_action_type(value: str) -> ActionType:
    if value in ACTION_TYPE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ACTION_TYPE_VALUES!r}")
