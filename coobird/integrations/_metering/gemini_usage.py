"""Token counts of Gemini, as its API and the objects of its SDK state them (pure).

Gemini counts the tokens of thoughts and of tool use beside those of the prompt and the candidates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from coobird.integrations._metering.counts import first_count, is_no_count
from coobird.integrations._metering.known_fields import COUNT, FREE, Fields, doubts_about
from coobird.integrations._metering.pricing import CONTRADICTION
from coobird.integrations._metering.usage import Usage, field

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# Names of each count: in JSON, in the SDK's objects; a live session says "response".
_COUNTS = {
    "prompt": ("promptTokenCount", "prompt_token_count"),
    "candidates": (
        "candidatesTokenCount",
        "candidates_token_count",
        "responseTokenCount",
        "response_token_count",
    ),
    "cached": ("cachedContentTokenCount", "cached_content_token_count"),
    "tool_use": ("toolUsePromptTokenCount", "tool_use_prompt_token_count"),
    "thoughts": ("thoughtsTokenCount", "thoughts_token_count"),
    "total": ("totalTokenCount", "total_token_count"),
}
_SUMMANDS = ("candidates", "tool_use", "thoughts")
_INPUT_DETAILS = (
    ("promptTokensDetails", "prompt_tokens_details"),
    ("toolUsePromptTokensDetails", "tool_use_prompt_tokens_details"),
)
_OUTPUT_DETAILS = (
    "candidatesTokensDetails",
    "candidates_tokens_details",
    "responseTokensDetails",
    "response_tokens_details",
)
_CACHE_DETAILS = ("cacheTokensDetails", "cache_tokens_details")

_KNOWN: Fields = {
    **{name: COUNT for names in _COUNTS.values() for name in names},
    # Read by their modalities, and the terms by the reader of the answer.
    **dict.fromkeys((*(name for names in _INPUT_DETAILS for name in names), *_OUTPUT_DETAILS, *_CACHE_DETAILS), FREE),
    **dict.fromkeys(("trafficType", "traffic_type", "serviceTier", "service_tier"), FREE),
}

# Modalities whose price is known: that of text, or one that has a count of its own.
_INPUT_MODALITIES = ("text", "image", "video", "document", "audio")
_OUTPUT_MODALITIES = ("text", "image", "audio")


class GeminiUsage(NamedTuple):
    """Usage of a Gemini answer, with the facts about it that were not understood.

    Attributes:
        usage: Token counts; `None` if the answer does not state its prompt's.
        doubts: Facts that may change the price, as in `Terms`.
    """

    usage: Usage | None
    doubts: tuple[str, ...] = ()


def from_gemini(metadata: Any, *, is_final: bool = True, is_text: bool = False) -> GeminiUsage:
    """Read the usage metadata of a Gemini answer.

    Args:
        is_final: False for a stream that broke off: its output count is that of the part so far.
        is_text: The input is known to be text only.
    """
    found = _counts(metadata)
    prompt, total, thoughts = found["prompt"], found["total"], found["thoughts"]
    tool_use = found["tool_use"] or 0
    is_short = any(is_no_count(field(metadata, name)) for part in _SUMMANDS for name in _COUNTS[part])
    # There is no call without input, so 0 is no count.
    if prompt is None or not prompt + tool_use or is_short:
        return GeminiUsage(None)
    parts = _input_parts(metadata, bool(tool_use), is_text)
    if not is_final:
        return GeminiUsage(Usage(prompt + tool_use, None, found["cached"], None, None, parts))
    input_tokens, output = prompt + tool_use, (found["candidates"] or 0) + (thoughts or 0)
    doubts = (*doubts_about(metadata, _KNOWN, "usageMetadata"), *_doubts_of_modalities(metadata))
    gap = total - input_tokens - output if total else 0
    if gap > 0:
        output += gap  # thoughts that have no count of their own
    elif gap < 0 and gap == -(thoughts or 0):
        output += gap  # the candidates include the thoughts
    elif gap < 0 and gap == -tool_use:
        input_tokens += gap  # the prompt includes the tool use
    elif gap:
        doubts = (*doubts, CONTRADICTION)
    parts += _parts(metadata, (_OUTPUT_DETAILS,), ("audio", "image"), "output")
    return GeminiUsage(Usage(input_tokens, output, found["cached"], None, thoughts, parts), doubts)


def doubts_of_turn(metadata: Any) -> Iterator[str]:
    """Yield why the usage of a turn of a live session is not exact, or does not decide its price.

    A live session leaves the tokens of thoughts out of its totals, and some tokens out of its
    details, so nothing is concluded from them here.
    """
    found = {name: count or 0 for name, count in _counts(metadata).items()}
    prompt, output = found["prompt"], found["candidates"]
    if found["total"] not in (0, prompt + sum(found[name] for name in _SUMMANDS)):
        yield CONTRADICTION
    for names, whole in ((_INPUT_DETAILS[0], prompt), (_OUTPUT_DETAILS, output)):
        details = _stated(metadata, names)
        if details is not None and sum(map(_tokens, details)) != whole:
            yield "its usage does not say the modality of all tokens"


def _counts(metadata: Any) -> dict[str, int | None]:
    return {name: first_count(field(metadata, each) for each in names) for name, names in _COUNTS.items()}


def _stated(metadata: Any, names: tuple[str, ...]) -> Any:
    """Return the details with one of these names; `None` if they are not stated."""
    return next((found for name in names if (found := field(metadata, name))), None)


def _input_parts(metadata: Any, has_tool_use: bool, is_text: bool) -> tuple[tuple[str, int], ...]:
    # Images and videos cost as much as text, so only audio is a part with a price of its own.
    details = _INPUT_DETAILS if has_tool_use else _INPUT_DETAILS[:1]
    stated = _parts(metadata, details, ("audio",), "input")
    if not stated and is_text and not has_tool_use:
        return (("audio_input_tokens", 0),)
    return stated


def _parts(
    metadata: Any, details: Iterable[tuple[str, ...]], modalities: tuple[str, ...], way: str
) -> tuple[tuple[str, int], ...]:
    """Return the tokens of each modality; nothing if one of the details is not stated."""
    lists = [_stated(metadata, names) for names in details]
    if None in lists:
        return ()
    counts = dict.fromkeys(modalities, 0)
    for entry in (entry for entries in lists for entry in entries):
        name = _modality(entry)
        if name in counts:
            counts[name] += _tokens(entry)
    return tuple((f"{name}_{way}_tokens", count) for name, count in counts.items())


def _doubts_of_modalities(metadata: Any) -> Iterator[str]:
    ways = (*((each, _INPUT_MODALITIES) for each in _INPUT_DETAILS), (_OUTPUT_DETAILS, _OUTPUT_MODALITIES))
    for names, known in ways:
        for entry in (entry for name in names for entry in field(metadata, name) or ()):
            if _modality(entry) not in known:
                yield f"its usage counts tokens of the modality {_modality(entry)!r}, whose price is unknown"


def _tokens(entry: Any) -> int:
    return first_count((field(entry, "tokenCount"), field(entry, "token_count"))) or 0


def _modality(entry: Any) -> str:
    modality = field(entry, "modality")
    return str(getattr(modality, "value", modality)).lower()
