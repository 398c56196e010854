"""Sections of the SDKs in `providers.sdks`: Google, Bedrock, Mistral, Groq, Cohere and Ollama."""

from __future__ import annotations

import inspect
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, nullcontext, suppress
from typing import Any

from tests.support.integrations.emitters import (
    BOTOCORE,
    EMITTERS,
    NATIVE,
    OPENINFERENCE,
    OPENLLMETRY,
    WRAPPER,
)
from tests.support.integrations.llm_calls import Row
from tests.support.integrations.matrix.section import MAIN, Answered, Column, Session
from tests.support.integrations.providers.sdks import (
    Bedrock,
    Cohere,
    Google,
    Groq,
    Mistral,
    Ollama,
    Sdk,
    fake_of,
    read,
    read_async,
)
from tests.support.integrations.providers.server import Fake

SCENARIOS = ("tools", "cached", "thinking", "structured")
MODELS = {
    "Claude": "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
    "Nova": "amazon.nova-pro-v1:0",
    "Titan": "amazon.titan-text-express-v1",
    "Llama": "meta.llama3-70b-instruct-v1:0",
    "Mistral": "mistral.mistral-7b-instruct-v0:2",
    "Command": "cohere.command-r-v1:0",
    "Titan embeddings": "amazon.titan-embed-text-v2:0",
}
"""Models of Bedrock, each with the body of its maker."""
STREAMED = ("Claude", "Nova", "Llama")

Make = Callable[[Any], Any]
"""Further call of an SDK: its answer, or an awaitable of it on a client for coroutines."""


def rows_of(api: str, scenarios: tuple[str, ...] = SCENARIOS) -> list[Row]:
    """Rows of an API of chats."""
    made = [Row(api, is_async=is_async, stream=stream) for stream in (False, True) for is_async in (False, True)]
    made += [Row(api, name, stream) for name in scenarios for stream in (False, True)]
    made += [Row(api, "error"), Row(api, "error", is_async=True), Row(api, "error", stream=True)]
    made += [Row(api, "cut", stream=True), Row(api, "cut", stream=True, is_async=True)]
    made += [Row(api, stream=True, cancel=True), Row(api, stream=True, is_async=True, cancel=True)]
    return made


class SdkSession:
    """Clients of one SDK, and its server."""

    def __init__(self, sdk: Sdk, fake: Fake, client: Any, async_client: Any, more: dict[str, Make]) -> None:
        self._sdk, self._fake, self._more = sdk, fake, more
        self._client, self._async_client = client, async_client

    def answered(self) -> list[Answered]:
        return [Answered(call.id, tuple(call.usage)) for call in self._fake.calls]

    async def perform(self, row: Row) -> None:
        self._fake.scenario = {"basic": "plain"}.get(row.scenario, row.scenario)
        # Each SDK has errors of its own, which the scenario makes it raise.
        with suppress(Exception) if row.scenario in ("error", "cut") else nullcontext():
            if row.api in self._more:
                await self._call(row)
            elif row.is_async:
                await self._perform_async(row)
            elif row.stream:
                self._read(self._sdk.stream(self._client, self._fake.scenario), row)
            else:
                self._sdk.create(self._client, self._fake.scenario)

    async def _call(self, row: Row) -> None:
        answer = self._more[row.api](self._async_client if row.is_async else self._client)
        if inspect.isawaitable(answer):
            await answer

    async def _perform_async(self, row: Row) -> None:
        if not row.stream:
            await self._sdk.create_async(self._async_client, self._fake.scenario)
            return
        stream = await self._sdk.stream_async(self._async_client, self._fake.scenario)
        if not row.cancel:
            check(await read_async(stream), row)
            return
        items = aiter(stream)
        await anext(items)
        closed = close(items if hasattr(items, "aclose") else stream)
        if inspect.isawaitable(closed):
            await closed

    def _read(self, stream: Any, row: Row) -> None:
        if not row.cancel:
            check(read(stream), row)
            return
        items: Iterator[Any] = iter(stream)
        next(items)
        close(stream)


def check(items: list[Any], row: Row) -> None:
    """Raise the error that ended a stream, unless the row is to break it off."""
    if isinstance(items[-1], Exception) and row.scenario not in ("cut", "error"):
        raise items[-1]


def close(stream: Any) -> Any:
    """Close a stream, or leave it to the garbage collector if it cannot be closed."""
    name = next((name for name in ("aclose", "close") if hasattr(stream, name)), None)
    return None if name is None else getattr(stream, name)()


class SdkSection:
    """Calls of one SDK."""

    is_warmed_by_calls = True
    ends_at_exit = False
    doubts_refusals: tuple[str, ...] = ()
    environment = MAIN

    def __init__(
        self,
        sdk: Sdk,
        title: str,
        package: str,
        rows: list[Row],
        emitters: tuple[str, ...],
        notes: str = "",
        *,
        more: dict[str, Make] | None = None,
        hidden: tuple[Column, ...] = (),
        limits_of_wrap: tuple[str, ...] = (),
    ) -> None:
        self.name, self.title, self.notes = sdk.name, title, notes
        self.packages, self.emitters = (package,), emitters
        self.distributions = (package.replace(".", "-"),)
        self.hidden, self.limits_of_wrap = hidden, limits_of_wrap
        self._sdk, self._rows, self._more = sdk, rows, more or {}

    def rows(self) -> list[Row]:
        return self._rows

    def warm(self) -> None:
        self._sdk.open("http://127.0.0.1:9")

    @asynccontextmanager
    async def open(self, coomon: Any, column: Column) -> AsyncIterator[Session]:
        with fake_of(self._sdk) as fake:
            client = self._sdk.open(fake.url)
            async with self._sdk.open_async(fake.url) as async_client:
                if WRAPPER in column:
                    for each in (client, async_client):
                        self._sdk.wrap(each, coomon, provider=self._sdk.provider)
                yield SdkSession(self._sdk, fake, client, async_client, self._more)


def invoke(model: str, *, stream: bool = False) -> Make:
    """Call of Bedrock's `invoke_model`, whose body is read to its end."""

    def make(client: Any) -> Any:
        if stream:
            return list(client.invoke_model_with_response_stream(modelId=model, body=BODY)["body"])
        return client.invoke_model(modelId=model, body=BODY)["body"].read()

    return make


BODY = json.dumps({"messages": [{"role": "user", "content": "Say hello"}], "max_tokens": 100})

INVOKED = {f"invoke_model {name}": invoke(model) for name, model in MODELS.items()} | {
    f"invoke_model stream {name}": invoke(MODELS[name], stream=True) for name in STREAMED
}
"""Calls by the name of their row."""

ALL = tuple(emitter for emitter in EMITTERS if emitter != NATIVE)
THIRD_PARTY = (OPENINFERENCE, OPENLLMETRY, WRAPPER)
EMBEDDINGS = [Row("embeddings"), Row("embeddings", is_async=True)]


def embed_google(client: Any) -> Any:
    return client.models.embed_content(model="gemini-embedding-001", contents="Hi")


GOOGLE = SdkSection(
    Google(),
    "Google (google-genai)",
    "google.genai",
    [*rows_of("generate_content"), Row("embeddings")],
    THIRD_PARTY,
    more={"embeddings": embed_google},
    limits_of_wrap=("reported",),
    notes="""
The Gemini API reports no usage of embeddings. L leaves out the tokens of thoughts and of tool use;
its counts are exact where the total shows that there are none. OpenTelemetry's instrumentation does
not support this version of google-genai.
""",
)
BEDROCK = SdkSection(
    Bedrock(),
    "Bedrock (boto3)",
    "boto3",
    [
        *rows_of("converse"),
        *(Row(name) for name in INVOKED),
        *(Row(f"invoke_model {stream}{name}", "cached") for name in ("Claude", "Nova") for stream in ("", "stream ")),
    ],
    (BOTOCORE, *ALL),
    more=INVOKED,
    notes="""
Calls of coroutines are those of aiobotocore, of which B makes no spans. B and L leave out the
cached tokens of Claude and Nova in `invoke_model`, O those of Nova. L takes the first output count
of a stream of Llama for the last one, and does not tell streams apart. For the bodies of Mistral
and Command, which have no counts, B estimates them and L has none; both are not billed. L hides the
body of `invoke_model` from I if L was set up before it.
""",
    hidden=((OPENLLMETRY, OPENINFERENCE),),
)
MISTRAL = SdkSection(
    Mistral(),
    "Mistral (mistralai)",
    "mistralai",
    [*rows_of("chat"), *EMBEDDINGS],
    (OPENINFERENCE, WRAPPER),
    more={
        "embeddings": lambda client: client.embeddings.create(model="mistral-embed", inputs=["Hi"]),
    },
    notes="""
OpenLLMetry's instrumentation cannot be imported together with this version of mistralai.
""",
)
COHERE = SdkSection(
    Cohere(),
    "Cohere",
    "cohere",
    [*rows_of("chat"), *EMBEDDINGS],
    (OPENINFERENCE, WRAPPER),
    more={
        "embeddings": lambda client: client.embed(
            model="embed-v4.0", texts=["Hi"], input_type="search_query", embedding_types=["float"]
        ),
    },
    notes="""
Cohere counts more tokens than it bills: those of a prompt of its own. I keeps both counts of a
whole answer, and those that are billed are taken; of a stream, it keeps only the others.
OpenLLMetry's instrumentation makes no spans of the calls of `ClientV2`.
""",
)
GROQ = SdkSection(
    Groq(),
    "Groq",
    "groq",
    [*rows_of("chat"), *EMBEDDINGS],
    THIRD_PARTY,
    more={"embeddings": lambda client: client.embeddings.create(model="nomic-embed", input="Hi")},
    notes="""
I ends its span before a stream is read. Neither I nor L makes spans of embeddings.
""",
)
OLLAMA = SdkSection(
    Ollama(),
    "Ollama",
    "ollama",
    [*rows_of("chat"), *EMBEDDINGS],
    THIRD_PARTY,
    more={"embeddings": lambda client: client.embed(model="nomic-embed-text", input="Hi")},
    notes="""
Neither I nor L makes spans of embeddings. Answers have no id; those with the same tokens that are
made at the same time are told apart by their time, and by the thread or task that makes the call.
""",
)
OTHER_SDKS = (GOOGLE, BEDROCK, MISTRAL, COHERE, GROQ, OLLAMA)
