"""Counts that servers state in strange ways: each is right, marked as inexact, or reported."""

from __future__ import annotations

import gc
from typing import Any

import pytest

from coobird.integrations import MeteringError
from coobird.integrations._metering.bedrock_usage import from_bedrock
from coobird.integrations._metering.call import Call
from coobird.integrations._metering.cohere_usage import from_cohere
from coobird.integrations._metering.gemini_usage import from_gemini
from coobird.integrations._metering.meter import CallMeter
from coobird.integrations._metering.sellers import Seller
from coobird.integrations._metering.usage import OpenAIUsage, Usage, from_anthropic, from_litellm, from_openai
from coobird.integrations._spans.emitters import emitter_of
from coobird.integrations._spans.tokens import read_tokens
from coobird.integrations._wrapping import gemini_answers
from coobird.integrations._wrapping.completions import CompletionReader, CompletionReading
from coobird.integrations._wrapping.message_stream import MessageStream
from coobird.integrations.ollama import _PartReader
from coobird.integrations.openai import AnswerReading, ChunkReader, ResponseReader
from tests.support.integrations.fake_llm import FakeLLM
from tests.support.integrations.leftovers import LEFT_TO_THE_COLLECTOR
from tests.support.integrations.llm_calls import OPENAI_MODEL, PROMPT, Clients
from tests.support.integrations.recorder import Recorder

pytestmark = LEFT_TO_THE_COLLECTOR

RUN = {"customer_id": "cust", "agent_id": "agent"}
HOST = Seller("openai")


def chat_usage(prompt: Any, completion: Any, total: Any = None, **more: Any) -> dict[str, Any]:
    counts = {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": total, **more}
    return {name: count for name, count in counts.items() if count is not None}


def read_ollama(usage: dict[str, Any]) -> Usage | None:
    reader = _PartReader("m", "chat")
    reader.read({**usage, "done": True})
    return reader.answer().usage


def read_gemini(usage: dict[str, Any]) -> Usage | None:
    return from_gemini(usage).usage


def read_cohere(units: dict[str, Any]) -> Usage | None:
    return from_cohere({"billed_units": units}).usage


def read_span(usage: dict[str, Any]) -> Usage | None:
    return read_tokens(usage, emitter_of("acme", "", "", "m", ""), "").usage


@pytest.mark.parametrize("output", [0, 30])
@pytest.mark.parametrize(
    ("read", "names"),
    [
        (from_openai, ("prompt_tokens", "completion_tokens")),
        (from_openai, ("input_tokens", "output_tokens")),
        (from_litellm, ("prompt_tokens", "completion_tokens")),
        (from_anthropic, ("input_tokens", "output_tokens")),
        (from_bedrock, ("inputTokens", "outputTokens")),
        (read_gemini, ("promptTokenCount", "candidatesTokenCount")),
        (read_cohere, ("input_tokens", "output_tokens")),
        (read_ollama, ("prompt_eval_count", "eval_count")),
        (read_span, ("gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens")),
    ],
    ids=["chat", "responses", "litellm", "anthropic", "bedrock", "gemini", "cohere", "ollama", "spans"],
)
def test_an_input_of_no_tokens_is_unknown_as_no_call_is_without(read: Any, names: tuple[str, str], output: int) -> None:
    assert read(dict(zip(names, (0, output), strict=True))) is None
    assert read(dict(zip(names, (7, output), strict=True)))[:2] == (7, output)


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        (chat_usage(2000, 300, 2300, input_tokens=0, output_tokens=0), (2000, 300)),
        ({"input_tokens": 2000, "output_tokens": 300, **chat_usage(0, 0, 0)}, (2000, 300)),
        (chat_usage("2000", "300", "2300"), (2000, 300)),
        (chat_usage(2000.0, 300.0, 2300.0), (2000, 300)),
        (chat_usage(2**40, 2**33, 2**40 + 2**33), (2**40, 2**33)),
        (chat_usage(2000, 300, 0), (2000, 300)),
        (chat_usage(2000, 100, None, completion_tokens_details={"reasoning_tokens": 200}), (2000, 300)),
        (chat_usage(2000, 100, 2300, completion_tokens_details={"reasoning_tokens": 200}), (2000, 300)),
    ],
)
def test_a_count_is_read_under_each_name_and_in_each_form(usage: dict[str, Any], expected: tuple[int, int]) -> None:
    stated = OpenAIUsage.of(usage)
    read = stated.read()
    assert read is not None
    assert read[:2] == expected
    assert not stated.contradicts_itself(read)


@pytest.mark.parametrize("wrong", [-1, "-1", "many", 0.5, float("nan"), True, "9" * 30, {}])
@pytest.mark.parametrize(
    ("read", "usage"),
    [
        (from_anthropic, {"input_tokens": 9, "output_tokens": 5, "cache_read_input_tokens": None}),
        (from_anthropic, {"input_tokens": 9, "output_tokens": 5, "cache_creation_input_tokens": None}),
        (from_bedrock, {"inputTokens": 9, "outputTokens": 5, "cacheReadInputTokens": None}),
        (from_bedrock, {"inputTokens": 9, "outputTokens": 5, "cacheWriteInputTokenCount": None}),
        (read_gemini, {"promptTokenCount": 9, "toolUsePromptTokenCount": None}),
        (read_gemini, {"promptTokenCount": 9, "thoughtsTokenCount": None}),
        (read_gemini, {"promptTokenCount": 9, "candidatesTokenCount": None}),
    ],
)
def test_a_total_is_unknown_if_a_part_that_comes_on_top_is_no_count(
    read: Any, usage: dict[str, Any], wrong: Any
) -> None:
    (part,) = (name for name, count in usage.items() if count is None)
    assert read({**usage, part: wrong}) is None
    assert sum(read({**usage, part: "4"})[:2]) == sum(read({**usage, part: 0})[:2]) + 4


def test_cache_writes_that_are_stated_by_their_lifetimes_only_are_part_of_the_input() -> None:
    lifetimes = {"ephemeral_5m_input_tokens": 60, "ephemeral_1h_input_tokens": 40}
    usage = {"input_tokens": 1300, "output_tokens": 300, "cache_creation": lifetimes}
    for more in ({}, {"cache_creation_input_tokens": 0}, {"cache_creation_input_tokens": 100}):
        for fresh in (1300, 0):
            read = from_anthropic({**usage, **more, "input_tokens": fresh})
            assert read is not None
            assert (read.input, read.cache_write) == (fresh + 100, 100)


def test_a_report_that_counts_searches_is_believed_in_its_zeros() -> None:
    empty = {"input_tokens": 0, "output_tokens": 0, "cache_read_input_tokens": 0, "cache_creation_input_tokens": 0}
    read = from_anthropic({**empty, "server_tool_use": {"web_search_requests": 10, "web_fetch_requests": 3}})
    assert read is not None
    assert (read.input, read.output, dict(read.other)["web_search_requests"]) == (0, 0, 10)
    assert from_anthropic({**empty, "server_tool_use": {"web_search_requests": 0}}) is None


@pytest.mark.parametrize(
    "usage",
    [
        chat_usage(2000, 100, 2300),
        chat_usage(2000, 300, 2000),
        chat_usage(2000, 300, 2300, input_tokens=1000),
        chat_usage(2000, 100, 2100, completion_tokens_details={"reasoning_tokens": 200}),
        chat_usage(100, 300, 400, prompt_tokens_details={"cached_tokens": 600}),
        chat_usage(100, 300, 400, prompt_tokens_details={"audio_tokens": 600}),
    ],
)
def test_usage_that_contradicts_itself_is_marked_and_reported_once(coomon: Recorder, usage: dict[str, Any]) -> None:
    meter = CallMeter(coomon)
    reading = AnswerReading(Seller(), "", {}, is_response=False)
    with coomon.run(**RUN):
        for number in range(3):
            answer = reading.read({"id": f"chatcmpl-0123456789abcde{number}", "model": "m", "usage": usage})
            call = Call("", "chat", answer.model, answer.id, answer.usage, "wrap", terms=answer.terms)
            meter.bill(call, coomon.current_run())
    assert [event["attributes"]["usage_inexact"] for event in coomon.events] == [True] * 3
    (error,) = coomon.errors
    assert isinstance(error, MeteringError)
    assert "contradicts itself" in str(error)


def chunk(usage: Any, finish: str | None = None, index: int = 0) -> dict[str, Any]:
    return {"usage": usage, "choices": [{"index": index, "delta": {}, "finish_reason": finish}]}


SO_FAR, END = chat_usage(20, 1, 21), chat_usage(20, 3, 23)
LAST: dict[str, Any] = {"usage": END, "choices": []}


@pytest.mark.parametrize(
    ("chunks", "wanted", "output"),
    [
        ([chunk(SO_FAR), chunk(END, "stop")], 1, 3),
        ([chunk(None), chunk(None, "stop"), LAST], 1, 3),
        ([chunk(None, "stop"), chunk(END)], 1, 3),
        ([chunk(SO_FAR)], 1, None),
        ([chunk(SO_FAR), chunk(None), chunk(None, "stop")], 1, None),
        ([chunk(SO_FAR), chunk(SO_FAR, "stop", 1)], 1, None),
        ([chunk(SO_FAR, "stop")], 2, None),
        ([chunk(SO_FAR, "stop"), chunk(END, "stop", 1)], 2, 3),
    ],
    ids=["so far", "last", "after the end", "cut", "before the end", "unfinished", "one of two", "both"],
)
def test_the_output_of_a_stream_is_known_once_its_end_was_counted(
    chunks: list[dict[str, Any]], wanted: int, output: int | None
) -> None:
    body = {"n": wanted}
    for reader in (
        ChunkReader(AnswerReading(HOST, "openai", body, is_response=False), hides_usage=False),
        CompletionReader(CompletionReading(HOST, "openai", body)),
    ):
        for each in chunks:
            reader.read(each)
        usage = reader.answer().usage
        assert usage is not None
        assert usage[:2] == (20, output)


@pytest.mark.parametrize(
    ("prompt", "is_known"),
    [("a", True), (["a"], True), ([1, 2], True), ([[1, 2]], True), (["a", "b"], False), ([[1], [2]], False)],
    ids=str,
)
def test_the_output_for_several_prompts_is_not_known_at_the_end_of_the_first(prompt: Any, is_known: bool) -> None:
    reading = AnswerReading(HOST, "openai", {"prompt": prompt}, is_response=False)
    reader = ChunkReader(reading, hides_usage=False)
    reader.read(chunk(SO_FAR, "stop"))
    usage = reader.answer().usage
    assert usage is not None
    assert (usage.output is not None) is is_known


def gemini_chunk(output: int | None, finish: str | None = None) -> dict[str, Any]:
    candidate = {"index": 0, "finishReason": finish}
    counts = {"promptTokenCount": 20, "candidatesTokenCount": output, "totalTokenCount": 20 + (output or 0)}
    return {"candidates": [candidate], "usageMetadata": None if output is None else counts}


@pytest.mark.parametrize(
    ("chunks", "output"),
    [
        ([gemini_chunk(1), gemini_chunk(3, "STOP")], 3),
        ([gemini_chunk(1), gemini_chunk(None, "STOP"), gemini_chunk(3)], 3),
        ([gemini_chunk(1), gemini_chunk(None, "STOP")], None),
        ([gemini_chunk(1)], None),
    ],
    ids=["last", "after the end", "before the end", "cut"],
)
def test_the_output_of_a_gemini_stream_is_known_once_its_end_was_counted(
    chunks: list[dict[str, Any]], output: int | None
) -> None:
    reader = gemini_answers.ChunkReader("gemini-2.5-flash", {})
    for each in chunks:
        reader.read(each)
    usage = reader.answer().usage
    assert usage is not None
    assert usage[:2] == (20, output)


@pytest.mark.parametrize("total", [None, 0, 23])
def test_a_total_of_zero_says_nothing_about_a_gemini_answer(total: int | None) -> None:
    counts = {"promptTokenCount": 20, "candidatesTokenCount": 3, "totalTokenCount": total}
    assert from_gemini(counts) == (Usage(20, 3), ())


@pytest.mark.parametrize(("status", "is_known"), [("queued", False), ("in_progress", False), ("completed", True)])
def test_counts_of_a_response_that_goes_on_are_not_billed(status: str, is_known: bool) -> None:
    reader = ResponseReader(AnswerReading(HOST, "openai", {}, is_response=True).read)
    counts = {"input_tokens": 20, "output_tokens": 3, "total_tokens": 23}
    reader.read({"response": {"id": "resp_0123456789abcdef", "model": "m", "status": status, "usage": counts}})
    assert (reader.answer().usage is not None) == is_known


STARTED = {"input_tokens": 1300, "output_tokens": 1, "cache_read_input_tokens": 600}


@pytest.mark.parametrize(
    ("first", "last", "stop", "expected"),
    [
        (STARTED, {"output_tokens": 300}, "end_turn", (1900, 300)),
        (STARTED, {"input_tokens": 0, "cache_read_input_tokens": 0, "output_tokens": 300}, "end_turn", (1900, 300)),
        (STARTED, {"input_tokens": 1300, "cache_read_input_tokens": 0, "output_tokens": 5}, "end_turn", (1300, 5)),
        ({"input_tokens": 0, "output_tokens": 0}, {**STARTED, "output_tokens": 300}, "end_turn", (1900, 300)),
        ({"input_tokens": 0, "output_tokens": 0}, {"output_tokens": 300}, "end_turn", None),
        (STARTED, {"input_tokens": 1300}, "end_turn", (1900, None)),
        (STARTED, {}, "end_turn", (1900, None)),
        (STARTED, {"output_tokens": 30}, None, (1900, None)),
    ],
)
def test_a_message_is_counted_by_its_newest_counts_and_its_output_once_it_stopped(
    first: dict[str, int], last: dict[str, int], stop: str | None, expected: tuple[int, int | None] | None
) -> None:
    stream = MessageStream()
    stream.read({"type": "message_start", "message": {"usage": first}})
    stream.read({"type": "message_delta", "delta": {"stop_reason": stop}, "usage": last})
    usage = stream.usage()
    assert (usage and usage[:2]) == expected


def test_a_raw_response_that_is_dropped_unread_is_reported(fake: FakeLLM, coomon: Recorder, clients: Clients) -> None:
    create: Any = clients.openai.chat.completions
    with coomon.run(**RUN):
        create.with_raw_response.create(model=OPENAI_MODEL, messages=PROMPT, stream=True)
        create.with_streaming_response.create(model=OPENAI_MODEL, messages=PROMPT).__enter__()
    gc.collect()
    assert len(fake.calls) == len(coomon.errors) == 2
    assert coomon.events == []


def test_a_raw_stream_outlives_its_raw_response(fake: FakeLLM, coomon: Recorder, clients: Clients) -> None:
    create: Any = clients.openai.chat.completions.with_raw_response.create
    with coomon.run(**RUN):
        stream = create(model=OPENAI_MODEL, messages=PROMPT, stream=True).parse()
        gc.collect()
        assert list(stream)
    assert coomon.errors == []
    assert [event["attributes"]["output_tokens"] for event in coomon.events] == [fake.calls[0].usage.output]


@pytest.mark.parametrize("path", ["/chat/completions", "chat/completions", "{base}/chat/completions"])
def test_a_request_of_ones_own_is_metered_however_its_path_is_written(
    fake: FakeLLM, coomon: Recorder, clients: Clients, path: str
) -> None:
    body = {"model": OPENAI_MODEL, "messages": PROMPT}
    with coomon.run(**RUN):
        clients.openai.post(path.format(base=fake.openai_url), body=body, cast_to=object)
    assert len(coomon.events) == len(fake.calls) == 1
