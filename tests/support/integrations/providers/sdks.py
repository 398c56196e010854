"""SDKs that `wrap` meters, each with the same few calls, so that one test holds for all of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any, Protocol

from tests.support.integrations.providers import bedrock, cohere, gemini, ollama, openai_form
from tests.support.integrations.providers.server import Fake, Reply, Request

WEATHER = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}


class Sdk(Protocol):
    """One SDK. A client of `open` makes the sync calls, one of `open_async` the others.

    `input_is_known_early`: a stream that breaks off has stated the tokens of its input.
    """

    name: str
    provider: str
    input_is_known_early: bool
    answer: Callable[[Request], Reply]
    refusal: object

    def open(self, url: str, **options: Any) -> Any: ...
    def open_async(self, url: str, **options: Any) -> Any: ...
    def wrap(self, client: Any, coomon: Any, **options: Any) -> Any: ...
    def create(self, client: Any, scenario: str = "plain") -> Any: ...
    def stream(self, client: Any, scenario: str = "plain") -> Any: ...
    async def create_async(self, client: Any, scenario: str = "plain") -> Any: ...
    async def stream_async(self, client: Any, scenario: str = "plain") -> Any: ...
    def shown(self, answer: Any) -> Any:
        """Return the parts of an answer that two equal calls have in common."""
        ...


class Google:
    name = "google"
    provider = "gcp.gemini"
    input_is_known_early = True
    answer = staticmethod(gemini.answer)
    refusal = gemini.REFUSAL
    model = "gemini-2.5-flash"

    def open(self, url: str, *, timeout: float | None = None, **options: Any) -> Any:
        from google import genai

        http = {"base_url": url, "timeout": None if timeout is None else int(timeout * 1000)}
        # Without certificates: loading them takes most of the time of making a client.
        http |= {"client_args": {"verify": False}, "async_client_args": {"verify": False}}
        return genai.Client(api_key="not-a-key", http_options=http, **options)

    @asynccontextmanager
    async def open_async(self, url: str, **options: Any) -> AsyncIterator[Any]:
        client = self.open(url, **options)
        yield client
        await client.aio.aclose()

    def wrap(self, client: Any, coomon: Any, **options: Any) -> Any:
        from coobird.integrations.google import wrap

        return wrap(client, coomon, **options)

    def arguments(self, scenario: str) -> dict[str, Any]:
        config: dict[str, Any] = {}
        if scenario == "tools":
            function = {"name": "get_weather", "description": "Tells the weather.", "parameters_json_schema": WEATHER}
            config["tools"] = [{"function_declarations": [function]}]
        if scenario == "structured":
            config |= {"response_mime_type": "application/json", "response_json_schema": WEATHER}
        return {"model": self.model, "contents": "Say hello", "config": config}

    def create(self, client: Any, scenario: str = "plain") -> Any:
        return client.models.generate_content(**self.arguments(scenario))

    def stream(self, client: Any, scenario: str = "plain") -> Any:
        return client.models.generate_content_stream(**self.arguments(scenario))

    async def create_async(self, client: Any, scenario: str = "plain") -> Any:
        return await client.aio.models.generate_content(**self.arguments(scenario))

    async def stream_async(self, client: Any, scenario: str = "plain") -> Any:
        return await client.aio.models.generate_content_stream(**self.arguments(scenario))

    def shown(self, answer: Any) -> Any:
        return type(answer), answer.model_dump(exclude={"sdk_http_response"}, exclude_unset=True)


AWS: dict[str, Any] = {
    "region_name": "us-east-1",
    "aws_access_key_id": "not-a-key",
    "aws_secret_access_key": "not-a-secret",
    "verify": False,
}


class Bedrock:
    name = "bedrock"
    provider = "aws.bedrock"
    input_is_known_early = False
    answer = staticmethod(bedrock.answer)
    refusal = bedrock.REFUSAL
    model = "us.anthropic.claude-sonnet-4-5-20250929-v1:0"

    def open(self, url: str, *, timeout: float = 30) -> Any:
        import boto3
        from botocore.config import Config

        config = Config(read_timeout=timeout, retries={"total_max_attempts": 2})
        return boto3.client("bedrock-runtime", endpoint_url=url, config=config, **AWS)

    @asynccontextmanager
    async def open_async(self, url: str) -> AsyncIterator[Any]:
        from aiobotocore.session import get_session

        async with get_session().create_client("bedrock-runtime", endpoint_url=url, **AWS) as client:
            yield client

    def wrap(self, client: Any, coomon: Any, **options: Any) -> Any:
        from coobird.integrations.bedrock import wrap

        return wrap(client, coomon, **options)

    def arguments(self, scenario: str) -> dict[str, Any]:
        tool = {"toolSpec": {"name": "get_weather", "inputSchema": {"json": WEATHER}}}
        tools = {"toolConfig": {"tools": [tool]}} if scenario == "tools" else {}
        return {"modelId": self.model, "messages": [{"role": "user", "content": [{"text": "Say hello"}]}], **tools}

    def create(self, client: Any, scenario: str = "plain") -> Any:
        return client.converse(**self.arguments(scenario))

    def stream(self, client: Any, scenario: str = "plain") -> Any:
        return client.converse_stream(**self.arguments(scenario))["stream"]

    async def create_async(self, client: Any, scenario: str = "plain") -> Any:
        return await client.converse(**self.arguments(scenario))

    async def stream_async(self, client: Any, scenario: str = "plain") -> Any:
        return (await client.converse_stream(**self.arguments(scenario)))["stream"]

    def shown(self, answer: Any) -> Any:
        return type(answer), {name: value for name, value in answer.items() if name != "ResponseMetadata"}


FUNCTION = {"name": "get_weather", "description": "Tells the weather.", "parameters": WEATHER}
PROMPT = [{"role": "user", "content": "Say hello"}]


class Mistral:
    name = "mistral"
    provider = "mistral_ai"
    input_is_known_early = False
    answer = staticmethod(openai_form.mistral)
    refusal = openai_form.REFUSAL
    model = "mistral-large-latest"

    def open(self, url: str, *, timeout: float = 30) -> Any:
        import httpx2
        from mistralai.client import Mistral
        from mistralai.client.utils import BackoffStrategy, RetryConfig

        return Mistral(
            api_key="not-a-key",
            server_url=url,
            client=httpx2.Client(verify=False),
            async_client=httpx2.AsyncClient(verify=False),
            timeout_ms=int(timeout * 1000),
            retry_config=RetryConfig("backoff", BackoffStrategy(1, 2, 1.1, 5000), False),
        )

    @asynccontextmanager
    async def open_async(self, url: str) -> AsyncIterator[Any]:
        async with self.open(url) as client:
            yield client

    def wrap(self, client: Any, coomon: Any, **options: Any) -> Any:
        from coobird.integrations.mistral import wrap

        return wrap(client, coomon, **options)

    def arguments(self, scenario: str) -> dict[str, Any]:
        tools = {"tools": [{"type": "function", "function": FUNCTION}]} if scenario == "tools" else {}
        form = {"response_format": {"type": "json_object"}} if scenario == "structured" else {}
        return {"model": self.model, "messages": PROMPT, **tools, **form}

    def create(self, client: Any, scenario: str = "plain") -> Any:
        return client.chat.complete(**self.arguments(scenario))

    def stream(self, client: Any, scenario: str = "plain") -> Any:
        return client.chat.stream(**self.arguments(scenario))

    async def create_async(self, client: Any, scenario: str = "plain") -> Any:
        return await client.chat.complete_async(**self.arguments(scenario))

    async def stream_async(self, client: Any, scenario: str = "plain") -> Any:
        return await client.chat.stream_async(**self.arguments(scenario))

    def shown(self, answer: Any) -> Any:
        return type(answer), answer.model_dump()


class Groq(Mistral):
    name = "groq"
    provider = "groq"
    answer = staticmethod(openai_form.groq)
    model = "openai/gpt-oss-120b"

    def open(self, url: str, *, timeout: float = 30) -> Any:
        import groq

        http = groq.DefaultHttpxClient(verify=False)
        return groq.Groq(api_key="not-a-key", base_url=url, timeout=timeout, max_retries=1, http_client=http)

    @asynccontextmanager
    async def open_async(self, url: str) -> AsyncIterator[Any]:
        import groq

        http = groq.DefaultAsyncHttpxClient(verify=False)
        async with groq.AsyncGroq(api_key="not-a-key", base_url=url, http_client=http) as client:
            yield client

    def wrap(self, client: Any, coomon: Any, **options: Any) -> Any:
        from coobird.integrations.groq import wrap

        return wrap(client, coomon, **options)

    def create(self, client: Any, scenario: str = "plain") -> Any:
        return client.chat.completions.create(**self.arguments(scenario))

    def stream(self, client: Any, scenario: str = "plain") -> Any:
        return client.chat.completions.create(stream=True, **self.arguments(scenario))

    async def create_async(self, client: Any, scenario: str = "plain") -> Any:
        return await client.chat.completions.create(**self.arguments(scenario))

    async def stream_async(self, client: Any, scenario: str = "plain") -> Any:
        return await client.chat.completions.create(stream=True, **self.arguments(scenario))


class Cohere(Mistral):
    name = "cohere"
    provider = "cohere"
    answer = staticmethod(cohere.answer)
    refusal = cohere.REFUSAL
    model = "command-a-03-2025"

    def open(self, url: str, *, timeout: float = 30) -> Any:
        import httpx
        from cohere import ClientV2

        return ClientV2("not-a-key", base_url=url, timeout=timeout, httpx_client=httpx.Client(timeout=timeout))

    @asynccontextmanager
    async def open_async(self, url: str) -> AsyncIterator[Any]:
        import httpx
        from cohere import AsyncClientV2

        async with httpx.AsyncClient(verify=False) as http:
            yield AsyncClientV2("not-a-key", base_url=url, httpx_client=http)

    def wrap(self, client: Any, coomon: Any, **options: Any) -> Any:
        from coobird.integrations.cohere import wrap

        return wrap(client, coomon, **options)

    def create(self, client: Any, scenario: str = "plain") -> Any:
        return client.chat(**self.arguments(scenario))

    def stream(self, client: Any, scenario: str = "plain") -> Any:
        return client.chat_stream(**self.arguments(scenario))

    async def create_async(self, client: Any, scenario: str = "plain") -> Any:
        return await client.chat(**self.arguments(scenario))

    async def stream_async(self, client: Any, scenario: str = "plain") -> Any:
        return client.chat_stream(**self.arguments(scenario))


class Ollama(Mistral):
    name = "ollama"
    provider = "ollama"
    answer = staticmethod(ollama.answer)
    refusal = ollama.REFUSAL
    model = "llama3.2"

    def open(self, url: str, *, timeout: float = 30) -> Any:
        from ollama import Client

        return Client(url, timeout=timeout, verify=False)

    @asynccontextmanager
    async def open_async(self, url: str) -> AsyncIterator[Any]:
        from ollama import AsyncClient

        async with AsyncClient(url, verify=False) as client:
            yield client

    def wrap(self, client: Any, coomon: Any, **options: Any) -> Any:
        from coobird.integrations.ollama import wrap

        return wrap(client, coomon, **options)

    def arguments(self, scenario: str) -> dict[str, Any]:
        tools = {"tools": [{"type": "function", "function": FUNCTION}]} if scenario == "tools" else {}
        return {
            "model": self.model,
            "messages": PROMPT,
            "format": WEATHER if scenario == "structured" else None,
            **tools,
        }

    def create(self, client: Any, scenario: str = "plain") -> Any:
        return client.chat(**self.arguments(scenario))

    def stream(self, client: Any, scenario: str = "plain") -> Any:
        return client.chat(stream=True, **self.arguments(scenario))

    async def create_async(self, client: Any, scenario: str = "plain") -> Any:
        return await client.chat(**self.arguments(scenario))

    async def stream_async(self, client: Any, scenario: str = "plain") -> Any:
        return await client.chat(stream=True, **self.arguments(scenario))


SDKS: list[Sdk] = [Google(), Bedrock(), Mistral(), Groq(), Cohere(), Ollama()]


def fake_of(sdk: Sdk) -> Fake:
    return Fake(sdk.answer, sdk.refusal)


def read(stream: Any) -> list[Any]:
    """Read a stream to its end; its last item is the error that ended it, if one did."""
    got: list[Any] = []
    items: Iterator[Any] = iter(stream)
    try:
        got.extend(items)
    except Exception as error:  # noqa: BLE001 - each SDK has errors of its own
        got.append(error)
    return got


async def read_async(stream: AsyncIterator[Any]) -> list[Any]:
    got: list[Any] = []
    try:
        async for item in stream:
            got.append(item)  # noqa: PERF401 - the items before an error count
    except Exception as error:  # noqa: BLE001 - each SDK has errors of its own
        got.append(error)
    return got
