"""Section of Microsoft's Agent Framework, with both of its clients of OpenAI."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from tests.support.integrations.agents.models import agent_models
from tests.support.integrations.emitters import NATIVE
from tests.support.integrations.llm_calls import Row
from tests.support.integrations.matrix.agents import GPT, OF_OPENAI, QUESTION, WRAP, client_for
from tests.support.integrations.matrix.frameworks import PAYERS, FrameworkSection
from tests.support.integrations.matrix.other_agents import (
    ASKED,
    CHAT,
    RESPONSES,
    TOGETHER,
    TOOL,
    AgentsSession,
    Ask,
    read,
)
from tests.support.integrations.matrix.section import AGENTS, Column
from tests.support.integrations.providers.server import Fake

WORKFLOW = "workflow"
"""Run: two agents answer one after the other (two calls)."""


class AgentFrameworkSession(AgentsSession):
    """Agents of Agent Framework. They leave their client open."""

    def __init__(self, models: Fake, coomon: Any, column: Column) -> None:
        self._client = client_for(models, coomon, column, "async_openai_client")
        super().__init__(partial(agents_of, self._client), models, coomon, column)

    async def close(self) -> None:
        await self._client.close()


def agents_of(client: Any, models: Fake, coomon: Any, column: Column) -> Ask:
    from agent_framework import Agent, WorkflowBuilder
    from agent_framework.observability import disable_instrumentation, enable_instrumentation
    from agent_framework.openai import OpenAIChatClient, OpenAIChatCompletionClient

    if NATIVE in column:
        enable_instrumentation(force=True)
    else:
        disable_instrumentation()
    kinds: dict[str, Any] = {RESPONSES: OpenAIChatClient, CHAT: OpenAIChatCompletionClient}
    clients = {api: kind(model=GPT, async_client=client) for api, kind in kinds.items()}

    def look_up(customer: str) -> str:
        """Look a customer up."""
        return f"{customer} is known"

    def agent(api: str, name: str, *tools: Any) -> Any:
        return Agent(client=clients[api], name=name, description="Knows customers.", tools=list(tools))

    def workflow(api: str) -> Any:
        writer, reviewer = agent(api, "writer"), agent(api, "reviewer")
        return WorkflowBuilder(start_executor=writer, output_from=[reviewer]).add_edge(writer, reviewer).build()

    made: dict[str, Callable[[str], Any]] = {
        TOOL: lambda api: agent(api, "researcher", look_up),
        ASKED: lambda api: agent(api, "manager", agent(api, "researcher", look_up).as_tool()),
        WORKFLOW: workflow,
    }

    async def ask(name: str, row: Row) -> None:
        api, _, run = name.partition(" ")
        asked = made[run](api)
        if row.stream:
            await read(asked.run(QUESTION, stream=True), row)
        else:
            await asked.run(QUESTION)

    return ask


AGENT_FRAMEWORK = FrameworkSection(
    "agent_framework",
    "Agent Framework",
    AgentFrameworkSession,
    [
        *(Row(f"{api} {TOOL}", stream=stream) for api in (CHAT, RESPONSES) for stream in (False, True)),
        Row(f"{CHAT} {ASKED}", stream=True),
        Row(f"{RESPONSES} {ASKED}"),
        Row(f"{CHAT} {WORKFLOW}"),
        Row(f"{RESPONSES} {WORKFLOW}", stream=True),
        Row(f"{CHAT} {ASKED}{TOGETHER}", payers=PAYERS),
        Row(f"{RESPONSES} {ASKED}{TOGETHER}", stream=True, payers=PAYERS),
        *(Row(f"{api} {TOOL}", "error", stream=stream) for api, stream in ((CHAT, False), (RESPONSES, True))),
        *(Row(f"{api} {TOOL}", "cut", stream=True) for api in (CHAT, RESPONSES)),
        *(Row(f"{api} {TOOL}", stream=True, cancel=True) for api in (CHAT, RESPONSES)),
    ],
    (NATIVE, *OF_OPENAI),
    """
N is there unless `disable_instrumentation()` was called. It does not tell why a call failed. Agent
Framework has no cache of answers.
""",
    modules=("agent_framework", "agent_framework.openai", "tests.support.integrations.agents.clients", *WRAP),
    environment=AGENTS,
    distributions=("agent-framework-core", "agent-framework-openai"),
    doubts_refusals=(NATIVE,),
    server=agent_models,
)
