"""`wrap` of boto3 and aiobotocore: bodies of all families of models, and what only Bedrock has."""

from __future__ import annotations

import asyncio
import gc
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import boto3
import pytest

from coobird.errors import ConfigurationError
from coobird.integrations import UsageMissingError
from coobird.integrations._metering.bedrock_usage import doubts_of_bedrock, from_bedrock
from coobird.integrations._metering.call import Call
from coobird.integrations._metering.price_list import GenaiPrices
from coobird.integrations._metering.pricing import Priced, Withheld, price
from coobird.integrations._metering.terms import settled
from coobird.integrations._wrapping.bedrock_answers import bedrock_request
from coobird.integrations.bedrock import wrap
from tests.support.integrations.fake_usage import Usage
from tests.support.integrations.leftovers import LEFT_TO_THE_COLLECTOR
from tests.support.integrations.providers import bedrock
from tests.support.integrations.providers.sdks import AWS, Bedrock
from tests.support.integrations.providers.server import Fake
from tests.support.integrations.recorder import Recorder

pytestmark = LEFT_TO_THE_COLLECTOR

SDK = Bedrock()
RUN = {"customer_id": "cust", "agent_id": "agent"}
CLAUDE = "us.anthropic.claude-sonnet-4-5-20250929-v1:0"
FAMILIES = [
    CLAUDE,
    "amazon.nova-pro-v1:0",
    "amazon.titan-text-express-v1",
    "meta.llama3-70b-instruct-v1:0",
    "mistral.mistral-7b-instruct-v0:2",
    "cohere.command-r-v1:0",
    "openai.gpt-oss-120b-1:0",
]


@pytest.fixture
def fake() -> Iterator[Fake]:
    with Fake(bedrock.answer, bedrock.REFUSAL) as server:
        yield server


@pytest.fixture
def client(fake: Fake, coomon: Recorder) -> Any:
    return wrap(SDK.open(fake.url), coomon)


def tokens(event: dict[str, Any]) -> Usage:
    names = ("input_tokens", "output_tokens", "cache_read_input_tokens", "cache_write_input_tokens")
    found = [event["attributes"].get(name) for name in names]
    return Usage(found[0], found[1], *(count or 0 for count in found[2:]))


def read_chunks(stream: Any) -> list[Any]:
    return [json.loads(event["chunk"]["bytes"]) for event in stream]


def check(fake: Fake, coomon: Recorder) -> None:
    assert coomon.errors == []
    assert [tokens(event) for event in coomon.events] == [call.usage for call in fake.calls]
    assert [event["metadata"]["response_id"] for event in coomon.events] == [call.id for call in fake.calls]
    assert [event["attributes"]["model"] for event in coomon.events] == [call.model for call in fake.calls]


@pytest.mark.parametrize("model", FAMILIES)
def test_the_bodies_of_each_family_are_billed_whole_and_streamed(
    fake: Fake, coomon: Recorder, client: Any, model: str
) -> None:
    with coomon.run(**RUN):
        body = client.invoke_model(modelId=model, body="{}")["body"]
        assert json.loads(body.read())
        assert len(read_chunks(client.invoke_model_with_response_stream(modelId=model, body="{}")["body"])) > 1
    check(fake, coomon)
    assert len(coomon.events) == 2


@pytest.mark.parametrize("model", [CLAUDE, "amazon.nova-pro-v1:0"])
def test_cached_tokens_are_part_of_the_input_in_every_form(
    fake: Fake, coomon: Recorder, client: Any, model: str
) -> None:
    fake.scenario = "cached"
    with coomon.run(**RUN):
        client.invoke_model(modelId=model, body="{}")["body"].read()
        read_chunks(client.invoke_model_with_response_stream(modelId=model, body="{}")["body"])
        client.converse(modelId=model, messages=[])
        list(client.converse_stream(modelId=model, messages=[])["stream"])
    check(fake, coomon)
    assert {tokens(event) for event in coomon.events} == {Usage(1000, 50, 800, 100)}


@pytest.mark.parametrize("model", ["amazon.titan-embed-text-v2:0", "cohere.embed-english-v3"])
def test_embeddings_are_billed_by_their_input(fake: Fake, coomon: Recorder, client: Any, model: str) -> None:
    with coomon.run(**RUN):
        client.invoke_model(modelId=model, body="{}")["body"].read()
    assert tokens(coomon.events[0]) == bedrock.EMBEDDED
    assert coomon.events[0]["attributes"]["operation"] == "embeddings"


@pytest.mark.parametrize("way", ["all", "pieces", "chunks", "lines", "readlines", "iterate", "next", "with"])
def test_a_body_is_billed_once_in_whatever_way_it_is_read(fake: Fake, coomon: Recorder, client: Any, way: str) -> None:
    with coomon.run(**RUN):
        body = client.invoke_model(modelId=CLAUDE, body="{}")["body"]
        pieces = {
            "all": lambda: [body.read()],
            "pieces": lambda: list(iter(lambda: body.read(7), b"")),
            "chunks": lambda: list(body.iter_chunks(5)),
            "lines": lambda: list(body.iter_lines()),
            "readlines": body.readlines,
            "iterate": lambda: list(body),
            "next": lambda: [next(body), *body],
            "with": lambda: [_read_raw(body)],
        }[way]()
    assert json.loads(b"".join(pieces))["type"] == "message"
    body.close()
    if way == "with":  # what `with` gives is the raw stream, so that only the headers are seen
        coomon.events[0]["metadata"]["response_id"] = fake.calls[0].id
    check(fake, coomon)


def _read_raw(body: Any) -> bytes:
    with body as raw:
        return raw.read()


@pytest.mark.parametrize("way", ["close", "drop"])
def test_a_body_that_is_not_read_is_billed_by_its_headers(fake: Fake, coomon: Recorder, client: Any, way: str) -> None:
    with coomon.run(**RUN):
        result = client.invoke_model(modelId="meta.llama3-70b-instruct-v1:0", body="{}")
        if way == "close":
            result["body"].close()
        del result
        gc.collect()
    check(fake, coomon)


def test_a_claude_stream_that_breaks_off_is_billed_with_its_input(fake: Fake, coomon: Recorder, client: Any) -> None:
    with coomon.run(**RUN):
        stream = client.invoke_model_with_response_stream(modelId=CLAUDE, body="{}")["body"]
        next(iter(stream))
        stream.close()
    assert tokens(coomon.events[0])[:2] == (120, None)
    assert coomon.events[0]["attributes"]["usage_incomplete"] is True
    assert [type(error) for error in coomon.errors] == [UsageMissingError]


def test_bodies_and_streams_of_coroutines_are_billed_the_same(fake: Fake, coomon: Recorder) -> None:
    async def main() -> None:
        async with SDK.open_async(fake.url) as client:
            wrap(client, coomon)
            for model in FAMILIES:
                answer = await client.invoke_model(modelId=model, body="{}")
                async with answer["body"] as body:
                    assert json.loads(await body.read())
                answer = await client.invoke_model_with_response_stream(modelId=model, body="{}")
                assert [json.loads(event["chunk"]["bytes"]) async for event in answer["body"]]
            body = (await client.invoke_model(modelId=CLAUDE, body="{}"))["body"]
            assert json.loads(b"".join([piece async for piece in body.iter_chunks(9)]))

    with coomon.run(**RUN):
        asyncio.run(main())
    check(fake, coomon)
    assert len(coomon.events) == 2 * len(FAMILIES) + 1


def test_an_attempt_whose_answer_is_lost_is_reported_beside_the_one_that_is_billed(
    fake: Fake, coomon: Recorder
) -> None:
    client = wrap(SDK.open(fake.url, timeout=0.3), coomon)
    fake.scenario = "silent"

    def answer_next(**_: Any) -> None:
        if len(fake.requests) == 1:
            fake.scenario = "plain"

    client.meta.events.register("needs-retry.bedrock-runtime", answer_next)
    with coomon.run(**RUN):
        SDK.create(client)
    assert [tokens(event) for event in coomon.events] == [fake.calls[0].usage]
    assert len(fake.requests) == 2
    (error,) = coomon.errors
    assert isinstance(error, UsageMissingError)
    assert error.call["model"] == SDK.model


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ("arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0", "amazon.nova-pro-v1:0"),
        (f"arn:aws:bedrock:us-east-1:123456789012:inference-profile/{CLAUDE}", CLAUDE),
        (
            "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc",
            "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc",
        ),
    ],
)
def test_a_model_is_named_by_its_id_where_its_arn_has_one(
    fake: Fake, coomon: Recorder, client: Any, asked: str, named: str
) -> None:
    fake.answer = lambda request: bedrock._json(request, bedrock._conversation(request, Usage(3, 1)), Usage(3, 1), "")
    with coomon.run(**RUN):
        client.converse(modelId=asked, messages=[])
    assert coomon.events[0]["attributes"]["model"] == named


def test_a_prompt_router_is_billed_as_the_model_that_it_chose(fake: Fake, coomon: Recorder, client: Any) -> None:
    chosen = "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0"
    trace = {"trace": {"promptRouter": {"invokedModelId": chosen}}}
    fake.answer = lambda request: bedrock._json(
        request, bedrock._conversation(request, Usage(3, 1)) | trace, Usage(3, 1), ""
    )
    with coomon.run(**RUN):
        client.converse(modelId="arn:aws:bedrock:us-east-1:123456789012:prompt-router/abc", messages=[])
    assert coomon.events[0]["attributes"]["model"] == "amazon.nova-lite-v1:0"


def cost_of(fake: Fake, *, region: str = "us-east-1", answer: Any = (), **asked: Any) -> tuple[Any, list[str]]:
    coomon = Recorder()
    fake.answer = lambda request: bedrock._json(
        request, bedrock._conversation(request, Usage(1_000_000, 0)) | dict(answer), Usage(0, 0), ""
    )
    client = boto3.client("bedrock-runtime", endpoint_url=fake.url, **{**AWS, "region_name": region})
    wrap(client, coomon, cost=True, **RUN)
    client.converse(**{"modelId": "amazon.nova-pro-v1:0", "messages": [], **asked})
    return coomon.events[0]["attributes"].get("cost_usd"), [str(error) for error in coomon.errors]


def test_the_cost_is_that_of_the_price_list_or_withheld_with_the_fact_that_stood_in_the_way(fake: Fake) -> None:
    assert cost_of(fake) == (Decimal("0.8"), [])
    for given, fact in (
        ({"answer": {"serviceTier": {"type": "priority"}}}, "priority"),
        ({"serviceTier": {"type": "flex"}}, "flex"),
        ({"answer": {"performanceConfig": {"latency": "optimized"}}}, "optimized"),
        ({"guardrailConfig": {"guardrailIdentifier": "abcdefgh", "guardrailVersion": "1"}}, "guardrail"),
        ({"region": "ap-southeast-2"}, "ap-southeast-2"),
        ({"answer": {"usage": {"inputTokens": 9, "outputTokens": 5, "totalTokens": 99}}}, "contradicts"),
        ({"toolConfig": {"tools": [{"systemTool": {"name": "nova_grounding"}}]}}, "systemTool"),
        (
            {"messages": [{"role": "user", "content": [{"audio": {"format": "mp3", "source": {"bytes": b"x"}}}]}]},
            "audio",
        ),
        ({"additionalModelRequestFields": {"speed": "fast"}}, "speed 'fast'"),
        ({"additionalModelRequestFields": {"inference_geo": "us"}}, "inference_geo 'us'"),
        ({"additionalModelRequestFields": {"tools": [{"type": "web_search_20250305"}]}}, "'web_search_20250305'"),
    ):
        amount, reports = cost_of(fake, **given)
        assert (amount, len(reports)) == (None, 1), given
        assert fact in reports[0]


TALKED = {"type": "message", "id": "msg_1", "content": []}
USED = {"input_tokens": 1_000_000, "output_tokens": 0}
OTHER_MODEL = {"type": "message", "model": "claude-haiku-4-5", "input_tokens": 1_000_000, "output_tokens": 0}
ADVICE = {"type": "advisor_message", "model": "claude-opus-5-5", "input_tokens": 10, "output_tokens": 5}


def invoked_cost(body: dict[str, Any], *, streamed: bool, model: str = CLAUDE) -> Priced | Withheld:
    """Decide about the cost of an answer to `InvokeModel`, whole or streamed."""
    name = "InvokeModelWithResponseStream" if streamed else "InvokeModel"
    request = bedrock_request(name, {"modelId": model}, "aws.bedrock", "us-east-1")
    assert request is not None
    reader: Any = request.open_reader()
    if streamed:
        reader.result = {"ResponseMetadata": {"HTTPHeaders": {"content-type": "application/vnd.amazon.eventstream"}}}
        start = {"type": "message_start", "message": {**body, "content": []}}
        blocks = [{"type": "content_block_start", "content_block": block} for block in body["content"]]
        stopped = {"stop_reason": "end_turn", "container": body.get("container")}
        end = {"type": "message_delta", "delta": stopped, "usage": body["usage"]}
        for chunk in (start, *blocks, end):
            reader.read({"chunk": {"bytes": json.dumps(chunk).encode()}})
    else:
        reader.read_body(json.dumps(body).encode())
    answer = reader.answer()
    terms = settled(request.terms, answer.terms)._replace(model_requested=model)
    call = Call("aws.bedrock", "chat", answer.model, None, answer.usage, "wrap", terms=terms)
    return price(call, GenaiPrices(), datetime.now(UTC))


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize(
    ("more", "fact"),
    [
        ({"usage": {**USED, "speed": "fast"}}, "fast"),
        ({"usage": {**USED, "service_tier": "priority"}}, "priority"),
        ({"usage": {**USED, "inference_geo": "us"}}, "inference_geo"),
        ({"usage": {**USED, "moon_tokens": 3}}, "usage.moon_tokens is not understood"),
        ({"usage": {**USED, "iterations": [OTHER_MODEL, ADVICE]}}, "another model"),
        ({"container": {"id": "c"}}, "container"),
        ({"content": [{"type": "server_tool_use", "name": "code_execution"}]}, "code_execution"),
    ],
)
def test_claude_through_invoke_model_has_no_cost_without_understanding(
    more: dict[str, Any], fact: str, streamed: bool
) -> None:
    plain = invoked_cost({**TALKED, "usage": USED}, streamed=streamed)
    assert isinstance(plain, Priced)
    assert plain.amount == Decimal("3.3")  # us profile: 10 % above the global price of 3 a million
    withheld = invoked_cost({**TALKED, "usage": USED, **more}, streamed=streamed)
    assert isinstance(withheld, Withheld), withheld
    assert fact in withheld.reason


@pytest.mark.parametrize(
    ("model", "body", "fact"),
    [
        ("amazon.nova-pro-v1:0", {"usage": {"inputTokens": 9, "outputTokens": 5, "moonTokens": 1}}, "moonTokens"),
        ("amazon.nova-pro-v1:0", {"usage": {"inputTokens": 9, "outputTokens": 5, "totalTokens": 99}}, "contradicts"),
        (
            "openai.gpt-oss-120b-1:0",
            {"choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": 5, "moon_tokens": 1}},
            "moon_tokens",
        ),
        (
            "openai.gpt-oss-120b-1:0",
            {"choices": [], "service_tier": "flex", "usage": {"prompt_tokens": 9, "completion_tokens": 5}},
            "flex",
        ),
    ],
)
def test_other_bodies_of_invoke_model_have_no_cost_without_understanding(
    model: str, body: dict[str, Any], fact: str
) -> None:
    withheld = invoked_cost(body, streamed=False, model=model)
    assert isinstance(withheld, Withheld), withheld
    assert fact in withheld.reason


@pytest.mark.parametrize(
    "counts",
    [
        {"outputTokens": 5},
        {"inputTokens": -1, "outputTokens": 5},
        {"inputTokens": "10 or so"},
        None,
    ],
)
def test_counts_without_input_tokens_are_no_usage(counts: Any) -> None:
    assert from_bedrock(counts) is None


def test_a_count_that_is_not_known_is_a_doubt() -> None:
    assert doubts_of_bedrock({"inputTokens": 9, "outputTokens": 5, "totalTokens": 14, "cacheDetails": []}) == ()
    assert doubts_of_bedrock({"inputTokens": 9, "videoSeconds": 2}) == ("usage.videoSeconds is not understood",)


def test_cache_writes_have_the_lifetimes_that_bedrock_states() -> None:
    details = [{"ttl": "1h", "inputTokens": 60}, {"ttl": "5m", "inputTokens": 40}]
    read = from_bedrock({"inputTokens": 10, "outputTokens": 5, "cacheWriteInputTokens": 100, "cacheDetails": details})
    assert read is not None
    assert dict(read.other) == {"cache_write_5m_input_tokens": 40, "cache_write_1h_input_tokens": 60}
    assert (read.input, read.cache_write) == (110, 100)


def test_a_client_of_another_service_is_refused(coomon: Recorder) -> None:
    with pytest.raises(ConfigurationError, match="bedrock-runtime"):
        wrap(boto3.client("sts", **AWS), coomon)
