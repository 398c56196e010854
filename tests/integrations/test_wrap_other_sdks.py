"""`wrap` of mistralai, cohere, groq and ollama: what only one of them has."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from typing import Any

import httpx
import pytest

from coobird.integrations import UsageMissingError
from coobird.integrations._metering.cohere_usage import from_cohere
from tests.support.integrations.fake_usage import Usage
from tests.support.integrations.leftovers import LEFT_TO_THE_COLLECTOR
from tests.support.integrations.providers import openai_form
from tests.support.integrations.providers.sdks import PROMPT, Cohere, Groq, Mistral, Ollama, fake_of
from tests.support.integrations.providers.server import Fake, Reply, Request
from tests.support.integrations.recorder import Recorder

pytestmark = LEFT_TO_THE_COLLECTOR

RUN = {"customer_id": "cust", "agent_id": "agent"}


@contextmanager
def wrapped(sdk: Any, coomon: Recorder, **options: Any) -> Iterator[tuple[Fake, Any]]:
    with fake_of(sdk) as fake:
        yield fake, sdk.wrap(sdk.open(fake.url), coomon, provider=sdk.provider, **RUN, **options)


def billed(coomon: Recorder) -> list[tuple[str, str, int, int]]:
    assert coomon.errors == []
    found = [event["attributes"] for event in coomon.events]
    return [(of["operation"], of["model"], of["input_tokens"], of["output_tokens"]) for of in found]


EMBEDDINGS: list[tuple[Any, Callable[[Any], Any], str]] = [
    (Mistral(), lambda client: client.embeddings.create(model="mistral-embed", inputs=["Hi"]), "mistral-embed"),
    (Groq(), lambda client: client.embeddings.create(model="nomic-embed", input="Hi"), "nomic-embed"),
    (
        Cohere(),
        lambda client: client.embed(
            model="embed-v4.0", texts=["Hi"], input_type="search_query", embedding_types=["float"]
        ),
        "embed-v4.0",
    ),
    (Ollama(), lambda client: client.embed(model="nomic-embed-text", input="Hi"), "nomic-embed-text"),
]


@pytest.mark.parametrize(("sdk", "embed", "model"), EMBEDDINGS, ids=[each[0].name for each in EMBEDDINGS])
def test_embeddings_are_billed_by_their_input(
    coomon: Recorder, sdk: Any, embed: Callable[[Any], Any], model: str
) -> None:
    with wrapped(sdk, coomon) as (_, client):
        embed(client)
    assert billed(coomon) == [("embeddings", model, 9, 0)]


def test_mistrals_agents_and_fill_in_the_middle_are_metered(coomon: Recorder) -> None:
    with wrapped(Mistral(), coomon) as (_, client):
        client.fim.complete(model="codestral-latest", prompt="def f(")
        list(client.fim.stream(model="codestral-latest", prompt="def f("))
    assert billed(coomon) == [("text_completion", "codestral-latest", 120, 30)] * 2


def test_tokens_of_a_conversations_tools_are_part_of_the_input(coomon: Recorder) -> None:
    with wrapped(Mistral(), coomon, cost=True) as (_, client):
        client.beta.conversations.start(model="mistral-large-latest", inputs="Hi")
        for _event in client.beta.conversations.start_stream(model="mistral-large-latest", inputs="Hi"):
            pass
    assert [event["attributes"]["input_tokens"] for event in coomon.events] == [120, 120]
    assert [event["attributes"].get("cost_usd") for event in coomon.events] == [None, None]
    assert {event["metadata"].get("response_id") for event in coomon.events} == {None}
    (error,) = coomon.errors
    assert "tools that run at the provider" in str(error)


def test_both_versions_of_coheres_api_bill_the_billed_units(coomon: Recorder) -> None:
    from cohere import AsyncClient, Client

    async def talk(url: str) -> None:
        async with httpx.AsyncClient(verify=False) as http:
            client = Cohere().wrap(AsyncClient("x", base_url=url, httpx_client=http), coomon, **RUN)
            await client.chat(model="command-r", message="Hi")
            async for _ in client.chat_stream(model="command-r", message="Hi"):
                pass

    with fake_of(Cohere()) as fake:
        first = Cohere().wrap(Client("x", base_url=fake.url, httpx_client=httpx.Client(verify=False)), coomon, **RUN)
        assert first.chat(model="command-r", message="Hi").text == "Hello"
        assert [event.event_type for event in first.chat_stream(model="command-r", message="Hi")][-1] == "stream-end"
        first.v2.chat(model="command-r", messages=PROMPT)
        asyncio.run(talk(fake.url))
    assert billed(coomon) == [("chat", "command-r", 120, 30)] * 5
    assert [event["metadata"]["response_id"] for event in coomon.events] == [call.id for call in fake.calls]


@pytest.mark.parametrize("junk", [b"data: {not json\n\n", b": ping\n\n", b'data: {"type": "new"}\n\n'])
def test_a_line_of_a_stream_that_the_sdk_skips_takes_nothing_from_the_usage(coomon: Recorder, junk: bytes) -> None:
    def answer(request: Request) -> Reply:
        reply = sdk.answer(request)
        return replace(reply, parts=[reply.parts[0], junk, *reply.parts[1:]])

    sdk = Cohere()
    with wrapped(sdk, coomon) as (fake, client):
        fake.answer = answer
        assert [event.type for event in sdk.stream(client)][-1] == "message-end"
    assert (billed(coomon), coomon.errors) == ([("chat", sdk.model, 120, 30)], [])


def test_embeddings_have_no_output_also_if_the_answer_does_not_say_so(coomon: Recorder) -> None:
    def answer(request: Request) -> Reply:
        found = {"id": request.id, "object": "list", "model": "m", "data": [], "usage": {"prompt_tokens": 9}}
        return Reply([json.dumps(found).encode()], Usage(9, 0))

    for sdk in (Mistral(), Groq()):
        with wrapped(sdk, coomon) as (fake, client):
            fake.answer = answer
            given = {"inputs" if sdk.name == "mistral" else "input": ["Hi", "Ho"]}
            client.embeddings.create(model="m", **given)
    assert billed(coomon) == [("embeddings", "m", 9, 0)] * 2


def test_embeddings_in_the_threads_of_coheres_first_client_are_of_the_callers_run(coomon: Recorder) -> None:
    from cohere import Client

    def answer(request: Request) -> Reply:
        texts = request.body["texts"]
        meta = {"api_version": {"version": "1"}, "billed_units": {"input_tokens": len(texts)}}
        found = {"id": request.id, "response_type": "embeddings_floats", "texts": texts, "embeddings": [[0.5]]}
        return Reply([json.dumps({**found, "meta": meta}).encode()], Usage(len(texts), 0))

    with fake_of(Cohere()) as fake, httpx.Client(verify=False) as http:
        fake.answer = answer
        client = Cohere().wrap(Client("x", base_url=fake.url, httpx_client=http), coomon)
        for customer, texts in (("one", 97), ("two", 1)):
            with coomon.run(customer_id=customer, agent_id="agent"):
                client.embed(texts=["Hi"] * texts, model="embed-v3", input_type="search_query")
    found = [(event["customer_id"], event["attributes"]["input_tokens"]) for event in coomon.events]
    assert sorted(found) == [("one", 1), ("one", 96), ("two", 1)]
    assert coomon.errors == []


def test_cached_tokens_of_coheres_own_prompt_are_no_part_of_the_billed_ones() -> None:
    units = {"input_tokens": 20, "output_tokens": 3}
    for cached, read, doubts in ((16, 16, 0), (64, None, 1)):
        found = from_cohere({"billed_units": units, "cached_tokens": cached})
        assert found.usage is not None
        assert (found.usage.input, found.usage.cache_read, len(found.doubts)) == (20, read, doubts)


def test_groqs_copies_and_raw_answers_are_metered_once(coomon: Recorder) -> None:
    with wrapped(Groq(), coomon) as (fake, client):
        copied = client.with_options(timeout=9)
        assert Groq().wrap(copied, coomon) is copied
        copied.chat.completions.create(model="m", messages=PROMPT)
        raw = client.chat.completions.with_raw_response.create(model="m", messages=PROMPT)
        assert raw.parse().usage.prompt_tokens == 120
        with client.chat.completions.with_streaming_response.create(model="m", messages=PROMPT) as response:
            assert b"Hello there" in response.read()
        with client.chat.completions.with_streaming_response.create(
            model="m", messages=PROMPT, stream=True
        ) as response:
            assert [line for line in response.iter_lines() if line][-1] == "data: [DONE]"
    assert billed(coomon) == [("chat", "m", 120, 30)] * 4
    assert len(fake.calls) == 4


def test_groqs_own_tools_withhold_the_cost(coomon: Recorder) -> None:
    import json
    from dataclasses import replace

    def answer(request: Any) -> Any:
        reply = openai_form.groq(request)
        value = json.loads(reply.parts[0])
        value["choices"][0]["message"]["executed_tools"] = [{"type": "search", "index": 0, "arguments": "{}"}]
        return replace(reply, parts=[json.dumps(value).encode()])

    with wrapped(Groq(), coomon, cost=True) as (fake, client):
        client.chat.completions.create(model="openai/gpt-oss-120b", messages=PROMPT)
        fake.answer = answer
        client.chat.completions.create(model="openai/gpt-oss-120b", messages=PROMPT)
    costs = [event["attributes"].get("cost_usd") for event in coomon.events]
    assert isinstance(costs[0], Decimal)
    assert costs[1] is None
    (error,) = coomon.errors
    assert "tools that run at the provider" in str(error)


def test_ollamas_generate_is_metered_and_loading_a_model_is_no_call(coomon: Recorder) -> None:
    with wrapped(Ollama(), coomon) as (fake, client):
        client.generate(model="llama3.2", prompt="Hi")
        for _ in client.generate(model="llama3.2", prompt="Hi", stream=True):
            pass
        client.generate(model="llama3.2")
    assert billed(coomon) == [("text_completion", "llama3.2", 120, 30)] * 2
    assert len(fake.calls) == 3


def test_the_times_that_ollama_measured_are_metadata(coomon: Recorder) -> None:
    with wrapped(Ollama(), coomon) as (_, client):
        client.chat(model="llama3.2", messages=PROMPT)
        for _part in client.chat(model="llama3.2", messages=PROMPT, stream=True):
            pass
        client.embed(model="nomic-embed-text", input="Hi")
    times = {"total_duration_ns": 9, "load_duration_ns": 1, "prompt_eval_duration_ns": 3, "eval_duration_ns": 5}
    found = [{name: value for name, value in event["metadata"].items() if name != "source"} for event in coomon.events]
    assert found == [times, times, {"total_duration_ns": 5}]


def test_a_host_that_is_not_the_providers_has_no_provider_unless_it_is_named() -> None:
    for sdk in (Mistral(), Groq(), Cohere()):
        coomon = Recorder()
        with fake_of(sdk) as fake:
            sdk.create(sdk.wrap(sdk.open(fake.url), coomon, cost=True, **RUN))
        (event,) = coomon.events
        assert not event["attributes"].get("provider")
        assert "cost_usd" not in event["attributes"]
        assert len(coomon.errors) == 1


@pytest.mark.parametrize("is_stream", [False, True], ids=["whole", "stream"])
@pytest.mark.parametrize("cloud", ["azure", "vertex"])
def test_mistrals_clients_for_clouds_are_metered_with_the_provider_of_the_cloud(
    coomon: Recorder, cloud: str, is_stream: bool
) -> None:
    import httpx2
    from mistralai.azure.client import MistralAzure
    from mistralai.gcp.client import MistralGCP

    def to_fake(request: httpx2.Request) -> None:
        request.url = httpx2.URL(fake.url)

    with (
        fake_of(Mistral()) as fake,
        httpx2.Client(verify=False, event_hooks={"request": [to_fake]}) as http,
    ):
        client: Any = (
            MistralAzure(api_key="x", server_url="https://name.eastus.models.ai.azure.com", client=http)
            if cloud == "azure"
            else MistralGCP(project_id="p", access_token="x", region="europe-west4", client=http)
        )
        Mistral().wrap(client, coomon, **RUN)
        given = {"model": "mistral-large-2411", "messages": PROMPT}
        assert list(client.chat.stream(**given)) if is_stream else client.chat.complete(**given)
        if cloud == "vertex":
            client.fim.complete(model="codestral-2501", prompt="def f(")
    chat, fim = ("chat", "mistral-large-2411", 120, 30), ("text_completion", "codestral-2501", 120, 30)
    assert billed(coomon) == ([chat, fim] if cloud == "vertex" else [chat])
    sold_by = {(each["attributes"]["provider"], each["attributes"].get("region")) for each in coomon.events}
    assert sold_by == {("gcp.vertex_ai", "europe-west4") if cloud == "vertex" else ("azure.ai.inference", None)}


@pytest.mark.parametrize(
    ("name", "provider"),
    [
        ("BedrockClient", "aws.bedrock"),
        ("BedrockClientV2", "aws.bedrock"),
        ("SagemakerClient", "aws.sagemaker"),
        ("SagemakerClientV2", "aws.sagemaker"),
    ],
)
def test_coheres_clients_for_clouds_have_the_provider_of_the_cloud_and_no_price_of_coheres(
    coomon: Recorder, name: str, provider: str
) -> None:
    import cohere

    def answer(_: Request) -> Reply:
        counts = {f"x-amzn-bedrock-{way}-token-count": count for way, count in (("input", "12"), ("output", "5"))}
        found = {"response_id": "r" * 20, "generation_id": "g", "text": "Hello", "finish_reason": "COMPLETE"}
        return Reply([json.dumps(found).encode()], Usage(12, 5), headers=counts)

    with fake_of(Cohere()) as fake:
        fake.answer = answer

        def to_fake(request: httpx.Request) -> None:
            request.url = httpx.URL(fake.url)

        client = getattr(cohere, name)(aws_access_key="x", aws_secret_key="x", aws_region="us-east-1")
        sender = client._client_wrapper.httpx_client.httpx_client
        sender.event_hooks = {**sender.event_hooks, "request": [*sender.event_hooks["request"], to_fake]}
        Cohere().wrap(client, coomon, cost=True, **RUN)
        said = {"messages": PROMPT} if name.endswith("V2") else {"message": "Hi"}
        with sender:
            client.chat(model="command-a-03-2025", **said)
    (event,) = coomon.events
    found = [event["attributes"].get(each) for each in ("provider", "input_tokens", "output_tokens", "cost_usd")]
    assert found == [provider, 12, 5, None]
    (error,) = coomon.errors
    assert "region" in str(error)


def test_an_http_client_that_others_use_too_meters_the_wrapped_client_only(coomon: Recorder) -> None:
    from cohere import ClientV2

    with fake_of(Cohere()) as fake, httpx.Client(verify=False) as shared:
        first, second = (ClientV2("x", base_url=fake.url, httpx_client=shared) for _ in range(2))
        Cohere().wrap(first, coomon, **RUN)
        second.chat(model="command-r", messages=PROMPT)
        assert shared.post(f"{fake.url}/v2/chat", json={"model": "command-r"}).json()["id"]
        assert coomon.events == []
        first.chat(model="command-r", messages=PROMPT)
        assert len(coomon.events) == 1


@pytest.mark.parametrize("answer", [b"not json", b'{"usage": 7}', b"[]", b""])
def test_an_answer_of_another_shape_is_reported_and_the_callers_error_is_the_sdks(
    coomon: Recorder, answer: bytes
) -> None:
    with wrapped(Mistral(), coomon) as (fake, client):
        fake.answer = lambda _: Reply([answer], Usage(0, 0))
        with pytest.raises(Exception):  # noqa: B017, PT011 - the error is the SDK's
            client.chat.complete(model="m", messages=PROMPT)
    assert coomon.events == []
    assert len(coomon.errors) == 1
    assert type(coomon.errors[0]).__module__.startswith("coobird")


def test_usage_that_is_reported_by_nobody_is_a_usage_missing_error(coomon: Recorder) -> None:
    with wrapped(Ollama(), coomon) as (fake, client):
        fake.scenario = "no-usage"
        client.chat(model="llama3.2", messages=PROMPT)
    assert [type(error) for error in coomon.errors] == [UsageMissingError]


CLOSERS: list[tuple[Any, Callable[[Any], Any], Callable[[Any], Any]]] = [
    (
        Groq(),
        lambda client: client.close(),
        lambda client: client.chat.completions.create(model="llama-3.3-70b", messages=PROMPT),
    ),
    (Ollama(), lambda client: client._client.close(), lambda client: client.chat(model="llama3.2", messages=PROMPT)),
]


@pytest.mark.parametrize(("sdk", "close", "call"), CLOSERS, ids=[each[0].name for each in CLOSERS])
def test_a_call_of_a_closed_client_is_not_reported(
    coomon: Recorder, sdk: Any, close: Callable[[Any], Any], call: Callable[[Any], Any]
) -> None:
    with wrapped(sdk, coomon) as (fake, client):
        close(client)
        with pytest.raises(Exception, match=r"closed|Connection error"):
            call(client)
        assert fake.requests == []
    assert billed(coomon) == []
