"""LangChain with the real packages against the fake of OpenAI: one exact event for each answer."""

from __future__ import annotations

import asyncio
import gc
import inspect
import os
import subprocess
import sys
import threading
import weakref
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from uuid import uuid4

import httpx
import openai
import pytest
from langchain_core.caches import InMemoryCache
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.globals import set_llm_cache
from langchain_core.language_models import BaseChatModel
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, HumanMessage
from langchain_core.outputs import ChatGenerationChunk
from langchain_core.runnables import RunnableLambda
from langchain_openai import ChatOpenAI, OpenAI, OpenAIEmbeddings
from langchain_openai.chat_models import _client_utils
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from pydantic import BaseModel, ValidationError

from coobird import InvalidEventError
from coobird.integrations import UsageMissingError, _callbacks
from coobird.integrations._metering.event_ids import event_id_of
from coobird.integrations.langchain import CoobirdCallbackHandler
from coobird.integrations.openai import wrap
from tests.support import ROOT
from tests.support.ingest import wait_until
from tests.support.integrations.fake_llm import Call, FakeLLM
from tests.support.integrations.recorder import LOOPBACK, Recorder

MANNERS = ("invoke", "stream", "ainvoke", "astream")
APIS = ("chat", "responses")


class Weather(BaseModel):
    """Structured output, which an answer in plain words does not match."""

    city: str


class Models:
    """Chat models on the fake. All have the same handler, and are closed at the end."""

    def __init__(self, fake: FakeLLM, coomon: Recorder) -> None:
        self.fake = fake
        self.handler = CoobirdCallbackHandler(coomon, providers=LOOPBACK)
        self.made: list[ChatOpenAI] = []
        # One loop for the calls and for closing their connections.
        self.runner = asyncio.Runner()
        self.run = self.runner.run

    def __call__(self, api: str = "chat", scenario: str = "basic", **options: Any) -> ChatOpenAI:
        model = ChatOpenAI(
            model="gpt-4o",
            base_url=self.fake.openai_url,
            api_key="sk-not-a-key",  # type: ignore[arg-type]
            use_responses_api=api == "responses",
            default_headers={"x-scenario": scenario},
            max_retries=0,
            callbacks=[self.handler],
            # If it is left out, LangChain asks for usage only at OpenAI's own address.
            **{"stream_usage": True, **options},
        )
        self.made.append(model)
        return model


@pytest.fixture
def models(fake: FakeLLM, coomon: Recorder) -> Iterator[Models]:
    made = Models(fake, coomon)
    yield made

    async def close() -> None:
        for model in made.made:
            model.root_client.close()
            await model.root_async_client.close()

    made.run(close())
    made.runner.close()
    # LangChain keeps HTTP clients by address, and a later server may get the port of this one.
    for kept in (_client_utils._cached_sync_httpx_client, _client_utils._cached_async_httpx_client):
        kept.cache_clear()


async def ask(model: Any, manner: str) -> None:
    if manner == "invoke":
        model.invoke("hello")
    elif manner == "stream":
        list(model.stream("hello"))
    elif manner == "ainvoke":
        await model.ainvoke("hello")
    else:
        async for _ in model.astream("hello"):
            pass


def assert_billed_once(coomon: Recorder, call: Call) -> None:
    (event,) = coomon.accepted()
    got, usage = event["attributes"], call.usage
    assert (got["input_tokens"], got["output_tokens"]) == (usage.input, usage.output)
    assert got["total_tokens"] == usage.input + usage.output
    assert got.get("cache_read_input_tokens", 0) == usage.cache_read
    assert got.get("reasoning_output_tokens", 0) == usage.reasoning
    assert (got["provider"], got["model"], got["operation"]) == ("openai", "gpt-4o-2024-08-06", "chat")
    assert (event["customer_id"], event["agent_id"], event["quantity"]) == ("cust", "agent", 1)
    assert coomon.errors == []


@pytest.mark.parametrize("scenario", ["basic", "tools", "cached", "reasoning"])
@pytest.mark.parametrize("manner", MANNERS)
@pytest.mark.parametrize("api", APIS)
def test_an_answer_is_one_event_with_its_true_usage(
    models: Models, coomon: Recorder, api: str, manner: str, scenario: str
) -> None:
    with coomon.run(customer_id="cust", agent_id="agent"):
        models.run(ask(models(api, scenario), manner))
    (call,) = models.fake.calls
    assert_billed_once(coomon, call)
    if api == "responses" or "stream" not in manner:
        assert coomon.events[0]["event_id"] == event_id_of(call.id)


@pytest.mark.parametrize("manner", MANNERS)
@pytest.mark.parametrize("api", APIS)
def test_an_answer_that_a_wrapped_client_meters_too_is_one_event(
    models: Models, coomon: Recorder, api: str, manner: str
) -> None:
    model = models(api, "cached")
    wrap(model.root_client, coomon, provider="openai")
    wrap(model.root_async_client, coomon, provider="openai")
    with coomon.run(customer_id="cust", agent_id="agent"):
        models.run(ask(model, manner))
    assert_billed_once(coomon, models.fake.calls[0])
    assert len(coomon.events) == 1


@pytest.mark.parametrize("manner", ["stream", "astream"])
def test_a_stream_whose_usage_only_the_wrapped_client_asked_for_is_billed_and_not_reported(
    models: Models, coomon: Recorder, manner: str
) -> None:
    model = models(stream_usage=False)
    wrap(model.root_client, coomon, provider="openai")
    wrap(model.root_async_client, coomon, provider="openai")
    with coomon.run(customer_id="cust", agent_id="agent"):
        models.run(ask(model, manner))
    assert_billed_once(coomon, models.fake.calls[0])


def test_calls_inside_chains_and_batches_are_one_event_each_for_their_own_customer(
    models: Models, coomon: Recorder
) -> None:
    model = models()

    def step(customer: str) -> Any:
        with coomon.run(customer_id=customer, agent_id="agent"):
            return model.invoke("hello")

    # Chain and model both name the handler: LangChain calls it twice for each call.
    config: Any = {"callbacks": [models.handler], "max_concurrency": 4}
    names = [f"cust_{number}" for number in range(12)]
    RunnableLambda(step).batch(names, config)
    assert sorted(event["customer_id"] for event in coomon.events) == sorted(names)
    with coomon.run(customer_id="all", agent_id="agent"):
        (RunnableLambda(lambda text: text) | model).batch(["a", "b"], config)
    assert len(coomon.events) == len(models.fake.calls) == 14
    assert coomon.errors == []


@pytest.mark.parametrize("manner", ["stream", "astream"])
def test_a_stream_that_was_not_asked_for_usage_is_reported_and_not_billed(
    models: Models, coomon: Recorder, manner: str
) -> None:
    with coomon.run(customer_id="cust", agent_id="agent"):
        models.run(ask(models(stream_usage=False), manner))
        models.run(ask(models("chat", "no-usage"), "invoke"))
    assert coomon.events == []
    assert [type(error) for error in coomon.errors] == [UsageMissingError, UsageMissingError]


@pytest.mark.parametrize("api", APIS)
def test_a_stream_that_breaks_or_is_closed_is_reported_and_a_refused_call_is_not(
    models: Models, coomon: Recorder, api: str
) -> None:
    with coomon.run(customer_id="cust", agent_id="agent"):
        with pytest.raises(openai.OpenAIError, match=r"acceptable"):
            models(api, "error").invoke("hello")
        with pytest.raises(openai.OpenAIError, match=r"acceptable"):
            list(models(api, "error").stream("hello"))
        assert coomon.errors == []
        with pytest.raises((openai.APIConnectionError, httpx.TransportError)):  # the latter before openai 3
            list(models(api, "cut").stream("hello"))
        stream: Any = models(api).stream("hello")
        while not next(stream).content:
            pass
        stream.close()
    assert coomon.events == []
    assert [type(error) for error in coomon.errors] == [UsageMissingError, UsageMissingError]


@pytest.mark.parametrize("is_async", [False, True], ids=["", "async"])
@pytest.mark.parametrize("prompts", [1, 3])
@pytest.mark.parametrize(("scenario", "events", "errors"), [("basic", 1, 0), ("silent", 0, 1), ("error", 0, 0)])
def test_a_request_to_a_completion_model_is_billed_or_reported_once_or_refused(
    models: Models, coomon: Recorder, is_async: bool, scenario: str, events: int, errors: int, prompts: int
) -> None:
    model = OpenAI(
        model="gpt-3.5-turbo-instruct",
        base_url=models.fake.openai_url,
        api_key="sk-not-a-key",  # type: ignore[arg-type]
        default_headers={"x-scenario": scenario},
        max_retries=0,
        timeout=0.5,
        callbacks=[models.handler],
    )
    with coomon.run(customer_id="cust", agent_id="agent"), suppress(openai.OpenAIError):
        models.run(model.agenerate(["hello"] * prompts)) if is_async else model.generate(["hello"] * prompts)
    models.handler.end_with_program()
    assert (len(coomon.events), len(coomon.errors), len(models.fake.bodies)) == (events, errors, 1)
    model.client._client.close()
    models.run(model.async_client._client.close())


@pytest.mark.parametrize("manner", ["ainvoke", "astream"])
@pytest.mark.parametrize("is_wrapped", [False, True], ids=["", "wrapped"])
def test_a_call_whose_task_is_cancelled_is_reported_once(
    models: Models, coomon: Recorder, manner: str, is_wrapped: bool
) -> None:
    model = models(scenario="silent")
    if is_wrapped:
        wrap(model.root_async_client, coomon, provider="openai")

    async def cancel() -> None:
        with coomon.run(customer_id="cust", agent_id="agent"):
            task = asyncio.create_task(ask(model, manner))
        await asyncio.to_thread(wait_until, lambda: models.fake.bodies, "the request is there")
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.sleep(0)  # callbacks of the task

    models.run(cancel())
    assert coomon.events == []
    assert [type(error) for error in coomon.errors] == [UsageMissingError]


@pytest.mark.parametrize("manner", ["ainvoke", "astream"])
@pytest.mark.parametrize("is_wrapped", [False, True], ids=["", "wrapped"])
def test_a_call_that_its_task_gives_up_is_reported_once_when_the_task_ends(
    models: Models, coomon: Recorder, manner: str, is_wrapped: bool
) -> None:
    model = models(scenario="silent")
    if is_wrapped:
        wrap(model.root_async_client, coomon, provider="openai")

    async def ask_in_time() -> None:
        async with asyncio.timeout(None) as timeout:
            arrived = asyncio.create_task(asyncio.to_thread(wait_until, lambda: models.fake.bodies, "the request"))
            arrived.add_done_callback(lambda _: timeout.reschedule(0))
            await ask(model, manner)

    async def give_up() -> None:
        with coomon.run(customer_id="cust", agent_id="agent"), pytest.raises(TimeoutError):
            await ask_in_time()

    async def serve() -> None:
        await asyncio.create_task(give_up())
        await asyncio.sleep(0)  # callbacks of the task
        assert [type(error) for error in coomon.errors] == [UsageMissingError]

    models.run(serve())
    assert coomon.events == []
    assert len(coomon.errors) == 1


# The oldest LangChain that is allowed has no v3.
KNOWN = str(inspect.signature(BaseChatModel.astream_events).parameters["version"])


@pytest.mark.filterwarnings("ignore:.*beta")
@pytest.mark.parametrize("version", [version for version in ("v2", "v3") if version in KNOWN])
@pytest.mark.parametrize("end", ["read", "cancelled", "cancelled before its answer"])
def test_a_stream_of_events_is_billed_if_it_is_read_and_else_reported_once(
    models: Models, coomon: Recorder, version: Any, end: str
) -> None:
    model = models(scenario="silent" if end == "cancelled before its answer" else "basic")
    is_begun = threading.Event()

    async def read() -> None:
        opening: Any = model.astream_events("hello", version=version)
        events = await opening if asyncio.iscoroutine(opening) else opening
        async for _ in events:
            if end == "cancelled" and models.fake.calls:
                is_begun.set()
                await asyncio.Event().wait()

    async def cancel() -> None:
        task = asyncio.create_task(read())
        reached = is_begun.is_set if end == "cancelled" else lambda: models.fake.bodies
        await asyncio.to_thread(wait_until, reached, "the stream is as far as that")
        task.cancel()
        await asyncio.wait([task])

    with coomon.run(customer_id="cust", agent_id="agent"):
        models.run(read() if end == "read" else cancel())
    models.run(asyncio.sleep(0))  # LangChain's own tasks
    models.handler.end_with_program()
    if end == "read":
        assert_billed_once(coomon, models.fake.calls[0])
    assert len(coomon.events) + len(coomon.errors) == len(models.fake.bodies) == 1


def test_a_stream_that_several_tasks_read_in_turn_is_one_event(models: Models, coomon: Recorder) -> None:
    async def read() -> None:
        with coomon.run(customer_id="cust", agent_id="agent"):
            stream: Any = models().astream("hello")
            while await asyncio.ensure_future(anext(stream, None)) is not None:
                pass

    models.run(read())
    assert_billed_once(coomon, models.fake.calls[0])


def test_the_oldest_of_too_many_calls_whose_end_is_not_told_is_reported(
    coomon: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_callbacks, "MAX_STARTED", 3)
    handler = CoobirdCallbackHandler(coomon)
    for _ in range(5):
        handler.on_llm_start({}, ["hello"], run_id=uuid4())
    assert [type(error) for error in coomon.errors] == [UsageMissingError] * 2
    handler.end_with_program()
    assert len(coomon.errors) == 5


def test_a_handler_of_a_request_is_not_kept_after_its_calls(coomon: Recorder) -> None:
    def serve(manner: str) -> weakref.ref[CoobirdCallbackHandler]:
        handler = CoobirdCallbackHandler(coomon)
        model = GenericFakeChatModel(messages=iter([AIMessage("hi")]), callbacks=[handler])
        asyncio.run(ask(model, manner))
        return weakref.ref(handler)

    handlers = [serve(manner) for _ in range(250) for manner in MANNERS]
    gc.collect()
    assert [handler for handler in handlers if handler() is not None] == []
    assert len(coomon.errors) == len(handlers)


class AnsweringLate(GenericFakeChatModel):
    """Model whose answer comes after the program has ended its calls, as in a thread."""

    handler: Any = None

    def _generate(self, *args: Any, **options: Any) -> Any:
        self.handler.end_with_program()
        return super()._generate(*args, **options)


def test_a_call_that_was_reported_is_not_billed_if_its_answer_comes_after_all(coomon: Recorder) -> None:
    handler = CoobirdCallbackHandler(coomon)
    usage: Any = {"input_tokens": 10, "output_tokens": 2, "total_tokens": 12}
    answers = iter([AIMessage("hi", usage_metadata=usage)] * 2)
    with coomon.run(customer_id="cust", agent_id="agent"):
        AnsweringLate(messages=answers, handler=handler, callbacks=[handler]).invoke("hello")
        assert (len(coomon.events), [type(error) for error in coomon.errors]) == (0, [UsageMissingError])
        GenericFakeChatModel(messages=answers, callbacks=[handler]).invoke("hello")
    assert (len(coomon.events), len(coomon.errors)) == (1, 1)


PROGRAM = """
import asyncio, gc, multiprocessing, os
from langchain_openai import ChatOpenAI
from coobird import Coomon
from coobird.integrations.langchain import CoobirdCallbackHandler

def tell(error):
    os.write(1, f"{os.getpid()} {type(error).__name__} {error}\\n".encode())

coomon = Coomon("sk_test_end", host="http://127.0.0.1:9", on_error=tell)

def model_of_a_request(scenario):
    return ChatOpenAI(model="gpt-4o", base_url=os.environ["FAKE"], api_key="x", max_retries=0,
                      callbacks=[CoobirdCallbackHandler(coomon)], default_headers={"x-scenario": scenario})
"""

UNKNOWN = "UsageMissingError A call of gpt-4o: its usage is unknown, because"

ENDS_WITHOUT_AN_ANSWER = """
async def give_up():
    try:
        async with asyncio.timeout(0.3):
            await model_of_a_request("silent").ainvoke("hello")
    except TimeoutError:
        pass

async def begin():
    stream = model_of_a_request("basic").astream("hello")
    await anext(stream)
    return stream

with coomon.run(customer_id="cust", agent_id="agent"):
    keeps_its_task = asyncio.new_event_loop()
    task = keeps_its_task.create_task(asyncio.wait([keeps_its_task.create_task(give_up())]))
    keeps_its_task.run_until_complete(task)
    loop = asyncio.new_event_loop()
    loop.run_until_complete(begin())
    loop.close()
    open_stream = model_of_a_request("basic").stream("hello")
    next(open_stream)
gc.collect()
if os.fork() == 0:
    raise SystemExit
os.wait()
os.write(1, f"{os.getpid()} ends\\n".encode())
"""


def test_a_call_whose_end_is_not_told_is_reported_once_when_the_program_ends() -> None:
    with FakeLLM() as fake:
        processes, lines = printed_by(ENDS_WITHOUT_AN_ANSWER, fake)
    assert len(set(processes)) == 1
    assert lines[0].startswith(f"{UNKNOWN} its task ended")
    assert lines[1] == "ends"
    assert [line.startswith(f"{UNKNOWN} the program ended") for line in lines[2:]] == [True, True]


ENDS_AS_A_CHILD = """
def serve():
    global open_stream
    with coomon.run(customer_id="cust", agent_id="agent"):
        open_stream = model_of_a_request("basic").stream("hello")
        next(open_stream)

child = multiprocessing.get_context("fork").Process(target=serve)
child.start()
child.join()
"""


def test_a_call_is_reported_when_a_child_of_multiprocessing_ends() -> None:
    with FakeLLM() as fake:
        _, (line,) = printed_by(ENDS_AS_A_CHILD, fake)
    assert line.startswith(f"{UNKNOWN} the program ended")


def printed_by(program: str, fake: FakeLLM) -> tuple[list[str], list[str]]:
    """The ids of the processes that print a line, and the lines."""
    command = [sys.executable, "-W", "ignore", "-c", PROGRAM + program]
    surroundings = os.environ | {"FAKE": fake.openai_url}
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=surroundings, timeout=180)
    assert done.returncode == 0, done.stderr
    lines = [line.split(" ", 1) for line in done.stdout.splitlines()]
    return [process for process, _ in lines], [line for _, line in lines]


def test_an_answer_out_of_the_cache_is_not_billed_again(models: Models, coomon: Recorder) -> None:
    model = models(cache=InMemoryCache())
    with coomon.run(customer_id="cust", agent_id="agent"):
        for _ in range(3):
            model.invoke("hello")
    assert_billed_once(coomon, models.fake.calls[0])
    assert len(coomon.events) == 1


def test_a_call_without_a_customer_is_reported_and_not_billed(models: Models, coomon: Recorder) -> None:
    models().invoke("hello")
    assert coomon.events == []
    assert [type(error) for error in coomon.errors] == [InvalidEventError]


@pytest.mark.parametrize(
    ("usage", "read"),
    [
        ({"input_tokens": 10, "output_tokens": 2, "total_tokens": 12}, {"input_tokens": 10, "output_tokens": 2}),
        (
            # langchain-anthropic reports cache writes by lifetime.
            {
                "input_tokens": 100,
                "output_tokens": 2,
                "total_tokens": 102,
                "input_token_details": {
                    "cache_read": 20,
                    "cache_creation": 0,
                    "ephemeral_5m_input_tokens": 30,
                    "ephemeral_1h_input_tokens": 10,
                },
            },
            {
                "input_tokens": 100,
                "cache_read_input_tokens": 20,
                "cache_write_input_tokens": 40,
                "cache_write_1h_input_tokens": 10,
            },
        ),
        (
            # langchain-openai names parts by service tier. The other integration leaves the cache
            # out of its total.
            {
                "input_tokens": 5,
                "output_tokens": 9,
                "total_tokens": 14,
                "input_token_details": {"flex_cache_read": 20, "flex": 5},
                "output_token_details": {"flex_reasoning": 4, "flex": 5},
            },
            {"input_tokens": 25, "cache_read_input_tokens": 20, "reasoning_output_tokens": 4, "total_tokens": 34},
        ),
    ],
)
def test_the_parts_of_any_providers_usage_are_parts_of_its_totals(
    coomon: Recorder, usage: dict[str, Any], read: dict[str, int]
) -> None:
    message = AIMessage("hi", usage_metadata=usage, response_metadata={"model_name": "m", "model_provider": "bedrock"})
    model = GenericFakeChatModel(
        messages=iter([message]), callbacks=[CoobirdCallbackHandler(coomon, providers=LOOPBACK)]
    )
    with coomon.run(customer_id="cust", agent_id="agent"):
        model.invoke("hello")
    (event,) = coomon.events
    assert event["attributes"] | read == event["attributes"]
    assert coomon.errors == []


def test_embeddings_of_langchain_are_metered_by_the_wrapped_client_only(models: Models, coomon: Recorder) -> None:
    """Embeddings, which LangChain reports to no callback."""
    embeddings = OpenAIEmbeddings(
        base_url=models.fake.openai_url,
        api_key="sk-not-a-key",  # type: ignore[arg-type]
        check_embedding_ctx_length=False,
    )
    wrap(embeddings.client._client, coomon, provider="openai")
    with coomon.run(customer_id="cust", agent_id="agent"):
        embeddings.embed_query("hello")
    assert [event["attributes"]["operation"] for event in coomon.events] == ["embeddings"]
    embeddings.client._client.close()


@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize("is_async", [False, True])
def test_an_answer_that_does_not_fit_the_form_asked_for_is_billed(
    models: Models, fake: FakeLLM, coomon: Recorder, api: str, is_async: bool
) -> None:
    model = models(api).with_structured_output(Weather, method="json_schema")
    with coomon.run(customer_id="cust_1", agent_id="agent"), pytest.raises(ValidationError):
        models.run(model.ainvoke("hello")) if is_async else model.invoke("hello")
    (call,) = fake.calls
    (event,) = coomon.events
    assert (event["customer_id"], event["event_id"]) == ("cust_1", event_id_of(call.id))
    assert (event["attributes"]["input_tokens"], event["attributes"]["output_tokens"]) == (120, 30)
    assert coomon.errors == []


class Counting(GenericFakeChatModel):
    """Model that gives the tokens so far in each chunk, and breaks off."""

    error: Any = None

    def _stream(self, *_: Any, **__: Any) -> Iterator[ChatGenerationChunk]:
        for prompt in (1000, 0):  # the chunks are added up
            usage: Any = {"input_tokens": prompt, "output_tokens": 1, "total_tokens": prompt + 1}
            yield ChatGenerationChunk(message=AIMessageChunk("hi", usage_metadata=usage))
        raise self.error


def test_a_count_of_a_stream_that_breaks_off_is_not_taken_for_the_whole_output(coomon: Recorder) -> None:
    model = Counting(messages=iter([]), error=ConnectionError(), callbacks=[CoobirdCallbackHandler(coomon)])
    with coomon.run(customer_id="cust", agent_id="agent"), pytest.raises(ConnectionError):
        list(model.stream("hello"))
    (event,) = coomon.events
    assert (event["attributes"]["input_tokens"], event["attributes"]["usage_incomplete"]) == (1000, True)
    assert "output_tokens" not in event["attributes"]
    assert [type(error) for error in coomon.errors] == [UsageMissingError]


class Failing(GenericFakeChatModel):
    """Model whose call ends with an error."""

    error: Any = None

    def _generate(self, *_: Any, **__: Any) -> Any:
        raise self.error


class RefusedError(Exception):
    status_code = 429


def of_httpx() -> Exception:
    """The error of a refusal by which `ChatMistralAI` ends."""
    request = httpx.Request("POST", "https://api.mistral.ai/v1/chat/completions")
    return httpx.HTTPStatusError("400", request=request, response=httpx.Response(400, request=request))


@pytest.mark.parametrize(
    ("error", "is_reported"),
    [
        (RuntimeError("Event loop is closed"), True),
        (TimeoutError(), True),
        (RefusedError(), False),
        (of_httpx(), False),
        (TypeError("Received response with null value for 'choices'."), True),
        (ValueError("No generations found in stream."), True),
        (openai.OpenAIError("Missing credentials."), False),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_call_that_may_have_been_answered_is_reported(coomon: Recorder, error: Exception, is_reported: bool) -> None:
    model = Failing(messages=iter([]), error=error, callbacks=[CoobirdCallbackHandler(coomon)])
    with coomon.run(customer_id="cust", agent_id="agent"), pytest.raises(type(error)):
        model.invoke("hello")
    assert coomon.events == []
    assert ["may be charged" in str(each) for each in coomon.errors] == [True] * is_reported


class FailingAt(GenericFakeChatModel):
    """Model that fails at the third of its prompts, and is given four. `sent`: prompts so far."""

    error: Any = None
    sent: Any = None

    def _generate(self, messages: Any, *args: Any, **options: Any) -> Any:
        self.sent.append(messages)
        if len(self.sent) == 3:
            raise self.error
        return super()._generate(messages, *args, **options)


@pytest.mark.parametrize("place", ["sync", "in a task", "async"])
@pytest.mark.parametrize("error", [TimeoutError(), RefusedError()], ids=["timed out", "refused"])
def test_each_prompt_of_one_generate_that_was_sent_is_billed_reported_or_refused(
    coomon: Recorder, place: str, error: Exception
) -> None:
    usage: Any = {"input_tokens": 10, "output_tokens": 2, "total_tokens": 12}
    handler = CoobirdCallbackHandler(coomon)
    answers = iter([AIMessage("hi", usage_metadata=usage)] * 4)
    model = FailingAt(messages=answers, error=error, sent=[], callbacks=[handler])
    prompts: Any = [[HumanMessage("hello")]] * 4

    async def generate() -> None:
        with pytest.raises(type(error)):
            await model.agenerate(prompts) if place == "async" else model.generate(prompts)

    with coomon.run(customer_id="cust", agent_id="agent"):
        if place == "sync":
            with pytest.raises(type(error)):
                model.generate(prompts)
        else:
            asyncio.run(generate())
    outcome = (len(coomon.events), len(coomon.errors))
    is_refused = isinstance(error, RefusedError)
    assert outcome == ((3, 1 - is_refused) if place == "async" else (0, 3 - is_refused))
    handler.end_with_program()
    assert (len(coomon.events), len(coomon.errors)) == outcome
    assert sum(outcome) == len(model.sent) - is_refused


def test_an_answer_with_no_input_at_all_has_no_usage(coomon: Recorder) -> None:
    usage: Any = {"input_tokens": 0, "output_tokens": 9, "total_tokens": 9}
    model = GenericFakeChatModel(messages=iter([AIMessage("hi", usage_metadata=usage)]))
    with coomon.run(customer_id="cust", agent_id="agent"):
        model.invoke("hello", config={"callbacks": [CoobirdCallbackHandler(coomon)]})
    assert coomon.events == []
    assert [type(error) for error in coomon.errors] == [UsageMissingError]


@pytest.mark.parametrize("prompts", [1, 2])
@pytest.mark.parametrize("scenario", ["basic", "no-usage"])
def test_a_batch_of_prompts_is_one_call_and_reported_if_langchain_fails_on_its_answer(
    fake: FakeLLM, coomon: Recorder, scenario: str, prompts: int
) -> None:
    """A completion. LangChain fails on an answer without usage."""
    with httpx.Client() as client, coomon.run(customer_id="cust", agent_id="agent"), suppress(TypeError):
        model = OpenAI(
            model="gpt-3.5-turbo-instruct",
            base_url=fake.openai_url,
            api_key="sk-not-a-key",  # type: ignore[arg-type]
            default_headers={"x-scenario": scenario},
            http_client=client,
            callbacks=[CoobirdCallbackHandler(coomon)],
        )
        model.generate(["hello"] * prompts)
    assert len(fake.calls) == 1
    assert [event["attributes"]["total_tokens"] for event in coomon.events] == [150] * (scenario == "basic")
    assert len(coomon.errors) == (scenario == "no-usage")


class Untold(GenericFakeChatModel):
    """Model whose answer has an empty usage: `ChatMistralAI`, if the server states none."""

    def _generate(self, *args: Any, **kwargs: Any) -> Any:
        result = super()._generate(*args, **kwargs)
        result.llm_output = {"token_usage": {}, "model_name": "mistral-large-latest"}
        return result


def test_an_answer_of_a_chat_model_with_an_empty_usage_is_reported(coomon: Recorder) -> None:
    model = Untold(messages=iter([AIMessage("hi")]), callbacks=[CoobirdCallbackHandler(coomon)])
    with coomon.run(customer_id="cust", agent_id="agent"):
        model.invoke("hello")
    assert coomon.events == []
    assert [type(error) for error in coomon.errors] == [UsageMissingError]


class OfCohere(GenericFakeChatModel):
    """Model whose answer has the fields that `ChatCohere` gives it."""

    def _get_ls_params(self, **_: Any) -> Any:
        return {"ls_provider": "cohere", "ls_model_name": "command-a-03-2025"}


ALL_OF_COHERE = {"input_tokens": 620.0, "output_tokens": 33.0}
BILLED_OF_COHERE = {"input_tokens": 120.0, "output_tokens": 30.0, "total_tokens": 150.0}


@pytest.mark.parametrize(
    ("told", "counts", "is_inexact"),
    [(True, ALL_OF_COHERE, True), (True, BILLED_OF_COHERE, False), (False, BILLED_OF_COHERE, False)],
    ids=["answer", "async stream", "stream"],
)
def test_tokens_of_cohere_that_are_not_billed_make_an_event_inexact(
    coomon: Recorder, told: bool, counts: dict[str, float], is_inexact: bool
) -> None:
    whole: Any = {name: int(count) for name, count in counts.items()} | {"total_tokens": 150} if told else None
    message = AIMessage("hi", usage_metadata=whole, response_metadata={"token_count": counts})
    model = OfCohere(messages=iter([message]), callbacks=[CoobirdCallbackHandler(coomon)])
    with coomon.run(customer_id="cust", agent_id="agent"):
        model.invoke("hello")
    (event,) = coomon.events
    assert event["attributes"]["input_tokens"] == counts["input_tokens"]
    assert event["attributes"].get("usage_inexact", False) is is_inexact
    assert ["not billed" in str(error) for error in coomon.errors] == [True] * is_inexact


class EarlySpans(BaseCallbackHandler):
    """Handler that makes spans, as OpenLLMetry does. It is called back before Coobird's."""

    def __init__(self, tracer: trace.Tracer) -> None:
        self.open: dict[object, trace.Span] = {}
        self.tracer = tracer

    def on_chat_model_start(self, *_: Any, run_id: object, **__: Any) -> None:
        facts = {"gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-4o"}
        self.open[run_id] = self.tracer.start_span("ChatOpenAI.chat", attributes=facts)

    def on_llm_end(self, *_: Any, run_id: object, **__: Any) -> None:
        span = self.open.pop(run_id)
        span.set_attributes({"gen_ai.usage.input_tokens": 120, "gen_ai.usage.output_tokens": 30})
        span.end()


@pytest.mark.parametrize("is_global", [True, False], ids=["for all models", "of one model"])
def test_spans_that_end_before_the_handler_hears_of_it_bill_no_hit_and_report_no_call(
    models: Models, coomon: Recorder, provider: TracerProvider, is_global: bool
) -> None:
    model = models(cache=None if is_global else InMemoryCache())
    model.callbacks = [EarlySpans(provider.get_tracer("opentelemetry.instrumentation.langchain")), models.handler]
    set_llm_cache(InMemoryCache() if is_global else None)
    try:
        for _ in range(3):
            with coomon.run(customer_id="cust", agent_id="agent"):
                model.invoke("hello")
        provider.shutdown()
    finally:
        set_llm_cache(None)
    assert_billed_once(coomon, models.fake.calls[0])
    assert (len(models.fake.calls), len(coomon.events), coomon.errors) == (1, 1, [])


def test_a_span_of_an_answer_from_langchains_cache_is_no_call_either(
    models: Models, coomon: Recorder, provider: TracerProvider
) -> None:
    usage = {"gen_ai.usage.input_tokens": 120, "gen_ai.usage.output_tokens": 30}
    facts = {"gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.response.model": "gpt-4o"}
    tracer = provider.get_tracer("opentelemetry.instrumentation.langchain")
    model = models(cache=InMemoryCache())
    for _ in range(3):
        with coomon.run(customer_id="cust", agent_id="agent"):
            span = tracer.start_span("ChatOpenAI.chat", attributes=facts | usage)
            model.invoke("hello")
            span.end()
    assert (len(models.fake.calls), len(coomon.events), coomon.errors) == (1, 1, [])
