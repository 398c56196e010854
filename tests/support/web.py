"""Asking a web server that a test has started."""

from __future__ import annotations

import time
import urllib.request
from collections.abc import Callable

from tests.support.programs import DEADLINE


def get(port: int, path: str) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=DEADLINE) as answer:
        return answer.read().decode()


def when_up(call: Callable[[], str]) -> str:
    """The answer of a server that may still be starting."""
    deadline = time.monotonic() + DEADLINE
    while True:
        try:
            return call()
        except OSError:
            assert time.monotonic() < deadline, "the server did not start"
            time.sleep(0.05)
