"""Which call an answer belongs to, so that everybody who saw the same answer gives it the same event id (pure)."""

from __future__ import annotations

from uuid import UUID, uuid5

NAMESPACE = UUID("1754a62c-1edd-51fd-a8ab-1b069ebb8b7a")
"""Never change it: an event id made yesterday must be made again today."""

MIN_ID_LENGTH = 16
"""Characters of a response id that can be unique. Some local servers count from `chatcmpl-1`, or draw three digits: calls that
share such an id would be billed as one."""

# How ids begin that OpenAI and Anthropic make. Frameworks put ids of their own in the same place.
_PROVIDER_IDS = ("chatcmpl-", "cmpl-", "resp_", "msg_")

# Names that a provider had before.
_CANONICAL = {
    "az.ai.openai": "azure.ai.openai",
    "az.ai.inference": "azure.ai.inference",
    "azure": "azure.ai.openai",
    "azure_openai": "azure.ai.openai",
    "azure_text": "azure.ai.openai",
    "bedrock": "aws.bedrock",
    "aws_bedrock": "aws.bedrock",
    "gemini": "gcp.gemini",
    "google": "gcp.gemini",
    "google_genai": "gcp.gemini",
    "vertex_ai": "gcp.vertex_ai",
    "vertexai": "gcp.vertex_ai",
    "mistral": "mistral_ai",
    "mistralai": "mistral_ai",
    "text-completion-openai": "openai",
    "together_ai": "together",
    "xai": "x_ai",
    "watsonx": "ibm.watsonx.ai",
}


def canonical_provider(name: object) -> str:
    """Return today's name of a provider; an empty text if there is none."""
    lower = name.strip().lower() if isinstance(name, str) else ""
    return _CANONICAL.get(lower, lower)


def event_id_of(response_id: object) -> str | None:
    """Return the id of the event for an answer; `None` if the answer's own id cannot tell it from others.

    The provider has no part in it: emitters disagree about the provider of the same answer (the model's maker, the cloud that
    hosts it, the gateway in between), and an id of this length is unique without it.
    """
    if not isinstance(response_id, str) or len(response_id) < MIN_ID_LENGTH:
        return None
    return str(uuid5(NAMESPACE, f"response:{response_id}"))


def event_id_of_call(framework: str, call_id: object) -> str:
    """Return the id of the event for an answer that has no id, by what the framework calls the call: it is told but once."""
    return str(uuid5(NAMESPACE, f"{framework}:{call_id}"))


def is_provider_id(response_id: str | None) -> bool:
    """Whether a model's provider made this id, so that each of its answers has one and no two share it."""
    return response_id is not None and response_id.startswith(_PROVIDER_IDS)


def event_id_of_span(trace_id: int, span_id: int) -> str:
    """Return the id of the event for a span whose answer has no id: the same span is never billed twice."""
    return str(uuid5(NAMESPACE, f"span:{trace_id:032x}:{span_id:016x}"))
