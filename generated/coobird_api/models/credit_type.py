# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from typing import Literal

CreditType = Literal["bonus", "free", "promotional", "purchased"]

CREDIT_TYPE_VALUES: set[CreditType] = {"bonus", "free", "promotional", "purchased"}


def check_credit_type(value: str) -> CreditType:
    if value in CREDIT_TYPE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CREDIT_TYPE_VALUES!r}")
