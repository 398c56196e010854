"""Instructor: every call of a model is an event for the customer of the run.

Usage: python examples/agents/instructor_objects.py
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import httpx2
import instructor
from openai import OpenAI
from pydantic import BaseModel

from coobird import Coomon
from coobird.integrations.openai import wrap
from coobird.mock import MockCoobird

API_KEY = "sk_test_instructor"


class Bird(BaseModel):
    name: str
    eggs: int


def main() -> None:
    with MockCoobird() as server, Coomon(API_KEY, host=server.url) as coomon:
        client = instructor.from_openai(wrap(client_offline(), coomon))

        def ask(customer: str, question: str) -> Bird:
            messages: Any = [{"role": "user", "content": question}]
            with coomon.run(customer_id=customer, agent_id="researcher"):
                return client.create(model="gpt-4o", response_model=Bird, messages=messages)

        # Two customers at once: each call is billed to its own.
        with ThreadPoolExecutor() as pool:
            print(*pool.map(ask, ["acme", "blue_heron"], ["A robin?", "A robin?"]), sep="\n")
        coomon.flush()
        for event in sorted(server.events(API_KEY), key=lambda event: str(event["customer_id"])):
            usage = event["attributes"]
            print(f"{event['customer_id']} pays: {usage['input_tokens']} in, {usage['output_tokens']} out")


# So that the example runs without an account: a client whose model knows one bird.


def client_offline() -> OpenAI:
    return OpenAI(api_key="x", http_client=httpx2.Client(transport=httpx2.MockTransport(answer)))


def answer(_: httpx2.Request) -> httpx2.Response:
    function = {"name": "Bird", "arguments": '{"name": "robin", "eggs": 5}'}
    call = {"id": "call_1", "type": "function", "function": function}
    message = {"role": "assistant", "content": None, "tool_calls": [call]}
    whole = {
        "id": f"chatcmpl-{uuid4().hex}",
        "object": "chat.completion",
        "created": 1_790_000_000,
        "model": "gpt-4o-2024-08-06",
        "choices": [{"index": 0, "message": message, "finish_reason": "tool_calls"}],
        "usage": {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120},
    }
    return httpx2.Response(200, json=whole)


if __name__ == "__main__":
    main()
