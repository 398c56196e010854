# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self

import attrs

from ..types import UNSET, Unset, read, read_list, write
from .part import Part


@attrs.define(kw_only=True)
class Thing:
    """Thing

    Attributes:
        id:
        type: Known values: `asc`, `desc`.
        made_at:
        day:
        config:
        extra:
        parts:
        main_part:
        last_part:
    """

    id: str
    type: str
    made_at: datetime.datetime
    day: datetime.date | None
    config: dict[str, Any]
    extra: dict[str, Any] | None
    parts: list[Part]
    main_part: Part | Unset = UNSET
    last_part: Part | None | Unset = UNSET
    additional_properties: dict[str, Any] = attrs.field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object: a field that is UNSET is left out, and None is null."""
        return write(
            {
                **self.additional_properties,
                "id": self.id,
                "type": self.type,
                "made_at": self.made_at,
                "day": self.day,
                "config": self.config,
                "extra": self.extra,
                "parts": self.parts,
                "main_part": self.main_part,
                "last_part": self.last_part,
            }
        )

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object. An unknown field is kept in `additional_properties`."""
        fields = dict(src_dict)
        model = cls(
            id=fields.pop("id"),
            type=fields.pop("type"),
            made_at=read(datetime.datetime.fromisoformat, fields.pop("made_at")),
            day=read(datetime.date.fromisoformat, fields.pop("day")),
            config=fields.pop("config"),
            extra=fields.pop("extra"),
            parts=read_list(Part.from_dict, fields.pop("parts")),
            main_part=read(Part.from_dict, fields.pop("main_part", UNSET)),
            last_part=read(Part.from_dict, fields.pop("last_part", UNSET)),
        )
        model.additional_properties = fields
        return model
