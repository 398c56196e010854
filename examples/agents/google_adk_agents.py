"""Google ADK: every call of a model is an event for the customer of the run.

Usage: python examples/agents/google_adk_agents.py
"""

from __future__ import annotations

import asyncio
import json
from typing import Any
from uuid import uuid4

import httpx
from google import genai
from google.adk.agents import LlmAgent
from google.adk.models import Gemini
from google.adk.runners import InMemoryRunner
from google.genai import types

from coobird import Coomon
from coobird.integrations.google import wrap
from coobird.mock import MockCoobird

API_KEY = "sk_test_google_adk"


def read_page(subject: str) -> str:
    """Read the page about a subject."""
    return f"All about {subject}."


async def ask(coomon: Coomon, agent: LlmAgent, customer: str, question: str) -> str:
    runner = InMemoryRunner(agent=agent, app_name="birds")
    session = await runner.session_service.create_session(app_name="birds", user_id=customer)
    message = types.Content(role="user", parts=[types.Part(text=question)])
    words = ""
    with coomon.run(customer_id=customer, agent_id="researcher"):
        async for event in runner.run_async(user_id=customer, session_id=session.id, new_message=message):
            if event.is_final_response():
                words = event.content.parts[0].text
    return words


async def main() -> None:
    with MockCoobird() as server, Coomon(API_KEY, host=server.url) as coomon:
        model = Gemini(model="gemini-2.5-flash", client=wrap(client_offline(), coomon))
        agent = LlmAgent(name="researcher", model=model, tools=[read_page])
        # Two customers at once: each call is billed to its own.
        answers = ask(coomon, agent, "acme", "Birds?"), ask(coomon, agent, "blue_heron", "Fish?")
        print(*await asyncio.gather(*answers), sep="\n")
        coomon.flush()
        for event in sorted(server.events(API_KEY), key=lambda event: str(event["customer_id"])):
            usage = event["attributes"]
            print(f"{event['customer_id']} pays: {usage['input_tokens']} in, {usage['output_tokens']} out")


# So that the example runs without an account: a client whose model reads a page, then answers.


def client_offline() -> genai.Client:
    http = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    options: Any = {"httpx_async_client": http}
    return genai.Client(api_key="x", http_options=options)


def answer(request: httpx.Request) -> httpx.Response:
    asked = json.loads(request.content)["contents"]
    part: dict[str, Any] = {"text": "They are fine."}
    if len(asked) == 1:
        part = {"functionCall": {"name": "read_page", "args": {"subject": "birds"}}}
    counts = {
        "promptTokenCount": 100 * len(asked),
        "candidatesTokenCount": 20,
        "totalTokenCount": 100 * len(asked) + 20,
    }
    whole = {
        "candidates": [{"content": {"role": "model", "parts": [part]}, "finishReason": "STOP"}],
        "usageMetadata": counts,
        "modelVersion": "gemini-2.5-flash",
        "responseId": uuid4().hex,
    }
    return httpx.Response(200, json=whole)


if __name__ == "__main__":
    asyncio.run(main())
