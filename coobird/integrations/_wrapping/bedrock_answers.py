"""Requests to Bedrock's models and the answers to them (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coobird.integrations._metering.anthropic_terms import answer_terms, request_terms
from coobird.integrations._metering.bedrock_usage import doubts_of_bedrock, from_bedrock, from_bedrock_body
from coobird.integrations._metering.openai_terms import read_answer
from coobird.integrations._metering.sellers import Seller
from coobird.integrations._metering.terms import Terms
from coobird.integrations._metering.usage import field
from coobird.integrations._wrapping.answers import ModelAnswer, ModelRequest
from coobird.integrations._wrapping.bodies import json_body
from coobird.integrations._wrapping.message_stream import MessageStream
from coobird.integrations._wrapping.metered_requests import BEDROCK

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_METRICS = "amazon-bedrock-invocationMetrics"
"""Key of the counts in the last chunk of a stream of any model."""

# Kinds of resources whose name in an ARN is the id of a model or of a profile.
_NAMED = ("foundation-model/", "inference-profile/")

# Entries of the tools of a request that cost nothing but tokens.
_FREE_TOOLS = ("toolSpec", "cachePoint")

# Beginnings of the types of Anthropic's tools that run where the caller is.
_OWN_TOOLS = ("custom", "bash_", "computer_", "text_editor_", "memory_")

_SELLER = Seller("aws.bedrock")


def bedrock_request(operation: str, params: Any, provider: str, region: str | None) -> ModelRequest | None:
    """Return the model request that an API call is; `None` if it calls no model."""
    if operation not in BEDROCK:
        return None
    model = model_id(str(field(params, "modelId")))
    is_guarded = field(params, "guardrailConfig") or field(params, "guardrailIdentifier")
    tier = field(params, "serviceTier")
    extra = request_terms(field(params, "additionalModelRequestFields"), {})
    latency = field(params, "performanceConfig", "latency") or field(params, "performanceConfigLatency")
    terms = Terms(
        service_tier=field(tier, "type") or (tier if isinstance(tier, str) else None) or extra.service_tier,
        speed=latency or extra.speed,
        inference_geo=extra.inference_geo,
        region=region,
        doubts=(*(("a guardrail has a fee of its own",) if is_guarded else ()), *_doubts_of_conversation(params)),
    )
    is_invoked = operation.startswith("Invoke")
    kind = "embeddings" if is_invoked and "embed" in model else BEDROCK[operation]
    reader = InvocationReader if is_invoked else ConversationReader

    def read_answer(result: Any) -> ModelAnswer:
        return _read_conversation(result, model)

    return ModelRequest(None, provider, kind, read_answer, lambda: reader(model), model, terms)


def _doubts_of_conversation(params: Any) -> Iterator[str]:
    """Yield audio, and tools that run at the provider, such as Nova's web grounding."""
    if any(
        "audio" in block for message in field(params, "messages") or () for block in field(message, "content") or ()
    ):
        yield "it was given audio, and the answer does not count its tokens"
    for tool in field(params, "additionalModelRequestFields", "tools") or ():
        kind = field(tool, "type")
        if kind is not None and not str(kind).startswith(_OWN_TOOLS):
            yield f"it was offered a tool of the type {kind!r}, whose use the answer does not count"
    for tool in field(params, "toolConfig", "tools") or ():
        for name in set(tool) - set(_FREE_TOOLS):
            yield f"it was offered a {name}, whose use the answer does not count"


def model_id(name: str) -> str:
    """Return the id of a model or of a profile, also for its ARN."""
    resource = name.split(":", 5)[-1] if name.startswith("arn:") else ""
    return next((resource.removeprefix(kind) for kind in _NAMED if resource.startswith(kind)), name)


class ConversationReader:
    """Reads the events of `ConverseStream`: the last one has the counts.

    Args:
        model: Id of the model that was asked for.
    """

    def __init__(self, model: str) -> None:
        self.result: Any = None
        self._model = model
        self._metadata: Any = None

    def read(self, item: Any) -> bool:
        self._metadata = field(item, "metadata") or self._metadata
        return True

    def answer(self) -> ModelAnswer:
        read = _read_conversation({**(self._metadata or {}), **_metadata_of(self.result)}, self._model)
        return read._replace(reason="the stream ended before its last event, which has it (metadata)")


class InvocationReader:
    """Reads the body of `InvokeModel`, whole or in pieces, or the chunks of its stream.

    Attributes:
        result: Result of the SDK that the body belongs to.
    """

    def __init__(self, model: str) -> None:
        self.result: Any = None
        self._model = model
        self._body: list[bytes] = []
        self._message = MessageStream()
        self._counts: Any = None

    def read(self, item: Any) -> bool:
        chunk = json_body(field(item, "chunk", "bytes") or b"")
        self._message.read(chunk)
        self._counts = field(chunk, "metadata", "usage") or self._counts or field(chunk, _METRICS)
        return True

    def read_body(self, piece: bytes) -> None:
        self._body.append(piece)

    def answer(self) -> ModelAnswer:
        headers = _headers_of(self.result)
        if self._body or not _is_stream(self.result):
            body = _json_or_none(b"".join(self._body))
            usage = from_bedrock_body(body, headers)
            terms = _terms_of_body(body)
            response_id, reason = _message_id(body), "neither its body nor its headers report it"
        else:
            message, usage = self._message.message, self._message.usage()
            if usage is None or usage.output is None:
                usage = from_bedrock(self._counts) or usage
            terms = self._message.terms(_SELLER)
            doubts = doubts_of_bedrock(self._counts) if message is None else ()
            terms = terms._replace(doubts=(*terms.doubts, *doubts))
            response_id = _message_id(message)
            reason = "the stream ended before its last chunk, which has it"
        served = _terms_of(self.result)
        terms = terms._replace(
            service_tier=served.service_tier or terms.service_tier, speed=served.speed or terms.speed
        )
        return ModelAnswer(response_id or _request_id(self.result), self._model, usage, reason, terms)


def _terms_of_body(body: Any) -> Terms:
    """Return the terms in the body of an answer to `InvokeModel`, of whichever family."""
    usage = field(body, "usage")
    if field(body, "type") == "message":
        return answer_terms(body, (usage,), field(body, "content") or (), _SELLER)
    if field(body, "choices") is not None:
        return read_answer(body, _SELLER, _SELLER.provider).terms
    return Terms(doubts=doubts_of_bedrock(usage))


def _read_conversation(result: Any, model: str) -> ModelAnswer:
    usage = from_bedrock(field(result, "usage"))
    served = field(result, "trace", "promptRouter", "invokedModelId")
    named = model_id(served) if isinstance(served, str) else model
    terms = _terms_of(result)._replace(doubts=doubts_of_bedrock(field(result, "usage")))
    return ModelAnswer(_request_id(result), named, usage, "the answer does not report it", terms)


def _terms_of(result: Any) -> Terms:
    tier = field(result, "serviceTier")
    return Terms(
        service_tier=field(tier, "type") or (tier if isinstance(tier, str) else None),
        speed=field(result, "performanceConfig", "latency") or field(result, "performanceConfigLatency"),
    )


def _metadata_of(result: Any) -> dict[str, Any]:
    return {"ResponseMetadata": field(result, "ResponseMetadata")}


def _request_id(result: Any) -> str | None:
    found = field(result, "ResponseMetadata", "RequestId")
    return found if isinstance(found, str) else None


def _headers_of(result: Any) -> Mapping[str, Any]:
    return field(result, "ResponseMetadata", "HTTPHeaders") or {}


def _is_stream(result: Any) -> bool:
    return "eventstream" in str(_headers_of(result).get("content-type", ""))


def _message_id(body: Any) -> str | None:
    """Return the id that the model's provider gave to a message, as other reporters see it too."""
    found = field(body, "id")
    return found if isinstance(found, str) and found.startswith(("msg_", "chatcmpl-")) else None


def _json_or_none(content: bytes) -> Any:
    try:
        return json_body(content)
    except ValueError:  # not read to its end
        return None
