"""Meters for SDKs and frameworks in which agents run. Each is imported only by its user.

    coobird.integrations.openai         wrap: meters an OpenAI client             coobird[openai]
    coobird.integrations.anthropic      wrap: meters an Anthropic client          coobird[anthropic]
    coobird.integrations.google         wrap: meters a google-genai client        coobird[google]
    coobird.integrations.bedrock        wrap: meters a bedrock-runtime client     coobird[bedrock]
    coobird.integrations.mistral        wrap: meters a mistralai client           coobird[mistral]
    coobird.integrations.cohere         wrap: meters a cohere client              coobird[cohere]
    coobird.integrations.groq           wrap: meters a groq client                coobird[groq]
    coobird.integrations.ollama         wrap: meters an ollama client             coobird[ollama]
    coobird.integrations.claude_agent   wrap: meters the Claude Agent SDK
    coobird.integrations.opentelemetry  CoobirdSpanProcessor: meters GenAI spans  coobird[otel]
    coobird.integrations.prices         cost_usd: price of a call                 coobird[prices]
    coobird.integrations.langchain      CoobirdCallbackHandler: meters models     coobird[langchain]
    coobird.integrations.litellm        CoobirdLogger: meters models              coobird[litellm]
    coobird.integrations.asgi           CoobirdMiddleware: each request is a run
    coobird.integrations.wsgi           CoobirdMiddleware: each request is a run
    coobird.integrations.fastapi        in_run: the same as a dependency          coobird[fastapi]
    coobird.integrations.django         CoobirdMiddleware: each request is a run  coobird[django]
    coobird.integrations.celery         connect: a task is in its sender's run    coobird[celery]
    coobird.integrations.aws_lambda     metered: delivers before the freeze
    coobird.integrations.metrics        metrics of OpenTelemetry                  coobird[otel]
                                        metrics of Prometheus               coobird[prometheus]

All follow one rule: one answer of a model is one event, also if several of them report it.
"""

from __future__ import annotations

from coobird.integrations._metering.call import Call
from coobird.integrations._metering.errors import (
    BatchNotEndedError,
    MeteringError,
    PriceMissingError,
    UsageMissingError,
)
from coobird.integrations._metering.terms import Terms
from coobird.integrations._run_opener import RunOptions

__all__ = (
    "BatchNotEndedError",
    "Call",
    "MeteringError",
    "PriceMissingError",
    "RunOptions",
    "Terms",
    "UsageMissingError",
)
