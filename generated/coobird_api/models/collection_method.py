# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from typing import Literal

CollectionMethod = Literal["charge_automatically", "send_invoice"]

COLLECTION_METHOD_VALUES: set[CollectionMethod] = {"charge_automatically", "send_invoice"}


def check_collection_method(value: str) -> CollectionMethod:
    if value in COLLECTION_METHOD_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {COLLECTION_METHOD_VALUES!r}")
