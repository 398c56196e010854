"""Routes, validators and the shapes of answers, all read from `openapi/coobird.yaml`."""

import json
from collections.abc import Mapping
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit

import jsonschema_rs
import yaml

from coobird.mock.contract.json_text import JsonObject
from coobird.mock.contract.problems import FieldError, Problem, invalid
from coobird.mock.contract.schemas import Schemas, check, errors_of, types_of

_METHODS = ("get", "post", "patch", "put", "delete")


def spec_text() -> str:
    """Text of the contract, from the installed package or else from the checkout."""
    installed = files("coobird") / "openapi" / "coobird.yaml"
    if installed.is_file():
        return installed.read_text("utf-8")
    return (Path(__file__).parents[3] / "openapi" / "coobird.yaml").read_text("utf-8")


if TYPE_CHECKING:
    _SafeLoader = yaml.SafeLoader
else:
    _SafeLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class PlainLoader(_SafeLoader):
    """Loads plain JSON values. YAML's own rules would turn an example such as 2026-04-01 into a
    date."""


_resolvers: Any = getattr(PlainLoader, "yaml_implicit_resolvers")  # noqa: B009 (the stubs do not know it)
PlainLoader.yaml_implicit_resolvers = {
    first: [resolver for resolver in resolvers if resolver[0] != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in _resolvers.items()
}


def _value(node: Any) -> Any:
    """Value of a node of the contract. Its keys are texts, and its other scalars those of JSON.

    PyYAML's constructor takes six times as long, since it also resolves merges, cycles and tags.
    """
    if isinstance(node, yaml.MappingNode):
        return {key.value: _value(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_value(item) for item in node.value]
    return node.value if node.tag == "tag:yaml.org,2002:str" else json.loads(node.value or "null")


class Operation:
    """One operation.

    Each validator is compiled at its first use, since most runs use few of them.
    """

    def __init__(self, schemas: Schemas, path: str, method: str, node: JsonObject, shared: list[Any]) -> None:
        self.id: str = node["operationId"]
        self.path = path
        self.method: str = method.upper()
        self.tag: str = node["tags"][0]
        self.schemas = schemas
        self.path_names: list[str] = [part[1:-1] for part in path.split("/") if part.startswith("{")]
        self._responses: JsonObject = node["responses"]
        self._parameters = [schemas.resolve(parameter) for parameter in [*shared, *node.get("parameters", [])]]
        body = schemas.resolve(node.get("requestBody"))
        self.body_required: bool = bool(body and body.get("required"))
        self.body_schema: JsonObject | None = body["content"]["application/json"]["schema"] if body else None
        self.success: int = min(int(status) for status in self._responses if status.isdigit() and status < "300")
        self.answer_schema: JsonObject | None = schemas.resolve(self._content(self.success, "application/json"))

    def __repr__(self) -> str:
        return f"<Operation {self.id} {self.method} {self.path}>"

    @cached_property
    def query_properties(self) -> dict[str, JsonObject]:
        return {item["name"]: self.schemas.resolve(item["schema"]) for item in self._in("query")}

    @cached_property
    def item_schema(self) -> JsonObject | None:
        """Schema of one item of a list, paged or a bare array. None if the answer is not a list."""
        answer = self.answer_schema or {}
        data = answer if answer.get("type") == "array" else self.schemas.properties(answer).get("data", {})
        return self.schemas.resolve(data["items"]) if "items" in data else None

    @property
    def paged(self) -> bool:
        return "page" in self.query_properties

    def documents(self, status: int) -> bool:
        return str(status) in self._responses

    def check_path(self, values: dict[str, str]) -> None:
        check(self._path_validator, values)

    def check_headers(self, values: Mapping[str, str]) -> None:
        named = {
            item["name"]: values[item["name"].lower()] for item in self._in("header") if item["name"].lower() in values
        }
        check(self._header_validator, named)

    def check_query(self, text: str) -> JsonObject:
        """The query as typed values. 422 for unknown names and for values that do not fit."""
        values: JsonObject = {}
        for name, value in parse_qsl(text, keep_blank_values=True):
            if name in values:
                raise invalid([FieldError(name, "is given twice")])
            values[name] = _coerced(value, types_of(self.query_properties.get(name, {})))
        check(self._query_validator, values)
        return values

    def check_body(self, body: Any) -> None:
        if self._body_validator is not None:
            check(self._body_validator, body)

    def violation(self, status: int, body: Any) -> str | None:
        """Violation of the contract by an answer of this server, as a sentence. None if it fits.

        `body` is None for an answer without a body.
        """
        if not self.documents(status):
            return f"{self.id} answered {status}, which the contract does not document"
        media = "application/json" if status < 400 else "application/problem+json"
        schema = self._content(status, media)
        if schema is None:
            return None if body is None else f"{self.id} {status} should have no body"
        validator = self._answer_validators.setdefault(status, self.schemas.compile(schema))
        if validator.is_valid(body):
            return None
        return f"{self.id} {status}: " + "; ".join(f"{e.field}: {e.message}" for e in errors_of(validator, body))

    def _content(self, status: int, media: str) -> Any:
        response = self.schemas.resolve(self._responses[str(status)])
        return response.get("content", {}).get(media, {}).get("schema")

    def _in(self, place: str) -> list[JsonObject]:
        return [item for item in self._parameters if item["in"] == place]

    def _parameter_validator(self, place: str) -> jsonschema_rs.Validator:
        items = self._in(place)
        return self.schemas.compile(
            {
                "type": "object",
                "additionalProperties": False,
                "properties": {item["name"]: item["schema"] for item in items},
                "required": [item["name"] for item in items if item.get("required")],
            }
        )

    @cached_property
    def _path_validator(self) -> jsonschema_rs.Validator:
        return self._parameter_validator("path")

    @cached_property
    def _query_validator(self) -> jsonschema_rs.Validator:
        return self._parameter_validator("query")

    @cached_property
    def _header_validator(self) -> jsonschema_rs.Validator:
        return self._parameter_validator("header")

    @cached_property
    def _body_validator(self) -> jsonschema_rs.Validator | None:
        return self.schemas.compile(self.body_schema) if self.body_schema else None

    @cached_property
    def _answer_validators(self) -> dict[int, jsonschema_rs.Validator]:
        return {}


class Spec:
    """All operations, by id and by route."""

    def __init__(self, text: str | None = None) -> None:
        document = _value(yaml.compose(text or spec_text(), PlainLoader))
        self.schemas: Schemas = Schemas(document)
        self.version: str = document["info"]["version"]
        server: str = document["servers"][0]["url"]
        self.base_path: str = urlsplit(server).path
        self.operations: dict[str, Operation] = {}
        self._routes: dict[tuple[str, ...], dict[str, Operation]] = {}
        for path, item in document["paths"].items():
            methods = self._routes.setdefault(tuple(path.strip("/").split("/")), {})
            for method in _METHODS:
                if method in item:
                    operation = Operation(self.schemas, path, method, item[method], item.get("parameters", []))
                    self.operations[operation.id] = methods[operation.method] = operation

    def match(self, method: str, raw_path: str) -> tuple[Operation, dict[str, str]]:
        """Operation and path values of a request below the base path.

        `raw_path` is still percent-encoded: a slash inside an id must not become another segment.
        404 for an unknown path, 405 (with `Allow`) for another method.
        """
        parts = raw_path.removeprefix("/").split("/")
        best: tuple[list[bool], tuple[str, ...]] | None = None
        for route in self._routes:
            if len(route) == len(parts) and all(p[0] == "{" or p == part for p, part in zip(route, parts, strict=True)):
                # A fixed segment wins over a placeholder: /invoices/preview is not the invoice with
                # the id "preview".
                rank = [part[0] == "{" for part in route]
                if best is None or rank < best[0]:
                    best = rank, route
        if best is None or not all(parts):
            raise Problem(404, f"There is nothing at {self.base_path}/{unquote(raw_path.removeprefix('/'))}.")
        methods = self._routes[best[1]]
        if method not in methods:
            allowed = ", ".join(methods)
            raise Problem(405, f"{method} is not allowed at this path, only {allowed}.", headers={"Allow": allowed})
        values = {p[1:-1]: unquote(part) for p, part in zip(best[1], parts, strict=True) if p[0] == "{"}
        return methods[method], values


def _coerced(text: str, types: list[str]) -> Any:
    """A query value in the type that the contract names. Text that does not fit stays text, and the
    validator refuses it."""
    digits = text.removeprefix("-")
    if "integer" in types and digits.isascii() and digits.isdigit() and len(digits) < 20:
        return int(text)
    if "number" in types and digits.replace(".", "", 1).isdigit() and len(digits) < 20:
        return float(text)
    if "boolean" in types and text in ("true", "false"):
        return text == "true"
    return text


@cache
def packaged_spec() -> Spec:
    """The contract of this package.

    All servers of a process share it, because it never changes and takes 0.2 seconds to read.
    """
    return Spec()
