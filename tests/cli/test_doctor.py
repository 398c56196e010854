"""Command `coobird doctor`: finds each problem and its remedy, and reports nothing else."""

from __future__ import annotations

import json
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest

from coobird import Coomon
from coobird._settings.host import DEFAULT_HOST
from coobird.cli import doctor
from coobird.cli.doctor import clock
from coobird.mock import MockCoobird
from tests.support.command import Done, Run
from tests.support.limits import no_file_may_grow
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
        ["ok", "events"],
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


def test_a_proxy_that_cannot_be_reached_is_distinguished_from_a_server_that_cannot_be_reached(run: Run) -> None:
    found = findings(run("doctor", "--json", HTTP_PROXY="http://127.0.0.1:9"))
    assert not found["server"]["ok"]
    assert "add 127.0.0.1 to NO_PROXY" in found["server"]["fix"]
    assert run("doctor", HTTP_PROXY="http://127.0.0.1:9", NO_PROXY="127.0.0.1").returncode == 0


@pytest.mark.parametrize(
    ("name", "value"), [("HTTP_PROXY", "gopher://user:secret@proxy.invalid"), ("SSL_CERT_FILE", "/missing/ca.pem")]
)
def test_a_variable_that_allows_no_connection_is_named_and_the_rest_is_checked(run: Run, name: str, value: str) -> None:
    done = run("doctor", "--json", **{name: value})
    found = findings(done)
    assert (done.returncode, found["server"]["ok"], found["server"]["fix"]) == (1, False, f"Correct or unset {name}.")
    assert found["spool"]["ok"]
    assert "secret" not in done.stdout


def test_a_missing_key_is_named_and_the_rest_is_checked_all_the_same(run: Run) -> None:
    found = findings(run("doctor", "--json", COOBIRD_API_KEY=None))
    assert (found["key"]["ok"], found["key"]["text"]) == (False, "COOBIRD_API_KEY is not set")
    assert found["server"]["ok"]
    assert found["clock"]["ok"]


def test_a_key_that_the_server_refuses_fails_the_check_and_is_not_shown(run: Run) -> None:
    done = run("doctor", "--json", COOBIRD_API_KEY="pk_wrong_kind_of_key")
    found = findings(done)
    assert (done.returncode, found["server"]["ok"], found["access"]["ok"]) == (1, True, False)
    assert "401" in found["access"]["text"]
    assert "pk_wrong" not in done.stdout


def test_a_line_break_in_a_key_is_printed_as_the_cause_and_the_key_is_not(run: Run) -> None:
    done = run("doctor", "--json", COOBIRD_API_KEY="sk_test_1\n")
    assert "begins or ends with white space" in findings(done)["key"]["text"]
    assert "sk_test_1" not in done.stdout


def test_a_host_that_is_not_valid_is_printed_with_a_valid_one(run: Run) -> None:
    found = findings(run("doctor", "--json", COOBIRD_HOST="localhost:4444"))
    assert not found["host"]["ok"]
    assert 'write "http://localhost:4444"' in found["host"]["text"]
    assert "server" not in found


def test_a_host_that_is_not_encrypted_is_a_problem_unless_it_is_this_machine(run: Run) -> None:
    # Nothing is sent there: the name does not exist.
    found = findings(run("doctor", "--json", COOBIRD_HOST="http://coobird.invalid"))
    assert "not encrypted" in found["host"]["text"]
    assert (found["host"]["ok"], found["server"]["ok"]) == (False, False)


def test_a_server_that_is_not_coobirds_fails_the_check_with_the_cause(run: Run) -> None:
    with LoopbackServer([Answer(200, "<html>Welcome</html>", headers={"Content-Type": "text/html"})]) as server:
        found = findings(run("doctor", "--json", COOBIRD_HOST=server.url))
    assert not found["server"]["ok"]
    assert "not JSON" in found["server"]["text"]
    assert "Coobird server" in found["server"]["fix"]


@pytest.mark.parametrize(("seconds", "is_ok"), [(0, True), (-20, True), (20, True), (-3600, False), (3600, False)])
def test_a_clock_that_is_off_fails_the_check_and_its_direction_is_printed(run: Run, seconds: int, is_ok: bool) -> None:
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


def test_a_spool_that_cannot_be_opened_is_named_and_the_rest_is_checked(run: Run, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    for path in (tmp_path / "missing" / "usage.db", tmp_path / "notes.txt"):
        done = run("doctor", "--json", COOBIRD_SPOOL=str(path))
        assert done.returncode == 1
        assert str(path.parent) in findings(done)["spool"]["text"]
        assert findings(done)["server"]["ok"]
    assert [file.name for file in tmp_path.iterdir()] == ["notes.txt"]


def test_no_host_means_development_where_no_customer_is_billed(run: Run) -> None:
    # Nothing is sent: the proxy does not exist.
    done = run("doctor", "--json", COOBIRD_HOST=None, HTTPS_PROXY="http://127.0.0.1:9")
    found = findings(done)
    assert (done.returncode, found["host"]["ok"]) == (1, False)
    assert "development environment, and nobody is billed" in found["host"]["text"]
    assert "COOBIRD_HOST=https://..." in found["host"]["fix"]
    assert f"COOBIRD_HOST={DEFAULT_HOST}" in found["host"]["fix"]


@pytest.mark.parametrize("how", ["variable", "argument"])
def test_development_that_is_meant_is_no_problem(run: Run, how: str) -> None:
    given = ["--host", DEFAULT_HOST] if how == "argument" else []
    host = None if how == "argument" else DEFAULT_HOST
    found = findings(run("doctor", "--json", *given, COOBIRD_HOST=host, HTTPS_PROXY="http://127.0.0.1:9"))
    assert found["host"]["ok"]


@pytest.mark.parametrize("mark", ["'", '"'])
def test_quotes_around_a_key_are_printed_as_the_cause_and_the_key_is_not(run: Run, key: str, mark: str) -> None:
    done = run("doctor", "--json", COOBIRD_API_KEY=f"{mark}{key}{mark}")
    found = findings(done)
    assert "is in quotes" in found["key"]["text"]
    assert "docker --env-file" in found["key"]["text"]
    assert "COOBIRD_API_KEY=sk_" in found["key"]["fix"]
    assert key not in done.stdout
    assert found["server"]["ok"]


def test_quotes_around_a_host_are_printed_as_the_cause(run: Run, mock: MockCoobird) -> None:
    found = findings(run("doctor", "--json", COOBIRD_HOST=f'"{mock.url}"'))
    assert not found["host"]["ok"]
    assert (
        f"is in quotes, which docker --env-file takes as part of the value: write {mock.url}" in found["host"]["text"]
    )


def test_nothing_is_sent_unless_it_is_asked_for(run: Run, mock: MockCoobird, key: str) -> None:
    found = findings(run("doctor", "--json"))
    assert found["events"]["ok"]
    assert "--send" in found["events"]["text"]
    assert mock.events(key) == []


def test_the_test_event_is_marked_and_worth_nothing(run: Run, mock: MockCoobird, key: str) -> None:
    done = run("doctor", "--json", "--send")
    assert done.returncode == 0
    assert "took a test event" in findings(done)["events"]["text"]
    (event,) = mock.events(key)
    assert (event["customer_id"], event["agent_id"], event["quantity"]) == ("coobird-doctor", "coobird-doctor", 0)
    assert event["attributes"]["is_test"] is True


def test_a_server_that_reads_and_takes_no_events_is_found(run: Run, mock: MockCoobird) -> None:
    mock.fail("track_events", status=503)
    done = run("doctor", "--json", "--send")
    found = findings(done)
    assert (done.returncode, found["server"]["ok"], found["events"]["ok"]) == (1, True, False)
    assert "503" in found["events"]["text"]
    assert found["events"]["fix"]


def test_a_key_that_may_not_send_events_is_found(run: Run, mock: MockCoobird) -> None:
    mock.fail("track_events", status=403)
    found = findings(run("doctor", "--json", "--send"))
    assert found["access"]["ok"]
    assert "Make a key that may send events" in found["events"]["fix"]


def test_a_test_event_that_is_rejected_is_printed_with_the_reason(run: Run) -> None:
    answers: list[Answer] = [Answer(200, EMPTY)]

    def answer(request: Any) -> Answer:
        if answers:
            return answers.pop()
        event_id = json.loads(request.body)["events"][0]["event_id"]
        result = {"event_id": event_id, "status": "rejected", "error": "no such customer"}
        return Answer(200, {"accepted": 0, "duplicates": 0, "rejected": 1, "results": [result]})

    with LoopbackServer(answer) as server:
        found = findings(run("doctor", "--json", "--send", COOBIRD_HOST=server.url))
    assert "no such customer" in found["events"]["text"]
    assert "coobird track --customer-id" in found["events"]["fix"]


def test_without_a_key_no_event_is_sent(run: Run) -> None:
    assert "events" not in findings(run("doctor", "--json", "--send", COOBIRD_API_KEY=None))


def test_the_switch_for_tests_is_a_problem_where_the_doctor_looks(run: Run) -> None:
    found = findings(run("doctor", "--json", COOBIRD_TESTING="1"))
    assert not found["testing"]["ok"]
    assert found["testing"]["fix"].startswith("Unset COOBIRD_TESTING")
    assert found["server"]["ok"]
    found = findings(run("doctor", "--json", COOBIRD_TESTING="yes"))
    assert "no client starts" in found["testing"]["text"]
    assert "testing" not in findings(run("doctor", "--json", COOBIRD_TESTING="0"))


def test_an_unknown_level_of_the_log_is_a_finding_and_hides_no_other(run: Run) -> None:
    done = run("doctor", "--json", COOBIRD_LOG="verbose", COOBIRD_HOST="localhost:4444")
    found = findings(done)
    assert done.returncode == 1
    assert "COOBIRD_LOG is 'verbose': no client starts" in found["log"]["text"]
    assert found["log"]["fix"] == "Write COOBIRD_LOG=info or debug, or unset it."
    assert not found["host"]["ok"]
    assert "spool" in found
    assert "log" not in findings(run("doctor", "--json", COOBIRD_LOG="DEBUG"))


@pytest.mark.parametrize("mark", ["'", '"'])
def test_quotes_around_the_path_of_the_spool_are_named_and_no_folder_with_a_quote_is_advised(
    mark: str, run: Run, tmp_path: Path
) -> None:
    path = f"{tmp_path}/usage.db"
    found = findings(run("doctor", "--json", COOBIRD_SPOOL=f"{mark}{path}{mark}"))
    assert not found["spool"]["ok"]
    assert "COOBIRD_SPOOL is in quotes" in found["spool"]["text"]
    assert found["spool"]["fix"] == f"Write COOBIRD_SPOOL={path} without them."


def test_a_full_disk_is_named_with_the_commands_that_send_its_events_through_another_disk(
    tmp_path: Path, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "my usage.db"
    monkeypatch.setenv("COOBIRD_SPOOL", str(path))
    monkeypatch.setattr(doctor, "MIN_FREE_BYTES", 1 << 62)
    assert "cannot be made: the disk is full" in doctor.spool().text
    client = Coomon(key, host="http://127.0.0.1:9", spool=path, max_retries=0, on_error=lambda _: None)
    client.track_task(customer_id="cust_1", agent_id="agent_1")
    client.shutdown(timeout=0)
    found = doctor.spool()
    assert not found.ok
    assert "1 events waiting, but the disk is full" in found.text
    assert f"coobird spool export '{path}' > /another/disk/events.jsonl" in found.fix
    assert "coobird track --file /another/disk/events.jsonl" in found.fix
    monkeypatch.setattr(doctor, "MIN_FREE_BYTES", 0)
    assert doctor.spool().fix == f"Send them: coobird spool drain '{path}'"


@pytest.mark.parametrize("log", [b"", b"log"])
def test_a_spool_on_a_full_disk_without_a_reserve_is_not_given_up(
    log: bytes, tmp_path: Path, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "usage.db"
    client = Coomon(key, host="http://127.0.0.1:9", spool=path, on_error=lambda _: None)
    client.track_task(customer_id="cust_1", agent_id="agent_1")
    client.shutdown(timeout=0)
    path.with_name("usage.db-reserve").unlink()
    monkeypatch.setenv("COOBIRD_SPOOL", str(path))
    monkeypatch.setattr(doctor, "MIN_FREE_BYTES", 1 << 62)
    path.with_name("usage.db-wal").write_bytes(log)
    with no_file_may_grow():
        found = doctor.spool()
    if log:  # SQLite would have to write to read it
        assert "cannot be read" in found.text
        assert found.fix.startswith(f"Make room on {tmp_path}: the disk is full")
    else:
        assert found.text.startswith(f"{path}: 1 events waiting, but the disk is full")
        assert f"coobird spool export {path} > " in found.fix


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("COOBIRD_API_KEY", None),
        ("COOBIRD_API_KEY", "'sk_test_1'"),
        ("COOBIRD_HOST", "nonsense"),
        ("COOBIRD_HOST", "http://127.0.0.1:9"),
        ("COOBIRD_SPOOL", "/missing/usage.db"),
        ("COOBIRD_TESTING", "2"),
        ("SSL_CERT_FILE", "/missing/ca.pem"),
    ],
)
def test_each_problem_says_what_to_write(run: Run, mock: MockCoobird, variable: str, value: str | None) -> None:
    problems = [each for each in findings(run("doctor", "--json", **{variable: value})).values() if not each["ok"]]
    assert problems
    assert all(each["fix"] for each in problems)
