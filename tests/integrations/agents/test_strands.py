"""Strands with wrapped clients: runs, tools in parallel, agents as tools, graphs, threads."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import pytest
from strands import Agent, tool
from strands.models import BedrockModel
from strands.models.anthropic import AnthropicModel
from strands.models.openai import OpenAIModel
from strands.multiagent import GraphBuilder

from coobird.integrations import UsageMissingError
from coobird.integrations import anthropic as anthropic_meter
from coobird.integrations import bedrock as bedrock_meter
from tests.support.integrations.agents.checks import (
    assert_each_call_has_its_own_payer,
    assert_each_call_is_billed_once,
)
from tests.support.integrations.agents.clients import AWS, KEYS, async_openai_client
from tests.support.integrations.providers.server import Fake
from tests.support.integrations.recorder import Recorder


def nova(models: Fake, coomon: Recorder, *, streaming: bool = True) -> Any:
    model = BedrockModel(
        boto_session=boto3.Session(**AWS),
        endpoint_url=models.url,
        model_id="us.amazon.nova-pro-v1:0",
        streaming=streaming,
    )
    bedrock_meter.wrap(model.client, coomon, cost=True)
    return model


def whole_nova(models: Fake, coomon: Recorder) -> Any:
    return nova(models, coomon, streaming=False)


def claude(models: Fake, coomon: Recorder) -> Any:
    model = AnthropicModel(client_args={"base_url": models.url, **KEYS}, model_id="claude-sonnet-4-6", max_tokens=99)
    anthropic_meter.wrap(model.client, coomon, provider="anthropic", cost=True)
    return model


def gpt(models: Fake, coomon: Recorder) -> Any:
    return OpenAIModel(client=async_openai_client(models, coomon), model_id="gpt-4o")


Maker = Callable[[Fake, Recorder], Any]
EACH_MODEL = pytest.mark.parametrize("model", [nova, whole_nova, claude, gpt])


@tool
def look_up(customer: str) -> str:
    """Look a customer up."""
    return f"{customer} is known"


def researcher(model: Any) -> Agent:
    return Agent(model=model, tools=[look_up], callback_handler=None)


def manager(model: Any) -> Agent:
    """An agent whose tool runs another, which uses a tool: four calls."""

    @tool
    async def ask_researcher(customer: str) -> str:
        """Ask the researcher about a customer."""
        return str(await researcher(model).invoke_async(f"About {customer}"))

    return Agent(model=model, tools=[ask_researcher], callback_handler=None)


@EACH_MODEL
def test_each_call_of_a_run_is_billed_once(models: Fake, coomon: Recorder, model: Maker) -> None:
    async def run() -> None:
        await manager(model(models, coomon)).invoke_async("About cust_a")

    with coomon.run(customer_id="cust_a", agent_id="agent"):
        asyncio.run(run())
    assert_each_call_is_billed_once(coomon, models, 4)
    assert_each_call_has_its_own_payer(coomon, models)


@EACH_MODEL
def test_runs_at_once_in_tasks_have_their_own_payers(models: Fake, coomon: Recorder, model: Maker) -> None:
    async def ask(used: Any, customer: str) -> None:
        with coomon.run(customer_id=customer, agent_id="agent"):
            async for _ in manager(used).stream_async(f"About {customer}"):
                pass

    async def all_at_once() -> None:
        used = model(models, coomon)
        await asyncio.gather(*(ask(used, customer) for customer in ("cust_a", "cust_b") * 2))

    asyncio.run(all_at_once())
    assert_each_call_is_billed_once(coomon, models, 16)
    assert_each_call_has_its_own_payer(coomon, models)


@EACH_MODEL
def test_runs_in_the_frameworks_own_threads_have_their_own_payers(models: Fake, coomon: Recorder, model: Maker) -> None:
    def ask(customer: str) -> None:
        # Called without a loop, an agent runs in a thread with a loop of its own.
        with coomon.run(customer_id=customer, agent_id="agent"):
            researcher(model(models, coomon))(f"About {customer}")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(ask, ["cust_a", "cust_b"] * 2))
    assert_each_call_is_billed_once(coomon, models, 8)
    assert_each_call_has_its_own_payer(coomon, models)


def test_the_agents_of_a_graph_have_the_payer_of_its_run(models: Fake, coomon: Recorder) -> None:
    async def ask(used: Any, customer: str) -> None:
        builder = GraphBuilder().set_max_node_executions(9)
        for name in ("first", "second"):
            builder.add_node(researcher(used), name)
        with coomon.run(customer_id=customer, agent_id="agent"):
            await builder.build().invoke_async(f"About {customer}")

    async def both() -> None:
        used = nova(models, coomon)
        await asyncio.gather(ask(used, "cust_a"), ask(used, "cust_b"))

    asyncio.run(both())
    assert_each_call_is_billed_once(coomon, models, 8)
    assert_each_call_has_its_own_payer(coomon, models)


@EACH_MODEL
def test_a_refused_call_costs_nothing(models: Fake, coomon: Recorder, model: Maker) -> None:
    models.scenario = "error"
    with coomon.run(customer_id="cust_a", agent_id="agent"), pytest.raises(Exception):  # noqa: B017, PT011 - the framework's
        researcher(model(models, coomon))("About cust_a")
    assert (coomon.events, coomon.errors) == ([], [])


@pytest.mark.parametrize("model", [nova, claude, gpt])
def test_a_stream_that_breaks_is_reported(models: Fake, coomon: Recorder, model: Maker) -> None:
    models.scenario = "cut"
    with coomon.run(customer_id="cust_a", agent_id="agent"), pytest.raises(Exception):  # noqa: B017, PT011 - the framework's
        researcher(model(models, coomon))("About cust_a")
    assert {type(error) for error in coomon.errors} == {UsageMissingError}
    assert len(coomon.errors) == len(models.calls)
    # Anthropic states the input first, which is billed.
    assert len(coomon.events) == len(models.calls) * (model is claude)
