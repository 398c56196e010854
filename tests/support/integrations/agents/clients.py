"""Clients of the providers' SDKs on the models for agents, wrapped or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.support.integrations.providers.server import Fake
from tests.support.integrations.recorder import Recorder

if TYPE_CHECKING:
    import anthropic
    import openai
    from google import genai

# Each function imports its SDK. A process that needs one of them does not load the others.

# Without certificates. Loading them takes most of the time of making a client, and plain http needs
# none. An attempt that fails is not repeated.
PLAIN: dict[str, Any] = {"verify": False}
KEYS: dict[str, Any] = {"api_key": "sk-not-a-key", "max_retries": 0, "timeout": 60}
AWS: dict[str, Any] = {
    "region_name": "us-east-1",
    "aws_access_key_id": "not-a-key",
    "aws_secret_access_key": "not-a-secret",
}


def openai_client(models: Fake, coomon: Recorder | None) -> openai.OpenAI:
    import openai

    from coobird.integrations import openai as openai_meter

    http = openai.DefaultHttpxClient(**PLAIN)
    client = openai.OpenAI(base_url=f"{models.url}/v1", http_client=http, **KEYS)
    return client if coomon is None else openai_meter.wrap(client, coomon, provider="openai", cost=True)


def async_openai_client(models: Fake, coomon: Recorder | None) -> openai.AsyncOpenAI:
    import openai

    from coobird.integrations import openai as openai_meter

    http = openai.DefaultAsyncHttpxClient(**PLAIN)
    client = openai.AsyncOpenAI(base_url=f"{models.url}/v1", http_client=http, **KEYS)
    return client if coomon is None else openai_meter.wrap(client, coomon, provider="openai", cost=True)


def anthropic_client(models: Fake, coomon: Recorder | None) -> anthropic.Anthropic:
    import anthropic

    from coobird.integrations import anthropic as anthropic_meter

    http = anthropic.DefaultHttpxClient(**PLAIN)
    client = anthropic.Anthropic(base_url=models.url, http_client=http, **KEYS)
    return client if coomon is None else anthropic_meter.wrap(client, coomon, provider="anthropic", cost=True)


def async_anthropic_client(models: Fake, coomon: Recorder | None) -> anthropic.AsyncAnthropic:
    import anthropic

    from coobird.integrations import anthropic as anthropic_meter

    http = anthropic.DefaultAsyncHttpxClient(**PLAIN)
    client = anthropic.AsyncAnthropic(base_url=models.url, http_client=http, **KEYS)
    return client if coomon is None else anthropic_meter.wrap(client, coomon, provider="anthropic", cost=True)


def google_client(models: Fake, coomon: Recorder | None) -> genai.Client:
    from google import genai

    from coobird.integrations import google as google_meter

    options: Any = {"base_url": models.url, "client_args": PLAIN, "async_client_args": PLAIN}
    client = genai.Client(api_key="not-a-key", http_options=options)
    return client if coomon is None else google_meter.wrap(client, coomon, cost=True)


def bedrock_client(models: Fake, coomon: Recorder | None) -> Any:
    import boto3

    from coobird.integrations import bedrock as bedrock_meter

    client = boto3.client("bedrock-runtime", endpoint_url=models.url, verify=False, **AWS)
    return client if coomon is None else bedrock_meter.wrap(client, coomon, cost=True)
