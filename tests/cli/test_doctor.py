"""Command `coobird doctor`: finds each problem and its remedy, and reports nothing else."""

from __future__ import annotations

import json
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest

from coobird import Coomon
from coobird.cli.doctor import clock
from coobird.mock import MockCoobird
from tests.support.command import Done, Run
from tests.support.loopback import Answer, LoopbackServer

EMPTY = {"data": [], "pagination": {"page": 1, "limit": 1, "total": 0, "total_pages": 0}}


def findings(done: Done) -> dict[str, dict[str, Any]]:
    """Return the findings by their check."""
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert len({each["check"] for each in found}) == len(found)
    return {each["check"]: each for each in found}


def test_where_everything_is_right_every_line_is_ok(run: Run, key: str) -> None:
    done = run("doctor")
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.split()[:2] for line in done.stdout.splitlines()] == [
        ["ok", "version"],
        ["ok", "host"],
        ["ok", "key"],
        ["ok", "server"],
        ["ok", "access"],
        ["ok", "clock"],
        ["ok", "spool"],
    ]
    assert key not in done.stdout


def test_a_server_that_is_not_there_is_to_be_started(run: Run) -> None:
    done = run("doctor", COOBIRD_HOST="http://127.0.0.1:9")
    assert done.returncode == 1
    assert "PROBLEM  server   No answer from http://127.0.0.1:9" in done.stdout
    assert "-> Start it: coobird mock." in done.stdout


def test_a_local_server_that_does_not_encrypt_is_to_be_called_so(run: Run, mock: MockCoobird) -> None:
    host = mock.url.replace("http://", "https://")
    found = findings(run("doctor", "--json", COOBIRD_HOST=host))
    assert not found["server"]["ok"]
    assert f"Write {mock.url}" in found["server"]["fix"]


def test_a_proxy_that_is_not_there_is_told_from_a_server_that_is_not(run: Run) -> None:
    found = findings(run("doctor", "--json", HTTP_PROXY="http://127.0.0.1:9"))
    assert not found["server"]["ok"]
    assert "add 127.0.0.1 to NO_PROXY" in found["server"]["fix"]
    assert run("doctor", HTTP_PROXY="http://127.0.0.1:9", NO_PROXY="127.0.0.1").returncode == 0


@pytest.mark.parametrize(
    ("name", "value"), [("HTTP_PROXY", "gopher://user:secret@proxy.invalid"), ("SSL_CERT_FILE", "/missing/ca.pem")]
)
def test_an_environment_that_allows_no_connection_is_told_and_the_rest_is_checked(
    run: Run, name: str, value: str
) -> None:
    done = run("doctor", "--json", **{name: value})
    found = findings(done)
    assert (done.returncode, found["server"]["ok"], found["server"]["fix"]) == (1, False, f"Correct or unset {name}.")
    assert found["spool"]["ok"]
    assert "secret" not in done.stdout


def test_a_missing_key_is_told_and_the_rest_is_checked_all_the_same(run: Run) -> None:
    found = findings(run("doctor", "--json", COOBIRD_API_KEY=None))
    assert (found["key"]["ok"], found["key"]["text"]) == (False, "COOBIRD_API_KEY is not set")
    assert found["server"]["ok"]
    assert found["clock"]["ok"]


def test_a_key_that_the_server_refuses_is_told_and_not_shown(run: Run) -> None:
    done = run("doctor", "--json", COOBIRD_API_KEY="pk_wrong_kind_of_key")
    found = findings(done)
    assert (done.returncode, found["server"]["ok"], found["access"]["ok"]) == (1, True, False)
    assert "401" in found["access"]["text"]
    assert "pk_wrong" not in done.stdout


def test_a_key_with_a_line_break_is_told_and_not_shown(run: Run) -> None:
    done = run("doctor", "--json", COOBIRD_API_KEY="sk_test_1\n")
    assert "begins or ends with white space" in findings(done)["key"]["text"]
    assert "sk_test_1" not in done.stdout


def test_a_host_that_cannot_be_is_told_with_what_to_write(run: Run) -> None:
    found = findings(run("doctor", "--json", COOBIRD_HOST="localhost:4444"))
    assert not found["host"]["ok"]
    assert 'write "http://localhost:4444"' in found["host"]["text"]
    assert "server" not in found


def test_a_host_that_is_not_encrypted_is_a_problem_unless_it_is_this_machine(run: Run) -> None:
    # Nothing is sent there: the name does not exist.
    found = findings(run("doctor", "--json", COOBIRD_HOST="http://coobird.invalid"))
    assert "not encrypted" in found["host"]["text"]
    assert (found["host"]["ok"], found["server"]["ok"]) == (False, False)


def test_a_server_that_is_something_else_is_told(run: Run) -> None:
    with LoopbackServer([Answer(200, "<html>Welcome</html>", headers={"Content-Type": "text/html"})]) as server:
        found = findings(run("doctor", "--json", COOBIRD_HOST=server.url))
    assert not found["server"]["ok"]
    assert "not JSON" in found["server"]["text"]
    assert "Coobird server" in found["server"]["fix"]


@pytest.mark.parametrize(("seconds", "is_ok"), [(0, True), (-20, True), (20, True), (-3600, False), (3600, False)])
def test_a_clock_that_is_off_is_told(run: Run, seconds: int, is_ok: bool) -> None:
    import time

    def answer(_: object) -> Answer:
        return Answer(200, EMPTY, headers={"Date": formatdate(time.time() + seconds, usegmt=True)})

    with LoopbackServer(answer) as server:
        done = run("doctor", "--json", COOBIRD_HOST=server.url)
    assert findings(done)["clock"]["ok"] is is_ok
    assert done.returncode == (0 if is_ok else 1)
    if not is_ok:
        assert ("behind" if seconds > 0 else "ahead of") in findings(done)["clock"]["text"]


@pytest.mark.parametrize("date", [None, "", "yesterday", "\x00"])
def test_a_server_that_does_not_tell_its_time_is_no_problem(date: str | None) -> None:
    assert clock(date, 0.0).ok


def test_a_spool_is_looked_into(run: Run, tmp_path: Path, key: str) -> None:
    path = tmp_path / "usage.db"
    found = findings(run("doctor", "--json", COOBIRD_SPOOL=str(path)))
    assert (found["spool"]["ok"], found["spool"]["text"]) == (True, f"{path} will be created")
    assert not path.exists()
    client = Coomon(key, host="http://127.0.0.1:9", spool=path, max_retries=0, on_error=lambda _: None)
    client.track_task(customer_id="cust_1", agent_id="agent_1")
    found = findings(run("doctor", "--json", COOBIRD_SPOOL=str(path)))
    assert (found["spool"]["ok"], found["spool"]["text"]) == (True, f"{path}: 1 events waiting")
    client.shutdown(timeout=0)
    found = findings(run("doctor", "--json", COOBIRD_SPOOL=str(path)))
    assert not found["spool"]["ok"]
    assert found["spool"]["fix"] == f"Send them: coobird spool drain {path}"


def test_a_spool_that_cannot_be_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    for path in (tmp_path / "missing" / "usage.db", tmp_path / "notes.txt"):
        done = run("doctor", "--json", COOBIRD_SPOOL=str(path))
        assert done.returncode == 1
        assert str(path.parent) in findings(done)["spool"]["text"]
        assert findings(done)["server"]["ok"]
    assert [file.name for file in tmp_path.iterdir()] == ["notes.txt"]
