#!/usr/bin/env bash
# Writes a client package from a spec: scripts/regen.sh [--check] [SPEC FOLDER], by default generated/coobird_api from
# openapi/coobird.yaml. With --check it writes nothing, and fails with 1 if FOLDER is not what it would write.
# Whatever else goes wrong is a 2.
set -euo pipefail
cd "$(dirname "$0")/.."
check=false
if [ "${1:-}" = --check ]; then check=true; shift; fi
spec=${1:-openapi/coobird.yaml} folder=${2:-generated/coobird_api}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# The generator iterates over sets, hence the seed.
export PATH="$PWD/.venv/bin:$PATH" PYTHONHASHSEED=0

python3 - "$spec" "$work" <<'PYTHON' >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 2; }
import importlib.metadata, json, re, subprocess, sys
from pathlib import Path

spec, work = Path(sys.argv[1]), Path(sys.argv[2])
pins = dict(re.findall(r'"(openapi-python-client|ruff)==([^"]+)"', Path("pyproject.toml").read_text()))
for tool, wanted in pins.items():
    try:
        found = importlib.metadata.version(tool)
        if tool == "ruff":  # the one that the generator will run, which need not be ours
            found = subprocess.run([tool, "--version"], capture_output=True, text=True).stdout.split()[-1]
    except (importlib.metadata.PackageNotFoundError, OSError):
        found = "none"
    if found != wanted:
        sys.exit(f"scripts/regen.sh needs {tool} {wanted} and found {found}. Run: make setup")

from openapi_python_client import cli, strings
from ruamel.yaml import YAML


def view(node):
    """What the generator gets to see: a free-form object is untyped, not a class of its own without fields."""
    if isinstance(node, list):
        return [view(item) for item in node]
    if not isinstance(node, dict):
        return node
    node = {key: view(value) for key, value in node.items()}
    if isinstance(node.get("description"), str):  # one line per paragraph, to be wrapped anew
        node["description"] = re.sub(r"(?<!\n)\n(?![\n-])", " ", node["description"].strip())
    if "in" in node and isinstance(node.get("schema"), dict):  # where the generator looks for it
        node["schema"].setdefault("description", node.get("description", ""))
    if node.get("type") in ("object", ["object", "null"]) and "properties" not in node:
        nullable = {"anyOf": [{}, {"type": "null"}]} if node["type"] != "object" else {}
        return {"description": node.get("description", "")} | nullable
    return node


def with_queries(document):
    """Add the query of each list as an object, so that it gets a type that can be imported."""
    components = document["components"]
    for operation in (item.get("get") for item in document["paths"].values()):
        if operation and operation["operationId"].startswith("list_"):
            name = strings.pascal_case(operation["operationId"]) + "Query"
            given = [components["parameters"][p["$ref"].split("/")[-1]] if "$ref" in p else p for p in operation.get("parameters", [])]
            fields = {p["name"]: p["schema"] for p in given if p["in"] == "query"}
            if fields:
                components["schemas"].setdefault(name, {"type": "object", "x-query": True, "additionalProperties": False,
                    "description": f"The keyword arguments of `{operation['operationId']}`.", "properties": fields})
    return document


document = with_queries(view(YAML(typ="safe").load(spec)))
(work / "spec.json").write_text(json.dumps(document))
# Fields are named as on the wire; no code of ours or of the generator needs the builtin.
strings.RESERVED_WORDS.discard("type")
cli.app(["generate", f"--path={work}/spec.json", "--config=openapi/generator.yaml", "--meta=none", "--fail-on-warning",
         "--custom-template-path=openapi/templates", f"--output-path={work}/coobird_api"])
PYTHON
touch "$work/coobird_api/py.typed"
find "$work/coobird_api" -name '*.py' -exec sed -i \
  '1i # Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.' {} +

if ! $check; then
  rm -rf "$folder"
  mv "$work/coobird_api" "$folder"
elif ! diff -rq --exclude=__pycache__ "$folder" "$work/coobird_api" >"$work/diff" 2>&1; then
  sed "s|$work/coobird_api|a fresh copy|" "$work/diff" >&2
  echo "$folder is not what scripts/regen.sh writes. Run: make regen" >&2
  exit 1
fi
