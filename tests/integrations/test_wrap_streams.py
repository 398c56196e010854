"""`wrap` with streams: every way in which they end, runs that end earlier, failures and threads."""

from __future__ import annotations

import asyncio
import contextvars
import gc
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from typing import Any

import pytest
from openai._models import construct_type
from openai.types.chat import ChatCompletionChunk

from coobird.errors import CoobirdError
from coobird.integrations import MeteringError, UsageMissingError
from coobird.integrations._metering.sellers import Seller
from coobird.integrations.openai import AnswerReading, ChunkReader
from coobird.integrations.openai import wrap as wrap_openai
from coobird.mock import MockCoobird
from tests.support import ROOT
from tests.support.integrations.fake_llm import FakeLLM
from tests.support.integrations.llm_calls import OPENAI_MODEL, PROMPT, Clients, Row, create, perform, run
from tests.support.integrations.recorder import Recorder

RUN = {"customer_id": "cust", "agent_id": "agent"}


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


def _fail_on_first(items: Iterable[Any]) -> None:
    for _ in items:
        raise LookupError


@pytest.mark.parametrize("api", ["chat", "responses", "messages"])
@pytest.mark.parametrize("way", ["close", "with", "break", "raise", "drop", "unread", "drop unread"])
def test_a_stream_that_is_not_read_to_its_end_is_reported_once(
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
        elif way == "unread":
            stream.close()
        del stream
        gc.collect()
    assert [type(error) for error in coomon.errors] == [UsageMissingError]
    assert len(coomon.events) == (1 if api == "messages" and "unread" not in way else 0)


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


def test_a_stream_that_the_child_of_a_fork_drops_is_left_to_the_parent(
    fake: FakeLLM, coomon: Recorder, clients: Clients
) -> None:
    with coomon.run(**RUN):
        stream = create(clients, Row("messages", stream=True))
        next(stream)
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        del stream
        gc.collect()
        os.write(write, b"%d %r" % (len(coomon.events), coomon.errors))
        os._exit(0)
    os.close(write)
    with open(read, "rb") as answer:
        assert answer.read() == b"0 []"
    assert os.waitpid(pid, 0)[1] == 0
    list(stream)
    assert ([event["attributes"]["output_tokens"] for event in coomon.events], coomon.errors) == ([30], [])


def test_a_call_that_is_closed_in_another_context_closes_as_any_coroutine(fake: FakeLLM, clients: Clients) -> None:
    async def main() -> None:
        call = create(clients, Row("chat", is_async=True))
        contextvars.copy_context().run(call.send, None)
        call.close()
        await clients.close()

    asyncio.run(main())


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


def test_a_call_without_a_customer_is_reported_and_not_billed(
    fake: FakeLLM, coomon: Recorder, clients: Clients
) -> None:
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


@pytest.mark.parametrize(
    ("changes", "is_taken"),
    [
        ({}, True),
        ({"prompt_tokens_details": {"cached_tokens": 80}, "cost": 0.5, "extra": None}, True),
        ({"prompt_tokens": "120"}, False),
        ({"is_byok": False}, False),
        ({"prompt_tokens_details": {"cached_tokens": "80"}}, False),
    ],
)
def test_usage_is_the_same_whether_the_sdk_makes_an_object_of_it_or_not(
    changes: dict[str, Any], is_taken: bool
) -> None:
    usage = {"prompt_tokens": 120, "completion_tokens": 30, "total_tokens": 150, **changes}
    chunk = {"id": "chatcmpl-0123456789abcdef", "model": "gpt-5", "service_tier": "flex", "choices": []}
    by_text, by_object = (
        ChunkReader(AnswerReading(Seller("openai"), "openai", {}, is_response=False), hides_usage=True)
        for _ in range(2)
    )
    text = json.dumps({**chunk, "usage": usage})
    assert by_text.takes(text) is is_taken
    assert not by_object.read(construct_type(type_=ChatCompletionChunk, value=json.loads(text)))
    if not is_taken:
        by_text.read(construct_type(type_=ChatCompletionChunk, value=json.loads(text)))
    answer = by_text.answer()
    assert answer == by_object.answer()
    assert answer.usage is not None
    assert answer.usage[:2] == (120, 30)


@pytest.mark.parametrize(
    "chunk",
    [
        {"choices": []},
        {"choices": [], "usage": None},
        {"choices": [], "usage": {}, "error": {"message": "The server had an error."}},
        {"choices": [{"message": {"choices": []}}], "usage": {}},
    ],
)
def test_a_chunk_without_usage_or_with_choices_or_an_error_is_left_to_the_sdk(chunk: dict[str, Any]) -> None:
    reader = ChunkReader(AnswerReading(Seller("openai"), "openai", {}, is_response=False), hides_usage=True)
    assert not reader.takes(json.dumps(chunk))


ENDS_WITH_OPEN_CALLS = """
import os, threading, time
import anthropic, openai
from coobird import Coomon
from coobird.integrations import anthropic as metered_anthropic, openai as metered_openai

coomon = Coomon("sk_test_end", on_error=lambda error: os.write(1, f"{type(error).__name__} {error}\\n".encode()))
first = metered_openai.wrap(openai.OpenAI(api_key="x", base_url=os.environ["FAKE"] + "/v1"), coomon)
second = metered_anthropic.wrap(anthropic.Anthropic(api_key="x", base_url=os.environ["FAKE"]), coomon)
asked = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hi"}]}
run = coomon.run(customer_id="cust", agent_id="agent")

def wait_for_answer():
    with run:
        first.chat.completions.create(**asked, extra_headers={"x-scenario": "silent"})

with run:
    unread = first.chat.completions.create(**asked, stream=True)
    partly = first.chat.completions.create(**asked, stream=True)
    next(partly)
    raw = first.chat.completions.with_raw_response.create(**asked, stream=True)
    message = second.messages.create(**asked, max_tokens=9, stream=True)
    next(message)
    first.chat.completions.create(**asked)
threading.Thread(target=wait_for_answer, daemon=True).start()
input()
"""


def test_calls_that_are_in_progress_when_the_program_ends_are_billed_or_reported(fake: FakeLLM) -> None:
    with MockCoobird() as server:
        surroundings = os.environ | {"COOBIRD_HOST": server.url, "FAKE": fake.root}
        command = [sys.executable, "-W", "ignore", "-c", ENDS_WITH_OPEN_CALLS]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=surroundings
        ) as program:
            deadline = time.monotonic() + 60
            while len(fake.bodies) < 6:
                assert time.monotonic() < deadline, "the program has not made its requests"
                time.sleep(0.01)
            printed, _ = program.communicate("\n", timeout=60)
        assert program.returncode == 0
        events = [event["attributes"] for event in server.events("sk_test_end")]
    assert {event.get("output_tokens") for event in events} == {None, 30}, printed
    assert len(events) == 2
    lines = printed.splitlines()
    assert len(lines) == 5, printed
    assert {line.partition(" ")[0] for line in lines} == {"UsageMissingError"}
    assert sum("the program ended before the answer came" in line for line in lines) == 1
