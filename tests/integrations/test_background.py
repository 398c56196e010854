"""`wrap` of OpenAI: responses that are made in the background and retrieved at their end."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import openai
import pytest

from coobird.integrations import UsageMissingError
from coobird.integrations.openai import wrap
from tests.support.integrations.fake_batches import BatchServer
from tests.support.integrations.leftovers import LEFT_TO_THE_COLLECTOR
from tests.support.integrations.recorder import Recorder

pytestmark = LEFT_TO_THE_COLLECTOR

RUN = {"customer_id": "cust", "agent_id": "agent"}
ID = "resp_67ccd2bed1ec8190b14f964abc0542670bb6a6b452d3795b"
USAGE = {
    "input_tokens": 90,
    "input_tokens_details": {"cached_tokens": 0},
    "output_tokens": 30,
    "output_tokens_details": {"reasoning_tokens": 20},
    "total_tokens": 120,
}


def response(status: str, usage: Any = None, *, background: bool = True) -> dict[str, Any]:
    return {
        "id": ID,
        "object": "response",
        "created_at": 1_790_000_000,
        "status": status,
        "background": background,
        "model": "gpt-5-2025-08-07",
        "output": [],
        "service_tier": "default",
        "usage": usage,
    }


@pytest.fixture
def server() -> Iterator[BatchServer]:
    with BatchServer() as made:
        made.put("POST /v1/responses", response("queued"))
        made.put(f"/v1/responses/{ID}", response("in_progress"))
        yield made


def open_client(server: BatchServer, coomon: Recorder) -> openai.OpenAI:
    made = openai.OpenAI(base_url=f"{server.url}/v1", api_key="x", max_retries=0)
    return wrap(made, coomon, provider="openai", cost=True, **RUN)


def billed(coomon: Recorder) -> list[tuple[int, int, str]]:
    return [
        (of["attributes"]["input_tokens"], of["attributes"]["output_tokens"], of["metadata"]["response_id"])
        for of in coomon.accepted()
    ]


def test_a_background_response_is_reported_when_it_begins_and_billed_once_when_it_is_retrieved(
    server: BatchServer, coomon: Recorder
) -> None:
    client = open_client(server, coomon)
    client.responses.create(model="gpt-5", input="Hi", background=True)
    client.responses.retrieve(ID)
    assert coomon.events == []
    (error,) = coomon.errors
    assert isinstance(error, UsageMissingError)
    assert "runs in the background; responses.retrieve" in str(error)
    server.put(f"/v1/responses/{ID}", response("completed", USAGE))
    for _ in range(2):
        assert client.responses.retrieve(ID).status == "completed"
    raw = client.responses.with_raw_response.retrieve(ID)
    assert raw.parse().id == ID
    with client.responses.with_streaming_response.retrieve(ID) as streamed:
        assert streamed.parse().id == ID
    assert billed(coomon) == [(90, 30, ID)]
    assert len(coomon.events) == 1
    assert len(coomon.errors) == 1


def test_two_machines_that_retrieve_a_response_make_the_same_event(server: BatchServer) -> None:
    server.put(f"/v1/responses/{ID}", response("incomplete", USAGE))
    both = [Recorder(), Recorder()]

    async def retrieve() -> None:
        async with openai.AsyncOpenAI(base_url=f"{server.url}/v1", api_key="x", max_retries=0) as made:
            await wrap(made, both[1], **RUN).responses.retrieve(ID)

    open_client(server, both[0]).responses.retrieve(ID)
    asyncio.run(retrieve())
    (first,), (second,) = (each.events for each in both)
    assert first["event_id"] == second["event_id"]


def test_a_response_that_was_not_made_in_the_background_is_not_metered_again(
    server: BatchServer, coomon: Recorder
) -> None:
    server.put(f"/v1/responses/{ID}", response("completed", USAGE, background=False))
    open_client(server, coomon).responses.retrieve(ID)
    assert (coomon.events, coomon.errors) == ([], [])


def test_a_stream_that_is_taken_up_again_bills_its_end(server: BatchServer, coomon: Recorder) -> None:
    events = [
        {"type": "response.in_progress", "response": response("in_progress"), "sequence_number": 4},
        {"type": "response.completed", "response": response("completed", USAGE), "sequence_number": 5},
    ]
    text = "".join(f"event: {each['type']}\ndata: {json.dumps(each)}\n\n" for each in events)
    server.files[f"/v1/responses/{ID}"] = ("text/event-stream", text.encode())
    client = open_client(server, coomon)
    assert len(list(client.responses.retrieve(ID, stream=True, starting_after=3))) == 2
    assert billed(coomon) == [(90, 30, ID)]
    assert coomon.errors == []


def test_a_poll_that_fails_is_no_lost_call(server: BatchServer, coomon: Recorder) -> None:
    client = open_client(server, coomon)
    with pytest.raises(openai.NotFoundError):
        client.responses.retrieve("resp_unknown")
    server.files[f"/v1/responses/{ID}"] = ("application/json", b"{")
    with pytest.raises(Exception):  # noqa: B017, PT011 - the error is the SDK's
        client.responses.retrieve(ID)
    assert (coomon.events, coomon.errors) == ([], [])
