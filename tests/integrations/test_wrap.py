"""`wrap`: every call is billed once with the provider's usage, and the caller sees no change."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import anthropic
import openai
import pytest
from pydantic import BaseModel, ValidationError

from coobird.integrations import UsageMissingError
from coobird.integrations.openai import wrap as wrap_openai
from tests.support.integrations import fake_anthropic, fake_openai
from tests.support.integrations.fake_llm import ROUTES, Call, FakeLLM
from tests.support.integrations.fake_usage import Usage
from tests.support.integrations.llm_calls import ANTHROPIC_MODEL, OPENAI_MODEL, PROMPT, Clients, Row, create, rows, run
from tests.support.integrations.recorder import Recorder

RUN = {"customer_id": "cust", "agent_id": "agent"}


def tokens(event: dict[str, Any]) -> Usage:
    names = ("input_tokens", "output_tokens", "cache_read_input_tokens", "cache_write_input_tokens")
    found = [event["attributes"].get(name) for name in (*names, "reasoning_output_tokens")]
    return Usage(found[0], found[1], *(count or 0 for count in found[2:]))


def ends_early(row: Row) -> bool:
    return row.cancel or row.scenario in ("cut", "failed")


@pytest.mark.parametrize("row", rows(), ids=str)
def test_every_call_is_one_event_with_the_providers_numbers(fake: FakeLLM, coomon: Recorder, row: Row) -> None:
    clients = Clients(fake.openai_url, fake.anthropic_url).wrap(coomon)
    with coomon.run(**RUN):
        run(clients, [row])
    if row.scenario == "error":
        assert (coomon.events, coomon.errors) == ([], [])
        return
    (call,) = fake.calls
    if ends_early(row):
        (error,) = coomon.errors
        assert isinstance(error, UsageMissingError)
        if row.api != "chat":
            assert error.call["response_id"] == call.id
        if row.api != "messages":
            assert coomon.events == []
            return
    else:
        assert coomon.errors == []
    (event,) = coomon.events
    expected = call.usage._replace(output=None) if ends_early(row) else call.usage
    assert tokens(event) == expected
    attributes = event["attributes"]
    assert attributes["model"].startswith(call.model)
    assert attributes["provider"] == call.provider
    assert attributes.get("usage_incomplete", False) == ends_early(row)
    assert attributes.get("total_tokens") == (None if ends_early(row) else sum(call.usage[:2]))
    assert (event["customer_id"], event["agent_id"], event["quantity"]) == ("cust", "agent", 1)


def _shape(value: Any, call: Call) -> Any:
    """Results that the caller gets, without the parts that differ from call to call."""
    if isinstance(value, Exception):
        return type(value), str(value)
    return type(value), value.model_dump_json(exclude={"_request_id"}, exclude_unset=True).replace(call.id, "ID")


@pytest.mark.parametrize("row", [row for row in rows() if row.scenario != "error"], ids=str)
def test_results_and_errors_are_what_an_unwrapped_client_gives(fake: FakeLLM, row: Row) -> None:
    seen = []
    for wrapped in (False, True):
        clients = Clients(fake.openai_url, fake.anthropic_url)
        (got,) = run(clients.wrap(Recorder()) if wrapped else clients, [row])
        seen.append([_shape(value, fake.calls[-1]) for value in got])
    assert seen[0] == seen[1]


def test_raw_responses_are_the_sdks_own_and_are_metered(fake: FakeLLM, coomon: Recorder, clients: Clients) -> None:
    headers: dict[str, Any] = {"extra_headers": {"x-scenario": "cached"}}
    with coomon.run(**RUN):
        raw = clients.openai.chat.completions.with_raw_response.create(model=OPENAI_MODEL, messages=PROMPT, **headers)
        assert raw.headers["x-request-id"]
        assert raw.parse().usage.prompt_tokens == 1000
        raw = clients.openai.chat.completions.with_raw_response.create(
            model=OPENAI_MODEL, messages=PROMPT, stream=True, **headers
        )
        assert all(chunk.choices for chunk in raw.parse())
        raw = clients.anthropic.messages.with_raw_response.create(
            model=ANTHROPIC_MODEL, max_tokens=9, messages=PROMPT, stream=True, **headers
        )
        assert [event.type for event in raw.parse()][-1] == "message_stop"
        with clients.anthropic.messages.with_streaming_response.create(
            model=ANTHROPIC_MODEL, max_tokens=9, messages=PROMPT, **headers
        ) as response:
            assert response.parse().id == fake.calls[-1].id
        with clients.openai.responses.with_streaming_response.create(
            model=OPENAI_MODEL, input="Hi", stream=True, **headers
        ) as response:
            assert [event.type for event in response.parse()][-1] == "response.completed"
    assert [tokens(event) for event in coomon.events] == [call.usage for call in fake.calls]
    assert coomon.errors == []


async def _async_raw(clients: Clients) -> None:
    raw = await clients.async_openai.chat.completions.with_raw_response.create(model=OPENAI_MODEL, messages=PROMPT)
    assert raw.parse().usage.prompt_tokens == 120
    async with clients.async_anthropic.messages.with_streaming_response.create(
        model=ANTHROPIC_MODEL, max_tokens=9, messages=PROMPT
    ) as response:
        assert (await response.parse()).usage.input_tokens == 120
    async with clients.async_anthropic.messages.stream(model=ANTHROPIC_MODEL, max_tokens=9, messages=PROMPT) as stream:
        assert (await stream.get_final_message()).usage.output_tokens == 30
    async with clients.async_openai.chat.completions.stream(model=OPENAI_MODEL, messages=PROMPT) as stream:
        assert (await stream.get_final_completion()).choices[0].message.content == "Hello there"
    await clients.close()


def test_raw_responses_and_stream_helpers_are_metered_in_coroutines_too(
    fake: FakeLLM, coomon: Recorder, clients: Clients
) -> None:
    with coomon.run(**RUN):
        asyncio.run(_async_raw(clients))
    assert [tokens(event) for event in coomon.events] == [call.usage for call in fake.calls]
    assert (len(coomon.events), coomon.errors) == (4, [])


def test_stream_helpers_and_parse_and_beta_are_metered(fake: FakeLLM, coomon: Recorder, clients: Clients) -> None:
    with coomon.run(**RUN):
        with clients.openai.chat.completions.stream(model=OPENAI_MODEL, messages=PROMPT) as helper:
            assert helper.get_final_completion().choices[0].message.content == "Hello there"
        with clients.openai.responses.stream(model=OPENAI_MODEL, input="Hi") as helper:
            assert helper.get_final_response().usage.input_tokens == 120
        assert clients.openai.chat.completions.parse(model=OPENAI_MODEL, messages=PROMPT).usage.total_tokens == 150
        with clients.anthropic.messages.stream(model=ANTHROPIC_MODEL, max_tokens=9, messages=PROMPT) as helper:
            assert helper.get_final_text() == "Hello there"
        clients.anthropic.beta.messages.create(model=ANTHROPIC_MODEL, max_tokens=9, messages=PROMPT)
        clients.openai.embeddings.create(model="text-embedding-3-small", input="Hi", encoding_format="float")
    *answers, embedding = coomon.events
    assert [tokens(event) for event in answers] == [call.usage for call in fake.calls[:-1]]
    assert tokens(embedding) == Usage(120, 0)
    assert embedding["attributes"]["operation"] == "embeddings"
    assert coomon.errors == []


class Weather(BaseModel):
    """Answer that does not match what the fakes return."""

    degrees: int


def test_an_answer_that_does_not_parse_as_the_caller_wants_is_billed(
    fake: FakeLLM, coomon: Recorder, clients: Clients
) -> None:
    async def parse_async() -> None:
        with pytest.raises(ValidationError):
            await clients.async_openai.responses.parse(model=OPENAI_MODEL, input="Hi", text_format=Weather)
        await clients.close()

    with coomon.run(**RUN):
        with pytest.raises(ValidationError):
            clients.openai.chat.completions.parse(model=OPENAI_MODEL, messages=PROMPT, response_format=Weather)
        with pytest.raises(ValidationError):
            clients.anthropic.messages.parse(
                model=ANTHROPIC_MODEL, max_tokens=9, messages=PROMPT, output_format=Weather
            )
        asyncio.run(parse_async())
    assert [tokens(event) for event in coomon.events] == [call.usage for call in fake.calls]
    assert (len(coomon.events), coomon.errors) == (3, [])


def test_what_it_takes_to_compact_a_conversation_is_billed(
    fake: FakeLLM, coomon: Recorder, clients: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    def compacted(response_id: str, body: dict[str, Any], scenario: str, usage: Usage) -> dict[str, Any]:
        numbers = fake_openai.response(response_id, body, scenario, usage)["usage"]
        return {"id": response_id, "object": "response.compaction", "created_at": 1, "output": [], "usage": numbers}

    def message(response_id: str, body: dict[str, Any], scenario: str, usage: Usage) -> dict[str, Any]:
        answer = fake_anthropic.message(response_id, body, scenario, usage)
        numbers = {"input_tokens": 3000, "cache_read_input_tokens": 500, "cache_creation_input_tokens": 0}
        iterations = [{**answer["usage"], "type": "message"}, {**numbers, "output_tokens": 70, "type": "compaction"}]
        answer["usage"]["iterations"] = iterations
        return answer

    route = ("openai", "responses", "resp_", compacted, None)
    monkeypatch.setitem(ROUTES, "/v1/responses/compact", route)
    monkeypatch.setitem(ROUTES, "/v1/messages", ("anthropic", "messages", "msg_", message, None))
    with coomon.run(**RUN):
        assert clients.openai.responses.compact(model=OPENAI_MODEL, input="Hi").usage.input_tokens == 120
        clients.anthropic.beta.messages.create(model=ANTHROPIC_MODEL, max_tokens=9, messages=PROMPT)
    assert [tokens(event) for event in coomon.events] == [Usage(120, 30), Usage(3620, 100, cache_read=500)]
    assert [event["attributes"]["model"] for event in coomon.events] == [OPENAI_MODEL, ANTHROPIC_MODEL]
    assert coomon.errors == []


def test_wrapping_twice_counts_once_and_copies_are_metered(fake: FakeLLM, coomon: Recorder, clients: Clients) -> None:
    clients.wrap(coomon)
    with coomon.run(**RUN):
        create(clients, Row("chat"))
        again = clients.openai.with_options(max_retries=1)
        again.chat.completions.create(model=OPENAI_MODEL, messages=PROMPT)
        other = clients.anthropic.copy(timeout=9)
        other.messages.create(model=ANTHROPIC_MODEL, max_tokens=9, messages=PROMPT)
    assert len(coomon.events) == len(fake.calls) == 3


def test_only_the_wrapped_object_is_touched(fake: FakeLLM, coomon: Recorder, plain: Clients) -> None:
    before = [dict(vars(kind)) for kind in (openai.OpenAI, anthropic.Anthropic, type(plain.openai.chat.completions))]
    resource = plain.openai.chat.completions
    wrap_openai(plain.openai, coomon)
    kinds = (openai.OpenAI, anthropic.Anthropic, type(resource))
    assert [dict(vars(kind)) for kind in kinds] == before
    second = openai.OpenAI(api_key="sk-x", base_url=fake.openai_url)
    second.chat.completions.create(model=OPENAI_MODEL, messages=PROMPT)
    second.close()
    assert (coomon.events, coomon.errors) == ([], [])
    with coomon.run(**RUN):
        resource.create(model=OPENAI_MODEL, messages=PROMPT)
    assert len(coomon.events) == 1


def test_two_coobird_clients_can_meter_the_same_sdk_client(fake: FakeLLM, coomon: Recorder, clients: Clients) -> None:
    other = Recorder()
    wrap_openai(clients.openai, other, customer_id="theirs", agent_id="agent")
    with coomon.run(**RUN):
        create(clients, Row("chat"))
    assert [event["customer_id"] for event in (*coomon.events, *other.events)] == ["cust", "theirs"]


def test_retries_inside_the_sdk_are_one_event(fake: FakeLLM, coomon: Recorder, clients: Clients) -> None:
    with coomon.run(**RUN):
        for api, client in (("chat", clients.openai), ("messages", clients.anthropic)):
            client.max_retries = 2
            headers = {"x-scenario": "overloaded", "x-scenario-key": api}
            create(clients, Row(api, "overloaded"), extra_headers=headers)
    assert (len(fake.bodies), len(coomon.events)) == (4, 2)


def test_an_answer_without_usage_is_reported_and_not_billed_as_zero(
    fake: FakeLLM, coomon: Recorder, clients: Clients
) -> None:
    with coomon.run(**RUN):
        for api in ("chat", "responses", "messages"):
            for stream in (False, True):
                answer = create(clients, Row(api, "no-usage", stream=stream))
                if stream:
                    list(answer)
    assert coomon.events == []
    assert [type(error) for error in coomon.errors] == [UsageMissingError] * 6
    assert {error.call["response_id"] for error in coomon.errors} == {call.id for call in fake.calls}


@pytest.mark.parametrize("api", ["chat", "responses", "messages"])
def test_a_call_that_times_out_before_its_answer_is_reported(fake: FakeLLM, coomon: Recorder, api: str) -> None:
    clients = Clients(fake.openai_url, fake.anthropic_url, timeout=0.2).wrap(coomon)
    timeouts = (openai.APITimeoutError, anthropic.APITimeoutError)
    with coomon.run(**RUN), pytest.raises(timeouts):
        create(clients, Row(api, "silent"))
    asyncio.run(clients.close())
    assert coomon.events == []
    assert [type(error) for error in coomon.errors] == [UsageMissingError]
    assert "may be charged for" in str(coomon.errors[0])


@pytest.mark.parametrize("api", ["chat", "responses", "messages"])
def test_a_call_that_is_cancelled_before_its_answer_is_reported(
    fake: FakeLLM, coomon: Recorder, clients: Clients, api: str
) -> None:
    async def give_up() -> None:
        task = asyncio.ensure_future(create(clients, Row(api, "silent", is_async=True)))
        async with asyncio.timeout(30):
            while not fake.bodies:  # noqa: ASYNC110 - it is filled by a thread
                await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    with coomon.run(**RUN):
        asyncio.run(give_up())
    assert coomon.events == []
    assert [type(error) for error in coomon.errors] == [UsageMissingError]


@pytest.mark.parametrize("api", ["chat", "responses", "messages"])
def test_a_call_whose_connection_is_refused_is_neither_billed_nor_reported(coomon: Recorder, api: str) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
        clients = Clients(url, url).wrap(coomon)
        with coomon.run(**RUN), pytest.raises((openai.APIConnectionError, anthropic.APIConnectionError)):
            create(clients, Row(api))
        asyncio.run(clients.close())
    assert (coomon.events, coomon.errors) == ([], [])


def test_answers_whose_ids_cannot_be_unique_are_not_taken_for_one(
    fake: FakeLLM, coomon: Recorder, clients: Clients
) -> None:
    with coomon.run(**RUN):
        for _ in range(3):
            create(clients, Row("chat", "short-id"))
    assert len({call.id for call in fake.calls}) == 1
    assert [event["event_id"] for event in coomon.events] == [None] * 3
