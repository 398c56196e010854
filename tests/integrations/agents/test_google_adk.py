"""Google ADK with a wrapped client: runs, streams, sub-agents, agents as tools, threads."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from google.adk.agents import LlmAgent, ParallelAgent
from google.adk.agents.run_config import RunConfig, StreamingMode
from google.adk.models import Gemini
from google.adk.runners import InMemoryRunner
from google.adk.tools.agent_tool import AgentTool
from google.genai import types

from coobird.integrations import UsageMissingError
from tests.support.integrations.agents.checks import (
    assert_each_call_has_its_own_payer,
    assert_each_call_is_billed_once,
)
from tests.support.integrations.agents.clients import google_client
from tests.support.integrations.providers.server import Fake
from tests.support.integrations.recorder import Recorder


def look_up(customer: str) -> dict[str, str]:
    """Look a customer up."""
    return {"known": customer}


def researcher(model: Gemini, name: str = "researcher") -> LlmAgent:
    return LlmAgent(name=name, model=model, tools=[look_up])


def manager(model: Gemini) -> LlmAgent:
    """An agent that asks another, which uses a tool: four calls."""
    return LlmAgent(name="manager", model=model, tools=[AgentTool(researcher(model))])


def triage(model: Gemini) -> LlmAgent:
    writer = LlmAgent(name="writer", model=model, disallow_transfer_to_parent=True, disallow_transfer_to_peers=True)
    return LlmAgent(name="triage", model=model, sub_agents=[writer])


def both(model: Gemini) -> ParallelAgent:
    return ParallelAgent(name="both", sub_agents=[researcher(model, "first"), researcher(model, "second")])


AGENTS = pytest.mark.parametrize(
    ("make", "calls"),
    [(researcher, 2), (triage, 2), (both, 4), (manager, 4)],
    ids=["tool", "transfer", "parallel", "agent as tool"],
)


async def run(agent: Any, question: str, *, stream: bool = False) -> None:
    runner = InMemoryRunner(agent=agent, app_name="app")
    session = await runner.session_service.create_session(app_name="app", user_id="user")
    config = RunConfig(streaming_mode=StreamingMode.SSE if stream else StreamingMode.NONE)
    message = types.Content(role="user", parts=[types.Part(text=question)])
    async for _ in runner.run_async(user_id="user", session_id=session.id, new_message=message, run_config=config):
        pass


def model(models: Fake, coomon: Recorder) -> Gemini:
    return Gemini(model="gemini-2.5-flash", client=google_client(models, coomon))


@AGENTS
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
def test_each_call_of_a_run_is_billed_once(
    models: Fake, coomon: Recorder, make: Any, calls: int, *, stream: bool
) -> None:
    with coomon.run(customer_id="cust_a", agent_id="agent"):
        asyncio.run(run(make(model(models, coomon)), "About cust_a", stream=stream))
    assert_each_call_is_billed_once(coomon, models, calls)
    assert_each_call_has_its_own_payer(coomon, models)


@AGENTS
def test_runs_at_once_in_tasks_have_their_own_payers(models: Fake, coomon: Recorder, make: Any, calls: int) -> None:
    async def ask(used: Gemini, customer: str, *, stream: bool) -> None:
        with coomon.run(customer_id=customer, agent_id="agent"):
            await run(make(used), f"About {customer}", stream=stream)

    async def all_at_once() -> None:
        used = model(models, coomon)
        await asyncio.gather(
            *(ask(used, customer, stream=stream) for customer in ("cust_a", "cust_b") for stream in (False, True))
        )

    asyncio.run(all_at_once())
    assert_each_call_is_billed_once(coomon, models, 4 * calls)
    assert_each_call_has_its_own_payer(coomon, models)


def test_runs_in_the_frameworks_own_threads_have_their_own_payers(models: Fake, coomon: Recorder) -> None:
    def ask(customer: str) -> None:
        # `Runner.run` starts a thread with a loop of its own, and so each needs its own client.
        runner = InMemoryRunner(agent=manager(model(models, coomon)), app_name="app")
        session = asyncio.run(runner.session_service.create_session(app_name="app", user_id="user"))
        message = types.Content(role="user", parts=[types.Part(text=f"About {customer}")])
        with coomon.run(customer_id=customer, agent_id="agent"):
            assert list(runner.run(user_id="user", session_id=session.id, new_message=message))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(ask, ["cust_a", "cust_b"] * 2))
    assert_each_call_is_billed_once(coomon, models, 16)
    assert_each_call_has_its_own_payer(coomon, models)


def test_a_refused_call_costs_nothing(models: Fake, coomon: Recorder) -> None:
    models.scenario = "error"
    with coomon.run(customer_id="cust_a", agent_id="agent"), pytest.raises(Exception):  # noqa: B017, PT011 - the framework's
        asyncio.run(run(researcher(model(models, coomon)), "About cust_a"))
    assert (coomon.events, coomon.errors) == ([], [])


def test_a_stream_that_breaks_is_billed_by_its_input_and_reported(models: Fake, coomon: Recorder) -> None:
    models.scenario = "cut"
    with coomon.run(customer_id="cust_a", agent_id="agent"), pytest.raises(Exception):  # noqa: B017, PT011 - the framework's
        asyncio.run(run(researcher(model(models, coomon)), "About cust_a", stream=True))
    assert [type(error) for error in coomon.errors] == [UsageMissingError]
    (event,) = coomon.events
    assert event["attributes"]["input_tokens"] == models.calls[0].usage.input
    assert event["attributes"]["usage_incomplete"] is True
