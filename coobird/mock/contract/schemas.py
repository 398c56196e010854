"""Schemas of the contract: references resolved, validators compiled, errors put into words."""

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import islice
from typing import Any

import jsonschema_rs

from coobird.mock.contract.currencies import CURRENCIES
from coobird.mock.contract.json_text import JsonObject, is_array, is_object
from coobird.mock.contract.problems import FieldError, invalid

_URI = "urn:coobird:api"
_MAX_ERRORS = 20


class Schemas:
    """Resolves and compiles the schemas of one OpenAPI document."""

    def __init__(self, document: JsonObject) -> None:
        self.document = document
        self._registry = jsonschema_rs.Registry([(_URI, document)])

    def resolve(self, node: Any) -> Any:
        """The node at the end of a chain of `$ref`."""
        while is_object(node) and "$ref" in node:
            found: Any = self.document
            reference: str = node["$ref"]
            for part in reference.removeprefix("#/").split("/"):
                found = found[part.replace("~1", "/").replace("~0", "~")]
            node = found
        return node

    def compile(self, schema: Any) -> jsonschema_rs.Validator:
        return jsonschema_rs.validator_for(
            _absolute(schema),
            registry=self._registry,
            validate_formats=True,
            formats={"date": _is_day, "iso-4217": CURRENCIES.__contains__},
            offline=True,
        )

    def properties(self, schema: Any) -> dict[str, JsonObject]:
        """Name and resolved schema of each property of an object schema."""
        found = self.resolve(schema).get("properties", {})
        return {name: self.resolve(value) for name, value in found.items()}


def _absolute(node: Any) -> Any:
    if is_object(node):
        return {
            key: _URI + value if key == "$ref" and isinstance(value, str) else _absolute(value)
            for key, value in node.items()
        }
    return [_absolute(item) for item in node] if is_array(node) else node


def _is_day(text: str) -> bool:
    """True for a day of the calendar. RFC 3339 alone would also allow a year 0."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def types_of(schema: Mapping[str, Any]) -> list[str]:
    """The JSON types that a resolved schema allows, `null` included."""
    found = schema.get("type", [])
    return [found] if isinstance(found, str) else list(found)


def check(validator: jsonschema_rs.Validator, value: Any) -> None:
    """Raise a 422 that names the fields of a value that do not fit, at most `_MAX_ERRORS`."""
    if not validator.is_valid(value):
        raise invalid(islice(errors_of(validator, value), _MAX_ERRORS))


def errors_of(validator: jsonschema_rs.Validator, value: Any) -> Iterator[FieldError]:
    for error in validator.iter_errors(value):
        where = [str(part) for part in error.instance_path]
        kind: Any = error.kind
        if kind.name == "additionalProperties":
            for name in kind.unexpected:
                yield FieldError(".".join([*where, name]), "is not a field that Coobird knows")
        elif kind.name == "required":
            yield FieldError(".".join([*where, str(kind.property)]), "is required")
        elif kind.name == "format" and kind.format == "iso-4217":
            yield FieldError(".".join(where), "must be a currency code of ISO 4217, such as USD")
        elif words := _words_of(kind):
            yield FieldError(".".join(where), _short(f"must be one of {', '.join(words)}, not {error.instance!r}"))
        else:
            yield FieldError(".".join(where), _short(error.message))


def _words_of(kind: Any) -> list[str]:
    """Words that a closed set allows, also as an alternative to null. Empty for other errors."""
    if kind.name == "enum":
        return [str(word) for word in kind.options if word is not None]
    if kind.name == "anyOf":
        return [word for errors in kind.context for error in errors for word in _words_of(error.kind)]
    return []


def _short(message: str) -> str:
    return message if len(message) <= 200 else f"{message[:120]} … {message[-70:]}"
