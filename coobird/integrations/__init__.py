"""Coobird where agents run already. Each module is an extra of its own and is imported only by whoever uses it.

    coobird.integrations.openai           wrap(client): meters one OpenAI client          coobird[openai]
    coobird.integrations.anthropic        wrap(client): meters one Anthropic client       coobird[anthropic]
    coobird.integrations.opentelemetry    CoobirdSpanProcessor: meters GenAI spans        coobird[otel]
    coobird.integrations.prices           what a call costs                               coobird[prices]
    coobird.integrations.langchain        CoobirdCallbackHandler: meters its models       coobird[langchain]
    coobird.integrations.litellm          CoobirdLogger: meters its models                coobird[litellm]
    coobird.integrations.asgi             CoobirdMiddleware: each request is a run
    coobird.integrations.wsgi             CoobirdMiddleware: each request is a run
    coobird.integrations.fastapi          in_run: the same as a dependency                coobird[fastapi]
    coobird.integrations.django           CoobirdMiddleware: each request is a run        coobird[django]
    coobird.integrations.celery           connect: each task is in its sender's run       coobird[celery]
    coobird.integrations.aws_lambda       metered: delivers before the freeze

They share one rule: one answer of a model is one event, whoever saw it.
"""

from __future__ import annotations

from coobird.integrations._metering.call import Call
from coobird.integrations._metering.meter import MeteringError, PriceMissingError, UsageMissingError
from coobird.integrations._run_opener import RunOptions

__all__ = ("Call", "MeteringError", "PriceMissingError", "RunOptions", "UsageMissingError")
