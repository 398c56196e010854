"""Calls of the matrix: every API in every form, made with the real `openai` and `anthropic`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any, NamedTuple

import anthropic
import openai

OPENAI_MODEL = "gpt-4o"
ANTHROPIC_MODEL = "claude-sonnet-4-6"
PROMPT = [{"role": "user", "content": "Say hello"}]
PARAMETERS = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}


class Row(NamedTuple):
    """One way to call a model.

    `asks`: the caller of a chat stream sets `include_usage` itself. `payers`: number of calls at
    once, each for a customer of its own. `beyond_sdk`: the framework makes the request itself,
    without the SDK that is wrapped. `beyond_handler`: it does so without the library whose handler
    is there.
    """

    api: str
    scenario: str = "basic"
    stream: bool = False
    is_async: bool = False
    asks: bool = False
    cancel: bool = False
    payers: int = 0
    beyond_sdk: bool = False
    beyond_handler: bool = False

    @property
    def is_broken(self) -> bool:
        """True if the answer is not read to its end, or has none."""
        return self.cancel or self.scenario in ("cut", "failed")

    def __str__(self) -> str:
        words = [self.api, "async" * self.is_async, "stream" * self.stream, "with include_usage" * self.asks]
        words += ["cancelled" * self.cancel, self.scenario * (self.scenario != "basic")]
        return " ".join(word for word in words if word)


def rows() -> list[Row]:
    made: list[Row] = []
    for api in ("chat", "responses", "messages"):
        made += [Row(api, is_async=is_async, stream=stream) for stream in (False, True) for is_async in (False, True)]
        made += [Row(api, name, stream) for name in ("tools", "cached", "reasoning") for stream in (False, True)]
        if api == "chat":
            made += [Row(api, name, stream=True, asks=True) for name in ("basic", "tools", "cached", "reasoning")]
            made += [Row(api, stream=True, is_async=True, asks=True)]
        made += [Row(api, "error"), Row(api, "error", is_async=True), Row(api, "failed", stream=True)]
        made += [Row(api, "cut", stream=True), Row(api, "cut", stream=True, is_async=True)]
        made += [Row(api, stream=True, cancel=True), Row(api, stream=True, is_async=True, cancel=True)]
    return made


class Clients:
    """The four clients of one run, closed with it."""

    def __init__(self, openai_url: str, anthropic_url: str, **options: Any) -> None:
        keys: dict[str, Any] = {"api_key": "sk-not-a-key", "max_retries": 0, **options}
        # Without certificates. Loading them takes most of the time of making a client, and plain
        # http needs none.
        plain: dict[str, Any] = {"verify": False}
        self.openai = openai.OpenAI(base_url=openai_url, http_client=openai.DefaultHttpxClient(**plain), **keys)
        self.async_openai = openai.AsyncOpenAI(
            base_url=openai_url, http_client=openai.DefaultAsyncHttpxClient(**plain), **keys
        )
        self.anthropic = anthropic.Anthropic(
            base_url=anthropic_url, http_client=anthropic.DefaultHttpxClient(**plain), **keys
        )
        self.async_anthropic = anthropic.AsyncAnthropic(
            base_url=anthropic_url, http_client=anthropic.DefaultAsyncHttpxClient(**plain), **keys
        )

    def wrap(self, coomon: Any, **options: Any) -> Clients:
        """Meter all four. The fake's host is unknown, so the providers are named."""
        from coobird.integrations.anthropic import wrap as wrap_anthropic
        from coobird.integrations.openai import wrap as wrap_openai

        for client in (self.openai, self.async_openai):
            assert wrap_openai(client, coomon, provider="openai", **options) is client
        for client in (self.anthropic, self.async_anthropic):
            assert wrap_anthropic(client, coomon, provider="anthropic", **options) is client
        return self

    async def close(self) -> None:
        self.openai.close()
        self.anthropic.close()
        await self.async_openai.close()
        await self.async_anthropic.close()


def create(clients: Clients, row: Row, **extra: Any) -> Any:
    """Make the call. Returns an awaitable on the async clients."""
    arguments: dict[str, Any] = {"extra_headers": {"x-scenario": row.scenario}, **extra}
    if row.stream:
        arguments["stream"] = True
    function = {"name": "get_weather", "description": "Tells the weather.", "parameters": PARAMETERS}
    tools = row.scenario == "tools"
    if row.api == "messages":
        client: Any = clients.async_anthropic if row.is_async else clients.anthropic
        if tools:
            arguments["tools"] = [{"name": "get_weather", "input_schema": PARAMETERS}]
        return client.messages.create(model=ANTHROPIC_MODEL, max_tokens=500, messages=PROMPT, **arguments)
    client = clients.async_openai if row.is_async else clients.openai
    if row.api == "responses":
        if tools:
            arguments["tools"] = [{"type": "function", "strict": True, **function}]
        return client.responses.create(model=OPENAI_MODEL, input="Say hello", **arguments)
    if row.asks:
        arguments["stream_options"] = {"include_usage": True}
    if tools:
        arguments["tools"] = [{"type": "function", "function": function}]
    return client.chat.completions.create(model=OPENAI_MODEL, messages=PROMPT, **arguments)


async def perform(clients: Clients, row: Row) -> list[Any]:
    """Make the call and read it as an application would.

    Returns the items that were read; the last one is the SDK's error, if there was one.
    """
    got: list[Any] = []
    try:
        result = create(clients, row)
        if row.is_async:
            result = await result
        if not row.stream:
            return [result]
        if row.is_async:
            await _read_async(result, got, row.cancel)
        else:
            _read(result, got, row.cancel)
    except (openai.OpenAIError, anthropic.AnthropicError) as error:
        got.append(error)
    except Exception as error:
        if row.scenario != "cut" or "peer closed" not in str(error):
            raise
        got.append(error)
    return got


def _read(stream: Iterator[Any], got: list[Any], cancel: bool) -> None:
    for item in stream:
        got.append(item)
        if cancel and _has_words(item):
            stream.close()  # type: ignore[attr-defined]
            return


async def _read_async(stream: AsyncIterator[Any], got: list[Any], cancel: bool) -> None:
    async for item in stream:
        got.append(item)
        if cancel and _has_words(item):
            await stream.close()  # type: ignore[attr-defined]
            return


def _has_words(item: Any) -> bool:
    """True for the first piece of text. Earlier items only announce the start."""
    if getattr(item, "type", None) in {"response.output_text.delta", "content_block_delta"}:
        return True
    choices = getattr(item, "choices", None)
    return bool(choices and choices[0].delta.content)


def run(clients: Clients, chosen: list[Row]) -> list[list[Any]]:
    """Make the calls one after the other on one event loop, and close the clients."""

    async def all_rows() -> list[list[Any]]:
        try:
            return [await perform(clients, row) for row in chosen]
        finally:
            await clients.close()

    return asyncio.run(all_rows())
