"""The files around the code: pinned versions, the targets of `make`, the changelog."""

import re
import subprocess
import tomllib
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support import ROOT

PYPROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT: dict[str, Any] = PYPROJECT["project"]
OTHER_ENVIRONMENTS = {"agents", "agents-older", "crewai"}
"""Groups that `make` installs into an environment of their own."""
VERSION = re.search(r'"(.+)"', (ROOT / "coobird" / "_version.py").read_text(encoding="utf-8")).group(1)  # type: ignore[union-attr]


def group(name: str) -> list[str]:
    """Requirements of a dependency group, with those of the groups that it includes."""
    found: list[str] = []
    for entry in PYPROJECT["dependency-groups"][name]:
        found += [entry] if isinstance(entry, str) else group(entry["include-group"])
    return found


def pins(name: str) -> dict[str, str]:
    """Version of each package that the file of a group pins."""
    lines = (ROOT / f"requirements-{name}.txt").read_text(encoding="utf-8").splitlines()
    found = dict(line.split("==") for line in lines if not line.startswith("#"))
    return {canonicalize_name(package): release for package, release in found.items()}


@pytest.mark.parametrize("name", PYPROJECT["dependency-groups"])
def test_every_direct_requirement_is_pinned_to_a_version_it_allows(name: str) -> None:
    extras = PROJECT["optional-dependencies"] if name == "dev" else ("mock", "fast", "cli")
    wanted = [*PROJECT["dependencies"], *group(name)]
    wanted += [line for extra in extras for line in PROJECT["optional-dependencies"][extra]]
    for requirement in map(Requirement, wanted):
        assert requirement.specifier.contains(pins(name)[canonicalize_name(requirement.name)]), requirement


@pytest.mark.parametrize("name", sorted(PYPROJECT["dependency-groups"].keys() - OTHER_ENVIRONMENTS))
def test_all_groups_of_one_environment_are_pinned_to_the_same_versions(name: str) -> None:
    assert pins(name).items() <= pins("dev").items()


def test_every_test_file_is_run_by_a_target() -> None:
    run = list(PYPROJECT["tool"]["pytest"]["ini_options"]["testpaths"])
    for file in ("Makefile", "scripts/judges.sh"):
        run += re.findall(r"\btests/[\w/.]+", (ROOT / file).read_text(encoding="utf-8"))
    found = [path for pattern in run for path in ROOT.glob(pattern)]
    files = {file for path in found for file in ([path] if path.is_file() else path.rglob("test_*.py"))}
    names = ("test_*.py", "judge_*.py", "full_*.py")
    assert {file for name in names for file in (ROOT / "tests").rglob(name)} - files == set()


def test_make_alone_lists_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE).group(1).split()  # type: ignore[union-attr]
    printed = subprocess.run(
        ["make", "--no-print-directory"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert [line.split()[1] for line in printed.splitlines()] == targets


def test_the_changelog_speaks_of_this_version() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## \[?{re.escape(VERSION)}\b", changelog, re.MULTILINE)
