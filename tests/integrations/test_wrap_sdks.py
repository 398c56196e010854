"""`wrap` for the SDKs of all other providers: each call is billed once, with their numbers.

One test here holds for every SDK. What only one provider has is in the file of its own.
"""

from __future__ import annotations

import asyncio
import gc
import os
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from coobird.errors import ConfigurationError
from coobird.integrations import MeteringError, UsageMissingError
from tests.support.integrations.fake_usage import Usage
from tests.support.integrations.leftovers import LEFT_TO_THE_COLLECTOR
from tests.support.integrations.providers.sdks import SDKS, Sdk, fake_of, read, read_async
from tests.support.integrations.providers.server import Fake
from tests.support.integrations.recorder import Recorder

pytestmark = [
    # google-genai makes a subclass of aiohttp's session, of which aiohttp disapproves.
    pytest.mark.filterwarnings("ignore:Inheritance class AiohttpClientSession:DeprecationWarning"),
    *LEFT_TO_THE_COLLECTOR,
]

RUN = {"customer_id": "cust", "agent_id": "agent"}
SCENARIOS = ("plain", "tools", "cached", "thinking", "structured")


@pytest.fixture(params=SDKS, ids=lambda sdk: sdk.name)
def sdk(request: pytest.FixtureRequest) -> Sdk:
    return request.param


@pytest.fixture
def fake(sdk: Sdk) -> Iterator[Fake]:
    with fake_of(sdk) as server:
        yield server


@pytest.fixture
def client(sdk: Sdk, fake: Fake, coomon: Recorder) -> Any:
    made = sdk.open(fake.url)
    assert sdk.wrap(made, coomon, provider=sdk.provider) is made
    return made


def tokens(event: dict[str, Any]) -> Usage:
    names = ("input_tokens", "output_tokens", "cache_read_input_tokens", "cache_write_input_tokens")
    found = [event["attributes"].get(name) for name in (*names, "reasoning_output_tokens")]
    return Usage(found[0], found[1], *(count or 0 for count in found[2:]))


def run_async(sdk: Sdk, fake: Fake, coomon: Recorder, work: Any, **options: Any) -> Any:
    """Run `work(client)` with a wrapped client for coroutines."""

    async def main() -> Any:
        async with sdk.open_async(fake.url, **options) as made:
            sdk.wrap(made, coomon, provider=sdk.provider)
            with coomon.run(**RUN):
                return await work(made)

    return asyncio.run(main())


def check_billed(sdk: Sdk, fake: Fake, coomon: Recorder) -> None:
    """One event for the one call, with the numbers of the provider."""
    (call,), (event,) = fake.calls, coomon.events
    assert coomon.errors == []
    assert tokens(event) == call.usage
    attributes = event["attributes"]
    assert (attributes["provider"], attributes["operation"], attributes["model"]) == (sdk.provider, "chat", call.model)
    assert attributes["total_tokens"] == sum(call.usage[:2])
    assert "usage_incomplete" not in attributes
    assert (event["customer_id"], event["agent_id"], event["quantity"]) == ("cust", "agent", 1)
    assert event["metadata"].get("response_id", "") == call.id


def check_reported(sdk: Sdk, fake: Fake, coomon: Recorder) -> None:
    """One report for the one call, and no output that is billed."""
    assert [type(error) for error in coomon.errors] == [UsageMissingError]
    assert len(coomon.events) <= sdk.input_is_known_early
    for event in coomon.events:
        assert tokens(event)[:2] == (fake.calls[-1].usage.input, None)
        assert event["attributes"]["usage_incomplete"] is True


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("is_stream", [False, True], ids=["plain", "stream"])
def test_every_call_is_one_event_with_the_providers_numbers(
    sdk: Sdk, fake: Fake, coomon: Recorder, client: Any, scenario: str, is_stream: bool
) -> None:
    fake.scenario = scenario
    with coomon.run(**RUN):
        if is_stream:
            assert len(read(sdk.stream(client, scenario))) > 1
        else:
            sdk.create(client, scenario)
    check_billed(sdk, fake, coomon)


@pytest.mark.parametrize("scenario", ["plain", "cached", "thinking"])
def test_calls_of_coroutines_are_billed_the_same(sdk: Sdk, fake: Fake, coomon: Recorder, scenario: str) -> None:
    async def create(client: Any) -> None:
        await sdk.create_async(client, scenario)

    async def stream(client: Any) -> None:
        assert len(await read_async(await sdk.stream_async(client, scenario))) > 1

    fake.scenario = scenario
    for work in (create, stream):
        run_async(sdk, fake, coomon, work)
        check_billed(sdk, fake, coomon)
        fake.calls.clear()
        coomon.events.clear()


@pytest.mark.parametrize("scenario", [*SCENARIOS, "error", "no-usage"])
def test_results_and_errors_are_what_an_unwrapped_client_gives(
    sdk: Sdk, fake: Fake, coomon: Recorder, client: Any, scenario: str
) -> None:
    fake.scenario = scenario
    seen: list[Any] = []
    with coomon.run(**RUN):
        for each in (client, sdk.open(fake.url)):
            try:
                answers = [sdk.create(each, scenario), *read(sdk.stream(each, scenario))]
            except Exception as error:  # noqa: BLE001 - each SDK has errors of its own
                seen.append((type(error), str(error).replace(fake.url, "")))
            else:
                shown = [sdk.shown(answer) for answer in answers]
                ids = [call.id for call in fake.calls[-2:]]
                text = str(shown)
                for made in filter(None, ids):
                    text = text.replace(made, "ID")
                seen.append(text)
    assert seen[0] == seen[1]


def test_a_refused_call_is_neither_billed_nor_reported(sdk: Sdk, fake: Fake, coomon: Recorder, client: Any) -> None:
    fake.scenario = "error"

    async def fail(made: Any) -> None:
        with pytest.raises(Exception, match=r"acceptable|400"):
            await sdk.create_async(made)

    with coomon.run(**RUN):
        with pytest.raises(Exception, match=r"acceptable|400"):
            sdk.create(client)
        assert isinstance(read(_opened(lambda: sdk.stream(client)))[-1], Exception)
    run_async(sdk, fake, coomon, fail)
    assert len(fake.requests) == 3
    assert (coomon.events, coomon.errors) == ([], [])


def _opened(open_stream: Any) -> Iterator[Any]:
    """A stream whose opening may fail, with some SDKs only when it is read."""
    yield from open_stream()


def test_a_call_whose_connection_is_refused_is_neither_billed_nor_reported(sdk: Sdk, coomon: Recorder) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"

        async def fail() -> None:
            async with sdk.open_async(url) as made:
                sdk.wrap(made, coomon)
                with pytest.raises(Exception):  # noqa: B017, PT011 - each SDK has an error of its own
                    await sdk.create_async(made)

        with coomon.run(**RUN):
            client = sdk.wrap(sdk.open(url), coomon)
            with pytest.raises(Exception):  # noqa: B017, PT011
                sdk.create(client)
            asyncio.run(fail())
    assert (coomon.events, coomon.errors) == ([], [])


@pytest.mark.parametrize("is_stream", [False, True], ids=["plain", "stream"])
def test_an_answer_without_usage_is_reported_and_not_billed_as_zero(
    sdk: Sdk, fake: Fake, coomon: Recorder, client: Any, is_stream: bool
) -> None:
    fake.scenario = "no-usage"
    with coomon.run(**RUN):
        if is_stream:
            read(sdk.stream(client, "no-usage"))
        else:
            sdk.create(client, "no-usage")
    assert coomon.events == []
    assert [type(error) for error in coomon.errors] == [UsageMissingError]


def test_a_stream_whose_connection_breaks_is_reported(sdk: Sdk, fake: Fake, coomon: Recorder, client: Any) -> None:
    fake.scenario = "cut"
    with coomon.run(**RUN):
        assert isinstance(read(sdk.stream(client))[-1], Exception)
    check_reported(sdk, fake, coomon)


def test_a_stream_of_a_coroutine_whose_connection_breaks_is_reported(sdk: Sdk, fake: Fake, coomon: Recorder) -> None:
    async def work(client: Any) -> None:
        assert isinstance((await read_async(await sdk.stream_async(client)))[-1], Exception)

    fake.scenario = "cut"
    run_async(sdk, fake, coomon, work)
    check_reported(sdk, fake, coomon)


@pytest.mark.parametrize("way", ["close", "drop", "raise"])
def test_a_stream_that_is_not_read_to_its_end_is_reported_once(
    sdk: Sdk, fake: Fake, coomon: Recorder, client: Any, way: str
) -> None:
    with coomon.run(**RUN):
        stream = sdk.stream(client)
        items = iter(stream)
        next(items)
        if way == "close":
            stream.close()
            stream.close()
        elif way == "raise":
            with pytest.raises(LookupError):
                _fail(items)
        del stream, items
        gc.collect()
    check_reported(sdk, fake, coomon)


def _fail(items: Iterator[Any]) -> None:
    for _ in items:
        raise LookupError


def test_a_cancelled_task_leaves_a_report_and_the_cancellation_goes_on(sdk: Sdk, fake: Fake, coomon: Recorder) -> None:
    async def work(client: Any) -> None:
        reading = asyncio.Event()

        async def follow() -> None:
            async for _ in await sdk.stream_async(client):
                reading.set()
                await asyncio.Event().wait()

        task = asyncio.create_task(follow())
        await asyncio.wait_for(reading.wait(), 20)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        del task
        gc.collect()
        for _ in range(20):  # each generator of the SDK is closed by a task of its own
            await asyncio.sleep(0)

    run_async(sdk, fake, coomon, work)
    check_reported(sdk, fake, coomon)


def test_a_call_that_is_cancelled_before_its_answer_is_reported(sdk: Sdk, fake: Fake, coomon: Recorder) -> None:
    async def work(client: Any) -> None:
        task = asyncio.ensure_future(sdk.create_async(client))
        async with asyncio.timeout(30):
            while not fake.arrived.is_set():  # noqa: ASYNC110 - it is set by a thread
                await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    fake.scenario = "silent"
    run_async(sdk, fake, coomon, work)
    assert coomon.events == []
    assert [type(error) for error in coomon.errors] == [UsageMissingError]


def test_a_call_that_times_out_before_its_answer_is_reported(sdk: Sdk, fake: Fake, coomon: Recorder) -> None:
    fake.scenario = "silent"
    client = sdk.wrap(sdk.open(fake.url, timeout=0.2), coomon)
    with coomon.run(**RUN), pytest.raises(Exception):  # noqa: B017, PT011 - each SDK has an error of its own
        sdk.create(client)
    assert coomon.events == []
    assert {type(error) for error in coomon.errors} == {UsageMissingError}
    assert len(coomon.errors) == len(fake.requests)
    assert all("may be charged for" in str(error) for error in coomon.errors)


def test_retries_inside_the_sdk_are_one_event(sdk: Sdk, fake: Fake, coomon: Recorder, client: Any) -> None:
    fake.scenario = "overloaded"
    with coomon.run(**RUN):
        try:
            sdk.create(client)
        except Exception:  # noqa: BLE001 - this SDK tries nothing again
            sdk.create(client)
    assert (len(fake.requests), len(fake.calls)) == (2, 1)
    check_billed(sdk, fake, coomon)


def test_wrapping_twice_counts_once(sdk: Sdk, fake: Fake, coomon: Recorder, client: Any) -> None:
    assert sdk.wrap(client, coomon) is client
    with coomon.run(**RUN):
        sdk.create(client)
        read(sdk.stream(client))
    assert (len(coomon.events), coomon.errors) == (2, [])


def test_only_the_wrapped_object_is_touched(sdk: Sdk, fake: Fake, coomon: Recorder, client: Any) -> None:
    other = sdk.open(fake.url)
    with coomon.run(**RUN):
        sdk.create(other)
        read(sdk.stream(other))
    assert len(fake.calls) == 2
    assert (coomon.events, coomon.errors) == ([], [])


def test_two_coobird_clients_can_meter_the_same_sdk_client(sdk: Sdk, fake: Fake, coomon: Recorder, client: Any) -> None:
    other = Recorder()
    sdk.wrap(client, other, customer_id="theirs", agent_id="agent")
    with coomon.run(**RUN):
        sdk.create(client)
        read(sdk.stream(client))
    assert [event["customer_id"] for event in (*coomon.events, *other.events)] == ["cust"] * 2 + ["theirs"] * 2


def test_a_stream_that_the_child_of_a_fork_drops_is_left_to_the_parent(
    sdk: Sdk, fake: Fake, coomon: Recorder, client: Any
) -> None:
    with coomon.run(**RUN):
        stream = sdk.stream(client)
        items = iter(stream)
        next(items)
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        del stream, items
        gc.collect()
        os.write(writer, b"%d %r" % (len(coomon.events), coomon.errors))
        os._exit(0)
    os.close(writer)
    with open(reader, "rb") as answer:
        assert answer.read() == b"0 []"
    assert os.waitpid(pid, 0)[1] == 0
    list(items)
    check_billed(sdk, fake, coomon)


def test_a_stream_belongs_to_the_run_it_was_started_in(sdk: Sdk, fake: Fake, coomon: Recorder, client: Any) -> None:
    with coomon.run(customer_id="starter", agent_id="agent", signal_code="llm", attributes={"tier": "gold"}):
        items = iter(sdk.stream(client))
        next(items)
    with coomon.run(customer_id="reader", agent_id="agent", attributes={"leak": True}):
        thread = threading.Thread(target=lambda: list(items))
        thread.start()
        thread.join(20)
    (event,) = coomon.events
    assert (event["customer_id"], event["signal_code"], event["attributes"]["tier"]) == ("starter", "llm", "gold")
    assert "leak" not in event["attributes"]


def test_no_call_of_many_threads_is_billed_to_the_customer_of_another(
    sdk: Sdk, fake: Fake, coomon: Recorder, client: Any
) -> None:
    def work(number: int) -> None:
        with coomon.run(customer_id=f"cust_{number}", agent_id="agent", attributes={"owner": f"cust_{number}"}):
            for step in range(4):
                if step % 2:
                    read(sdk.stream(client))
                else:
                    sdk.create(client)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(coomon.events) == len(fake.calls) == 24
    assert [event for event in coomon.events if event["customer_id"] != event["attributes"]["owner"]] == []


class Broken(Recorder):
    """A client on which everything fails."""

    def current_run(self) -> Any:
        raise RuntimeError("no run")

    def track_task(self, **_: Any) -> None:
        raise RuntimeError("no track")


def test_a_failure_in_metering_is_reported_and_the_call_goes_on(sdk: Sdk, fake: Fake) -> None:
    broken = Broken()
    client = sdk.wrap(sdk.open(fake.url), broken)
    sdk.create(client)
    assert len(read(sdk.stream(client))) > 1
    assert {type(error) for error in broken.errors} == {MeteringError}


def test_an_object_that_is_no_client_of_the_sdk_is_refused_with_what_to_write(sdk: Sdk, coomon: Recorder) -> None:
    for wrong in (object(), type(sdk.open("http://127.0.0.1:9"))):
        with pytest.raises(ConfigurationError, match=r"nothing would be metered.*wrap\("):
            sdk.wrap(wrong, coomon)
