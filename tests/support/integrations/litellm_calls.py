"""Calls through LiteLLM in their own process, because its callbacks are global.

The model's name identifies a call.

python -m tests.support.integrations.litellm_calls     # a line of JSON for each event and error
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
import warnings
from importlib.metadata import version
from typing import Any, NamedTuple

from tests.support.integrations.emitters import say

BROKEN = "openai/gpt-4o"
REPORTS_BROKEN_STREAMS = tuple(map(int, version("litellm").split(".")[:2])) >= (1, 110)
"""True for versions that report a broken async stream as an error. Older ones report an answer."""


class Case(NamedTuple):
    """One call.

    `asks` sets `include_usage`, which LiteLLM sets by itself only at OpenAI's own address.
    """

    provider: str
    scenario: str = "basic"
    stream: bool = False
    is_async: bool = False
    asks: bool = True
    wrapped: bool = False
    cached: bool = False
    operation: str = "chat"

    @property
    def model(self) -> str:
        words: tuple[str, ...] = (
            self.provider,
            self.scenario,
            "stream" * self.stream,
            "async" * self.is_async,
            "silent" * (not self.asks),
            self.operation if self.operation != "chat" else "",
        )
        words += ("wrapped" * self.wrapped, "repeated" * self.cached)
        return "-".join(word for word in words if word)


def cases() -> list[Case]:
    made = [
        Case(provider, scenario, stream, is_async)
        for provider in ("openai", "anthropic")
        for scenario in ("basic", "tools", "cached", "reasoning", "error")
        for stream in (False, True)
        for is_async in (False, True)
    ]
    made += [Case("openai", "cut", stream=True, is_async=is_async) for is_async in {False, REPORTS_BROKEN_STREAMS}]
    made += [Case("openai", stream=True, asks=False), Case("openai", stream=True, is_async=True, asks=False)]
    made += [
        Case("openai", stream=stream, is_async=is_async, asks=asks, operation="text_completion")
        for stream, asks in ((False, True), (True, True), (True, False))
        for is_async in (False, True)
    ]
    made += [Case("openai", "no-usage"), Case("openai", "no-usage", is_async=True)]
    made += [Case("openai", "cached", stream, wrapped=True) for stream in (False, True)]
    made += [Case("openai", stream=True, asks=False, wrapped=True)]
    return [*made, Case("openai", cached=True)]


async def main() -> None:
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
    import litellm
    import openai

    from coobird.integrations.litellm import CoobirdLogger
    from coobird.integrations.openai import wrap
    from tests.support.integrations.fake_llm import FakeLLM
    from tests.support.integrations.recorder import LOOPBACK, Recorder

    coomon = Recorder()
    litellm.callbacks = [CoobirdLogger(coomon, providers=LOOPBACK)]
    litellm.suppress_debug_info = True

    async def make(case: Case) -> None:
        url = fake.openai_url if case.provider == "openai" else f"{fake.anthropic_url}/v1/messages"
        options: Any = {"model": f"{case.provider}/{case.model}", "api_base": url, "api_key": "sk-x", "num_retries": 0}
        options |= {"messages": [{"role": "user", "content": "hello"}], "stream": case.stream, "caching": case.cached}
        options["extra_headers"] = {"x-scenario": case.scenario}
        kind = "text_completion" if case.operation == "text_completion" else "completion"
        if kind == "text_completion":
            options |= {"model": f"text-completion-openai/{case.model}", "prompt": "hello"}
            del options["messages"]
        if case.stream and case.asks and case.provider == "openai":
            options["stream_options"] = {"include_usage": True}
        if case.wrapped:
            client = openai.OpenAI(base_url=url, api_key="sk-x", default_headers=options["extra_headers"])
            options["client"] = wrap(client, coomon, provider="openai")
        if case.is_async:
            answer: Any = await getattr(litellm, f"a{kind}")(**options)
            if case.stream:
                async for _ in answer:
                    pass
        else:
            answer = getattr(litellm, kind)(**options)
            if case.stream:
                list(answer)

    litellm.cache = litellm.Cache(type="local")
    with FakeLLM() as fake:
        for case in cases():
            for _ in range(3 if case.cached else 1):
                with coomon.run(customer_id=case.model, agent_id="agent"), contextlib.suppress(openai.OpenAIError):
                    await make(case)
        with coomon.run(customer_id="embedding", agent_id="agent"):
            embedding: Any = {
                "model": "openai/embedding",
                "input": ["hello"],
                "api_base": fake.openai_url,
                "api_key": "sk-x",
            }
            litellm.embedding(**embedding)
            await litellm.aembedding(**embedding)
        with coomon.run(customer_id="responses", agent_id="agent"):
            asked: Any = {"model": "openai/responses", "input": "hello", "api_base": fake.openai_url, "api_key": "sk-x"}
            litellm.responses(**asked)
        with coomon.run(customer_id="messages", agent_id="agent"):
            for model, url in (("anthropic/messages", fake.anthropic_url), ("openai/messages", fake.openai_url)):
                written: Any = {"messages": [{"role": "user", "content": "hello"}], "max_tokens": 9, "api_key": "sk-x"}
                await litellm.anthropic_messages(model=model, api_base=url, **written)
        with coomon.run(customer_id="broken", agent_id="agent"), contextlib.suppress(Exception):
            # A model that LiteLLM knows to stream. For others it makes the stream itself.
            list(litellm.responses(**asked | {"model": BROKEN}, stream=True, extra_headers={"x-scenario": "cut"}))
    # Each call gives one event or error, except refused ones. In addition there are two
    # embeddings, two messages, and two responses.
    await drain(coomon, sum(case.scenario != "error" for case in cases()) + 6)
    for event in coomon.accepted():
        say(kind="event", who=event["customer_id"], metadata=event["metadata"], **event["attributes"])
    for error in coomon.errors:
        say(kind=type(error).__name__, text=str(error), who=getattr(error, "call", {}).get("model"))
    for call in fake.calls:
        say(kind="call", id=call.id, who=call.model)


async def drain(coomon: Any, wanted: int) -> None:
    """Wait for this number of reports, and for surplus ones from LiteLLM's threads and tasks."""
    from litellm.litellm_core_utils.logging_worker import GLOBAL_LOGGING_WORKER
    from litellm.litellm_core_utils.thread_pool_executor import executor

    deadline = time.monotonic() + 60
    while len(coomon.accepted()) + len(coomon.errors) < wanted and time.monotonic() < deadline:  # noqa: ASYNC110
        await asyncio.sleep(0.02)
    await asyncio.wait_for(GLOBAL_LOGGING_WORKER.flush(), 30)
    await asyncio.to_thread(executor.shutdown)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    asyncio.run(main())
