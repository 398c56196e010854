"""Coobird where agents run already. Each module is an extra of its own and is imported only by whoever uses it.

    coobird.integrations.openai           wrap(client): meters one OpenAI client          coobird[openai]
    coobird.integrations.anthropic        wrap(client): meters one Anthropic client       coobird[anthropic]
    coobird.integrations.opentelemetry    CoobirdSpanProcessor: meters GenAI spans        coobird[otel]
    coobird.integrations.prices           what a call costs                               coobird[prices]

They share one rule: one answer of a model is one event, whoever saw it.
"""

from __future__ import annotations

from coobird.integrations._meter import Call, MeteringError, PriceMissingError, UsageMissingError

__all__ = ("Call", "MeteringError", "PriceMissingError", "UsageMissingError")
