# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from typing import Literal

BillingPeriod = Literal["annual", "daily", "monthly", "quarterly", "semi_annual", "weekly"]

BILLING_PERIOD_VALUES: set[BillingPeriod] = {
    "annual",
    "daily",
    "monthly",
    "quarterly",
    "semi_annual",
    "weekly",
}


def check_billing_period(value: str) -> BillingPeriod:
    if value in BILLING_PERIOD_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {BILLING_PERIOD_VALUES!r}")
