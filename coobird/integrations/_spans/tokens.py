"""Token counts of a span, corrected by what is known about its emitter (tables, pure)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from coobird.integrations._metering.counts import count_of
from coobird.integrations._metering.usage import Usage
from coobird.integrations._spans.emitters import MISSING, ON_TOP, PRESUMED, UNKNOWN, WITHIN, XAI

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coobird.integrations._spans.emitters import Emitter

# Attributes of each count: OpenTelemetry's, newest first, then those of single emitters, then
# OpenInference's.
NAMES = {
    "input": ("gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens", "llm.token_count.prompt"),
    "output": ("gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens", "llm.token_count.completion"),
    "total": ("gen_ai.usage.total_tokens", "llm.usage.total_tokens", "llm.token_count.total"),
    "cache_read": (
        "gen_ai.usage.cache_read.input_tokens",
        "gen_ai.usage.cache_read_input_tokens",
        "gen_ai.usage.details.cache_read_tokens",
        "gen_ai.usage.details.cache_read_input_tokens",
        "gen_ai.usage.details.cached_content_tokens",
        "gen_ai.usage.details.cached_tokens",
        "llm.usage.cache_read_input_tokens",
        "llm.token_count.prompt_details.cache_read",
        "llm.token_count.prompt_details.cache_input",
    ),
    "cache_write": (
        "gen_ai.usage.cache_write.input_tokens",
        "gen_ai.usage.cache_creation.input_tokens",
        "gen_ai.usage.cache_creation_input_tokens",
        "gen_ai.usage.cache_write_input_tokens",
        "gen_ai.usage.details.cache_write_tokens",
        "gen_ai.usage.details.cache_creation_input_tokens",
        "llm.usage.cache_creation_input_tokens",
        "llm.token_count.prompt_details.cache_write",
    ),
    "reasoning": (
        "gen_ai.usage.reasoning.output_tokens",
        "gen_ai.usage.reasoning_tokens",
        "gen_ai.usage.details.reasoning_tokens",
        "gen_ai.usage.details.thoughts_tokens",
        "gen_ai.usage.details.thinking_tokens",
        "gen_ai.usage.thoughts_tokens",
        "gen_ai.usage.experimental.reasoning_tokens",
        "llm.usage.reasoning_tokens",
        "llm.token_count.completion_details.reasoning",
    ),
    "tool_use": (
        "gen_ai.usage.details.tool_use_prompt_tokens",
        "gen_ai.usage.tool_use_prompt_tokens",
        "gen_ai.usage.tool_use.input_tokens",
        "llm.usage.tool_use_prompt_tokens",
    ),
    "audio_input_tokens": (
        "gen_ai.usage.audio.input_tokens",
        "gen_ai.usage.details.input_audio_tokens",
        "llm.token_count.prompt_details.audio",
    ),
    "audio_output_tokens": (
        "gen_ai.usage.audio.output_tokens",
        "gen_ai.usage.details.output_audio_tokens",
        "llm.token_count.completion_details.audio",
    ),
    "image_input_tokens": ("gen_ai.usage.image.input_tokens",),
    "image_output_tokens": ("gen_ai.usage.image.output_tokens",),
    "cache_write_1h_input_tokens": ("anthropic.usage.cache_creation.ephemeral_1h_input_tokens",),
}
_PARTS = ("cache_read", "cache_write", "reasoning", "tool_use")
_OTHER = tuple(name for name in NAMES if name.endswith("_tokens"))

# A part that has none of its names above is looked for by the words in the name: emitters rename
# the parts more often than they are listed here.
_PREFIXES = ("gen_ai.usage.", "llm.usage.", "llm.token_count.")
_LISTED = frozenset(name for names in NAMES.values() for name in names)
_WORDS = {
    "cache_write": re.compile("cache.*(writ|creat)|(writ|creat).*cache"),
    "cache_read": re.compile("cache.*(read|hit)|(read|hit).*cache|cached"),
    "reasoning": re.compile("reason|thought|thinking"),
    "tool_use": re.compile("tool_?use.*(token|prompt)|(token|prompt).*tool_?use"),
}
# Parts of these parts, and what is no number of tokens.
_OTHER_WORDS = re.compile("audio|image|video|text|document|5m|1h|ephemeral|miss|server|cost|price|usd|second|ratio")


class TokenReading(NamedTuple):
    """Token counts of a span.

    Attributes:
        usage: Counts, corrected as far as the span allows; `None` if it has none.
        flaw: Known or possible deviation from the provider's counts, as an event's reader is told
            it; empty if the counts are the provider's.
    """

    usage: Usage | None
    flaw: str = ""


def read_tokens(attributes: Mapping[str, Any], emitter: Emitter, family: str) -> TokenReading:
    """Read the token counts of a span.

    Args:
        emitter: Row of the table that fits the span.
        family: Family of the provider that answered.
    """
    found = {name: _count(attributes, keys) for name, keys in NAMES.items()}
    found |= {name: count for name, count in _renamed(attributes).items() if found[name] is None}
    if found["input"] is None:
        return TokenReading(None)
    counts = _Counts(
        found["input"],
        found["output"],
        None if emitter.adds_up else found["total"],
        (found["cache_read"] or 0) + (found["cache_write"] or 0),
        found["tool_use"] or 0,
        found["reasoning"],
    )
    corrected, flaw = _correct(counts, emitter, family)
    if not corrected.input:
        return TokenReading(None)  # there is no call without input: the emitter does not know it
    stated = [key for name in _PARTS for key in NAMES[name] if attributes.get(key) is not None]
    if any(_count(attributes, (key,)) is None for key in stated):
        flaw = "states a part of the tokens that is no count"
    usage = Usage(
        corrected.input,
        corrected.output,
        found["cache_read"],
        found["cache_write"],
        found["reasoning"],
        tuple((name, count) for name in _OTHER if (count := found[name]) is not None),
    )
    return TokenReading(usage, flaw)


def gives_tokens(attributes: Mapping[str, Any]) -> bool:
    """True if a span has a count of input tokens."""
    return any(name in attributes for name in NAMES["input"])


def _renamed(attributes: Mapping[str, Any]) -> dict[str, int]:
    """Return the counts of parts under names that are not listed."""
    found: dict[str, int] = {}
    for key in attributes:
        if not key.startswith(_PREFIXES) or key in _LISTED:
            continue
        name = key.lower()
        part = next((part for part, words in _WORDS.items() if words.search(name)), None)
        count = _count(attributes, (key,))
        if part is not None and count is not None and not _OTHER_WORDS.search(name):
            found.setdefault(part, count)
    return found


class _Counts(NamedTuple):
    input: int
    output: int | None
    total: int | None
    cached: int
    tool_use: int
    reasoning: int | None

    def gap(self) -> int | None:
        """Tokens of the total that neither input nor output has; `None` without a total."""
        return None if self.total is None or self.output is None else self.total - self.input - self.output


def _correct(counts: _Counts, emitter: Emitter, family: str) -> tuple[_Counts, str]:
    counts = _add_cache(counts, emitter)
    counts = _add_tool_use(counts, emitter)
    counts = _add_thoughts(counts, emitter, family)
    return counts, _flaw_of(counts, emitter)


def _add_cache(counts: _Counts, emitter: Emitter) -> _Counts:
    gap, place = counts.gap(), emitter.cache
    if place == MISSING and gap is not None and gap > 0:
        return counts._replace(input=counts.input + gap)
    # A part larger than its whole, or a total with exactly that part, proves that it is on top.
    # Without a proof, Bedrock's rule counts, which most emitters leave as it is.
    is_proven = counts.cached > counts.input or (place in (UNKNOWN, PRESUMED) and gap == counts.cached)
    is_on_top = place in (ON_TOP, MISSING) or is_proven or (place == UNKNOWN and gap is None)
    return counts._replace(input=counts.input + counts.cached) if is_on_top else counts


def _add_tool_use(counts: _Counts, emitter: Emitter) -> _Counts:
    gap, tools, reasoning = counts.gap(), counts.tool_use, counts.reasoning or 0
    added = 0
    if emitter.tool_use == ON_TOP or (emitter.tool_use == UNKNOWN and gap in (tools, tools + reasoning)):
        added = tools
    elif emitter.tool_use == MISSING:
        # If the span has neither of two missing parts, the total does not tell them apart.
        is_known = gap is not None and (emitter.thoughts != MISSING or counts.reasoning is not None)
        thoughts = 0 if emitter.thoughts == WITHIN else reasoning
        added = tools or (max((gap or 0) - thoughts, 0) if is_known else 0)
    return counts._replace(input=counts.input + added)


def _add_thoughts(counts: _Counts, emitter: Emitter, family: str) -> _Counts:
    if counts.output is None:
        return counts
    gap, place, reasoning = counts.gap(), emitter.thoughts, counts.reasoning or 0
    is_proven = reasoning > counts.output or (place in (UNKNOWN, PRESUMED) and gap == reasoning)
    if place in (ON_TOP, MISSING) or is_proven:
        return counts._replace(output=counts.output + reasoning)
    # In xAI's total, only the reasoning is neither input nor output.
    is_rest = family == XAI and place == UNKNOWN and gap is not None and gap > 0
    return counts._replace(output=counts.output + (gap or 0)) if is_rest else counts


def _flaw_of(counts: _Counts, emitter: Emitter) -> str:
    gap = counts.gap()
    # An emitter that leaves out the cached tokens may add up the total from what is left.
    if gap is not None and (gap > 0 or (gap < 0 and emitter.cache != ON_TOP)):
        return f"gives a total that is {'more' if gap > 0 else 'less'} than its input and output tokens"
    missing = {
        "cached tokens": emitter.cache == MISSING and not counts.cached,
        "tool-use tokens": emitter.tool_use == MISSING and not counts.tool_use,
        "thoughts": emitter.thoughts == MISSING and counts.reasoning is None,
    }
    if gap is None and any(missing.values()):
        return f"leaves out {' and '.join(name for name, is_missing in missing.items() if is_missing)}"
    if gap is None and emitter.cache == UNKNOWN and counts.cached:
        return "does not tell whether its input tokens include the cached ones"
    if gap is None and emitter.thoughts == UNKNOWN and counts.output:
        return "does not tell whether its totals include the tokens of thoughts and tools"
    return ""


def _count(attributes: Mapping[str, Any], keys: tuple[str, ...]) -> int | None:
    for key in keys:
        value = attributes.get(key)
        # Unlike in a body, a text is no count here: an instrumentation writes the SDK's numbers.
        if not isinstance(value, str) and (count := count_of(value)) is not None:
            return count
    return None
