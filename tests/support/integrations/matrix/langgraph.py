"""Section of LangGraph: graphs of nodes that ask models of LangChain."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import aclosing, closing
from typing import Any

from tests.support.integrations.agents.models import agent_models
from tests.support.integrations.emitters import HANDLER, OPENINFERENCE, OPENLLMETRY, WRAPPER
from tests.support.integrations.llm_calls import Row
from tests.support.integrations.matrix.agents import GPT, HANDOFF, OF_OPENAI, QUESTION, WRAP
from tests.support.integrations.matrix.frameworks import ASKED as TIMES
from tests.support.integrations.matrix.frameworks import (
    BOTH,
    PAYERS,
    FrameworkSection,
    FrameworkSession,
    in_tasks,
    in_threads,
)
from tests.support.integrations.matrix.other_agents import CHAT, RESPONSES, TOGETHER, TOOL, read
from tests.support.integrations.matrix.section import Column
from tests.support.integrations.providers.server import Fake
from tests.support.integrations.recorder import LOOPBACK

NODE = "node"
"""Run: a node asks a model (one call)."""
NODES = "parallel nodes"
"""Run: two nodes ask a model at once (two calls)."""
CACHE = "node cache hit"
"""Run: a graph with a cache is run several times, and enters its node once (one call)."""
CALLS = {NODE: 1, NODES: 2, CACHE: 1, TOOL: 2, HANDOFF: 2}
"""Calls of each run."""


class LangGraphSession(FrameworkSession):
    """Graphs, and a model of each API."""

    def __init__(self, models: Fake, coomon: Any, column: Column) -> None:
        super().__init__(models, coomon)
        from coobird.integrations.langchain import CoobirdCallbackHandler
        from coobird.integrations.openai import wrap

        handler = CoobirdCallbackHandler(coomon, providers=LOOPBACK)
        self._config: Any = {"callbacks": [handler]} if HANDLER in column else {}
        self._models = {api: make_model(models, api) for api in (CHAT, RESPONSES)}
        if WRAPPER in column:
            for model in self._models.values():
                wrap(model.root_client, coomon, provider="openai")
                wrap(model.root_async_client, coomon, provider="openai")

    async def perform(self, row: Row) -> None:
        api, _, run = row.api.removesuffix(TOGETHER).partition(" ")
        graph = make_graph(run, self._models[api], is_async=row.is_async)
        with self.calling(row, CALLS[run]):
            if row.payers and row.is_async:
                await in_tasks(lambda: graph.ainvoke(question(), self._config), self.coomon)
            elif row.payers:
                in_threads(lambda: graph.invoke(question(), self._config), self.coomon)
            else:
                for _ in range(TIMES if run == CACHE else 1):
                    await self._run(graph, row)

    async def _run(self, graph: Any, row: Row) -> None:
        if row.stream and row.is_async:
            async with aclosing(graph.astream(question(), self._config, stream_mode="messages")) as parts:
                await read(parts, row)
        elif row.stream:
            with closing(graph.stream(question(), self._config, stream_mode="messages")) as parts:
                for _ in parts:
                    pass
        elif row.is_async:
            await graph.ainvoke(question(), self._config)
        else:
            graph.invoke(question(), self._config)

    async def close(self) -> None:
        for model in self._models.values():
            model.root_client.close()
            await model.root_async_client.close()


def question() -> dict[str, Any]:
    # The key of a cache is made of the whole input, with the id.
    return {"messages": [{"role": "user", "content": QUESTION, "id": "question"}]}


def make_model(models: Fake, api: str) -> Any:
    from langchain_openai import ChatOpenAI

    options: Any = {"api_key": "sk-x", "max_retries": 0, "stream_usage": True}
    return ChatOpenAI(model=GPT, base_url=f"{models.url}/v1", use_responses_api=api == RESPONSES, **options)


def make_graph(run: str, model: Any, *, is_async: bool) -> Any:
    """Return a graph for a run. LangGraph takes nodes of one kind for a sync and an async graph."""
    from langchain_core.tools import tool
    from langgraph.cache.memory import InMemoryCache
    from langgraph.graph import START, MessagesState, StateGraph
    from langgraph.prebuilt import ToolNode, tools_condition
    from langgraph.types import CachePolicy, Command

    @tool
    def look_up(customer: str) -> str:
        """Look a customer up."""
        return f"{customer} is known"

    @tool
    def transfer_to_writer(reason: str) -> str:
        """Hand over to the writer."""
        return reason

    def asking(asked: Any, answer_of: Callable[[Any], Any] = lambda message: {"messages": [message]}) -> Any:
        """Return a node that asks a model."""

        def ask(state: Any) -> Any:
            return answer_of(asked.invoke(state["messages"]))

        async def ask_async(state: Any) -> Any:
            return answer_of(await asked.ainvoke(state["messages"]))

        return ask_async if is_async else ask

    def to_writer(message: Any) -> Command[str]:
        (use,) = message.tool_calls
        told = {"role": "tool", "content": "done", "tool_call_id": use["id"]}
        return Command(goto="writer", update={"messages": [message, told]})

    graph: Any = StateGraph(MessagesState)
    if run == TOOL:
        graph.add_node("agent", asking(model.bind_tools([look_up])))
        graph.add_node("tools", ToolNode([look_up]))
        graph.add_conditional_edges("agent", tools_condition)
        graph.add_edge("tools", "agent")
        graph.add_edge(START, "agent")
    elif run == HANDOFF:
        triage = asking(model.bind_tools([transfer_to_writer]), to_writer)
        graph.add_node("triage", triage, destinations=("writer",))
        graph.add_node("writer", asking(model))
        graph.add_edge(START, "triage")
    else:
        policy = CachePolicy() if run == CACHE else None
        for name in ("first", "second")[: CALLS[run]]:
            graph.add_node(name, asking(model), cache_policy=policy)
            graph.add_edge(START, name)
    return graph.compile(cache=InMemoryCache() if run == CACHE else None)


LANGGRAPH = FrameworkSection(
    "langgraph",
    "LangGraph",
    LangGraphSession,
    [
        *(Row(f"{CHAT} {NODE}", stream=stream, is_async=is_async) for stream in BOTH for is_async in BOTH),
        *(Row(f"{RESPONSES} {NODE}", stream=is_async, is_async=is_async) for is_async in BOTH),
        *(Row(f"{CHAT} {run}", stream=is_async, is_async=is_async) for run in (TOOL, HANDOFF) for is_async in BOTH),
        Row(f"{RESPONSES} {TOOL}", is_async=True),
        Row(f"{RESPONSES} {HANDOFF}", stream=True),
        *(Row(f"{CHAT} {NODES}", is_async=is_async) for is_async in BOTH),
        Row(f"{RESPONSES} {NODES}", stream=True, is_async=True),
        *(Row(f"{CHAT} {CACHE}", is_async=is_async) for is_async in BOTH),
        *(Row(f"{CHAT} {NODES}{TOGETHER}", is_async=is_async, payers=PAYERS) for is_async in BOTH),
        Row(f"{RESPONSES} {HANDOFF}{TOGETHER}", is_async=True, payers=PAYERS),
        *(Row(f"{CHAT} {NODE}", "error", is_async=is_async) for is_async in BOTH),
        Row(f"{CHAT} {NODES}", "error"),
        *(Row(f"{CHAT} {NODE}", "cut", stream=True, is_async=is_async) for is_async in BOTH),
    ],
    (HANDLER, OPENINFERENCE, OPENLLMETRY, *OF_OPENAI),
    """
The models are `ChatOpenAI`. The handler is among the callbacks of the run. A stream has
`stream_mode="messages"`. In a handoff, a node returns a `Command` that goes to another. Parallel
payers are four runs at once. In a cache hit, a graph whose node has a `CachePolicy` is run three
times.
""",
    modules=(
        *("langchain_openai", "langgraph.cache.memory", "langgraph.graph", "langgraph.prebuilt"),
        *("coobird.integrations.langchain", *WRAP),
    ),
    server=agent_models,
)
