"""Pages of the site that are computed: the reference of the package, and the HTTP API (pure)."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

import coobird

ROOT = Path(__file__).resolve().parents[1]

METHODS = ("get", "post", "put", "patch", "delete")


def reference_pages() -> dict[str, str]:
    """Return the pages of the reference, which the builder fills from docstrings."""
    names = list(coobird.__all__)
    errors = [name for name in names if name.endswith(("Error", "Warning")) or name == "DeliveryResumed"]
    clients = ["Coomon", "AsyncCoomon"]
    by_hand = [name for name in names if name not in (*errors, *clients, "__version__") and name in coobird._MODULE_OF]
    models = [name for name in names if name not in (*errors, *clients, *by_hand, "__version__")]
    return {
        "reference/coobird.md": page(
            "coobird", "Names of the package `coobird`, without those of the other pages.", by_hand
        ),
        "reference/coomon.md": page(
            "Coomon", "The client for threads: settings, events, and a method for each operation.", ["Coomon"]
        ),
        "reference/async-coomon.md": page("AsyncCoomon", "The client for coroutines.", ["AsyncCoomon"]),
        "reference/errors.md": page("Errors", "Every error that the package raises or reports.", errors),
        "reference/models.md": page("Requests and answers", "Classes of the contract's schemas.", models),
        "reference/integrations.md": modules_page("coobird.integrations", ROOT / "coobird" / "integrations"),
        "reference/mock.md": "# coobird.mock\n\nThe local server inside a program or a test, and the pytest fixtures.\n\n"
        "::: coobird.mock.MockCoobird\n\n::: coobird.pytest_plugin\n",
    }


def page(title: str, summary: str, names: list[str]) -> str:
    return "\n\n".join([f"# {title}", summary, *(f"::: {identifier(name)}" for name in names)]) + "\n"


def identifier(name: str) -> str:
    return f"coobird.{name}" if name in coobird._MODULE_OF else f"coobird_api.models.{name}"


def modules_page(title: str, folder: Path) -> str:
    """Return a page of all public modules of a folder."""
    modules = [path.stem for path in sorted(folder.glob("*.py")) if not path.stem.startswith("_")]
    return (
        "\n\n".join(
            [
                f"# {title}",
                "Meters of model calls, and middleware that sets the customer of a request.",
                *(f"::: {title}.{module}" for module in modules),
            ]
        )
        + "\n"
    )


def contract_pages() -> dict[str, str]:
    """Return the pages of the HTTP API."""
    spec: dict[str, Any] = yaml.safe_load((ROOT / "openapi" / "coobird.yaml").read_text(encoding="utf-8"))
    info = spec["info"]
    servers = "\n".join(f"- {server['description']}: `{server['url']}`" for server in spec["servers"])
    index = f"# HTTP API\n\n{info['summary']}\n\n{info['description']}\n## Servers\n\n{servers}\n"
    return {
        "contract/index.md": index,
        "contract/operations.md": "\n".join(operations(spec)),
        "contract/schemas.md": "\n".join(schemas(spec)),
    }


def operations(spec: dict[str, Any]) -> Iterator[str]:
    yield "# Operations\n"
    yield "Every operation of `/api/v1`. *Inferred* marks what the public documentation does not state.\n"
    found: dict[str, list[tuple[str, str, dict[str, Any], list[Any]]]] = defaultdict(list)
    for path, item in spec["paths"].items():
        for method in METHODS:
            if method in item:
                found[item[method]["tags"][0]].append((path, method, item[method], item.get("parameters", [])))
    for tag in spec["tags"]:
        yield f"## {tag['name'].replace('_', ' ').capitalize()}\n"
        yield f"{tag['description']}\n"
        for path, method, operation, shared in found[tag["name"]]:
            yield from one_operation(spec, path, method, operation, shared)


def one_operation(
    spec: dict[str, Any], path: str, method: str, operation: dict[str, Any], shared: list[Any]
) -> Iterator[str]:
    yield f"### {operation['operationId']}\n"
    yield f"`{method.upper()} {path}`{' *Inferred.*' if operation.get('x-inferred') else ''}\n"
    yield f"{operation['summary']}\n"
    if "description" in operation:
        yield f"{operation['description']}"
    parameters = [resolved(spec, each) for each in [*shared, *operation.get("parameters", [])]]
    if parameters:
        yield "| Parameter | In | Type | Meaning |\n|---|---|---|---|"
        for each in parameters:
            yield f"| `{each['name']}` | {each['in']} | {type_of(each.get('schema', {}))} | {cell(each.get('description', ''))} |"
        yield ""
    body = resolved(spec, operation.get("requestBody", {}))
    for content in body.get("content", {}).values():
        yield f"Body: {type_of(content['schema'])}\n"
    yield "| Status | Answer |\n|---|---|"
    for status, stated in operation["responses"].items():
        answer = resolved(spec, stated)
        kinds = [type_of(content["schema"]) for content in answer.get("content", {}).values() if "schema" in content]
        yield f"| {status} | {cell(answer.get('description', ''))} {' '.join(kinds)} |"
    yield ""


def schemas(spec: dict[str, Any]) -> Iterator[str]:
    yield "# Schemas\n"
    yield "Every schema of the contract. A field with * must be given, or is always in the answer.\n"
    for name, schema in spec["components"]["schemas"].items():
        yield f"## {name}\n"
        if "description" in schema:
            yield f"{schema['description'].strip()}\n"
        required, fields = set[str](), dict[str, Any]()
        for part in [schema, *(resolved(spec, each) for each in schema.get("allOf", []))]:
            required |= set(part.get("required", []))
            fields |= part.get("properties", {})
        if not fields:
            yield f"{type_of(schema)}\n"
            continue
        yield "| Field | Type | Meaning |\n|---|---|---|"
        for field, each in fields.items():
            yield f"| `{field}`{' *' if field in required else ''} | {type_of(each)} | {cell(each.get('description', ''))} |"
        yield ""


def resolved(spec: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in node:
        return node
    found: Any = spec
    for step in node["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    return {**found}


def type_of(schema: dict[str, Any]) -> str:
    """Return the type of a value for people, with a link where it has a name."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](schemas.md#{name.lower()})"
    for several in ("oneOf", "anyOf", "allOf"):
        if several in schema:
            return " or ".join(type_of(each) for each in schema[several])
    if "enum" in schema:
        return ", ".join(f"`{json.dumps(value)}`" for value in schema["enum"])
    if "const" in schema:
        return f"`{json.dumps(schema['const'])}`"
    kinds = schema.get("type", "any value")
    kinds = [kinds] if isinstance(kinds, str) else kinds
    named = [f"list of {type_of(schema.get('items', {}))}" if kind == "array" else kind for kind in kinds]
    return " or ".join(named) + (f" ({schema['format']})" if "format" in schema else "")


def cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
