"""OpenAI Agents SDK: every call of a model is an event for the customer of the run.

Usage: python examples/agents/openai_agents.py
"""

from __future__ import annotations

import asyncio
import json
from uuid import uuid4

import httpx2
from agents import Agent, Runner, function_tool, set_default_openai_client, set_tracing_disabled
from openai import AsyncOpenAI

from coobird import Coomon
from coobird.integrations.openai import wrap
from coobird.mock import MockCoobird

API_KEY = "sk_test_openai_agents"


@function_tool
def read_page(subject: str) -> str:
    """Read the page about a subject."""
    return f"All about {subject}."


async def ask(coomon: Coomon, customer: str, question: str) -> str:
    agent = Agent(name="researcher", model="gpt-5", tools=[read_page])
    with coomon.run(customer_id=customer, agent_id="researcher"):
        result = await Runner.run(agent, question)
    return str(result.final_output)


async def main() -> None:
    with MockCoobird() as server, Coomon(API_KEY, host=server.url) as coomon:
        set_tracing_disabled(True)  # or traces go to OpenAI
        set_default_openai_client(wrap(client_offline(), coomon))
        # Two customers at once: each call is billed to its own.
        print(*await asyncio.gather(ask(coomon, "acme", "Birds?"), ask(coomon, "blue_heron", "Fish?")), sep="\n")
        coomon.flush()
        for event in sorted(server.events(API_KEY), key=lambda event: str(event["customer_id"])):
            usage = event["attributes"]
            print(f"{event['customer_id']} pays: {usage['input_tokens']} in, {usage['output_tokens']} out")


# So that the example runs without an account: a client whose model reads a page, then answers.


def client_offline() -> AsyncOpenAI:
    http = httpx2.AsyncClient(transport=httpx2.MockTransport(answer))
    return AsyncOpenAI(api_key="x", base_url="https://api.openai.com/v1", http_client=http)


def answer(request: httpx2.Request) -> httpx2.Response:
    asked = json.loads(request.content)["input"]
    call = {"id": "fc_1", "type": "function_call", "call_id": "call_1", "name": "read_page", "status": "completed"}
    text = {"type": "output_text", "text": "They are fine.", "annotations": []}
    output = {"id": "msg_1", "type": "message", "role": "assistant", "status": "completed", "content": [text]}
    if len(asked) == 1:
        output = {**call, "arguments": json.dumps({"subject": asked[0]["content"]})}
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
            "input_tokens": 100 * len(asked),
            "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
            "output_tokens": 20,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": 100 * len(asked) + 20,
        },
    }
    return httpx2.Response(200, json=whole)


if __name__ == "__main__":
    asyncio.run(main())
