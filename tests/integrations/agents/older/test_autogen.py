"""AutoGen with the real package: each call of a model is one exact event for its own payer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import openai
import pytest
from autogen_agentchat.agents import AssistantAgent
from autogen_agentchat.conditions import MaxMessageTermination
from autogen_agentchat.teams import RoundRobinGroupChat
from autogen_agentchat.tools import AgentTool
from autogen_core import SingleThreadedAgentRuntime
from autogen_ext.models.openai import BaseOpenAIChatCompletionClient

from coobird.errors import InvalidEventError
from coobird.integrations import UsageMissingError
from coobird.integrations.openai import wrap
from tests.support.integrations.agents.billed import PRICES, assert_each_call_is_billed_to_its_payer
from tests.support.integrations.agents.scripted import Json, Said, ScriptedLLM, customer_of, text, tools_told, use
from tests.support.integrations.recorder import Recorder

CUSTOMERS = ["acme", "blue_heron"] * 3


async def get_weather(city: str) -> str:
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
def model(fake: ScriptedLLM, coomon: Recorder) -> Callable[..., Any]:
    """Makes a model on a wrapped client. It is made in the event loop that uses it."""

    def make(**payer: str) -> Any:
        client = openai.AsyncOpenAI(base_url=fake.url, api_key="sk-x", max_retries=0)
        wrap(client, coomon, provider="openai", prices=PRICES, **payer)
        return BaseOpenAIChatCompletionClient(client, create_args={"model": "gpt-4o"})

    return make


@pytest.mark.parametrize("streams", [False, True], ids=["whole", "streamed"])
def test_customers_that_ask_in_tasks_pay_each_for_their_own_turns(
    fake: ScriptedLLM, coomon: Recorder, model: Callable[[], Any], streams: bool
) -> None:
    async def ask_all() -> None:
        shared = model()

        async def ask(customer: str) -> None:
            agent = AssistantAgent(
                "weather", shared, tools=[get_weather], reflect_on_tool_use=True, model_client_stream=streams
            )
            with coomon.run(customer_id=customer, agent_id="weather"):
                async for _ in agent.run_stream(task=f"customer={customer}: the weather?"):
                    pass

        await asyncio.gather(*map(ask, CUSTOMERS))

    asyncio.run(ask_all())
    assert {call.stream for call in fake.calls} == {streams}
    assert_each_call_is_billed_to_its_payer(coomon, fake.calls, 12)


def test_the_agents_of_a_team_are_billed_to_the_payer_of_the_team(
    fake: ScriptedLLM, coomon: Recorder, model: Callable[[], Any]
) -> None:
    async def ask_all() -> None:
        shared = model()

        async def ask(customer: str) -> None:
            agents = [AssistantAgent(name, shared) for name in ("reader", "writer")]
            team = RoundRobinGroupChat(agents, termination_condition=MaxMessageTermination(3))
            with coomon.run(customer_id=customer, agent_id="team"):
                await team.run(task=f"customer={customer}: the weather?")

        await asyncio.gather(*map(ask, CUSTOMERS))

    asyncio.run(ask_all())
    assert_each_call_is_billed_to_its_payer(coomon, fake.calls, 12)


def test_an_agent_that_is_a_tool_is_billed_to_the_payer_of_its_manager(
    fake: ScriptedLLM, coomon: Recorder, model: Callable[[], Any]
) -> None:
    def delegate(body: Json) -> Said:
        if not body.get("tools"):
            return text("Found.")
        if tools_told(body):
            return text("Sunny.")
        return use("searcher", task=f"customer={customer_of(body)}: search")

    fake.say = delegate

    async def ask_all() -> None:
        shared = model()

        async def ask(customer: str) -> None:
            searcher = AgentTool(AssistantAgent("searcher", shared, description="Searches."))
            manager = AssistantAgent("manager", shared, tools=[searcher], reflect_on_tool_use=True)
            with coomon.run(customer_id=customer, agent_id="manager"):
                await manager.run(task=f"customer={customer}: the weather?")

        await asyncio.gather(*map(ask, CUSTOMERS))

    asyncio.run(ask_all())
    assert_each_call_is_billed_to_its_payer(coomon, fake.calls, 18)


async def ask_teams_of_one_runtime(coomon: Recorder, model: Callable[..., Any], starter: str, *, named: bool) -> None:
    """Ask a team for each customer in its run, on a runtime that was started in another run.

    Args:
        named: True if the client of each team names its payer.
    """
    runtime = SingleThreadedAgentRuntime()
    with coomon.run(customer_id=starter or None, agent_id="starter" if starter else None):
        runtime.start()

    async def ask(customer: str) -> None:
        shared = model(customer_id=customer, agent_id="team") if named else model()
        agents = [AssistantAgent(f"{customer}_{name}", shared) for name in ("reader", "writer")]
        team = RoundRobinGroupChat(agents, termination_condition=MaxMessageTermination(3), runtime=runtime)
        with coomon.run(customer_id=customer, agent_id="team"):
            await team.run(task=f"customer={customer}: the weather?")

    await asyncio.gather(ask("acme"), ask("blue_heron"))
    await runtime.stop_when_idle()


def test_teams_on_a_runtime_of_ones_own_are_billed_to_the_payers_of_their_clients(
    fake: ScriptedLLM, coomon: Recorder, model: Callable[..., Any]
) -> None:
    asyncio.run(ask_teams_of_one_runtime(coomon, model, "", named=True))
    assert_each_call_is_billed_to_its_payer(coomon, fake.calls, 4)


def test_a_runtime_of_ones_own_keeps_the_run_in_which_it_was_started(
    coomon: Recorder, model: Callable[..., Any]
) -> None:
    # So the page says to start it outside. If this fails, the page may say less.
    asyncio.run(ask_teams_of_one_runtime(coomon, model, "", named=False))
    assert coomon.events == []
    assert [type(error) for error in coomon.errors] == [InvalidEventError] * 4
    asyncio.run(ask_teams_of_one_runtime(coomon, model, "starter", named=False))
    assert [event["customer_id"] for event in coomon.events] == ["starter"] * 4


def test_a_tool_that_is_no_coroutine_function_runs_without_the_run_and_its_call_is_reported(
    fake: ScriptedLLM, coomon: Recorder, model: Callable[..., Any]
) -> None:
    # So the page says to write `async def`. If this fails, the page may say less.
    client = wrap(openai.OpenAI(base_url=fake.url, api_key="sk-x"), coomon, provider="openai", prices=PRICES)

    def get_weather(city: str) -> str:
        """Return the weather."""
        messages: Any = [{"role": "user", "content": f"customer=acme: {city}?"}]
        return str(client.chat.completions.create(model="gpt-4o", messages=messages).choices[0].message.content)

    with coomon.run(customer_id="acme", agent_id="weather"):
        asyncio.run(AssistantAgent("weather", model(), tools=[get_weather]).run(task="customer=acme: the weather?"))
    assert [event["customer_id"] for event in coomon.events] == ["acme"]
    assert [type(error) for error in coomon.errors] == [InvalidEventError]


def test_a_refused_call_is_the_callers_error_and_not_billed(
    fake: ScriptedLLM, coomon: Recorder, model: Callable[[], Any]
) -> None:
    fake.say = lambda body: Said(status=400)
    with coomon.run(customer_id="acme", agent_id="weather"), pytest.raises(openai.BadRequestError):
        asyncio.run(AssistantAgent("weather", model()).run(task="customer=acme: the weather?"))
    assert (coomon.events, coomon.errors) == ([], [])


def test_an_answer_without_usage_is_reported_and_not_billed(
    fake: ScriptedLLM, coomon: Recorder, model: Callable[[], Any]
) -> None:
    fake.say = lambda body: Said("Sunny.", without_usage=True)
    with coomon.run(customer_id="acme", agent_id="weather"):
        asyncio.run(AssistantAgent("weather", model()).run(task="customer=acme: the weather?"))
    assert coomon.events == []
    assert [type(error) for error in coomon.errors] == [UsageMissingError]
