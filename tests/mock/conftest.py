"""One strict server for all tests of a run. Each test has its own key, and so its own tenant."""

from collections.abc import Iterator

import pytest

from coobird.mock import MockCoobird
from tests.support.mock.api import Api


@pytest.fixture(scope="session")
def server() -> Iterator[MockCoobird]:
    """Server for all tests. A test that sets the clock or adds faults uses `own_server`."""
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
