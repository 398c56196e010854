"""A local Coobird, and the command run as a program against it."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator

import pytest

from coobird import Coomon
from coobird.mock import MockCoobird
from tests.support import ROOT
from tests.support.command import COMMAND, Done, Run


@pytest.fixture(scope="session", autouse=True)
def can_be_interrupted() -> None:
    """Take Ctrl-C as on a terminal: a shell that starts tests in the background has it ignored."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def environment(mock: MockCoobird, key: str) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "COOBIRD_API_KEY": key, "COOBIRD_HOST": mock.url}


@pytest.fixture
def run(environment: dict[str, str]) -> Run:
    """Run a command to its end. Keywords are environment variables; `None` removes one."""

    def run(*arguments: object, stdin: str = "", **variables: str | None) -> Done:
        changed = {name: value for name, value in {**environment, **variables}.items() if value is not None}
        return subprocess.run(
            [*COMMAND, *map(str, arguments)],
            cwd=ROOT,
            env=changed,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=60,
        )

    return run


@pytest.fixture
def coomon(mock: MockCoobird, key: str) -> Iterator[Coomon]:
    with Coomon(key, host=mock.url) as client:
        yield client
