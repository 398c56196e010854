"""The contract as the tests read it: operations, and the schemas of what they take and answer."""

from typing import Any, NamedTuple

import yaml

from tests.support import ROOT

Json = dict[str, Any]

FILE = ROOT / "openapi" / "coobird.yaml"
BASE_PATH = "/api/v1"
DOCUMENT: Json = yaml.load(FILE.read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def resolve(node: Json) -> Json:
    """The node that a chain of `$ref` leads to."""
    while "$ref" in node:
        found: Any = DOCUMENT
        for part in node["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        node = found
    return node


def types_of(schema: Json) -> list[str]:
    """The JSON types that a schema allows."""
    schema = resolve(schema)
    if "anyOf" in schema:
        return [kind for each in schema["anyOf"] for kind in types_of(each)]
    found = schema.get("type", [])
    return [found] if isinstance(found, str) else found


class Operation(NamedTuple):
    """One operation of the contract."""

    id: str
    method: str
    path: str
    query: dict[str, Json]
    """The parameters of its query, by name."""
    body: dict[str, Json]
    """The fields of its body, by name."""
    required: list[str]
    """Names of the fields that must be there."""
    answer: Json | None
    """The schema of its success, resolved."""
    answer_name: str | None
    """Name of that schema, or of the schema of an array's items."""
    statuses: set[int]

    @property
    def path_names(self) -> list[str]:
        return [part[1:-1] for part in self.path.split("/") if part.startswith("{")]

    @property
    def is_paged(self) -> bool:
        return "page" in self.query


def _operation(path: str, verb: str, node: Json, shared: list[Json]) -> Operation:
    parameters = [resolve(parameter) for parameter in shared + node.get("parameters", [])]
    body: Json = {}
    if "requestBody" in node:
        body = resolve(node["requestBody"]["content"]["application/json"]["schema"])
    success = node["responses"][min(status for status in node["responses"] if status < "300")]
    schema = success.get("content", {}).get("application/json", {}).get("schema")
    named = (schema or {}).get("items") or schema or {}
    return Operation(
        id=node["operationId"],
        method=verb.upper(),
        path=path,
        query={p["name"]: resolve(p["schema"]) for p in parameters if p["in"] == "query"},
        body={name: resolve(field) for name, field in body.get("properties", {}).items()},
        required=body.get("required", []),
        answer=resolve(schema) if schema else None,
        answer_name=named["$ref"].rpartition("/")[2] if "$ref" in named else None,
        statuses={int(status) for status in node["responses"]},
    )


OPERATIONS: dict[str, Operation] = {
    node["operationId"]: _operation(path, verb, node, item.get("parameters", []))
    for path, item in DOCUMENT["paths"].items()
    for verb, node in item.items()
    if verb != "parameters"
}
