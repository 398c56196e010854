# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from typing import Literal

InvoiceStatus = Literal["draft", "finalized", "void"]

INVOICE_STATUS_VALUES: set[InvoiceStatus] = {"draft", "finalized", "void"}


def check_invoice_status(value: str) -> InvoiceStatus:
    if value in INVOICE_STATUS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {INVOICE_STATUS_VALUES!r}")
