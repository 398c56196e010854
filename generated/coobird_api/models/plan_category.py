# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from typing import Literal

PlanCategory = Literal["addon", "plan"]

PLAN_CATEGORY_VALUES: set[PlanCategory] = {"addon", "plan"}


def check_plan_category(value: str) -> PlanCategory:
    if value in PLAN_CATEGORY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PLAN_CATEGORY_VALUES!r}")
