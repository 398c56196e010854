"""Command `coobird` as a whole: the API key, exit codes, interruptions, packages that it needs."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import time

import pytest

from coobird import Coomon
from coobird._version import __version__
from coobird.mock import MockCoobird
from tests.support import ROOT
from tests.support.command import COMMAND, Run
from tests.support.loopback import Answer, LoopbackServer


def in_a_terminal(arguments: list[str], environment: dict[str, str], typed: str = "") -> tuple[int, str]:
    """Return the exit code, and everything that the terminal showed."""
    leader, follower = pty.openpty()
    with subprocess.Popen(
        [*COMMAND, *arguments],
        cwd=ROOT,
        env={**environment, "TERM": "xterm"},
        stdin=follower,
        stdout=follower,
        stderr=follower,
    ) as running:
        os.close(follower)
        seen, deadline = "", time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                piece = os.read(leader, 65536)
            except OSError:  # Linux reports so that the other end is closed
                break
            seen += piece.decode()
            if typed and "API key" in seen:
                os.write(leader, typed.encode())
                typed = ""
        code = running.wait(60)
    os.close(leader)
    return code, seen


def test_without_a_key_and_without_a_terminal_it_says_where_the_key_is_read_from(run: Run) -> None:
    done = run("customers", "list", COOBIRD_API_KEY=None)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "coobird: No API key: set COOBIRD_API_KEY, or run this in a terminal to be asked for it.\n"


def test_in_a_terminal_it_asks_for_the_key_and_does_not_show_it(
    coomon: Coomon, environment: dict[str, str], key: str
) -> None:
    coomon.create_customer(name="Acme", type="company")
    del environment["COOBIRD_API_KEY"]
    code, seen = in_a_terminal(["customers", "list"], environment, typed=f"{key}\n")
    assert code == 0
    assert "Acme" in seen
    assert key not in seen


@pytest.mark.parametrize(
    "arguments",
    [
        ["customers", "list", "--api-key", "sk_live_secret"],
        ["customers", "list", "--api-key=sk_live_secret"],
        ["customers", "list", "--key=not_even_like_a_key_secret"],
        ["sk_live_secret"],
        ["customers", "sk_live_secret"],
        ["customers", "get", "cust_1", "sk_live_secret"],
        ["customers", "get", "sk_live_secret"],
        ["customers", "list", "--host", "sk_live_secret"],
        ["doctor", "--host", "sk_live_secret"],
        ["doctor", "--json", "--host", "http://sk_live_secret/x"],
        ["mock", "--api-key", "sk_live_secret"],
        ["mock", "sk_live_secret"],
        ["spool", "status", "usage.db", "--api-key", "sk_live_secret"],
        ["spool", "sk_live_secret"],
        ["spool", "status", "sk_live_secret"],
    ],
    ids=" ".join,
)
def test_a_key_given_as_an_argument_is_never_repeated(run: Run, arguments: list[str]) -> None:
    done = run(*arguments)
    assert done.returncode in (1, 2)
    assert "secret" not in done.stdout + done.stderr
    if "--api-key" in arguments and "mock" not in arguments:
        assert "the API key is read from COOBIRD_API_KEY" in done.stderr


@pytest.mark.parametrize(
    "arguments", [[], ["customers"], ["nonsense"], ["customers", "list", "--limit", "0"], ["track", "--quantity", "x"]]
)
def test_wrong_arguments_end_with_2(run: Run, arguments: list[str]) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("usage: coobird")


def test_end_of_input_at_the_question_for_the_key_is_no_key(environment: dict[str, str]) -> None:
    del environment["COOBIRD_API_KEY"]
    code, seen = in_a_terminal(["customers", "list"], environment, typed="\x04")
    assert code == 2
    assert "No API key was given: set COOBIRD_API_KEY" in seen


@pytest.mark.parametrize("command", [["customers", "list"], ["track", "--file", "-"]], ids=" ".join)
def test_an_input_that_the_shell_has_closed_is_an_error_of_one_line(
    environment: dict[str, str], command: list[str]
) -> None:
    if command[0] == "customers":
        del environment["COOBIRD_API_KEY"]
    done = subprocess.run(
        ["/bin/sh", "-c", 'exec "$@" <&-', "sh", *COMMAND, *command],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)


def test_an_output_that_takes_nothing_is_a_problem_in_one_line(environment: dict[str, str]) -> None:
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run(
            [*COMMAND, "doctor"], cwd=ROOT, env=environment, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60
        )
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "No space left" in done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HTTP_PROXY", "gopher://proxy.invalid"),
        ("ALL_PROXY", "http://proxy.invalid:port"),
        ("SSL_CERT_FILE", "/missing/certificates.pem"),
    ],
)
@pytest.mark.parametrize("command", [("customers", "list", "--json"), ("tail",)], ids=lambda words: words[0])
def test_an_environment_that_allows_no_connection_is_a_wrong_setting(
    run: Run, command: tuple[str, ...], name: str, value: str
) -> None:
    done = run(*command, **{name: value})
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert done.stderr.endswith(f"Correct or unset {name}.\n")


def test_wrong_settings_end_with_2_in_one_line(run: Run) -> None:
    done = run("customers", "list", COOBIRD_HOST="example.com/path")
    assert done.returncode == 2
    assert done.stderr.startswith("coobird: COOBIRD_HOST must begin with https://")
    assert done.stderr.count("\n") == 1


def test_the_command_says_its_version(run: Run) -> None:
    assert run("--version").stdout == f"coobird {__version__}\n"


def test_help_needs_no_key_and_names_every_command(run: Run) -> None:
    shown = run("--help", COOBIRD_API_KEY=None).stdout
    assert {"doctor", "mock", "spool", "tail", "track", "customers", "wallets"} <= set(shown.split())


def test_mock_and_spool_are_the_programs_of_that_name(run: Run) -> None:
    assert run("mock", "--help").stdout.startswith("usage: coobird-mock")
    assert run("spool", "--help").stdout.startswith("usage: coobird-spool")
    assert run("mock", "--port", "none").returncode == 2


def test_ctrl_c_ends_quietly_with_130(environment: dict[str, str]) -> None:
    with LoopbackServer(lambda _: Answer(200, wait=_never())) as server:
        with subprocess.Popen(
            [*COMMAND, "customers", "list"],
            cwd=ROOT,
            env={**environment, "COOBIRD_HOST": server.url},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as running:
            server.wait_for_requests(1)
            running.send_signal(signal.SIGINT)
            assert running.communicate(timeout=60) == ("", "")
        assert running.returncode == 130


def _never() -> object:
    import threading

    return threading.Event()


WITHOUT_RICH = """
import sys
sys.modules["rich"] = None
from coobird.cli.main import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["customers", "list"], 1), (["customers", "list", "--json"], 0), (["doctor"], 0), (["mock", "--help"], 0)],
    ids=lambda value: " ".join(value) if isinstance(value, list) else str(value),
)
def test_without_rich_only_tables_are_missed_and_the_extra_is_named(
    coomon: Coomon, environment: dict[str, str], arguments: list[str], code: int
) -> None:
    coomon.create_customer(name="Acme", type="company")
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", WITHOUT_RICH, *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == code, done.stderr
    message = "coobird: tables need the package 'rich': pip install 'coobird[cli]' (--json does without).\n"
    assert done.stderr == (message if code else "")


def test_a_long_list_shows_on_a_terminal_how_far_it_is(
    coomon: Coomon, environment: dict[str, str], mock: MockCoobird
) -> None:
    for number in range(30):
        coomon.create_customer(name=f"Customer {number:02}", type="company")
    mock.fail("list_customers", status=None, latency=0.3, path="/api/v1/customers")
    code, seen = in_a_terminal(["customers", "list"], environment)
    assert code == 0
    assert " customers" in seen
    assert "Customer 29" in seen
