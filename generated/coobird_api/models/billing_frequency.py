# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from typing import Literal

BillingFrequency = Literal["annual", "daily", "monthly", "quarterly", "semi_annual", "weekly"]

BILLING_FREQUENCY_VALUES: set[BillingFrequency] = {
    "annual",
    "daily",
    "monthly",
    "quarterly",
    "semi_annual",
    "weekly",
}


def check_billing_frequency(value: str) -> BillingFrequency:
    if value in BILLING_FREQUENCY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {BILLING_FREQUENCY_VALUES!r}")
