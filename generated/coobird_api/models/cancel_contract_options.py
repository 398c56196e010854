# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Required, Self, TypedDict

import attrs

from ..types import UNSET, Unset, read, write
from .cancellation_type import CancellationType
from .refund_type import RefundType


@attrs.define(kw_only=True)
class CancelContractOptions:
    """Details of a cancellation.

    Attributes:
        cancellation_type: Day on which a cancellation takes effect: today (`immediate`), or the
            day after the current billing period (`end_of_period`).
        refund_type: Refund of the charges of the current billing period: nothing (`none`, used
            if left out), the share of the days that are left (`prorated`), or all (`full`).
        reason: Reason in a sentence for a person.
        cancellation_date: The first day without the contract, today or later; it overrides
            `cancellation_type`.
    """

    cancellation_type: CancellationType
    refund_type: RefundType | Unset = UNSET
    reason: str | Unset = UNSET
    cancellation_date: datetime.date | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object: a field that is UNSET is left out, and None is null."""
        return write(
            {
                "cancellation_type": self.cancellation_type,
                "refund_type": self.refund_type,
                "reason": self.reason,
                "cancellation_date": self.cancellation_date,
            }
        )

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object. An unknown field raises TypeError."""
        fields = dict(src_dict)
        model = cls(
            cancellation_type=fields.pop("cancellation_type"),
            refund_type=fields.pop("refund_type", UNSET),
            reason=fields.pop("reason", UNSET),
            cancellation_date=read(
                datetime.date.fromisoformat, fields.pop("cancellation_date", UNSET)
            ),
        )
        if fields:
            raise TypeError(f"CancelContractOptions has no field {', '.join(fields)}")
        return model


class CancelContractOptionsDict(TypedDict, total=False):
    """A dict with the fields of `CancelContractOptions`."""

    cancellation_type: Required[CancellationType]
    refund_type: RefundType
    reason: str
    cancellation_date: datetime.date | str
