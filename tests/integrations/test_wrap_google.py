"""`wrap` of google-genai: what only Gemini has."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from coobird.integrations import UsageMissingError
from coobird.integrations._metering.gemini_usage import from_gemini
from coobird.integrations._metering.usage import Usage as Read
from coobird.integrations.google import wrap
from tests.support.integrations.fake_usage import Usage
from tests.support.integrations.leftovers import LEFT_TO_THE_COLLECTOR
from tests.support.integrations.providers import gemini
from tests.support.integrations.providers.sdks import Google
from tests.support.integrations.providers.server import Fake, Reply, Request
from tests.support.integrations.recorder import Recorder

pytestmark = [
    pytest.mark.filterwarnings("ignore:Inheritance class AiohttpClientSession:DeprecationWarning"),
    *LEFT_TO_THE_COLLECTOR,
]

SDK = Google()
RUN = {"customer_id": "cust", "agent_id": "agent"}


@pytest.fixture
def fake() -> Iterator[Fake]:
    with Fake(gemini.answer, gemini.REFUSAL) as server:
        yield server


@pytest.fixture
def client(fake: Fake, coomon: Recorder) -> Any:
    return wrap(SDK.open(fake.url), coomon)


def tokens(event: dict[str, Any]) -> Usage:
    names = ("input_tokens", "output_tokens", "cache_read_input_tokens", "cache_write_input_tokens")
    found = [event["attributes"].get(name) for name in (*names, "reasoning_output_tokens")]
    return Usage(found[0], found[1], *(count or 0 for count in found[2:]))


def with_metadata(**more: Any) -> Callable[[Request], Reply]:
    """Answers of the fake, with other values in each answer's first candidate or usage."""

    def answer(request: Request) -> Reply:
        reply = gemini.answer(request)
        value = json.loads(reply.parts[-1].removeprefix(b"data: "))
        value["usageMetadata"] |= more.get("usage", {})
        value["candidates"][0] |= more.get("candidate", {})
        value |= more.get("top", {})
        return replace(reply, parts=[json.dumps(value).encode()])

    return answer


def weather(city: str) -> str:
    """Tells the weather of a city."""
    return f"Sunny in {city}"


def test_each_round_of_automatic_function_calling_is_a_call(fake: Fake, coomon: Recorder, client: Any) -> None:
    def get_weather(city: str) -> str:
        """Tells the weather of a city."""
        return weather(city)

    fake.scenario = "tools"
    with coomon.run(**RUN):
        answer = client.models.generate_content(model=SDK.model, contents="Hi", config={"tools": [get_weather]})
    assert answer.text == "Hello there"
    assert len(fake.calls) == 2
    assert [tokens(event) for event in coomon.events] == [call.usage for call in fake.calls]
    assert {event["metadata"]["response_id"] for event in coomon.events} == {call.id for call in fake.calls}
    assert coomon.errors == []


def test_chats_are_metered_with_and_without_streaming_and_in_coroutines(
    fake: Fake, coomon: Recorder, client: Any
) -> None:
    async def talk() -> None:
        chat = client.aio.chats.create(model=SDK.model)
        await chat.send_message("Hi")
        async for _ in await chat.send_message_stream("Hi"):
            pass
        await client.aio.aclose()

    with coomon.run(**RUN):
        chat = client.chats.create(model=SDK.model)
        chat.send_message("Hi")
        assert "".join(chunk.text or "" for chunk in chat.send_message_stream("Hi")) == "Hello there"
        asyncio.run(talk())
    assert [tokens(event) for event in coomon.events] == [call.usage for call in fake.calls]
    assert (len(coomon.events), coomon.errors) == (4, [])


def test_the_asynchronous_half_of_a_client_can_be_wrapped_and_is_the_same_client(
    fake: Fake, coomon: Recorder, client: Any
) -> None:
    assert wrap(client.aio, coomon) is client.aio
    with coomon.run(**RUN):
        SDK.create(client)
    assert len(coomon.events) == 1


def test_httpx_in_place_of_aiohttp_is_metered_the_same(fake: Fake, coomon: Recorder) -> None:
    import httpx
    from google import genai

    async def main() -> None:
        async with httpx.AsyncClient(verify=False) as http:
            options: Any = {"base_url": fake.url, "httpx_async_client": http}
            client = wrap(genai.Client(api_key="x", http_options=options), coomon)
            with coomon.run(**RUN):
                await SDK.create_async(client)
                async for _ in await SDK.stream_async(client):
                    pass

    asyncio.run(main())
    assert [tokens(event) for event in coomon.events] == [call.usage for call in fake.calls]
    assert (len(coomon.events), coomon.errors) == (2, [])


def vertex(url: str, location: str = "global") -> Any:
    from google import genai
    from google.oauth2.credentials import Credentials

    options: Any = {"base_url": url, "client_args": {"verify": False}}
    return genai.Client(
        vertexai=True, project="p", location=location, credentials=Credentials("not-a-token"), http_options=options
    )


def test_vertex_ai_is_metered_with_its_region(fake: Fake, coomon: Recorder) -> None:
    client = wrap(vertex(fake.url, "europe-west4"), coomon)
    with coomon.run(**RUN):
        SDK.create(client)
        client.models.embed_content(model="text-embedding-005", contents="Hi")
    content, embedding = coomon.events
    assert (content["attributes"]["provider"], content["attributes"]["region"]) == ("gcp.vertex_ai", "europe-west4")
    assert tokens(content) == fake.calls[0].usage
    assert (tokens(embedding), embedding["attributes"]["operation"]) == (gemini.EMBEDDED, "embeddings")
    assert embedding["attributes"]["model"] == "text-embedding-005"
    assert coomon.errors == []


def test_embeddings_without_usage_are_reported_and_with_it_billed(fake: Fake, coomon: Recorder, client: Any) -> None:
    with coomon.run(**RUN):
        client.models.embed_content(model="gemini-embedding-001", contents="Hi")
    assert coomon.events == []
    (error,) = coomon.errors
    assert isinstance(error, UsageMissingError)
    assert error.call == {
        "provider": "gcp.gemini",
        "operation": "embeddings",
        "model": "gemini-embedding-001",
        "source": "wrap",
    }
    assert "does not report it for embeddings" in str(error)


def test_counting_tokens_is_no_call(fake: Fake, coomon: Recorder, client: Any) -> None:
    fake.answer = lambda request: Reply([b'{"totalTokens": 3}'], Usage(0, 0))
    with coomon.run(**RUN):
        assert client.models.count_tokens(model=SDK.model, contents="Hi").total_tokens == 3
    assert (coomon.events, coomon.errors) == ([], [])


def test_a_blocked_prompt_is_billed_with_its_input(fake: Fake, coomon: Recorder, client: Any) -> None:
    blocked = {"usage": {"candidatesTokenCount": 0, "totalTokenCount": 120}, "top": {"candidates": None}}
    fake.answer = with_metadata(**blocked, candidate={})
    with coomon.run(**RUN):
        client.models.generate_content(model=SDK.model, contents="Hi")
    assert tokens(coomon.events[0]) == Usage(120, 0)


def cost_of(fake: Fake, *, model: str = SDK.model, at: str | None = None, **more: Any) -> tuple[Any, list[str]]:
    """Return the cost of one call whose answer has more values, and the reports."""
    coomon = Recorder()
    fake.answer = with_metadata(**more)
    client = wrap(SDK.open(fake.url) if at is None else vertex(fake.url, at), coomon, cost=True, **RUN)
    client.models.generate_content(model=model, contents="Hi")
    return coomon.events[0]["attributes"].get("cost_usd"), [str(error) for error in coomon.errors]


def test_the_cost_is_that_of_the_price_list_or_withheld_with_the_fact_that_stood_in_the_way(fake: Fake) -> None:
    text = Decimal(120) * Decimal("0.3") / 10**6 + Decimal(30) * Decimal("2.5") / 10**6
    assert cost_of(fake) == (text, [])
    audio = [{"modality": "TEXT", "tokenCount": 20}, {"modality": "AUDIO", "tokenCount": 100}]
    assert cost_of(fake, usage={"promptTokensDetails": audio}) == (text + 100 * Decimal("0.7") / 10**6, [])
    grounding = {"groundingMetadata": {"webSearchQueries": ["birds", "more birds", ""]}}
    assert cost_of(fake, candidate=grounding) == (text + Decimal("0.035"), [])
    maps = {"groundingMetadata": {"groundingChunks": [{"maps": {"uri": "x"}}]}}
    for more, fact in (
        ({"candidate": maps}, "grounding"),
        ({"usage": {"serviceTier": "priority"}}, "priority"),
        ({"usage": {"trafficType": "PROVISIONED_THROUGHPUT"}}, "provisioned_throughput"),
        ({"usage": {"totalTokenCount": 149}}, "contradicts"),
        ({"at": "europe-west4"}, "europe-west4"),
        ({"usage": {"hologramTokenCount": 5}}, "usageMetadata.hologramTokenCount is not understood"),
        (
            {"usage": {"promptTokensDetails": [{"modality": "MODALITY_UNSPECIFIED", "tokenCount": 120}]}},
            "modality_unspecified",
        ),
        ({"usage": {"candidatesTokensDetails": [{"modality": "VIDEO", "tokenCount": 30}]}}, "'video'"),
    ):
        amount, reports = cost_of(fake, **more)
        assert (amount, len(reports)) == (None, 1), more
        assert fact in reports[0]


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({"promptTokenCount": 10, "candidatesTokenCount": 5, "totalTokenCount": 15}, Read(10, 5)),
        ({"promptTokenCount": 10, "thoughtsTokenCount": 7, "totalTokenCount": 17}, Read(10, 7, reasoning=7)),
        # Thoughts that have no count of their own.
        ({"promptTokenCount": 10, "candidatesTokenCount": 5, "totalTokenCount": 22}, Read(10, 12)),
        # Candidates that include the thoughts, and a prompt that includes the tool use.
        (
            {"promptTokenCount": 10, "candidatesTokenCount": 12, "thoughtsTokenCount": 7, "totalTokenCount": 22},
            Read(10, 12, reasoning=7),
        ),
        (
            {"promptTokenCount": 30, "candidatesTokenCount": 5, "toolUsePromptTokenCount": 20, "totalTokenCount": 35},
            Read(30, 5),
        ),
        ({"prompt_token_count": 9, "response_token_count": 4, "total_token_count": 13}, Read(9, 4)),
        ({"candidatesTokenCount": 5, "totalTokenCount": 15}, None),
        (None, None),
    ],
)
def test_thoughts_and_tool_use_are_counted_once(counts: Any, expected: Read | None) -> None:
    assert from_gemini(counts) == (expected, ())
