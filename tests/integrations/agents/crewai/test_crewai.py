"""CrewAI with the real package: each call of a model is one exact event for its own payer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.support import ROOT
from tests.support.integrations.agents.billed import assert_each_call_is_billed_to_its_payer
from tests.support.integrations.agents.litellm_reports import metered_litellm, settle
from tests.support.integrations.agents.scripted import Json, Said, ScriptedLLM, customer_of, text, tools_told, use
from tests.support.integrations.examples import lines, run
from tests.support.integrations.recorder import Recorder

# LiteLLM's warnings about pydantic would be errors that it meets instead of reporting a call.
pytestmark = pytest.mark.filterwarnings("ignore")

CUSTOMERS = ["acme", "blue_heron"] * 2


def weather(body: Json) -> Said:
    """Ask for the weather once, then answer."""
    return text("Sunny.") if tools_told(body) or not body.get("tools") else use("get_weather", city="Oslo")


@pytest.fixture(scope="module")
def crewai(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CREWAI_DISABLE_TELEMETRY", "true")
        patch.setenv("OTEL_SDK_DISABLED", "true")
        patch.setenv("CREWAI_TRACING_ENABLED", "false")
        patch.setenv("CREWAI_STORAGE_DIR", str(tmp_path_factory.mktemp("crewai")))
        patch.setenv("LITELLM_LOCAL_MODEL_COST_MAP", "True")
        import crewai

        yield crewai


@pytest.fixture
def fake() -> Iterator[ScriptedLLM]:
    with ScriptedLLM(weather) as server:
        yield server


@pytest.fixture
def crew(crewai: Any, fake: ScriptedLLM, coomon: Recorder, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Makes a crew whose model is called through LiteLLM, which is metered."""
    from crewai.tools import tool

    @tool("get_weather")
    def get_weather(city: str) -> str:
        """Return the weather."""
        return f"Sunny in {city}."

    def make(agents: int = 1, **options: Any) -> Any:
        llm = crewai.LLM("openai/gpt-4o", is_litellm=True, base_url=fake.url, api_key="sk-x", **options)
        about = {"goal": "Answer.", "backstory": "You answer.", "llm": llm, "verbose": False}
        team = [crewai.Agent(role=f"agent{number}", tools=[get_weather], **about) for number in range(agents)]
        tasks = [
            crewai.Task(description="customer={customer}: the weather?", expected_output="A word.", agent=agent)
            for agent in team
        ]
        return crewai.Crew(agents=team, tasks=tasks, verbose=False)

    with metered_litellm(coomon):
        yield make


@pytest.mark.parametrize("streams", [False, True], ids=["whole", "streamed"])
def test_each_turn_with_a_tool_is_one_event(
    fake: ScriptedLLM, coomon: Recorder, crew: Callable[..., Any], streams: bool
) -> None:
    with coomon.run(customer_id="acme", agent_id="crew"):
        assert crew(stream=streams).kickoff({"customer": "acme"}).raw == "Sunny."
    settle(coomon, 2)
    assert [call.stream for call in fake.calls] == [streams] * 2
    assert_each_call_is_billed_to_its_payer(coomon, fake.calls, 2)


def test_customers_that_ask_in_threads_pay_each_for_their_own_calls(
    fake: ScriptedLLM, coomon: Recorder, crew: Callable[..., Any]
) -> None:
    def ask(customer: str) -> None:
        with coomon.run(customer_id=customer, agent_id="crew"):
            crew(agents=2).kickoff({"customer": customer})

    with ThreadPoolExecutor(len(CUSTOMERS)) as pool:
        list(pool.map(ask, CUSTOMERS))
    settle(coomon, 16)
    assert_each_call_is_billed_to_its_payer(coomon, fake.calls, 16)


@pytest.mark.parametrize("method", ["kickoff_async", "akickoff"])
def test_customers_that_ask_in_tasks_pay_each_for_their_own_calls(
    fake: ScriptedLLM, coomon: Recorder, crew: Callable[..., Any], method: str
) -> None:
    async def ask(customer: str) -> None:
        with coomon.run(customer_id=customer, agent_id="crew"):
            await getattr(crew(), method)({"customer": customer})

    async def ask_all() -> None:
        await asyncio.gather(*map(ask, CUSTOMERS))

    asyncio.run(ask_all())
    settle(coomon, 8)
    assert_each_call_is_billed_to_its_payer(coomon, fake.calls, 8)


def test_a_co_worker_is_billed_to_the_payer_of_the_crew(
    crewai: Any, fake: ScriptedLLM, coomon: Recorder, crew: Callable[..., Any]
) -> None:
    def delegate(body: Json) -> Said:
        names = [each["function"]["name"] for each in body.get("tools") or ()]
        asks = [name for name in names if "ask" in name.lower()]
        if tools_told(body) or not asks:
            return text("Sunny.")
        words = f"customer={customer_of(body)}: search"
        return use(asks[0], question=words, context=words, coworker="reader")

    fake.say = delegate
    llm = crewai.LLM("openai/gpt-4o", is_litellm=True, base_url=fake.url, api_key="sk-x")
    about = {"goal": "Answer.", "backstory": "You answer.", "llm": llm}
    manager = crewai.Agent(role="manager", allow_delegation=True, **about)
    reader = crewai.Agent(role="reader", **about)
    task = crewai.Task(description="customer=acme: the weather?", expected_output="A word.", agent=manager)
    with coomon.run(customer_id="acme", agent_id="crew"):
        crewai.Crew(agents=[manager, reader], tasks=[task]).kickoff()
    settle(coomon, 3)
    assert_each_call_is_billed_to_its_payer(coomon, fake.calls, 3)


def test_a_refused_call_is_the_callers_error_and_not_billed(
    fake: ScriptedLLM, coomon: Recorder, crew: Callable[..., Any]
) -> None:
    fake.say = lambda body: Said(status=400)
    with coomon.run(customer_id="acme", agent_id="crew"), pytest.raises(Exception, match="Not acceptable"):
        crew().kickoff({"customer": "acme"})
    settle(coomon, 0)
    assert (coomon.events, coomon.errors) == ([], [])


def test_an_answer_without_usage_is_reported_and_not_billed(
    fake: ScriptedLLM, coomon: Recorder, crew: Callable[..., Any]
) -> None:
    fake.say = lambda body: Said("Sunny.", without_usage=True)
    with coomon.run(customer_id="acme", agent_id="crew"):
        crew().kickoff({"customer": "acme"})
    settle(coomon, 1)
    assert coomon.events == []
    assert [type(error).__name__ for error in coomon.errors] == ["UsageMissingError"]


def test_the_providers_that_crewai_calls_itself_do_not_use_litellm(
    crewai: Any, fake: ScriptedLLM, coomon: Recorder
) -> None:
    # So the page says to ask for LiteLLM. If this fails, the page may say less.
    with metered_litellm(coomon), coomon.run(customer_id="acme", agent_id="crew"):
        crewai.LLM("openai/gpt-4o", base_url=fake.url, api_key="sk-x").call("customer=acme: the weather?")
        settle(coomon, 0)
    assert len(fake.calls) == 1
    assert (coomon.events, coomon.errors) == ([], [])


PRINTED = """\
They are fine.
They are fine.
acme pays: 10 in, 20 out
blue_heron pays: 10 in, 20 out
"""


def test_the_example_prints_what_is_billed_to_whom(tmp_path: Path) -> None:
    # CrewAI warns while it is imported.
    code, output, errors = run(tmp_path, ROOT / "examples" / "agents" / "crewai_crews.py", ignored="Warning")
    assert (code, errors) == (0, "")
    assert lines(output) == PRINTED
