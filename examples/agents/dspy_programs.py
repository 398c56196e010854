"""DSPy: every call of a model is an event for the customer of the run.

Usage: python examples/agents/dspy_programs.py
"""

from __future__ import annotations

import os
import time
from typing import Any

# LiteLLM asks GitHub for its price list when it is imported, unless this is set.
os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")

import dspy
import litellm

from coobird import Coomon
from coobird.integrations.litellm import CoobirdLogger
from coobird.mock import MockCoobird

API_KEY = "sk_test_dspy"


class Answer(dspy.Module):
    """A program that names its payer itself, because the threads of DSPy inherit no run."""

    def __init__(self, coomon: Coomon) -> None:
        super().__init__()
        self.coomon = coomon
        self.answer = dspy.Predict("question -> answer")

    def forward(self, question: str, customer: str) -> Any:
        with self.coomon.run(customer_id=customer, agent_id="answers"):
            return self.answer(question=question)


def main() -> None:
    with MockCoobird() as server, Coomon(API_KEY, host=server.url) as coomon:
        litellm.callbacks = [CoobirdLogger(coomon)]
        # LiteLLM answers itself (mock_response), so that the example runs without an account.
        said = "[[ ## answer ## ]]\nThey are fine.\n\n[[ ## completed ## ]]"
        dspy.configure(lm=dspy.LM("openai/gpt-4o", engine="litellm", mock_response=said))
        program = Answer(coomon)
        asked = [("acme", "Birds?"), ("blue_heron", "Fish?"), ("blue_heron", "Bats?")]
        pairs: list[Any] = [(program, {"question": question, "customer": customer}) for customer, question in asked]
        # Two customers at once: each call is billed to its own.
        for prediction in dspy.Parallel(num_threads=2, disable_progress_bar=True)(pairs):
            print(prediction.answer)
        # An answer from DSPy's cache costs nothing.
        print(program(question="Birds?", customer="acme").answer)
        # LiteLLM reports a call from a thread of its own, a moment after it has returned.
        while coomon.stats().tracked < 3:
            time.sleep(0.01)
        coomon.flush()
        for event in sorted(server.events(API_KEY), key=lambda event: str(event["customer_id"])):
            usage = event["attributes"]
            print(f"{event['customer_id']} pays: {usage['input_tokens']} in, {usage['output_tokens']} out")


if __name__ == "__main__":
    main()
