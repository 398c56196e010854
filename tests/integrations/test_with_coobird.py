"""The real client and the local server: runs, wrappers and spans give the right events there."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest
from opentelemetry.sdk.trace import TracerProvider

from coobird import AsyncCoomon, CoobirdError, Coomon, InvalidEventError
from coobird.integrations.opentelemetry import CoobirdSpanProcessor
from coobird.mock import MockCoobird
from tests.support.integrations.fake_llm import FakeLLM
from tests.support.integrations.llm_calls import Clients, Row, create

KEY = "sk_test_run"


@pytest.fixture(scope="module")
def server() -> Iterator[MockCoobird]:
    with MockCoobird() as running:
        yield running


@pytest.fixture
def errors() -> list[CoobirdError]:
    return []


@pytest.fixture
def coomon(server: MockCoobird, errors: list[CoobirdError]) -> Iterator[Coomon]:
    server.reset()
    with Coomon(KEY, host=server.url, on_error=errors.append, max_queue_size=10_000) as client:
        yield client


def test_every_form_of_track_takes_its_ids_from_the_run(server: MockCoobird, coomon: Coomon) -> None:
    with coomon.run(customer_id="cust", agent_id="agent", attributes={"tier": "gold", "shared": "run"}):
        coomon.register({"shared": "global", "region": "eu"})
        coomon.track(action_type="task")
        coomon.track_task(attributes={"tier": "own"})
        coomon.track_workflow()
        coomon.track_outcome(customer_id="other")
        coomon.track_immediate(action_type="task")
        coomon.track_task_immediate()
        coomon.with_options(max_retries=0).track_task()
    coomon.flush()
    events = server.events(KEY)
    assert sorted(event["customer_id"] for event in events) == ["cust"] * 6 + ["other"]
    assert {event["agent_id"] for event in events} == {"agent"}
    assert {event["attributes"]["shared"] for event in events} == {"run"}
    assert sorted(event["attributes"]["tier"] for event in events) == ["gold"] * 6 + ["own"]


def test_an_async_client_takes_its_ids_from_the_run_of_its_task(server: MockCoobird, coomon: Coomon) -> None:
    async def task(client: AsyncCoomon, number: int) -> None:
        async with client.run(customer_id=f"cust_{number}", agent_id="agent", attributes={"owner": f"cust_{number}"}):
            client.track_task()
            await asyncio.sleep(0)
            await client.track_task_immediate()

    async def main() -> None:
        async with AsyncCoomon(KEY, host=server.url) as client:
            await asyncio.gather(*(task(client, number) for number in range(20)))

    asyncio.run(main())
    events = server.events(KEY)
    assert len(events) == 40
    assert [event for event in events if event["customer_id"] != event["attributes"]["owner"]] == []


def test_without_a_run_a_missing_customer_is_reported_and_says_what_to_do(
    coomon: Coomon, errors: list[CoobirdError]
) -> None:
    coomon.track_task(agent_id="agent")
    assert [type(error) for error in errors] == [InvalidEventError]
    assert "coomon.run(customer_id=...)" in str(errors[0])
    assert coomon.stats().rejected == 1


def test_no_event_of_a_thousand_tasks_and_threads_reaches_the_server_with_anothers_customer(
    server: MockCoobird, coomon: Coomon
) -> None:
    async def task(number: int) -> None:
        name = f"task_{number}"
        async with coomon.run(customer_id=name, agent_id="agent", attributes={"owner": name}):
            for _ in range(3):
                await asyncio.sleep(0)
                coomon.track_task()

    async def tasks() -> None:
        await asyncio.gather(*(task(number) for number in range(900)))

    def thread(number: int) -> None:
        name = f"thread_{number}"
        with coomon.run(customer_id=name, agent_id="agent", attributes={"owner": name}):
            for _ in range(3):
                coomon.track_task()

    threads = [threading.Thread(target=thread, args=(number,)) for number in range(100)]
    for started in threads:
        started.start()
    asyncio.run(tasks())
    for started in threads:
        started.join(20)
    coomon.flush()
    events = server.events(KEY)
    assert len(events) == 3000
    assert [event for event in events if event["customer_id"] != event["attributes"]["owner"]] == []


def test_a_worker_process_goes_on_with_the_run_of_the_token(server: MockCoobird, coomon: Coomon) -> None:
    program = (
        "import sys; from coobird import Coomon\n"
        f"with Coomon({KEY!r}, host=sys.argv[1]) as coomon, coomon.run(token=sys.argv[2]): coomon.track_task()"
    )
    with coomon.run(customer_id="cust", agent_id="agent", attributes={"order": 7}) as run:
        command = [sys.executable, "-W", "error", "-c", program, server.url, run.token()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    (event,) = server.events(KEY)
    assert (event["customer_id"], event["agent_id"], event["attributes"]) == ("cust", "agent", {"order": 7})


def test_calls_that_a_wrapper_and_a_span_processor_both_see_are_on_the_server_once(
    server: MockCoobird, coomon: Coomon, errors: list[CoobirdError], monkeypatch: pytest.MonkeyPatch
) -> None:
    provider = TracerProvider()
    provider.add_span_processor(CoobirdSpanProcessor(coomon, cost=True))
    with FakeLLM() as fake:
        clients = Clients(fake.openai_url, fake.anthropic_url).wrap(coomon, cost=True)
        tracer = provider.get_tracer("test")
        with coomon.run(customer_id="cust", agent_id="agent", signal_code="llm"):
            for row in (Row("chat", stream=True), Row("responses", "cached"), Row("messages", "cached", stream=True)):
                answer = create(clients, row)
                answer = list(answer) if row.stream else answer
                call = fake.calls[-1]
                with tracer.start_as_current_span("chat") as span:
                    span.set_attributes(
                        {
                            "gen_ai.operation.name": "chat",
                            "gen_ai.provider.name": call.provider,
                            "gen_ai.response.id": call.id,
                            "gen_ai.response.model": call.model,
                            "gen_ai.usage.input_tokens": call.usage.input,
                            "gen_ai.usage.output_tokens": call.usage.output,
                        }
                    )
        asyncio.run(clients.close())
    provider.shutdown()
    coomon.flush()
    events = server.events(KEY)
    assert [event["metadata"]["response_id"] for event in events] == [call.id for call in fake.calls]
    assert [event["attributes"]["input_tokens"] for event in events] == [120, 1000, 1000]
    assert all(float(event["attributes"]["cost_usd"]) > 0 for event in events)
    assert errors == []
