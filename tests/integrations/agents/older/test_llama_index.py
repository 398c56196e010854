"""LlamaIndex with the real package: each call of a model is one exact event for its own payer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import openai
import pytest
from llama_index.core.agent.workflow import AgentWorkflow, FunctionAgent
from llama_index.core.llms import ChatMessage
from llama_index.llms.openai import OpenAI, OpenAIResponses

from coobird.integrations import UsageMissingError
from coobird.integrations.openai import wrap
from tests.support.integrations.agents.billed import PRICES, assert_each_call_is_billed_to_its_payer
from tests.support.integrations.agents.litellm_reports import metered_litellm, settle
from tests.support.integrations.agents.scripted import Json, Said, ScriptedLLM, text, tools_told, use
from tests.support.integrations.recorder import Recorder

# LlamaIndex asks pydantic in ways that are deprecated, and LiteLLM in ways that it warns of.
pytestmark = pytest.mark.filterwarnings("ignore")

CUSTOMERS = ["acme", "blue_heron"] * 3
APIS = [pytest.param(OpenAI, id="chat"), pytest.param(OpenAIResponses, id="responses")]


def get_weather(city: str) -> str:
    """Return the weather."""
    return f"Sunny in {city}."


def weather(body: Json) -> Said:
    """Ask for the weather once, then answer."""
    return text("Sunny.") if tools_told(body) or not body.get("tools") else use("get_weather", city="Oslo")


@pytest.fixture
def fake() -> Iterator[ScriptedLLM]:
    with ScriptedLLM(weather) as server:
        yield server


@pytest.fixture
def llm(fake: ScriptedLLM, coomon: Recorder) -> Callable[..., Any]:
    """Makes a model on wrapped clients. It is made in the event loop that uses it."""

    def make(api: Any = OpenAI) -> Any:
        kinds = {"openai_client": openai.OpenAI, "async_openai_client": openai.AsyncOpenAI}
        clients = {
            name: wrap(kind(base_url=fake.url, api_key="sk-x", max_retries=0), coomon, provider="openai", prices=PRICES)
            for name, kind in kinds.items()
        }
        return api(model="gpt-4o", api_key="sk-x", max_retries=0, **clients)

    return make


def question_for(customer: str) -> list[ChatMessage]:
    return [ChatMessage(role="user", content=f"customer={customer}: the weather?")]


@pytest.mark.parametrize("api", APIS)
def test_a_call_is_one_event_in_each_form(
    fake: ScriptedLLM, coomon: Recorder, llm: Callable[..., Any], api: Any
) -> None:
    async def ask(model: Any) -> None:
        await model.achat(question_for("acme"))
        async for _ in await model.astream_chat(question_for("acme")):
            pass

    with coomon.run(customer_id="acme", agent_id="answers"):
        model = llm(api)
        model.chat(question_for("acme"))
        model.complete("customer=acme: the weather?")
        list(model.stream_chat(question_for("acme")))
        asyncio.run(ask(model))
    assert [call.stream for call in fake.calls] == [False, False, True, False, True]
    assert_each_call_is_billed_to_its_payer(coomon, fake.calls, 5)


@pytest.mark.parametrize("streams", [False, True], ids=["whole", "streamed"])
def test_customers_that_ask_one_agent_in_tasks_pay_each_for_their_own_turns(
    fake: ScriptedLLM, coomon: Recorder, llm: Callable[..., Any], streams: bool
) -> None:
    async def ask_all() -> None:
        agent = FunctionAgent(tools=[get_weather], llm=llm(), system_prompt="Answer.", streaming=streams)

        async def ask(customer: str) -> None:
            with coomon.run(customer_id=customer, agent_id="weather"):
                assert str(await agent.run(f"customer={customer}: the weather?")) == "Sunny."

        await asyncio.gather(*map(ask, CUSTOMERS))

    asyncio.run(ask_all())
    assert {call.stream for call in fake.calls} == {streams}
    assert_each_call_is_billed_to_its_payer(coomon, fake.calls, 12)


def test_agents_that_take_over_are_billed_to_the_payer_of_the_workflow(
    fake: ScriptedLLM, coomon: Recorder, llm: Callable[..., Any]
) -> None:
    def hand_over(body: Json) -> Said:
        names = [each["function"]["name"] for each in body["tools"]]
        if "handoff" in names and not tools_told(body):
            return use("handoff", to_agent="writer", reason="It writes.")
        return text("Sunny.")

    fake.say = hand_over

    async def ask_all() -> None:
        model = llm()
        options: Any = {"llm": model, "description": "Answers.", "system_prompt": "Answer."}
        reader = FunctionAgent(name="reader", tools=[get_weather], can_handoff_to=["writer"], **options)
        writer = FunctionAgent(name="writer", tools=[get_weather], can_handoff_to=[], **options)
        workflow = AgentWorkflow(agents=[reader, writer], root_agent="reader")

        async def ask(customer: str) -> None:
            with coomon.run(customer_id=customer, agent_id="team"):
                await workflow.run(user_msg=f"customer={customer}: the weather?")

        await asyncio.gather(*map(ask, CUSTOMERS))

    asyncio.run(ask_all())
    assert_each_call_is_billed_to_its_payer(coomon, fake.calls, 12)


def test_customers_that_ask_in_threads_pay_each_for_their_own_calls(
    fake: ScriptedLLM, coomon: Recorder, llm: Callable[..., Any]
) -> None:
    model = llm()

    def ask(customer: str) -> None:
        with coomon.run(customer_id=customer, agent_id="answers"):
            model.chat(question_for(customer))

    with ThreadPoolExecutor(len(CUSTOMERS)) as pool:
        list(pool.map(ask, CUSTOMERS))
    assert_each_call_is_billed_to_its_payer(coomon, fake.calls, 6)


def test_a_chat_engine_streams_from_a_thread_of_its_own_in_the_payers_run(
    fake: ScriptedLLM, coomon: Recorder, llm: Callable[..., Any]
) -> None:
    from llama_index.core.chat_engine import SimpleChatEngine

    engine = SimpleChatEngine.from_defaults(llm=llm())
    with coomon.run(customer_id="acme", agent_id="answers"):
        said = engine.stream_chat("customer=acme: the weather?")
    # Read outside of the run.
    assert "".join(said.response_gen) == "Sunny."
    assert_each_call_is_billed_to_its_payer(coomon, fake.calls, 1)


def test_a_refused_call_is_the_callers_error_and_not_billed(
    fake: ScriptedLLM, coomon: Recorder, llm: Callable[..., Any]
) -> None:
    fake.say = lambda body: Said(status=400)
    with coomon.run(customer_id="acme", agent_id="answers"), pytest.raises(openai.BadRequestError):
        llm().chat(question_for("acme"))
    assert (coomon.events, coomon.errors) == ([], [])


def test_an_answer_without_usage_is_reported_and_not_billed(
    fake: ScriptedLLM, coomon: Recorder, llm: Callable[..., Any]
) -> None:
    fake.say = lambda body: Said("Sunny.", without_usage=True)
    with coomon.run(customer_id="acme", agent_id="answers"):
        llm().chat(question_for("acme"))
    assert coomon.events == []
    assert [type(error) for error in coomon.errors] == [UsageMissingError]


def test_an_embedding_is_one_event_and_costs_nothing_if_the_pipelines_cache_has_it(
    fake: ScriptedLLM, coomon: Recorder
) -> None:
    from llama_index.core import Document
    from llama_index.core.ingestion import IngestionCache, IngestionPipeline
    from llama_index.embeddings.litellm import LiteLLMEmbedding

    model = LiteLLMEmbedding(model_name="openai/text-embedding-3-small", api_base=fake.url, api_key="sk-x")
    pipeline = IngestionPipeline(transformations=[model], cache=IngestionCache())

    async def index() -> None:
        for customer, words in (("acme", "sunny"), ("acme", "sunny"), ("blue_heron", "rain")):
            with coomon.run(customer_id=customer, agent_id="index"):
                await pipeline.arun(documents=[Document(text=f"customer={customer}: {words}")])

    with metered_litellm(coomon):
        asyncio.run(index())
        settle(coomon, 2)
    assert_each_call_is_billed_to_its_payer(coomon, fake.calls, 2)
