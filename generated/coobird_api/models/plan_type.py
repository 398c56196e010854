# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from typing import Literal

PlanType = Literal["enterprise", "freemium", "hybrid", "standard", "trial", "usage_based"]

PLAN_TYPE_VALUES: set[PlanType] = {
    "enterprise",
    "freemium",
    "hybrid",
    "standard",
    "trial",
    "usage_based",
}


def check_plan_type(value: str) -> PlanType:
    if value in PLAN_TYPE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PLAN_TYPE_VALUES!r}")
