"""LiteLLM: every answer of any provider is an event for the customer of the run.

Usage: python examples/frameworks/litellm_calls.py
"""

from __future__ import annotations

import os
import time

# LiteLLM asks GitHub for its price list when it is imported, unless this is set.
os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")

import litellm

from coobird import Coomon
from coobird.integrations.litellm import CoobirdLogger
from coobird.mock import MockCoobird

API_KEY = "sk_test_litellm"


def main() -> None:
    with MockCoobird() as server, Coomon(API_KEY, host=server.url) as coomon:
        litellm.callbacks = [CoobirdLogger(coomon)]
        with coomon.run(customer_id="acme", agent_id="summarizer"):
            # LiteLLM answers itself (mock_response), so that the example runs without an account.
            answer = litellm.completion(
                model="openai/gpt-4o",
                messages=[{"role": "user", "content": "Summarize: a long text about birds."}],
                mock_response="Birds sing.",
            )
            print(answer.choices[0].message.content)
        # LiteLLM reports a call from a thread of its own, a moment after it has returned.
        while not coomon.stats().tracked:
            time.sleep(0.01)
        coomon.flush()
        for event in server.events(API_KEY):
            usage = event["attributes"]
            print(
                f"{event['customer_id']} pays: {usage['model']}, {usage['input_tokens']} in, {usage['output_tokens']} out"
            )


if __name__ == "__main__":
    main()
