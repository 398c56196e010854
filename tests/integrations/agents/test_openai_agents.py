"""OpenAI Agents SDK with a wrapped client: runs, streams, handoffs, agents as tools, threads."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import openai
import pytest
from agents import Agent, GuardrailFunctionOutput, OpenAIProvider, RunConfig, Runner, function_tool, input_guardrail

from coobird.integrations import UsageMissingError
from tests.support.integrations.agents.checks import (
    assert_each_call_has_its_own_payer,
    assert_each_call_is_billed_once,
)
from tests.support.integrations.agents.clients import async_openai_client, openai_client
from tests.support.integrations.providers.server import Fake
from tests.support.integrations.recorder import Recorder

MODEL = "gpt-4o"
APIS = pytest.mark.parametrize("api", ["responses", "chat"])


@function_tool
def look_up(customer: str) -> str:
    """Look a customer up."""
    return f"{customer} is known"


def config(models: Fake, coomon: Recorder, api: str) -> RunConfig:
    provider = OpenAIProvider(openai_client=async_openai_client(models, coomon), use_responses=api == "responses")
    return RunConfig(model_provider=provider, tracing_disabled=True)


async def run(agent: Agent, question: str, using: RunConfig, *, stream: bool = False) -> None:
    if not stream:
        await Runner.run(agent, question, run_config=using)
        return
    result = Runner.run_streamed(agent, question, run_config=using)
    async for _ in result.stream_events():
        pass


def researcher() -> Agent:
    return Agent(name="researcher", model=MODEL, tools=[look_up])


def triage() -> Agent:
    return Agent(name="triage", model=MODEL, handoffs=[Agent(name="writer", model=MODEL)])


def manager() -> Agent:
    """An agent that asks another, which uses a tool: four calls."""
    asked = researcher().as_tool(tool_name="ask_researcher", tool_description="Asks the researcher.")
    return Agent(name="manager", model=MODEL, tools=[asked])


AGENTS = pytest.mark.parametrize(
    ("make", "calls"), [(researcher, 2), (triage, 2), (manager, 4)], ids=["tool", "handoff", "agent as tool"]
)


@AGENTS
@APIS
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
def test_each_call_of_a_run_is_billed_once(
    models: Fake, coomon: Recorder, api: str, make: Any, calls: int, *, stream: bool
) -> None:
    with coomon.run(customer_id="cust_a", agent_id="agent"):
        asyncio.run(run(make(), "About cust_a", config(models, coomon, api), stream=stream))
    assert_each_call_is_billed_once(coomon, models, calls)
    assert_each_call_has_its_own_payer(coomon, models)


@AGENTS
@APIS
def test_runs_at_once_in_tasks_have_their_own_payers(
    models: Fake, coomon: Recorder, api: str, make: Any, calls: int
) -> None:
    async def ask(customer: str, using: RunConfig, *, stream: bool) -> None:
        with coomon.run(customer_id=customer, agent_id="agent"):
            await run(make(), f"About {customer}", using, stream=stream)

    async def all_at_once() -> None:
        using = config(models, coomon, api)
        await asyncio.gather(
            *(ask(customer, using, stream=stream) for customer in ("cust_a", "cust_b") for stream in (False, True))
        )

    asyncio.run(all_at_once())
    assert_each_call_is_billed_once(coomon, models, 4 * calls)
    assert_each_call_has_its_own_payer(coomon, models)


# The SDK keeps the loop of a thread for the next run, after it has shut its generators down.
@pytest.mark.filterwarnings("ignore:asynchronous generator:ResourceWarning")
def test_runs_at_once_in_threads_have_their_own_payers(models: Fake, coomon: Recorder) -> None:
    def ask(customer: str) -> None:
        # A loop for each thread, and so a client for each: the SDK's clients belong to one loop.
        with coomon.run(customer_id=customer, agent_id="agent"):
            Runner.run_sync(manager(), f"About {customer}", run_config=config(models, coomon, "responses"))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(ask, ["cust_a", "cust_b"] * 4))
    assert_each_call_is_billed_once(coomon, models, 32)
    assert_each_call_has_its_own_payer(coomon, models)


def test_calls_that_a_tool_makes_in_the_frameworks_thread_have_the_payer_of_the_run(
    models: Fake, coomon: Recorder
) -> None:
    client = openai_client(models, coomon)

    @function_tool
    def summarize(customer: str) -> str:
        """Summarize."""
        client.responses.create(model=MODEL, input=f"About {customer}")
        return f"{customer} is known"

    async def ask(customer: str, using: RunConfig) -> None:
        with coomon.run(customer_id=customer, agent_id="agent"):
            await run(Agent(name="writer", model=MODEL, tools=[summarize]), f"About {customer}", using)

    async def both() -> None:
        using = config(models, coomon, "responses")
        await asyncio.gather(ask("cust_a", using), ask("cust_b", using))

    asyncio.run(both())
    assert_each_call_is_billed_once(coomon, models, 6)
    assert_each_call_has_its_own_payer(coomon, models)


def test_an_agent_that_guards_another_is_billed_to_the_same_payer(models: Fake, coomon: Recorder) -> None:
    async def ask(customer: str, using: RunConfig) -> None:
        @input_guardrail
        async def guard(_: Any, __: Any, question: Any) -> GuardrailFunctionOutput:
            said = await Runner.run(Agent(name="guard", model=MODEL), question, run_config=using)
            return GuardrailFunctionOutput(output_info=said.final_output, tripwire_triggered=False)

        agent = Agent(name="writer", model=MODEL, input_guardrails=[guard])
        with coomon.run(customer_id=customer, agent_id="agent"):
            await run(agent, f"About {customer}", using)

    async def both() -> None:
        using = config(models, coomon, "responses")
        await asyncio.gather(ask("cust_a", using), ask("cust_b", using))

    asyncio.run(both())
    assert_each_call_is_billed_once(coomon, models, 4)
    assert_each_call_has_its_own_payer(coomon, models)


@APIS
def test_a_refused_call_costs_nothing(models: Fake, coomon: Recorder, api: str) -> None:
    models.scenario = "error"
    with coomon.run(customer_id="cust_a", agent_id="agent"), pytest.raises(openai.BadRequestError):
        asyncio.run(run(researcher(), "About cust_a", config(models, coomon, api)))
    assert (coomon.events, coomon.errors) == ([], [])


@APIS
def test_a_stream_that_breaks_is_reported(models: Fake, coomon: Recorder, api: str) -> None:
    models.scenario = "cut"
    with coomon.run(customer_id="cust_a", agent_id="agent"), pytest.raises(Exception):  # noqa: B017, PT011 - the SDK's
        asyncio.run(run(researcher(), "About cust_a", config(models, coomon, api), stream=True))
    assert coomon.events == []
    assert [type(error) for error in coomon.errors] == [UsageMissingError]
