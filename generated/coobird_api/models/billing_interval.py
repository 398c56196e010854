# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from typing import Literal

BillingInterval = Literal["annual", "daily", "monthly", "quarterly", "weekly"]

BILLING_INTERVAL_VALUES: set[BillingInterval] = {
    "annual",
    "daily",
    "monthly",
    "quarterly",
    "weekly",
}


def check_billing_interval(value: str) -> BillingInterval:
    if value in BILLING_INTERVAL_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {BILLING_INTERVAL_VALUES!r}")
