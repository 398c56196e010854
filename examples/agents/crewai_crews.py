"""CrewAI: every call of a model is an event for the customer of the run.

Usage: python examples/agents/crewai_crews.py
"""

from __future__ import annotations

import asyncio
import os
import time

# LiteLLM asks GitHub for its price list when it is imported, unless this is set. CrewAI reports its
# use to its makers.
os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")
os.environ.setdefault("CREWAI_DISABLE_TELEMETRY", "true")

from crewai import LLM, Agent, Crew, Task

from coobird import Coomon
from coobird.integrations.litellm import CoobirdLogger
from coobird.mock import MockCoobird

API_KEY = "sk_test_crewai"


def crew() -> Crew:
    # LiteLLM answers itself (mock_response), so that the example runs without an account.
    llm = LLM("openai/gpt-4o", is_litellm=True, mock_response="They are fine.")
    agent = Agent(role="researcher", goal="Find out.", backstory="You read.", llm=llm)
    task = Task(description="How are {subject}?", expected_output="A sentence.", agent=agent)
    return Crew(agents=[agent], tasks=[task])


def main() -> None:
    with MockCoobird() as server, Coomon(API_KEY, host=server.url) as coomon:
        CoobirdLogger(coomon).install()  # CrewAI replaces `litellm.callbacks`

        async def ask(customer: str, subject: str) -> str:
            with coomon.run(customer_id=customer, agent_id="researcher"):
                return str((await crew().kickoff_async({"subject": subject})).raw)

        async def ask_both() -> list[str]:
            return await asyncio.gather(ask("acme", "birds"), ask("blue_heron", "fish"))

        # Two customers at once: each call is billed to its own.
        print(*asyncio.run(ask_both()), sep="\n")
        # LiteLLM reports a call from a thread of its own, a moment after it has returned.
        while coomon.stats().tracked < 2:
            time.sleep(0.01)
        coomon.flush()
        for event in sorted(server.events(API_KEY), key=lambda event: str(event["customer_id"])):
            usage = event["attributes"]
            print(f"{event['customer_id']} pays: {usage['input_tokens']} in, {usage['output_tokens']} out")


if __name__ == "__main__":
    main()
