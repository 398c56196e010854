from __future__ import annotations

import sys
import threading
from pathlib import Path

import pytest

from tests.support.ingest import Ingest
from tests.support.loopback import Answer, LoopbackServer, Request
from tests.support.programs import THIS, VERSIONS, Programs, interpreters, link_libraries


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Parametrize `each_python`: this Python, or with `--every-python` each that is installed."""
    if "each_python" in metafunc.fixturenames:
        found = interpreters() if metafunc.config.getoption("--every-python") else {THIS: sys.executable}
        metafunc.parametrize("each_python", found.items(), ids=list(found), indirect=True)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not terminalreporter.config.getoption("--every-python"):
        return
    if absent := [version for version in VERSIONS if version not in interpreters()]:
        terminalreporter.write_line(f"Lifecycles were not tried on Python {', '.join(absent)}: not found here.")


@pytest.fixture
def slow_answers(ingest: Ingest) -> None:
    """Every answer takes 50 ms."""

    def later(request: Request) -> Answer:
        answer = ingest.store(request)
        answer.wait = threading.Event()
        threading.Timer(0.05, answer.wait.set).start()
        return answer

    ingest.otherwise = later


@pytest.fixture(scope="session")
def libraries(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("libraries")
    link_libraries(folder)
    return folder


@pytest.fixture
def each_python(request: pytest.FixtureRequest, tmp_path: Path, server: LoopbackServer, libraries: Path) -> Programs:
    _, python = request.param
    return Programs(tmp_path, server.url, python, None if python == sys.executable else libraries)
