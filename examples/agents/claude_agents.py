"""Claude Agent SDK: what each model used in a turn is an event for the customer of the run.

Usage: python examples/agents/claude_agents.py
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import claude_agent_sdk
from claude_agent_sdk import ClaudeAgentOptions, ResultMessage

from coobird import Coomon
from coobird.integrations.claude_agent import wrap
from coobird.mock import MockCoobird

API_KEY = "sk_test_claude_agents"


async def ask(
    coomon: Coomon, query: Callable[..., AsyncIterator[Any]], customer: str, options: ClaudeAgentOptions
) -> str:
    words = ""
    with coomon.run(customer_id=customer, agent_id="researcher"):
        async for message in query(prompt="Birds?", options=options):
            if isinstance(message, ResultMessage):
                words = str(message.result)
    return words


async def main(folder: Path) -> None:
    with MockCoobird() as server, Coomon(API_KEY, host=server.url) as coomon:
        query = wrap(claude_agent_sdk.query, coomon)
        options = ClaudeAgentOptions(cli_path=program_offline(folder))
        # Two customers at once: each turn is billed to its own.
        answers = (ask(coomon, query, customer, options) for customer in ("acme", "blue_heron"))
        print(*await asyncio.gather(*answers), sep="\n")
        coomon.flush()
        for event in sorted(server.events(API_KEY), key=lambda event: str(event["customer_id"])):
            usage = event["attributes"]
            tokens = f"{usage['input_tokens']} in, {usage['output_tokens']} out"
            print(f"{event['customer_id']} pays: {usage['model']}, {tokens}")


# So that the example runs without an account: a program that answers in the place of Claude Code.


def program_offline(folder: Path) -> Path:
    program = folder / "claude"
    program.write_text(f"#!{sys.executable}\n{PROGRAM}")
    program.chmod(0o755)
    return program


PROGRAM = """
import json, sys, uuid

def counts(fresh, output):
    names = ("inputTokens", "outputTokens", "cacheReadInputTokens", "cacheCreationInputTokens", "webSearchRequests")
    return {**dict(zip(names, (fresh, output, 0, 0, 0))), "costUSD": 0.001, "provider": "firstParty"}

for line in sys.stdin:
    message = json.loads(line)
    if message["type"] == "control_request":
        answer = {"subtype": "success", "request_id": message["request_id"], "response": {}}
        print(json.dumps({"type": "control_response", "response": answer}), flush=True)
    elif message["type"] == "user":
        result = {"type": "result", "subtype": "success", "is_error": False, "result": "They are fine."}
        result |= {"duration_ms": 5, "duration_api_ms": 4, "num_turns": 1, "total_cost_usd": 0.002}
        result |= {"session_id": str(uuid.uuid4()), "uuid": str(uuid.uuid4()), "usage": {}}
        result |= {"modelUsage": {"claude-sonnet-4-6": counts(400, 40), "claude-haiku-4-5": counts(100, 20)}}
        print(json.dumps(result), flush=True)
"""


if __name__ == "__main__":
    with TemporaryDirectory() as place:
        asyncio.run(main(Path(place)))
