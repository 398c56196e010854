"""Section of CrewAI, which calls LiteLLM, and OpenAI's SDK with clients of its own."""

from __future__ import annotations

import asyncio
from inspect import isawaitable
from typing import Any

from tests.support.integrations.agents.models import agent_models
from tests.support.integrations.emitters import HANDLER, OPENINFERENCE, OPENLLMETRY, WRAPPER
from tests.support.integrations.llm_calls import Row
from tests.support.integrations.matrix.agents import GPT, OF_OPENAI, QUESTION, WRAP, client_for
from tests.support.integrations.matrix.frameworks import ASKED as TIMES
from tests.support.integrations.matrix.frameworks import BOTH, FrameworkSection, in_tasks, in_threads
from tests.support.integrations.matrix.litellm import LiteLLMSession
from tests.support.integrations.matrix.other_agents import TOGETHER, TOOL
from tests.support.integrations.matrix.section import Column
from tests.support.integrations.providers.server import Fake

LITELLM, OWN = "LiteLLM", "own client"
"""Ways to OpenAI: through LiteLLM, or through a client that CrewAI makes."""
MODEL = "model"
"""Run: a model answers (one call)."""
CO_WORKER = "co-worker"
"""Run: an agent delegates to another, and answers with its result (three calls)."""
CACHE = "model cache hit"
"""Run: a model with LiteLLM's cache is asked the same several times (one call)."""
CALLS = {MODEL: 1, CACHE: 1, TOOL: 2, CO_WORKER: 3}
"""Calls of each run."""
CREWS = 2
"""Number of crews at once, each for a customer of its own."""
CUSTOMER = "cust_a"


class CrewAISession(LiteLLMSession):
    """Models and crews of CrewAI."""

    def __init__(self, models: Fake, coomon: Any, column: Column) -> None:
        super().__init__(models, coomon, column)
        self._own = {stream: make_llm(models, stream=stream, max_retries=0) for stream in BOTH}
        kinds = {False: "openai_client", True: "async_openai_client"} if WRAPPER in column else {}
        self._wrapped = {is_async: client_for(models, coomon, column, kind) for is_async, kind in kinds.items()}
        if self._logger is not None:
            self._logger.install()  # CrewAI replaces `litellm.callbacks`

    async def perform(self, row: Row) -> None:
        run = run_of(row)
        with self.calling(row, CALLS[run]):
            if row.payers and row.is_async:
                await in_tasks(lambda: crew(run, self._llm(row)).akickoff(), self.coomon, row.payers)
            elif row.payers:
                in_threads(lambda: crew(run, self._llm(row)).kickoff(), self.coomon, row.payers)
            elif run == CACHE:
                await self._ask_cached(row)
            elif run == MODEL:
                await ask_model(self._llm(row), row)
            elif row.is_async:
                await crew(run, self._llm(row)).akickoff()
            else:
                # It refuses to run in the thread of an event loop.
                await asyncio.to_thread(crew(run, self._llm(row)).kickoff)
        await self._settle()

    def _llm(self, row: Row, **more: Any) -> Any:
        if row.api.startswith(OWN):
            return self._own[row.stream]
        if self._wrapped:
            # A crew asks its model in threads, also if it runs in a task.
            more["client"] = self._wrapped[row.is_async and run_of(row) in (MODEL, CACHE)]
        return make_llm(self.fake, stream=row.stream, is_litellm=True, **more)

    async def _ask_cached(self, row: Row) -> None:
        self._litellm.cache = self._litellm.Cache(type="local")
        try:
            llm = self._llm(row, caching=True)
            for _ in range(TIMES):
                await ask_model(llm, row)
                await self._settle()
        finally:
            self._litellm.cache = None

    async def _settle(self) -> None:
        """Wait until CrewAI and LiteLLM have reported the calls, from their threads."""
        from crewai.events import crewai_event_bus

        assert await asyncio.to_thread(crewai_event_bus.flush, 30)
        await super()._settle()

    async def close(self) -> None:
        for llm in self._own.values():
            llm._client.close()
            await llm._async_client.close()
        for client in self._wrapped.values():
            closing = client.close()
            if isawaitable(closing):
                await closing
        end_threads()
        await super().close()


async def ask_model(llm: Any, row: Row) -> None:
    if row.is_async:
        await llm.acall(QUESTION)
    else:
        llm.call(QUESTION)


def make_llm(models: Fake, **options: Any) -> Any:
    import crewai

    return crewai.LLM(f"openai/{GPT}", base_url=f"{models.url}/v1", api_key="sk-x", **options)


def run_of(row: Row) -> str:
    return row.api.removesuffix(TOGETHER).removeprefix(f"{LITELLM} ").removeprefix(f"{OWN} ")


def own(api: str, *args: Any, **options: Any) -> Row:
    """Return a row of a model whose client CrewAI makes itself."""
    return Row(f"{OWN} {api}", *args, **options, beyond_sdk=True, beyond_handler=True)


def crew(run: str, llm: Any) -> Any:
    """Return a crew whose agent uses a tool, or delegates to a co-worker."""
    import crewai
    from crewai.tools import tool

    @tool("look_up")
    def look_up(customer: str) -> str:
        """Look a customer up."""
        return f"{customer} is known"

    def agent(role: str, **more: Any) -> Any:
        return crewai.Agent(role=role, goal="Answer.", backstory="You answer.", llm=llm, verbose=False, **more)

    if run == TOOL:
        agents = [agent("researcher", tools=[look_up])]
    else:
        # The model says the customer's name wherever a tool asks for a text.
        agents = [agent("manager", allow_delegation=True), agent(CUSTOMER)]
    task = crewai.Task(description=QUESTION, expected_output="A word.", agent=agents[0])
    return crewai.Crew(agents=agents, tasks=[task], verbose=False)


def end_threads() -> None:
    """End the threads of CrewAI's events, which it starts again. A forked child would lack them."""
    from crewai.events import crewai_event_bus as bus

    if bus._executor_initialized:
        bus._sync_executor.shutdown()
        bus._loop.call_soon_threadsafe(bus._loop.stop)
        bus._loop_thread.join()
        bus._loop.close()
        bus._executor_initialized = False


CREWAI = FrameworkSection(
    "crewai",
    "CrewAI",
    CrewAISession,
    [
        *(Row(f"{LITELLM} {MODEL}", stream=stream, is_async=is_async) for stream in BOTH for is_async in BOTH),
        *(
            Row(f"{LITELLM} {run}", stream=is_async, is_async=is_async)
            for run in (TOOL, CO_WORKER)
            for is_async in BOTH
        ),
        *(Row(f"{LITELLM} {CACHE}", is_async=is_async) for is_async in BOTH),
        *(Row(f"{LITELLM} {TOOL}{TOGETHER}", is_async=is_async, payers=CREWS) for is_async in BOTH),
        *(Row(f"{LITELLM} {MODEL}", "error", is_async=is_async) for is_async in BOTH),
        Row(f"{LITELLM} {TOOL}", "error"),
        *(Row(f"{LITELLM} {MODEL}", "cut", stream=True, is_async=is_async) for is_async in BOTH),
        *(own(MODEL, stream=stream, is_async=is_async) for stream in BOTH for is_async in BOTH),
        own(TOOL),
        own(f"{TOOL}{TOGETHER}", is_async=True, payers=CREWS),
        own(MODEL, "error"),
        own(MODEL, "cut", stream=True),
    ],
    (HANDLER, OPENINFERENCE, OPENLLMETRY, *OF_OPENAI),
    """
The models are `LLM(..., is_litellm=True)`, and those without it, for which CrewAI makes a client
that it takes from nobody: only I and the instrumentations of the SDK see its calls. I is set up
with `use_event_listener=True`; without it, it makes no spans of calls. Of calls through LiteLLM it
has no cached tokens, and does not end the span of one that asks for a tool. L gives no usage of a
call, and has no spans of `acall` and of CrewAI's own clients. Neither tells a hit of LiteLLM's
cache from a call: their spans are reported to `on_error` where LiteLLM has a cache. Parallel payers
are two crews at once. In a cache hit, a model is asked three times. CrewAI's own cache is one of
results of tools.
""",
    modules=(
        *("crewai", "crewai.tools", "crewai.llms.providers.openai.completion", "coobird.integrations.litellm"),
        *("tests.support.integrations.agents.clients", *WRAP),
    ),
    environment="crewai",
    distributions=("crewai", "litellm", "openai"),
    limits_of_wrap=("absent",),
    ends_at_exit=True,
    server=agent_models,
)
