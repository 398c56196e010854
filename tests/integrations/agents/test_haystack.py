"""Haystack with the real package: each call of a model is one exact event for its own payer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated, Any

import openai
import pytest

from coobird.errors import InvalidEventError
from coobird.integrations import UsageMissingError
from coobird.integrations.openai import wrap
from tests.support.integrations.agents.billed import PRICES, assert_each_call_is_billed_to_its_payer
from tests.support.integrations.agents.scripted import Json, Said, ScriptedLLM, customer_of, text, tools_told, use
from tests.support.integrations.recorder import Recorder

pytestmark = pytest.mark.filterwarnings("ignore:'MultiRetriever' is an experimental component")

CUSTOMERS = ["acme", "blue_heron"] * 3


def weather(body: Json) -> Said:
    """Ask for the weather once, then answer."""
    return text("Sunny.") if tools_told(body) else use("get_weather", city="Oslo")


@pytest.fixture(scope="module")
def haystack() -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HAYSTACK_TELEMETRY_ENABLED", "False")
        import haystack

        yield haystack


@pytest.fixture
def fake() -> Iterator[ScriptedLLM]:
    with ScriptedLLM(weather) as server:
        yield server


def wrapped_clients(fake: ScriptedLLM, coomon: Recorder, **payer: str) -> tuple[openai.OpenAI, openai.AsyncOpenAI]:
    clients: Any = {"base_url": fake.url, "api_key": "sk-x", "max_retries": 0}
    options: Any = {"provider": "openai", "prices": PRICES, **payer}
    return wrap(openai.OpenAI(**clients), coomon, **options), wrap(openai.AsyncOpenAI(**clients), coomon, **options)


@pytest.fixture
def generator(haystack: Any, fake: ScriptedLLM, coomon: Recorder) -> Callable[..., Any]:
    """Makes a chat generator on wrapped clients, for the customer of the run if none is named."""
    from haystack.components.generators.chat import OpenAIChatGenerator
    from haystack.utils import Secret

    def make(**payer: str) -> Any:
        made = OpenAIChatGenerator(Secret.from_token("sk-x"), "gpt-4o", api_base_url=fake.url, max_retries=0)
        made.client, made.async_client = wrapped_clients(fake, coomon, **payer)
        return made

    return make


@pytest.fixture
def agent(haystack: Any, generator: Callable[..., Any]) -> Callable[..., Any]:
    from haystack.components.agents import Agent
    from haystack.tools import tool

    @tool
    def get_weather(city: Annotated[str, "Name of a city."]) -> str:
        """Return the weather."""
        return f"Sunny in {city}."

    def make(**options: Any) -> Any:
        return Agent(chat_generator=generator(), tools=options.pop("tools", [get_weather]), **options)

    return make


def question_for(haystack: Any, customer: str) -> dict[str, Any]:
    return {"messages": [haystack.dataclasses.ChatMessage.from_user(f"customer={customer}: the weather?")]}


@pytest.mark.parametrize("streams", [False, True], ids=["whole", "streamed"])
def test_each_turn_with_a_tool_is_one_event(
    haystack: Any, fake: ScriptedLLM, coomon: Recorder, agent: Callable[..., Any], streams: bool
) -> None:
    pieces: list[Any] = []
    options = {"streaming_callback": pieces.append} if streams else {}
    with coomon.run(customer_id="acme", agent_id="weather"):
        said = agent().run(**question_for(haystack, "acme"), **options)
    assert said["last_message"].text == "Sunny."
    assert [call.stream for call in fake.calls] == [streams] * 2
    assert_each_call_is_billed_to_its_payer(coomon, fake.calls, 2)


def test_customers_that_ask_in_threads_pay_each_for_their_own_calls(
    haystack: Any, fake: ScriptedLLM, coomon: Recorder, agent: Callable[..., Any]
) -> None:
    shared = agent()

    def ask(customer: str) -> Any:
        with coomon.run(customer_id=customer, agent_id="weather"):
            return shared.run(**question_for(haystack, customer))

    shared.warm_up()
    with ThreadPoolExecutor(len(CUSTOMERS)) as pool:
        list(pool.map(ask, CUSTOMERS))
    assert_each_call_is_billed_to_its_payer(coomon, fake.calls, 12)


@pytest.mark.parametrize("streams", [False, True], ids=["whole", "streamed"])
def test_customers_that_ask_in_tasks_pay_each_for_their_own_calls(
    haystack: Any, fake: ScriptedLLM, coomon: Recorder, agent: Callable[..., Any], streams: bool
) -> None:
    pieces: list[Any] = []

    async def keep(piece: Any) -> None:
        pieces.append(piece)

    async def ask_all() -> None:
        shared = agent()
        options = {"streaming_callback": keep} if streams else {}

        async def ask(customer: str) -> Any:
            with coomon.run(customer_id=customer, agent_id="weather"):
                return await shared.run_async(**question_for(haystack, customer), **options)

        await asyncio.gather(*map(ask, CUSTOMERS))

    asyncio.run(ask_all())
    assert bool(pieces) == streams
    assert_each_call_is_billed_to_its_payer(coomon, fake.calls, 12)


def test_agents_that_are_tools_are_billed_to_the_payer_of_their_manager(
    haystack: Any, fake: ScriptedLLM, coomon: Recorder, agent: Callable[..., Any]
) -> None:
    from haystack.tools import tool

    def delegate(body: Json) -> Said:
        names = [each["function"]["name"] for each in body.get("tools", ())]
        if not names:
            return text("Found.")
        task = f"customer={customer_of(body)}: search"
        asked = Said(tools=tuple((name, {"task": task}) for name in names))
        return text("Sunny.") if tools_told(body) else asked

    fake.say = delegate

    def helper(name: str) -> Any:
        inner = agent(tools=[])

        def ask(task: Annotated[str, "What to find."]) -> str:
            """Search."""
            return str(inner.run(messages=[haystack.dataclasses.ChatMessage.from_user(task)])["last_message"].text)

        ask.__name__ = name
        return tool(ask)

    manager = agent(tools=[helper("searcher"), helper("reader")])
    with coomon.run(customer_id="acme", agent_id="manager"):
        manager.run(**question_for(haystack, "acme"))
    assert_each_call_is_billed_to_its_payer(coomon, fake.calls, 4)


def test_a_pipeline_in_tasks_is_billed_to_the_payer_of_each_task(
    haystack: Any, fake: ScriptedLLM, coomon: Recorder, generator: Callable[..., Any]
) -> None:
    from haystack.components.builders import ChatPromptBuilder

    fake.say = lambda body: text("Sunny.")

    async def ask_all() -> None:
        pipeline = haystack.Pipeline()
        pipeline.add_component(
            "prompt", ChatPromptBuilder([haystack.dataclasses.ChatMessage.from_user("{{question}}")])
        )
        pipeline.add_component("llm", generator())
        pipeline.connect("prompt.prompt", "llm.messages")

        async def ask(customer: str) -> Any:
            with coomon.run(customer_id=customer, agent_id="weather"):
                return await pipeline.run_async({"prompt": {"question": f"customer={customer}: the weather?"}})

        await asyncio.gather(*map(ask, CUSTOMERS))

    asyncio.run(ask_all())
    assert_each_call_is_billed_to_its_payer(coomon, fake.calls, 6)


@pytest.fixture(params=["extractor", "queries", "retrievers"])
def spread(
    request: pytest.FixtureRequest, fake: ScriptedLLM, coomon: Recorder, generator: Callable[..., Any]
) -> Callable[..., Any]:
    """Makes a component that makes two calls at once, and its input."""
    from haystack import Document
    from haystack.components.embedders import OpenAITextEmbedder
    from haystack.components.extractors import LLMMetadataExtractor
    from haystack.components.retrievers import (
        InMemoryEmbeddingRetriever,
        MultiQueryEmbeddingRetriever,
        MultiRetriever,
        TextEmbeddingRetriever,
    )
    from haystack.document_stores.in_memory import InMemoryDocumentStore
    from haystack.utils import Secret

    fake.say = lambda body: text("{}")
    texts = ["customer=acme: one", "customer=acme: two"]

    def extractor(**payer: str) -> tuple[Any, dict[str, Any]]:
        made = LLMMetadataExtractor("About {{ document.content }}", generator(**payer))
        return made, {"documents": [Document(content=content) for content in texts]}

    def stored(**payer: str) -> tuple[Any, Any]:
        embedder = OpenAITextEmbedder(Secret.from_token("sk-x"), "text-embedding-3-small", api_base_url=fake.url)
        embedder.client, embedder.async_client = wrapped_clients(fake, coomon, **payer)
        return InMemoryEmbeddingRetriever(InMemoryDocumentStore()), embedder

    def queries(**payer: str) -> tuple[Any, dict[str, Any]]:
        store, embedder = stored(**payer)
        return MultiQueryEmbeddingRetriever(retriever=store, query_embedder=embedder), {"queries": texts}

    def retrievers(**payer: str) -> tuple[Any, dict[str, Any]]:
        store, embedder = stored(**payer)
        part = TextEmbeddingRetriever(retriever=store, text_embedder=embedder)
        return MultiRetriever(retrievers={"one": part, "two": part}), {"query": texts[0]}

    return {"extractor": extractor, "queries": queries, "retrievers": retrievers}[request.param]


def test_calls_in_threads_without_the_run_have_no_payer_and_are_reported(
    coomon: Recorder, spread: Callable[..., Any]
) -> None:
    component, asked = spread()
    with coomon.run(customer_id="acme", agent_id="weather"):
        component.run(**asked)
    assert coomon.events == []
    assert [type(error) for error in coomon.errors] == [InvalidEventError] * 2


def test_calls_in_threads_without_the_run_are_billed_to_the_payer_of_the_client(
    fake: ScriptedLLM, coomon: Recorder, spread: Callable[..., Any]
) -> None:
    component, asked = spread(customer_id="acme", agent_id="weather")
    component.run(**asked)
    assert_each_call_is_billed_to_its_payer(coomon, fake.calls, 2)


def test_a_component_that_makes_its_calls_in_tasks_is_billed_to_the_payer_of_the_run(
    fake: ScriptedLLM, coomon: Recorder, spread: Callable[..., Any]
) -> None:
    component, asked = spread()
    with coomon.run(customer_id="acme", agent_id="weather"):
        asyncio.run(component.run_async(**asked))
    assert_each_call_is_billed_to_its_payer(coomon, fake.calls, 2)


def test_a_refused_call_is_the_callers_error_and_not_billed(
    haystack: Any, fake: ScriptedLLM, coomon: Recorder, generator: Callable[..., Any]
) -> None:
    fake.say = lambda body: Said(status=400)
    with coomon.run(customer_id="acme", agent_id="weather"), pytest.raises(openai.BadRequestError):
        generator().run(**question_for(haystack, "acme"))
    assert (coomon.events, coomon.errors) == ([], [])


def test_an_answer_without_usage_is_reported_and_not_billed(
    haystack: Any, fake: ScriptedLLM, coomon: Recorder, generator: Callable[..., Any]
) -> None:
    fake.say = lambda body: Said("Sunny.", without_usage=True)
    with coomon.run(customer_id="acme", agent_id="weather"):
        generator().run(**question_for(haystack, "acme"))
    assert coomon.events == []
    assert [type(error) for error in coomon.errors] == [UsageMissingError]
