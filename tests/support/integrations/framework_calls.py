"""Calls through LangChain and LiteLLM, which an instrumentation of OpenAI's SDK reports as well.

python -m tests.support.integrations.framework_calls "OTel genai"     # a line of JSON for each call
"""

from __future__ import annotations

import asyncio
import os
import sys
import warnings
from typing import Any

from tests.support.integrations.emitters import instrument, say
from tests.support.integrations.litellm_calls import drain

MANNERS = ("invoke", "stream", "ainvoke", "astream")


async def main(emitter: str) -> None:
    os.environ |= {"TRACELOOP_METRICS_ENABLED": "false", "LITELLM_LOCAL_MODEL_COST_MAP": "True"}
    import litellm
    from langchain_openai import ChatOpenAI
    from opentelemetry import trace
    from opentelemetry.sdk.trace import TracerProvider

    from coobird.integrations.langchain import CoobirdCallbackHandler
    from coobird.integrations.litellm import CoobirdLogger
    from coobird.integrations.opentelemetry import CoobirdSpanProcessor
    from tests.support.integrations.fake_llm import FakeLLM
    from tests.support.integrations.recorder import LOOPBACK, Recorder

    coomon = Recorder()
    provider = TracerProvider()
    provider.add_span_processor(CoobirdSpanProcessor(coomon, providers=LOOPBACK))
    trace.set_tracer_provider(provider)
    instrument(emitter)
    litellm.callbacks = [CoobirdLogger(coomon, providers=LOOPBACK)]

    async def through_langchain(manner: str, api: str) -> None:
        model: Any = ChatOpenAI(
            model="gpt-4o",
            base_url=fake.openai_url,
            api_key="sk-x",
            use_responses_api=api == "responses",
            max_retries=0,
            stream_usage=True,
        )
        options: Any = {
            "config": {"callbacks": [CoobirdCallbackHandler(coomon, providers=LOOPBACK)]},
            "extra_headers": headers,
        }
        if manner == "invoke":
            model.invoke("hello", **options)
        elif manner == "stream":
            list(model.stream("hello", **options))
        elif manner == "ainvoke":
            await model.ainvoke("hello", **options)
        else:
            async for _ in model.astream("hello", **options):
                pass

    async def through_litellm(manner: str) -> None:
        options: Any = {"stream": True, "stream_options": {"include_usage": True}} if "stream" in manner else {}
        options |= {"model": "openai/gpt-4o", "api_base": fake.openai_url, "api_key": "sk-x", "extra_headers": headers}
        options["messages"] = [{"role": "user", "content": "hello"}]
        if manner in ("ainvoke", "astream"):
            answer: Any = await litellm.acompletion(**options)
            if manner == "astream":
                async for _ in answer:
                    pass
        else:
            answer = litellm.completion(**options)
            if manner == "stream":
                list(answer)

    headers = {"x-scenario": "cached"}
    with FakeLLM() as fake:
        for manner in MANNERS:
            for way in ("chat", "responses", "litellm"):
                name = f"{way} {manner}"
                with coomon.run(customer_id=name, agent_id="agent"):
                    await (through_litellm(manner) if way == "litellm" else through_langchain(manner, way))
    await drain(coomon, 3 * len(MANNERS))
    provider.shutdown()
    for event in coomon.accepted():
        attributes = event["attributes"]
        say(
            call=event["customer_id"],
            tokens=[attributes[f"{part}_tokens"] for part in ("input", "output", "cache_read_input")],
        )
    for error in coomon.errors:
        say(call="error", tokens=str(error))


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    asyncio.run(main(sys.argv[1]))
