# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from typing import Literal

TargetAudience = Literal["agent", "both", "human"]

TARGET_AUDIENCE_VALUES: set[TargetAudience] = {"agent", "both", "human"}


def check_target_audience(value: str) -> TargetAudience:
    if value in TARGET_AUDIENCE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {TARGET_AUDIENCE_VALUES!r}")
