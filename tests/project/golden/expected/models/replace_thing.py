# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypedDict

import attrs

from ..types import UNSET, Unset, write


@attrs.define(kw_only=True)
class ReplaceThing:
    """ReplaceThing

    Attributes:
        thing_id:
    """

    thing_id: str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object: a field that is UNSET is left out, and None is null."""
        return write({"thing_id": self.thing_id})

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object. An unknown field raises TypeError."""
        fields = dict(src_dict)
        model = cls(thing_id=fields.pop("thing_id", UNSET))
        if fields:
            raise TypeError(f"ReplaceThing has no field {', '.join(fields)}")
        return model


class ReplaceThingDict(TypedDict, total=False):
    """A dict with the fields of `ReplaceThing`."""

    thing_id: str
