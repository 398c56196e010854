"""Token counts of an answer, read from the form of each SDK, framework or span (tables, pure).

All providers are brought to one form: totals that include the cached and the reasoning tokens.
`None` is unknown, which is not zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, cast


class Usage(NamedTuple):
    """Tokens of one call.

    Attributes:
        input: All input tokens, including those read from and written to a cache.
        output: All output tokens, including reasoning; `None` if the answer broke off before they
            were known.
        cache_read: Part of `input` that was read from a cache.
        cache_write: Part of `input` that was written to a cache.
        reasoning: Part of `output` that the model used for reasoning and did not return.
        other: Further parts, each with its name, such as `audio_input_tokens`.
    """

    input: int
    output: int | None
    cache_read: int | None = None
    cache_write: int | None = None
    reasoning: int | None = None
    other: tuple[tuple[str, int], ...] = ()

    def attributes(self) -> dict[str, int]:
        """Return the event attributes, without the counts that are unknown."""
        total = None if self.output is None else self.input + self.output
        values = {
            "input_tokens": self.input,
            "output_tokens": self.output,
            "total_tokens": total,
            "cache_read_input_tokens": self.cache_read,
            "cache_write_input_tokens": self.cache_write,
            "reasoning_output_tokens": self.reasoning,
            **dict(self.other),
        }
        return {name: value for name, value in values.items() if value is not None}


# Paths of each count in answers of the Responses API, and of the Chat Completions, Completions and
# Embeddings APIs.
_OPENAI = {
    "input": (("input_tokens",), ("prompt_tokens",)),
    "output": (("output_tokens",), ("completion_tokens",)),
    "total": (("total_tokens",),),
    "cache_read": (("input_tokens_details", "cached_tokens"), ("prompt_tokens_details", "cached_tokens")),
    "cache_write": (("input_tokens_details", "cache_write_tokens"), ("prompt_tokens_details", "cache_write_tokens")),
    "reasoning": (
        ("output_tokens_details", "reasoning_tokens"),
        ("completion_tokens_details", "reasoning_tokens"),
    ),
    "audio_input_tokens": (("prompt_tokens_details", "audio_tokens"),),
    "audio_output_tokens": (("completion_tokens_details", "audio_tokens"),),
}

# LangChain's own form. Names of parts may begin with a service tier (`flex_cache_read`).
_LANGCHAIN = {
    "input": ("", "input_tokens"),
    "output": ("", "output_tokens"),
    "cache_read": ("input_token_details", "cache_read"),
    "cache_write": ("input_token_details", "cache_creation"),
    "cache_write_5m": ("input_token_details", "ephemeral_5m_input_tokens"),
    "cache_write_1h_input_tokens": ("input_token_details", "ephemeral_1h_input_tokens"),
    "reasoning": ("output_token_details", "reasoning"),
    "audio_input_tokens": ("input_token_details", "audio"),
    "audio_output_tokens": ("output_token_details", "audio"),
}

_ANTHROPIC = {
    "fresh": ("input_tokens",),
    "cache_read": ("cache_read_input_tokens",),
    "cache_write": ("cache_creation_input_tokens",),
    "output": ("output_tokens",),
    "reasoning": ("output_tokens_details", "thinking_tokens"),
    # The next two have separate prices.
    "cache_write_1h_input_tokens": ("cache_creation", "ephemeral_1h_input_tokens"),
    "web_search_requests": ("server_tool_use", "web_search_requests"),
}

# Span attributes, newest name first: OpenTelemetry's with its former names, then OpenInference's.
_SPAN = {
    "input": ("gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens", "llm.token_count.prompt"),
    "output": ("gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens", "llm.token_count.completion"),
    "cache_read": (
        "gen_ai.usage.cache_read.input_tokens",
        "gen_ai.usage.cache_read_input_tokens",
        "llm.token_count.prompt_details.cache_read",
        "llm.token_count.prompt_details.cache_input",
    ),
    "cache_write": (
        "gen_ai.usage.cache_write.input_tokens",
        "gen_ai.usage.cache_creation.input_tokens",
        "gen_ai.usage.cache_creation_input_tokens",
        "llm.token_count.prompt_details.cache_write",
    ),
    "reasoning": (
        "gen_ai.usage.reasoning.output_tokens",
        "gen_ai.usage.reasoning_tokens",
        "llm.token_count.completion_details.reasoning",
    ),
    **{
        f"{kind}_{way}_tokens": (f"gen_ai.usage.{kind}.{way}_tokens",)
        for kind in ("audio", "image")
        for way in ("input", "output")
    },
    "audio_input_tokens": ("gen_ai.usage.audio.input_tokens", "llm.token_count.prompt_details.audio"),
    "audio_output_tokens": ("gen_ai.usage.audio.output_tokens", "llm.token_count.completion_details.audio"),
    "cache_write_1h_input_tokens": ("anthropic.usage.cache_creation.ephemeral_1h_input_tokens",),
}
_PARTS = (
    "audio_input_tokens",
    "audio_output_tokens",
    "image_input_tokens",
    "image_output_tokens",
    "cache_write_1h_input_tokens",
    "web_search_requests",
)


def field(value: Any, *path: str) -> Any:
    """Return a nested field of an SDK's object or of decoded JSON; `None` if there is none."""
    for name in path:
        value = cast("Any", value).get(name) if isinstance(value, Mapping) else getattr(value, name, None)
    return value


def from_openai(usage: Any) -> Usage | None:
    """Read the `usage` of an OpenAI answer; `None` if it has no count of input tokens."""
    found = {name: _first(field(usage, *path) for path in paths) for name, paths in _OPENAI.items()}
    if found["input"] is None:
        return None
    if found["output"] is None and found["total"] == found["input"]:
        found["output"] = 0  # an embedding has no output
    return _usage(found)


def from_anthropic(*usages: Any, is_final: bool = True) -> Usage | None:
    """Read the `usage` of an Anthropic message, whose `input_tokens` leave out the cached tokens.

    Args:
        usages: Reports of usage, newest first. The last event of a stream has the newest counts,
            but leaves out those that did not change.
        is_final: False for a message that has only started: its output count is a placeholder.
    """
    found = {name: _first(field(usage, *path) for usage in usages) for name, path in _ANTHROPIC.items()}
    if found["fresh"] is None:
        return None
    # The totals leave out the tokens of a compaction, in which the server sums up a long
    # conversation.
    iterations: Any = next((rounds for usage in usages if (rounds := field(usage, "iterations"))), ())
    for compaction in (entry for entry in iterations if field(entry, "type") == "compaction"):
        for name in ("fresh", "cache_read", "cache_write", "output", "cache_write_1h_input_tokens"):
            count = _first((field(compaction, *_ANTHROPIC[name]),))
            found[name] = found[name] if count is None else (found[name] or 0) + count
    if not is_final:
        found["output"] = found["reasoning"] = None
    found["input"] = found["fresh"] + (found["cache_read"] or 0) + (found["cache_write"] or 0)
    return _usage(found)


def from_langchain(usage: Any) -> Usage | None:
    """Read the `usage_metadata` of a LangChain message; `None` without a count of input tokens."""
    found = {
        name: _first(_named(field(usage, part) if part else usage, last)) for name, (part, last) in _LANGCHAIN.items()
    }
    if found["input"] is None:
        return None
    # If cache writes are counted by lifetime, LangChain gives their sum as 0.
    lifetimes = (found["cache_write_5m"], found["cache_write_1h_input_tokens"])
    if not found["cache_write"] and any(lifetimes):
        found["cache_write"] = sum(count or 0 for count in lifetimes)
    return _usage(_with_cache(found))


def from_litellm(usage: Any) -> Usage | None:
    """Read the `usage` of a LiteLLM answer: OpenAI's form, plus cache fields for other providers.

    LiteLLM gives 0 for an unknown count.
    """
    read = from_openai(usage)
    if read is None or not (read.input or read.output):
        return None
    found = {"input": read.input, "cache_read": read.cache_read, "cache_write": read.cache_write}
    if found["cache_read"] is None:
        found["cache_read"] = _first((field(usage, "cache_read_input_tokens"),))
    if found["cache_write"] is None:
        found["cache_write"] = _first((field(usage, "cache_creation_input_tokens"),))
    whole = _with_cache(found)
    return read._replace(input=whole["input"] or 0, cache_read=whole["cache_read"], cache_write=whole["cache_write"])


def from_span(attributes: Mapping[str, Any]) -> Usage | None:
    """Read the token counts of a span; `None` if it has no count of input tokens, or only zeros."""
    found = {name: _first(attributes.get(key) for key in keys) for name, keys in _SPAN.items()}
    if found["input"] is None or not (found["input"] or found["output"]):
        return None
    return _usage(_with_cache(found))


def _with_cache(found: dict[str, int | None]) -> dict[str, int | None]:
    """Add the cached tokens to an input total that is smaller: some emitters leave them out."""
    cached = (found["cache_read"] or 0) + (found["cache_write"] or 0)
    total = found["input"] or 0
    return {**found, "input": total + cached} if cached > total else found


def _named(details: Any, name: str) -> list[Any]:
    entries = cast("Mapping[str, Any]", details).items() if isinstance(details, Mapping) else ()
    return [count for key, count in entries if key == name or key.endswith(f"_{name}")]


def _usage(found: Mapping[str, int | None]) -> Usage:
    parts = [(name, found.get(name)) for name in _PARTS]
    return Usage(
        found["input"] or 0,
        found["output"],
        found["cache_read"],
        found["cache_write"],
        found["reasoning"],
        tuple((name, count) for name, count in parts if count),
    )


def _first(values: Iterable[Any]) -> int | None:
    for value in values:
        if isinstance(value, float) and value.is_integer() and value >= 0:
            return int(value)
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return value
    return None
