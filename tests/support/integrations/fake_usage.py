"""The true usage of every scenario: totals with the cache and reasoning included, and these as parts of them."""

from __future__ import annotations

from typing import NamedTuple


class Usage(NamedTuple):
    input: int
    output: int
    cache_read: int = 0
    cache_write: int = 0
    reasoning: int = 0


USAGE = {
    "openai": {
        "basic": Usage(120, 30),
        "tools": Usage(310, 44),
        "cached": Usage(1000, 50, cache_read=800),
        "reasoning": Usage(90, 400, reasoning=320),
    },
    # Anthropic reports the parts of the input side by side: 200 + 700 read + 100 written.
    "anthropic": {
        "basic": Usage(120, 30),
        "tools": Usage(310, 44),
        "cached": Usage(1000, 50, cache_read=700, cache_write=100),
        "reasoning": Usage(90, 400, reasoning=320),
    },
}

# What a message_start says about the output before there is any.
FIRST_OUTPUT_TOKENS = 1
