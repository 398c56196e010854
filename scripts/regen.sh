#!/usr/bin/env bash
# Writes a client package: scripts/regen.sh [--check] [SPEC FOLDER], by default generated/coobird_api from
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
export PATH="$PWD/.venv/bin:$PATH" PYTHONHASHSEED=0 PYTHONUTF8=1

python3 - "$spec" "$work" <<'PYTHON' >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 2; }
import hashlib, importlib.metadata, json, re, subprocess, sys
from pathlib import Path

spec, work = Path(sys.argv[1]), Path(sys.argv[2])
for tool, wanted in re.findall(r'"(openapi-python-client|ruff)==([^"]+)"', Path("pyproject.toml").read_text()):
    try:
        found = importlib.metadata.version(tool)
        if tool == "ruff":  # the one on the PATH is the one that the generator runs
            found = subprocess.check_output([tool, "--version"], text=True).split()[1]
    except (importlib.metadata.PackageNotFoundError, OSError):
        found = "none"
    if found != wanted:
        sys.exit(f"scripts/regen.sh needs {tool} {wanted} and finds {found}. Run: make setup")

from openapi_python_client import cli, strings
from ruamel.yaml import YAML


def view(node):
    """The spec for the eyes of the generator, which makes a class without fields of each free-form object."""
    if isinstance(node, list):
        return [view(item) for item in node]
    if not isinstance(node, dict):
        return node
    node = {key: view(value) for key, value in node.items()}
    if isinstance(node.get("description"), str):  # a paragraph to a line: the templates wrap it
        node["description"] = re.sub(r"(?<!\n)\n(?![\n-])", " ", node["description"].strip())
    if "in" in node and isinstance(node.get("schema"), dict):  # where a parameter's is looked for
        node["schema"] |= {"description": node.get("description", "")}
    if "properties" in node or node.get("type") not in ("object", ["object", "null"]):
        return node
    nothing = {"description": node.get("description", "")}
    return nothing if node["type"] == "object" else nothing | {"anyOf": [{}, {"type": "null"}]}


(work / "spec.json").write_text(json.dumps(view(YAML(typ="safe").load(spec))))
# Fields are to have their names on the wire; nothing that is generated needs this builtin.
strings.RESERVED_WORDS.discard("type")
code = cli.app(
    ["generate", f"--path={work}/spec.json", f"--output-path={work}/coobird_api", "--meta=none", "--fail-on-warning",
     "--config=openapi/generator.yaml", "--custom-template-path=openapi/templates"], standalone_mode=False)
for module in work.glob("coobird_api/**/*.py"):
    module.write_text(f"# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.\n{module.read_text()}")
(work / "coobird_api/py.typed").touch()
# Much of the spec (limits, what is inferred) reaches no code: this is how a change of it is noticed all the same.
(work / "coobird_api/spec.sha256").write_text(hashlib.sha256(spec.read_bytes()).hexdigest() + "\n")
sys.exit(code)
PYTHON

if ! $check; then
  mkdir -p "$folder" && rm -rf "$folder" && mv "$work/coobird_api" "$folder" || exit 2
elif ! diff -rq --exclude=__pycache__ "$folder" "$work/coobird_api" >"$work/diff" 2>&1; then
  sed "s|$work/coobird_api|a fresh copy|" "$work/diff" >&2
  echo "$folder is not what scripts/regen.sh writes. Run: make regen" >&2
  exit 1
fi
