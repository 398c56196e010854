# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from typing import Literal

CancellationType = Literal["end_of_period", "immediate"]

CANCELLATION_TYPE_VALUES: set[CancellationType] = {"end_of_period", "immediate"}


def check_cancellation_type(value: str) -> CancellationType:
    if value in CANCELLATION_TYPE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CANCELLATION_TYPE_VALUES!r}")
