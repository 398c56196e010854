"""`make demo`: usage in, a right bill out, and no server left behind."""

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import ROOT

EXAMPLES = ROOT / "examples"


def start(*arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-W", "error", "-u", str(EXAMPLES / "demo.py"), *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def run(*arguments: str) -> tuple[int, str, str]:
    with start(*arguments) as demo:
        output, errors = demo.communicate(timeout=60)
    return demo.returncode, output, errors


def assert_no_server_at(output: str) -> None:
    found = re.search(r"http://127\.0\.0\.1:(\d+)", output)
    assert found, output
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", int(found.group(1)))) != 0


def test_the_demo_bills_every_request_of_its_log_and_stops_its_server() -> None:
    code, output, errors = run()
    assert (code, errors) == (0, "")
    totals = next(line for line in output.splitlines() if line.startswith("total"))
    assert totals.split() == ["total", "300", "334,817", "54,634", "1.39920180"]
    lines = output.rstrip().splitlines()
    assert lines[-2].startswith("OK")
    assert lines[-1].endswith("make mock ARGS=--demo, then open http://127.0.0.1:4444")
    position = next(number for number, line in enumerate(lines) if line.startswith("Invoice INV-000001"))
    assert " requests, 50 included, " in lines[position + 1]
    assert lines[position + 1].split()[-2:] == lines[position + 2].split()[-2:]
    assert_no_server_at(output)


def test_the_demo_tops_a_wallet_up_that_does_not_reach(tmp_path: Path) -> None:
    log = tmp_path / "dear.csv"
    log.write_text("TIMESTAMP, ContextTokens, GeneratedTokens\n2026-04-01 08:00:00.1234567, 100000000, 1\n")
    code, output, errors = run(str(log))
    assert (code, errors) == (0, "")
    # 100 million tokens at 2.50 USD a million and one at 10 USD: 100 USD prepaid and 200 USD more,
    # less 250.00001 USD.
    acme = next(line for line in output.splitlines() if line.startswith("Acme"))
    assert acme.split()[-2:] == ["250.00001000", "4,999.999000"]


def test_the_demo_explains_itself() -> None:
    code, output, errors = run("--help")
    assert (code, errors) == (0, "")
    assert "make demo" in output


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "missing: TIMESTAMP, ContextTokens, GeneratedTokens"),
        ("TIMESTAMP,ContextTokens\n", "missing: GeneratedTokens"),
        ("TIMESTAMP,ContextTokens,GeneratedTokens\n", "holds no request"),
        ("TIMESTAMP,ContextTokens,GeneratedTokens\n2026-04-01,1,2\nyesterday,1,2\n", "line 3 makes no sense"),
        ("TIMESTAMP,ContextTokens,GeneratedTokens\n2026-04-01,1\n", "line 2 makes no sense"),
        ("TIMESTAMP,ContextTokens,GeneratedTokens\n2026-04-01,1,-2\n", "line 2"),
        (None, "cannot be read"),
    ],
)
def test_a_log_that_makes_no_sense_is_refused_with_its_line(tmp_path: Path, text: str | None, complaint: str) -> None:
    log = tmp_path / "log.csv"
    if text is not None:
        log.write_text(text)
    code, output, errors = run(str(log))
    assert code == 1
    assert output == ""
    assert complaint in errors
    assert "Traceback" not in errors


@pytest.fixture
def heeds_interrupts() -> Iterator[None]:
    """Undo that background jobs of a shell ignore SIGINT, because started processes inherit it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heeds_interrupts")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_demo_that_is_stopped_takes_its_server_along(tmp_path: Path, number: signal.Signals) -> None:
    log = tmp_path / "long.csv"
    row = "2026-04-01 08:00:00.1234567,1000,100\n"
    log.write_text("TIMESTAMP,ContextTokens,GeneratedTokens\n" + row * 50_000)
    with start(str(log)) as demo:
        assert demo.stdout is not None
        seen = ""
        while "requests metered" not in seen:
            line = demo.stdout.readline()
            assert line, f"ended early: {seen}"
            seen += line
        demo.send_signal(number)
        rest, errors = demo.communicate(timeout=60)
    assert demo.returncode == {signal.SIGINT: 130, signal.SIGTERM: 143}[number]
    assert "OK" not in seen + rest
    assert "Traceback" not in errors
    assert_no_server_at(seen)
