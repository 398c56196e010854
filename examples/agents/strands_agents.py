"""Strands: every call of a model is an event for the customer of the run.

Usage: python examples/agents/strands_agents.py
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import boto3
from botocore.awsrequest import AWSResponse
from strands import Agent, tool
from strands.models import BedrockModel

from coobird import Coomon
from coobird.integrations.bedrock import wrap
from coobird.mock import MockCoobird

API_KEY = "sk_test_strands"


@tool
def read_page(subject: str) -> str:
    """Read the page about a subject."""
    return f"All about {subject}."


def main() -> None:
    with MockCoobird() as server, Coomon(API_KEY, host=server.url) as coomon:
        model = model_offline()
        wrap(model.client, coomon)

        def ask(customer: str, question: str) -> str:
            agent = Agent(model=model, tools=[read_page], callback_handler=None)
            with coomon.run(customer_id=customer, agent_id="researcher"):
                return str(agent(question)).strip()

        # Two customers at once: each call is billed to its own.
        with ThreadPoolExecutor() as pool:
            print(*pool.map(ask, ["acme", "blue_heron"], ["Birds?", "Fish?"]), sep="\n")
        coomon.flush()
        for event in sorted(server.events(API_KEY), key=lambda event: str(event["customer_id"])):
            usage = event["attributes"]
            print(f"{event['customer_id']} pays: {usage['input_tokens']} in, {usage['output_tokens']} out")


# So that the example runs without an account: a client whose model reads a page, then answers.


def model_offline() -> Any:
    session = boto3.Session(region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="y")
    model = BedrockModel(boto_session=session, model_id="us.amazon.nova-pro-v1:0", streaming=False)
    model.client.meta.events.register("before-send.bedrock-runtime", answer)
    return model


class Body(io.BytesIO):
    """Body in the form in which botocore reads it."""

    def stream(self, **_: object) -> Iterator[bytes]:
        yield self.read()


def answer(request: Any, **_: object) -> AWSResponse:
    asked = json.loads(request.body)["messages"]
    block: dict[str, Any] = {"text": "They are fine."}
    if len(asked) == 1:
        block = {"toolUse": {"toolUseId": "t1", "name": "read_page", "input": {"subject": "birds"}}}
    whole = {
        "output": {"message": {"role": "assistant", "content": [block]}},
        "stopReason": "tool_use" if len(asked) == 1 else "end_turn",
        "usage": {"inputTokens": 100 * len(asked), "outputTokens": 20, "totalTokens": 100 * len(asked) + 20},
        "metrics": {"latencyMs": 1},
    }
    headers: Any = {"content-type": "application/json", "x-amzn-requestid": str(uuid4())}
    return AWSResponse(request.url, 200, headers, Body(json.dumps(whole).encode()))


if __name__ == "__main__":
    main()
