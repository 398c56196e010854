"""Reporters of calls. Each combination has its own process: instrumentations patch whole packages.

python -m tests.support.integrations.emitters native+wrapper

It prints one line of JSON for each row of the matrix, and one at the end.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import sys
import warnings
from typing import Any

NATIVE, OTEL, OPENINFERENCE, OPENLLMETRY, WRAPPER = "native", "OTel genai", "OpenInference", "OpenLLMetry", "wrapper"
EMITTERS = (NATIVE, OTEL, OPENINFERENCE, OPENLLMETRY, WRAPPER)


def instrument(emitter: str) -> None:
    """Patch both SDKs as users of this instrumentation do."""
    instrumentors: Any
    if emitter == OTEL:
        from opentelemetry.instrumentation.genai import anthropic, openai

        instrumentors = (openai.OpenAIInstrumentor, anthropic.AnthropicInstrumentor)
    elif emitter == OPENINFERENCE:
        from openinference.instrumentation import anthropic, openai

        instrumentors = (openai.OpenAIInstrumentor, anthropic.AnthropicInstrumentor)
    elif emitter == OPENLLMETRY:
        from opentelemetry.instrumentation import anthropic, openai

        instrumentors = (openai.OpenAIInstrumentor, anthropic.AnthropicInstrumentor)
    else:
        return
    for instrumentor in instrumentors:
        instrumentor().instrument()


def main(names: list[str]) -> None:
    os.environ["ANTHROPIC_OPEN_TELEMETRY"] = "true" if NATIVE in names else "false"
    os.environ["TRACELOOP_METRICS_ENABLED"] = "false"
    from opentelemetry import trace
    from opentelemetry.sdk.trace import TracerProvider

    from coobird.integrations.opentelemetry import CoobirdSpanProcessor
    from tests.support.integrations.fake_llm import FakeLLM
    from tests.support.integrations.llm_calls import Clients, perform, rows
    from tests.support.integrations.recorder import Recorder

    coomon = Recorder()
    provider = TracerProvider()
    provider.add_span_processor(CoobirdSpanProcessor(coomon))
    trace.set_tracer_provider(provider)
    for name in names:
        instrument(name)

    async def calls(fake: FakeLLM) -> None:
        clients = Clients(fake.openai_url, fake.anthropic_url)
        if WRAPPER in names:
            clients.wrap(coomon)
        for number, row in enumerate(rows()):
            before = (len(fake.calls), len(coomon.events), len(coomon.errors))
            with coomon.run(customer_id=f"row_{number}", agent_id="agent"):
                await perform(clients, row)
            gc.collect()
            events = coomon.events[before[1] :]
            assert [event["customer_id"] for event in events] == [f"row_{number}"] * len(events)
            say(
                row=str(row),
                calls=[[call.id, *call.usage] for call in fake.calls[before[0] :]],
                events=[[event["event_id"], event["attributes"], event["metadata"]] for event in events],
                errors=[[type(error).__name__, str(error)] for error in coomon.errors[before[2] :]],
            )
        await clients.close()

    # Excludes present objects from garbage collection: a collection after each call is quick.
    gc.freeze()
    with FakeLLM() as fake:
        asyncio.run(calls(fake))
    reported = len(coomon.errors)
    provider.shutdown()
    say(late_events=len(coomon.accepted()), late=[str(error) for error in coomon.errors[reported:]])


def say(**fields: object) -> None:
    print(json.dumps(fields), flush=True)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main(sys.argv[1].split("+"))
