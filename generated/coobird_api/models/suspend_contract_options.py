# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypedDict

import attrs

from ..types import UNSET, Unset, read, write


@attrs.define(kw_only=True)
class SuspendContractOptions:
    """Reason and length of a suspension.

    Attributes:
        suspend_reason: Reason in a sentence for a person.
        resume_date: The day on which the contract is meant to continue. Only a note: it
            continues when it is activated again.
    """

    suspend_reason: str | Unset = UNSET
    resume_date: datetime.date | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object: a field that is UNSET is left out, and None is null."""
        return write({"suspend_reason": self.suspend_reason, "resume_date": self.resume_date})

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object. An unknown field raises TypeError."""
        fields = dict(src_dict)
        model = cls(
            suspend_reason=fields.pop("suspend_reason", UNSET),
            resume_date=read(datetime.date.fromisoformat, fields.pop("resume_date", UNSET)),
        )
        if fields:
            raise TypeError(f"SuspendContractOptions has no field {', '.join(fields)}")
        return model


class SuspendContractOptionsDict(TypedDict, total=False):
    """A dict with the fields of `SuspendContractOptions`."""

    suspend_reason: str
    resume_date: datetime.date | str
