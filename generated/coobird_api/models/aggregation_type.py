# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from typing import Literal

AggregationType = Literal["average", "count", "max", "min", "sum", "unique_count"]

AGGREGATION_TYPE_VALUES: set[AggregationType] = {
    "average",
    "count",
    "max",
    "min",
    "sum",
    "unique_count",
}


def check_aggregation_type(value: str) -> AggregationType:
    if value in AGGREGATION_TYPE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {AGGREGATION_TYPE_VALUES!r}")
