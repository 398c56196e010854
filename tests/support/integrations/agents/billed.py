"""Comparison of the events with what the provider charged: as many, to whom, and how much."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.support.integrations.agents.scripted import Call
from tests.support.integrations.fake_usage import Usage
from tests.support.integrations.recorder import Recorder

PRICES: dict[str, Any] = {
    "prices": [
        {
            "provider": "openai",
            "model": ["gpt-4o-2024-08-06", "text-embedding-3-small"],
            "input_tokens": 2.5,
            "cache_read_input_tokens": 1.25,
            "output_tokens": 10,
        }
    ]
}
"""Prices of the fake's models, in US dollars per million tokens."""

Charge = tuple[str, Usage, Decimal]


def charged(calls: list[Call]) -> list[Charge]:
    """Return customer, tokens and cost of each call that the provider answered."""
    return sorted((call.customer, call.usage, _cost(call.usage)) for call in calls)


def billed(coomon: Recorder) -> list[Charge]:
    """Return customer, tokens and cost of each event."""
    found: list[Charge] = []
    for event in coomon.accepted():
        about = event["attributes"]
        usage = Usage(
            about["input_tokens"],
            about.get("output_tokens") or 0,
            about.get("cache_read_input_tokens") or 0,
            about.get("cache_write_input_tokens") or 0,
            about.get("reasoning_output_tokens") or 0,
        )
        found.append((event["customer_id"], usage, Decimal(about["cost_usd"])))
    return sorted(found)


def assert_each_call_is_billed_to_its_payer(coomon: Recorder, calls: list[Call], number: int) -> None:
    """Fail unless each of this number of calls is one exact event, and nothing else happened."""
    assert len(calls) == number, f"{len(calls)} calls"
    assert coomon.errors == [], f"errors: {[str(error) for error in coomon.errors]}"
    assert len(coomon.events) == number, f"{len(coomon.events)} events"
    assert billed(coomon) == charged(calls), f"billed {billed(coomon)}, charged {charged(calls)}"


def _cost(usage: Usage) -> Decimal:
    fresh = usage.input - usage.cache_read
    return (fresh * Decimal("2.50") + usage.cache_read * Decimal("1.25") + usage.output * Decimal(10)) / 1_000_000
