"""Calls through LiteLLM whose first attempt is repeated below LiteLLM, which does not see it.

python -m tests.support.integrations.litellm_repeats     # a line of JSON for each call
"""

from __future__ import annotations

import asyncio
import os
import warnings
from collections.abc import Callable
from typing import Any

from tests.support.ingest import wait_until
from tests.support.integrations.emitters import say

LOST = "lost"
"""Word in the names of those calls whose first attempt had no answer."""

BESIDE = "not through LiteLLM"
"""Name of a call whose first attempt had no answer either, and which no logger meters."""


def main() -> None:
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
    import litellm
    from openai import AsyncOpenAI, OpenAI

    from coobird.integrations.litellm import CoobirdLogger
    from coobird.integrations.openai import wrap
    from tests.support.integrations.fake_llm import FakeLLM
    from tests.support.integrations.recorder import LOOPBACK, Recorder

    coomon = Recorder()
    litellm.callbacks = [CoobirdLogger(coomon, providers=LOOPBACK)]
    litellm.suppress_debug_info = True

    def call(name: str, make: Callable[..., Any], model: str, scenario: str, **more: Any) -> None:
        before = len(coomon.accepted()), len(coomon.errors)
        asked: dict[str, Any] = {"model": model, "api_base": fake.openai_url, "api_key": "sk-x", "timeout": 1, **more}
        asked["extra_headers"] = {"x-scenario": scenario, "x-scenario-key": name}

        async def ask() -> None:
            answer = await make(**asked)
            if more.get("stream"):
                async for _ in answer:
                    pass

        with coomon.run(customer_id=name, agent_id="agent"):
            if asyncio.iscoroutinefunction(make):
                asyncio.run(ask())
            else:
                answer = make(**asked)
                if more.get("stream"):
                    list(answer)
        wait_until(lambda: len(coomon.accepted()) > before[0], "the call is billed")
        events = [event["customer_id"] for event in coomon.accepted()[before[0] :]]
        say(call=name, events=events, errors=[str(error) for error in coomon.errors[before[1] :]])

    chat: dict[str, Any] = {"messages": [{"role": "user", "content": "hello"}]}
    stream: dict[str, Any] = {**chat, "stream": True, "stream_options": {"include_usage": True}}
    openai = "openai/gpt-x"
    with FakeLLM() as fake:
        for scenario, once in (("late", LOST), ("dropped", LOST), ("overloaded", "refused")):
            call(f"{once} {scenario} sync", litellm.completion, openai, scenario, **chat, num_retries=1)
            call(f"{once} {scenario} async", litellm.acompletion, openai, scenario, **chat, num_retries=1)
        call("lost stream", litellm.completion, openai, "late", **stream, num_retries=1)
        call("lost async stream", litellm.acompletion, openai, "dropped", **stream, num_retries=1)
        call("lost embedding", litellm.embedding, openai, "late", input=["hello"], max_retries=1)
        for _ in range(1000):  # as a program makes one for each call
            CoobirdLogger(coomon)
        call("lost async embedding", litellm.aembedding, openai, "dropped", input=["hello"], max_retries=1)
        litellm.callbacks.append(CoobirdLogger(coomon))  # as in a program that is set up twice
        call("lost before a second logger", litellm.completion, openai, "late", **chat, num_retries=1)
        text: dict[str, Any] = {"prompt": "hello", "max_retries": 1}
        text_stream: dict[str, Any] = {**text, "stream": True, "stream_options": {"include_usage": True}}
        instruct = "text-completion-openai/gpt-3.5-turbo-instruct"
        for scenario, once in (("late", LOST), ("dropped", LOST), ("overloaded", "refused")):
            call(f"{once} {scenario} text", litellm.text_completion, instruct, scenario, **text)
            call(f"{once} {scenario} async text", litellm.atext_completion, instruct, scenario, **text)
            call(f"{once} {scenario} text stream", litellm.text_completion, instruct, scenario, **text_stream)
        call("lost async text stream", litellm.atext_completion, instruct, "dropped", **text_stream)
        call("lost text as a chat", litellm.completion, instruct, "late", **chat, max_retries=1)
        own: dict[str, Any] = {"base_url": fake.openai_url, "api_key": "sk-x", "timeout": 1}
        call("lost with a client", litellm.completion, openai, "late", **chat, client=OpenAI(**own))
        call("lost with a client, async", litellm.acompletion, openai, "late", **chat, client=AsyncOpenAI(**own))
        call("lost text with a client", litellm.text_completion, instruct, "dropped", **text, client=OpenAI(**own))
        call("lost, wrapped", litellm.text_completion, instruct, "late", **text, client=wrap(OpenAI(**own), coomon))
        call("plain", litellm.completion, openai, "basic", **chat)
        before = len(coomon.errors)
        OpenAI(**own).completions.create(
            model="gpt-3.5-turbo-instruct",
            prompt="hello",
            extra_headers={"x-scenario": "late", "x-scenario-key": BESIDE},
        )
        say(call=BESIDE, events=[], errors=[str(error) for error in coomon.errors[before:]])


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main()
