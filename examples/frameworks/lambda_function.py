"""AWS Lambda: events are delivered before the function is frozen, also if the handler fails.

Usage: python examples/frameworks/lambda_function.py
"""

from __future__ import annotations

from typing import Any

from coobird import Coomon
from coobird.integrations import RunOptions
from coobird.integrations.aws_lambda import metered
from coobird.mock import MockCoobird

API_KEY = "sk_test_lambda"


def payer(event: dict[str, Any], _: Any) -> RunOptions:
    return {"customer_id": event["account"], "agent_id": "summarizer"}


class Context:
    """Part of Lambda's context: the time that is left."""

    def get_remaining_time_in_millis(self) -> int:
        return 3_000


def main() -> None:
    # In Lambda, make the client and the handler at the top of the module. Host and key come from
    # the environment.
    with MockCoobird() as server, Coomon(API_KEY, host=server.url) as coomon:

        @metered(coomon, run=payer)
        def handler(event: dict[str, Any], _: Any) -> str:
            coomon.track_task(attributes={"step": "read"})
            if not event["text"]:
                raise ValueError("nothing to summarize")
            return str(event["text"])[:11]

        print(handler({"account": "acme", "text": "A long text about birds."}, Context()))
        try:
            handler({"account": "blue_heron", "text": ""}, Context())
        except ValueError as error:
            print("failed:", error)
        for event in server.events(API_KEY):
            print(event["customer_id"], "pays:", event["attributes"]["step"])


if __name__ == "__main__":
    main()
