"""smolagents: every call of a model is an event for the customer of the run.

Usage: python examples/agents/smolagents_agents.py
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import httpx2
from openai import OpenAI
from smolagents import OpenAIModel, ToolCallingAgent, tool

from coobird import Coomon
from coobird.integrations.openai import wrap
from coobird.mock import MockCoobird

API_KEY = "sk_test_smolagents"


@tool
def read_page(subject: str) -> str:
    """Read the page about a subject.

    Args:
        subject: What the page is about.
    """
    return f"All about {subject}."


def main() -> None:
    with MockCoobird() as server, Coomon(API_KEY, host=server.url) as coomon:
        model = OpenAIModel("gpt-5", client=wrap(client_offline(), coomon))

        def ask(customer: str) -> Any:
            agent = ToolCallingAgent([read_page], model, verbosity_level=0)
            with coomon.run(customer_id=customer, agent_id="researcher"):
                return agent.run("What do birds eat?")

        # Two customers at once: each call is billed to its own.
        with ThreadPoolExecutor() as pool:
            print(*pool.map(ask, ["acme", "blue_heron"]), sep="\n")
        coomon.flush()
        for event in sorted(server.events(API_KEY), key=lambda event: str(event["customer_id"])):
            usage = event["attributes"]
            print(f"{event['customer_id']} pays: {usage['input_tokens']} in, {usage['output_tokens']} out")


# So that the example runs without an account: a client whose model reads a page, then answers.


def client_offline() -> OpenAI:
    http = httpx2.Client(transport=httpx2.MockTransport(answer))
    return OpenAI(api_key="x", base_url="https://api.openai.com/v1", http_client=http)


def answer(request: httpx2.Request) -> httpx2.Response:
    asked = json.loads(request.content)["messages"]
    is_first = len(asked) == 2
    name, given = ("read_page", {"subject": "birds"}) if is_first else ("final_answer", {"answer": "They are fine."})
    call = {"id": "call_1", "type": "function", "function": {"name": name, "arguments": json.dumps(given)}}
    tokens = 100 * (len(asked) - 1)
    message = {"role": "assistant", "content": None, "tool_calls": [call]}
    whole = {
        "id": f"chatcmpl-{uuid4().hex}",
        "object": "chat.completion",
        "created": 1_790_000_000,
        "model": "gpt-5",
        "choices": [{"index": 0, "message": message, "finish_reason": "tool_calls"}],
        "usage": {"prompt_tokens": tokens, "completion_tokens": 20, "total_tokens": tokens + 20},
    }
    return httpx2.Response(200, json=whole)


if __name__ == "__main__":
    main()
