"""Values that a caller reads from an answer or an error, compared with the contract."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import pytest

from coobird import APIStatusError
from tests.support.contract.spec import Json, resolve, types_of

_PYTHON: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "object": dict,
    "array": list,
}


def misread(value: Any, schema: Json, place: str = "answer") -> Iterator[str]:
    """Places that differ from the contract: each field is an attribute, dates are dates."""
    schema = resolve(schema)
    types = types_of(schema)
    kinds = [kind for kind in types if kind != "null"]
    if value is None:
        if "null" not in types:
            yield f"{place} is None"
    elif "properties" in schema:
        for name, field in schema["properties"].items():
            if hasattr(value, name):
                yield from misread(getattr(value, name), field, f"{place}.{name}")
            else:
                yield f"{place} has no {name}"
    elif kinds == ["array"] and isinstance(value, list):
        for number, item in enumerate(value):
            yield from misread(item, schema["items"], f"{place}.{number}")
    elif schema.get("format") == "date":
        if not isinstance(value, date) or isinstance(value, datetime):
            yield f"{place} is {value!r}, not a date"
    elif schema.get("format") == "date-time":
        if not isinstance(value, datetime) or value.utcoffset() is None:
            yield f"{place} is {value!r}, not an instant with an offset"
    elif not any(isinstance(value, _PYTHON[kind]) for kind in kinds):
        yield f"{place} is {value!r}, not of type {' or '.join(kinds)}"


def fields_named_by(error: APIStatusError) -> list[str]:
    """The fields that a refusal names."""
    assert error.body["status"] == error.status_code
    return [entry["field"] for entry in error.body.get("errors", [])]


@contextmanager
def refused(kind: type[APIStatusError], *, code: str | None = None, field: str | None = None) -> Iterator[None]:
    """The block ends with this refusal; it carries the code, and names the field."""
    with pytest.raises(kind) as refusal:
        yield
    assert code in (None, refusal.value.code)
    assert field is None or field in fields_named_by(refusal.value)
