"""Every operation that reads is a command, whose output programs and people can rely on."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from coobird import Coomon
from coobird.cli.reads import reads, truth
from coobird.cli.show import cell, fitting
from coobird.mock import MockCoobird
from tests.support import ROOT
from tests.support.command import COMMAND, Run
from tests.support.contract.spec import DOCUMENT


def lines(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_every_operation_that_reads_is_a_command_of_its_resource() -> None:
    wanted = {
        (item["get"]["operationId"], item["get"]["tags"][0]) for item in DOCUMENT["paths"].values() if "get" in item
    }
    assert {(read.method, read.resource.replace("-", "_")) for read in reads()} == wanted
    assert len({(read.resource, read.action) for read in reads()}) == len(wanted)
    assert {read.action for read in reads()} == {"list", "get", "balance"}


def test_every_filter_of_a_list_is_an_option_that_says_what_it_does() -> None:
    components = DOCUMENT["components"]["parameters"]
    for read in reads():
        (operation,) = (
            item["get"] for item in DOCUMENT["paths"].values() if item.get("get", {}).get("operationId") == read.method
        )
        parameters = [
            components[p["$ref"].rpartition("/")[2]] if "$ref" in p else p for p in operation.get("parameters", [])
        ]
        names = {p["name"] for p in parameters if p["in"] == "query"} - {"page", "limit"}
        assert {each.name for each in read.filters} == names
        assert all(each.help for each in read.filters)


@pytest.mark.parametrize("read", list(reads()), ids=lambda read: f"{read.resource} {read.action}")
def test_a_command_asks_for_its_operation_and_nothing_else(mock: MockCoobird, key: str, run: Run, read: Any) -> None:
    ids = [f"{name}_1" for name in read.ids]
    values = {int: "1", truth: "true"}
    filters = [
        f"--{each.name.replace('_', '-')}={each.choices[0] if each.choices else values.get(each.type, 'name')}"
        for each in read.filters
    ]
    done = run(read.resource, read.action, *ids, *filters, "--json")
    (request,) = mock.requests(key)
    assert (request["method"], request["operation"]) == ("GET", read.method)
    assert (done.returncode, done.stderr == "") in ((0, True), (1, False))


def test_json_is_one_line_for_each_entry_with_all_that_the_server_says(coomon: Coomon, run: Run) -> None:
    names = ["Äcme", 'Quote " and \n line', "Third"]
    made = [coomon.create_customer(name=name, type="company", metadata={"n": [1, {"a": None}]}) for name in names]
    found = lines(run("customers", "list", "--json"))
    assert [entry["name"] for entry in found] == names
    assert found[0]["metadata"] == {"n": [1, {"a": None}]}
    assert lines(run("customers", "get", made[0].id, "--json")) == [found[0]]


def test_a_list_goes_through_all_pages_and_a_limit_ends_it(
    coomon: Coomon, mock: MockCoobird, key: str, run: Run
) -> None:
    for number in range(105):
        coomon.create_customer(name=f"Customer {number:03}", type="individual")
    found = lines(run("customers", "list", "--sort", "name", "--order", "desc", "--json"))
    assert [entry["name"] for entry in found] == [f"Customer {number:03}" for number in reversed(range(105))]
    mock.reset(key)
    for number in range(10):
        coomon.create_customer(name=f"Customer {number}", type="individual")
    before = len(mock.requests(key))
    assert len(lines(run("customers", "list", "--limit", 4, "--json"))) == 4
    assert len(mock.requests(key)) == before + 1


def test_filters_are_passed_on(coomon: Coomon, run: Run) -> None:
    coomon.create_customer(name="Acme", type="company")
    coomon.create_customer(name="Ada", type="individual")
    assert [entry["name"] for entry in lines(run("customers", "list", "--type", "individual", "--json"))] == ["Ada"]
    assert [entry["name"] for entry in lines(run("customers", "list", "--search", "cm", "--json"))] == ["Acme"]


def test_a_table_shows_what_fits_and_says_what_it_does_not(coomon: Coomon, run: Run) -> None:
    customer = coomon.create_customer(name="Acme [bold]", type="company", metadata={"tier": "gold"})
    done = run("customers", "list")
    head, row = done.stdout.splitlines()
    assert head.split()[:2] == ["id", "name"]
    assert row.startswith(customer.id)
    assert "Acme [bold]" in row
    assert "metadata" in done.stderr
    assert run("customers", "list", "--columns", "name,type").stdout.splitlines() == [
        "name         type   ",
        "Acme [bold]  company",
    ]


def test_one_entry_is_shown_with_all_its_fields(coomon: Coomon, run: Run) -> None:
    customer = coomon.create_customer(name="Acme", type="company", metadata={"tier": "gold"})
    shown = run("customers", "get", customer.id).stdout
    for name, value in {"id": customer.id, "name": "Acme", "metadata": '{"tier":"gold"}'}.items():
        assert any(line.split(maxsplit=1) == [name, value] for line in map(str.rstrip, shown.splitlines())), shown


def test_a_wallets_balance_is_a_command_of_its_own(coomon: Coomon, run: Run) -> None:
    customer = coomon.create_customer(name="Acme", type="company")
    wallet = coomon.create_wallet(customer_id=customer.id, name="Main", initial_credits=12.5)
    assert lines(run("wallets", "balance", wallet.id, "--json"))[0]["credits_balance"] == 12.5


def test_an_empty_list_is_no_problem(run: Run) -> None:
    done = run("plans", "list")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "no plans\n")
    done = run("plans", "list", "--json")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_what_is_not_there_is_a_problem_in_one_line(run: Run) -> None:
    done = run("customers", "get", "cust_unknown")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("coobird: The server answered 404")
    assert done.stderr.count("\n") == 1


def test_a_column_that_does_not_exist_is_a_wrong_argument(coomon: Coomon, run: Run) -> None:
    coomon.create_customer(name="Acme", type="company")
    done = run("customers", "list", "--columns", "name,colour")
    assert (done.returncode, done.stdout) == (2, "")
    assert "no field 'colour'" in done.stderr


def after_one_line(environment: dict[str, str], *options: str) -> tuple[str, int]:
    """Return output and exit code of `customers list`, whose reader leaves after one line."""
    with subprocess.Popen(
        [*COMMAND, "customers", "list", *options],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stdout
        assert running.stderr
        assert running.stdout.readline()
        running.stdout.close()
        return running.stderr.read(), running.wait(60)


def test_a_reader_that_has_seen_enough_ends_the_command_quietly(coomon: Coomon, environment: dict[str, str]) -> None:
    # More than a pipe holds, so that writing fails before the end.
    for number in range(40):
        coomon.create_customer(name=f"{number}", type="company", metadata={"note": "x" * 4000})
    assert after_one_line(environment, "--json") == ("", 0)


def test_a_reader_of_a_table_that_has_seen_enough_ends_the_command_quietly_too(
    coomon: Coomon, environment: dict[str, str]
) -> None:
    for number in range(400):
        coomon.create_customer(name=f"{number:0250}", type="company")
    assert after_one_line(environment, "--columns", "name") == ("", 0)


def test_an_output_that_cannot_take_every_letter_gets_all_the_same_what_it_can(
    coomon: Coomon, environment: dict[str, str]
) -> None:
    coomon.create_customer(name="Ä \U0001f600", type="company")
    command = [sys.executable, "-W", "error", "-m", "coobird.cli", "customers", "list"]
    for options, expected in (
        (["--json"], b'"name":"\\u00c4 \\ud83d\\ude00"'),
        (["--columns=name"], b"\xc4 \\U0001f600"),
    ):
        encoding = "ascii" if options == ["--json"] else "latin-1"
        done = subprocess.run(
            [*command, *options],
            cwd=ROOT,
            env={**environment, "PYTHONIOENCODING": encoding},
            capture_output=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        assert expected in done.stdout


def test_control_characters_of_a_value_do_not_reach_the_terminal() -> None:
    assert cell("\x1b[31mred\x07\r\n") == "�[31mred���"


def test_a_column_fits_by_its_widest_value_and_nested_ones_are_left_out() -> None:
    rows = [{"id": "a", "empty": None, "nested": {"x": 1}, "name": "n" * 30, "more": "m"}, {"id": "bb", "name": ""}]
    assert fitting(rows, 80) == ["id", "name", "more"]
    assert fitting(rows, 37) == ["id", "name"]
    assert fitting(rows, 1) == ["id"]
