"""Fixtures for tests of code that meters: a local Coobird, and clients of it.

Pytest loads them by itself; they need the extra `mock`.

    def test_a_summary_is_billed(coomon, coobird_mock):
        summarize(document, coomon)
        coomon.flush()
        assert [event["signal_code"] for event in coobird_mock.events()] == ["summary"]

One server runs for the whole session, in this process, and is empty at the start of each test.
Nothing is loaded until a test asks for a fixture. Under pytest-xdist each worker has a server of
its own.

A test fails at its end if a client of the fixtures reported an error, such as an event that was
rejected. A test that expects errors takes the fixture `coobird_problems`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from coobird import AsyncCoomon, CoobirdError, Coomon
    from coobird.mock import MockCoobird

API_KEY = "sk_test_pytest"
"""API key of the fixtures' clients. In a test with other keys, name it: `.events(API_KEY)`."""


class _Reports:
    """Errors that the fixtures' clients reported during one test."""

    def __init__(self) -> None:
        self.errors: list[CoobirdError] = []
        self.on_error: Callable[[CoobirdError], object] = self.errors.append
        """Callback of the clients. A test that expects errors collects them elsewhere."""
        self.flushes: list[Callable[[], object]] = []
        """Deliver what is queued, so that its errors are reported."""

    def check(self) -> None:
        """Fail the test if there are errors. They are listed once."""
        __tracebackhide__ = True
        if self.errors:
            listed = "\n".join(f"  {type(error).__name__}: {error}" for error in self.errors)
            self.errors.clear()
            pytest.fail(
                f"Coobird reported to on_error:\n{listed}\nA test that expects this takes the fixture coobird_problems.",
                pytrace=False,
            )


_REPORTS = pytest.StashKey[_Reports]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Deliver what the test has queued, and fail the test if the clients reported an error."""
    result = yield
    reports = item.stash.get(_REPORTS, None)
    if reports is not None:
        for flush in reports.flushes:
            flush()
        reports.check()
    return result


@pytest.fixture
def coobird_problems() -> list[CoobirdError]:
    """Errors that `coomon` and `async_coomon` reported to `on_error` so far, the oldest first.

    A test that takes this fixture does not fail because of them.
    """
    return []


@pytest.fixture
def _coobird_reports(request: pytest.FixtureRequest) -> Iterator[_Reports]:
    reports = _Reports()
    if "coobird_problems" in request.fixturenames:
        reports.on_error = request.getfixturevalue("coobird_problems").append
    request.node.stash[_REPORTS] = reports
    yield reports
    # Errors of what other fixtures sent after the test, or of a test that failed by itself.
    reports.check()


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
def coomon(coobird_mock: MockCoobird, _coobird_reports: _Reports) -> Iterator[Coomon]:
    """A `Coomon` of `coobird_mock`. It sends on `flush()`, at 20 events and at the test's end.

    The test fails at its end if the client reported an error: see `coobird_problems`.
    """
    from coobird import Coomon

    with Coomon(API_KEY, host=coobird_mock.url, flush_interval=0, on_error=_coobird_reports.on_error) as client:
        _coobird_reports.flushes.append(client.flush)
        yield client


@pytest.fixture
def async_coomon(coobird_mock: MockCoobird, _coobird_reports: _Reports) -> Iterator[AsyncCoomon]:
    """An `AsyncCoomon` of `coobird_mock`; otherwise as `coomon`.

    Await it in the plugin that runs your coroutines, or in `asyncio.run`.
    """
    import asyncio

    from coobird import AsyncCoomon

    client = AsyncCoomon(API_KEY, host=coobird_mock.url, flush_interval=0, on_error=_coobird_reports.on_error)

    def flush() -> None:
        # A loop of its own, which leaves the loop of the test's plugin as it is.
        with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
            runner.run(client.flush())

    _coobird_reports.flushes.append(flush)
    yield client
    asyncio.run(client.shutdown())
