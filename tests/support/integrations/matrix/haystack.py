"""Section of Haystack: agents, pipelines and extractors, in threads and in tasks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.support.integrations.agents.models import agent_models
from tests.support.integrations.llm_calls import Row
from tests.support.integrations.matrix.agents import GPT, OF_OPENAI, QUESTION, WRAP, client_for
from tests.support.integrations.matrix.frameworks import (
    BOTH,
    PAYERS,
    FrameworkSection,
    FrameworkSession,
    in_tasks,
    in_threads,
)
from tests.support.integrations.matrix.other_agents import ASKED, CHAT, RESPONSES, TOGETHER, TOOL
from tests.support.integrations.matrix.section import AGENTS, Column
from tests.support.integrations.providers.server import Fake

PIPELINE = "pipeline"
"""Run: a model answers what another has said."""
EXTRACTOR = "extractor"
"""Run: a model reads each of two documents."""
CALLS = {TOOL: 2, ASKED: 4, PIPELINE: 2, EXTRACTOR: 2}
"""Calls of each run. Haystack goes on after an agent that is a tool has failed."""


class HaystackSession(FrameworkSession):
    """Components of Haystack, with generators on a client for `run` and one for `run_async`."""

    def __init__(self, models: Fake, coomon: Any, column: Column) -> None:
        super().__init__(models, coomon)
        self._client = client_for(models, coomon, column, "openai_client")
        self._async_client = client_for(models, coomon, column, "async_openai_client")
        self._made: dict[str, Callable[[str, Row], Any]] = {
            TOOL: self._researcher,
            ASKED: self._manager,
            PIPELINE: self._pipeline,
            EXTRACTOR: self._extractor,
        }

    async def perform(self, row: Row) -> None:
        api, _, run = row.api.removesuffix(TOGETHER).partition(" ")
        with self.calling(row, CALLS[run]):
            if row.payers and row.is_async:
                await in_tasks(lambda: self._made[run](api, row).run_async(**asked_of(run)), self.coomon)
            elif row.payers:
                in_threads(lambda: self._made[run](api, row).run(**asked_of(run)), self.coomon)
            elif row.is_async:
                await self._made[run](api, row).run_async(**asked_of(run))
            else:
                self._made[run](api, row).run(**asked_of(run))

    def _generator(self, api: str, row: Row) -> Any:
        from haystack.components.generators.chat import OpenAIChatGenerator, OpenAIResponsesChatGenerator
        from haystack.utils import Secret

        kind: Any = OpenAIResponsesChatGenerator if api == RESPONSES else OpenAIChatGenerator
        usage = {"stream_options": {"include_usage": True}} if row.asks else {}
        read = (read_async if row.is_async else read_part)(row) if row.stream else None
        made = kind(api_key=Secret.from_token("sk-x"), model=GPT, streaming_callback=read, generation_kwargs=usage)
        made.client, made.async_client = self._client, self._async_client
        return made

    def _researcher(self, api: str, row: Row) -> Any:
        from haystack.components.agents import Agent
        from haystack.tools import tool

        @tool
        def look_up(customer: str) -> str:
            """Look a customer up."""
            return f"{customer} is known"

        return Agent(chat_generator=self._generator(api, row), tools=[look_up])

    def _manager(self, api: str, row: Row) -> Any:
        from haystack.components.agents import Agent
        from haystack.tools import AgentTool

        researcher = AgentTool(self._researcher(api, row), name="researcher", description="Knows customers.")
        return Agent(chat_generator=self._generator(api, row), tools=[researcher])

    def _pipeline(self, api: str, row: Row) -> Any:
        from haystack import Pipeline

        made = Pipeline()
        for name in ("writer", "reviewer"):
            made.add_component(name, self._generator(api, row))
        made.connect("writer.replies", "reviewer.messages")
        return made

    def _extractor(self, api: str, row: Row) -> Any:
        from haystack.components.extractors import LLMMetadataExtractor

        return LLMMetadataExtractor("About {{ document.content }}", self._generator(api, row))

    async def close(self) -> None:
        self._client.close()
        await self._async_client.close()


def asked_of(run: str) -> dict[str, Any]:
    """Return the input of a run."""
    from haystack import Document
    from haystack.dataclasses import ChatMessage

    question = {"messages": [ChatMessage.from_user(QUESTION)]}
    if run == EXTRACTOR:
        return {"documents": [Document(content="cust_a"), Document(content="cust_b")]}
    return {"data": {"writer": question}} if run == PIPELINE else question


def read_part(row: Row) -> Callable[[Any], None]:
    """Return a callback for the parts of a stream. It drops the stream if the row says so."""

    def read(_: Any) -> None:
        if row.cancel:
            raise InterruptedError

    return read


def read_async(row: Row) -> Callable[[Any], Any]:
    read = read_part(row)

    async def read_later(part: Any) -> None:
        read(part)

    return read_later


HAYSTACK = FrameworkSection(
    "haystack",
    "Haystack",
    HaystackSession,
    [
        *(Row(f"{CHAT} {TOOL}", is_async=is_async) for is_async in BOTH),
        *(Row(f"{CHAT} {TOOL}", stream=True, is_async=is_async) for is_async in BOTH),
        *(Row(f"{CHAT} {TOOL}", stream=True, is_async=is_async, asks=True) for is_async in BOTH),
        *(Row(f"{RESPONSES} {TOOL}", stream=is_async, is_async=is_async) for is_async in BOTH),
        *(Row(f"{RESPONSES} {ASKED}", stream=not is_async, is_async=is_async) for is_async in BOTH),
        *(Row(f"{CHAT} {PIPELINE}", is_async=is_async) for is_async in BOTH),
        *(Row(f"{CHAT} {EXTRACTOR}", is_async=is_async) for is_async in BOTH),
        *(Row(f"{CHAT} {ASKED}{TOGETHER}", is_async=is_async, payers=PAYERS) for is_async in BOTH),
        Row(f"{RESPONSES} {PIPELINE}{TOGETHER}", stream=True, is_async=True, payers=PAYERS),
        Row(f"{CHAT} {TOOL}", "error"),
        Row(f"{RESPONSES} {PIPELINE}", "error", stream=True, is_async=True),
        *(Row(f"{api} {TOOL}", "cut", stream=True, is_async=api == CHAT) for api in (CHAT, RESPONSES)),
        *(Row(f"{api} {TOOL}", stream=True, cancel=True, is_async=api == CHAT) for api in (CHAT, RESPONSES)),
    ],
    OF_OPENAI,
    """
Spans have the usage of a chat stream if `stream_options` in `generation_kwargs` ask for it; `wrap`
asks by itself. An extractor's `run` asks in threads that inherit nothing, so that its calls have no
payer; `run_async` asks in tasks. Haystack emits no spans of calls by itself, and has no cache of
answers.
""",
    modules=(
        *(f"haystack.{part}" for part in ("tools", "components.agents", "components.extractors")),
        *("haystack.components.generators.chat", "tests.support.integrations.agents.clients", *WRAP),
    ),
    environment=AGENTS,
    distributions=("haystack-ai",),
    limits_of_wrap=("reported",),
    server=agent_models,
)
