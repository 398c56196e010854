"""Section of LlamaIndex: models, agents, workflows, engines and pipelines with a cache."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from tests.support.integrations.agents.models import agent_models
from tests.support.integrations.emitters import OPENINFERENCE
from tests.support.integrations.llm_calls import Row
from tests.support.integrations.matrix.agents import GPT, HANDOFF, OF_OPENAI, QUESTION, WRAP, client_for
from tests.support.integrations.matrix.frameworks import ASKED as TIMES
from tests.support.integrations.matrix.frameworks import (
    BOTH,
    PAYERS,
    FrameworkSection,
    FrameworkSession,
    in_tasks,
    in_threads,
)
from tests.support.integrations.matrix.other_agents import ASKED, CHAT, RESPONSES, TOGETHER, TOOL, read
from tests.support.integrations.matrix.section import OLDER_AGENTS, Column
from tests.support.integrations.providers.server import Fake

MODEL = "model"
"""Run: a model answers (one call)."""
CHAT_ENGINE, QUERY_ENGINE = "chat engine", "query engine"
"""Runs: an engine asks its model once; a chat engine's `stream_chat` does so in a thread."""
PIPELINE = "pipeline cache hit"
"""Run: a model sums up a document, which a pipeline keeps in its cache (one call)."""
CALLS = {MODEL: 1, TOOL: 2, HANDOFF: 2, ASKED: 4, CHAT_ENGINE: 1, QUERY_ENGINE: 1, PIPELINE: 1}
"""Calls of each run."""
CUSTOMER = "cust_a"


class LlamaIndexSession(FrameworkSession):
    """Models of LlamaIndex, each on a client for `chat` and one for `achat`, and their users."""

    def __init__(self, models: Fake, coomon: Any, column: Column) -> None:
        super().__init__(models, coomon)
        self._client = client_for(models, coomon, column, "openai_client")
        self._make_async_client = lambda: client_for(models, coomon, column, "async_openai_client")
        self._async_client = self._make_async_client()
        self._runs: dict[str, Callable[[Any, Row], Awaitable[Any]]] = {
            CHAT_ENGINE: self._chat,
            QUERY_ENGINE: self._query,
            PIPELINE: self._sum_up,
        }

    async def perform(self, row: Row) -> None:
        api, _, run = row.api.removesuffix(TOGETHER).partition(" ")
        llm = self._llm(api, row)
        with self.calling(row, CALLS[run]):
            if row.payers and row.is_async:
                await in_tasks(lambda: self._ask(run, llm, row), self.coomon)
            elif row.payers:
                in_threads(lambda: llm.chat(question()), self.coomon)
            else:
                await self._ask(run, llm, row)

    async def _ask(self, run: str, llm: Any, row: Row) -> None:
        if run == MODEL:
            await ask_model(llm, row)
        elif run in self._runs:
            await self._runs[run](llm, row)
        else:
            await agent(run, llm, streams=row.stream).run(QUESTION)

    def _llm(self, api: str, row: Row) -> Any:
        from llama_index.llms.openai import OpenAI, OpenAIResponses

        kind: Any = OpenAIResponses if api == RESPONSES else OpenAI
        usage = {"additional_kwargs": {"stream_options": {"include_usage": True}}} if row.asks else {}
        # A pipeline's `run` asks in a thread with a loop of its own.
        is_elsewhere = row.api.endswith(PIPELINE) and not row.is_async
        async_client = self._make_async_client() if is_elsewhere else self._async_client
        clients = {"openai_client": self._client, "async_openai_client": async_client}
        return kind(model=GPT, api_key="sk-x", max_retries=0, **clients, **usage)

    async def _chat(self, llm: Any, row: Row) -> None:
        from llama_index.core.chat_engine import SimpleChatEngine

        engine = SimpleChatEngine.from_defaults(llm=llm)
        if row.is_async and row.stream:
            await read((await engine.astream_chat(QUESTION)).async_response_gen(), row)
        elif row.stream:
            read_all(engine.stream_chat(QUESTION).response_gen)
        elif row.is_async:
            await engine.achat(QUESTION)
        else:
            engine.chat(QUESTION)

    async def _query(self, llm: Any, row: Row) -> None:
        from llama_index.core import SummaryIndex

        engine = SummaryIndex([node()]).as_query_engine(llm=llm, streaming=row.stream)
        answer = await engine.aquery(QUESTION) if row.is_async else engine.query(QUESTION)
        if row.stream:
            read_all(answer.response_gen)

    async def _sum_up(self, llm: Any, row: Row) -> None:
        from llama_index.core.extractors import SummaryExtractor
        from llama_index.core.ingestion import IngestionCache, IngestionPipeline

        extractor = SummaryExtractor(llm=llm, show_progress=False)
        pipeline = IngestionPipeline(transformations=[extractor], cache=IngestionCache())
        for _ in range(TIMES):
            if row.is_async:
                await pipeline.arun(nodes=[node()])
            else:
                pipeline.run(nodes=[node()])

    async def close(self) -> None:
        self._client.close()
        await self._async_client.close()


def question() -> list[Any]:
    from llama_index.core.llms import ChatMessage

    return [ChatMessage(role="user", content=QUESTION)]


def node() -> Any:
    from llama_index.core.schema import TextNode

    return TextNode(text=QUESTION)


async def ask_model(llm: Any, row: Row) -> None:
    if row.stream and row.is_async:
        await read(await llm.astream_chat(question()), row)
    elif row.stream:
        for _ in llm.stream_chat(question()):
            if row.cancel:
                return
    elif row.is_async:
        await llm.achat(question())
    else:
        llm.chat(question())


def agent(run: str, llm: Any, *, streams: bool) -> Any:
    """Return an agent that uses a tool, asks one that does, or hands over to one without tools."""
    from llama_index.core.agent.workflow import AgentWorkflow, FunctionAgent

    def look_up(customer: str) -> str:
        """Look a customer up."""
        return f"{customer} is known"

    def make(name: str, *tools: Any, **more: Any) -> Any:
        options: Any = {"llm": llm, "streaming": streams, "description": "Knows customers.", **more}
        return FunctionAgent(name=name, tools=list(tools), **options)

    researcher = make("researcher", look_up)
    if run == TOOL:
        return researcher
    if run == HANDOFF:
        # The model says the customer's name wherever a tool asks for a text.
        writer = make(CUSTOMER, can_handoff_to=[])
        triage = make("triage", can_handoff_to=[CUSTOMER])
        return AgentWorkflow(agents=[triage, writer], root_agent="triage")

    async def ask_researcher(customer: str) -> str:
        """Ask the researcher about a customer."""
        return str(await researcher.run(f"About {customer}"))

    return make("manager", ask_researcher)


def read_all(parts: Any) -> None:
    for _ in parts:
        pass


LLAMA_INDEX = FrameworkSection(
    "llama_index",
    "LlamaIndex",
    LlamaIndexSession,
    [
        *(Row(f"{CHAT} {MODEL}", is_async=is_async) for is_async in BOTH),
        *(Row(f"{CHAT} {MODEL}", stream=True, is_async=is_async) for is_async in BOTH),
        *(Row(f"{CHAT} {MODEL}", stream=True, is_async=is_async, asks=True) for is_async in BOTH),
        *(Row(f"{RESPONSES} {MODEL}", is_async=is_async) for is_async in BOTH),
        *(Row(f"{RESPONSES} {MODEL}", stream=True, is_async=is_async) for is_async in BOTH),
        *(Row(f"{api} {TOOL}", is_async=True, stream=api == RESPONSES) for api in (CHAT, RESPONSES)),
        *(Row(f"{CHAT} {run}", is_async=True, stream=True, asks=True) for run in (TOOL, HANDOFF, ASKED)),
        Row(f"{RESPONSES} {HANDOFF}", is_async=True),
        Row(f"{RESPONSES} {ASKED}", is_async=True),
        *(Row(f"{CHAT} {CHAT_ENGINE}", stream=True, is_async=is_async, asks=True) for is_async in BOTH),
        *(Row(f"{CHAT} {QUERY_ENGINE}", is_async=is_async) for is_async in BOTH),
        *(Row(f"{CHAT} {PIPELINE}", is_async=is_async) for is_async in BOTH),
        Row(f"{CHAT} {MODEL}{TOGETHER}", payers=PAYERS),
        Row(f"{CHAT} {ASKED}{TOGETHER}", is_async=True, payers=PAYERS),
        Row(f"{RESPONSES} {HANDOFF}{TOGETHER}", stream=True, is_async=True, payers=PAYERS),
        Row(f"{CHAT} {MODEL}", "error"),
        Row(f"{CHAT} {TOOL}", "error", is_async=True),
        Row(f"{RESPONSES} {TOOL}", "error", stream=True, is_async=True),
        *(Row(f"{api} {MODEL}", "cut", stream=True, is_async=api == CHAT) for api in (CHAT, RESPONSES)),
        *(Row(f"{api} {MODEL}", stream=True, cancel=True, is_async=api == CHAT) for api in (CHAT, RESPONSES)),
    ],
    (OPENINFERENCE, *OF_OPENAI),
    """
Spans have the usage of a chat stream if `additional_kwargs` ask for it; `wrap` asks by itself. I
has no cached tokens of a response, and no answer of its streams. In a cache hit, a pipeline gets
the same text three times. LlamaIndex has no spans of its own. OpenLLMetry's instrumentation is
left out: it makes no spans of most calls.
""",
    modules=(
        *(f"llama_index.{part}" for part in ("llms.openai", "core.agent.workflow", "core.chat_engine")),
        *("llama_index.core.ingestion", "llama_index.core.extractors"),
        *("tests.support.integrations.agents.clients", *WRAP),
    ),
    environment=OLDER_AGENTS,
    distributions=("llama-index-core", "llama-index-llms-openai"),
    server=agent_models,
)
