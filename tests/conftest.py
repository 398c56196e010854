"""Fixtures that the tests of several folders share."""

from __future__ import annotations

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

# Property tests try a few hundred examples, or 20,000 with `--hypothesis-profile=full`. There is no
# deadline: the duration of an example depends on the machine.
settings.register_profile("quick", max_examples=300, deadline=None)
settings.register_profile("full", max_examples=20_000, deadline=None)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--every-python", action="store_true", help="test forks and exits with every supported Python that is installed"
    )


def pytest_configure(config: pytest.Config) -> None:
    if not config.getoption("--hypothesis-profile", None):
        settings.load_profile("quick")


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
