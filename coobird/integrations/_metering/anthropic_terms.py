"""Terms of calls in Anthropic's form, read from requests and answers (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coobird.integrations._metering.known_fields import ANTHROPIC_ITERATION, ANTHROPIC_USAGE, doubts_about
from coobird.integrations._metering.pricing import CONTRADICTION
from coobird.integrations._metering.sellers import Seller, stated_cost
from coobird.integrations._metering.terms import Round, Terms, text_of
from coobird.integrations._metering.usage import Iterations, field, from_anthropic

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

# Tools at the provider that are counted in the usage, or cost nothing but their tokens.
_UNDERSTOOD_TOOLS = ("web_search", "web_fetch", "tool_search_tool_regex", "tool_search_tool_bm25", "advisor")

# Headers by which a request to Bedrock or Vertex chooses a tier or a speed.
_TIER_HEADERS = (
    "x-amzn-bedrock-service-tier",
    "x-vertex-ai-llm-request-type",
    "x-vertex-ai-llm-shared-request-type",
)
_SPEED_HEADERS = ("x-amzn-bedrock-performanceconfig-latency",)


def request_terms(body: Any, headers: Mapping[str, Any]) -> Terms:
    """Return the terms that a request asks for.

    Args:
        body: Decoded JSON of the request.
        headers: Headers of the request, with names in lower case.
    """
    return Terms(
        service_tier=_first_text(field(body, "service_tier"), *map(headers.get, _TIER_HEADERS)),
        speed=_first_text(field(body, "speed"), *map(headers.get, _SPEED_HEADERS)),
        inference_geo=text_of(field(body, "inference_geo")),
    )


def answer_terms(message: Any, usages: Sequence[Any], blocks: Sequence[Any], host: Seller) -> Terms:
    """Return the terms of an answer.

    Args:
        message: Message, or the last state of it that a stream gave.
        usages: Reports of its usage, newest first.
        blocks: Blocks of its content.
        host: Seller by the base URL.
    """

    def newest(name: str) -> Any:
        return next((value for usage in usages if (value := field(usage, name)) is not None), None)

    iterations = Iterations.of(*usages)
    doubts = [doubt for usage in usages for doubt in doubts_about(usage, ANTHROPIC_USAGE)]
    doubts += _doubts_of_iterations(iterations)
    doubts += _doubts_of_tools(message, blocks, newest("server_tool_use"), iterations)
    return Terms(
        service_tier=text_of(newest("service_tier")),
        speed=text_of(newest("speed")),
        inference_geo=text_of(newest("inference_geo")),
        stated_cost=next((cost for usage in usages if (cost := stated_cost(host, usage)) is not None), None),
        rounds=tuple(_rounds(iterations, field(message, "model"))),
        doubts=tuple(dict.fromkeys(doubts)),
    )


def _rounds(iterations: Iterations, model: Any) -> Iterator[Round]:
    served = {field(entry, "model") for entry in iterations.entries}
    if len(iterations.entries) == 1 and not iterations.apart and served <= {None, model}:
        return  # the usage of the message is its only request
    for entry in iterations.entries:
        usage = from_anthropic(entry)
        if usage is not None:
            yield Round(str(field(entry, "type")), text_of(field(entry, "model")), usage)


def _doubts_of_iterations(iterations: Iterations) -> Iterator[str]:
    if not iterations.close:
        yield CONTRADICTION
    for entry in iterations.entries:
        kind = field(entry, "type")
        if kind == "fallback_message":
            yield "another model took over, and the price of what it was given is not in the answer"
        elif kind not in ("message", "compaction", "advisor_message"):
            yield f"usage.iterations has an entry of the type {kind!r}, which is not understood"
        elif from_anthropic(entry) is None:
            yield f"usage.iterations has an entry of the type {kind!r} without its tokens"
        yield from doubts_about(entry, ANTHROPIC_ITERATION, "usage.iterations")


def _doubts_of_tools(message: Any, blocks: Sequence[Any], counted: Any, iterations: Iterations) -> Iterator[str]:
    if field(message, "container") is not None:
        yield "it used a container of the provider, whose time the answer does not count"
    for block in blocks:
        if field(block, "type") != "server_tool_use":
            continue
        name = field(block, "name")
        if name == "web_search" and field(counted, "web_search_requests") is None:
            yield "it searched the web, and the answer does not count the searches"
        elif name == "advisor" and "advisor_message" not in {field(entry, "type") for entry in iterations.entries}:
            yield "it asked an advisor, and the answer does not count its tokens"
        elif name not in _UNDERSTOOD_TOOLS:
            yield f"it used {name!r} at the provider, and the answer does not count its cost"


def _first_text(*values: Any) -> str | None:
    return next((text for value in values if (text := text_of(value)) is not None), None)
