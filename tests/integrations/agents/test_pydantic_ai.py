"""pydantic-ai with wrapped clients of four SDKs: runs, streams, delegation, threads."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from pydantic_ai import Agent
from pydantic_ai.models import Model
from pydantic_ai.models.anthropic import AnthropicModel
from pydantic_ai.models.bedrock import BedrockConverseModel
from pydantic_ai.models.google import GoogleModel
from pydantic_ai.models.openai import OpenAIChatModel, OpenAIResponsesModel
from pydantic_ai.providers.anthropic import AnthropicProvider
from pydantic_ai.providers.bedrock import BedrockProvider
from pydantic_ai.providers.google import GoogleProvider
from pydantic_ai.providers.openai import OpenAIProvider

from coobird.integrations import UsageMissingError
from tests.support.integrations.agents.checks import (
    assert_each_call_has_its_own_payer,
    assert_each_call_is_billed_once,
)
from tests.support.integrations.agents.clients import (
    async_anthropic_client,
    async_openai_client,
    bedrock_client,
    google_client,
)
from tests.support.integrations.providers.server import Fake
from tests.support.integrations.recorder import Recorder


def chat(models: Fake, coomon: Recorder) -> Model:
    return OpenAIChatModel("gpt-4o", provider=OpenAIProvider(openai_client=async_openai_client(models, coomon)))


def responses(models: Fake, coomon: Recorder) -> Model:
    return OpenAIResponsesModel("gpt-4o", provider=OpenAIProvider(openai_client=async_openai_client(models, coomon)))


def claude(models: Fake, coomon: Recorder) -> Model:
    provider = AnthropicProvider(anthropic_client=async_anthropic_client(models, coomon))
    return AnthropicModel("claude-sonnet-4-6", provider=provider)


def gemini(models: Fake, coomon: Recorder) -> Model:
    return GoogleModel("gemini-2.5-flash", provider=GoogleProvider(client=google_client(models, coomon)))


def nova(models: Fake, coomon: Recorder) -> Model:
    provider = BedrockProvider(bedrock_client=bedrock_client(models, coomon))
    return BedrockConverseModel("us.amazon.nova-pro-v1:0", provider=provider)


MODELS = [chat, responses, claude, gemini, nova]
EACH_MODEL = pytest.mark.parametrize("model", MODELS)
Maker = Callable[[Fake, Recorder], Model]


def researcher(model: Model) -> Agent:
    agent = Agent(model)

    @agent.tool_plain
    def look_up(customer: str) -> str:
        return f"{customer} is known"

    return agent


def manager(model: Model) -> Agent:
    """An agent whose tool runs another, which uses a tool: four calls."""
    agent, asked = Agent(model), researcher(model)

    @agent.tool_plain
    async def ask_researcher(customer: str) -> str:
        return (await asked.run(f"About {customer}")).output

    return agent


async def run(agent: Agent, question: str, *, stream: bool = False) -> None:
    if not stream:
        await agent.run(question)
        return
    async with agent.run_stream(question) as result:
        async for _ in result.stream_output():
            pass


@EACH_MODEL
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
def test_each_call_of_a_run_is_billed_once(models: Fake, coomon: Recorder, model: Maker, *, stream: bool) -> None:
    with coomon.run(customer_id="cust_a", agent_id="agent"):
        asyncio.run(run(manager(model(models, coomon)), "About cust_a", stream=stream))
    assert_each_call_is_billed_once(coomon, models, 4)
    assert_each_call_has_its_own_payer(coomon, models)


@EACH_MODEL
def test_runs_at_once_in_tasks_have_their_own_payers(models: Fake, coomon: Recorder, model: Maker) -> None:
    async def ask(agent: Agent, customer: str, *, stream: bool) -> None:
        with coomon.run(customer_id=customer, agent_id="agent"):
            await run(agent, f"About {customer}", stream=stream)

    async def all_at_once() -> None:
        agent = manager(model(models, coomon))
        await asyncio.gather(
            *(ask(agent, customer, stream=stream) for customer in ("cust_a", "cust_b") for stream in (False, True))
        )

    asyncio.run(all_at_once())
    assert_each_call_is_billed_once(coomon, models, 16)
    assert_each_call_has_its_own_payer(coomon, models)


@EACH_MODEL
def test_runs_at_once_in_threads_have_their_own_payers(models: Fake, coomon: Recorder, model: Maker) -> None:
    def ask(customer: str) -> None:
        # A loop for each thread, and so a client for each: the SDKs' async clients belong to one.
        with coomon.run(customer_id=customer, agent_id="agent"):
            manager(model(models, coomon)).run_sync(f"About {customer}")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(ask, ["cust_a", "cust_b"] * 2))
    assert_each_call_is_billed_once(coomon, models, 16)
    assert_each_call_has_its_own_payer(coomon, models)


@EACH_MODEL
def test_a_refused_call_costs_nothing(models: Fake, coomon: Recorder, model: Maker) -> None:
    models.scenario = "error"
    with coomon.run(customer_id="cust_a", agent_id="agent"), pytest.raises(Exception):  # noqa: B017, PT011 - the framework's
        asyncio.run(run(researcher(model(models, coomon)), "About cust_a"))
    assert (coomon.events, coomon.errors) == ([], [])


@EACH_MODEL
def test_a_stream_that_breaks_is_reported(models: Fake, coomon: Recorder, model: Maker) -> None:
    models.scenario = "cut"
    with coomon.run(customer_id="cust_a", agent_id="agent"), pytest.raises(Exception):  # noqa: B017, PT011 - the framework's
        asyncio.run(run(researcher(model(models, coomon)), "About cust_a", stream=True))
    assert [type(error) for error in coomon.errors] == [UsageMissingError]
    # Anthropic and Gemini state the input first, which is billed.
    assert [event["attributes"].get("output_tokens") for event in coomon.events] == [None] * (model in (claude, gemini))
