"""pydantic-ai: every call of a model is an event for the customer of the run.

Usage: python examples/agents/pydantic_ai_agents.py
"""

from __future__ import annotations

import asyncio
import json
from uuid import uuid4

import httpx2
from openai import AsyncOpenAI
from pydantic_ai import Agent
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider

from coobird import Coomon
from coobird.integrations.openai import wrap
from coobird.mock import MockCoobird

API_KEY = "sk_test_pydantic_ai"


def agent(client: AsyncOpenAI) -> Agent:
    made = Agent(OpenAIChatModel("gpt-4o", provider=OpenAIProvider(openai_client=client)))

    @made.tool_plain
    def read_page(subject: str) -> str:
        """Read the page about a subject."""
        return f"All about {subject}."

    return made


async def ask(coomon: Coomon, asked: Agent, customer: str, question: str) -> str:
    with coomon.run(customer_id=customer, agent_id="researcher"):
        return str((await asked.run(question)).output)


async def main() -> None:
    with MockCoobird() as server, Coomon(API_KEY, host=server.url) as coomon:
        asked = agent(wrap(client_offline(), coomon))
        # Two customers at once: each call is billed to its own.
        answers = ask(coomon, asked, "acme", "Birds?"), ask(coomon, asked, "blue_heron", "Fish?")
        print(*await asyncio.gather(*answers), sep="\n")
        coomon.flush()
        for event in sorted(server.events(API_KEY), key=lambda event: str(event["customer_id"])):
            usage = event["attributes"]
            print(f"{event['customer_id']} pays: {usage['input_tokens']} in, {usage['output_tokens']} out")


# So that the example runs without an account: a client whose model reads a page, then answers.


def client_offline() -> AsyncOpenAI:
    http = httpx2.AsyncClient(transport=httpx2.MockTransport(answer))
    return AsyncOpenAI(api_key="x", http_client=http)


def answer(request: httpx2.Request) -> httpx2.Response:
    asked = json.loads(request.content)["messages"]
    message: dict[str, object] = {"role": "assistant", "content": "They are fine."}
    if len(asked) == 1:
        function = {"name": "read_page", "arguments": '{"subject": "birds"}'}
        message |= {"content": None, "tool_calls": [{"id": "call_1", "type": "function", "function": function}]}
    tokens = 100 * len(asked)
    whole = {
        "id": f"chatcmpl-{uuid4().hex}",
        "object": "chat.completion",
        "created": 1_790_000_000,
        "model": "gpt-4o-2024-08-06",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": tokens, "completion_tokens": 20, "total_tokens": tokens + 20},
    }
    return httpx2.Response(200, json=whole)


if __name__ == "__main__":
    asyncio.run(main())
