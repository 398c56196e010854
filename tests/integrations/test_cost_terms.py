"""Costs on clouds and at a time, terms of price functions and events, and reports of no cost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import anthropic
import openai
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opentelemetry.sdk.trace import TracerProvider

from coobird.integrations import Call, PriceMissingError, Terms, cohere
from coobird.integrations._metering.anthropic_terms import answer_terms
from coobird.integrations._metering.langchain_terms import model_start, read_langchain
from coobird.integrations._metering.litellm_terms import read_litellm
from coobird.integrations._metering.meter import CallMeter
from coobird.integrations._metering.openai_terms import Reading, read_answer, read_response
from coobird.integrations._metering.price_list import GenaiPrices
from coobird.integrations._metering.pricing import Priced, price
from coobird.integrations._metering.sellers import Seller, claimed_seller, seller_of, stated_cost
from coobird.integrations._metering.usage import from_anthropic
from coobird.integrations._spans.terms import read_terms
from coobird.integrations._wrapping.gemini_answers import gemini_request
from coobird.integrations.anthropic import wrap as wrap_anthropic
from coobird.integrations.openai import wrap as wrap_openai
from coobird.integrations.opentelemetry import CoobirdSpanProcessor
from coobird.integrations.prices import Usage, cost_usd
from tests.support.integrations.fake_answers import FakeAnswers, chat, message
from tests.support.integrations.recorder import Recorder

MILLION = 1_000_000
IDS = {"customer_id": "cust", "agent_id": "agent"}
ASKED: Any = [{"role": "user", "content": "Hi"}]
OPUS = "claude-opus-5-5"
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
USED = {"input_tokens": MILLION, "output_tokens": 100_000}
BEDROCK: dict[str, Any] = {"aws_access_key": "a", "aws_secret_key": "b"}


@pytest.fixture(scope="module")
def fake() -> Iterator[FakeAnswers]:
    with FakeAnswers() as server:
        yield server


def told(coomon: Recorder) -> str:
    (error,) = coomon.errors
    assert isinstance(error, PriceMissingError)
    return str(error)


def ask_claude(client: Any, coomon: Recorder, model: str, **asked: Any) -> dict[str, Any]:
    with client:
        wrap_anthropic(client, coomon, cost=True, **IDS)
        client.messages.create(model=model, max_tokens=9, messages=ASKED, **asked)
    (event,) = coomon.events
    attributes: dict[str, Any] = event["attributes"]
    return attributes


@pytest.mark.parametrize(
    ("asked", "region", "cost"),
    [
        ("global.anthropic.claude-opus-5-5", "us-east-1", "6"),
        ("global.anthropic.claude-opus-5-5", "eu-central-1", "6"),
        ("us.anthropic.claude-opus-5-5", "us-west-2", "6.6"),
        ("anthropic.claude-opus-5-5", "us-east-1", "6.6"),
        ("anthropic.claude-opus-5-5", "us-gov-west-1", None),
        ("arn:aws:bedrock:us-east-1:1:application-inference-profile/abc", "us-east-1", None),
    ],
)
def test_on_bedrock_the_requested_profile_and_the_region_decide(
    fake: FakeAnswers, coomon: Recorder, asked: str, region: str, cost: str | None
) -> None:
    fake.answer = message(OPUS, USED)
    client = anthropic.AnthropicBedrock(aws_region=region, base_url=fake.url, max_retries=0, **BEDROCK)
    got = ask_claude(client, coomon, asked)
    assert (got["provider"], got["model_requested"], got["region"]) == ("aws.bedrock", asked, region)
    assert got.get("cost_usd") == (None if cost is None else Decimal(cost))
    assert len(coomon.errors) == (cost is None)


@pytest.mark.parametrize("header", ["X-Amzn-Bedrock-Service-Tier", "X-Amzn-Bedrock-PerformanceConfig-Latency"])
def test_a_tier_or_speed_that_bedrock_is_asked_for_withholds_the_cost(
    fake: FakeAnswers, coomon: Recorder, header: str
) -> None:
    fake.answer = message(OPUS, USED)
    client = anthropic.AnthropicBedrock(aws_region="us-east-1", base_url=fake.url, max_retries=0, **BEDROCK)
    got = ask_claude(client, coomon, "global.anthropic.claude-opus-5-5", extra_headers={header: "flex"})
    assert "cost_usd" not in got
    assert "'flex' was asked for" in told(coomon)


def test_another_model_behind_a_bedrock_profile_has_no_known_price(fake: FakeAnswers, coomon: Recorder) -> None:
    entries = [
        {"type": "message", **USED, "model": OPUS},
        {"type": "advisor_message", **USED, "model": "claude-opus-4-8"},
    ]
    fake.answer = message(OPUS, {**USED, "iterations": entries})
    client = anthropic.AnthropicBedrock(aws_region="us-east-1", base_url=fake.url, max_retries=0, **BEDROCK)
    assert "cost_usd" not in ask_claude(client, coomon, "global.anthropic.claude-opus-5-5")
    assert "inference profile" in told(coomon)


@pytest.mark.parametrize(("region", "cost"), [("global", "6"), ("us-east5", None), ("eu", None)])
def test_on_vertex_only_the_global_endpoint_has_a_listed_price(
    fake: FakeAnswers, coomon: Recorder, region: str, cost: str | None
) -> None:
    fake.answer = message(OPUS, USED)
    client = anthropic.AnthropicVertex(
        access_token="a", project_id="p", region=region, base_url=fake.url, max_retries=0
    )
    got = ask_claude(client, coomon, OPUS)
    assert (got["provider"], got["region"]) == ("gcp.vertex_ai", region)
    assert got.get("cost_usd") == (None if cost is None else Decimal(cost))


def test_searches_without_a_price_are_not_free(fake: FakeAnswers, coomon: Recorder) -> None:
    fake.answer = message(OPUS, {**USED, "server_tool_use": {"web_search_requests": 10}})
    client = anthropic.AnthropicVertex(
        access_token="a", project_id="p", region="global", base_url=fake.url, max_retries=0
    )
    got = ask_claude(client, coomon, OPUS)
    assert (got["web_search_requests"], got.get("cost_usd")) == (10, None)
    assert "web_search_requests" in told(coomon)


def test_a_copy_of_a_client_for_another_host_has_that_hosts_provider(fake: FakeAnswers, coomon: Recorder) -> None:
    fake.answer = chat("gpt-5", {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2})
    with (
        fake.openai_client() as http,
        openai.OpenAI(api_key="k", base_url="http://api.openai.com/v1", http_client=http) as client,
    ):
        wrap_openai(client, coomon, **IDS)
        copies = [
            client,
            client.with_options(base_url="http://api.deepseek.com"),
            client.copy(base_url="http://v.test"),
        ]
        for each in copies:
            fake.answer["id"] = f"chatcmpl-{id(each):020}"
            each.chat.completions.create(model="m", messages=ASKED)
    assert [event["attributes"]["provider"] for event in coomon.events] == ["openai", "deepseek", ""]


def test_a_span_inside_that_knows_less_does_not_price_a_wrapped_call(fake: FakeAnswers, coomon: Recorder) -> None:
    provider = TracerProvider()
    provider.add_span_processor(CoobirdSpanProcessor(coomon, cost=True, **IDS))
    fake.answer = message(OPUS, {**USED, "speed": "fast"})

    def answered(answer: Any) -> None:
        answer.read()
        span = provider.get_tracer("com.anthropic.sdk.python").start_span("chat")
        span.set_attributes(
            {
                "gen_ai.operation.name": "chat",
                "gen_ai.provider.name": "anthropic",
                "gen_ai.response.model": OPUS,
                "gen_ai.response.id": answer.json()["id"],
                "gen_ai.usage.input_tokens": MILLION,
                "gen_ai.usage.output_tokens": 100_000,
            }
        )
        span.end()

    with (
        fake.anthropic_client(event_hooks={"response": [answered]}) as http,
        anthropic.Anthropic(api_key="k", base_url="http://api.anthropic.com", http_client=http) as client,
    ):
        wrap_anthropic(client, coomon, cost=True, **IDS)
        client.messages.create(model=OPUS, max_tokens=9, messages=ASKED)
    provider.shutdown()
    (event,) = coomon.events
    assert (event["metadata"]["source"], event["attributes"]["cost_usd"]) == ("wrap", 12)


def test_a_price_function_gets_the_terms_and_counts_of_the_call(fake: FakeAnswers, coomon: Recorder) -> None:
    seen: list[Call] = []

    def stated(call: Call) -> Decimal | None:
        seen.append(call)
        return call.terms.stated_cost

    fake.answer = chat(
        "openai/gpt-5-2025",
        {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2, "cost": 0.5},
        service_tier="flex",
    )
    with (
        fake.openai_client() as http,
        openai.OpenAI(api_key="k", base_url="http://openrouter.ai/api/v1", http_client=http) as client,
    ):
        wrap_openai(client, coomon, cost=stated, **IDS)
        client.chat.completions.create(model="openai/gpt-5", messages=ASKED)
    (call,), (event,) = seen, coomon.events
    assert (call.terms.service_tier, call.terms.model_requested) == ("flex", "openai/gpt-5")
    assert (event["attributes"]["cost_usd"], event["metadata"]["cost_source"]) == (Decimal("0.5"), "own")


def test_terms_are_attributes_without_costs_too(fake: FakeAnswers, coomon: Recorder) -> None:
    fake.answer = message(OPUS, {**USED, "service_tier": "priority", "speed": "fast", "inference_geo": "us"})
    with (
        fake.anthropic_client() as http,
        anthropic.Anthropic(api_key="k", base_url="http://api.anthropic.com", http_client=http) as client,
    ):
        wrap_anthropic(client, coomon, **IDS)
        client.messages.create(model="claude-opus-latest", max_tokens=9, messages=ASKED)
    (event,) = coomon.events
    expected = {
        "service_tier": "priority",
        "speed": "fast",
        "inference_geo": "us",
        "model_requested": "claude-opus-latest",
    }
    assert expected.items() <= event["attributes"].items()
    assert coomon.errors == []


def test_a_withheld_cost_is_reported_once_for_each_model_and_reason(coomon: Recorder) -> None:
    meter = CallMeter(coomon, cost=True, **IDS)
    for model in ("gpt-5", "gpt-4o"):
        for tier in ("scale", "ultrafast", "scale"):
            meter.bill(Call("openai", "chat", model, None, Usage(1, 1), "wrap", terms=Terms(service_tier=tier)), None)
    assert len(coomon.events) == 6
    assert [type(error) for error in coomon.errors] == [PriceMissingError] * 4
    assert "service_tier 'scale'" in str(coomon.errors[0])


@pytest.mark.parametrize(
    ("at", "cost"),
    [
        (datetime(2026, 7, 15, tzinfo=UTC), "0.7"),  # 1 and 6 until the end of July
        (NOW, "0.14"),
    ],
)
def test_a_call_has_the_price_of_its_own_time(coomon: Recorder, at: datetime, cost: str) -> None:
    usage = Usage(100_000, 100_000)
    assert cost_usd("openai", "gpt-5.6-luna", usage, at=at) == Decimal(cost)
    CallMeter(coomon, cost=True, **IDS).bill(Call("openai", "chat", "gpt-5.6-luna", None, usage, "x", at), None)
    (event,) = coomon.events
    assert event["attributes"]["cost_usd"] == Decimal(cost)


@pytest.mark.parametrize(
    ("at", "cost"),
    [
        (datetime(2026, 11, 27, 12, tzinfo=UTC), "0.15"),
        (datetime(2026, 11, 27, 2, tzinfo=UTC), None),  # peak, unless the day is a holiday in China
        (datetime(2026, 11, 28, 2, tzinfo=UTC), None),  # a Saturday is never peak, which the list cannot say
    ],
)
def test_a_price_of_certain_hours_is_withheld_because_the_list_has_no_calendar(at: datetime, cost: str | None) -> None:
    assert cost_usd("deepseek", "deepseek-flash", Usage(MILLION, 0), at=at) == (cost and Decimal(cost))


def test_a_variant_has_no_price_before_it_was_listed() -> None:
    call = Call("openai", "chat", "gpt-5", None, Usage(MILLION, 0), "wrap", terms=Terms(service_tier="flex"))
    assert isinstance(price(call, GenaiPrices(), NOW), Priced)
    assert not isinstance(price(call, GenaiPrices(), datetime(2026, 7, 1, tzinfo=UTC)), Priced)


@pytest.mark.parametrize(
    "provider",
    ["litellm", "vllm-openai", "openai_like", "my-anthropic-proxy", "azure", "azure.ai.openai", "huggingface"],
)
def test_no_provider_is_found_by_a_part_of_its_name(provider: str) -> None:
    assert cost_usd(provider, "gpt-4o", Usage(MILLION, 0)) is None
    assert cost_usd(provider, "openai/gpt-4o", Usage(MILLION, 0)) is None


@pytest.mark.parametrize(
    ("url", "seller"),
    [
        ("https://api.openai.com/v1", Seller("openai")),
        ("https://API.OpenAI.com:443/v1", Seller("openai")),
        ("https://eu.api.openai.com/v1", Seller("openai", "eu")),
        ("https://api.anthropic.com", Seller("anthropic")),
        ("https://us-east-1.api.x.ai/v1", Seller("x_ai", "us-east-1")),
        ("https://mine.services.ai.azure.com/openai/v1", Seller("azure.ai.inference")),
        ("https://bedrock-runtime.eu-west-1.amazonaws.com/openai/v1", Seller("aws.bedrock", "eu-west-1")),
        ("https://bedrock-mantle.us-east-1.api.aws/openai/v1", Seller("aws.bedrock", "us-east-1")),
        ("https://us-east5-aiplatform.googleapis.com/v1", Seller("gcp.vertex_ai", "us-east5")),
        (
            "https://aiplatform.googleapis.com/v1/projects/p/locations/global/endpoints/openapi",
            Seller("gcp.vertex_ai", "global"),
        ),
        ("https://not-api.openai.com/v1", Seller()),
        ("https://a.b.api.openai.com/v1", Seller()),
        ("https://api.openai.com.proxy.test/v1", Seller()),
        ("https://proxy.test/api.openai.com/v1", Seller()),
        ("http://127.0.0.1:8000/v1", Seller()),
        ("", Seller()),
    ],
)
def test_a_seller_is_known_by_its_whole_host_only(url: str, seller: Seller) -> None:
    assert seller_of(url) == seller


@pytest.mark.parametrize("amount", [True, "0.5", float("nan"), float("inf"), -0.5, None, {"x": 1}])
def test_a_stated_cost_that_is_no_amount_is_not_believed(amount: Any) -> None:
    assert stated_cost(Seller("openrouter"), {"cost": amount}) is None


def test_a_stated_cost_in_another_currency_is_not_believed() -> None:
    assert stated_cost(Seller("perplexity"), {"cost": {"total_cost": 1, "currency": "EUR"}}) is None


# Any usage and any terms: the cost is the one computed by hand below, or there is none.
COUNTS = st.integers(0, 300_000)
INPUTS = st.integers(1, 300_000)  # there is no call without input
ANYTHING = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 5), st.floats(), st.text(max_size=5), st.just({}), st.just([1])
)
NAMES = st.text("abcdefghijklmnopqrstuvwxyz_", min_size=1, max_size=12)
TIERS = st.one_of(
    st.sampled_from([None, "", "default", "standard", "flex", "batch", "priority", "scale", "auto"]),
    st.text(max_size=6),
)
RATES = {  # gpt-5: fresh, cached and output tokens, in US dollars a million
    "": ("1.25", "0.125", "10"),
    "flex": ("0.625", "0.0625", "5"),
    "batch": ("0.625", "0.0625", "5"),
    "priority": ("2.5", "0.25", "20"),
    "fast": ("2.5", "0.25", "20"),
}
LISTED = GenaiPrices()


@settings(max_examples=400, deadline=None)
@given(
    prompt=INPUTS,
    completion=COUNTS,
    cached=COUNTS,
    rest=st.sampled_from([0, 0, 0, 1, 500, -1]),
    reasoning=st.sampled_from([None, 0, 100, 500]),
    tier=TIERS,
    strange=st.dictionaries(NAMES, ANYTHING, max_size=2),
    detail=st.dictionaries(NAMES, ANYTHING, max_size=2),
)
def test_any_chat_completion_has_the_cost_computed_by_hand_or_none(
    prompt: int,
    completion: int,
    cached: int,
    rest: int,
    reasoning: int | None,
    tier: str | None,
    strange: dict[str, Any],
    detail: dict[str, Any],
) -> None:
    usage = {
        **strange,
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion + rest,
        "prompt_tokens_details": {**detail, "cached_tokens": cached},
        "completion_tokens_details": {"reasoning_tokens": reasoning},
    }
    answer = chat("gpt-5", usage, service_tier=tier)
    read, terms = read_answer(answer, Seller("openai"), "openai", {"messages": ASKED})
    decision = price(Call("openai", "chat", "gpt-5", "id", read, "wrap", terms=terms), LISTED, NOW)
    is_understood = (
        not any(is_stated(value) for value in (*strange.values(), *detail.values()))
        and rest in (0, reasoning)
        and cached <= prompt
        and (tier in (None, "", "default", "standard", *RATES))
    )
    output = completion + (rest if rest == reasoning else 0)
    is_understood = is_understood and (reasoning or 0) <= output
    if not is_understood:
        assert not isinstance(decision, Priced)
        return
    assert isinstance(decision, Priced)
    fresh_rate, cached_rate, output_rate = map(Decimal, RATES.get(tier or "", RATES[""]))
    by_hand = ((prompt - cached) * fresh_rate + cached * cached_rate + output * output_rate) / MILLION
    assert decision.amount == by_hand


def is_stated(value: Any) -> bool:
    """True for a value that says something: not empty, not zero."""
    return not (value is None or value == 0 or value in ("", [], {}))


@settings(max_examples=400, deadline=None)
@given(
    fresh=INPUTS,
    output=COUNTS,
    read=COUNTS,
    minutes_5=COUNTS,
    hour_1=COUNTS,
    unsplit=st.sampled_from([0, 0, 0, 7]),
    searches=st.integers(0, 9),
    tier=st.one_of(st.sampled_from([None, "standard", "batch", "priority"]), st.text(max_size=5)),
    speed=st.sampled_from([None, "standard", "fast", "warp"]),
    geo=st.sampled_from([None, "", "global", "not_available", "us"]),
    strange=st.dictionaries(NAMES, ANYTHING, max_size=2),
)
def test_any_message_has_the_cost_computed_by_hand_or_none(
    fresh: int,
    output: int,
    read: int,
    minutes_5: int,
    hour_1: int,
    unsplit: int,
    searches: int,
    tier: str | None,
    speed: str | None,
    geo: str | None,
    strange: dict[str, Any],
) -> None:
    usage = {
        **strange,
        "input_tokens": fresh,
        "output_tokens": output,
        "cache_read_input_tokens": read,
        "cache_creation_input_tokens": minutes_5 + hour_1 + unsplit,
        "cache_creation": {"ephemeral_5m_input_tokens": minutes_5, "ephemeral_1h_input_tokens": hour_1},
        "server_tool_use": {"web_search_requests": searches},
        "service_tier": tier,
        "speed": speed,
        "inference_geo": geo,
    }
    terms = answer_terms({}, (usage,), (), Seller("anthropic"))
    call = Call("anthropic", "chat", OPUS, "id", from_anthropic(usage), "wrap", terms=terms)
    decision = price(call, LISTED, NOW)
    factor = {("ordinary", "fast"): 2, ("batch", "ordinary"): Decimal("0.5"), ("ordinary", "ordinary"): 1}.get(
        (ordinary(tier), ordinary(speed))
    )
    is_understood = not any(map(is_stated, strange.values())) and geo != "us" and unsplit == 0 and factor is not None
    if not is_understood:
        assert not isinstance(decision, Priced)
        return
    assert isinstance(decision, Priced)
    assert factor is not None
    # 4, 0.2, 5, 8 and 20 a million, and 10 for a thousand searches, in every tier and speed.
    rates = fresh * 4 + read * Decimal("0.2") + minutes_5 * 5 + hour_1 * 8 + output * 20
    assert decision.amount == rates * factor / MILLION + Decimal(searches) / 100


def ordinary(value: str | None) -> str:
    return "ordinary" if value in (None, "", "default", "standard") else str(value)


def test_a_single_iteration_has_the_price_of_the_model_that_it_names() -> None:
    entry = {**USED, "type": "message", "model": "claude-haiku-4-5"}
    for named, models in (("claude-haiku-4-5", []), (OPUS, ["claude-haiku-4-5"])):
        usage = {**USED, "iterations": [entry]}
        terms = answer_terms({"model": named}, (usage,), (), Seller("anthropic"))
        assert [each.model for each in terms.rounds] == models


@pytest.mark.parametrize("name", ["previous_response_id", "conversation", "prompt"])
def test_a_request_with_content_that_the_provider_keeps_may_have_images(name: str) -> None:
    answer = {"object": "response", "model": "gpt-5", "usage": {"input_tokens": 9, "output_tokens": 1}}
    for body, is_known in (({"input": "Hi"}, True), ({"input": "Hi", name: "x"}, False)):
        usage = read_response(answer, Seller("openai"), "openai", body).usage
        assert usage is not None
        assert ("image_input_tokens" in dict(usage.other)) is is_known


@pytest.mark.parametrize(
    ("body", "doubts"),
    [
        ({"tools": [{"functionDeclarations": []}, {"googleSearch": {}}, {"codeExecution": {}}]}, 0),
        ({"tools": [{"enterpriseWebSearch": {}}]}, 1),
        ({"tools": [{"googleMaps": {}}, {"retrieval": {}}]}, 2),
        ({"modelArmorConfig": {"promptTemplateName": "x"}}, 1),
    ],
)
def test_a_request_to_gemini_with_a_tool_whose_fee_is_unknown_is_a_doubt(body: Any, doubts: int) -> None:
    url = "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:generateContent"
    request = gemini_request("post", url, body, "gcp.gemini", None)
    assert request is not None
    assert len(request.terms.doubts) == doubts


@pytest.mark.parametrize("name", ["cohere", "cerebras", "moonshotai", "vllm-openai"])
def test_a_server_that_is_not_known_has_no_price_of_the_provider_that_is_named(name: str) -> None:
    claim = claimed_seller(name, "localhost:8000", "the span", {})
    assert (claim.provider, len(claim.doubts)) == (name, 1)
    assert "name it: providers=" in claim.doubts[0]
    assert claimed_seller(name, "localhost:8000", "the span", {"localhost": "*"}).doubts == ()


def of_langchain(answer: dict[str, Any]) -> tuple[str, Reading]:
    serialized = {"type": "constructor", "id": ["langchain", "ChatOpenAI"], "kwargs": {}}
    details = {"metadata": {"ls_provider": "openai", "ls_model_name": "gpt-5"}}
    start = model_start("chat", serialized, [[{"content": "Hi"}]], details, {}, {})
    reported = {"model_name": answer["model"], "service_tier": answer["service_tier"], "token_usage": answer["usage"]}
    message = {"content": "Hello", "additional_kwargs": {}}
    return read_langchain(start, message, reported)


def of_litellm(answer: dict[str, Any]) -> tuple[str, Reading]:
    arguments = {
        "custom_llm_provider": "openai",
        "model": "gpt-5",
        "messages": ASKED,
        "litellm_params": {"api_base": "https://api.openai.com/v1"},
    }
    return read_litellm(arguments, "chat", answer, {})


def of_span(answer: dict[str, Any]) -> tuple[str, Reading]:
    attributes = {"server.address": "api.openai.com", "gen_ai.response.model": answer["model"]}
    request = {"model": "gpt-5", "messages": ASKED}
    read = read_terms(attributes, "a.scope", "chat", "openai", None, request, answer, {})
    return read.provider, Reading(read.usage, read.terms)


@pytest.mark.parametrize("read", [of_langchain, of_litellm, of_span])
@settings(max_examples=100, deadline=None)
@given(
    prompt=st.integers(1, MILLION),
    completion=st.integers(1, MILLION),
    rest=st.sampled_from([0, 0, 0, 1, -1]),
    tier=TIERS,
    strange=st.dictionaries(NAMES, ANYTHING, max_size=2),
)
def test_any_completion_has_the_same_cost_or_none_by_each_other_reporter(
    read: Callable[[dict[str, Any]], tuple[str, Reading]],
    prompt: int,
    completion: int,
    rest: int,
    tier: str | None,
    strange: dict[str, Any],
) -> None:
    strange = {f"strange_{name}": value for name, value in strange.items()}
    counts = {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion + rest}
    provider, (usage, terms) = read(chat("gpt-5", {**strange, **counts}, service_tier=tier))
    decision = price(Call(provider, "chat", "gpt-5", None, usage, "x", terms=terms), LISTED, NOW)
    is_understood = (tier or "") in ("", "default", "standard", *RATES) and not any(map(is_stated, strange.values()))
    if rest or not is_understood:
        assert not isinstance(decision, Priced)
        return
    assert isinstance(decision, Priced), decision
    fresh_rate, _, output_rate = map(Decimal, RATES.get(tier or "", RATES[""]))
    assert decision.amount == (prompt * fresh_rate + completion * output_rate) / MILLION


@pytest.mark.parametrize("name", ["search_units", "classifications", "images", "image_tokens", "audio_seconds"])
def test_billed_units_of_cohere_that_are_no_text_tokens_are_a_doubt(name: str) -> None:
    doubts = []
    for more in ({}, {name: 0}, {name: 3}):
        reader = cohere._AnswerReader("command-r")
        reader.read({"id": "x", "usage": {"billed_units": {"input_tokens": 9, "output_tokens": 1, **more}}})
        doubts.append(reader.answer().terms.doubts)
    assert doubts == [(), (), (f"billed_units.{name} is not understood",)]
