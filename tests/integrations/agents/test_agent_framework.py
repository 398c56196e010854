"""Microsoft's Agent Framework: each call of a model is one exact event for its own payer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Annotated, Any

import openai
import pytest
from agent_framework import Agent
from agent_framework.exceptions import AgentFrameworkException
from agent_framework.openai import OpenAIChatClient, OpenAIChatCompletionClient

from coobird.integrations import UsageMissingError
from coobird.integrations.openai import wrap
from tests.support.integrations.agents.billed import PRICES, assert_each_call_is_billed_to_its_payer
from tests.support.integrations.agents.scripted import Json, Said, ScriptedLLM, customer_of, text, tools_told, use
from tests.support.integrations.recorder import Recorder

CUSTOMERS = ["acme", "blue_heron"] * 3
APIS = [pytest.param(OpenAIChatClient, id="responses"), pytest.param(OpenAIChatCompletionClient, id="chat")]


def get_weather(city: Annotated[str, "Name of a city."]) -> str:
    """Return the weather."""
    return f"Sunny in {city}."


def weather(body: Json) -> Said:
    """Ask for the weather once, then answer."""
    return text("Sunny.") if tools_told(body) else use("get_weather", city="Oslo")


@pytest.fixture
def fake() -> Iterator[ScriptedLLM]:
    with ScriptedLLM(weather) as server:
        yield server


@pytest.fixture
def agent(fake: ScriptedLLM, coomon: Recorder) -> Callable[..., Any]:
    """Makes an agent on a wrapped client. It is made in the event loop that uses it."""

    def make(api: Any = OpenAIChatClient, **options: Any) -> Any:
        client = openai.AsyncOpenAI(base_url=fake.url, api_key="sk-x", max_retries=0)
        wrap(client, coomon, provider="openai", prices=PRICES)
        options = {"name": "weather", "instructions": "Answer.", "tools": [get_weather]} | options
        return Agent(client=api(model="gpt-4o", async_client=client), **options)

    return make


@pytest.mark.parametrize("streams", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("api", APIS)
def test_customers_that_ask_in_tasks_pay_each_for_their_own_turns(
    fake: ScriptedLLM, coomon: Recorder, agent: Callable[..., Any], api: Any, streams: bool
) -> None:
    async def ask_all() -> None:
        shared = agent(api)

        async def ask(customer: str) -> None:
            with coomon.run(customer_id=customer, agent_id="weather"):
                question = f"customer={customer}: the weather?"
                if streams:
                    said = await shared.run(question, stream=True).get_final_response()
                else:
                    said = await shared.run(question)
                assert said.text == "Sunny."

        await asyncio.gather(*map(ask, CUSTOMERS))

    asyncio.run(ask_all())
    assert {call.stream for call in fake.calls} == {streams}
    assert_each_call_is_billed_to_its_payer(coomon, fake.calls, 12)


@pytest.mark.parametrize("api", APIS)
def test_agents_that_are_tools_are_billed_to_the_payer_of_their_manager(
    fake: ScriptedLLM, coomon: Recorder, agent: Callable[..., Any], api: Any
) -> None:
    def delegate(body: Json) -> Said:
        names = [each.get("name") or each["function"]["name"] for each in body.get("tools") or ()]
        if not names:
            return text("Found.")
        task = f"customer={customer_of(body)}: search"
        asked = Said(tools=tuple((name, {"task": task}) for name in names))
        return text("Sunny.") if tools_told(body) else asked

    fake.say = delegate

    async def ask_all() -> None:
        helpers = [agent(api, name=name, tools=[], description="Searches.").as_tool() for name in ("finder", "reader")]
        manager = agent(api, name="manager", tools=helpers)

        async def ask(customer: str) -> None:
            with coomon.run(customer_id=customer, agent_id="manager"):
                await manager.run(f"customer={customer}: the weather?")

        await asyncio.gather(*map(ask, CUSTOMERS))

    asyncio.run(ask_all())
    assert_each_call_is_billed_to_its_payer(coomon, fake.calls, 24)


@pytest.mark.parametrize("api", APIS)
def test_a_refused_call_is_the_callers_error_and_not_billed(
    fake: ScriptedLLM, coomon: Recorder, agent: Callable[..., Any], api: Any
) -> None:
    fake.say = lambda body: Said(status=400)
    with coomon.run(customer_id="acme", agent_id="weather"), pytest.raises(AgentFrameworkException):
        asyncio.run(agent(api).run("customer=acme: the weather?"))
    assert (coomon.events, coomon.errors) == ([], [])


@pytest.mark.parametrize("api", APIS)
def test_an_answer_without_usage_is_reported_and_not_billed(
    fake: ScriptedLLM, coomon: Recorder, agent: Callable[..., Any], api: Any
) -> None:
    fake.say = lambda body: Said("Sunny.", without_usage=True)
    with coomon.run(customer_id="acme", agent_id="weather"):
        asyncio.run(agent(api).run("customer=acme: the weather?"))
    assert coomon.events == []
    assert [type(error) for error in coomon.errors] == [UsageMissingError]
