# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from typing import Literal

CustomerStatus = Literal["active", "inactive", "suspended"]

CUSTOMER_STATUS_VALUES: set[CustomerStatus] = {"active", "inactive", "suspended"}


def check_customer_status(value: str) -> CustomerStatus:
    if value in CUSTOMER_STATUS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CUSTOMER_STATUS_VALUES!r}")
