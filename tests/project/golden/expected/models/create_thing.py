# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any, Required, Self, TypedDict

import attrs

from ..types import UNSET, Unset, read, read_list, write
from .order import Order
from .part_options import PartOptions, PartOptionsDict


@attrs.define(kw_only=True)
class CreateThing:
    """A thing to create.

    Attributes:
        type: Up (`asc`) or down. One of `asc`, `desc`.
        note: A remark; `None` clears it.
        day: Its day.
        config: Settings.
        main_part:
        parts:
    """

    type: Order
    note: str | None | Unset = UNSET
    day: datetime.date | str | Unset = UNSET
    config: Mapping[str, Any] | Unset = UNSET
    main_part: PartOptions | PartOptionsDict | Unset = UNSET
    parts: Sequence[PartOptions | PartOptionsDict] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object: a field that is UNSET is left out, and None is null."""
        return write(
            {
                "type": self.type,
                "note": self.note,
                "day": self.day,
                "config": self.config,
                "main_part": self.main_part,
                "parts": self.parts,
            }
        )

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object. An unknown field raises TypeError."""
        fields = dict(src_dict)
        model = cls(
            type=fields.pop("type"),
            note=fields.pop("note", UNSET),
            day=read(datetime.date.fromisoformat, fields.pop("day", UNSET)),
            config=fields.pop("config", UNSET),
            main_part=read(PartOptions.from_dict, fields.pop("main_part", UNSET)),
            parts=read_list(PartOptions.from_dict, fields.pop("parts", UNSET)),
        )
        if fields:
            raise TypeError(f"CreateThing has no field {', '.join(fields)}")
        return model


class CreateThingDict(TypedDict, total=False):
    """A dict with the fields of `CreateThing`."""

    type: Required[Order]
    note: str | None
    day: datetime.date | str
    config: Mapping[str, Any]
    main_part: PartOptions | PartOptionsDict
    parts: Sequence[PartOptions | PartOptionsDict]
