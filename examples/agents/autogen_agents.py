"""AutoGen: every call of a model is an event for the customer of the run.

Usage: python examples/agents/autogen_agents.py
"""

from __future__ import annotations

import asyncio
import json
from typing import Any
from uuid import uuid4

import httpx
from autogen_agentchat.agents import AssistantAgent
from autogen_ext.models.openai import BaseOpenAIChatCompletionClient
from openai import AsyncOpenAI

from coobird import Coomon
from coobird.integrations.openai import wrap
from coobird.mock import MockCoobird

API_KEY = "sk_test_autogen"


async def read_page(subject: str) -> str:
    """Read the page about a subject."""
    return f"All about {subject}."


async def main() -> None:
    with MockCoobird() as server, Coomon(API_KEY, host=server.url) as coomon:
        # OpenAIChatCompletionClient makes its client itself; this base of it takes yours.
        model = BaseOpenAIChatCompletionClient(wrap(client_offline(), coomon), create_args={"model": "gpt-4o"})

        async def ask(customer: str) -> str:
            agent = AssistantAgent("researcher", model, tools=[read_page], reflect_on_tool_use=True)
            with coomon.run(customer_id=customer, agent_id="researcher"):
                messages: Any = (await agent.run(task="What do birds eat?")).messages
            return str(messages[-1].content)

        # Two customers at once: each call is billed to its own.
        print(*await asyncio.gather(ask("acme"), ask("blue_heron")), sep="\n")
        coomon.flush()
        for event in sorted(server.events(API_KEY), key=lambda event: str(event["customer_id"])):
            usage = event["attributes"]
            print(f"{event['customer_id']} pays: {usage['input_tokens']} in, {usage['output_tokens']} out")


# So that the example runs without an account: a client whose model reads a page, then answers.


def client_offline() -> AsyncOpenAI:
    http = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    return AsyncOpenAI(api_key="x", base_url="https://api.openai.com/v1", http_client=http)


def answer(request: httpx.Request) -> httpx.Response:
    asked = json.loads(request.content)["messages"]
    has_read = asked[-1]["role"] == "tool"
    call = {"name": "read_page", "arguments": json.dumps({"subject": "birds"})}
    tokens = 100 * (len(asked) - 1)
    message = {"role": "assistant", "content": "They are fine."}
    if not has_read:
        message = {**message, "content": None, "tool_calls": [{"id": "call_1", "type": "function", "function": call}]}
    whole = {
        "id": f"chatcmpl-{uuid4().hex}",
        "object": "chat.completion",
        "created": 1_790_000_000,
        "model": "gpt-4o-2024-08-06",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop" if has_read else "tool_calls"}],
        "usage": {"prompt_tokens": tokens, "completion_tokens": 20, "total_tokens": tokens + 20},
    }
    return httpx.Response(200, json=whole)


if __name__ == "__main__":
    asyncio.run(main())
