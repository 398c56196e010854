"""Reporters of calls, and the instrumentations that patch the packages of each provider."""

from __future__ import annotations

import json
import os
from importlib import import_module

NATIVE, OTEL, OPENINFERENCE, OPENLLMETRY, WRAPPER = "native", "OTel genai", "OpenInference", "OpenLLMetry", "wrapper"
BOTOCORE = "OTel botocore"
HANDLER = "handler"
SDK_OTEL, SDK_OPENINFERENCE = f"{OTEL} of the SDK", f"{OPENINFERENCE} of the SDK"
EMITTERS = (NATIVE, OTEL, OPENINFERENCE, OPENLLMETRY, WRAPPER)

INSTRUMENTORS = {
    ("openai", OTEL): "opentelemetry.instrumentation.genai.openai:OpenAIInstrumentor",
    ("openai", OPENINFERENCE): "openinference.instrumentation.openai:OpenAIInstrumentor",
    ("openai", OPENLLMETRY): "opentelemetry.instrumentation.openai:OpenAIInstrumentor",
    ("anthropic", OTEL): "opentelemetry.instrumentation.genai.anthropic:AnthropicInstrumentor",
    ("anthropic", OPENINFERENCE): "openinference.instrumentation.anthropic:AnthropicInstrumentor",
    ("anthropic", OPENLLMETRY): "opentelemetry.instrumentation.anthropic:AnthropicInstrumentor",
    ("google.genai", OPENINFERENCE): "openinference.instrumentation.google_genai:GoogleGenAIInstrumentor",
    ("google.genai", OPENLLMETRY): ("opentelemetry.instrumentation.google_generativeai:GoogleGenerativeAiInstrumentor"),
    ("boto3", BOTOCORE): "opentelemetry.instrumentation.botocore:BotocoreInstrumentor",
    ("boto3", OTEL): "opentelemetry.instrumentation.genai.bedrock:BedrockInstrumentor",
    ("boto3", OPENINFERENCE): "openinference.instrumentation.bedrock:BedrockInstrumentor",
    ("boto3", OPENLLMETRY): "opentelemetry.instrumentation.bedrock:BedrockInstrumentor",
    ("mistralai", OPENINFERENCE): "openinference.instrumentation.mistralai:MistralAIInstrumentor",
    ("cohere", OPENINFERENCE): "openinference.instrumentation.cohere:CohereInstrumentor",
    ("groq", OPENINFERENCE): "openinference.instrumentation.groq:GroqInstrumentor",
    ("groq", OPENLLMETRY): "opentelemetry.instrumentation.groq:GroqInstrumentor",
    ("ollama", OPENINFERENCE): "openinference.instrumentation.ollama:OllamaInstrumentor",
    ("ollama", OPENLLMETRY): "opentelemetry.instrumentation.ollama:OllamaInstrumentor",
    ("autogen", OPENINFERENCE): "openinference.instrumentation.autogen_agentchat:AutogenAgentChatInstrumentor",
    ("crewai", OPENINFERENCE): "openinference.instrumentation.crewai:CrewAIInstrumentor",
    ("crewai", OPENLLMETRY): "opentelemetry.instrumentation.crewai:CrewAIInstrumentor",
    ("langchain_openai", OPENINFERENCE): "openinference.instrumentation.langchain:LangChainInstrumentor",
    ("langchain_openai", OPENLLMETRY): "opentelemetry.instrumentation.langchain:LangchainInstrumentor",
    ("langgraph", OPENINFERENCE): "openinference.instrumentation.langchain:LangChainInstrumentor",
    ("langgraph", OPENLLMETRY): "opentelemetry.instrumentation.langchain:LangchainInstrumentor",
    ("llama_index", OPENINFERENCE): "openinference.instrumentation.llama_index:LlamaIndexInstrumentor",
    ("litellm", OPENINFERENCE): "openinference.instrumentation.litellm:LiteLLMInstrumentor",
    ("litellm", OPENLLMETRY): "opentelemetry.instrumentation.litellm:LiteLLMInstrumentor",
}
"""Instrumentor of each package and emitter."""
ON_OPENAI = (
    *("agent_framework", "autogen", "crewai", "haystack", "instructor", "langchain_openai", "langgraph"),
    *("litellm", "llama_index", "openai_agents", "pydantic_ai", "smolagents", "strands"),
)
"""Frameworks whose calls in the tests are those of OpenAI's SDK."""
INSTRUMENTORS |= {
    (framework, of_sdk): INSTRUMENTORS["openai", emitter]
    for framework in ON_OPENAI
    for of_sdk, emitter in ((SDK_OTEL, OTEL), (SDK_OPENINFERENCE, OPENINFERENCE))
}
OPTIONS = {("crewai", OPENINFERENCE): {"use_event_listener": True}}
"""Arguments without which an instrumentor makes no spans of model calls."""


def load(emitter: str, package: str) -> type | None:
    """Import the instrumentor of a package; `None` if this emitter has none."""
    place = INSTRUMENTORS.get((package, emitter))
    if place is None:
        return None
    module, _, name = place.partition(":")
    found: type = getattr(import_module(module), name)
    return found


def instrument(emitter: str, *packages: str) -> None:
    """Patch packages, by default both of OpenAI and Anthropic, as users of an emitter do."""
    for package in packages or ("openai", "anthropic"):
        instrumentor = load(emitter, package)
        if instrumentor is not None:
            instrumentor().instrument(**OPTIONS.get((package, emitter), {}))


def choose(emitters: tuple[str, ...]) -> None:
    """Set the environment in which just these emitters make spans."""
    os.environ["ANTHROPIC_OPEN_TELEMETRY"] = "true" if NATIVE in emitters else "false"


def say(**fields: object) -> None:
    print(json.dumps(fields), flush=True)
