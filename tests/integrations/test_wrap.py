"""`wrap`: every call is billed once with what the provider says, and the caller notices nothing."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Iterable
from typing import Any

import anthropic
import openai
import pytest

from coobird.errors import CoobirdError
from coobird.integrations import MeteringError, UsageMissingError
from coobird.integrations.openai import wrap as wrap_openai
from tests.integrations.fake_llm import Call, FakeLLM
from tests.integrations.fake_usage import Usage
from tests.integrations.llm_calls import ANTHROPIC_MODEL, OPENAI_MODEL, PROMPT, Clients, Row, create, perform, rows, run
from tests.integrations.recorder import Recorder

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
    """What the caller sees, without what differs from call to call."""
    if isinstance(value, Exception):
        return type(value), str(value)
    return type(value), value.model_dump_json(exclude={"_request_id"}).replace(call.id, "ID")


@pytest.mark.parametrize("row", [row for row in rows() if row.scenario != "error"], ids=str)
def test_results_and_errors_are_what_an_unwrapped_client_gives(fake: FakeLLM, row: Row) -> None:
    seen = []
    for wrapped in (False, True):
        clients = Clients(fake.openai_url, fake.anthropic_url)
        (got,) = run(clients.wrap(Recorder()) if wrapped else clients, [row])
        seen.append([_shape(value, fake.calls[-1]) for value in got])
    assert seen[0] == seen[1]


@pytest.mark.parametrize("is_async", [False, True])
def test_a_stream_asks_for_usage_and_hides_the_chunk_that_the_caller_did_not_ask_for(
    fake: FakeLLM, coomon: Recorder, is_async: bool
) -> None:
    clients = Clients(fake.openai_url, fake.anthropic_url).wrap(coomon)
    row = Row("chat", stream=True, is_async=is_async)
    with coomon.run(**RUN):
        hidden, shown = run(clients, [row, row._replace(asks=True)])
    assert [body["stream_options"] for body in fake.bodies] == [{"include_usage": True}] * 2
    assert [chunk.usage for chunk in hidden] == [None] * len(hidden)
    assert all(chunk.choices for chunk in hidden)
    assert (len(shown), shown[-1].usage.prompt_tokens) == (len(hidden) + 1, 120)
    assert len(coomon.events) == 2


def test_other_stream_options_stay_and_the_callers_own_dict_is_not_touched(fake: FakeLLM, clients: Clients) -> None:
    own = {"include_obfuscation": False}
    list(create(clients, Row("chat", stream=True), stream_options=own))
    list(create(clients, Row("chat", stream=True), extra_body={"stream_options": own}))
    assert [body["stream_options"] for body in fake.bodies] == [{**own, "include_usage": True}] * 2
    assert own == {"include_obfuscation": False}


def test_a_server_that_does_not_know_the_option_need_not_be_asked(
    fake: FakeLLM, plain: Clients, coomon: Recorder
) -> None:
    wrap_openai(plain.openai, coomon, include_usage=False, **RUN)
    list(create(plain, Row("chat", stream=True)))
    assert "stream_options" not in fake.bodies[0]
    (error,) = coomon.errors
    assert "include_usage" in str(error)


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


def test_a_body_that_the_caller_reads_byte_by_byte_is_reported(
    fake: FakeLLM, coomon: Recorder, clients: Clients
) -> None:
    with clients.openai.chat.completions.with_streaming_response.create(
        model=OPENAI_MODEL, messages=PROMPT, stream=True
    ) as response:
        lines = [line for line in response.iter_lines() if line]
    assert lines[-1] == "data: [DONE]"
    assert "stream_options" not in fake.bodies[0]
    assert [type(error) for error in coomon.errors] == [UsageMissingError]


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


def test_answers_whose_ids_cannot_be_unique_are_not_taken_for_one(
    fake: FakeLLM, coomon: Recorder, clients: Clients
) -> None:
    with coomon.run(**RUN):
        for _ in range(3):
            create(clients, Row("chat", "short-id"))
    assert len({call.id for call in fake.calls}) == 1
    assert [event["event_id"] for event in coomon.events] == [None] * 3


def _fail_on_first(items: Iterable[Any]) -> None:
    for _ in items:
        raise LookupError


@pytest.mark.parametrize("api", ["chat", "responses", "messages"])
@pytest.mark.parametrize("way", ["close", "with", "break", "raise", "drop", "unread"])
def test_a_stream_that_nobody_reads_to_its_end_is_told_once(
    fake: FakeLLM, coomon: Recorder, clients: Clients, api: str, way: str
) -> None:
    with coomon.run(**RUN):
        stream = create(clients, Row(api, stream=True))
        if way == "close":
            next(stream)
            stream.close()
            stream.close()
        elif way == "with":
            with stream:
                next(stream)
        elif way == "break":
            for _ in stream:
                break
        elif way == "raise":
            with pytest.raises(LookupError):
                _fail_on_first(stream)
        elif way == "drop":
            next(stream)
        else:
            stream.close()
        del stream
        gc.collect()
    assert [type(error) for error in coomon.errors] == [UsageMissingError]
    assert len(coomon.events) == (1 if api == "messages" and way != "unread" else 0)


@pytest.mark.parametrize("api", ["chat", "responses", "messages"])
def test_a_cancelled_task_leaves_a_report_and_the_cancellation_goes_on(
    fake: FakeLLM, coomon: Recorder, clients: Clients, api: str
) -> None:
    reading = asyncio.Event()

    async def read() -> None:
        with coomon.run(**RUN):
            async for _ in await create(clients, Row(api, stream=True, is_async=True)):
                reading.set()
                await asyncio.Event().wait()

    async def main() -> None:
        task = asyncio.create_task(read())
        await asyncio.wait_for(reading.wait(), 20)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        del task
        gc.collect()
        await asyncio.get_running_loop().shutdown_asyncgens()
        await clients.close()

    asyncio.run(main())
    assert [type(error) for error in coomon.errors] == [UsageMissingError]
    assert len(coomon.events) == (1 if api == "messages" else 0)


def test_a_stream_belongs_to_the_run_it_was_started_in(fake: FakeLLM, coomon: Recorder, clients: Clients) -> None:
    with coomon.run(customer_id="starter", agent_id="agent", signal_code="llm", attributes={"tier": "gold"}):
        stream = create(clients, Row("chat", stream=True))
    with coomon.run(customer_id="reader", attributes={"leak": True}):
        thread = threading.Thread(target=lambda: list(stream))
        thread.start()
        thread.join(20)
        list(create(clients, Row("messages", stream=True)))
    (event,) = coomon.events
    assert (event["customer_id"], event["signal_code"], event["attributes"]["tier"]) == ("starter", "llm", "gold")
    assert "leak" not in event["attributes"]
    assert len(coomon.errors) == 1  # the second call: its run names no agent


def test_options_of_wrap_are_for_calls_that_no_run_names_them_for(
    fake: FakeLLM, coomon: Recorder, plain: Clients
) -> None:
    plain.wrap(coomon, customer_id="own", agent_id="mine", signal_code="own", attributes={"a": 1, "b": 1, "model": "x"})
    create(plain, Row("chat"))
    with coomon.run(customer_id="cust", signal_code="signal", attributes={"b": 2}):
        create(plain, Row("messages"))
    first, second = coomon.events
    assert (first["customer_id"], first["agent_id"], first["signal_code"]) == ("own", "mine", "own")
    assert (second["customer_id"], second["agent_id"], second["signal_code"]) == ("cust", "mine", "signal")
    assert (second["attributes"]["a"], second["attributes"]["b"]) == (1, 2)
    assert first["attributes"]["model"].startswith(OPENAI_MODEL)


def test_a_call_that_nobody_pays_for_is_reported(fake: FakeLLM, coomon: Recorder, clients: Clients) -> None:
    create(clients, Row("chat"))
    assert coomon.events == []
    assert [type(error).__name__ for error in coomon.errors] == ["InvalidEventError"]


class Broken(Recorder):
    """A client on which everything fails."""

    def current_run(self) -> Any:
        raise RuntimeError("no run")

    def track_task(self, **_: Any) -> None:
        raise RuntimeError("no track")


@pytest.mark.parametrize(
    "row", [Row(api, stream=stream) for api in ("chat", "messages") for stream in (False, True)], ids=str
)
def test_a_failure_in_metering_is_reported_and_the_call_goes_on(fake: FakeLLM, plain: Clients, row: Row) -> None:
    broken = Broken()
    plain.wrap(broken)
    assert asyncio.run(perform(plain, row))
    assert broken.errors
    assert {type(error) for error in broken.errors} == {MeteringError}
    assert all(isinstance(error, CoobirdError) for error in broken.errors)


def test_no_call_of_many_threads_is_billed_to_the_customer_of_another(
    fake: FakeLLM, coomon: Recorder, clients: Clients
) -> None:
    def work(number: int) -> None:
        with coomon.run(customer_id=f"cust_{number}", agent_id="agent", attributes={"owner": f"cust_{number}"}):
            for step in range(10):
                answer = create(clients, Row(("chat", "messages")[step % 2], stream=step % 3 == 0))
                if step % 3 == 0:
                    list(answer)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len({event["event_id"] for event in coomon.events}) == len(fake.calls) == 80
    assert [event for event in coomon.events if event["customer_id"] != event["attributes"]["owner"]] == []
