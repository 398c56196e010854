# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self

import attrs

from ..types import UNSET, Unset, json_object, list_of, optional, required, text, write
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
        return write(self.additional_properties) | write(
            {
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
        """Read a JSON object.

        A required field that is missing reads as None if null is allowed, else as UNSET. A value of
        another type reads as UNSET; `additional_properties` keeps it, and the unknown fields.
        """
        fields = json_object(src_dict)
        model = cls(
            id=required(cls, fields, "id", text),
            type=required(cls, fields, "type", text),
            made_at=required(cls, fields, "made_at", datetime.datetime.fromisoformat),
            day=required(cls, fields, "day", datetime.date.fromisoformat, None),
            config=required(cls, fields, "config", json_object),
            extra=required(cls, fields, "extra", json_object, None),
            parts=required(cls, fields, "parts", list_of(Part.from_dict)),
            main_part=optional(cls, fields, "main_part", Part.from_dict),
            last_part=optional(cls, fields, "last_part", Part.from_dict),
        )
        model.additional_properties = fields
        return model
