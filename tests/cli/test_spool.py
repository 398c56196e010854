"""`coobird-spool`, run as a program."""

from __future__ import annotations

import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from coobird._delivery.spool import inspection
from coobird.cli.spool import Patience, Progress, _parser
from tests.support import ROOT
from tests.support.ingest import hold, problem, refused_port, wait_until
from tests.support.limits import no_file_may_grow
from tests.support.spool import KEY, closing_connections, finish, open_spool, program, take

SAMPLE = Path(__file__).parent / "data" / "format-1.db"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "usage.db"


@pytest.fixture(autouse=True)
def connections() -> Iterator[None]:
    with closing_connections():
        yield


def event(number: int) -> bytes:
    return (
        b'{"event_id":"event-%d","customer_id":"cust_1","agent_id":"agent_1","action_type":"task","quantity":1,'
        b'"timestamp":"2026-04-01T00:00:%02d.000Z"}' % (number, number % 60)
    )


def fill(path: Path, count: int, key: str = KEY) -> None:
    spool = open_spool(path, key)
    for number in range(count):
        spool.append(event(number))
    spool.close(is_idle=True)


def run(*arguments: object, key: str = KEY) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "coobird.cli.spool", *map(str, arguments)],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "COOBIRD_API_KEY": key},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_status_says_how_many_wait_since_when_and_whose_they_are(path):
    fill(path, 30)
    source = 'spool = open_spool(sys.argv[1])\nspool.append(b\'{"timestamp":"2026-05-01T00:00:00.000Z"}\')\nprint(1); input()'
    with program(source, path) as running:
        running.line()
        done = run("status", path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("31 events waiting, ")
    assert "oldest: 2026-04-01T00:00:00.000Z" in done.stdout
    assert "1 of them belong to running processes" in done.stdout


def test_status_of_an_empty_spool_says_so(path):
    fill(path, 0)
    assert run("status", path).stdout.startswith("0 events waiting")


def test_export_writes_every_event_as_a_line_of_json_and_keeps_it(path):
    fill(path, 2000)
    done = run("export", path)
    assert [json.loads(line) for line in done.stdout.splitlines()] == [json.loads(event(n)) for n in range(2000)]
    assert run("status", path).stdout.startswith("2,000 events")


def test_drain_sends_everything_with_progress_and_leaves_an_empty_spool(path, server, ingest):
    fill(path, 2500)
    done = run("drain", path, "--host", server.url)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "2,500 events sent, 0 refused, 0 left\n"
    assert "2,500 of 2,500" in done.stderr
    assert len(ingest.stored) == 2500
    assert run("status", path).stdout.startswith("0 events")


def test_drain_sends_events_of_another_key_only_with_the_option_any_key(path, server, ingest):
    fill(path, 20, "sk_test_before_it_was_renewed")
    assert "another API key" in run("drain", path, "--host", server.url).stderr
    assert not ingest.stored
    done = run("drain", path, "--host", server.url, "--any-key")
    assert (done.returncode, len(ingest.stored)) == (0, 20)


def test_drain_with_a_key_that_is_refused_ends_and_keeps_everything(path, server, ingest):
    fill(path, 20)
    ingest.otherwise = problem(401)
    done = run("drain", path, "--host", server.url)
    assert done.returncode == 1
    assert "0 events sent, 0 refused, 20 left" in done.stdout
    assert KEY not in done.stdout + done.stderr
    assert run("status", path).stdout.startswith("20 events")


def test_drain_gives_up_at_its_timeout_and_keeps_everything(path):
    fill(path, 20)
    done = run("drain", path, "--host", "http://127.0.0.1:9", "--timeout", "0.5")
    assert done.returncode == 1
    assert "20 left" in done.stdout
    assert "no event was sent for 0.5 seconds" in done.stderr


def test_a_drain_that_stops_names_the_host_and_what_the_last_try_said(path):
    fill(path, 20)
    with refused_port() as port:
        done = run("drain", path, "--host", f"http://127.0.0.1:{port}", "--timeout", "3")
    (line,) = (line for line in done.stderr.splitlines() if line.startswith("Stopped"))
    assert f"No answer from http://127.0.0.1:{port}" in line
    assert "Connection refused" in line
    assert "Check the network" in line


@pytest.mark.parametrize("seconds", ["-1", "nan", "soon"])
def test_a_timeout_of_drain_that_is_no_time_is_refused(seconds, path):
    done = run("drain", path, "--timeout", seconds)
    assert done.returncode == 2
    assert "argument --timeout: must be a number of seconds, 0 or more" in done.stderr


def test_drain_stops_by_itself_without_progress_and_goes_on_with_it():
    patience = Patience(60.0)
    assert not patience.is_over(0, 0.0)
    assert not patience.is_over(0, 59.0)
    assert not patience.is_over(1000, 61.0)
    assert not patience.is_over(1000, 120.0)
    assert patience.is_over(1000, 121.0)
    assert _parser().parse(["drain", "usage.db"]).timeout == 60.0


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_on_a_terminal_drain_draws_a_bar():
    stream = Terminal()
    progress = Progress(stream)
    progress.show(0, 2000, 0.0)
    progress.show(1000, 2000, 0.1)
    progress.end(2000, 2000)
    bars = [f"[{'#' * count}{' ' * (30 - count)}]" for count in (0, 15, 30)]
    assert stream.getvalue() == f"\r{bars[0]} 0 of 2,000\r{bars[1]} 1,000 of 2,000\r{bars[2]} 2,000 of 2,000\n"


def test_elsewhere_drain_writes_a_line_every_30_seconds_and_one_at_its_end():
    stream = io.StringIO()
    progress = Progress(stream)
    for second in range(65):
        progress.show(second * 10, 2000, float(second))
    progress.end(2000, 2000)
    assert stream.getvalue() == "300 of 2,000 events\n600 of 2,000 events\n2,000 of 2,000 events\n"


def test_drain_sends_also_what_other_processes_leave_meanwhile(path, server, ingest):
    """The number of events grows while it runs."""
    release = hold(ingest)
    fill(path, 20)
    environment = {"PATH": os.environ["PATH"], "COOBIRD_API_KEY": KEY, "PYTHONPATH": str(ROOT)}
    source = "import sys; from coobird._delivery.spool import upkeep; upkeep.ADOPT_SECONDS = 0.1\n"
    source += "from coobird.cli.spool import main; sys.exit(main())"
    command = [sys.executable, "-c", source, "drain", str(path), "--host", server.url]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as drain:
        wait_until(lambda: ingest.batches, "a request is on its way")
        left = open_spool(path)
        for number in range(20, 30):
            left.append(event(number))
        left.close(is_idle=True)
        release.set()
        out, err = drain.communicate(timeout=60)
    assert drain.returncode == 0, err
    assert out == "30 events sent, 0 refused, 0 left\n", err


@pytest.mark.parametrize("command", ["status", "export", "drain"])
def test_what_is_not_a_spool_is_refused_in_one_line_and_nothing_is_made(command, tmp_path):
    (tmp_path / "notes.txt").write_text("hello")
    for name in ("notes.txt", "missing.db"):
        done = run(command, tmp_path / name)
        assert done.returncode == 1
        assert done.stderr.startswith("coobird-spool: ")
        assert done.stderr.count("\n") == 1
    assert [file.name for file in tmp_path.iterdir()] == ["notes.txt"]


def test_a_drain_that_cannot_begin_gives_no_event_to_another_key(path):
    fill(path, 5)
    for key, host in (("", "http://127.0.0.1:9"), (KEY + "\n", "http://127.0.0.1:9"), ("sk_test_new", "nonsense")):
        done = run("drain", path, "--any-key", "--host", host, key=key)
        assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr
    assert open_spool(path).adopt() == 5


def test_events_that_wait_for_another_key_are_left_and_make_a_drain_fail(path, server):
    fill(path, 20, "sk_test_of_another_tenant")
    done = run("drain", path, "--host", server.url)
    assert done.returncode == 1
    assert "0 events sent, 0 refused, 20 left" in done.stdout


def test_a_damaged_file_is_an_error_of_one_line(path):
    fill(path, 2000)
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(content)
    for command in ("status", "export"):
        done = run(command, path)
        assert done.returncode == 1
        assert done.stderr.startswith("coobird-spool: ")
        assert done.stderr.count("\n") == 1


def test_events_of_ended_processes_are_exported_from_a_full_disk_without_a_reserve(path):
    fill(path, 5)
    path.with_name("usage.db-reserve").unlink()
    with no_file_may_grow():
        assert run("status", path).stdout.startswith("5 events waiting")
        assert len(run("export", path).stdout.splitlines()) == 5
        drain = run("drain", path, "--host", "http://127.0.0.1:9")
        assert (drain.returncode, drain.stderr) == (1, f"coobird-spool: {path} cannot be read: disk I/O error.\n")
    path.with_name("usage.db-wal").write_bytes(b"events that are not in the file yet")
    with no_file_may_grow():
        assert run("export", path).returncode == 1


def test_an_event_that_is_not_of_our_making_does_not_hide_the_others(path):
    fill(path, 5)
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE events SET event = ? WHERE id = (SELECT min(id) FROM events)", (b"no JSON",))
        db.commit()
    assert run("status", path).stdout.startswith("5 events waiting")
    assert run("export", path).returncode == 0


def test_an_export_that_is_read_slowly_does_not_stop_a_checkpoint(path):
    fill(path, 3000)
    with closing(inspection.look_into(str(path))) as db, closing(sqlite3.connect(path)) as other:
        lines = inspection.events(db)
        first = [next(lines) for _ in range(1500)]
        assert other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
        assert [*first, *lines] == [event(n) for n in range(3000)]


# -------------------------------------------------------------------------- files of older versions


def test_a_file_of_format_1_is_read_taken_over_and_emptied(path):
    """The sample is of the first version: 40 events of a killed process, 10 of one that ended."""
    shutil.copy(SAMPLE, path)
    spool = open_spool(path)
    assert spool.adopt() == 50
    events = take(spool)
    assert sorted(events, key=lambda each: int(json.loads(each)["event_id"].rpartition("-")[2])) == [
        event(n) for n in range(50)
    ]
    finish(spool, events)
    spool.close(is_idle=True)
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT (SELECT count(*) FROM events), (SELECT count(*) FROM lanes)").fetchone() == (0, 0)


def test_new_events_go_into_a_file_of_format_1(path):
    shutil.copy(SAMPLE, path)
    fill(path, 5)
    assert run("status", path).stdout.startswith("55 events")
