"""The SDK against a real server over loopback, in both flavours. Every answer is validated.

`CONTRACT_HOST` names another server than the one that is started here. With `CONTRACT_PROXY=1` it
is a validating proxy. Then a test must announce each violation that the proxy reports, with
`@pytest.mark.violates`.
"""

import asyncio
import os
from collections.abc import Iterator
from uuid import uuid4

import httpx
import pytest

from coobird import Coomon
from coobird.mock import MockCoobird
from tests.support.contract.flavours import FLAVOURS, Wire, in_flavour
from tests.support.contract.given import Given
from tests.support.contract.judge import Judge

HOST = "CONTRACT_HOST"
PROXY = "CONTRACT_PROXY"
# Without retries a failure shows at once. The long timeout is for machines under load.
OPTIONS = {"max_retries": 0, "request_timeout": 60}


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "violates(place, ...): the request breaks the contract there, on purpose")


@pytest.fixture(scope="session")
def host() -> Iterator[str]:
    """One server for all tests: each has tenants of its own."""
    if elsewhere := os.environ.get(HOST):
        yield elsewhere
        return
    with MockCoobird(strict=True) as mock:
        yield mock.url


@pytest.fixture(scope="session")
def the_judge() -> Judge:
    return Judge(through_proxy=os.environ.get(PROXY) == "1")


@pytest.fixture(autouse=True)
def judge(the_judge: Judge, request: pytest.FixtureRequest) -> Iterator[Judge]:
    """Answers of this test. At its end, an answer that breaks the contract fails the test."""
    the_judge.begin()
    yield the_judge
    announced = [place for mark in request.node.iter_markers("violates") for place in mark.args]
    if complaints := the_judge.complaints(announced):
        pytest.fail("\n".join(complaints), pytrace=False)


@pytest.fixture(scope="session")
def wire(the_judge: Judge) -> Iterator[Wire]:
    """The connections of all tests: opening some for each test would take longer than the tests."""

    def record(response: httpx.Response) -> None:
        response.read()
        the_judge.record(response)

    async def arecord(response: httpx.Response) -> None:
        await response.aread()
        the_judge.record(response)

    with httpx.Client(event_hooks={"response": [record]}) as client, asyncio.Runner() as runner:
        async_client = httpx.AsyncClient(event_hooks={"response": [arecord]})
        yield Wire(client, async_client, runner)
        runner.run(async_client.aclose())


def new_key() -> str:
    return f"sk_test_{uuid4().hex}"


@pytest.fixture(params=FLAVOURS)
def flavour(request: pytest.FixtureRequest) -> str:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def coomon(flavour: str, wire: Wire, host: str) -> Iterator[Coomon]:
    """A client of either flavour whose calls return when they are done, for a tenant of its own."""
    with in_flavour(flavour, wire, new_key(), host=host, **OPTIONS) as client:
        yield client


@pytest.fixture
def other_tenant(flavour: str, wire: Wire, host: str) -> Iterator[Coomon]:
    """A client for another tenant of the same server."""
    with in_flavour(flavour, wire, new_key(), host=host, **OPTIONS) as client:
        yield client


@pytest.fixture
def given(coomon: Coomon) -> Given:
    """Makes what a test needs to exist."""
    return Given(coomon)
