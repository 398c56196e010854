"""Reading of a span that stands for a model call, from any instrumentation (tables, pure).

The tables know the attributes of OpenTelemetry's GenAI conventions, with their former names, and
those of OpenInference.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from coobird.integrations._metering.call import Call
from coobird.integrations._metering.event_ids import canonical_provider, event_id_of, is_provider_id
from coobird.integrations._metering.usage import from_span

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from coobird.integrations._metering.usage import Usage

_PROVIDER = ("gen_ai.provider.name", "gen_ai.system", "llm.provider", "llm.system")
_MODEL = (
    "gen_ai.response.model",
    "gen_ai.request.model",
    "llm.response.model_name",
    "llm.model_name",
    "llm.request.model_name",
    "embedding.model_name",
)
_ANSWERED = ("gen_ai.response.id", "gen_ai.response.model", "gen_ai.response.finish_reasons", "output.value")
_FINISHED = ("gen_ai.response.finish_reasons", "anthropic.message.stop_reason", "llm.finish_reason")
_STREAMED = ("gen_ai.request.stream", "gen_ai.is_streaming", "llm.is_streaming")

# Operations that call a model. All others (agents, workflows, tools, retrieval) repeat the sums of
# the calls in them.
_OPERATIONS = {"chat", "generate_content", "text_completion", "completion", "embeddings"}
_OPENINFERENCE_KINDS = {"LLM": "chat", "EMBEDDING": "embeddings"}
_FRAMEWORK = ("traceloop.span.kind", "gen_ai.agent.name", "gen_ai.agent.id", "gen_ai.tool.name", "gen_ai.workflow.name")

# Adds the placeholder count of message_start to the output tokens of a stream.
_INEXACT_STREAMS = "opentelemetry.instrumentation.anthropic"
# Counts words if the provider does not report tokens.
_ESTIMATES = "opentelemetry.instrumentation.botocore"

# Names of a refusal in the SDKs and the APIs. A refused call has no answer, and nothing to bill.
_REFUSALS = (
    "BadRequestError",
    "AuthenticationError",
    "PermissionDeniedError",
    "NotFoundError",
    "ConflictError",
    "UnprocessableEntityError",
    "RateLimitError",
    "InternalServerError",
    "OverloadedError",
    "ServiceUnavailableError",
)

_MAX_OUTPUT_CHARACTERS = 1_000_000
"""Maximum length of `output.value` that is decoded, in characters. OpenInference keeps the answer
in it, and with it the answer's id. A longer one counts as an answer without an id."""


class SpanFacts(NamedTuple):
    """Contents of a span that are read."""

    attributes: Mapping[str, Any]
    scope: str
    is_error: bool = False
    error_types: tuple[str, ...] = ()


class SpanCall(NamedTuple):
    """Model call as one span records it.

    Attributes:
        event_id: Event id of the answer; `None` if the answer has no unique id.
        is_refused: True if the provider refused the call, so that no usage is missing.
    """

    call: Call
    event_id: str | None
    is_refused: bool


def operation_of(attributes: Mapping[str, Any]) -> str | None:
    """Return the kind of model call that a span stands for; `None` if it stands for none."""
    named = attributes.get("gen_ai.operation.name")
    if named is not None:
        return named if named in _OPERATIONS else None
    kind = attributes.get("openinference.span.kind")
    if kind is not None:
        return _OPENINFERENCE_KINDS.get(kind)
    if any(name in attributes for name in _FRAMEWORK):
        return None
    is_call = any(name in attributes for name in _PROVIDER) and any(name in attributes for name in _MODEL)
    return "chat" if is_call else None


def read_span(span: SpanFacts) -> SpanCall | None:
    """Return the model call of a span; `None` if the span does not stand for one."""
    attributes = span.attributes
    operation = operation_of(attributes)
    if operation is None:
        return None
    output = _output(attributes)
    response_id = _text(attributes.get("gen_ai.response.id")) or _id_of(output)
    provider = canonical_provider(_first(attributes, _PROVIDER))
    usage = from_span(attributes)
    is_streamed = any(attributes.get(name) is True for name in _STREAMED) or _asks_for_stream(attributes)
    reason = f"the span of {span.scope or 'the instrumentation'} does not report it"
    if span.scope.startswith(_ESTIMATES):
        usage, reason = None, f"{span.scope} estimates it"
    if usage is not None and operation == "embeddings" and usage.output is None:
        usage = usage._replace(output=0)
    is_anthropic = provider == "anthropic" or (response_id or "").startswith("msg_")
    if usage is not None and is_anthropic and is_streamed and not _is_finished(attributes, output):
        usage, reason = _without_output(usage), "the stream ended before it was reported"
    elif usage is None and is_streamed:
        reason += " (OpenAI reports it in a stream only if asked: stream_options={'include_usage': True})"
    is_exact = not (is_streamed and span.scope == _INEXACT_STREAMS)
    call = Call(provider, operation, _first(attributes, _MODEL), response_id, usage, span.scope, None, reason, is_exact)
    is_answered = usage is not None or any(name in attributes for name in _ANSWERED)
    return SpanCall(
        call,
        event_id_of(response_id),
        is_refused=span.is_error and not is_answered and (not is_streamed or _names_refusal(span)),
    )


def _output(attributes: Mapping[str, Any]) -> dict[str, Any]:
    text = attributes.get("output.value")
    if not isinstance(text, str) or not text.startswith("{") or len(text) > _MAX_OUTPUT_CHARACTERS:
        return {}
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _id_of(output: Mapping[str, Any]) -> str | None:
    # The model itself may have been asked to write JSON. Its `id` is then not the answer's.
    response_id = _text(output.get("id"))
    is_answer = is_provider_id(response_id) or ("model" in output and "usage" in output)
    return response_id if is_answer else None


def _is_finished(attributes: Mapping[str, Any], output: Mapping[str, Any]) -> bool:
    return any(attributes.get(name) for name in _FINISHED) or bool(output.get("stop_reason"))


def _asks_for_stream(attributes: Mapping[str, Any]) -> bool:
    parameters = attributes.get("llm.invocation_parameters")
    return isinstance(parameters, str) and '"stream": true' in parameters


def _without_output(usage: Usage) -> Usage:
    return usage._replace(output=None, reasoning=None)


def _names_refusal(span: SpanFacts) -> bool:
    status = span.attributes.get("http.response.status_code")
    if isinstance(status, int) and status >= 400:
        return True
    return any(name.endswith(refusal) for name in span.error_types for refusal in _REFUSALS)


def _first(attributes: Mapping[str, Any], names: Iterable[str]) -> str | None:
    return next((text for name in names if (text := _text(attributes.get(name)))), None)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
