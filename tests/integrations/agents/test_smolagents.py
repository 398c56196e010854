"""smolagents with the real package: each call of a model is one exact event for its own payer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import openai
import pytest
from smolagents import CodeAgent, LiteLLMModel, OpenAIModel, ToolCallingAgent, tool
from smolagents.utils import AgentGenerationError

from coobird.integrations import UsageMissingError
from coobird.integrations.openai import wrap
from tests.support.integrations.agents.billed import PRICES, assert_each_call_is_billed_to_its_payer
from tests.support.integrations.agents.litellm_reports import metered_litellm, settle
from tests.support.integrations.agents.scripted import Json, Said, ScriptedLLM, customer_of, text, use
from tests.support.integrations.recorder import Recorder


@tool
def get_weather(city: str) -> str:
    """Return the weather.

    Args:
        city: Name of a city.
    """
    return f"Sunny in {city}."


def observations(body: Json) -> int:
    """Return the number of results of tools that are in the messages."""
    parts = [part for message in body["messages"] if message["role"] != "system" for part in message["content"]]
    return sum(part["text"].startswith("Observation:") for part in parts if part["type"] == "text")


def weather(body: Json) -> Said:
    """Ask for the weather once, then answer."""
    return use("final_answer", answer="Sunny.") if observations(body) else use("get_weather", city="Oslo")


@pytest.fixture
def fake() -> Iterator[ScriptedLLM]:
    with ScriptedLLM(weather) as server:
        yield server


@pytest.fixture
def model(fake: ScriptedLLM, coomon: Recorder) -> OpenAIModel:
    client = openai.OpenAI(base_url=fake.url, api_key="sk-x", max_retries=0)
    return OpenAIModel("gpt-4o", client=wrap(client, coomon, provider="openai", prices=PRICES))


def agent(model: OpenAIModel, **options: Any) -> ToolCallingAgent:
    return ToolCallingAgent(options.pop("tools", [get_weather]), model, verbosity_level=0, **options)


@pytest.mark.parametrize("streams", [False, True], ids=["whole", "streamed"])
def test_each_turn_with_a_tool_is_one_event(
    fake: ScriptedLLM, coomon: Recorder, model: OpenAIModel, streams: bool
) -> None:
    with coomon.run(customer_id="acme", agent_id="weather"):
        assert agent(model, stream_outputs=streams).run("customer=acme: the weather?") == "Sunny."
    assert [call.stream for call in fake.calls] == [streams] * 2
    assert_each_call_is_billed_to_its_payer(coomon, fake.calls, 2)


def delegate(body: Json) -> Said:
    """Let the manager ask two sub-agents in one turn, and each of them answer at once."""
    names = {each["function"]["name"] for each in body["tools"]}
    if "searcher" not in names:
        return use("final_answer", answer="Found.")
    if observations(body):
        return use("final_answer", answer="Sunny.")
    task = f"customer={customer_of(body)}: search"
    return Said(tools=(("searcher", {"task": task}), ("reader", {"task": task})))


def test_sub_agents_in_the_threads_of_a_turn_are_billed_to_the_payer_of_their_manager(
    fake: ScriptedLLM, coomon: Recorder, model: OpenAIModel
) -> None:
    fake.say = delegate
    customers = ["acme", "blue_heron"] * 3

    def ask(customer: str) -> Any:
        team = [agent(model, tools=[], name=name, description=f"A {name}.") for name in ("searcher", "reader")]
        manager = agent(model, tools=[], managed_agents=team)
        with coomon.run(customer_id=customer, agent_id="manager"):
            return manager.run(f"customer={customer}: the weather?")

    with ThreadPoolExecutor(len(customers)) as pool:
        assert list(pool.map(ask, customers)) == ["Sunny."] * 6
    assert_each_call_is_billed_to_its_payer(coomon, fake.calls, 24)


CODE = "Thought: I ask.\n<code>\nfinal_answer(searcher(task='customer={customer}: search'))\n</code>"


def program(body: Json) -> Said:
    """Let the code agent write a program that calls a sub-agent, which answers at once."""
    if "tools" in body:
        return use("final_answer", answer="Found.")
    return text(CODE.format(customer=customer_of(body)))


@pytest.fixture
def ask_with_code(fake: ScriptedLLM, model: OpenAIModel) -> Callable[..., Any]:
    fake.say = program

    def ask(customer: str, **options: Any) -> Any:
        searcher = agent(model, tools=[], name="searcher", description="A searcher.")
        manager = CodeAgent([], model, managed_agents=[searcher], verbosity_level=0, **options)
        return manager.run(f"customer={customer}: the weather?")

    return ask


def test_the_code_of_an_agent_without_a_time_limit_runs_in_the_payers_run(
    fake: ScriptedLLM, coomon: Recorder, ask_with_code: Callable[..., Any]
) -> None:
    def ask(customer: str) -> Any:
        with coomon.run(customer_id=customer, agent_id="manager"):
            return ask_with_code(customer, executor_kwargs={"timeout_seconds": None})

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(ask, ["acme", "blue_heron"]))
    assert_each_call_is_billed_to_its_payer(coomon, fake.calls, 4)


def test_a_call_from_code_with_a_time_limit_has_no_payer_and_is_reported(
    fake: ScriptedLLM, coomon: Recorder, ask_with_code: Callable[..., Any]
) -> None:
    # smolagents runs such code in a thread that inherits nothing.
    with coomon.run(customer_id="acme", agent_id="manager"):
        ask_with_code("acme")
    assert [event["customer_id"] for event in coomon.events] == ["acme"]
    assert [type(error).__name__ for error in coomon.errors] == ["InvalidEventError"]
    assert len(fake.calls) == 2


def test_a_refused_call_is_the_callers_error_and_not_billed(
    fake: ScriptedLLM, coomon: Recorder, model: OpenAIModel
) -> None:
    fake.say = lambda body: Said(status=400)
    with coomon.run(customer_id="acme", agent_id="weather"), pytest.raises(AgentGenerationError):
        agent(model).run("customer=acme: the weather?")
    assert (coomon.events, coomon.errors) == ([], [])


def test_an_answer_without_usage_is_reported_and_not_billed(
    fake: ScriptedLLM, coomon: Recorder, model: OpenAIModel
) -> None:
    fake.say = lambda body: weather(body)._replace(without_usage=observations(body) == 0)
    with coomon.run(customer_id="acme", agent_id="weather"), pytest.raises(AgentGenerationError):
        # smolagents itself needs the usage.
        agent(model).run("customer=acme: the weather?")
    assert coomon.events == []
    assert [type(error) for error in coomon.errors] == [UsageMissingError]


# LiteLLM's warnings about pydantic would be errors that it meets instead of reporting a call.
@pytest.mark.filterwarnings("ignore")
def test_the_models_of_litellm_are_metered_by_its_logger(
    fake: ScriptedLLM, coomon: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LITELLM_LOCAL_MODEL_COST_MAP", "True")
    with metered_litellm(coomon):
        through_litellm: Any = LiteLLMModel("openai/gpt-4o", api_base=fake.url, api_key="sk-x")
        with coomon.run(customer_id="acme", agent_id="weather"):
            assert agent(through_litellm).run("customer=acme: the weather?") == "Sunny."
        settle(coomon, 2)
    assert_each_call_is_billed_to_its_payer(coomon, fake.calls, 2)
