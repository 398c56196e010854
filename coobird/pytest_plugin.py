"""Fixtures for tests of code that meters: a Coobird in this process, and clients of it. Extra `mock`; loaded by pytest itself.

    def test_a_summary_is_billed(coomon, coobird_mock):
        summarize(document, coomon)
        coomon.flush()
        assert [event["signal_code"] for event in coobird_mock.events()] == ["summary"]

One server runs for the whole session, and is empty at the start of each test. Nothing is loaded until a test asks for one of
these. Under pytest-xdist every worker has a server of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coobird import AsyncCoomon, Coomon
    from coobird.mock import MockCoobird

API_KEY = "sk_test_pytest"
"""The key of the fixtures' clients: their tenant is `coobird_mock.events(API_KEY)`, should a test use other keys as well."""


@pytest.fixture(scope="session")
def _coobird_server() -> Iterator[MockCoobird]:
    from coobird.mock import MockCoobird

    # Strict: an answer that breaks the contract fails the test that asked for it.
    with MockCoobird(strict=True) as mock:
        yield mock


@pytest.fixture
def coobird_mock(_coobird_server: MockCoobird) -> MockCoobird:
    """A running `MockCoobird` without data, faults or recorded requests: `.url`, `.events()`, `.fail(...)`, `.freeze(...)`."""
    _coobird_server.reset()
    return _coobird_server


@pytest.fixture
def coomon(coobird_mock: MockCoobird) -> Iterator[Coomon]:
    """A `Coomon` of `coobird_mock`. Its queue is sent on `flush()`, on 20 events, and at the end of the test: not by a timer."""
    from coobird import Coomon

    with Coomon(API_KEY, host=coobird_mock.url, flush_interval=0) as client:
        yield client


@pytest.fixture
def async_coomon(coobird_mock: MockCoobird) -> Iterator[AsyncCoomon]:
    """As `coomon`, to be awaited: by whichever plugin runs your coroutines, or by `asyncio.run`."""
    import asyncio

    from coobird import AsyncCoomon

    client = AsyncCoomon(API_KEY, host=coobird_mock.url, flush_interval=0)
    yield client
    asyncio.run(client.shutdown())
