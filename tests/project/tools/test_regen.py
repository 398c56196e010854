"""Output of `scripts/regen.sh` on a contract small enough to read, and changes that it notices.

The files of `tests/project/golden/expected` are those that our templates decide. After a change of
a template, look at its effect on them:

    python -m tests.project.tools.test_regen && git diff tests/project/golden
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.support import ROOT

GOLDEN = ROOT / "tests" / "project" / "golden"

USER = """
import datetime
from decimal import Decimal
from typing import assert_type

from coobird_api.methods.async_resources import AsyncMethods
from coobird_api.methods.resources import Methods
from coobird_api.methods.async_events import AsyncEventsMethods
from coobird_api.methods.events import EventsMethods
from coobird_api.models import ListThingsQuery, Part, PartOptions, PartOptionsDict, Thing, ThingPage, TrackOptions
from coobird_api.types import UNSET


def sync(methods: Methods) -> None:
    thing = methods.create_thing(type="asc", note=None, day="2026-04-01", config={"a": 1}, parts=[{"n": 1}, PartOptions(n=2)])
    assert_type(thing, Thing)
    assert_type(thing.type, str)
    assert_type(thing.made_at, datetime.datetime)
    assert_type(thing.day, datetime.date | None)
    methods.create_thing(type="asc", day=datetime.date(2026, 4, 1), main_part={"n": 1}, note=UNSET)
    query: ListThingsQuery = {"since": "2026-04-01", "order": "asc"}
    assert_type(methods.list_things(**query), ThingPage)
    assert_type(list(methods.iter_things(order="desc")), list[Thing])
    assert_type(methods.list_thing_parts("thing_1"), list[Part])
    methods.replace_thing("thing_1", body={"thing_id": "thing_2"})
    part: PartOptionsDict = {"n": 1}
    methods.create_thing(type="asc", parts=[part])
    methods.create_thing(type="asc", main_part={"m": 1})  # type: ignore[arg-type]
    methods.create_thing(type="asc", parts=[{}])  # type: ignore[list-item]
    methods.list_things(order="sideways")  # type: ignore[arg-type]
    methods.create_thing(type="sideways")  # type: ignore[arg-type]
    methods.create_thing(note="no type")  # type: ignore[call-arg]
    methods.list_things("2026-04-01")  # type: ignore[call-arg]
    methods.list_things(page=None)  # type: ignore[arg-type]


def track(events: EventsMethods, options: TrackOptions) -> None:
    events.track(**options)
    events.track_asc(quantity=Decimal("0.5"), notes={"a": 1}, at=datetime.datetime.now())
    assert_type(events.track_asc_immediate(), Part)
    events.track()  # type: ignore[call-arg]
    events.track_asc(action_type="asc")  # type: ignore[call-arg]
    events.track(action_type="sideways")  # type: ignore[arg-type]


async def awaited(methods: AsyncMethods, events: AsyncEventsMethods) -> None:
    events.track_asc(event_id="e")
    assert_type(await events.track_immediate(action_type="asc"), Part)
    assert_type(await methods.create_thing(type="desc"), Thing)
    assert_type([thing async for thing in methods.iter_things()], list[Thing])
"""


def regen(tree: Path, *arguments: str, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    command = [str(tree / "scripts" / "regen.sh"), *arguments]
    environ = {**os.environ, "PATH": path, **environment}
    return subprocess.run(command, cwd=cwd, env=environ, capture_output=True, text=True, timeout=120)


def make_tree(folder: Path) -> Path:
    """A project that is about to generate from the golden contract."""
    (folder / "scripts").mkdir()
    for script in "regen.sh", "regen.py":
        shutil.copy(ROOT / "scripts" / script, folder / "scripts")
    shutil.copy(ROOT / "pyproject.toml", folder)
    shutil.copytree(ROOT / "openapi", folder / "openapi")
    shutil.copy(GOLDEN / "spec.yaml", folder / "openapi" / "coobird.yaml")
    return folder


def files_of_templates(package: Path) -> dict[str, str]:
    """The text of each file that one of our templates writes, by its path."""
    paths = [*package.glob("*.py"), *package.glob("api/*/__init__.py"), package / "api/__init__.py"]
    paths += [*package.glob("methods/*.py"), *package.glob("models/*.py")]
    others = {"errors.py", "models/order.py"}
    return {
        name: path.read_text(encoding="utf-8")
        for path in sorted(paths)
        if (name := path.relative_to(package).as_posix()) not in others
    }


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tree = make_tree(tmp_path_factory.mktemp("generated"))
    done = regen(tree)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    return tree


@pytest.fixture
def tree(generated: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(generated, tmp_path / "tree"))


def test_templates_write_the_golden_files(generated: Path) -> None:
    expected = {
        path.relative_to(GOLDEN / "expected").as_posix(): path.read_text(encoding="utf-8")
        for path in (GOLDEN / "expected").rglob("*")
        if path.is_file()
    }
    written = files_of_templates(generated / "generated" / "coobird_api")
    assert sorted(written) == sorted(expected)
    for name, text in written.items():
        assert text == expected[name], name


def test_types_hold_for_mypy_strict_within_and_for_a_user(tree: Path) -> None:
    (tree / "generated" / "user.py").write_text(USER)
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", f"--cache-dir={tree / 'cache'}", "."]
    done = subprocess.run(command, cwd=tree / "generated", capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout


def test_every_module_says_where_it_comes_from(generated: Path) -> None:
    for module in (generated / "generated").rglob("*.py"):
        first_line = module.read_text(encoding="utf-8").splitlines()[0]
        assert first_line == "# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit."


def test_output_depends_on_neither_hash_seed_nor_working_directory_and_bytecode_is_no_drift(
    tree: Path, tmp_path: Path
) -> None:
    cache = tree / "generated" / "coobird_api" / "__pycache__"
    cache.mkdir()
    (cache / "types.cpython-311.pyc").write_bytes(b"")
    done = regen(tree, "--check", cwd=tmp_path, PYTHONHASHSEED="1")
    assert (done.returncode, done.stderr) == (0, "")


def test_check_notices_a_changed_contract(tree: Path) -> None:
    spec = tree / "openapi" / "coobird.yaml"
    spec.write_text(spec.read_text().replace("Oldest first.", "Newest first."))
    done = regen(tree, "--check")
    assert done.returncode == 1
    assert "methods/resources.py" in done.stderr
    assert "Run: make regen" in done.stderr


def test_check_notices_a_change_that_reaches_no_code(tree: Path) -> None:
    spec = tree / "openapi" / "coobird.yaml"
    spec.write_text(spec.read_text() + "x-inferred: true\n")
    done = regen(tree, "--check")
    assert done.returncode == 1
    assert "spec.sha256" in done.stderr


@pytest.mark.parametrize("kind", ["changed", "missing", "extra", "all missing"])
def test_check_notices_a_file_that_is(kind: str, tree: Path) -> None:
    package = tree / "generated" / "coobird_api"
    part = package / "models" / "part.py"
    if kind == "changed":
        part.write_text(part.read_text() + "\n")
    elif kind == "missing":
        part.unlink()
    elif kind == "extra":
        part = part.with_name("stale.py")
        part.write_text("")
    else:
        part = package
        shutil.rmtree(package)
    before = sorted(tree.rglob("*"))
    done = regen(tree, "--check")
    assert done.returncode == 1
    assert part.name in done.stderr
    assert "Run: make regen" in done.stderr
    assert sorted(tree.rglob("*")) == before, "a check wrote something"


def test_regeneration_removes_what_the_contract_no_longer_has(tree: Path) -> None:
    package = tree / "generated" / "coobird_api"
    stale = package / "stale.py"
    stale.write_text("")
    readme = tree / "generated" / "README.md"
    readme.write_text("written by hand")
    assert regen(tree).returncode == 0
    assert not stale.exists()
    assert (package / "py.typed").exists()
    assert readme.read_text() == "written by hand"


@pytest.mark.parametrize("tool", ["openapi-python-client", "ruff"])
def test_another_version_of_a_tool_is_refused(tool: str, tree: Path) -> None:
    project = tree / "pyproject.toml"
    project.write_text(project.read_text().replace(f'"{tool}==', f'"{tool}==9'))
    done = regen(tree)
    assert done.returncode == 2
    assert f"needs {tool} 9" in done.stderr
    assert "make setup" in done.stderr


def test_an_operation_that_cannot_be_generated_fails_and_leaves_the_package_alone(tree: Path) -> None:
    spec = tree / "openapi" / "coobird.yaml"
    spec.write_text(spec.read_text().replace("{required: true, content: {application/json:", "{content: {text/csv:"))
    before = files_of_templates(tree / "generated" / "coobird_api")
    done = regen(tree)
    assert done.returncode == 2
    assert "text/csv" in done.stderr
    assert files_of_templates(tree / "generated" / "coobird_api") == before


def test_a_contract_that_cannot_be_read_is_a_failure_and_not_a_difference(tree: Path) -> None:
    (tree / "openapi" / "coobird.yaml").unlink()
    done = regen(tree, "--check")
    assert done.returncode == 2
    assert "coobird.yaml" in done.stderr


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        project = make_tree(Path(folder))
        regen(project).check_returncode()
        shutil.rmtree(GOLDEN / "expected", ignore_errors=True)
        for name, text in files_of_templates(project / "generated" / "coobird_api").items():
            target = GOLDEN / "expected" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
