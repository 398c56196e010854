"""Event ids: every reporter of the same answer computes the same event id for it (pure)."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha1
from uuid import UUID

NAMESPACE = UUID("1754a62c-1edd-51fd-a8ab-1b069ebb8b7a")
"""Namespace of all event ids. It must never change: the ids that yesterday's process computed must
come out the same today, or answers would be billed twice."""

# `uuid5` asks OpenSSL for its hash each time and makes an object: a tenth of what `wrap` computes.
_NAMESPACE_HASH = sha1(NAMESPACE.bytes, usedforsecurity=False)

MIN_ID_LENGTH = 16
"""Minimum length of a response id that counts as unique, in characters. Some local servers count
from `chatcmpl-1`, or draw three digits: calls that share such an id would be billed as one."""

# Prefixes of ids that OpenAI and Anthropic make. Frameworks put their own ids in the same place.
_PROVIDER_PREFIXES = ("chatcmpl-", "cmpl-", "resp_", "msg_")

# Former and foreign names of a provider, with the name that OpenTelemetry gives it today.
_CANONICAL = {
    "az.ai.openai": "azure.ai.openai",
    "az.ai.inference": "azure.ai.inference",
    "azure": "azure.ai.openai",
    "azure_openai": "azure.ai.openai",
    "azure_text": "azure.ai.openai",
    "amazon_bedrock": "aws.bedrock",
    "aws": "aws.bedrock",
    "aws_bedrock": "aws.bedrock",
    "bedrock": "aws.bedrock",
    "bedrock_converse": "aws.bedrock",
    "cohere_chat": "cohere",
    "gemini": "gcp.gemini",
    "google": "gcp.gemini",
    "google_genai": "gcp.gemini",
    "google-gla": "gcp.gemini",
    "google-vertex": "gcp.vertex_ai",
    "google_vertexai": "gcp.vertex_ai",
    "hosted_vllm": "vllm",
    "vertex_ai": "gcp.vertex_ai",
    "vertexai": "gcp.vertex_ai",
    "mistral": "mistral_ai",
    "mistralai": "mistral_ai",
    "ollama_chat": "ollama",
    "text-completion-openai": "openai",
    "together_ai": "together",
    "xai": "x_ai",
    "watsonx": "ibm.watsonx.ai",
}


def canonical_provider(name: object) -> str:
    """Return today's name of a provider; an empty text if `name` is not a text."""
    lower = name.strip().lower() if isinstance(name, str) else ""
    return _CANONICAL.get(lower, lower)


def event_id_of(response_id: object) -> str | None:
    """Return the event id of an answer; `None` if its response id is too short to be unique.

    The provider is not part of the event id. Reporters disagree about the provider of an answer:
    the model's maker, the cloud that hosts it, or the gateway in between. A response id of the
    minimum length is unique without it.
    """
    if not isinstance(response_id, str) or len(response_id) < MIN_ID_LENGTH:
        return None
    return _event_id_of_answer(response_id)


# Each step in which a call is recognized asks for it, one after the other.
@lru_cache
def _event_id_of_answer(response_id: str) -> str:
    return _id_of(f"response:{response_id}")


def event_id_of_call(framework: str, call_id: object) -> str:
    """Return the event id of an answer without an id, from the framework's id of the call.

    The framework reports each call only once, so its own id is enough.
    """
    return _id_of(f"{framework}:{call_id}")


def event_id_of_batch_line(batch_id: str, line_id: str) -> str:
    """Return the event id of a line of a batch. Whoever reads the results computes the same."""
    return _id_of(f"batch:{batch_id}:{line_id}")


def is_provider_id(response_id: str | None) -> bool:
    """True if the model's provider made this id, so that it is unique and every answer has one."""
    return response_id is not None and response_id.startswith(_PROVIDER_PREFIXES)


def event_id_of_span(trace_id: int, span_id: int) -> str:
    """Return the event id of a span whose answer has no id. It keeps a span from counting twice."""
    return _id_of(f"span:{trace_id:032x}:{span_id:016x}")


def _id_of(name: str) -> str:
    """Return the UUID of version 5 of a name, as `uuid.uuid5` does."""
    digest = _NAMESPACE_HASH.copy()
    digest.update(name.encode())
    text = digest.hexdigest()
    # The version takes the place of four bits, the variant that of two (RFC 9562, section 5.5).
    return f"{text[:8]}-{text[8:12]}-5{text[13:16]}-{'89ab'[int(text[16], 16) % 4]}{text[17:20]}-{text[20:32]}"
