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
GEMINI = "gemini-2.5-flash"

Ask = Callable[[str, bool], Awaitable[Any]]
"""Asks an agent, by the name of its run, and reads the answer; as a stream if that is true."""

Open = Callable[[Fake, Any, Column], Ask]
"""Makes the agents of one framework on the server, which answers all models."""

TOOL, HANDOFF, ASKED, AT_ONCE = "tool", "handoff", "agent as tool", "agents at once"
"""Runs: an agent uses a tool, hands over to another (two calls each), asks one that uses a tool, or
is two that use a tool (four calls each)."""

TOGETHER = " parallel payers"
"""End of the name of a run that several customers start at once."""


class AgentSession:
    """Agents of one framework."""

    def __init__(self, models: Fake, coomon: Any, ask: Ask) -> None:
        self._models, self._coomon, self._ask = models, coomon, ask

    def answered(self) -> list[Answered]:
        return [Answered(call.id, tuple(call.usage)) for call in self._models.calls]

    async def perform(self, row: Row) -> None:
        name = row.api.removesuffix(TOGETHER)
        self._models.scenario = {"basic": "plain"}.get(row.scenario, row.scenario)
        with suppress(Exception) if row.scenario in ("error", "cut") else nullcontext():
            if row.payers:
                await in_tasks(lambda: self._ask(name, row.stream), self._coomon)
            else:
                await self._ask(name, row.stream)


class AgentSection:
    """Runs of the agents of one framework."""

    hidden: tuple[Column, ...] = ()
    limits_of_wrap: tuple[str, ...] = ()
    ends_at_exit = False
    doubts_refusals: tuple[str, ...] = ()
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
        runs: tuple[str, ...],
        broken: tuple[str, ...] = (TOOL,),
        modules: tuple[str, ...],
        distributions: tuple[str, ...],
    ) -> None:
        """Make the section.

        Args:
            runs: Names by which the agents are asked.
            broken: Those of them that are also refused, and whose stream breaks off.
            modules: Modules that the agents import.
            distributions: Names of the packages to show with their versions.
        """
        self.name, self.title, self.notes = name, title, notes
        self.packages, self.emitters = (name,), emitters
        self.distributions = distributions
        self._open, self._modules = open_agents, modules
        self._runs, self._broken = runs, broken

    def rows(self) -> list[Row]:
        made = [Row(name, stream=stream) for name in self._runs for stream in (False, True)]
        made += [Row(f"{name}{TOGETHER}", stream=True, payers=PAYERS) for name in self._runs if ASKED in name]
        made += [Row(name, "error", stream=stream) for name in self._broken for stream in (False, True)]
        return [*made, *(Row(name, "cut", stream=True) for name in self._broken)]

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

    async def ask(name: str, stream: bool) -> None:
        agent = researcher() if name == TOOL else Agent(model=model, tools=[ask_researcher], callback_handler=None)
        if not stream:
            await agent.invoke_async(QUESTION)
            return
        async for _ in agent.stream_async(QUESTION):
            pass

    return ask


def google_adk(models: Fake, coomon: Any, column: Column) -> Ask:
    from google.adk.agents import LlmAgent, ParallelAgent
    from google.adk.agents.run_config import RunConfig, StreamingMode
    from google.adk.models import Gemini
    from google.adk.runners import InMemoryRunner
    from google.adk.tools.agent_tool import AgentTool
    from google.genai import types

    model = Gemini(model=GEMINI, client=client_for(models, coomon, column, "google_client"))
    ends_here = {"disallow_transfer_to_parent": True, "disallow_transfer_to_peers": True}

    def look_up(customer: str) -> dict[str, str]:
        """Look a customer up."""
        return {"known": customer}

    def researcher(name: str = "researcher") -> Any:
        return LlmAgent(name=name, model=model, tools=[look_up])

    agents: dict[str, Callable[[], Any]] = {
        TOOL: researcher,
        HANDOFF: lambda: LlmAgent(
            name="triage", model=model, sub_agents=[LlmAgent(name="writer", model=model, **ends_here)]
        ),
        ASKED: lambda: LlmAgent(name="manager", model=model, tools=[AgentTool(researcher())]),
        AT_ONCE: lambda: ParallelAgent(name="both", sub_agents=[researcher("first"), researcher("second")]),
    }

    async def ask(name: str, stream: bool) -> None:
        runner = InMemoryRunner(agent=agents[name](), app_name="app")
        session = await runner.session_service.create_session(app_name="app", user_id="user")
        message = types.Content(role="user", parts=[types.Part(text=QUESTION)])
        mode = RunConfig(streaming_mode=StreamingMode.SSE if stream else StreamingMode.NONE)
        async for _ in runner.run_async(user_id="user", session_id=session.id, new_message=message, run_config=mode):
            pass

    return ask


def openai_agents(models: Fake, coomon: Any, column: Column) -> Ask:
    from agents import Agent, ModelSettings, OpenAIProvider, RunConfig, Runner, function_tool

    client = client_for(models, coomon, column, "async_openai_client")
    configs = {
        api: RunConfig(
            model_provider=OpenAIProvider(openai_client=client, use_responses=api == "responses"),
            # As it does for a chat stream of OpenAI itself, but of no other server.
            model_settings=ModelSettings(include_usage=True),
            tracing_disabled=True,  # its spans go to OpenAI only
        )
        for api in OPENAI_APIS
    }

    @function_tool
    def look_up(customer: str) -> str:
        """Look a customer up."""
        return f"{customer} is known"

    researcher = Agent(name="researcher", model=GPT, tools=[look_up])
    asked = researcher.as_tool(tool_name="ask_researcher", tool_description="Asks the researcher.")
    agents: dict[str, Any] = {
        TOOL: researcher,
        HANDOFF: Agent(name="triage", model=GPT, handoffs=[Agent(name="writer", model=GPT)]),
        ASKED: Agent(name="manager", model=GPT, tools=[asked]),
    }

    async def ask(name: str, stream: bool) -> None:
        api, _, run = name.partition(" ")
        if not stream:
            await Runner.run(agents[run], QUESTION, run_config=configs[api])
            return
        async for _ in Runner.run_streamed(agents[run], QUESTION, run_config=configs[api]).stream_events():
            pass

    return ask


OPENAI_APIS = ("responses", "chat")
OF_OPENAI = (SDK_OTEL, SDK_OPENINFERENCE, WRAPPER)
WRAP = ("coobird.integrations.openai",)

AGENTS = (
    AgentSection(
        "google_adk",
        "Google ADK",
        google_adk,
        (NATIVE, WRAPPER),
        """
N is in each column: these spans are there while OpenTelemetry is set up. Agents at once are those
of a `ParallelAgent`. ADK has no cache of answers.
""",
        runs=(TOOL, HANDOFF, ASKED, AT_ONCE),
        modules=("google.adk.agents", "google.adk.models", "google.adk.runners", "google.adk.tools.agent_tool"),
        distributions=("google-adk",),
    ),
    AgentSection(
        "openai_agents",
        "OpenAI Agents SDK",
        openai_agents,
        OF_OPENAI,
        """
The SDK's own spans are not OpenTelemetry's: they go to OpenAI. Of its streams of responses, i keeps
no answer. Chat streams are asked for their usage, as the SDK asks OpenAI's own server. The SDK has
no cache of answers.
""",
        runs=tuple(f"{api} {name}" for api in OPENAI_APIS for name in (TOOL, HANDOFF, ASKED)),
        broken=tuple(f"{api} {TOOL}" for api in OPENAI_APIS),
        modules=("agents", *WRAP),
        distributions=("openai-agents",),
    ),
    AgentSection(
        "strands",
        "Strands",
        strands,
        (NATIVE, *OF_OPENAI),
        """
The model is `OpenAIModel`. N is in each column: these spans cannot be turned off while
OpenTelemetry is set up. An agent with a tool asks its model twice.
""",
        runs=(TOOL, ASKED),
        modules=("strands", "strands.models.openai", *WRAP),
        distributions=("strands-agents",),
    ),
)
