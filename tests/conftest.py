"""Fixtures that the tests of several folders share."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest

from coobird.mock import MockCoobird
from tests.delivery.ingest import Ingest
from tests.loopback import LoopbackServer


@pytest.fixture
def ingest() -> Ingest:
    return Ingest()


@pytest.fixture
def server(ingest: Ingest) -> Iterator[LoopbackServer]:
    with LoopbackServer(ingest) as running:
        yield running


@pytest.fixture(scope="session")
def mock() -> Iterator[MockCoobird]:
    with MockCoobird(strict=True) as running:
        yield running


@pytest.fixture
def key() -> str:
    """The key of a tenant that no other test has."""
    return f"sk_test_{uuid4().hex}"
