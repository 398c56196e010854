"""Contract as the server reads it."""

import subprocess
import sys

import pytest
import yaml

from coobird.mock.contract.problems import Problem
from coobird.mock.contract.spec import PlainLoader, Spec, spec_text
from coobird.mock.rules.lookup import rule_for
from coobird.mock.rules.registry import RULES
from coobird.mock.state import resources


@pytest.fixture(scope="module")
def spec() -> Spec:
    return Spec()


def test_every_operation_of_the_contract_is_answered_by_a_rule(spec: Spec) -> None:
    assert [name for name, operation in spec.operations.items() if rule_for(operation) is None] == []
    assert len(spec.operations) == 63


def test_the_contract_is_read_as_the_loader_of_yaml_reads_it(spec: Spec) -> None:
    assert spec.schemas.document == yaml.load(spec_text(), PlainLoader)


def test_every_rule_belongs_to_an_operation_of_the_contract(spec: Spec) -> None:
    assert set(RULES) <= set(spec.operations)


def test_every_filter_compares_a_column(spec: Spec) -> None:
    columns = resources.columns()
    for operation in spec.operations.values():
        kind = operation.id.removeprefix("list_").removesuffix("s")
        if operation.id.startswith("list_"):
            filters = set(operation.query_properties) - {"page", "limit", "sort", "order", "search"}
            renamed = {resources.RESOURCES[kind].filters.get(name, name).removeprefix("has_") for name in filters}
            assert renamed <= set(columns[kind].all), operation
            assert ("search" in operation.query_properties) == (resources.RESOURCES[kind].name is not None), operation


def test_a_path_that_is_hardly_one_is_not_found(spec: Spec) -> None:
    for path in ("", "/", "//", "/customers//", "/customers/a/b", "/%"):
        with pytest.raises(Problem) as caught:
            spec.match("GET", path)
        assert caught.value.status == 404, path


def test_dates_in_the_contract_stay_text(spec: Spec) -> None:
    other = Spec(
        "openapi: 3.1.0\ninfo: {version: 1.0.0, x-day: 2026-04-01}\nservers: [{url: http://127.0.0.1/v}]\npaths: {}"
    )
    assert other.schemas.document["info"]["x-day"] == "2026-04-01"


def test_importing_the_package_loads_nothing_of_the_extra() -> None:
    code = (
        "import sys, coobird.mock; coobird.mock.MockCoobird;"
        "print({'uvicorn', 'starlette', 'yaml', 'jsonschema_rs', 'sqlite3', 'httpx', 'coobird_api'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30)
    assert (done.stdout.strip(), done.stderr) == ("set()", "")


def test_serving_loads_neither_the_client_nor_the_generated_code() -> None:
    code = (
        "import sys; from coobird.mock import MockCoobird\nwith MockCoobird(): pass\n"
        "print([m for m in sys.modules if m.startswith('coobird') and not m.startswith('coobird.mock')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30)
    assert (done.stdout.strip(), done.stderr) == ("['coobird']", "")


@pytest.mark.parametrize("package", ["uvicorn", "starlette", "yaml", "jsonschema_rs"])
def test_without_the_extra_the_error_says_what_to_install(package: str) -> None:
    code = f"import sys; sys.modules[{package!r}] = None\nfrom coobird.mock.cli import main\nsys.exit(main(['--port', '0']))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30)
    assert done.returncode == 1
    assert "pip install 'coobird[mock]'" in done.stderr
    assert "Traceback" not in done.stderr
