"""The parts around the code: what a wheel holds, what is pinned, what `make` says."""

import re
import subprocess
import sys
import tomllib
import zipfile
from email.parser import Parser
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

from tests.support import ROOT

PYPROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT: dict[str, Any] = PYPROJECT["project"]
VERSION = re.search(r'"(.+)"', (ROOT / "coobird" / "_version.py").read_text(encoding="utf-8")).group(1)  # type: ignore[union-attr]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(build, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / f"coobird-{VERSION}-py3-none-any.whl"


@pytest.fixture(scope="module")
def site(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as `pip install` would fill it with this wheel alone."""
    folder = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def run_installed(site: Path, program: str) -> str:
    """Output of a program for which `coobird` comes from the wheel, not from this checkout."""
    program = f"import sys; sys.path.insert(0, {str(site)!r})\n{program}"
    # -P keeps the working directory off the path. -X utf8 makes the test independent of the locale.
    command = [sys.executable, "-P", "-W", "error", "-X", "utf8", "-c", program]
    done = subprocess.run(command, cwd=site, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_wheel_holds_the_two_packages_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert {name.split("/")[0] for name in names} == {"coobird", "coobird_api", f"coobird-{VERSION}.dist-info"}
    assert {"coobird/py.typed", "coobird_api/py.typed"} <= set(names)
    assert f"coobird-{VERSION}.dist-info/licenses/LICENSE" in names
    assert [name for name in names if "__pycache__" in name] == []


def test_the_wheel_holds_every_file_of_the_packages(site: Path) -> None:
    for folder, package in ((ROOT, "coobird"), (ROOT / "generated", "coobird_api")):
        files = [path.relative_to(folder) for path in (folder / package).rglob("*") if path.is_file()]
        assert [file for file in files if file.suffix != ".pyc" and not (site / file).is_file()] == []


def test_the_wheel_carries_the_spec_as_it_is_checked_in(site: Path) -> None:
    assert (site / "coobird/openapi/coobird.yaml").read_bytes() == (ROOT / "openapi/coobird.yaml").read_bytes()


def test_the_wheel_says_the_one_version(site: Path) -> None:
    assert run_installed(site, "import coobird; print(coobird.__file__, coobird.__version__)").split() == [
        str(site / "coobird/__init__.py"),
        VERSION,
    ]


def test_an_installation_asks_for_three_packages(site: Path) -> None:
    metadata = Parser().parsestr((site / f"coobird-{VERSION}.dist-info/METADATA").read_text(encoding="utf-8"))
    always = [line for line in metadata.get_all("Requires-Dist", []) if "extra ==" not in line]
    assert sorted(Requirement(line).name for line in always) == ["attrs", "httpx", "python-dateutil"]


def test_the_sdk_works_without_the_packages_of_the_extras(site: Path) -> None:
    program = """
for name in ("orjson", "starlette", "uvicorn", "jsonschema_rs", "yaml"):
    sys.modules[name] = None  # importing it now fails
import coobird
with coobird.Coomon("sk_test_123", host="http://127.0.0.1:9", disabled=True) as coomon:
    coomon.track_task(customer_id="cust_1", agent_id="agent_1", attributes={"tokens": 3})
    print(coomon.track_task_immediate(customer_id="cust_1", agent_id="agent_1").accepted)
"""
    assert run_installed(site, program) == "0\n"


def test_the_mock_server_starts_from_the_wheel(site: Path) -> None:
    program = """
from importlib.metadata import EntryPoint
import coobird.mock
with coobird.mock.MockCoobird() as mock:
    print(mock.url.rpartition(":")[0])
print(EntryPoint(name="coobird-mock", group="console_scripts", value=%r).load().__name__)
"""
    assert run_installed(site, program % PROJECT["scripts"]["coobird-mock"]) == "http://127.0.0.1\nmain\n"
