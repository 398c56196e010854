# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from typing import Literal

SignalType = Literal["billable", "cost"]

SIGNAL_TYPE_VALUES: set[SignalType] = {"billable", "cost"}


def check_signal_type(value: str) -> SignalType:
    if value in SIGNAL_TYPE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {SIGNAL_TYPE_VALUES!r}")
