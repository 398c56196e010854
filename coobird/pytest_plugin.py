"""Fixtures for tests of code that meters: a local Coobird, and clients of it.

Pytest loads them by itself; they need the extra `mock`.

    def test_a_summary_is_billed(coomon, coobird_mock):
        summarize(document, coomon)
        coomon.flush()
        assert [event["signal_code"] for event in coobird_mock.events()] == ["summary"]

One server runs for the whole session, in this process, and is empty at the start of each test.
Nothing is loaded until a test asks for a fixture. Under pytest-xdist each worker has a server of
its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coobird import AsyncCoomon, Coomon
    from coobird.mock import MockCoobird

API_KEY = "sk_test_pytest"
"""API key of the fixtures' clients. In a test with other keys, name it: `.events(API_KEY)`."""


@pytest.fixture(scope="session")
def _coobird_server() -> Iterator[MockCoobird]:
    from coobird.mock import MockCoobird

    # Strict: an answer that breaks the contract fails the test that asked for it.
    with MockCoobird(strict=True) as mock:
        yield mock


@pytest.fixture
def coobird_mock(_coobird_server: MockCoobird) -> Iterator[MockCoobird]:
    """A running `MockCoobird` without data, faults or recorded requests.

    Useful: `.url`, `.events()`, `.fail(...)`, `.freeze(...)`. Retries are quick during the test, as
    `coobird.set_testing()` makes them.
    """
    from coobird import set_testing

    _coobird_server.reset()
    # The server is there, so a delivery ends once it is done. A busy machine may take its time.
    with set_testing(shutdown_seconds=10.0):
        yield _coobird_server


@pytest.fixture
def coomon(coobird_mock: MockCoobird) -> Iterator[Coomon]:
    """A `Coomon` of `coobird_mock`. It sends on `flush()`, at 20 events and at the test's end."""
    from coobird import Coomon

    with Coomon(API_KEY, host=coobird_mock.url, flush_interval=0) as client:
        yield client


@pytest.fixture
def async_coomon(coobird_mock: MockCoobird) -> Iterator[AsyncCoomon]:
    """An `AsyncCoomon` of `coobird_mock`; otherwise as `coomon`.

    Await it in the plugin that runs your coroutines, or in `asyncio.run`.
    """
    import asyncio

    from coobird import AsyncCoomon

    client = AsyncCoomon(API_KEY, host=coobird_mock.url, flush_interval=0)
    yield client
    asyncio.run(client.shutdown())
