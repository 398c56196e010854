"""Examples for frameworks: they run with the real frameworks, and connect only to this machine."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import ROOT

EXAMPLES = ROOT / "examples" / "frameworks"

PRINTED = {
    "celery_tasks": """\
A long text
A long text
acme pays: summarize
blue_heron pays: summarize
""",
    "django_service": """\
42
Page 1. Page 2.
acme pays: answer
blue_heron pays: page 1
blue_heron pays: page 2
""",
    "fastapi_service": """\
42
Page 1. Page 2.
401
acme pays: answer
acme pays: in the background
blue_heron pays: page 1
blue_heron pays: page 2
""",
    "flask_service": """\
42
Page 1. Page 2.
acme pays: answer
blue_heron pays: page 1
blue_heron pays: page 2
""",
    "lambda_function": """\
A long text
failed: nothing to summarize
acme pays: read
blue_heron pays: read
""",
    "langchain_agent": """\
Birds sing.
acme pays: gpt-4o, 1000 tokens in, 800 of them cached, 50 out
""",
    "litellm_calls": """\
Birds sing.
acme pays: gpt-4o, 10 in, 20 out
""",
    "starlette_service": """\
Page 1. Page 2.
Page 1. Page 2.
acme pays: page 1
acme pays: page 2
blue_heron pays: page 1
blue_heron pays: page 2
""",
}

# Ends the program when it looks up a name, or connects to an address, outside of this machine.
GUARD = """
import os, sys

def watch(event, args):
    if event == "socket.getaddrinfo":
        host = args[0]
    elif event == "socket.connect" and isinstance(args[1], tuple):
        host = args[1][0]
    else:
        return
    if (host.decode() if isinstance(host, bytes) else host) not in ("127.0.0.1", "localhost", "::1", None, ""):
        os.write(2, f"asks for {host!r}".encode())
        os._exit(70)

sys.addaudithook(watch)
"""


def run(folder: Path, program: Path) -> tuple[int, str, str]:
    (folder / "sitecustomize.py").write_text(GUARD)
    environment = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(folder),
        "PYTHONPATH": str(folder),
        # Celery's workers start for root too, with a warning.
        "C_FORCE_ROOT": "1",
        "PYTHONWARNINGS": "ignore::UserWarning:celery.platforms",
    }
    command = [sys.executable, "-W", "error", str(program)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment, cwd=folder)
    return done.returncode, done.stdout, done.stderr


def test_every_example_is_run_here() -> None:
    assert {path.stem for path in EXAMPLES.glob("*.py")} == set(PRINTED)


@pytest.mark.parametrize("name", PRINTED)
def test_an_example_prints_what_is_billed_to_whom(name: str, tmp_path: Path) -> None:
    code, output, errors = run(tmp_path, EXAMPLES / f"{name}.py")
    assert (code, errors) == (0, "")
    assert "\n".join(line.rstrip() for line in output.splitlines()) + "\n" == PRINTED[name]


def test_a_program_that_asks_for_another_machine_is_noticed(tmp_path: Path) -> None:
    program = tmp_path / "phones.py"
    program.write_text("import socket; socket.getaddrinfo('telemetry.example', 443)")
    assert run(tmp_path, program) == (70, "", "asks for 'telemetry.example'")
