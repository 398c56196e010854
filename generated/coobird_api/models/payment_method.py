# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from typing import Literal

PaymentMethod = Literal[
    "ach",
    "bank_transfer",
    "cash",
    "check",
    "credit_card",
    "crypto",
    "debit_card",
    "other",
    "wallet",
    "wire",
]

PAYMENT_METHOD_VALUES: set[PaymentMethod] = {
    "ach",
    "bank_transfer",
    "cash",
    "check",
    "credit_card",
    "crypto",
    "debit_card",
    "other",
    "wallet",
    "wire",
}


def check_payment_method(value: str) -> PaymentMethod:
    if value in PAYMENT_METHOD_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PAYMENT_METHOD_VALUES!r}")
