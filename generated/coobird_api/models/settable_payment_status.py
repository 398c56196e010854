# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from typing import Literal

SettablePaymentStatus = Literal["completed", "failed", "pending"]

SETTABLE_PAYMENT_STATUS_VALUES: set[SettablePaymentStatus] = {"completed", "failed", "pending"}


def check_settable_payment_status(value: str) -> SettablePaymentStatus:
    if value in SETTABLE_PAYMENT_STATUS_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {SETTABLE_PAYMENT_STATUS_VALUES!r}"
    )
