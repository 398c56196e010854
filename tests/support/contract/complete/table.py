"""A complete call, and the tables that they are collected in."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from coobird import Coomon
from tests.support.contract.given import Given
from tests.support.contract.spec import OPERATIONS, Json, resolve, types_of


class Call(NamedTuple):
    """Arguments of an operation: ids in order, and all options that it has."""

    ids: tuple[str, ...]
    options: Mapping[str, Any]

    def make(self, coomon: Coomon, operation: str, **changed: Any) -> Any:
        """Call the operation and return its answer."""
        # The client builds the batch: one event is given to it as the arguments of a call.
        method = "track_immediate" if operation == "track_events" else operation
        return getattr(coomon, method)(*self.ids, **{**self.options, **changed})


Builder = Callable[[Given], Call]
Calls = dict[str, Builder]


def collector(table: Calls) -> Callable[[Builder], Builder]:
    """A decorator that enters a function under its name, which is the name of the operation.

    Options that the function leaves out get values by their schemas, so that an option that is new
    in the contract is tested with the others. The function names options whose value has a meaning.
    """

    def enter(build: Builder) -> Builder:
        operation = OPERATIONS[build.__name__]
        schemas = {**operation.query, **operation.body}
        if operation.id == "track_events":  # the client takes the fields of one event, and makes the batch
            schemas = resolve(schemas["events"]["items"])["properties"]

        def completed(given: Given) -> Call:
            call = build(given)
            return call._replace(options=with_all(call.options, schemas))

        table[operation.id] = completed
        return build

    return enter


def with_all(options: Mapping[str, Any], schemas: Mapping[str, Json]) -> dict[str, Any]:
    """The options, and a value for each that is missing, also in objects further inside."""
    inside = {name: _completed(value, schemas.get(name, {})) for name, value in options.items()}
    return {**{name: valid_value(schema) for name, schema in schemas.items() if name not in options}, **inside}


def _completed(value: Any, schema: Json) -> Any:
    fields = resolve(resolve(schema).get("items", schema)).get("properties", {})
    if isinstance(value, dict) and fields:
        return with_all(value, fields)
    if isinstance(value, list) and fields and isinstance(value[0], dict):
        # Options that exclude each other are in different items. Only those in no item are added.
        missing = {name: field for name, field in fields.items() if not any(name in item for item in value)}
        return [{**with_all({}, missing), **value[0]}, *value[1:]]
    return value


def valid_value(schema: Json) -> Any:
    """A value that the schema allows."""
    schema = resolve(schema)
    if "anyOf" in schema:
        return valid_value(schema["anyOf"][0])
    if "enum" in schema:
        return schema["enum"][0]
    match next(kind for kind in types_of(schema) if kind != "null"), schema.get("format"):
        case "string", "date":
            return "2026-04-01"
        case "string", "date-time":
            return "2026-04-01T08:30:00Z"
        case "string", "iso-4217":
            return "EUR"
        case "string", _:
            return "x" * max(1, schema.get("minLength", 1))
        case (("integer" | "number"), _):
            return max(1, schema.get("minimum", 1))
        case "boolean", _:
            return True
        case "array", _:
            return [valid_value(schema["items"])]
        case _:
            return with_all({}, schema.get("properties", {}))
