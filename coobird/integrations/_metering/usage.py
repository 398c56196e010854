"""Token counts of an answer, read from the form of each SDK, framework or span (tables, pure).

All providers are brought to one form: totals that include the cached and the reasoning tokens.
`None` is unknown, which is not zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, cast

from coobird.integrations._metering.counts import count_of, first_count, is_no_count

_Names = Mapping[str, "str | _Names"]
"""Name of each count by the field that states it, or the names of the counts in its object."""


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

    def of_operation(self, operation: str) -> Usage:
        """Return the tokens of a call of this kind: an embedding has no output, stated or not."""
        return self._replace(output=0) if operation == "embeddings" else self

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


# Names of counts by the fields that state them, in answers of the Responses API, and of the Chat
# Completions, Completions and Embeddings APIs. If several state one count, the first here is taken.
_OPENAI_DETAILS: Mapping[tuple[str, ...], _Names] = {
    ("input", "prompt"): {
        "cached_tokens": "cache_read",
        "cache_write_tokens": "cache_write",
        **{f"{kind}_tokens": f"{kind}_input_tokens" for kind in ("audio", "image", "video")},
        "cache_write_tokens_details": {
            f"ttl_{lifetime}_tokens": f"cache_write_{lifetime}_input_tokens" for lifetime in ("30m", "12h")
        },
    },
    ("output", "completion"): {
        "reasoning_tokens": "reasoning",
        **{f"{kind}_tokens": f"{kind}_output_tokens" for kind in ("audio", "image", "video")},
    },
}

_OPENAI: _Names = {
    "input_tokens": "input",
    "prompt_tokens": "input",
    "output_tokens": "output",
    "completion_tokens": "output",
    "total_tokens": "total",
    **{f"{way}_tokens_details": names for ways, names in _OPENAI_DETAILS.items() for way in ways},
    "prompt_cache_hit_tokens": "cache_read",  # DeepSeek
    "cached_tokens": "cache_read",  # Moonshot
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

_INPUT_SUMMANDS = ("fresh", "cache_read", "cache_write")
_ITERATION_SUMS = (*_INPUT_SUMMANDS, "output")
_LIFETIMES = ("cache_write_5m_input_tokens", "cache_write_1h_input_tokens")
_SIGNS_OF_A_CALL = (*_INPUT_SUMMANDS, *_LIFETIMES, "web_search_requests")

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
        # The check for `dict` comes first because it is many times faster.
        if isinstance(value, dict) or isinstance(value, Mapping):  # noqa: SIM101
            value = value.get(name)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        elif value is None:
            return None
        else:
            value = getattr(value, name, None)  # pyright: ignore[reportUnknownArgumentType]
    return value  # pyright: ignore[reportUnknownVariableType]


def has_fields(value: Any) -> bool:
    """True for decoded JSON and for an SDK's object with fields."""
    return hasattr(value, "__dict__") or isinstance(value, Mapping)


def fields_of(value: Any) -> Mapping[str, Any]:
    """Return the fields of an SDK's object or of decoded JSON, also those unknown to the SDK.

    It does not ask for each: a field that an SDK's object lacks is slow to ask for.
    """
    if isinstance(value, dict) or isinstance(value, Mapping):  # noqa: SIM101 - as in `field`
        return value  # pyright: ignore[reportUnknownVariableType]
    fields: dict[str, Any] = getattr(value, "__dict__", {})
    extra: Any = getattr(value, "model_extra", None)
    return {**fields, **extra} if extra else fields


def _plain(value: Any) -> Any:
    """Return the fields that have a value as nested mappings."""
    if isinstance(value, (int, float, str)) or not has_fields(value):  # the first check is many times faster
        return value
    # Another thread may add a field in the meantime.
    return {name: _plain(each) for name, each in list(fields_of(value).items()) if each is not None}


class OpenAIUsage(NamedTuple):
    """The `usage` of an OpenAI answer.

    Attributes:
        fields: Its fields that have a value, as nested mappings.
        counts: Each count that it states by its name, from all the fields that have it.
    """

    fields: Any
    counts: Mapping[str, list[int]]

    @classmethod
    def of(cls, usage: Any) -> OpenAIUsage:
        """Read it from an SDK's object or decoded JSON."""
        fields, counts = _plain(usage), dict[str, list[int]]()
        _add_counts(fields, _OPENAI, counts)
        return cls(fields, counts)

    def read(self, *, thinks_apart: bool = False) -> Usage | None:
        """Return the tokens; `None` if there is no count of input tokens, or it is 0.

        There is no call without input, so 0 stands for a count that the server does not have. Some
        servers leave the reasoning out of the completion, and only the total has it.

        Args:
            thinks_apart: True for a server that leaves it out and does not count it (Gemini's).
        """
        # Some servers state a count under the names of two APIs, and 0 under one of them.
        found: dict[str, int | None] = {name: next(filter(None, counts), 0) for name, counts in self.counts.items()}
        whole, total, reasoning = found.get("input"), found.get("total"), found.get("reasoning")
        if not whole:
            return None
        if "output" not in found and total == whole:
            found["output"] = 0  # an embedding has no output
        output = found.get("output")
        # Tokens of the total that are neither input nor output.
        missing = (total or 0) - whole - (output or 0)
        if output is not None and missing > 0 and (thinks_apart or missing == reasoning):
            found["output"] = output + missing
            found["reasoning"] = max(missing, reasoning or 0)
        elif output is not None and not total and (reasoning or 0) > output:
            found["output"] = output + (reasoning or 0)  # a part larger than its whole is beside it
        return _usage(found)

    def contradicts_itself(self, read: Usage, *, ignores_rest: bool = False) -> bool:
        """True if a thing is counted twice in different ways, or the sums do not close.

        Args:
            read: What `read` has returned.
            ignores_rest: True if the total may be more than input and output.
        """
        if any(len(set(filter(None, counts))) > 1 for counts in self.counts.values() if len(counts) > 1):
            return True
        total = next(iter(self.counts.get("total", ())), 0)
        if not total or read.output is None:
            return False
        rest = total - read.input - read.output
        return rest < 0 or (rest > 0 and not ignores_rest)


def _add_counts(fields: Any, names: _Names, counts: dict[str, list[int]]) -> None:
    """Add the counts in these fields, which may be nested, to those of the same name."""
    if not isinstance(fields, dict):
        return
    stated = cast("dict[str, Any]", fields)
    for key, name in names.items():
        if (value := stated.get(key)) is None:
            continue
        if not isinstance(name, str):
            _add_counts(value, name, counts)
        elif (count := count_of(value)) is not None:
            counts.setdefault(name, []).append(count)


def from_openai(usage: Any) -> Usage | None:
    """Read the `usage` of an OpenAI answer; `None` if it counts no input tokens."""
    return OpenAIUsage.of(usage).read()


def from_anthropic(*usages: Any, is_final: bool = True) -> Usage | None:
    """Read the `usage` of an Anthropic message, whose `input_tokens` leave out the cached tokens.

    Args:
        usages: Reports of usage, newest first. The last event of a stream has the newest counts,
            but leaves out those that did not change.
        is_final: False for a message that has only started: its output count is a placeholder.
    """
    stated = [{name: field(usage, *path) for name, path in _ANTHROPIC.items()} for usage in usages]
    if any(is_no_count(each[name]) for each in stated for name in _INPUT_SUMMANDS):
        return None  # the input would be short of it
    # There is no call without input: a report that counts nothing says nothing about it.
    inputs = [each for each in stated if any(count_of(each[name]) for name in _SIGNS_OF_A_CALL)]
    found = {
        name: first_count(each[name] for each in (inputs if name in _INPUT_SUMMANDS else stated)) for name in _ANTHROPIC
    }
    if found["fresh"] is None:
        return None
    lifetimes = [found[name] for name in _LIFETIMES]
    if not found["cache_write"] and any(lifetimes):
        found["cache_write"] = sum(count or 0 for count in lifetimes)
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
    """Read the `usage` of a LiteLLM answer: OpenAI's form, with cache fields for other providers.

    LiteLLM gives 0 for an unknown count.
    """
    read = from_openai(usage)
    if read is None:
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
    return Usage(
        found.get("input") or 0,
        found.get("output"),
        found.get("cache_read"),
        found.get("cache_write"),
        found.get("reasoning"),
        tuple((name, count) for name in _PARTS if (count := found.get(name)) is not None),
    )
