"""Sections of frameworks for agents, whose agents use tools and call each other.

They run in the environments of their frameworks. The reporters are the framework's own spans,
instrumentations of it, those of the SDK below it, and `wrap` of that SDK's client.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, nullcontext, suppress
from importlib import import_module
from typing import Any

from tests.support.integrations.agents.models import agent_models
from tests.support.integrations.emitters import (
    NATIVE,
    SDK_OPENINFERENCE,
    SDK_OTEL,
    WRAPPER,
)
from tests.support.integrations.llm_calls import Row
from tests.support.integrations.matrix.frameworks import PAYERS, in_tasks
from tests.support.integrations.matrix.section import Answered, Column, Session
from tests.support.integrations.providers.server import Fake

QUESTION = "About cust_a"
GPT = "gpt-4o"

Ask = Callable[[str], Awaitable[Any]]
"""Asks an agent, by its name in `RUNS`, and reads the answer, which is a stream."""

Open = Callable[[Fake, Any, Column], Ask]
"""Makes the agents of one framework on the server, which answers all models."""

RUNS = ("tool", "agent as tool")
"""Agents: one that uses a tool (two calls), and one that asks it (four calls)."""


class AgentSession:
    """Agents of one framework."""

    def __init__(self, models: Fake, coomon: Any, ask: Ask) -> None:
        self._models, self._coomon, self._ask = models, coomon, ask

    def answered(self) -> list[Answered]:
        return [Answered(call.id, tuple(call.usage)) for call in self._models.calls]

    async def perform(self, row: Row) -> None:
        name = next(name for name in RUNS if row.api.startswith(name))
        self._models.scenario = {"basic": "plain"}.get(row.scenario, row.scenario)
        with suppress(Exception) if row.scenario in ("error", "cut") else nullcontext():
            if row.payers:
                await in_tasks(lambda: self._ask(name), self._coomon)
            else:
                await self._ask(name)


class AgentSection:
    """Runs of the agents of one framework."""

    hidden: tuple[Column, ...] = ()
    limits_of_wrap: tuple[str, ...] = ()
    ends_at_exit = False
    environment = "agents"
    is_warmed_by_calls = True

    def __init__(
        self,
        name: str,
        title: str,
        open_agents: Open,
        emitters: tuple[str, ...],
        notes: str = "",
        *,
        modules: tuple[str, ...],
        distributions: tuple[str, ...],
    ) -> None:
        """Make the section.

        Args:
            modules: Modules that the agents import.
            distributions: Names of the packages to show with their versions.
        """
        self.name, self.title, self.notes = name, title, notes
        self.packages, self.emitters = (name,), emitters
        self.distributions = distributions
        self._open, self._modules = open_agents, modules

    def rows(self) -> list[Row]:
        made = [Row(name, stream=True) for name in RUNS]
        made += [Row(f"{name} parallel payers", stream=True, payers=PAYERS) for name in RUNS]
        return [*made, Row("tool", "error", stream=True), Row("tool", "cut", stream=True)]

    def warm(self) -> None:
        for module in ("tests.support.integrations.agents.clients", *self._modules):
            import_module(module)

    @asynccontextmanager
    async def open(self, coomon: Any, column: Column) -> AsyncIterator[Session]:
        with agent_models() as models:
            yield AgentSession(models, coomon, self._open(models, coomon, column))


def client_for(models: Fake, coomon: Any, column: Column, kind: str) -> Any:
    """Return a client of this kind, as `agents.clients` names it; wrapped if that is a reporter."""
    clients: Any = import_module("tests.support.integrations.agents.clients")
    return getattr(clients, kind)(models, coomon if WRAPPER in column else None)


def strands(models: Fake, coomon: Any, column: Column) -> Ask:
    from strands import Agent, tool
    from strands.models.openai import OpenAIModel

    model = OpenAIModel(client=client_for(models, coomon, column, "async_openai_client"), model_id=GPT)

    @tool
    def look_up(customer: str) -> str:
        """Look a customer up."""
        return f"{customer} is known"

    def researcher() -> Any:
        return Agent(model=model, tools=[look_up], callback_handler=None)

    @tool
    async def ask_researcher(customer: str) -> str:
        """Ask the researcher about a customer."""
        return str(await researcher().invoke_async(f"About {customer}"))

    async def ask(name: str) -> None:
        is_alone = name == RUNS[0]
        agent = researcher() if is_alone else Agent(model=model, tools=[ask_researcher], callback_handler=None)
        async for _ in agent.stream_async(QUESTION):
            pass

    return ask


OF_OPENAI = (SDK_OTEL, SDK_OPENINFERENCE, WRAPPER)
WRAP = ("coobird.integrations.openai",)
ALWAYS = """
The model is `OpenAIModel`. N is in each column: these spans cannot be turned off while
OpenTelemetry is set up. An agent with a tool asks its model twice.
"""

AGENTS = (
    AgentSection(
        "strands",
        "Strands",
        strands,
        (NATIVE, *OF_OPENAI),
        ALWAYS,
        modules=("strands", "strands.models.openai", *WRAP),
        distributions=("strands-agents",),
    ),
)
