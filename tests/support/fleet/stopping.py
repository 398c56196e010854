"""Stopping of another process in the middle of what it does."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from tests.support.programs import DEADLINE


def stop(pid: int) -> None:
    """Stop a process, and wait until it is: on a busy machine it runs on for a while.

    Raises `ProcessLookupError` if it has ended.
    """
    os.kill(pid, signal.SIGSTOP)
    give_up_at = time.monotonic() + DEADLINE
    while not all(_is_stopped(thread) for thread in Path(f"/proc/{pid}/task").glob("*")):
        assert time.monotonic() < give_up_at, "the process does not stop"
        time.sleep(0.001)


def _is_stopped(thread: Path) -> bool:
    try:
        state = (thread / "stat").read_text().rpartition(") ")[2][0]
    except OSError:
        return True  # it has ended
    return state in "TtZX"
