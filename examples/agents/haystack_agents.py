"""Haystack: every call of a model is an event for the customer of the run.

Usage: python examples/agents/haystack_agents.py
"""

from __future__ import annotations

import asyncio
import json
import os
from typing import Annotated
from uuid import uuid4

# Haystack reports its use to its makers, unless this is set.
os.environ["HAYSTACK_TELEMETRY_ENABLED"] = "False"

import httpx2
from haystack.components.agents import Agent
from haystack.components.generators.chat import OpenAIChatGenerator
from haystack.dataclasses import ChatMessage
from haystack.tools import tool
from haystack.utils import Secret
from openai import AsyncOpenAI

from coobird import Coomon
from coobird.integrations.openai import wrap
from coobird.mock import MockCoobird

API_KEY = "sk_test_haystack"


@tool
def read_page(subject: Annotated[str, "What the page is about."]) -> str:
    """Read the page about a subject."""
    return f"All about {subject}."


async def main() -> None:
    with MockCoobird() as server, Coomon(API_KEY, host=server.url) as coomon:
        generator = OpenAIChatGenerator(Secret.from_token("x"), model="gpt-5")
        # `run` calls `client`, and `run_async` calls `async_client`.
        generator.async_client = wrap(client_offline(), coomon)
        agent = Agent(chat_generator=generator, tools=[read_page])

        async def ask(customer: str) -> str:
            with coomon.run(customer_id=customer, agent_id="researcher"):
                said = await agent.run_async(messages=[ChatMessage.from_user("What do birds eat?")])
            return str(said["last_message"].text)

        # Two customers at once: each call is billed to its own.
        print(*await asyncio.gather(ask("acme"), ask("blue_heron")), sep="\n")
        coomon.flush()
        for event in sorted(server.events(API_KEY), key=lambda event: str(event["customer_id"])):
            usage = event["attributes"]
            print(f"{event['customer_id']} pays: {usage['input_tokens']} in, {usage['output_tokens']} out")


# So that the example runs without an account: a client whose model reads a page, then answers.


def client_offline() -> AsyncOpenAI:
    http = httpx2.AsyncClient(transport=httpx2.MockTransport(answer))
    return AsyncOpenAI(api_key="x", base_url="https://api.openai.com/v1", http_client=http)


def answer(request: httpx2.Request) -> httpx2.Response:
    asked = json.loads(request.content)["messages"]
    call = {"name": "read_page", "arguments": json.dumps({"subject": "birds"})}
    message = {"role": "assistant", "content": "They are fine."}
    if len(asked) == 1:
        message = {**message, "content": None, "tool_calls": [{"id": "call_1", "type": "function", "function": call}]}
    whole = {
        "id": f"chatcmpl-{uuid4().hex}",
        "object": "chat.completion",
        "created": 1_790_000_000,
        "model": "gpt-5",
        "choices": [{"index": 0, "message": message, "finish_reason": "tool_calls" if len(asked) == 1 else "stop"}],
        "usage": {"prompt_tokens": 100 * len(asked), "completion_tokens": 20, "total_tokens": 100 * len(asked) + 20},
    }
    return httpx2.Response(200, json=whole)


if __name__ == "__main__":
    asyncio.run(main())
