# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from typing import Literal

ChargeType = Literal["one_time", "recurring", "seat_based", "usage_based"]

CHARGE_TYPE_VALUES: set[ChargeType] = {"one_time", "recurring", "seat_based", "usage_based"}


def check_charge_type(value: str) -> ChargeType:
    if value in CHARGE_TYPE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CHARGE_TYPE_VALUES!r}")
