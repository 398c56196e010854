"""Token counts of Bedrock: its Converse API, the bodies of each family of models, headers (pure).

Bedrock counts the tokens of a cache beside those of the input.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coobird.integrations._metering.counts import count_of, first_count, is_no_count
from coobird.integrations._metering.known_fields import BEDROCK_USAGE, doubts_about
from coobird.integrations._metering.pricing import CONTRADICTION
from coobird.integrations._metering.usage import Usage, field, from_anthropic, from_openai

if TYPE_CHECKING:
    from collections.abc import Mapping

# Names of each count: in the Converse API, in bodies of Nova, at the end of a stream of any model,
# in the headers of an answer.
_COUNTS = {
    "fresh": ("inputTokens", "inputTokenCount", "x-amzn-bedrock-input-token-count"),
    "output": ("outputTokens", "outputTokenCount", "x-amzn-bedrock-output-token-count"),
    "total": ("totalTokens",),
    "read": (
        "cacheReadInputTokens",
        "cacheReadInputTokenCount",
        "x-amzn-bedrock-cache-read-input-token-count",
    ),
    "written": (
        "cacheWriteInputTokens",
        "cacheWriteInputTokenCount",
        "x-amzn-bedrock-cache-write-input-token-count",
    ),
}
_LIFETIMES = ("5m", "1h")


def from_bedrock(counts: Any) -> Usage | None:
    """Read counts that AWS states: of the Converse API, of a stream's end, of headers.

    Returns:
        `None` without a count of input tokens. There is no call without input, so 0 is none.
    """
    found = _found(counts)
    fresh, output = found["fresh"], found["output"]
    cached = (found["read"] or 0) + (found["written"] or 0)
    is_short = any(is_no_count(field(counts, key)) for part in ("read", "written") for key in _COUNTS[part])
    if fresh is None or not fresh + cached or is_short:
        return None
    lifetimes = {field(entry, "ttl"): count_of(field(entry, "inputTokens")) for entry in _details(counts)}
    other = tuple(
        (f"cache_write_{lifetime}_input_tokens", lifetimes.get(lifetime) or 0) for lifetime in _LIFETIMES if lifetimes
    )
    return Usage(fresh + cached, output, found["read"], found["written"], None, other)


def doubts_of_bedrock(counts: Any) -> tuple[str, ...]:
    """Return the doubts about a price: unknown counts, a total that is not the sum of its parts."""
    found = _found(counts)
    total = found["total"]
    spoken = (found["fresh"] or 0) + (found["output"] or 0)
    cached = (found["read"] or 0) + (found["written"] or 0)
    closes = total is None or total in (spoken, spoken + cached)
    return (*doubts_about(counts, BEDROCK_USAGE), *(() if closes else (CONTRADICTION,)))


def from_bedrock_body(body: Any, headers: Mapping[str, Any]) -> Usage | None:
    """Read the body of an answer to `InvokeModel`; its headers if the body has no counts."""
    usage = field(body, "usage")
    # OpenAI's Responses API names its counts as Anthropic does, but counts the cache inside.
    is_anthropic = field(body, "type") == "message" or field(usage, "cache_read_input_tokens") is not None
    found = from_anthropic(usage) if is_anthropic else from_bedrock(usage) or from_openai(usage)
    return found or _from_titan(body) or _from_llama(body) or _from_headers(headers)


def _from_titan(body: Any) -> Usage | None:
    count = count_of(field(body, "inputTextTokenCount"))
    if not count:
        return None
    outputs = [count_of(field(each, "tokenCount")) for each in field(body, "results") or ()]
    return Usage(count, None if None in outputs else sum(each or 0 for each in outputs))


def _from_llama(body: Any) -> Usage | None:
    count = count_of(field(body, "prompt_token_count"))
    return Usage(count, count_of(field(body, "generation_token_count"))) if count else None


def _from_headers(headers: Mapping[str, Any]) -> Usage | None:
    found = from_bedrock(headers)
    # An answer of embeddings has only the header of its input.
    return found if found is None or found.output is not None else found._replace(output=0)


def _found(counts: Any) -> dict[str, int | None]:
    return {name: first_count(field(counts, key) for key in keys) for name, keys in _COUNTS.items()}


def _details(counts: Any) -> Any:
    return field(counts, "cacheDetails") or ()
