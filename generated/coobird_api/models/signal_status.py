# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from typing import Literal

SignalStatus = Literal["active", "inactive"]

SIGNAL_STATUS_VALUES: set[SignalStatus] = {"active", "inactive"}


def check_signal_status(value: str) -> SignalStatus:
    if value in SIGNAL_STATUS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {SIGNAL_STATUS_VALUES!r}")
