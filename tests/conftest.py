"""Fixtures that the tests of several folders share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import settings

from coobird.mock import MockCoobird
from tests.support.ingest import Ingest
from tests.support.loopback import LoopbackServer
from tests.support.programs import Programs
from tests.support.retries import quicken_retries

# Property tests try 30 examples, in CI 300, and with `--hypothesis-profile=full` 20,000. There is
# no deadline: the duration of an example depends on the machine.
for profile, examples in {"quick": 30, "ci": 300, "full": 20_000}.items():
    settings.register_profile(profile, max_examples=examples, deadline=None)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--every-python", action="store_true", help="test forks and exits with every supported Python that is installed"
    )


def pytest_configure(config: pytest.Config) -> None:
    if not config.getoption("--hypothesis-profile", None):
        settings.load_profile("ci" if os.environ.get("CI") else "quick")


@pytest.fixture
def ingest() -> Ingest:
    return Ingest()


@pytest.fixture
def server(ingest: Ingest) -> Iterator[LoopbackServer]:
    with LoopbackServer(ingest) as running:
        yield running


@pytest.fixture
def programs(tmp_path: Path, server: LoopbackServer) -> Programs:
    return Programs(tmp_path, server.url)


@pytest.fixture
def quick_retries() -> Iterator[None]:
    """Retries come a hundred times faster."""
    with quicken_retries():
        yield


@pytest.fixture(scope="session")
def mock() -> Iterator[MockCoobird]:
    with MockCoobird(strict=True) as running:
        yield running


@pytest.fixture
def key() -> str:
    """The key of a tenant that no other test has."""
    return f"sk_test_{uuid4().hex}"
