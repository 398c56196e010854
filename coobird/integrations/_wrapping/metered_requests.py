"""Requests that each `wrap` meters, with the operation of each, named as in OpenTelemetry (tables).

A key is the path of a POST request, as the SDK writes it; for google-genai the method of a model,
for Bedrock the operation of its API. `coobird/integrations/unmetered.yaml` lists all other methods
of the SDKs. A test compares both with the SDKs that are installed.
"""

from __future__ import annotations

OPENAI = {
    "/chat/completions": "chat",
    "/responses": "chat",
    "/responses/compact": "chat",
    "/completions": "text_completion",
    "/embeddings": "embeddings",
}

ANTHROPIC = {"/v1/messages": "chat"}

GOOGLE = {
    "generateContent": "chat",
    "streamGenerateContent": "chat",
    "embedContent": "embeddings",
    "batchEmbedContents": "embeddings",
}

BEDROCK = {
    "Converse": "chat",
    "ConverseStream": "chat",
    "InvokeModel": "chat",
    "InvokeModelWithResponseStream": "chat",
}

MISTRAL = {
    "/v1/chat/completions": "chat",
    "/v1/agents/completions": "chat",
    "/v1/conversations": "chat",
    "/v1/conversations/{conversation_id}": "chat",
    "/v1/conversations/{conversation_id}/restart": "chat",
    "/v1/fim/completions": "text_completion",
    "/v1/embeddings": "embeddings",
    # Of Azure's client, and the methods of a model of Vertex AI's.
    "/models/chat/completions": "chat",
    "/rawPredict": "chat",
    "/streamRawPredict": "chat",
}

COHERE = {
    "/v1/chat": "chat",
    "/v1/generate": "text_completion",
    "/v1/embed": "embeddings",
    "/v2/chat": "chat",
    "/v2/embed": "embeddings",
}

GROQ = {"/openai/v1/chat/completions": "chat", "/openai/v1/embeddings": "embeddings"}

OLLAMA = {
    "/api/chat": "chat",
    "/api/generate": "text_completion",
    "/api/embed": "embeddings",
    "/api/embeddings": "embeddings",
}
