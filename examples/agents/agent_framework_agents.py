"""Agent Framework of Microsoft: every call of a model is an event for the customer of the run.

Usage: python examples/agents/agent_framework_agents.py
"""

from __future__ import annotations

import asyncio
import json
from uuid import uuid4

import httpx2
from agent_framework import Agent
from agent_framework.openai import OpenAIChatClient
from openai import AsyncOpenAI

from coobird import Coomon
from coobird.integrations.openai import wrap
from coobird.mock import MockCoobird

API_KEY = "sk_test_agent_framework"


def read_page(subject: str) -> str:
    """Read the page about a subject."""
    return f"All about {subject}."


async def main() -> None:
    with MockCoobird() as server, Coomon(API_KEY, host=server.url) as coomon:
        client = OpenAIChatClient(model="gpt-5", async_client=wrap(client_offline(), coomon))
        agent = Agent(client=client, instructions="Answer in a word.", tools=[read_page])

        async def ask(customer: str) -> str:
            with coomon.run(customer_id=customer, agent_id="researcher"):
                return str((await agent.run("What do birds eat?")).text)

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
    has_read = "previous_response_id" in json.loads(request.content)
    text = {"type": "output_text", "text": "They are fine.", "annotations": []}
    output = {"id": "msg_1", "type": "message", "role": "assistant", "status": "completed", "content": [text]}
    if not has_read:
        call = {"call_id": "call_1", "name": "read_page", "arguments": json.dumps({"subject": "birds"})}
        output = {"id": "fc_1", "type": "function_call", "status": "completed", **call}
    tokens = 300 if has_read else 100
    whole = {
        "id": f"resp_{uuid4().hex}",
        "object": "response",
        "created_at": 1_790_000_000,
        "status": "completed",
        "model": "gpt-5",
        "output": [output],
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "usage": {
            "input_tokens": tokens,
            "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
            "output_tokens": 20,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": tokens + 20,
        },
    }
    return httpx2.Response(200, json=whole)


if __name__ == "__main__":
    asyncio.run(main())
