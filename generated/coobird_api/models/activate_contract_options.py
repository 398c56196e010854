# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypedDict

import attrs

from ..types import UNSET, Unset, read, write


@attrs.define(kw_only=True)
class ActivateContractOptions:
    """Options of activating a contract.

    Attributes:
        activation_date: The first day that is billed, or billed again; today if left out.
        skip_validation: True to activate without the checks; false if left out.
    """

    activation_date: datetime.date | str | Unset = UNSET
    skip_validation: bool | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object: a field that is UNSET is left out, and None is null."""
        return write(
            {"activation_date": self.activation_date, "skip_validation": self.skip_validation}
        )

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object. An unknown field raises TypeError."""
        fields = dict(src_dict)
        model = cls(
            activation_date=read(datetime.date.fromisoformat, fields.pop("activation_date", UNSET)),
            skip_validation=fields.pop("skip_validation", UNSET),
        )
        if fields:
            raise TypeError(f"ActivateContractOptions has no field {', '.join(fields)}")
        return model


class ActivateContractOptionsDict(TypedDict, total=False):
    """A dict with the fields of `ActivateContractOptions`."""

    activation_date: datetime.date | str
    skip_validation: bool
