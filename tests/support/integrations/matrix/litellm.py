"""Section of LiteLLM, which calls OpenAI's SDK, and Anthropic by requests of its own.

Reporters are its logger, its own callback for OpenTelemetry, instrumentations of LiteLLM, and those
of the SDK below it.
"""

from __future__ import annotations

import asyncio
import gc
import threading
import weakref
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext, suppress
from inspect import isawaitable
from typing import Any

from opentelemetry import trace

from tests.support.integrations.emitters import (
    HANDLER,
    NATIVE,
    OPENINFERENCE,
    OPENLLMETRY,
    SDK_OPENINFERENCE,
    WRAPPER,
)
from tests.support.integrations.fake_llm import FakeLLM
from tests.support.integrations.llm_calls import ANTHROPIC_MODEL, OPENAI_MODEL, PROMPT, Row
from tests.support.integrations.matrix.frameworks import (
    ASKED,
    BOTH,
    PAYERS,
    FrameworkSection,
    FrameworkSession,
    in_tasks,
    in_threads,
)
from tests.support.integrations.matrix.section import PROGRAM, Column
from tests.support.integrations.recorder import LOOPBACK

KINDS = {"chat": "completion", "messages": "completion", "embeddings": "embedding"}
"""Function of LiteLLM for each API; the one for coroutines has an `a` in front."""


class LiteLLMSession(FrameworkSession):
    """Functions of LiteLLM."""

    def __init__(self, fake: FakeLLM, coomon: Any, column: Column) -> None:
        super().__init__(fake, coomon)
        import litellm
        from litellm.litellm_core_utils.thread_pool_executor import executor

        from coobird.integrations.litellm import CoobirdLogger

        self._litellm: Any = litellm
        self._logger = CoobirdLogger(coomon, providers=LOOPBACK) if HANDLER in column else None
        litellm.suppress_debug_info = True
        # LiteLLM's callback comes first, which reports a call before our logger does.
        litellm.callbacks = [each for each in (own_callback(column), self._logger) if each is not None]
        self._clients: dict[tuple[str, bool], Any] = {}
        self._is_wrapped = WRAPPER in column
        self._jobs: list[Future[Any]] = []
        self._dropped: weakref.ref[Any] | None = None

        def submit(*args: Any, **kwargs: Any) -> Future[Any]:
            # The process that the columns fork from has no column, and must not start threads.
            job = type(executor).submit(executor, *args, **kwargs) if column else done(*args, **kwargs)
            self._jobs.append(job)
            return job

        executor.submit = submit  # type: ignore[method-assign]

    async def perform(self, row: Row) -> None:
        api, _, way = row.api.partition(" ")
        options = self._options(row, api)
        kind = KINDS[api]
        with suppress(Exception) if row.scenario in ("error", "cut") else nullcontext():
            if way == "cache hit":
                await self._ask_again(kind, row, options)
            elif way == "in a span":
                with trace.get_tracer(PROGRAM).start_as_current_span("order"):
                    for _ in range(2):
                        await self._ask(kind, row, options)
            elif row.payers and row.is_async:
                await in_tasks(lambda: getattr(self._litellm, f"a{kind}")(**options), self.coomon)
            elif row.payers:
                in_threads(lambda: getattr(self._litellm, kind)(**options), self.coomon)
            else:
                await self._ask(kind, row, options)
        await self._settle()

    async def close(self) -> None:
        cache = self._litellm.in_memory_llm_clients_cache
        for client in [*self._clients.values(), *cache.cache_dict.values()]:
            closing = client.close()
            if isawaitable(closing):
                await closing
        cache.flush_cache()
        if self._logger is not None:
            self._logger.end_with_program()

    def _options(self, row: Row, api: str) -> dict[str, Any]:
        headers = {"x-scenario": row.scenario, "x-scenario-key": str(row)}
        options: dict[str, Any] = {"api_key": "sk-x", "extra_headers": headers}
        if api == "embeddings":
            options |= {"model": "openai/text-embedding-3-small", "input": ["hello"], "api_base": self.fake.openai_url}
        elif api == "messages":
            url = f"{self.fake.anthropic_url}/v1/messages"
            options |= {"model": f"anthropic/{ANTHROPIC_MODEL}", "messages": PROMPT, "api_base": url}
        else:
            options |= {"model": f"openai/{OPENAI_MODEL}", "messages": PROMPT, "api_base": self.fake.openai_url}
        if row.stream:
            options["stream"] = True
        if row.asks:
            options["stream_options"] = {"include_usage": True}
        if row.scenario == "overloaded":
            options["num_retries"] = 2
        if self._is_wrapped and not row.beyond_sdk:
            options["client"] = self._client(row.is_async, headers)
        return options

    def _client(self, is_async: bool, headers: dict[str, str]) -> Any:
        """Return a wrapped client with the headers of a row: LiteLLM leaves out those of a call."""
        import openai

        from coobird.integrations.openai import wrap

        key = (str(headers), is_async)
        if key not in self._clients:
            kind: Any = openai.AsyncOpenAI if is_async else openai.OpenAI
            client = kind(base_url=self.fake.openai_url, api_key="sk-x", max_retries=0, default_headers=headers)
            self._clients[key] = wrap(client, self.coomon, provider="openai")
        return self._clients[key]

    async def _ask(self, kind: str, row: Row, options: dict[str, Any]) -> None:
        if row.is_async:
            answer = await getattr(self._litellm, f"a{kind}")(**options)
            if row.stream:
                async for _ in answer:
                    if row.cancel:
                        await answer.aclose()
                        return
            return
        answer = getattr(self._litellm, kind)(**options)
        if row.stream:
            for _ in answer:
                if row.cancel:
                    self._dropped = weakref.ref(answer)
                    return

    async def _ask_again(self, kind: str, row: Row, options: dict[str, Any]) -> None:
        self._litellm.cache = self._litellm.Cache(type="local")
        try:
            for _ in range(ASKED):
                await self._ask(kind, row, {**options, "caching": True})
                await self._settle()
        finally:
            self._litellm.cache = None

    async def _settle(self) -> None:
        """Wait until LiteLLM has reported the calls, from its threads and tasks."""
        from litellm.litellm_core_utils.logging_worker import GLOBAL_LOGGING_WORKER

        while True:
            # The end of a stream that breaks is reported by a thread of its own.
            for thread in threading.enumerate():
                if "failure_handler" in thread.name:
                    await asyncio.to_thread(thread.join)
            jobs, self._jobs[:] = list(self._jobs), []
            await asyncio.gather(*map(asyncio.wrap_future, jobs), return_exceptions=True)
            await asyncio.wait_for(GLOBAL_LOGGING_WORKER.flush(), 30)
            if not self._jobs and self._is_dropped():
                return

    def _is_dropped(self) -> bool:
        """True if nobody holds the stream that was dropped last: a thread may for a moment."""
        if self._dropped is not None:
            gc.collect()
        return self._dropped is None or self._dropped() is None


def done(work: Callable[..., Any], *args: Any, **kwargs: Any) -> Future[Any]:
    """Do a piece of work in a thread, and wait for its end."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work, *args, **kwargs)


def own_callback(column: Column) -> Any:
    """Return LiteLLM's callback for OpenTelemetry, if it is among the reporters."""
    if NATIVE not in column:
        return None
    from litellm.integrations.opentelemetry import OpenTelemetry

    return OpenTelemetry()


LITELLM = FrameworkSection(
    "litellm",
    "LiteLLM",
    LiteLLMSession,
    [
        # Which span of a sync call ends first is a race, and not each has the cached tokens.
        Row("chat"),
        Row("chat", "cached", is_async=True),
        *(Row("chat", stream=True, is_async=is_async) for is_async in BOTH),
        *(Row("chat", "cached", stream=True, is_async=is_async, asks=True) for is_async in BOTH),
        *(Row("chat", "tools", stream, asks=stream) for stream in BOTH),
        *(Row("chat", "overloaded", is_async=is_async) for is_async in BOTH),
        *(Row("chat cache hit", is_async=is_async) for is_async in BOTH),
        *(Row("chat in a span", is_async=is_async) for is_async in BOTH),
        Row("chat in a span", stream=True, is_async=True, asks=True),
        *(Row("chat parallel payers", is_async=is_async, payers=PAYERS) for is_async in BOTH),
        *(Row("embeddings", is_async=is_async) for is_async in BOTH),
        Row("messages", beyond_sdk=True),
        Row("messages", "cached", is_async=True, beyond_sdk=True),
        *(Row("messages", "cached", stream=True, is_async=is_async, beyond_sdk=True) for is_async in BOTH),
        Row("messages in a span", is_async=True, beyond_sdk=True),
        *(Row("chat", "error", is_async=is_async) for is_async in BOTH),
        Row("messages", "error", beyond_sdk=True),
        *(Row("chat", "cut", stream=True, is_async=is_async, asks=True) for is_async in BOTH),
        *(Row("chat", stream=True, cancel=True, is_async=is_async, asks=True) for is_async in BOTH),
    ],
    (HANDLER, NATIVE, OPENINFERENCE, OPENLLMETRY, SDK_OPENINFERENCE, WRAPPER),
    """
The client is given to LiteLLM for the calls of OpenAI. Those of Anthropic (messages) are requests
of LiteLLM's own, which neither W nor i sees. OpenTelemetry's instrumentation of OpenAI's SDK makes
no spans of LiteLLM's calls. A call of N whose span is not there, because a span of the program is
open, is reported, and so is one without a payer: LiteLLM reports a sync stream in a thread without
the run. N does not tell whether LiteLLM counted the words of a stream. C does, and decides in C+N:
such a stream is reported. In a cache hit, the same is asked three times.
""",
    modules=("coobird.integrations.litellm", "coobird.integrations.openai", "litellm.integrations.opentelemetry"),
    hidden=((HANDLER, NATIVE),),
    limits_of_wrap=("absent",),
    ends_at_exit=True,
)
