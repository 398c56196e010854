# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from typing import Literal

CustomerType = Literal["agent", "company", "individual"]

CUSTOMER_TYPE_VALUES: set[CustomerType] = {"agent", "company", "individual"}


def check_customer_type(value: str) -> CustomerType:
    if value in CUSTOMER_TYPE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CUSTOMER_TYPE_VALUES!r}")
