"""The API key shows nowhere: all output is searched after each fault and each end of a process."""

from __future__ import annotations

import base64
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.support import ROOT
from tests.support.ingest import refused_port
from tests.support.loopback import Answer, LoopbackServer, Request

# Long and unlike anything else, so that any half of it is a find.
KEY = "sk_test_Zq7XwP3mKd9RvT2yLn5B"
TRACES = [KEY, KEY[len("sk_test_") : 18], KEY[18:], base64.b64encode(KEY.encode()).decode()]


def echo(request: Request) -> Answer:
    header = request.headers["authorization"]
    return Answer(
        401, {"detail": header, "code": header, "request_id": header}, {"X-Request-Id": header, "X-Echo": header}
    )


def echo_as_a_success(request: Request) -> Answer:
    header = request.headers["authorization"]
    return Answer(200, {"echo": header, header: [header]}, {"X-Request-Id": header})


def echo_as_reasons(request: Request) -> Answer:
    header = request.headers["authorization"]
    if request.method == "GET":
        return Answer(200, f"<html>{header}", {"X-Request-Id": header})
    events = request.json()["events"]
    results = [{"event_id": event["event_id"], "status": "rejected", "error": f"not with {header}"} for event in events]
    return Answer(200, {"accepted": 0, "duplicates": 0, "rejected": len(events), "results": results})


FAULTS: dict[str, Any] = {
    "refused connection": None,
    "timeout": [Answer(200, wait=threading.Event())],
    "401": [Answer(401, {"detail": "That key is not valid.", "code": "invalid_key"})],
    "garbage": [Answer(raw=b"garbage\r\n\r\n")],
    "broken off": [Answer(200, {"id": "cus_1"}, cut=3)],
    "reset": [Answer(reset=True)],
    "server error": [Answer(503, "<html>")],
    "redirect": [Answer(307, headers={"Location": f"http://{KEY}.example/{KEY}"})],
    "echo": echo,
    "echo as a success": echo_as_a_success,
    "echo as reasons": echo_as_reasons,
}
# Ways in which a process ends, and what it writes then.
SIGNS = {"kill": b"", "abort": b"Fatal Python error: Aborted", "crash": b"has a bug"}


@contextmanager
def host_with(fault: str) -> Iterator[str]:
    if FAULTS[fault] is None:
        with refused_port() as port:
            yield f"http://127.0.0.1:{port}"
    else:
        with LoopbackServer(FAULTS[fault]) as server:
            yield server.url


def everything_written(runs: list[tuple[str, str]], folder: Path) -> Iterator[tuple[str, str, dict[str, bytes]]]:
    """Output and files of one program for each fault and ending, by name.

    The programs run at once, because each spends most of its time waiting.
    """
    environment = {
        "COOBIRD_API_KEY": KEY,
        "PYTHONPATH": f"{ROOT}:{ROOT / 'generated'}",
        "PYTHONUNBUFFERED": "1",
        "PYTHONASYNCIODEBUG": "1",
    }

    def run(fault: str, ending: str) -> dict[str, bytes]:
        place = folder / f"{fault}, {ending}"
        place.mkdir()
        with host_with(fault) as url:
            done = subprocess.run(
                [sys.executable, "-X", "dev", "-W", "error", "-m", "tests.support.reports", fault, ending],
                cwd=place,
                env={**environment, "COOBIRD_HOST": url},
                capture_output=True,
                timeout=120,
            )
        files = {path.name: path.read_bytes() for path in place.iterdir()}
        return {"stdout": done.stdout, "stderr": done.stderr, **files}

    with ThreadPoolExecutor(len(runs)) as pool:
        for (fault, ending), written in zip(runs, pool.map(lambda each: run(*each), runs), strict=True):
            yield fault, ending, written


def found(written: dict[str, bytes]) -> list[str]:
    return [f"{name}: {trace}" for name, text in written.items() for trace in TRACES if trace.encode() in text]


def test_after_each_fault_the_key_is_nowhere_in_what_was_written(tmp_path: Path) -> None:
    for fault, _, written in everything_written([(fault, "kill") for fault in FAULTS], tmp_path):
        assert {"usage.db", "usage.db-wal", "usage.db-shm"} <= set(written), fault
        # It got as far as it should, and what was looked for could have been there.
        for sign in (b"Coomon(host=", b"tracked", b"DEBUG:coobird:", b"locals", b"ConfigurationError", b"cus_1"):
            assert sign in written["stdout"], (fault, sign)
        assert b"Current thread" in written["stderr"], fault
        assert found(written) == [], fault


def test_however_a_process_ends_the_key_is_nowhere_in_what_was_written(tmp_path: Path) -> None:
    for _, ending, written in everything_written([("timeout", ending) for ending in SIGNS], tmp_path):
        assert SIGNS[ending] in written["stdout"] + written["stderr"]
        assert found(written) == [], ending


@pytest.mark.parametrize(
    "command",
    ["coobird.cli.spool --help", "coobird.cli.spool drain --help", "coobird.cli.spool nonsense", "coobird.mock --help"],
)
def test_no_help_shows_the_key(command: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *command.split()],
        cwd=tmp_path,
        env={"COOBIRD_API_KEY": KEY, "PYTHONPATH": f"{ROOT}:{ROOT / 'generated'}"},
        capture_output=True,
        timeout=60,
    )
    assert b"usage" in done.stdout + done.stderr
    assert found({"stdout": done.stdout, "stderr": done.stderr}) == []


def test_the_search_would_find_the_key() -> None:
    assert found({"a": f"Authorization: Bearer {KEY}".encode(), "b": KEY[10:].encode(), "c": b"nothing"}) == [
        f"a: {KEY}",
        f"a: {KEY[8:18]}",
        f"a: {KEY[18:]}",
        f"b: {KEY[18:]}",
    ]
