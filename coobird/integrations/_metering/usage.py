"""Token counts of an answer, read from the form of each SDK, framework or span (tables, pure).

All providers are brought to one form: totals that include the cached and the reasoning tokens.
`None` is unknown, which is not zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple, cast

from coobird.integrations._metering.counts import count_of, first_count


class Usage(NamedTuple):
    """Tokens of one call.

    Attributes:
        input: All input tokens, including those read from and written to a cache.
        output: All output tokens, including reasoning; `None` if the answer broke off before they
            were known.
        cache_read: Part of `input` that was read from a cache.
        cache_write: Part of `input` that was written to a cache.
        reasoning: Part of `output` that the model used for reasoning and did not return.
        other: Further counts, each with its name: parts that may have a price of their own, such as
            `audio_input_tokens` or `cache_write_1h_input_tokens`, and uses that are charged in
            addition, such as `web_search_requests`. A part that is known to be none is 0.
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
            **{name: count for name, count in self.other if count},
        }
        return {name: value for name, value in values.items() if value is not None}


# Paths of each count in answers of the Responses API, and of the Chat Completions, Completions and
# Embeddings APIs.
_OPENAI = {
    "input": (("input_tokens",), ("prompt_tokens",)),
    "output": (("output_tokens",), ("completion_tokens",)),
    "total": (("total_tokens",),),
    "cache_read": (
        ("input_tokens_details", "cached_tokens"),
        ("prompt_tokens_details", "cached_tokens"),
        ("prompt_cache_hit_tokens",),  # DeepSeek
        ("cached_tokens",),  # Moonshot
    ),
    "cache_write": (("input_tokens_details", "cache_write_tokens"), ("prompt_tokens_details", "cache_write_tokens")),
    "reasoning": (
        ("output_tokens_details", "reasoning_tokens"),
        ("completion_tokens_details", "reasoning_tokens"),
    ),
    **{
        f"{kind}_input_tokens": (
            ("input_tokens_details", f"{kind}_tokens"),
            ("prompt_tokens_details", f"{kind}_tokens"),
        )
        for kind in ("audio", "image", "video")
    },
    **{
        f"{kind}_output_tokens": (
            ("output_tokens_details", f"{kind}_tokens"),
            ("completion_tokens_details", f"{kind}_tokens"),
        )
        for kind in ("audio", "image", "video")
    },
    **{
        f"cache_write_{lifetime}_input_tokens": tuple(
            (f"{way}_tokens_details", "cache_write_tokens_details", f"ttl_{lifetime}_tokens")
            for way in ("input", "prompt")
        )
        for lifetime in ("30m", "12h")
    },
}

# LangChain's own form. Names of parts may begin with a service tier (`flex_cache_read`).
_LANGCHAIN = {
    "input": ("", "input_tokens"),
    "output": ("", "output_tokens"),
    "cache_read": ("input_token_details", "cache_read"),
    "cache_write": ("input_token_details", "cache_creation"),
    "cache_write_5m_input_tokens": ("input_token_details", "ephemeral_5m_input_tokens"),
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
    # The rest has separate prices.
    "cache_write_5m_input_tokens": ("cache_creation", "ephemeral_5m_input_tokens"),
    "cache_write_1h_input_tokens": ("cache_creation", "ephemeral_1h_input_tokens"),
    "web_search_requests": ("server_tool_use", "web_search_requests"),
}

_ITERATION_SUMS = ("fresh", "cache_read", "cache_write", "output")
_LIFETIMES = ("cache_write_5m_input_tokens", "cache_write_1h_input_tokens")

_PARTS = (
    "audio_input_tokens",
    "audio_output_tokens",
    "image_input_tokens",
    "image_output_tokens",
    "video_input_tokens",
    "video_output_tokens",
    "cache_write_5m_input_tokens",
    "cache_write_30m_input_tokens",
    "cache_write_1h_input_tokens",
    "cache_write_12h_input_tokens",
    "web_search_requests",
)


def field(value: Any, *path: str) -> Any:
    """Return a nested field of an SDK's object or of decoded JSON; `None` if there is none."""
    for name in path:
        if value is None:
            return None
        # The check for `dict` comes first because it is many times faster.
        is_mapping = isinstance(value, dict) or isinstance(value, Mapping)  # noqa: SIM101
        value = cast("Any", value).get(name) if is_mapping else getattr(cast("Any", value), name, None)
    return value


def has_fields(value: Any) -> bool:
    """True for decoded JSON and for an SDK's object with fields."""
    return isinstance(value, Mapping) or hasattr(value, "__dict__")


def fields_of(value: Any) -> list[tuple[str, Any]]:
    """Return the fields of an SDK's object or of decoded JSON, also those unknown to the SDK."""
    if isinstance(value, Mapping):
        return list(cast("Mapping[str, Any]", value).items())
    extra: Any = getattr(value, "model_extra", None) or {}
    return [*getattr(value, "__dict__", {}).items(), *extra.items()]


def plain(value: Any) -> Any:
    """Return the fields as nested mappings: a field that an SDK's object lacks is slow to ask."""
    if value is None or isinstance(value, (int, float, str)):  # most values, and many times faster
        return value
    return {name: plain(each) for name, each in fields_of(value)} if has_fields(value) else value


class OpenAIUsage(NamedTuple):
    """The `usage` of an OpenAI answer.

    Attributes:
        fields: Its fields as nested mappings.
        counts: Each count by its name, in all the places that have it.
    """

    fields: Any
    counts: Mapping[str, list[int]]

    @classmethod
    def of(cls, usage: Any) -> OpenAIUsage:
        """Read it from an SDK's object or decoded JSON."""
        fields = plain(usage)
        stated = {path: count for path, value in _leaves(fields) if (count := count_of(value)) is not None}
        # Far fewer fields are there than there are places to look.
        counts = {name: [stated[path] for path in paths if path in stated] for name, paths in _OPENAI.items()}
        return cls(fields, counts)

    def read(self, *, thinks_apart: bool = False) -> Usage | None:
        """Return the tokens; `None` if there is no count of input tokens.

        Some servers leave the reasoning out of the completion, and only the total has it.

        Args:
            thinks_apart: True for a server that leaves it out and does not count it (Gemini's).
        """
        found = {name: counts[0] if counts else None for name, counts in self.counts.items()}
        if found["input"] is None:
            return None
        if found["output"] is None and found["total"] == found["input"]:
            found["output"] = 0  # an embedding has no output
        missing = _missing(found)
        if found["output"] is not None and missing > 0 and (thinks_apart or missing == found["reasoning"]):
            found["output"] += missing
            found["reasoning"] = max(missing, found["reasoning"] or 0)
        return _usage(found)

    def contradicts_itself(self, read: Usage, *, ignores_rest: bool = False) -> bool:
        """True if a thing is counted twice in different ways, or the sums do not close.

        Args:
            read: What `read` has returned.
            ignores_rest: True if the total may be more than input and output.
        """
        if any(len(counts) > 1 and len(set(counts)) > 1 for counts in self.counts.values()):
            return True
        if not self.counts["total"] or read.output is None:
            return False
        rest = self.counts["total"][0] - read.input - read.output
        return rest < 0 or (rest > 0 and not ignores_rest)


def _leaves(fields: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield the path and the value of each field, of nested mappings too."""
    if isinstance(fields, dict):
        for name, value in cast("dict[str, Any]", fields).items():
            if isinstance(value, dict):
                yield from (((name, *path), leaf) for path, leaf in _leaves(value))
            else:
                yield (name,), value


def from_openai(usage: Any) -> Usage | None:
    """Read the `usage` of an OpenAI answer; `None` if it has no count of input tokens."""
    return OpenAIUsage.of(usage).read()


def _missing(found: Mapping[str, int | None]) -> int:
    """Return the tokens of the total that are neither input nor output."""
    return (found["total"] or 0) - (found["input"] or 0) - (found["output"] or 0)


def from_anthropic(*usages: Any, is_final: bool = True) -> Usage | None:
    """Read the `usage` of an Anthropic message, whose `input_tokens` leave out the cached tokens.

    Args:
        usages: Reports of usage, newest first. The last event of a stream has the newest counts,
            but leaves out those that did not change.
        is_final: False for a message that has only started: its output count is a placeholder.
    """
    found = {name: first_count(field(usage, *path) for usage in usages) for name, path in _ANTHROPIC.items()}
    if found["fresh"] is None:
        return None
    for entry in Iterations.of(*usages).apart:
        for name in (*_ITERATION_SUMS, *_LIFETIMES):
            count = count_of(field(entry, *_ANTHROPIC[name]))
            found[name] = found[name] if count is None else (found[name] or 0) + count
    if not is_final:
        found["output"] = found["reasoning"] = None
    found["input"] = found["fresh"] + (found["cache_read"] or 0) + (found["cache_write"] or 0)
    return _usage(found)


class Iterations(NamedTuple):
    """Requests to models inside of one Anthropic message (`usage.iterations`).

    Attributes:
        entries: All of them.
        apart: Those whose tokens are not in the totals of the message: a compaction, in which the
            server sums up a long conversation, an advisor, and a model that declined before another
            one took over.
        close: False if the totals are neither the sum of the other entries nor of those of the
            model that answered.
    """

    entries: tuple[Any, ...] = ()
    apart: tuple[Any, ...] = ()
    close: bool = True

    @classmethod
    def of(cls, *usages: Any) -> Iterations:
        """Read them from reports of usage, newest first."""
        usage = next((usage for usage in usages if field(usage, "iterations")), None)
        if usage is None:
            return cls()
        entries = tuple(field(usage, "iterations"))
        apart = [entry for entry in entries if field(entry, "type") in ("compaction", "advisor_message")]
        attempts = [entry for entry in entries if field(entry, "type") in ("message", "fallback_message")]
        served_by = field(attempts[-1], "model") if attempts else None
        declined = [entry for entry in attempts if field(entry, "model") not in (None, served_by)]
        totals = {name: first_count(field(each, *_ANTHROPIC[name]) for each in usages) or 0 for name in _ITERATION_SUMS}
        if _sums(attempts) == totals:
            return cls(entries, tuple(apart))
        own = [entry for entry in attempts if entry not in declined]
        return cls(entries, (*apart, *declined), _sums(own) == totals)


def _sums(entries: Iterable[Any]) -> dict[str, int]:
    counted = list(entries)
    return {name: sum(count_of(field(entry, *_ANTHROPIC[name])) or 0 for entry in counted) for name in _ITERATION_SUMS}


def from_langchain(usage: Any) -> Usage | None:
    """Read the `usage_metadata` of a LangChain message; `None` without a count of input tokens."""
    found = {
        name: first_count(_named(field(usage, part) if part else usage, last))
        for name, (part, last) in _LANGCHAIN.items()
    }
    if found["input"] is None:
        return None
    # If cache writes are counted by lifetime, LangChain gives their sum as 0.
    lifetimes = (found["cache_write_5m_input_tokens"], found["cache_write_1h_input_tokens"])
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
        found["cache_read"] = count_of(field(usage, "cache_read_input_tokens"))
    if found["cache_write"] is None:
        found["cache_write"] = count_of(field(usage, "cache_creation_input_tokens"))
    whole = _with_cache(found)
    return read._replace(input=whole["input"] or 0, cache_read=whole["cache_read"], cache_write=whole["cache_write"])


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
        tuple((name, count) for name, count in parts if count is not None),
    )
