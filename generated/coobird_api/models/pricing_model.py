# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from typing import Literal

PricingModel = Literal["package", "per_unit", "tiered"]

PRICING_MODEL_VALUES: set[PricingModel] = {"package", "per_unit", "tiered"}


def check_pricing_model(value: str) -> PricingModel:
    if value in PRICING_MODEL_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PRICING_MODEL_VALUES!r}")
