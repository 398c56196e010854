# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from typing import Literal

RefundType = Literal["full", "none", "prorated"]

REFUND_TYPE_VALUES: set[RefundType] = {"full", "none", "prorated"}


def check_refund_type(value: str) -> RefundType:
    if value in REFUND_TYPE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {REFUND_TYPE_VALUES!r}")
