"""Write the generated package, or compare it with what would be written; see scripts/regen.sh."""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import importlib.metadata
import io
import json
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import traceback
from pathlib import Path
from typing import Any

OPENAPI = Path("openapi")
FLAVOURS = {"": "", "Async": "async_"}
"""Prefix of the classes of methods for each client, and of the modules that they are in."""
HEADER = "# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.\n"
FAILED, DIFFERS = 2, 1


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/regen.sh", description="Write the generated client package.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 if the package differs")
    parser.add_argument("spec", nargs="?", type=Path, default=OPENAPI / "coobird.yaml")
    parser.add_argument("folder", nargs="?", type=Path, default=Path("generated/coobird_api"))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        fresh = Path(work) / "coobird_api"
        flaw = flaw_of_tools() or generate(options.spec, fresh)
        if flaw:
            print(flaw, file=sys.stderr)
            return FAILED
        if options.check:
            return report(options.folder, differences(options.folder, fresh))
        options.folder.parent.mkdir(parents=True, exist_ok=True)
        if options.folder.exists():
            shutil.rmtree(options.folder)
        shutil.move(fresh, options.folder)
        return 0


def flaw_of_tools() -> str | None:
    """A tool that is not installed in the version that pyproject.toml pins, as a message."""
    development = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]["dev"]
    pins: dict[str, str] = dict(entry.split("==") for entry in development if "==" in entry)
    for tool, find in {"openapi-python-client": installed_version, "ruff": version_on_path}.items():
        if (found := find(tool)) != pins[tool]:
            return f"scripts/regen.sh needs {tool} {pins[tool]} and finds {found}. Run: make setup"
    return None


def installed_version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "none"


def version_on_path(program: str) -> str:
    """Version of the program that the generator runs: the first one on the PATH."""
    try:
        return subprocess.check_output([program, "--version"], text=True).split()[1]
    except OSError:
        return "none"


def generate(spec: Path, target: Path) -> str | None:
    """Write the package to `target`; return the generator's output if it could not.

    The generator runs once for each flavour. Its `__init__.py` of the operations, and of the tag
    `events`, become modules of `methods`, so that a program loads only those of its client.
    """
    # Both are loaded here, because another version of the generator may not even import.
    from openapi_python_client import cli, strings
    from ruamel.yaml import YAML

    # A field keeps its name on the wire; the generated code does not need this builtin.
    strings.RESERVED_WORDS.discard("type")
    contract = YAML(typ="safe").load(spec)
    document, templates = target.with_name("spec.json"), target.with_name("templates")
    document.write_text(json.dumps(simplified(contract)), encoding="utf-8")
    shutil.copytree(OPENAPI / "templates", templates)
    # A template of ours that only adds to one of the generator's own includes it from here.
    shutil.copytree(Path(cli.__file__).with_name("templates"), templates / "original")
    methods = target / "methods"
    for flavour, prefix in FLAVOURS.items():
        facts = {"flavour": flavour, "texts_of_parameters": texts_of_parameters(contract)}
        lines = [f"{{% set {name} = {json.dumps(fact)} %}}" for name, fact in facts.items()]
        (templates / "run.jinja").write_text("\n".join(lines), encoding="utf-8")
        output = target.with_name(f"output{flavour}")
        arguments = ["generate", f"--path={document}", f"--output-path={output}", "--meta=none", "--fail-on-warning"]
        arguments += [f"--config={OPENAPI / 'generator.yaml'}", f"--custom-template-path={templates}"]
        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            code = cli.app(arguments, standalone_mode=False)
        if code:
            return said.getvalue()
        if not target.exists():
            shutil.copytree(output, target)
            methods.mkdir()
            (methods / "__init__.py").write_text('"""The methods of each client."""\n', encoding="utf-8")
            (target / "api/__init__.py").write_text('"""The operations, by tag."""\n', encoding="utf-8")
            (target / "api/events/__init__.py").write_text('"""The operation on events."""\n', encoding="utf-8")
        shutil.move(output / "api/__init__.py", methods / f"{prefix}resources.py")
        shutil.move(output / "api/events/__init__.py", methods / f"{prefix}events.py")
    for module in target.rglob("*.py"):
        module.write_text(HEADER + module.read_text(encoding="utf-8"), encoding="utf-8")
    (target / "py.typed").touch()
    # Much of the spec (limits, inferred parts) reaches no code. The hash makes --check notice a
    # change of it.
    (target / "spec.sha256").write_text(hashlib.sha256(spec.read_bytes()).hexdigest() + "\n", encoding="utf-8")
    return None


def simplified(node: Any) -> Any:
    """The spec without free-form objects: each would become a class without fields."""
    if isinstance(node, list):
        return [simplified(item) for item in node]
    if not isinstance(node, dict):
        return node
    node = {key: simplified(value) for key, value in node.items()}
    if isinstance(node.get("description"), str):
        # One line for each paragraph: the templates wrap it.
        node["description"] = re.sub(r"(?<!\n)\n(?![\n-])", " ", node["description"].strip())
    if "in" in node and isinstance(node.get("schema"), dict):
        # The generator reads the description of a parameter from its schema.
        node["schema"] |= {"description": node.get("description", "")}
    if "properties" in node or node.get("type") not in ("object", ["object", "null"]):
        return node
    anything = {"description": node.get("description", "")}
    return anything if node["type"] == "object" else anything | {"anyOf": [{}, {"type": "null"}]}


def texts_of_parameters(contract: Any) -> dict[str, dict[str, str]]:
    """Description of each query parameter, by operation.

    If a parameter is an enumeration, the generator has the description of that instead.
    """
    shared = contract["components"].get("parameters", {})
    texts: dict[str, dict[str, str]] = {}
    for operation in (operation for path in contract["paths"].values() for operation in path.values()):
        if "operationId" in operation:
            given = [
                shared[each["$ref"].rpartition("/")[2]] if "$ref" in each else each
                for each in operation.get("parameters", [])
            ]
            texts[operation["operationId"]] = {
                each["name"]: each["description"] for each in given if each["in"] == "query"
            }
    return texts


def differences(folder: Path, fresh: Path) -> list[str]:
    """One line for each file that is changed, missing or left over."""
    ours, theirs = files_below(folder), files_below(fresh)
    changed = (name for name in ours.keys() & theirs.keys() if ours[name] != theirs[name])
    lines = [f"Files {folder / name} and a fresh copy/{name} differ" for name in changed]
    lines += [f"Only in {folder}: {name}" for name in ours.keys() - theirs.keys()]
    lines += [f"Only in a fresh copy: {name}" for name in theirs.keys() - ours.keys()]
    return sorted(lines)


def files_below(folder: Path) -> dict[Path, bytes]:
    paths = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(folder): path.read_bytes() for path in paths}


def report(folder: Path, lines: list[str]) -> int:
    if not lines:
        return 0
    print(*lines, f"{folder} is not what scripts/regen.sh writes. Run: make regen", sep="\n", file=sys.stderr)
    return DIFFERS


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Exception:  # noqa: BLE001 - Python's own exit code for it is 1, which means a difference here
        traceback.print_exc()
        sys.exit(FAILED)
