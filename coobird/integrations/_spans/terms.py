"""Terms of a call that a span records: seller, tier, and the answer itself if it is there (pure).

A span says only a part of what decides the price. The table below lists the emitters whose spans
say all of it, for the calls of some providers. Any other call has no computed cost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, cast

from coobird.integrations._metering.anthropic_terms import answer_terms
from coobird.integrations._metering.anthropic_terms import request_terms as anthropic_request_terms
from coobird.integrations._metering.cohere_usage import from_cohere
from coobird.integrations._metering.event_ids import canonical_provider
from coobird.integrations._metering.openai_terms import Reading, read_answer, read_response, request_terms
from coobird.integrations._metering.pricing import CONTRADICTION
from coobird.integrations._metering.sellers import Claim, Providers, Seller, claimed_seller
from coobird.integrations._metering.terms import Terms, settled
from coobird.integrations._metering.usage import Usage, field, from_anthropic

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_ADDRESS = ("server.address", "net.peer.name", "gen_ai.openai.api_base", "llm.openai.api_base")
_SERVED_TIER = (
    "openai.response.service_tier",
    "gen_ai.openai.response.service_tier",
    "anthropic.response.service_tier",
    "gen_ai.response.service_tier",
)
_ASKED_TIER = ("openai.request.service_tier", "gen_ai.openai.request.service_tier", "gen_ai.request.service_tier")
_REQUESTED = ("gen_ai.request.model", "llm.request.model_name")
_RESPONDED = ("gen_ai.response.model", "llm.response.model_name")

_LIFETIMES = {
    f"cache_write_{lifetime}_input_tokens": f"anthropic.usage.cache_creation.ephemeral_{lifetime}_input_tokens"
    for lifetime in ("5m", "1h")
}

_STREAMED = ("gen_ai.request.stream", "gen_ai.is_streaming", "llm.is_streaming")

# It names the provider by the host, and no provider for a host that it does not know.
_NAMES_BY_HOST = "openinference.instrumentation.openai"


class Knowledge(NamedTuple):
    """Emitter whose spans say all that decides the price of a chat, a completion or embeddings.

    Attributes:
        scope: Name of the instrumentation scope.
        providers: Providers that charge for nothing else.
        unreported: Counts that the spans leave out.
        has_tier_of_streams: True if the span of a stream has the tier as well.
    """

    scope: str
    providers: frozenset[str]
    unreported: tuple[str, ...] = ()
    has_tier_of_streams: bool = False


_PLAIN = frozenset(("openai", "deepseek"))

KNOWN = (
    Knowledge("opentelemetry.instrumentation.genai.openai", _PLAIN, has_tier_of_streams=True),
    Knowledge("opentelemetry.instrumentation.openai_v2", _PLAIN, ("cache_write_input_tokens",)),
    Knowledge("opentelemetry.instrumentation.openai.v1", _PLAIN, ("cache_write_input_tokens",)),
)


class SpanTerms(NamedTuple):
    """Seller, token counts and terms of a call.

    Attributes:
        usage: Counts of the answer if the span has it, else those that were given.
        is_answer: True if the span has the answer itself.
    """

    provider: str
    usage: Usage | None
    terms: Terms
    is_answer: bool


def read_terms(
    attributes: Mapping[str, Any],
    scope: str,
    operation: str,
    provider: str,
    usage: Usage | None,
    request: Mapping[str, Any],
    answer: Mapping[str, Any],
    providers: Providers,
) -> SpanTerms:
    """Read the terms of a call.

    Args:
        provider: Provider that the span names.
        usage: Token counts by the attributes of the span.
        request: Body of the request; empty if the span does not have it.
        answer: Body of the answer; empty if the span does not have it.
        providers: Names that the caller gives to servers.
    """
    claim = _claim(attributes, scope, provider, providers)
    reading = _read_answer(answer, claim, request)
    requested, responded = _first(attributes, _REQUESTED), _first(attributes, _RESPONDED)
    asked_model = request.get("model")
    if isinstance(asked_model, str):
        requested, responded = asked_model, responded or answer.get("model")
    is_anthropic = answer.get("type") == "message"
    asked = anthropic_request_terms(request, {}) if is_anthropic else request_terms(request, operation)
    asked = asked._replace(
        service_tier=asked.service_tier or _first(attributes, _ASKED_TIER),
        model_requested=requested if responded else None,
        region=claim.region,
    )
    # A framework that has no usage may write zeros into its answer.
    if reading is not None and reading.usage is not None and any(reading.usage[:2]):
        answered = reading.terms._replace(doubts=(*claim.doubts, *reading.terms.doubts))
        return SpanTerms(claim.provider, reading.usage, settled(asked, answered), is_answer=True)
    known = next((each for each in KNOWN if scope == each.scope), None)
    model = responded or _first(attributes, ("llm.model_name", "embedding.model_name")) or requested or ""
    parts = None if usage is None else dict(usage.other)
    answered = Terms(
        service_tier=_first(attributes, _SERVED_TIER),
        doubts=(*claim.doubts, *_doubts(attributes, scope, claim.provider, model, usage)),
        unreported=known.unreported if known else (),
    )
    if usage is not None and parts is not None:
        parts |= {name: attributes[theirs] for name, theirs in _LIFETIMES.items() if theirs in attributes}
        usage = usage._replace(other=tuple(parts.items()))
    return SpanTerms(claim.provider, usage, settled(asked, answered), is_answer=False)


def _claim(attributes: Mapping[str, Any], scope: str, provider: str, providers: Providers) -> Claim:
    reporter = f"the span of {scope or 'the instrumentation'}"
    address = _first(attributes, _ADDRESS)
    if address is None and scope == _NAMES_BY_HOST:
        named = canonical_provider(attributes.get("llm.provider"))
        return Claim(named, None, Seller(named), (f"{reporter} does not say in which region the server is",))
    return claimed_seller(provider, address, reporter, providers)


def _read_answer(answer: Mapping[str, Any], claim: Claim, request: Mapping[str, Any]) -> Reading | None:
    usage = answer.get("usage")
    if not isinstance(usage, dict):
        return None
    if "billed_units" in usage:
        counts, doubts = from_cohere(usage)
        return Reading(counts, Terms(doubts=doubts))
    if answer.get("type") == "message":
        usages = (cast("dict[str, Any]", usage),)
        return Reading(from_anthropic(usage), answer_terms(answer, usages, answer.get("content") or (), claim.host))
    read = read_response if answer.get("object") == "response" else read_answer
    return read(answer, claim.host, claim.provider, request)


def _doubts(attributes: Mapping[str, Any], scope: str, provider: str, model: str, usage: Usage | None) -> Iterator[str]:
    if not provider:
        return  # a call without a provider has no price anyway
    reporter = f"the span of {scope or 'the instrumentation'}"
    known = next((each for each in KNOWN if scope == each.scope and provider in each.providers), None)
    response_id = attributes.get("gen_ai.response.id")
    is_response = attributes.get("openai.api.type") == "responses" or str(response_id).startswith("resp_")
    parts = model.split("-")
    if known is None or is_response or "search" in parts:
        yield f"{reporter} may leave out something that {provider} charges for"
    elif not known.has_tier_of_streams and any(attributes.get(name) is True for name in _STREAMED):
        yield f"{reporter} does not give the tier of a stream"
    counted = dict(usage.other) if usage else {}
    if {"audio", "realtime"} & set(parts) and "audio_input_tokens" not in counted:
        yield f"{reporter} does not count its audio"
    if (
        usage is not None
        and usage.cache_write
        and not any(field(counted, name) for name in counted if "cache_write" in name)
    ):
        yield f"{reporter} does not say for how long a cache was written"
    if known is not None and usage is not None and _exceeds(attributes, usage):
        yield CONTRADICTION


def _exceeds(attributes: Mapping[str, Any], usage: Usage) -> bool:
    """True if the cached tokens of OpenAI's form are more than the input that includes them."""
    whole = attributes.get("gen_ai.usage.input_tokens")
    return isinstance(whole, int) and (usage.cache_read or 0) + (usage.cache_write or 0) > whole


def _first(attributes: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    return next((value for name in names if isinstance(value := attributes.get(name), str) and value), None)
