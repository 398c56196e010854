# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from typing import Literal

PlanStatus = Literal["active", "archived", "draft"]

PLAN_STATUS_VALUES: set[PlanStatus] = {"active", "archived", "draft"}


def check_plan_status(value: str) -> PlanStatus:
    if value in PLAN_STATUS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PLAN_STATUS_VALUES!r}")
