"""Terms of calls that LangChain reports, from its messages and from the model's settings (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, cast

from coobird.integrations._metering.anthropic_terms import answer_terms
from coobird.integrations._metering.cohere_usage import OWN_PROMPT
from coobird.integrations._metering.counts import count_of
from coobird.integrations._metering.openai_terms import Reading, read_answer, read_response, request_terms
from coobird.integrations._metering.sellers import Claim, Providers, Seller, claimed_seller, stated_cost
from coobird.integrations._metering.terms import Terms, settled
from coobird.integrations._metering.usage import Usage, field, from_anthropic, from_langchain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


class ModelClass(NamedTuple):
    """Chat or completion model of LangChain: the server it talks to unless it is told otherwise.

    Attributes:
        url: Its own server.
        settings: Settings by which it is told another one. One that is given is a base URL.
        variables: Variables of the environment that do the same.
        refuses: Settings with which the server is another one, which they do not name.
    """

    url: str
    settings: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    refuses: tuple[str, ...] = ()


_OPENAI = ModelClass(
    "https://api.openai.com/v1",
    ("openai_api_base", "base_url"),
    ("OPENAI_API_BASE", "OPENAI_BASE_URL"),
    ("client", "root_client", "async_client", "root_async_client"),
)

MODEL_CLASSES = {
    "ChatOpenAI": _OPENAI,
    "OpenAI": _OPENAI,
    "ChatAnthropic": ModelClass(
        "https://api.anthropic.com",
        ("anthropic_api_url", "base_url"),
        ("ANTHROPIC_API_URL", "ANTHROPIC_BASE_URL"),
        ("client",),
    ),
    "ChatXAI": ModelClass("https://api.x.ai/v1", ("xai_api_base",), ("XAI_API_BASE",)),
    "ChatDeepSeek": ModelClass("https://api.deepseek.com/v1", ("api_base",), ("DEEPSEEK_API_BASE",)),
    "ChatGroq": ModelClass("https://api.groq.com", ("groq_api_base",), ("GROQ_API_BASE", "GROQ_BASE_URL")),
    "ChatMistralAI": ModelClass("https://api.mistral.ai/v1", ("endpoint",), ("MISTRAL_BASE_URL",)),
    "ChatOpenRouter": ModelClass("https://openrouter.ai/api/v1", ("openrouter_api_base",), ("OPENROUTER_API_BASE",)),
    "ChatPerplexity": ModelClass("https://api.perplexity.ai"),
    "ChatGoogleGenerativeAI": ModelClass(
        "https://generativelanguage.googleapis.com",
        ("base_url",),
        ("GOOGLE_GENAI_USE_VERTEXAI",),
        ("vertexai", "project", "client_options", "additional_headers"),
    ),
}

_BEDROCK = ("ChatBedrock", "ChatBedrockConverse")

# Keys of the details of LangChain's own usage. A tier may stand in front of them, or alone.
_DETAILS = {
    "input_token_details": (
        "audio",
        "cache_read",
        "cache_creation",
        "ephemeral_5m_input_tokens",
        "ephemeral_1h_input_tokens",
    ),
    "output_token_details": ("audio", "reasoning"),
}
_TIERS = ("flex", "priority", "ultrafast", "scale", "fast")

# Blocks of a message's content that cost nothing but their tokens.
_FREE_BLOCKS = frozenset(
    (
        "text",
        "reasoning",
        "thinking",
        "redacted_thinking",
        "refusal",
        "tool_use",
        "tool_call",
        "input_json_delta",
        "function_call",
    )
)

# Providers for whose models LangChain's report has everything that they charge for.
_WHOLE = frozenset(
    ("openai", "anthropic", "aws.bedrock", "gcp.gemini", "deepseek", "mistral_ai", "groq", "azure.ai.openai")
)

# Parts of a request that decide its price.
_BODY = ("model", "tools", "service_tier", "web_search_options", "modalities", "audio", "prompt_cache_retention")

# Tools of Anthropic whose use its usage always counts.
_COUNTED_TOOLS = ("web_search_2", "web_fetch_2")


_OWN_TOOL = frozenset(
    ("type", "function", "function_declarations", "name", "description", "parameters", "input_schema")
)


class ModelStart(NamedTuple):
    """Facts about a call that LangChain gives at its start only.

    Attributes:
        operation: `chat` or `text_completion`.
        model: Name of the model by its settings.
        claim: Seller by the model's settings.
        body: Request, as far as it decides the price: without the texts of its messages.
    """

    operation: str = "chat"
    model: str | None = None
    claim: Claim = Claim("", None, Seller(), ("LangChain did not report its start",))
    body: Mapping[str, Any] = {}


def model_start(
    operation: str,
    serialized: Any,
    messages: Any,
    details: Mapping[str, Any],
    environment: Mapping[str, str],
    providers: Providers,
) -> ModelStart:
    """Return the facts about a call that begins.

    Args:
        serialized: Settings of the model, as LangChain serializes them.
        messages: Messages of each prompt; empty for a completion.
        details: Further arguments that LangChain gives to a handler.
        environment: Variables of the environment.
        providers: Names that the caller gives to servers.
    """
    metadata: Any = details.get("metadata") or {}
    parameters: Any = details.get("invocation_params") or {}
    kinds = {kind for prompt in messages for message in prompt for kind in _kinds(message)}
    body: dict[str, Any] = {name: parameters[name] for name in _BODY if parameters.get(name) is not None}
    body["messages"] = [{"content": [{"type": kind} for kind in sorted(kinds or {"text"})]}]
    body["tools"] = [
        tool for tool in body.get("tools") or () if not str(field(tool, "type")).startswith(_COUNTED_TOOLS)
    ]
    claim = claimed_seller(metadata.get("ls_provider"), _address(serialized, environment), "LangChain", providers)
    return ModelStart(operation, metadata.get("ls_model_name"), claim, body)


def read_langchain(start: ModelStart, message: Any, answer: Mapping[str, Any]) -> tuple[str, Reading]:
    """Return the provider, the token counts and the terms of an answer.

    Args:
        message: Message of the answer; `None` for a completion.
        answer: `response_metadata` of the message, over `llm_output`.
    """
    claim, reported = start.claim, field(message, "usage_metadata")
    # Without its start, only the answer names the provider.
    provider = claim.provider or (None if start.body else _text(answer.get("model_provider")))
    blocks = [block for block in _items(field(message, "content")) if not isinstance(block, str)]
    # Of a stream of Cohere, only this field has counts: the billed ones.
    raw, own = answer.get("token_usage"), from_langchain(reported or answer.get("token_count"))
    if field(answer.get("usage"), "input_tokens") is not None and answer.get("object") != "response":
        usage = answer["usage"]
        read = Reading(from_anthropic(usage), answer_terms(answer, (usage,), blocks, claim.host))
    elif field(raw, "prompt_tokens") is not None:
        as_openai = {**answer, "usage": raw, "choices": [{"message": field(message, "additional_kwargs")}]}
        read = read_answer(as_openai, claim.host, claim.provider, start.body)
    elif field(raw, "input_tokens") is not None:
        read = read_response({**answer, "usage": raw}, claim.host, claim.provider, start.body)
    elif own is not None:
        read = _own_form(start, own, reported, answer, blocks)
    else:
        read = Reading(None, Terms())
    doubts = [*claim.doubts, *read.terms.doubts, *_doubts(claim.provider, answer, start.body)]
    stated = read.terms.stated_cost
    answered = read.terms._replace(
        stated_cost=stated_cost(claim.host, {"cost": answer.get("cost")}) if stated is None else stated,
        service_tier=read.terms.service_tier or _text(field(answer.get("serviceTier"), "type")),
        doubts=tuple(dict.fromkeys(doubts)),
    )
    asked = request_terms(start.body, start.operation)._replace(model_requested=start.model, region=claim.region)
    return provider or "", Reading(read.usage or own, settled(asked, answered))


def flaw_of(provider: str, answer: Mapping[str, Any]) -> str:
    """Return how LangChain's counts deviate from those that are billed; empty if they do not."""
    # `ChatCohere` adds up the billed ones, of a stream, only.
    is_billed = field(answer.get("token_count"), "total_tokens") is not None
    return OWN_PROMPT if provider == "cohere" and not is_billed else ""


def _own_form(
    start: ModelStart, own: Usage, reported: Any, answer: Mapping[str, Any], blocks: Sequence[Any]
) -> Reading:
    """Read an answer of which only LangChain's own usage is there."""
    details = {"cached_tokens": own.cache_read, "cache_write_tokens": own.cache_write}
    known = dict(own.other)
    # Its total proves nothing then: it is the sum of what LangChain counts.
    leaves_out_cache = own.input != count_of(field(reported, "input_tokens"))
    ways = ("input", "output") if answer.get("object") == "response" else ("prompt", "completion")
    as_openai = {
        **answer,
        "usage": {
            f"{ways[0]}_tokens": own.input,
            f"{ways[1]}_tokens": own.output,
            "total_tokens": None if leaves_out_cache else field(reported, "total_tokens"),
            f"{ways[0]}_tokens_details": {**details, "audio_tokens": known.pop("audio_input_tokens", None)},
            f"{ways[1]}_tokens_details": {
                "reasoning_tokens": own.reasoning,
                "audio_tokens": known.pop("audio_output_tokens", None),
            },
        },
    }
    charged = [block for block in blocks if field(block, "type") not in _FREE_BLOCKS]
    claim, tiers = start.claim, {tier for name in _DETAILS for tier in _tiers(field(reported, name))}
    if answer.get("object") == "response":
        read = read_response(
            {**as_openai, "output": charged, "tools": start.body.get("tools")}, claim.host, claim.provider, start.body
        )
    else:
        read = read_answer(as_openai, claim.host, claim.provider, start.body)
    doubts = [*read.terms.doubts, *_unknown_details(reported)]
    if answer.get("object") != "response":
        doubts += [f"its content has a {field(block, 'type')!r}, which may have a fee" for block in charged]
    if leaves_out_cache:
        doubts.append("LangChain's count of its input leaves out the cached tokens")
    if claim.provider == "anthropic":
        doubts.append("LangChain does not report its tier, its speed, its place and its searches")
    usage = read.usage and read.usage._replace(other=tuple({**dict(read.usage.other), **known}.items()))
    tier = read.terms.service_tier or (tiers.pop() if len(tiers) == 1 else None)
    return Reading(usage, read.terms._replace(service_tier=tier, doubts=tuple(doubts)))


def _doubts(provider: str, answer: Mapping[str, Any], body: Mapping[str, Any]) -> Iterator[str]:
    if provider and provider not in _WHOLE:
        yield f"LangChain may leave out something that {provider} charges for"
    tools = (cast("dict[str, Any]", tool) for tool in body.get("tools") or () if isinstance(tool, dict))
    google = any(not _OWN_TOOL.issuperset(tool) for tool in tools)
    if answer.get("grounding_metadata") or (provider == "gcp.gemini" and google):
        yield "it may have used a tool of Google, whose fee depends on more than the answer says"
    if field(answer.get("performanceConfig"), "latency") not in (None, "standard"):
        yield "it ran with a latency that has a price of its own"


def _address(serialized: Any, environment: Mapping[str, str]) -> str | None:
    """Return the URL of the server that a model calls; `None` if its settings do not decide it."""
    if field(serialized, "type") != "constructor":
        return None
    name = [None, *_items(field(serialized, "id"))][-1]
    settings = cast("Mapping[str, Any]", field(serialized, "kwargs") or {})
    if name in _BEDROCK:
        region = settings.get("region_name") or environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION")
        is_other = any(settings.get(each) is not None for each in ("endpoint_url", "base_url", "client"))
        return f"https://bedrock-runtime.{region}.amazonaws.com" if region and not is_other else None
    model = MODEL_CLASSES.get(str(name))
    if model is None or any(settings.get(each) is not None for each in model.refuses):
        return None
    for value in (
        *(settings.get(each) for each in model.settings),
        *(environment.get(each) for each in model.variables),
    ):
        if value:
            return value if isinstance(value, str) else None
    return model.url


def _kinds(message: Any) -> Iterator[str]:
    """Yield the kinds of content of a message, as OpenAI names them."""
    content = field(message, "content")
    for block in _items(content):
        kind = "text" if isinstance(block, str) else str(field(block, "type"))
        yield {"image": "image_url", "tool_use": "text", "thinking": "text"}.get(kind, kind)
    if field(message, "additional_kwargs", "audio"):
        yield "input_audio"


def _tiers(details: Any) -> Iterator[str]:
    for key in cast("Mapping[str, Any]", details or {}):
        yield from (tier for tier in _TIERS if key == tier or key.startswith(f"{tier}_"))


def _unknown_details(reported: Any) -> Iterator[str]:
    for name, known in _DETAILS.items():
        for key, count in cast("Mapping[str, Any]", field(reported, name) or {}).items():
            own = {key, *(key.removeprefix(f"{tier}_") for tier in _TIERS)}
            if count and key not in _TIERS and own.isdisjoint(known):
                yield f"usage_metadata.{name}.{key} is not understood"


def _items(value: Any) -> Sequence[Any]:
    return cast("Sequence[Any]", value) if isinstance(value, (list, tuple)) else ()


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
