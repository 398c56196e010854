# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Required, Self, TypedDict

import attrs

from ..types import write


@attrs.define(kw_only=True)
class PartOptions:
    """PartOptions

    Attributes:
        n:
    """

    n: int

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object: a field that is UNSET is left out, and None is null."""
        return write({"n": self.n})

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object. An unknown field raises TypeError."""
        fields = dict(src_dict)
        model = cls(n=fields.pop("n"))
        if fields:
            raise TypeError(f"PartOptions has no field {', '.join(fields)}")
        return model


class PartOptionsDict(TypedDict, total=False):
    """A dict with the fields of `PartOptions`."""

    n: Required[int]
