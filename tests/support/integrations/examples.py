"""Examples as programs that may connect only to this machine."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.support import ROOT

AGENTS = ROOT / "examples" / "agents"

TWO_CALLS = """\
They are fine.
They are fine.
acme pays: 100 in, 20 out
acme pays: 300 in, 20 out
blue_heron pays: 100 in, 20 out
blue_heron pays: 300 in, 20 out
"""
"""Output of most agents: a model reads a page, then answers. Two calls for each customer."""

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


def run(folder: Path, program: Path, *, ignored: str = "") -> tuple[int, str, str]:
    """Return exit code, output and errors of a program that connects only to this machine.

    Args:
        ignored: Category of warnings that are no errors.
    """
    (folder / "sitecustomize.py").write_text(GUARD)
    environment = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(folder),
        "PYTHONPATH": str(folder),
        # Celery's workers start for root too, with a warning.
        "C_FORCE_ROOT": "1",
        "PYTHONWARNINGS": "ignore::UserWarning:celery.platforms",
    }
    filters = ["-W", "error", *(["-W", f"ignore::{ignored}"] if ignored else [])]
    command = [sys.executable, *filters, str(program)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment, cwd=folder)
    return done.returncode, done.stdout, done.stderr


def lines(output: str) -> str:
    """Return an output without the white space at the end of its lines."""
    return "\n".join(line.rstrip() for line in output.splitlines()) + "\n"
