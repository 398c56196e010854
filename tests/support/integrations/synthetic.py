"""Spans like those of an instrumentation, made by hand."""

from __future__ import annotations

import uuid
from typing import Any

from opentelemetry import trace

RUN = {"customer_id": "cust", "agent_id": "agent"}
CHAT: dict[str, Any] = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "openai",
    "gen_ai.response.model": "gpt-5-2026",
    "gen_ai.usage.input_tokens": 1000,
    "gen_ai.usage.output_tokens": 50,
}


def with_id(**more: Any) -> dict[str, Any]:
    """A chat whose answer has an id of its own."""
    return {**CHAT, "gen_ai.response.id": f"chatcmpl-{uuid.uuid4().hex}", **more}


def emit(tracer: trace.Tracer, attributes: dict[str, Any], name: str = "chat") -> None:
    """Start a span in the current one, and end it."""
    with tracer.start_as_current_span(name) as span:
        span.set_attributes(attributes)
