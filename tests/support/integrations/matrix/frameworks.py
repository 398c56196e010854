"""Sections of frameworks, and that of LangChain, which calls OpenAI's SDK.

Reporters are those of the framework, and those of the SDK below it.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext, suppress
from importlib import import_module
from typing import Any

from tests.support.integrations.emitters import (
    HANDLER,
    OPENINFERENCE,
    OPENLLMETRY,
    SDK_OPENINFERENCE,
    SDK_OTEL,
    WRAPPER,
)
from tests.support.integrations.fake_llm import FakeLLM
from tests.support.integrations.llm_calls import OPENAI_MODEL, Row
from tests.support.integrations.matrix.section import MAIN, Answered, Column, Session
from tests.support.integrations.recorder import LOOPBACK

PAYERS = 4
ASKED = 3
"""Number of times that a row with a cache asks the same."""

Ask = Callable[[], Any]


class FrameworkSession:
    """Server, and the calls of a framework, by the names of rows."""

    def __init__(self, fake: Any, coomon: Any) -> None:
        self.fake, self.coomon = fake, coomon

    def answered(self) -> list[Answered]:
        return [Answered(call.id, tuple(call.usage)) for call in self.fake.calls]

    async def perform(self, row: Row) -> None:
        raise NotImplementedError

    @contextmanager
    def calling(self, row: Row, calls: int, *mistakes: type[Exception]) -> Iterator[None]:
        """Set the scenario of the server, and check that each payer makes so many calls.

        A row that fails or breaks off may raise, and may make fewer. `mistakes` are errors that the
        framework raises after its calls.
        """
        self.fake.scenario = {"basic": "plain"}.get(row.scenario, row.scenario)
        is_failing = row.is_broken or row.scenario == "error"
        before = len(self.fake.calls)
        with suppress(*((Exception,) if is_failing else mistakes)):
            yield
        made = len(self.fake.calls) - before
        assert is_failing or made == calls * max(row.payers, 1), f"{row}: {made} calls"

    async def close(self) -> None:
        """Close what keeps connections to the server open."""


def in_threads(ask: Ask, coomon: Any, payers: int = PAYERS) -> None:
    """Ask at once in several threads, each for a customer of its own."""
    customer = coomon.current_run().customer_id
    start = threading.Barrier(payers)

    def work(number: int) -> None:
        with coomon.run(customer_id=f"{customer}.{number}", agent_id="agent"):
            start.wait(20)
            ask()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(payers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)


async def in_tasks(ask: Callable[[], Awaitable[Any]], coomon: Any, payers: int = PAYERS) -> None:
    """Ask at once in several tasks, each for a customer of its own."""
    customer = coomon.current_run().customer_id

    async def work(number: int) -> None:
        with coomon.run(customer_id=f"{customer}.{number}", agent_id="agent"):
            await ask()

    await asyncio.gather(*(work(number) for number in range(payers)))


class LangChainSession(FrameworkSession):
    """Chat models of LangChain."""

    def __init__(self, fake: FakeLLM, coomon: Any, column: Column) -> None:
        super().__init__(fake, coomon)
        from coobird.integrations.langchain import CoobirdCallbackHandler

        handler = CoobirdCallbackHandler(coomon, providers=LOOPBACK)
        self._callbacks = [handler] if HANDLER in column else []
        self._models = {
            (api, scenario): self._model(api, scenario, column)
            for api in ("chat", "responses")
            for scenario in ("basic", "cached", "error", "cut", "tools")
        }

    def _model(self, api: str, scenario: str, column: Column) -> Any:
        from langchain_openai import ChatOpenAI

        from coobird.integrations.openai import wrap

        model: Any = ChatOpenAI(
            model=OPENAI_MODEL,
            base_url=self.fake.openai_url,
            api_key="sk-x",  # type: ignore[arg-type]
            use_responses_api=api == "responses",
            max_retries=0,
            stream_usage=True,
            default_headers={"x-scenario": scenario},
            callbacks=self._callbacks,
        )
        if WRAPPER in column:
            for client in (model.root_client, model.root_async_client):
                wrap(client, self.coomon, provider="openai")
        return model

    async def perform(self, row: Row) -> None:
        api, _, way = row.api.partition(" ")
        model = self._models[api, row.scenario]
        with suppress(Exception) if row.scenario in ("error", "cut") else nullcontext():
            if way == "cache hit":
                await self._ask_again(model, row)
            elif way == "tool loop":
                await self._loop(model, row)
            elif row.payers and row.is_async:
                await in_tasks(lambda: model.ainvoke("hello"), self.coomon)
            elif row.payers:
                in_threads(lambda: model.invoke("hello"), self.coomon)
            else:
                await ask_langchain(model, row)

    async def close(self) -> None:
        for model in self._models.values():
            model.root_client.close()
            await model.root_async_client.close()

    async def _ask_again(self, model: Any, row: Row) -> None:
        from langchain_core.caches import InMemoryCache
        from langchain_core.globals import set_llm_cache

        set_llm_cache(InMemoryCache())
        try:
            for _ in range(ASKED):
                await ask_langchain(model, row)
        finally:
            set_llm_cache(None)

    async def _loop(self, model: Any, row: Row) -> None:
        """Ask, run a tool that asks another model, and ask again: a handoff."""
        from langchain_core.runnables import RunnableLambda
        from langchain_core.tools import tool

        other = self._models["chat", "basic"]

        @tool
        async def weather(city: str) -> str:
            """Tell the weather."""
            return str((await other.ainvoke(f"The weather of {city}?")).content)

        async def agent(question: str) -> str:
            await model.bind_tools([weather]).ainvoke(question)
            found = await weather.ainvoke({"city": "Oslo"})
            return str((await model.ainvoke(f"{question} {found}")).content)

        await RunnableLambda(agent).ainvoke("hello")


async def ask_langchain(model: Any, row: Row) -> None:
    if row.stream and row.is_async:
        chunks = model.astream("hello")
        async for _ in chunks:
            if row.cancel:
                await chunks.aclose()
                return
    elif row.stream:
        for _ in (chunks := model.stream("hello")):
            if row.cancel:
                chunks.close()
                return
    elif row.is_async:
        await model.ainvoke("hello")
    else:
        model.invoke("hello")


class FrameworkSection:
    """Calls of one framework."""

    def __init__(
        self,
        name: str,
        title: str,
        session: Callable[[Any, Any, Column], FrameworkSession],
        rows: list[Row],
        emitters: tuple[str, ...],
        notes: str = "",
        *,
        modules: tuple[str, ...],
        hidden: tuple[Column, ...] = (),
        limits_of_wrap: tuple[str, ...] = (),
        is_warmed_by_calls: bool = True,
        ends_at_exit: bool = False,
        environment: str = MAIN,
        distributions: tuple[str, ...] = (),
        doubts_refusals: tuple[str, ...] = (),
        server: Callable[[], Any] = FakeLLM,
    ) -> None:
        """Make the section.

        Args:
            modules: Modules that a session imports.
            distributions: Packages to show with their versions; by default that of this name.
            server: Makes the server, to be used as a context manager.
        """
        self.name, self.title, self.notes = name, title, notes
        self.packages, self.emitters = (name,), emitters
        self.distributions = distributions or (name.replace("_", "-"),)
        self.hidden, self.limits_of_wrap = hidden, limits_of_wrap
        self.is_warmed_by_calls, self.ends_at_exit = is_warmed_by_calls, ends_at_exit
        self.environment, self.doubts_refusals, self._server = environment, doubts_refusals, server
        self._session, self._rows, self._modules = session, rows, modules

    def rows(self) -> list[Row]:
        return self._rows

    def warm(self) -> None:
        for module in self._modules:
            import_module(module)

    @asynccontextmanager
    async def open(self, coomon: Any, column: Column) -> AsyncIterator[Session]:
        with self._server() as fake:
            session = self._session(fake, coomon, column)
            yield session
            await session.close()


BOTH = (False, True)
LANGCHAIN = FrameworkSection(
    "langchain_openai",
    "LangChain",
    LangChainSession,
    [
        *(
            Row(api, "cached" if api == "chat" else "basic", stream, is_async)
            for api in ("chat", "responses")
            for stream in BOTH
            for is_async in BOTH
        ),
        *(Row("chat cache hit", stream=stream, is_async=is_async) for stream in BOTH for is_async in BOTH),
        *(Row(f"{api} tool loop", is_async=True) for api in ("chat", "responses")),
        *(
            Row(f"{api} parallel payers", is_async=is_async, payers=PAYERS)
            for api in ("chat", "responses")
            for is_async in BOTH
        ),
        Row("chat", "error"),
        *(Row("chat", "cut", stream=True, is_async=is_async) for is_async in BOTH),
        *(Row("chat", stream=True, cancel=True, is_async=is_async) for is_async in BOTH),
    ],
    (HANDLER, OPENINFERENCE, OPENLLMETRY, SDK_OTEL, SDK_OPENINFERENCE, WRAPPER),
    """
The model is `ChatOpenAI`. Of a cache hit, L does not tell a call from an answer of the cache: where
LangChain has a cache, its spans without an id are reported to `on_error`, and not billed. Parallel
payers are four calls at once, each for a customer of its own. In a tool loop, a tool asks another
model.
""",
    modules=("coobird.integrations.langchain", "coobird.integrations.openai"),
)
