"""True usage of every scenario. The totals include the cached and the reasoning tokens."""

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
    # Anthropic's `input_tokens` leave out the cache: 200 + 700 read + 100 written.
    "anthropic": {
        "basic": Usage(120, 30),
        "tools": Usage(310, 44),
        "cached": Usage(1000, 50, cache_read=700, cache_write=100),
        "reasoning": Usage(90, 400, reasoning=320),
    },
}

# Placeholder that message_start has as output tokens.
FIRST_OUTPUT_TOKENS = 1
