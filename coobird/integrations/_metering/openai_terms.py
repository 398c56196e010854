"""Terms of calls in OpenAI's form, read from requests and answers (pure).

Chat completions, responses, completions and embeddings, of OpenAI and of servers that speak its
language.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, cast

from coobird.integrations._metering.known_fields import OPENAI_TOOL_USAGE, OPENAI_USAGE, doubts_about
from coobird.integrations._metering.pricing import CONTRADICTION
from coobird.integrations._metering.sellers import Seller, stated_cost
from coobird.integrations._metering.terms import Terms, text_of
from coobird.integrations._metering.usage import OpenAIUsage, Usage, field, fields_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

# Items of a response that cost nothing but their tokens.
_FREE_ITEMS = frozenset(
    {
        "message",
        "reasoning",
        "compaction",
        "additional_tools",
        *(f"{kind}_call{end}" for kind in ("function", "custom_tool", "computer") for end in ("", "_output")),
        *(f"{kind}_call{end}" for kind in ("local_shell", "apply_patch") for end in ("", "_output")),
        "shell_call_output",
        "tool_search_call",
        "tool_search_output",
        "mcp_call",
        "mcp_list_tools",
        "mcp_approval_request",
        "mcp_approval_response",
    }
)

# Tools of a request that run where the caller is.
_OWN_TOOLS = frozenset({None, "function", "custom"})

# Kind of each part of a request's content.
_KINDS = {
    **dict.fromkeys(("text", "input_text", "output_text", "refusal", "thinking"), "text"),
    **dict.fromkeys(("image_url", "input_image"), "image"),
    **dict.fromkeys(("file", "input_file"), "file"),
    "input_audio": "audio",
}

# Parts of a request whose content the provider keeps.
_EARLIER = ("previous_response_id", "conversation", "prompt")

# Time in a cache that has the ordinary price of a write.
_ORDINARY_TTL = (None, "30m", "in_memory")

# Providers whose answers count the reasoning in the total only.
_THINK_APART = ("gcp.gemini", "gcp.vertex_ai")

# Models that are charged a fixed number of tokens for what a search has found.
_FIXED_SEARCH_CONTENT = ("gpt-4o-mini", "gpt-4.1-mini")


class Reading(NamedTuple):
    """Token counts and terms of an answer; `usage` is `None` if it does not report them."""

    usage: Usage | None
    terms: Terms


def request_terms(body: Any, operation: str, region: str | None = None) -> Terms:
    """Return the terms that a request asks for.

    Args:
        body: Decoded JSON of the request.
        operation: `chat`, `text_completion` or `embeddings`.
        region: Region of the endpoint.
    """
    return Terms(
        service_tier=text_of(field(body, "service_tier")),
        region=region,
        doubts=tuple(_doubts_of_request(body)) if operation == "chat" else (),
    )


def _doubts_of_request(body: Any) -> Iterator[str]:
    """Yield what a chat request may cause beyond tokens and does not show in the answer."""
    if field(body, "messages") is None:
        return  # a response shows in its items what its tools have done
    if any(field(tool, "type") not in _OWN_TOOLS for tool in _items(field(body, "tools"))):
        yield "it was offered a tool that runs at the provider, whose use the answer does not count"
    if field(body, "web_search_options") is not None and not _always_searches(field(body, "model")):
        yield "it was allowed to search the web, and the answer does not count the searches"
    for name in ("google", "extra_body"):  # Gemini's own options
        if field(body, name, "tools") or field(body, name, "google", "tools"):
            yield "it was offered a tool that runs at the provider, whose use the answer does not count"


def read_answer(answer: Any, host: Seller, provider: str, body: Any = None) -> Reading:
    """Read a chat completion, a completion or embeddings.

    Args:
        host: Seller by the base URL.
        provider: Name of the provider, as in the event.
        body: Decoded JSON of the request.
    """
    counted = _counted(answer, host, provider, body)
    uses: dict[str, int] = {}
    if _always_searches(field(answer, "model") or field(body, "model")):
        uses["web_search_requests"] = 1
    doubts = list(counted.doubts)
    for choice in _items(field(answer, "choices")):
        doubts += _doubts_of_message(field(choice, "message") or field(choice, "delta"), counted, uses)
    return _reading(answer, counted, host, uses, doubts)


def read_response(answer: Any, host: Seller, provider: str, body: Any = None) -> Reading:
    """Read an answer of the Responses API."""
    counted = _counted(answer, host, provider, body)
    tools = field(answer, "tool_usage")
    doubts = [*counted.doubts, *doubts_about(tools, OPENAI_TOOL_USAGE, "tool_usage")]
    searches = field(tools, "web_search", "num_requests")
    kinds = [str(field(item, "type")) for item in _items(field(answer, "output"))]
    uses = {
        "web_search_requests": searches,
        "file_search_calls": kinds.count("file_search_call"),
        "code_interpreter_calls": kinds.count("code_interpreter_call"),
        "image_generation_calls": kinds.count("image_generation_call"),
        "image_generation_tokens": field(tools, "image_gen", "total_tokens"),
    }
    if "web_search_call" in kinds and searches is None:
        doubts.append("it searched the web, and the answer does not count the searches")
    if searches:
        doubts += _doubts_of_search(answer)
    for item in _items(field(answer, "output")):
        doubts += _doubts_of_item(item)
    return _reading(answer, counted, host, {name: count for name, count in uses.items() if count}, doubts)


class _Counted(NamedTuple):
    """Counts of an answer.

    Attributes:
        usage: Its tokens without `other`; `None` if it does not report them.
        other: Parts of the tokens, also those that are known to be none.
        doubts: Facts about the counts that were not understood.
    """

    usage: Usage | None
    other: Mapping[str, int]
    doubts: Sequence[str]


def _counted(answer: Any, host: Seller, provider: str, body: Any) -> _Counted:
    stated = OpenAIUsage.of(field(answer, "usage"))
    usage = stated.read(thinks_apart=provider in _THINK_APART)
    doubts = [*doubts_about(stated.fields, OPENAI_USAGE)]
    if usage is None:
        return _Counted(None, {}, doubts)
    kinds = _kinds_of_input(body)
    other = dict(usage.other)
    for name in _absent(body, kinds):
        other.setdefault(name, 0)
    # OpenAI charges for prompt and completion. A server that the caller names after it may give a
    # total of its own, as long as nothing says that the rest is reasoning.
    is_stand_in = host.provider != provider == "openai"
    if stated.contradicts_itself(usage, ignores_rest=is_stand_in and not usage.reasoning):
        doubts.append(CONTRADICTION)
    doubts += _doubts_of_input(usage, other, kinds, body)
    return _Counted(usage, other, doubts)


def _reading(answer: Any, counted: _Counted, host: Seller, uses: Mapping[str, int], doubts: Sequence[str]) -> Reading:
    usage = counted.usage and counted.usage._replace(other=(*counted.other.items(), *uses.items()))
    return Reading(
        usage,
        Terms(
            service_tier=text_of(field(answer, "service_tier")),
            stated_cost=stated_cost(host, field(answer, "usage")),
            doubts=tuple(doubts),
        ),
    )


def _absent(body: Any, kinds: set[str]) -> Iterator[str]:
    """Yield the counts that are 0 because the request has nothing of that kind.

    Args:
        kinds: Kinds of content in the request.
    """
    if field(body, "messages") is None and field(body, "input") is None:
        return
    if kinds <= {"text", "image"} and all(field(body, name) is None for name in _EARLIER):
        yield from ("audio_input_tokens", "video_input_tokens")
        if "image" not in kinds:
            yield "image_input_tokens"
    if set(field(body, "modalities") or ["text"]) == {"text"} and field(body, "audio") is None:
        yield "audio_output_tokens"


def _kinds_of_input(body: Any) -> set[str]:
    """Return the kinds of content in a request: text, image, file, audio, or another name."""
    kinds = set[str]()
    for message in (*_items(field(body, "messages")), *_items(field(body, "input"))):
        for part in _items(field(message, "content")):
            if name := str(field(part, "type")):
                kinds.add(_KINDS.get(name, name))
        if field(message, "audio"):
            kinds.add("audio")
    return kinds


def _doubts_of_input(usage: Usage, other: Mapping[str, int], kinds: set[str], body: Any) -> Iterator[str]:
    for kind in sorted(kinds - {"text", "image", "file"}):
        if f"{kind}_input_tokens" not in other:
            yield f"it was given {kind}, and the answer does not count its tokens"
    if usage.cache_write and "cache_write_12h_input_tokens" not in other:
        ttl = field(body, "prompt_cache_options", "ttl") or field(body, "prompt_cache_retention")
        if ttl not in _ORDINARY_TTL:
            yield f"it asked to keep the cache for {ttl!r}, and the answer does not say for how long it was kept"


def _doubts_of_message(message: Any, counted: _Counted, uses: Mapping[str, int]) -> Iterator[str]:
    said = fields_of(message)
    if "web_search_requests" not in uses and any(
        field(note, "type") == "url_citation" for note in _items(said.get("annotations"))
    ):
        yield "it searched the web, and the answer does not count the searches"
    if said.get("executed_tools"):
        yield "it used tools that run at the provider, and the answer does not count them"
    if said.get("audio") and not counted.other.get("audio_output_tokens"):
        yield "it has audio, and the answer does not count its tokens"


def _doubts_of_search(answer: Any) -> Iterator[str]:
    if any(str(field(tool, "type")).startswith("web_search_preview") for tool in _items(field(answer, "tools"))):
        yield "web_search_preview has another fee for some models"
    model = str(field(answer, "model"))
    if any(model == name or model.startswith(f"{name}-20") for name in _FIXED_SEARCH_CONTENT):
        yield f"{model} is charged a fixed number of tokens for the content of a search"


def _doubts_of_item(item: Any) -> Iterator[str]:
    kind, status = field(item, "type"), field(item, "status")
    if kind in ("web_search_call", "code_interpreter_call", "image_generation_call") or kind in _FREE_ITEMS:
        return  # counted, or without a fee
    if kind == "file_search_call":
        if status not in (None, "completed"):
            yield "a file search was not completed, and may be charged or not"
    elif kind == "shell_call":
        if field(item, "environment", "type") not in (None, "local"):
            yield "it used a container of the provider, whose time the answer does not count"
    else:
        yield f"its output has an item of the type {kind!r}, which may have a fee"


def _always_searches(model: object) -> bool:
    """True for a model that searches the web in each call, for a fee: gpt-4o-search-preview."""
    return isinstance(model, str) and "search" in model.split("-")


def _items(value: Any) -> Sequence[Any]:
    return cast("Sequence[Any]", value) if isinstance(value, (list, tuple)) else ()
