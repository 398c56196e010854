"""An invocation of a Lambda function delivers its events within its time."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from coobird import APITimeoutError, AsyncCoomon, ConfigurationError, CoobirdError, Coomon
from coobird.integrations.aws_lambda import metered
from coobird.mock import MockCoobird
from tests.support.integrations.recorder import Recorder

KEY = "sk_test_lambda"


class Context:
    """Context that Lambda passes to a handler: the time that is left."""

    def __init__(self, milliseconds: int) -> None:
        self.milliseconds = milliseconds

    def get_remaining_time_in_millis(self) -> int:
        return self.milliseconds


@pytest.fixture(scope="module")
def server() -> Iterator[MockCoobird]:
    with MockCoobird() as running:
        yield running


@pytest.mark.parametrize("flavour", [Coomon, AsyncCoomon])
@pytest.mark.parametrize("fails", [False, True])
def test_events_are_delivered_when_the_handler_is_left(server: MockCoobird, flavour: Any, fails: bool) -> None:
    server.reset()
    failure = ValueError("mine")
    client = flavour(KEY, host=server.url, flush_interval=0)

    @metered(client, run=lambda event, _: {"customer_id": event["account"], "agent_id": "agent"})
    def handler(event: Any, context: Any) -> Any:
        client.track_task()
        if fails:
            raise failure
        return event

    for account in ("one", "two"):
        event = {"account": account}
        if fails:
            with pytest.raises(ValueError, match="mine") as caught:
                handler(event, Context(5_000))
            assert caught.value is failure
        else:
            assert handler(event, Context(5_000)) is event
    assert [event["customer_id"] for event in server.events(KEY)] == ["one", "two"]
    assert client.stats().delivered == 2


class Flushes(Recorder):
    """Client that records the timeout of each flush."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds: list[float] = []

    def flush(self, seconds: float) -> None:
        self.seconds.append(seconds)


@pytest.mark.parametrize(
    ("context", "seconds"),
    [(Context(3_000), 2.0), (Context(900_000), 8.0), (Context(700), 0.0), (Context(0), 0.0), (None, 8.0)],
)
def test_the_flush_ends_a_margin_before_the_function_does_and_is_never_longer_than_allowed(
    context: Any, seconds: float
) -> None:
    coomon: Any = Flushes()
    metered(coomon, margin=1.0, flush_timeout=8.0)(lambda event, context: None)({}, context)
    assert coomon.seconds == [seconds]


def test_a_server_that_never_answers_costs_the_time_that_is_left_and_is_reported() -> None:
    errors: list[CoobirdError] = []
    with socket.create_server(("127.0.0.1", 0)) as silent:
        host = f"http://127.0.0.1:{silent.getsockname()[1]}"
        client = Coomon(KEY, host=host, on_error=errors.append, request_timeout=30)

        @metered(client)
        def handler(event: Any, context: Any) -> str:
            client.track_task(customer_id="cust", agent_id="agent")
            return "answered"

        assert handler({}, Context(600)) == "answered"
        stats = client.stats()
        assert stats.queued + stats.in_flight == 1
        assert [type(error) for error in errors] == [APITimeoutError]
        client.shutdown(0)


def test_whatever_goes_wrong_around_the_handler_does_not_reach_its_caller() -> None:
    class Broken(Recorder):
        def flush(self, seconds: float) -> None:
            raise OSError("no delivery")

    coomon: Any = Broken()
    handler = metered(coomon, run=lambda event, _: event["account"])(lambda event, context: "answered")
    assert handler({}, None) == "answered"
    assert [type(error.__cause__) for error in coomon.errors] == [KeyError, OSError]


class AsyncHandler:
    async def __call__(self, event: Any, context: Any) -> None: ...


async def async_handler(event: Any, context: Any) -> None: ...


def streaming_handler(event: Any, context: Any) -> Iterator[str]:
    yield "piece"


@pytest.mark.parametrize("handler", [async_handler, AsyncHandler(), AsyncHandler().__call__, streaming_handler])
def test_a_handler_that_lambda_could_not_call_is_refused(handler: Any) -> None:
    coomon: Any = Recorder()
    with pytest.raises(ConfigurationError, match=r"asyncio\.run"):
        metered(coomon)(handler)


def test_a_time_below_zero_is_refused() -> None:
    coomon: Any = Recorder()
    with pytest.raises(ConfigurationError, match="margin"):
        metered(coomon, margin=-1)


def test_an_object_that_can_be_called_is_a_handler() -> None:
    class Handler:
        def __call__(self, event: Any, context: Any) -> Any:
            return event

    coomon: Any = Flushes()
    assert metered(coomon)(Handler())({"number": 1}, None) == {"number": 1}
    assert len(coomon.seconds) == 1


def test_a_handler_that_is_tried_within_a_running_loop_delivers_too(server: MockCoobird) -> None:
    server.reset()
    errors: list[CoobirdError] = []
    client = AsyncCoomon(KEY, host=server.url, flush_interval=0, on_error=errors.append)
    handler = metered(client)(lambda event, context: client.track_task(customer_id="cust", agent_id="agent"))

    async def trial() -> None:
        handler({}, None)

    asyncio.run(trial())
    assert len(server.events(KEY)) == 1
    assert errors == []
    asyncio.run(client.shutdown())
