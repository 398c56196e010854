"""Known fields of the objects in which providers count usage; any other one becomes a doubt (pure).

Providers add fields for parts that have a price of their own: audio, a longer cache, a search. A
field that is not known here may be such a part, so its call has no computed cost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sized
from typing import Any

from coobird.integrations._metering.counts import count_of
from coobird.integrations._metering.usage import fields_of, has_fields

COUNT = "count"
"""Kind of a field that holds a number of tokens or uses."""

FREE = "free"
"""Kind of a field that changes no price: a time, or a term that is read elsewhere."""

Fields = Mapping[str, "str | Fields"]
"""Kind of each known field: `COUNT`, `FREE`, or the fields of the object in it."""

OPENAI_DETAILS: Fields = {
    "cached_tokens": COUNT,
    "cache_write_tokens": COUNT,
    "cache_write_tokens_details": {"ttl_30m_tokens": COUNT, "ttl_12h_tokens": COUNT},
    "text_tokens": COUNT,
    "audio_tokens": COUNT,
    "image_tokens": COUNT,
    "video_tokens": COUNT,
    "reasoning_tokens": COUNT,
    "accepted_prediction_tokens": COUNT,
    "rejected_prediction_tokens": COUNT,
}

OPENAI_USAGE: Fields = {
    **dict.fromkeys(("input_tokens", "output_tokens", "prompt_tokens", "completion_tokens", "total_tokens"), COUNT),
    "input_tokens_details": OPENAI_DETAILS,
    "output_tokens_details": OPENAI_DETAILS,
    "prompt_tokens_details": OPENAI_DETAILS,
    "completion_tokens_details": OPENAI_DETAILS,
    # DeepSeek and Moonshot repeat the cached tokens here, Groq its times.
    **dict.fromkeys(("cached_tokens", "prompt_cache_hit_tokens", "prompt_cache_miss_tokens"), COUNT),
    **dict.fromkeys(("queue_time", "prompt_time", "completion_time", "total_time"), FREE),
}

OPENAI_TOOL_USAGE: Fields = {
    "web_search": {"num_requests": COUNT},
    "image_gen": {
        "input_tokens": COUNT,
        "input_tokens_details": {"image_tokens": COUNT, "text_tokens": COUNT},
        "output_tokens": COUNT,
        "output_tokens_details": {"image_tokens": COUNT, "text_tokens": COUNT},
        "cached_tokens": COUNT,
        "cached_tokens_details": {"cached_image_tokens": COUNT, "cached_text_tokens": COUNT},
        "total_tokens": COUNT,
    },
}

_ANTHROPIC_TOKENS: Fields = {
    "input_tokens": COUNT,
    "output_tokens": COUNT,
    "cache_creation_input_tokens": COUNT,
    "cache_read_input_tokens": COUNT,
    "cache_creation": {"ephemeral_5m_input_tokens": COUNT, "ephemeral_1h_input_tokens": COUNT},
    "output_tokens_details": {"thinking_tokens": COUNT},
}

ANTHROPIC_USAGE: Fields = {
    **_ANTHROPIC_TOKENS,
    "server_tool_use": {"web_search_requests": COUNT, "web_fetch_requests": COUNT},
    **dict.fromkeys(("service_tier", "speed", "inference_geo", "iterations"), FREE),
}

ANTHROPIC_ITERATION: Fields = {**_ANTHROPIC_TOKENS, "type": FREE, "model": FREE}

BEDROCK_USAGE: Fields = {
    **dict.fromkeys(("inputTokens", "outputTokens", "totalTokens"), COUNT),
    # Converse has each count of a cache under the first name, Nova's own form under the second.
    **{f"cache{way}InputToken{end}": COUNT for way in ("Read", "Write") for end in ("s", "Count")},
    "cacheDetails": FREE,  # their sum is held against the tokens that were written
    # At the end of a stream of any model.
    **dict.fromkeys(("inputTokenCount", "outputTokenCount"), COUNT),
    **dict.fromkeys(("invocationLatency", "firstByteLatency"), FREE),
}


def doubts_about(value: Any, known: Fields, name: str = "usage") -> Iterator[str]:
    """Yield a doubt for each field with a value that is not known or is no count.

    Args:
        value: Object of an SDK or decoded JSON.
        name: Path of the object in the answer, as the doubts name it.
    """
    for key, each in list(fields_of(value).items()):
        kind = known.get(key)
        if kind is COUNT:
            if count_of(each) is None and not _is_empty(each):
                yield f"{name}.{key} is no count"
        elif kind is FREE or _is_empty(each):
            continue
        elif isinstance(kind, Mapping) and has_fields(each):
            yield from doubts_about(each, kind, f"{name}.{key}")
        else:
            yield f"{name}.{key} is not understood"


def _is_empty(value: Any) -> bool:
    if isinstance(value, (int, float)):  # most values, and many times faster
        return value == 0
    if value is None or value == 0 or (isinstance(value, Sized) and not len(value)):
        return True
    return has_fields(value) and all(_is_empty(each) for each in list(fields_of(value).values()))
