"""Spans of LiteLLM's own callback for OpenTelemetry (`otel`): what differs from others (pure).

LiteLLM makes a span of a call when the call has ended. If a span of the program is open then, it
makes none, and writes the call on that span, over the call that it wrote there before. Only the
spans of the raw requests, which are children of that span, tell the calls apart.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from coobird.integrations._metering.litellm_terms import answer_id_of, operation_of

if TYPE_CHECKING:
    from collections.abc import Mapping

SCOPE = "litellm"
"""Instrumentation scope of the callback's spans."""

CALL_ID = "litellm.call_id"
"""Attribute with LiteLLM's own id of the call. Loggers get the same id."""

RAW = "raw request"
"""Name of the source of spans of raw requests, behind that of the callback."""

_REQUEST = "litellm_request"
_RAW_REQUEST = "raw_gen_ai_request"
_CALL_TYPE = ("litellm.call_type", "llm.request.type")
_STREAMED = ("litellm.request.streaming", "llm.is_streaming")
_RAW_FACT = re.compile(r"llm\.(?P<provider>[^.]+)\.(?P<name>id|model)")

_PASSED_ON = ("chatcmpl-", "cmpl-", "resp_")

# Providers that report the usage of a stream without being asked. For any other, LiteLLM counts
# words if it did not ask.
_UNASKED = frozenset(("anthropic", "aws.bedrock", "cohere", "gcp.gemini", "gcp.vertex_ai"))


def as_conventional(attributes: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the attributes of a call that LiteLLM wrote on a span, as other emitters name them."""
    found: dict[str, Any] = dict(attributes)
    call_type = next((attributes[name] for name in _CALL_TYPE if name in attributes), None)
    found["gen_ai.operation.name"] = operation_of(call_type) or call_type
    response_id = found.pop("gen_ai.response.id", None)
    if response_id != attributes[CALL_ID]:  # which stands there if the answer has none
        found["gen_ai.response.id"] = answer_id_of(response_id)
    found["gen_ai.request.stream"] = any(str(attributes.get(name)) == "True" for name in _STREAMED)
    return found


def is_of_one_call(attributes: Mapping[str, Any], scope: str) -> bool:
    """True if an instrumentation made the span for this one call, before LiteLLM wrote on it."""
    return attributes.get("openinference.span.kind") in ("LLM", "EMBEDDING") or scope.endswith(".litellm")


def flaw_of(attributes: Mapping[str, Any], scope: str, name: str, provider: str) -> str:
    """Return what may be wrong with a call that LiteLLM wrote on a span; empty if nothing is.

    Args:
        attributes: As `as_conventional` returns them.
        scope, name: Instrumentation scope and name of the span.
        provider: Today's name of the provider.
    """
    if scope != SCOPE and name != _REQUEST:
        return "writes all calls inside a span of yours on that span, one over the other,"
    if attributes["gen_ai.request.stream"] and provider not in _UNASKED:
        return "counts the words of a stream if it was not asked for (stream_options={'include_usage': True})"
    return ""


def is_raw_request(scope: str, name: str) -> bool:
    """True for the span of a raw request, which repeats the request and the answer of a call."""
    return scope == SCOPE and name == _RAW_REQUEST


def raw_facts(attributes: Mapping[str, Any]) -> tuple[str, str | None, str | None]:
    """Return the provider, the model and the id of the answer that a raw request gives.

    The id is left out if LiteLLM does not write it on the span of the call, where it makes one up.
    """
    found = {
        match["name"]: (match["provider"], attributes[key]) for key in attributes if (match := _RAW_FACT.fullmatch(key))
    }
    provider = next((named for named, _ in found.values()), "")
    model, response_id = (found.get(name, ("", None))[1] for name in ("model", "id"))
    return provider, model, response_id if str(response_id).startswith(_PASSED_ON) else None
