"""LlamaIndex: every call of a model is an event for the customer of the run.

Usage: python examples/agents/llama_index_agents.py
"""

from __future__ import annotations

import asyncio
import json
from uuid import uuid4

import httpx
from llama_index.core.agent.workflow import FunctionAgent
from llama_index.llms.openai import OpenAI
from openai import AsyncOpenAI

from coobird import Coomon
from coobird.integrations.openai import wrap
from coobird.mock import MockCoobird

API_KEY = "sk_test_llama_index"


def read_page(subject: str) -> str:
    """Read the page about a subject."""
    return f"All about {subject}."


async def main() -> None:
    with MockCoobird() as server, Coomon(API_KEY, host=server.url) as coomon:
        # Sync calls go through `openai_client`, agents and other async ones through this.
        llm = OpenAI("gpt-4o", api_key="x", async_openai_client=wrap(client_offline(), coomon))
        agent = FunctionAgent(tools=[read_page], llm=llm, streaming=False)

        async def ask(customer: str) -> str:
            with coomon.run(customer_id=customer, agent_id="researcher"):
                return str(await agent.run("What do birds eat?"))

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
    message = {"role": "assistant", "content": "They are fine."}
    if not has_read:
        message = {**message, "content": None, "tool_calls": [{"id": "call_1", "type": "function", "function": call}]}
    whole = {
        "id": f"chatcmpl-{uuid4().hex}",
        "object": "chat.completion",
        "created": 1_790_000_000,
        "model": "gpt-4o",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop" if has_read else "tool_calls"}],
        "usage": {"prompt_tokens": 100 * len(asked), "completion_tokens": 20, "total_tokens": 100 * len(asked) + 20},
    }
    return httpx.Response(200, json=whole)


if __name__ == "__main__":
    asyncio.run(main())
