"""Reading of a span that stands for a model call, from any instrumentation (tables, pure).

The tables know the attributes of OpenTelemetry's GenAI conventions, with their former names, and
those of OpenInference.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from coobird.integrations._metering.call import Call
from coobird.integrations._metering.event_ids import canonical_provider, event_id_of, is_provider_id
from coobird.integrations._metering.sellers import NO_NAMES, Providers
from coobird.integrations._metering.span_kinds import MODEL, PROVIDER, announces_call, operation_of_span
from coobird.integrations._metering.usage import field
from coobird.integrations._spans import litellm_spans
from coobird.integrations._spans.emitters import (
    BEDROCK,
    GEMINI,
    can_call_litellm,
    emitter_of,
    family_of,
    is_of_helper,
)
from coobird.integrations._spans.terms import read_terms
from coobird.integrations._spans.tokens import gives_tokens, read_tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from coobird.integrations._metering.usage import Usage

_ANSWERED = ("gen_ai.response.id", "gen_ai.response.finish_reasons")
_FINISHED = ("gen_ai.response.finish_reasons", "anthropic.message.stop_reason", "llm.finish_reason")
_EMPTY_OUTPUT = {"role": "assistant"}
"""Output of a stream of Cohere that was refused, as OpenInference writes it."""
_STREAMED = ("gen_ai.request.stream", "gen_ai.is_streaming", "llm.is_streaming")
# Times that only the span of a stream has, once it has begun.
_FIRST_CHUNK = ("gen_ai.response.time_to_first_chunk", "gen_ai.client.operation.time_to_first_chunk")

_HANDLERS = {"wrap", "langchain", "litellm"}
"""Sources of reports that are no spans."""

# Names of spans of agents. OpenInference writes the calls of a Google ADK agent to its span, one
# over the other.
_AGENT_SPANS = ("invoke_agent ", "agent_run ")
_ROUNDS = "automatic_function_calling_history"
"""Calls of functions that google-genai made between the requests of one answer."""
_METHOD = ("rpc.method", "aws.method")
_HOST = ("server.address", "net.peer.name")

# Names of a refusal in the SDKs and the APIs, and of a request that was not sent. Both have no
# answer, and nothing to bill. After any other error the provider may have answered.
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
    "BadGatewayError",
    "APIStatusError",
    "HTTPStatusError",
    "ModelHTTPError",
    "ContextWindowExceededError",
    # pydantic-ai
    "ModelRequestRejectedError",
    "ModelQuotaExceededError",
    "ModelUnavailableError",
    # LangChain
    "InvalidRequestError",
    "ContextOverflowError",
    "OpenAIAPIError",
    "AnthropicAPIError",
    # LiteLLM
    "ContentPolicyViolationError",
    "UnsupportedParamsError",
    # Google
    "ClientError",
    "ServerError",
    "ResourceExhausted",
    "InvalidArgument",
    # AWS
    "ValidationException",
    "ThrottlingException",
    "AccessDeniedException",
    "ResourceNotFoundException",
    "ServiceQuotaExceededException",
    "ServiceUnavailableException",
    "InternalServerException",
    "ModelNotReadyException",
    "ParamValidationError",
    "NoCredentialsError",
    "EndpointConnectionError",
    # Mistral, Cohere, Ollama
    "SDKError",
    "ApiError",
    "ResponseError",
    "ConnectError",
    "ConnectTimeout",
    "PoolTimeout",
    "UnsupportedProtocol",
)

# Status or name of an error in its text, for an emitter that keeps nothing else of it. So write it
# the SDKs of OpenAI, Anthropic and Groq; of Cohere and Ollama; of Mistral; of Google; of AWS; and
# those who put the name of the class before the text.
_TYPE_IN_TEXT = (
    r"\bError code: (\d{3})\b",
    r"\bstatus[_ ]code: (\d{3})\b",
    r"\bAPI error occurred: Status (\d{3})\b",
    r"\b(\d{3}) [A-Z]+(?:_[A-Z]+)*\. \{",
    r"\bAn error occurred \((\w+)\) when calling ",
    r"^([\w.]+): ",
)

_MAX_OUTPUT_CHARACTERS = 1_000_000
"""Maximum length of `output.value` that is decoded, in characters. OpenInference keeps the answer
in it, and with it the answer's id. A longer one counts as an answer without an id."""


class SpanFacts(NamedTuple):
    """Contents of a span that are read.

    Attributes:
        error_text: Description of the status of a span that ended with an error.
    """

    attributes: Mapping[str, Any]
    scope: str
    is_error: bool = False
    error_types: tuple[str, ...] = ()
    name: str = ""
    version: str = ""
    error_text: str = ""


class SpanCall(NamedTuple):
    """Model call as one span records it.

    Attributes:
        event_id: Event id of the answer; `None` if the answer has no unique id.
        is_refused: True if the provider refused the call, so that no usage is missing.
        is_answered: True if the span has something of an answer.
        is_cached: True if the cache of a framework answered, so that no provider was called.
        may_be_cached: True if the framework states no cost. Its own cache answered, or the model
            costs nothing.
        may_be_hit: True if a cache of LangChain or LiteLLM may have answered. The framework may
            have called LiteLLM, and the answer has no id by which a call is told from a hit.
        nests: True if the span of a call stays open while its source makes the next one.
        is_sum: True for a span that is no call and gives tokens, such as that of an agent, which
            gives the sum of the calls in it.
        is_last: True if the span may stand for several calls, and has the tokens of the last one.
        framework_call: The framework's own id of the call, which its handlers get as well; `None`
            if the span has none.
    """

    call: Call
    event_id: str | None
    is_refused: bool = False
    is_answered: bool = True
    is_cached: bool = False
    may_be_cached: bool = False
    may_be_hit: bool = False
    nests: bool = False
    is_sum: bool = False
    is_last: bool = False
    framework_call: object = None


def source_of(scope: str) -> str:
    """Return the name by which the spans of an instrumentation scope are a source of reports.

    A framework may name its scope as our handler for it is named: those are two reporters.
    """
    return f"opentelemetry.{scope}" if scope in _HANDLERS else scope


def is_of_litellm(source: str) -> bool:
    """True for the source of the spans that LiteLLM's own callback makes."""
    return source.startswith(source_of(litellm_spans.SCOPE))


def is_tool(attributes: Mapping[str, Any]) -> bool:
    """True for the span of a tool that an agent runs."""
    kinds = (attributes.get("openinference.span.kind"), attributes.get("traceloop.span.kind"))
    return attributes.get("gen_ai.operation.name") == "execute_tool" or "TOOL" in kinds or "tool" in kinds


def read_sum(span: SpanFacts) -> SpanCall | None:
    """Return the tokens that a span gives which is no call; `None` if it is one, or gives none.

    It is the span of an agent or of a workflow, with the sum of the calls in it, or that of an
    operation that is not known. Only the calls in it tell which of both.
    """
    attributes = span.attributes
    if not gives_tokens(attributes) or operation_of_span(attributes) is not None:
        return None
    usage, _ = read_tokens(attributes, emitter_of(span.scope, span.version, "", "", ""), "")
    if usage is None:
        return None
    model = _first(attributes, MODEL)
    call = Call(canonical_provider(_first(attributes, PROVIDER)), "chat", model, None, usage, source_of(span.scope))
    return SpanCall(call, None, is_sum=True)


def read_span(span: SpanFacts, providers: Providers = NO_NAMES) -> SpanCall | None:
    """Return the model call of a span; `None` if the span does not stand for one.

    Args:
        providers: Names that the caller gives to servers.
    """
    attributes, scope = span.attributes, span.scope
    is_of_litellm = False
    if litellm_spans.CALL_ID in attributes:
        attributes = litellm_spans.as_conventional(attributes)
        is_of_litellm = not litellm_spans.is_of_one_call(attributes, scope)
        scope = litellm_spans.SCOPE if is_of_litellm else scope
    operation = operation_of_span(attributes)
    if operation is None or is_of_helper(scope, span.name):
        return None
    output = _output(attributes)
    response_id = _text(attributes.get("gen_ai.response.id")) or _id_of(output)
    provider = canonical_provider(_first(attributes, PROVIDER))
    model = _first(attributes, MODEL)
    if "embed" in (model or ""):
        operation = "embeddings"  # an instrumentation of a whole SDK may name it a completion
    family = family_of(provider, model or "", _first(attributes, _HOST) or "")
    method = re.split(r"[/.]", _first(attributes, _METHOD) or span.name)[-1]
    if family == BEDROCK and (response_id or "").startswith("msg_"):
        method = "invoke_model"  # Converse gives no id of a message
    emitter = emitter_of(scope, span.version, family, model or "", method)
    usage, flaw = read_tokens(attributes, emitter, family)
    named, usage, terms, is_answer = read_terms(
        attributes, scope, operation, provider, usage, _decoded(attributes, "input.value"), output, providers
    )
    flaw = "" if is_answer else flaw
    is_streamed = _is_streamed(attributes)
    source = source_of(scope)
    reason = f"the span of {source or 'the instrumentation'} does not report it"
    if emitter.estimates:
        usage, reason = None, f"{source} estimates it"
    usage = usage and usage.of_operation(operation)
    is_anthropic = provider == "anthropic" or (response_id or "").startswith("msg_")
    # Anthropic and Gemini count as they go, so that a stream that breaks off has counts, too.
    counts_on = is_anthropic or family == GEMINI
    is_broken = (counts_on and (is_streamed or emitter.tells_end)) or _is_unfinished_gemini(output)
    is_broken |= span.is_error and (is_streamed or family == GEMINI)
    if usage is not None and is_broken and not _is_finished(attributes, output):
        usage, reason = _without_output(usage), "the stream ended before it was reported"
    elif usage is None and is_streamed:
        reason += " (OpenAI reports it in a stream only if asked: stream_options={'include_usage': True})"
    if usage is not None and is_streamed and emitter.counts_twice:
        flaw = "counts some output tokens of streams twice"
    if not is_answer:
        flaw = emitter.flaw or flaw
    if is_of_litellm:
        flaw = litellm_spans.flaw_of(attributes, span.scope, span.name, provider)
    if span.name.startswith(_AGENT_SPANS):
        flaw = "has one span for all calls of an agent, with the tokens of the last one,"
    if usage is not None and usage.output is not None and flaw:
        reason = flaw
    call = Call(named, operation, model, response_id, usage, source, None, reason, not flaw, terms)
    is_answered = usage is not None or any(name in attributes for name in _ANSWERED)
    is_answered |= "output.value" in attributes and not _is_empty(output)
    is_answered |= any(name in attributes for name in _FIRST_CHUNK)
    is_refused = span.is_error and not is_answered and _names_refusal(span)
    if span.is_error and not is_answered and not is_streamed:
        error = next(iter(span.error_types), "an error")
        call = call._replace(reason=f"it ended with {error} before the answer came, and may be charged for")
    costs_nothing = usage is not None and attributes.get("llm.cost.total") == 0
    event_id = event_id_of(response_id)
    is_untold = can_call_litellm(scope) and event_id is None and "generations" not in output
    is_cached = _is_cached(output) or attributes.get("litellm.cache_hit") is True
    return SpanCall(
        call,
        event_id,
        is_refused,
        is_answered,
        is_cached,
        costs_nothing,
        is_untold,
        emitter.nests,
        is_last=span.name.startswith(_AGENT_SPANS)
        or bool(output.get(_ROUNDS))
        or (emitter.hides_rounds and _is_given_functions(attributes)),
        framework_call=attributes.get(litellm_spans.CALL_ID),
    )


def read_start(span: SpanFacts, providers: Providers = NO_NAMES) -> Call | None:
    """Return the model call that a span which starts will stand for; `None` if that is not known.

    Args:
        providers: Names that the caller gives to servers.
    """
    span_call = read_span(span, providers)
    if span_call is not None:
        return span_call.call
    if not announces_call(span.attributes) or is_of_helper(span.scope, span.name):
        return None
    provider, model = (_first(span.attributes, names) for names in (PROVIDER, MODEL))
    return Call(canonical_provider(provider), "chat", model, None, None, source_of(span.scope))


def read_raw_request(span: SpanFacts) -> SpanCall | None:
    """Return the call, without usage, of a span of LiteLLM's raw request; `None` for others."""
    if not litellm_spans.is_raw_request(span.scope, span.name):
        return None
    provider, model, response_id = litellm_spans.raw_facts(span.attributes)
    call = Call(
        canonical_provider(provider),
        "chat",
        model,
        response_id,
        None,
        f"{source_of(litellm_spans.SCOPE)} {litellm_spans.RAW}",
        reason="LiteLLM wrote it on a span of yours, which had ended or was written over by the next call"
        " (set USE_OTEL_LITELLM_REQUEST_SPAN=true, or use CoobirdLogger)",
    )
    return SpanCall(call, event_id_of(response_id))


def without_usage(span_call: SpanCall, reason: str) -> SpanCall:
    """Return a call of whose tokens nothing is known for certain."""
    return span_call._replace(call=span_call.call._replace(usage=None, reason=reason))


def _is_cached(output: Mapping[str, Any]) -> bool:
    """True if an answer has LangChain's mark of an answer from its cache."""
    generations: Any = output.get("generations")
    message = generations[0][0].get("message") if _is_nested_list(generations) else None
    return bool(field(message, "kwargs", "usage_metadata", "total_cost") == 0)


def _is_empty(output: Mapping[str, Any]) -> bool:
    """True for the output of a refused call."""
    generations: Any = output.get("generations")
    is_untold = output == _EMPTY_OUTPUT or generations == [[]]
    return is_untold or (_is_nested_list(generations) and not generations[0][0].get("text"))


def _is_nested_list(value: Any) -> bool:
    for _ in range(2):
        if not isinstance(value, list) or not value:
            return False
        value = cast("Sequence[Any]", value)[0]
    return isinstance(value, dict)


def _output(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the body of the answer, or what the model itself has written as JSON."""
    output = _decoded(attributes, "output.value")
    event: Any = output.get("data")  # Mistral's SDK puts the parts of a stream into this field
    return cast("dict[str, Any]", event) if isinstance(event, dict) and "choices" in event else output


def _is_given_functions(attributes: Mapping[str, Any]) -> bool:
    """True if google-genai was given functions of the program, which it calls between requests."""
    text = attributes.get("gen_ai.tool.definitions")
    try:
        tools: Any = json.loads(text) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        return False
    # OpenLLMetry writes a function by its name, and all else by the name of its kind.
    listed = cast("Sequence[Any]", tools) if isinstance(tools, list) else ()
    return any(isinstance(tool, dict) and set(cast("dict[str, Any]", tool)) == {"name"} for tool in listed)


def _decoded(attributes: Mapping[str, Any], name: str) -> dict[str, Any]:
    text = attributes.get(name)
    if not isinstance(text, str) or not text.startswith("{") or len(text) > _MAX_OUTPUT_CHARACTERS:
        return {}
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _id_of(output: Mapping[str, Any]) -> str | None:
    # The model itself may have been asked to write JSON. Its `id` is then not the answer's.
    if "usage_metadata" in output and "model_version" in output:  # Gemini's answer
        return _text(output.get("response_id"))
    response_id = _text(output.get("id")) or _text(field(output, "llm_output", "id"))
    is_answer = is_provider_id(response_id) or ("usage" in output and ("model" in output or "message" in output))
    return response_id if is_answer else None


def _is_unfinished_gemini(output: Mapping[str, Any]) -> bool:
    """True for the part of a Gemini answer that came before its stream broke off."""
    if "usage_metadata" not in output or not isinstance(output.get("candidates"), list):
        return False
    candidates: list[Any] = output["candidates"]
    return not any(field(candidate, "finish_reason") for candidate in candidates)


def _is_finished(attributes: Mapping[str, Any], output: Mapping[str, Any]) -> bool:
    return any(attributes.get(name) for name in _FINISHED) or bool(output.get("stop_reason"))


def _is_streamed(attributes: Mapping[str, Any]) -> bool:
    parameters = attributes.get("llm.invocation_parameters")
    is_asked = isinstance(parameters, str) and '"stream": true' in parameters
    return (
        is_asked
        or any(attributes.get(name) is True for name in _STREAMED)
        or any(name in attributes for name in _FIRST_CHUNK)
    )


def _without_output(usage: Usage) -> Usage:
    return usage._replace(output=None, reasoning=None)


def _names_refusal(span: SpanFacts) -> bool:
    status = span.attributes.get("http.response.status_code")
    if isinstance(status, int) and status >= 400:
        return True
    types = span.error_types or _types_in(span.error_text)
    is_status = any(re.fullmatch(r"[45]\d\d", name) for name in types)
    return is_status or any(name.endswith(refusal) for name in types for refusal in _REFUSALS)


def _types_in(text: str) -> tuple[str, ...]:
    """Return the statuses and names of errors that the text of an error has."""
    return tuple(found for pattern in _TYPE_IN_TEXT for found in re.findall(pattern, text))


def _first(attributes: Mapping[str, Any], names: Iterable[str]) -> str | None:
    return next((text for name in names if (text := _text(attributes.get(name)))), None)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
