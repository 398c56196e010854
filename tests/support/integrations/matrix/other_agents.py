"""Sections of pydantic-ai, with models of OpenAI and with those of other providers."""

from __future__ import annotations

import os
from collections.abc import AsyncIterable, Callable
from contextlib import nullcontext, suppress
from functools import partial
from typing import Any

from tests.support.integrations.agents.models import agent_models
from tests.support.integrations.emitters import NATIVE, WRAPPER
from tests.support.integrations.llm_calls import ANTHROPIC_MODEL, Row
from tests.support.integrations.matrix.agents import GPT, OF_OPENAI, QUESTION, WRAP, client_for
from tests.support.integrations.matrix.frameworks import PAYERS, FrameworkSection, FrameworkSession, in_tasks
from tests.support.integrations.matrix.section import AGENTS, Column
from tests.support.integrations.providers.server import Fake

TOOL, ASKED = "tool", "agent as tool"
"""Runs: an agent uses a tool (two calls), or asks one that does (four calls)."""
TOGETHER = " parallel payers"
"""End of the name of a run that several customers start at once."""
RESPONSES, CHAT = "responses", "chat"
PROVIDERS = ("Anthropic", "Gemini", "Bedrock")
GEMINI, NOVA = "gemini-2.5-flash", "us.amazon.nova-pro-v1:0"

Ask = Callable[[str, Row], Any]
"""Asks an agent, by the name of its run, and reads the answer as the row says."""

Open = Callable[[Fake, Any, Column], Ask]
"""Makes the agents of one framework on the server, which answers all models."""


class AgentsSession(FrameworkSession):
    """Agents of one framework."""

    def __init__(self, open_agents: Open, models: Fake, coomon: Any, column: Column) -> None:
        super().__init__(models, coomon)
        self._ask = open_agents(models, coomon, column)

    async def perform(self, row: Row) -> None:
        name = row.api.removesuffix(TOGETHER)
        self.fake.scenario = {"basic": "plain"}.get(row.scenario, row.scenario)
        with suppress(Exception) if row.scenario in ("error", "cut") else nullcontext():
            if row.payers:
                await in_tasks(lambda: self._ask(name, row), self.coomon)
            else:
                await self._ask(name, row)


async def read(parts: AsyncIterable[Any], row: Row) -> None:
    """Read a stream to its end, or drop it after its first part."""
    async for _ in parts:
        if row.cancel:
            return


def pydantic_ai(models: Fake, coomon: Any, column: Column) -> Ask:
    from pydantic_ai.models.openai import OpenAIChatModel, OpenAIResponsesModel
    from pydantic_ai.providers.openai import OpenAIProvider

    provider = OpenAIProvider(openai_client=client_for(models, coomon, column, "async_openai_client"))
    kinds: dict[str, Any] = {RESPONSES: OpenAIResponsesModel, CHAT: OpenAIChatModel}
    return pydantic_ai_agents({api: kind(GPT, provider=provider) for api, kind in kinds.items()}, column)


def pydantic_ai_providers(models: Fake, coomon: Any, column: Column) -> Ask:
    from pydantic_ai.models.anthropic import AnthropicModel
    from pydantic_ai.models.bedrock import BedrockConverseModel
    from pydantic_ai.models.google import GoogleModel
    from pydantic_ai.providers.anthropic import AnthropicProvider
    from pydantic_ai.providers.bedrock import BedrockProvider
    from pydantic_ai.providers.google import GoogleProvider

    os.environ["ANTHROPIC_OPEN_TELEMETRY"] = "false"  # the spans of Anthropic's SDK are another reporter

    def client(kind: str) -> Any:
        return client_for(models, coomon, column, kind)

    anthropic = AnthropicProvider(anthropic_client=client("async_anthropic_client"))
    made = {
        "Anthropic": AnthropicModel(ANTHROPIC_MODEL, provider=anthropic),
        "Gemini": GoogleModel(GEMINI, provider=GoogleProvider(client=client("google_client"))),
        "Bedrock": BedrockConverseModel(NOVA, provider=BedrockProvider(bedrock_client=client("bedrock_client"))),
    }
    return pydantic_ai_agents(made, column)


def pydantic_ai_agents(models: dict[str, Any], column: Column) -> Ask:
    """Return agents on each model, which is the first word of the name of a run."""
    from pydantic_ai import Agent

    def agent(model: Any, tool: Callable[..., Any]) -> Any:
        made = Agent(model, tools=[tool])
        made.instrument = NATIVE in column
        return made

    def look_up(customer: str) -> str:
        """Look a customer up."""
        return f"{customer} is known"

    async def ask(name: str, row: Row) -> None:
        of, _, run = name.partition(" ")
        researcher = agent(models[of], look_up)

        async def ask_researcher(customer: str) -> str:
            """Ask the researcher about a customer."""
            return str((await researcher.run(f"About {customer}")).output)

        asked = researcher if run == TOOL else agent(models[of], ask_researcher)
        if not row.stream:
            await asked.run(QUESTION)
            return
        async with asked.run_stream(QUESTION) as answer:
            await read(answer.stream_output(debounce_by=None), row)

    return ask


ON_BOTH_APIS = [
    Row(f"{CHAT} {TOOL}"),
    Row(f"{CHAT} {ASKED}", stream=True),
    Row(f"{RESPONSES} {ASKED}"),
    Row(f"{RESPONSES} {TOOL}", stream=True),
    Row(f"{CHAT} {ASKED}{TOGETHER}", stream=True, payers=PAYERS),
    Row(f"{RESPONSES} {TOOL}{TOGETHER}", payers=PAYERS),
    *(Row(f"{api} {TOOL}", "error", stream=stream) for api, stream in ((CHAT, False), (RESPONSES, True))),
    Row(f"{CHAT} {TOOL}", "cut", stream=True),
    Row(f"{RESPONSES} {TOOL}", stream=True, cancel=True),
]
OTHER_AGENTS = (
    FrameworkSection(
        "pydantic_ai",
        "pydantic-ai",
        partial(AgentsSession, pydantic_ai),
        ON_BOTH_APIS,
        (NATIVE, *OF_OPENAI),
        """
N is there for agents with `instrument = True`. It does not tell why a stream failed before its
first chunk. pydantic-ai has no cache of answers.
""",
        modules=("pydantic_ai", "pydantic_ai.models.openai", "pydantic_ai.providers.openai", *WRAP),
        environment=AGENTS,
        distributions=("pydantic-ai-slim",),
        doubts_refusals=(NATIVE,),
        server=agent_models,
    ),
    FrameworkSection(
        "pydantic_ai_providers",
        "pydantic-ai with other providers",
        partial(AgentsSession, pydantic_ai_providers),
        [
            *(Row(f"{provider} {TOOL}", stream=stream) for provider in PROVIDERS for stream in (False, True)),
            *(Row(f"{provider} {TOOL}", "error") for provider in PROVIDERS),
            *(Row(f"{provider} {TOOL}", "cut", stream=True) for provider in PROVIDERS),
            *(Row(f"{provider} {TOOL}", stream=True, cancel=True) for provider in PROVIDERS),
        ],
        (NATIVE, WRAPPER),
        """
The models are `AnthropicModel`, `GoogleModel` and `BedrockConverseModel`. Anthropic and Gemini
state the input before a stream breaks off.
""",
        modules=(
            *(f"pydantic_ai.{part}.{name}" for part in ("models", "providers") for name in ("anthropic", "bedrock")),
            "pydantic_ai.models.google",
            "pydantic_ai.providers.google",
        ),
        environment=AGENTS,
        distributions=("pydantic-ai-slim",),
        server=agent_models,
    ),
)
