# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import attrs

from ..types import UNSET, Unset, read_list, write
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
        return write(
            {
                **self.additional_properties,
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
        """Read a JSON object. An unknown field is kept in `additional_properties`."""
        fields = dict(src_dict)
        model = cls(
            type=fields.pop("type"),
            title=fields.pop("title"),
            status=fields.pop("status"),
            code=fields.pop("code"),
            request_id=fields.pop("request_id"),
            detail=fields.pop("detail", UNSET),
            errors=read_list(ProblemField.from_dict, fields.pop("errors", UNSET)),
        )
        model.additional_properties = fields
        return model
