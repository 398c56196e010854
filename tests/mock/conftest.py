"""One strict server for all tests of a run; each test has a key, so a tenant, of its own."""

from collections.abc import Iterator

import pytest

from coobird.mock import MockCoobird
from tests.support.mock.api import Api


@pytest.fixture(scope="session")
def server() -> Iterator[MockCoobird]:
    """Shared: a test that changes the clock or adds faults starts a server of its own."""
    with MockCoobird(strict=True) as mock:
        yield mock


@pytest.fixture
def own_server() -> Iterator[MockCoobird]:
    with MockCoobird(strict=True) as mock:
        yield mock


@pytest.fixture
def api(server: MockCoobird) -> Iterator[Api]:
    with Api(server.url) as client:
        yield client
