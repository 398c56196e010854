"""Terms of calls that LiteLLM reports, in its own form for all providers (pure)."""

from __future__ import annotations

from base64 import b64decode
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

from coobird.integrations._metering.anthropic_terms import answer_terms
from coobird.integrations._metering.known_fields import COUNT, FREE, OPENAI_DETAILS, OPENAI_USAGE, Fields, doubts_about
from coobird.integrations._metering.openai_terms import Reading, read_answer, read_response, request_terms
from coobird.integrations._metering.sellers import Claim, Providers, claimed_seller, stated_cost
from coobird.integrations._metering.terms import Terms, settled
from coobird.integrations._metering.usage import Usage, field, from_anthropic, from_litellm

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_WRITES = {
    f"ephemeral_{lifetime}_input_tokens": f"cache_write_{lifetime}_input_tokens"
    for lifetime in ("5m", "30m", "1h", "12h")
}

_DETAILS: Fields = {
    **OPENAI_DETAILS,
    "cache_creation_tokens": COUNT,
    "cache_creation_token_details": dict.fromkeys(_WRITES, COUNT),
    "web_search_requests": COUNT,
}
_USAGE: Fields = {
    **OPENAI_USAGE,
    "prompt_tokens_details": _DETAILS,
    "completion_tokens_details": _DETAILS,
    "cache_creation_input_tokens": COUNT,
    "cache_read_input_tokens": COUNT,
    "server_tool_use": {"web_search_requests": COUNT, "web_fetch_requests": COUNT, "tool_search_requests": COUNT},
    **dict.fromkeys(
        ("service_tier", "speed", "inference_geo", "iterations", "cost", "cost_in_usd_ticks", "search_context_size"),
        FREE,
    ),
}

# Providers for whose answers LiteLLM's form has everything that they charge for.
_WHOLE = frozenset(
    ("openai", "anthropic", "aws.bedrock", "gcp.gemini", "gcp.vertex_ai", "deepseek", "mistral_ai", "together", "groq")
)
_GOOGLE = ("gcp.gemini", "gcp.vertex_ai")

# Fields of a message of the provider's own that cost nothing but their tokens.
_FREE_FIELDS = frozenset(
    (
        "citations",
        "thinking_blocks",
        "reasoning",
        "reasoning_content",
        "reasoning_details",
        "refusal",
        "thought_signatures",
        "native_finish_reason",
        "web_search_results",
        "web_fetch_results",
    )
)
_FREE_CALLS = ("web_search", "web_fetch")

# Tools of Anthropic whose use its usage always counts, or that cost nothing but their tokens.
_COUNTED_TOOLS = ("web_search_2", "web_fetch_2")


# Operation of each LiteLLM function; async ones have an `a` before the name. Others (images,
# speech, ...) are not metered.
_OPERATIONS = {
    "completion": "chat",
    "responses": "chat",
    "text_completion": "text_completion",
    "embedding": "embeddings",
    "anthropic_messages": "chat",
    "generate_content": "chat",
    "generate_content_stream": "chat",
}


def operation_of(call_type: object) -> str | None:
    """Return the operation of a type of call, as LiteLLM names it; `None` if it is not metered."""
    kind = str(call_type)
    return _OPERATIONS.get(kind) or _OPERATIONS.get(kind.removeprefix("a"))


def answer_id_of(response_id: object) -> str | None:
    """Return the provider's id of an answer.

    LiteLLM encodes the id of a response: `resp_<base64 of "litellm:...;response_id:resp_123">`.
    """
    if not isinstance(response_id, str):
        return None
    if response_id.startswith("resp_"):
        with suppress(ValueError):
            text = b64decode(response_id[5:] + "=" * (-len(response_id[5:]) % 4), validate=True).decode()
            return text.rpartition("response_id:")[2] if text.startswith("litellm:") else response_id
    return response_id


def read_litellm(kwargs: Mapping[str, Any], operation: str, answer: Any, providers: Providers) -> tuple[str, Reading]:
    """Return the provider, the token counts and the terms of an answer.

    Args:
        kwargs: Arguments that LiteLLM gives to a logger.
        operation: `chat`, `text_completion` or `embeddings`.
        answer: Answer in LiteLLM's form, or in that of Anthropic or of the Responses API.
        providers: Names that the caller gives to servers.
    """
    hidden = getattr(answer, "_hidden_params", None)
    address = field(kwargs, "litellm_params", "api_base") or field(hidden, "api_base")
    claim = claimed_seller(kwargs.get("custom_llm_provider"), address, "LiteLLM", providers)
    options: Any = field(kwargs, "optional_params") or {}
    body: dict[str, Any] = {**options, "messages": field(kwargs, "messages"), "model": kwargs.get("model")}
    body["tools"] = [
        tool for tool in body.get("tools") or () if not str(field(tool, "type")).startswith(_COUNTED_TOOLS)
    ]
    if field(answer, "type") == "message":
        read = _anthropic(answer, claim)
    elif field(answer, "object") == "response":
        read = read_response(answer, claim.host, claim.provider, body)
    else:
        read = _completion(answer, claim, body, is_stream=kwargs.get("stream") is True)
    usage, answered = read
    doubts = (*claim.doubts, *answered.doubts, *_doubts(kwargs, answer, claim.provider, body["tools"]))
    asked = request_terms(body, operation)._replace(
        model_requested=_text(kwargs.get("model")),
        speed=_text(options.get("speed")),
        inference_geo=_text(options.get("inference_geo")),
        region=claim.region,
    )
    usage = usage and usage.of_operation(operation)
    return claim.provider, Reading(usage, settled(asked, answered._replace(doubts=tuple(dict.fromkeys(doubts)))))


def _anthropic(answer: Any, claim: Claim) -> Reading:
    usage = field(answer, "usage")
    return Reading(from_anthropic(usage), answer_terms(answer, (usage,), field(answer, "content") or (), claim.host))


def _completion(answer: Any, claim: Claim, body: Mapping[str, Any], *, is_stream: bool) -> Reading:
    reported = field(answer, "usage")
    usage = from_litellm(reported)
    if usage is None:
        return Reading(None, Terms())
    as_openai = {
        "id": field(answer, "id"),
        "model": field(answer, "model"),
        "service_tier": field(answer, "service_tier") or field(reported, "service_tier"),
        "choices": field(answer, "choices"),
        "usage": _in_openai_form(usage, reported),
    }
    read = read_answer(as_openai, claim.host, claim.provider, body)
    counted = dict(read.usage.other if read.usage else usage.other) | dict(_counted(reported))
    terms = read.terms._replace(
        speed=_text(field(reported, "speed")),
        inference_geo=_text(field(reported, "inference_geo")),
        stated_cost=stated_cost(claim.host, _stated(answer, reported, is_stream=is_stream)),
        doubts=(*read.terms.doubts, *doubts_about(reported, _USAGE)),
    )
    return Reading((read.usage or usage)._replace(other=tuple(counted.items())), terms)


def _in_openai_form(usage: Usage, reported: Any) -> dict[str, Any]:
    """Return the usage as OpenAI would report it, with the counts that LiteLLM states elsewhere."""
    prompt, completion = (field(reported, f"{way}_tokens_details") for way in ("prompt", "completion"))
    media = ("audio_tokens", "image_tokens", "video_tokens")
    return {
        "prompt_tokens": usage.input,
        "completion_tokens": usage.output,
        "total_tokens": field(reported, "total_tokens"),
        "prompt_tokens_details": {
            "cached_tokens": usage.cache_read,
            "cache_write_tokens": usage.cache_write,
            **{name: field(prompt, name) for name in media},
        },
        "completion_tokens_details": {
            "reasoning_tokens": usage.reasoning,
            **{name: field(completion, name) for name in media},
        },
    }


def _counted(reported: Any) -> Iterator[tuple[str, int]]:
    """Yield the counts that OpenAI's form does not have."""
    lifetimes = field(reported, "prompt_tokens_details", "cache_creation_token_details")
    for theirs, ours in _WRITES.items():
        count = field(lifetimes, theirs)
        if isinstance(count, int):
            yield ours, count
    searches = [
        field(reported, *path, "web_search_requests") for path in (("server_tool_use",), ("prompt_tokens_details",))
    ]
    count = next((each for each in searches if isinstance(each, int)), None)
    if count is not None:
        yield "web_search_requests", count


def _stated(answer: Any, reported: Any, *, is_stream: bool) -> Any:
    """Return the usage with the provider's own cost only: LiteLLM adds its own to a stream's."""
    cost: Any = field(reported, "cost")
    if is_stream and isinstance(cost, (int, float)):
        cost = field(getattr(answer, "_hidden_params", None), "upstream_usage_cost")
    return {
        "cost": cost,
        "cost_in_usd_ticks": field(reported, "cost_in_usd_ticks"),
        "is_byok": field(reported, "is_byok"),
    }


def _doubts(kwargs: Mapping[str, Any], answer: Any, provider: str, tools: Sequence[Any]) -> Iterator[str]:
    if provider and provider not in _WHOLE:
        yield f"LiteLLM may leave out something that {provider} charges for"
    hidden = getattr(answer, "_hidden_params", None)
    found: Any = [field(place, f"vertex_ai_{kind}_metadata") for place in (answer, hidden) for kind in _GROUNDS]
    if any(found) or (provider in _GOOGLE and any(_runs_at_google(tool) for tool in tools)):
        yield "it may have used a tool of Google, whose fee depends on more than the answer says"
    for choice in field(answer, "choices") or ():
        yield from _doubts_of_message(field(choice, "message", "provider_specific_fields") or {})
    entries: Any = field(answer, "usage", "iterations") or ()
    if field(answer, "type") != "message" and (
        len(entries) > 1 or any(field(entry, "type") != "message" for entry in entries)
    ):
        yield "it was several requests to models, which LiteLLM does not report one by one"
    if provider in ("anthropic", *_GOOGLE, "aws.bedrock") and kwargs.get("stream") is True:
        yield "LiteLLM does not report the tier of a stream"


def _doubts_of_message(fields: Mapping[str, Any]) -> Iterator[str]:
    for name, value in fields.items():
        if name == "server_tool_calls":
            used = [str(field(call, "function", "name")) for call in value or ()]
            yield from (f"it used {each!r} at the provider" for each in used if each not in _FREE_CALLS)
        elif value and name not in _FREE_FIELDS:
            yield f"its message has {name!r}, which may have a fee"


_GROUNDS = ("grounding", "url_context")


def _runs_at_google(tool: Any) -> bool:
    names = cast("Mapping[str, Any]", tool).keys() if hasattr(tool, "keys") else ()
    return not set(names) <= {"type", "function", "function_declarations", "functionDeclarations"}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
