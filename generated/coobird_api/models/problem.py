# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import attrs

from ..types import UNSET, Unset, integer, json_object, list_of, optional, required, text, write
from .problem_field import ProblemField


@attrs.define(kw_only=True)
class Problem:
    """Description of an error (RFC 9457).

    Attributes:
        type: A URI that names the kind of problem; `about:blank` if the status says it all.
        title: The kind of problem in a few words, the same for every occurrence.
        status: The HTTP status.
        code: The kind of problem for a program, for example `not_found` or `invalid_field`.
        request_id: The same as the header `X-Request-Id`.
        detail: Description of this occurrence, in a sentence for a person.
        errors: One entry for each field or query value that was not acceptable.
    """

    type: str
    title: str
    status: int
    code: str
    request_id: str
    detail: str | Unset = UNSET
    errors: list[ProblemField] | Unset = UNSET
    additional_properties: dict[str, Any] = attrs.field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object: a field that is UNSET is left out, and None is null."""
        return write(self.additional_properties) | write(
            {
                "type": self.type,
                "title": self.title,
                "status": self.status,
                "code": self.code,
                "request_id": self.request_id,
                "detail": self.detail,
                "errors": self.errors,
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
            type=required(cls, fields, "type", text),
            title=required(cls, fields, "title", text),
            status=required(cls, fields, "status", integer),
            code=required(cls, fields, "code", text),
            request_id=required(cls, fields, "request_id", text),
            detail=optional(cls, fields, "detail", text),
            errors=optional(cls, fields, "errors", list_of(ProblemField.from_dict)),
        )
        model.additional_properties = fields
        return model
