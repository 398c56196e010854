"""Kinds of model calls that spans stand for, by their attributes (tables, pure).

The tables know the attributes of OpenTelemetry's GenAI conventions, with their former names, and
those of OpenInference.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

PROVIDER = ("gen_ai.provider.name", "gen_ai.system", "llm.provider", "llm.system")
"""Attributes that name the provider, the most exact one first."""

MODEL = (
    "gen_ai.response.model",
    "gen_ai.request.model",
    "llm.response.model_name",
    "llm.model_name",
    "llm.request.model_name",
    "embedding.model_name",
)
"""Attributes that name the model, the most exact one first."""

# Operations that call a model, by the names that emitters give them. All others (agents, workflows,
# tools, retrieval, and names that are not known) may repeat the sums of the calls in them.
_OPERATIONS = {
    **dict.fromkeys(("chat", "generate_content", "generate", "response", "responses", "message", "messages"), "chat"),
    **dict.fromkeys(("converse", "invoke_model"), "chat"),
    **dict.fromkeys(("text_completion", "completion", "completions", "text_generation"), "text_completion"),
    **dict.fromkeys(("embeddings", "embedding", "embed"), "embeddings"),
}
_OPENINFERENCE_KINDS = {"LLM": "chat", "EMBEDDING": "embeddings"}
_KINDS = ("gen_ai.operation.name", "openinference.span.kind")
_FRAMEWORK = ("traceloop.span.kind", "gen_ai.agent.name", "gen_ai.agent.id", "gen_ai.tool.name", "gen_ai.workflow.name")

# Signs of a call that has not ended. OpenInference writes its kind only at the end, and OpenLLMetry
# some names. No operation follows from the type of a request: OpenLLMetry names a chat with Gemini
# a completion.
_REQUEST_TYPES = ("chat", "completion", "embedding")
_PARAMETERS = ("llm.invocation_parameters", "embedding.invocation_parameters")


def operation_of_span(attributes: Mapping[str, Any]) -> str | None:
    """Return the kind of model call that an ended span stands for; `None` if it stands for none."""
    named = attributes.get("gen_ai.operation.name")
    if named is not None:
        return _OPERATIONS.get(str(named).lower())
    kind = attributes.get("openinference.span.kind")
    if kind is not None:
        return _OPENINFERENCE_KINDS.get(str(kind).upper())
    if any(name in attributes for name in _FRAMEWORK):
        return None
    is_call = any(name in attributes for name in PROVIDER) and any(name in attributes for name in MODEL)
    return "chat" if is_call else None


def is_of_call(attributes: Mapping[str, Any]) -> bool:
    """True for the span of a model call, and not of an agent, also before it has ended."""
    return operation_of_span(attributes) is not None or announces_call(attributes)


def announces_call(attributes: Mapping[str, Any]) -> bool:
    """True if the span is of a call that has not ended, though its operation is not known yet."""
    has_sign = attributes.get("llm.request.type") in _REQUEST_TYPES or any(name in attributes for name in _PARAMETERS)
    return has_sign and not any(name in attributes for name in _KINDS)
