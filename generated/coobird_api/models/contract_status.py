# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from typing import Literal

ContractStatus = Literal["active", "cancelled", "draft", "suspended"]

CONTRACT_STATUS_VALUES: set[ContractStatus] = {"active", "cancelled", "draft", "suspended"}


def check_contract_status(value: str) -> ContractStatus:
    if value in CONTRACT_STATUS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CONTRACT_STATUS_VALUES!r}")
