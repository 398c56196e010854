"""Section of AutoGen: agents, a swarm, a team, and a model with a cache."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.support.integrations.agents.models import agent_models
from tests.support.integrations.emitters import OPENINFERENCE
from tests.support.integrations.llm_calls import Row
from tests.support.integrations.matrix.agents import GPT, HANDOFF, OF_OPENAI, QUESTION, WRAP, client_for
from tests.support.integrations.matrix.frameworks import ASKED as TIMES
from tests.support.integrations.matrix.frameworks import PAYERS, FrameworkSection, FrameworkSession, in_tasks
from tests.support.integrations.matrix.other_agents import ASKED, TOGETHER, TOOL, read
from tests.support.integrations.matrix.section import OLDER_AGENTS, Column
from tests.support.integrations.providers.server import Fake

MODEL = "model"
"""Run: a model answers (one call)."""
TEAM = "team"
"""Run: two agents of a team answer one after the other (two calls)."""
CACHE = "model cache hit"
"""Run: a model with a cache is asked the same several times (one call)."""
CALLS = {MODEL: 1, CACHE: 1, TOOL: 2, HANDOFF: 2, TEAM: 2, ASKED: 4}
"""Calls of each run."""


class AutoGenSession(FrameworkSession):
    """Models, agents and teams of AutoGen on one client."""

    def __init__(self, models: Fake, coomon: Any, column: Column) -> None:
        super().__init__(models, coomon)
        self._client = client_for(models, coomon, column, "async_openai_client")

    async def perform(self, row: Row) -> None:
        run = row.api.removesuffix(TOGETHER)
        with self.calling(row, CALLS[run]):
            if row.payers:
                await in_tasks(lambda: self._ask(run, row), self.coomon)
            else:
                await self._ask(run, row)

    async def _ask(self, run: str, row: Row) -> None:
        from autogen_ext.models.cache import ChatCompletionCache

        model = self._model(row)
        if run == CACHE:
            model = ChatCompletionCache(model)
            for _ in range(TIMES):
                await ask_model(model, row)
        elif run == MODEL:
            await ask_model(model, row)
        elif row.stream:
            await read(agents(run, model, streams=True).run_stream(task=QUESTION), row)
        else:
            await agents(run, model, streams=False).run(task=QUESTION)

    def _model(self, row: Row) -> Any:
        from autogen_ext.models.openai import BaseOpenAIChatCompletionClient

        asked: dict[str, Any] = {"stream_options": {"include_usage": True}} if row.asks else {}
        return BaseOpenAIChatCompletionClient(self._client, create_args={"model": GPT, **asked})

    async def close(self) -> None:
        await self._client.close()


async def ask_model(model: Any, row: Row) -> None:
    from autogen_core.models import UserMessage

    question = [UserMessage(content=QUESTION, source="user")]
    if row.stream:
        await read(model.create_stream(question), row)
    else:
        await model.create(question)


def agents(run: str, model: Any, *, streams: bool) -> Any:
    """Return an agent or a team that is asked in a run."""
    from autogen_agentchat.agents import AssistantAgent
    from autogen_agentchat.conditions import MaxMessageTermination, TextMessageTermination
    from autogen_agentchat.teams import RoundRobinGroupChat, Swarm
    from autogen_agentchat.tools import AgentTool

    async def look_up(customer: str) -> str:
        """Look a customer up."""
        return f"{customer} is known"

    def make(name: str, **more: Any) -> Any:
        # An agent with tools answers in words when it has their results.
        more = {"reflect_on_tool_use": True, **more} if "tools" in more else more
        return AssistantAgent(name, model, description="Knows customers.", model_client_stream=streams, **more)

    made: dict[str, Callable[[], Any]] = {
        TOOL: lambda: make("researcher", tools=[look_up]),
        ASKED: lambda: make("manager", tools=[AgentTool(make("researcher", tools=[look_up]))]),
        HANDOFF: lambda: Swarm(
            [make("triage", handoffs=["writer"]), make("writer")],
            termination_condition=TextMessageTermination("writer"),
        ),
        TEAM: lambda: RoundRobinGroupChat(
            [make("writer"), make("reviewer")], termination_condition=MaxMessageTermination(3)
        ),
    }
    return made[run]()


AUTOGEN = FrameworkSection(
    "autogen",
    "AutoGen",
    AutoGenSession,
    [
        *(Row(run, is_async=True) for run in (MODEL, TOOL, HANDOFF, TEAM, ASKED, CACHE)),
        *(Row(run, stream=True, is_async=True) for run in (MODEL, TOOL)),
        *(Row(run, stream=True, is_async=True, asks=True) for run in (MODEL, TOOL, HANDOFF, TEAM, ASKED, CACHE)),
        Row(f"{ASKED}{TOGETHER}", is_async=True, payers=PAYERS),
        *(Row(f"{run}{TOGETHER}", stream=True, is_async=True, asks=True, payers=PAYERS) for run in (HANDOFF, TEAM)),
        *(Row(run, "error", is_async=True) for run in (MODEL, TOOL, TEAM)),
        Row(TOOL, "error", stream=True, is_async=True),
        *(Row(run, "cut", stream=True, is_async=True) for run in (MODEL, TOOL)),
        Row(MODEL, stream=True, is_async=True, cancel=True),
    ],
    (OPENINFERENCE, *OF_OPENAI),
    """
The model is `BaseOpenAIChatCompletionClient`. Spans have the usage of a stream if `stream_options`
ask for it; `wrap` asks by itself. I has no cached tokens. In a cache hit, `ChatCompletionCache` is
asked three times. AutoGen's own spans are those of agents and tools.
""",
    modules=(
        *(f"autogen_agentchat.{part}" for part in ("agents", "conditions", "teams", "tools")),
        *("autogen_ext.models.cache", "autogen_ext.models.openai"),
        *("tests.support.integrations.agents.clients", *WRAP),
    ),
    environment=OLDER_AGENTS,
    distributions=("autogen-agentchat", "autogen-ext"),
    server=agent_models,
)
