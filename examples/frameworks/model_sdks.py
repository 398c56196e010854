"""SDKs of six providers: each answer is an event for the customer of the run.

Usage: python examples/frameworks/model_sdks.py
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import boto3
import httpx
import httpx2
from botocore.awsrequest import AWSResponse
from cohere import ClientV2
from google import genai
from groq import Groq
from mistralai.client import Mistral
from ollama import Client as Ollama

from coobird import Coomon
from coobird.integrations import bedrock, cohere, google, groq, mistral, ollama
from coobird.mock import MockCoobird

API_KEY = "sk_test_model_sdks"

QUESTION: Any = [{"role": "user", "content": "Summarize: a long text about birds."}]


def gemini(coomon: Coomon) -> str:
    usage = {"promptTokenCount": 10, "candidatesTokenCount": 3, "thoughtsTokenCount": 20, "totalTokenCount": 33}
    words = {"content": {"role": "model", "parts": [{"text": "Birds sing."}]}, "finishReason": "STOP"}
    answer = {"candidates": [words], "usageMetadata": usage, "modelVersion": "gemini-2.5-flash"}
    options: Any = {"httpx_client": offline(httpx, answer)}
    client = google.wrap(genai.Client(api_key="x", http_options=options), coomon)
    return str(client.models.generate_content(model="gemini-2.5-flash", contents="Summarize: birds.").text)


def nova(coomon: Coomon) -> str:
    usage = {"inputTokens": 2, "outputTokens": 3, "totalTokens": 13, "cacheReadInputTokens": 8}
    message = {"role": "assistant", "content": [{"text": "Birds sing."}]}
    answer = {"output": {"message": message}, "stopReason": "end_turn", "usage": usage, "metrics": {"latencyMs": 1}}
    client = boto3.client("bedrock-runtime", "us-east-1", aws_access_key_id="x", aws_secret_access_key="y")
    client.meta.events.register("before-send.bedrock-runtime", lambda **_: aws_answer(answer))
    bedrock.wrap(client, coomon)
    messages: Any = [{"role": "user", "content": [{"text": "Summarize: birds."}]}]
    said = client.converse(modelId="amazon.nova-lite-v1:0", messages=messages)
    return str(said["output"]["message"]["content"][0]["text"])


def mistral_large(coomon: Coomon) -> str:
    client = Mistral(api_key="x", client=offline(httpx2, completion("mistral-large-latest")))
    said: Any = mistral.wrap(client, coomon).chat.complete(model="mistral-large-latest", messages=QUESTION)
    return str(said.choices[0].message.content)


def gpt_oss(coomon: Coomon) -> str:
    client = Groq(api_key="x", http_client=offline(httpx, completion("openai/gpt-oss-120b")))
    said = groq.wrap(client, coomon).chat.completions.create(model="openai/gpt-oss-120b", messages=QUESTION)
    return str(said.choices[0].message.content)


def command(coomon: Coomon) -> str:
    usage = {"billed_units": {"input_tokens": 10, "output_tokens": 3}, "tokens": {"input_tokens": 500}}
    message = {"role": "assistant", "content": [{"type": "text", "text": "Birds sing."}]}
    answer = {
        "id": "6b4f3c1e-7f63-4c3b-9a53-1f0f0a3c9d11",
        "finish_reason": "COMPLETE",
        "message": message,
        "usage": usage,
    }
    client = cohere.wrap(ClientV2("x", httpx_client=offline(httpx, answer)), coomon)
    said: Any = client.chat(model="command-a-03-2025", messages=QUESTION)
    return str(said.message.content[0].text)


def llama(coomon: Coomon) -> str:
    message = {"role": "assistant", "content": "Birds sing."}
    answer = {"model": "llama3.2", "message": message, "done": True, "prompt_eval_count": 10, "eval_count": 3}
    client = ollama.wrap(Ollama("http://localhost:11434", transport=transport(httpx, answer)), coomon)
    return str(client.chat(model="llama3.2", messages=QUESTION).message.content)


def main() -> None:
    with MockCoobird() as server, Coomon(API_KEY, host=server.url) as coomon:
        calls: list[Callable[[Coomon], str]] = [gemini, nova, mistral_large, gpt_oss, command, llama]
        for call in calls:
            with coomon.run(customer_id="acme", agent_id=call.__name__):
                print(call(coomon))
        coomon.flush()
        for event in server.events(API_KEY):
            usage = event["attributes"]
            print(f"{event['agent_id']}: {usage['model']}, {usage['input_tokens']} in, {usage['output_tokens']} out")


# So that the example runs without accounts: HTTP clients that answer by themselves.


def transport(package: Any, answer: object) -> Any:
    return package.MockTransport(lambda _: package.Response(200, json=answer))


def offline(package: Any, answer: object) -> Any:
    return package.Client(transport=transport(package, answer))


class Body(io.BytesIO):
    """Body in the form in which botocore reads it."""

    def stream(self, **_: object) -> Iterator[bytes]:
        yield self.read()


def aws_answer(answer: object) -> AWSResponse:
    headers: Any = {"content-type": "application/json", "x-amzn-requestid": "0f2f3c64-5c1b-4b7e-9d0a-2f3a1c9e7b55"}
    return AWSResponse(
        "https://bedrock-runtime.us-east-1.amazonaws.com", 200, headers, Body(json.dumps(answer).encode())
    )


def completion(model: str) -> dict[str, Any]:
    """Return a chat completion as Mistral and Groq answer it."""
    return {
        "id": f"chatcmpl-{uuid4().hex}",
        "object": "chat.completion",
        "created": 1_790_000_000,
        "model": model,
        "choices": [{"index": 0, "message": {"role": "assistant", "content": "Birds sing."}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 10, "completion_tokens": 3, "total_tokens": 13},
    }


if __name__ == "__main__":
    main()
