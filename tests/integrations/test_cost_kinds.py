"""Kinds of calls with a price of their own: the cost is what is charged, or left out and reported.

Values are computed by hand from the published prices, in the comments in US dollars a million.
Every kind is answered plain and as a stream.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from importlib.metadata import version
from types import MappingProxyType
from typing import Any, NamedTuple

import anthropic
import openai
import pytest

from coobird.integrations.anthropic import wrap as wrap_anthropic
from coobird.integrations.openai import wrap as wrap_openai
from tests.support.integrations.fake_answers import (
    FakeAnswers,
    chat,
    chat_stream,
    message,
    message_stream,
    response,
    response_stream,
)
from tests.support.integrations.recorder import Recorder

Json = dict[str, Any]
MILLION = 1_000_000
IDS = {"customer_id": "cust", "agent_id": "agent"}
ASKED: Any = [{"role": "user", "content": "Hi"}]


class Kind(NamedTuple):
    """Call with something about it that changes its price.

    Attributes:
        answer: Answer to the call.
        cost: Cost in US dollars; `None` if it is withheld.
        because: Part of the reported reason.
        attributes: Some of the event's attributes.
        asked: Further arguments of the call.
        host: Host of the base URL.
        options: Further arguments of `wrap`.
    """

    answer: Json
    cost: str | None = None
    because: str = ""
    attributes: Mapping[str, Any] = MappingProxyType({})
    asked: Mapping[str, Any] = MappingProxyType({})
    host: str = ""
    options: Mapping[str, Any] = MappingProxyType({})


@pytest.fixture(scope="module")
def fake() -> Iterator[FakeAnswers]:
    with FakeAnswers() as server:
        yield server


def tokens(prompt: int, completion: int, total: int | None = None, **more: Any) -> Json:
    total = prompt + completion if total is None else total
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": total, **more}


def counted(prompt: int, completion: int, **more: Any) -> Json:
    return {"input_tokens": prompt, "output_tokens": completion, "total_tokens": prompt + completion, **more}


AUDIO = {"audio_tokens": 1000, "text_tokens": 0}
CITED = {
    "annotations": [
        {"type": "url_citation", "url_citation": {"url": "u", "title": "t", "start_index": 0, "end_index": 1}}
    ]
}
OPENROUTER = "openrouter.ai/api"
GEMINI = "generativelanguage.googleapis.com/v1beta/openai"

CHAT = {
    "default tier": Kind(
        chat("gpt-5", tokens(MILLION, 0), service_tier="default"), "1.25", attributes={"service_tier": "default"}
    ),
    "flex": Kind(
        chat("gpt-5", tokens(MILLION, 100_000), service_tier="flex"), "1.125", attributes={"service_tier": "flex"}
    ),
    "priority": Kind(chat("gpt-5", tokens(MILLION, 100_000), service_tier="priority"), "4.5"),
    "fast": Kind(chat("gpt-5", tokens(MILLION, 100_000), service_tier="fast"), "4.5"),
    "flex asked for, default served": Kind(
        chat("gpt-5", tokens(MILLION, 0), service_tier="default"), "1.25", asked={"service_tier": "flex"}
    ),
    "auto asked for, flex served": Kind(
        chat("gpt-5", tokens(MILLION, 0), service_tier="flex"), "0.625", asked={"service_tier": "auto"}
    ),
    "flex asked for, nothing served": Kind(
        chat("gpt-5", tokens(MILLION, 0)), None, "does not say what was served", asked={"service_tier": "flex"}
    ),
    "auto in the answer": Kind(chat("gpt-5", tokens(MILLION, 0), service_tier="auto"), None, "'auto'"),
    "scale tier": Kind(chat("gpt-5", tokens(MILLION, 0), service_tier="scale"), None, "'scale'"),
    "ultrafast": Kind(chat("gpt-6.1-sol", tokens(MILLION, 0), service_tier="ultrafast"), None, "'ultrafast'"),
    "a tier of tomorrow": Kind(chat("gpt-5", tokens(MILLION, 0), service_tier="hyper"), None, "'hyper'"),
    "a tier that is no text": Kind(chat("gpt-5", tokens(MILLION, 0), service_tier=5), None, "'5'"),
    "flex of a model that has none": Kind(chat("gpt-5-pro", tokens(MILLION, 0), service_tier="flex"), None, "'flex'"),
    "eu host": Kind(chat("gpt-5", tokens(MILLION, 0)), None, "region 'eu'", {"region": "eu"}, host="eu.api.openai.com"),
    "search model": Kind(chat("gpt-4o-search-preview", tokens(1000, 100)), None, "web_search_requests"),
    "search model of the newest kind": Kind(chat("gpt-5-search-api-2025-10-14", tokens(1000, 100)), None, "search"),
    "cited pages": Kind(chat("gpt-5", tokens(1000, 100), message=CITED), None, "does not count the searches"),
    "allowed to search": Kind(
        chat("gpt-5", tokens(1000, 100)), None, "does not count the searches", asked={"web_search_options": {}}
    ),
    "audio with a price": Kind(
        chat("gpt-audio", tokens(1000, 1000, prompt_tokens_details=AUDIO, completion_tokens_details=AUDIO)),
        "0.096",  # 32 and 64
    ),
    "audio without a price": Kind(
        chat("gpt-4o-audio-preview", tokens(1000, 1000, prompt_tokens_details=AUDIO, completion_tokens_details=AUDIO)),
        None,
        "audio_input_tokens",
    ),
    "audio that is not counted": Kind(
        chat("gpt-4o-audio-preview", tokens(1000, 1000)),
        None,
        "given audio",
        asked={
            "messages": [
                {"role": "user", "content": [{"type": "input_audio", "input_audio": {"data": "", "format": "wav"}}]}
            ]
        },
    ),
    "cached audio": Kind(
        chat("gpt-audio", tokens(1000, 0, prompt_tokens_details={"audio_tokens": 500, "cached_tokens": 500})),
        None,
        "cached tokens are audio",
    ),
    "12 hour cache": Kind(
        chat(
            "gpt-6.1-sol",
            tokens(
                1000,
                0,
                prompt_tokens_details={
                    "cache_write_tokens": 1000,
                    "cache_write_tokens_details": {"ttl_30m_tokens": 0, "ttl_12h_tokens": 1000},
                },
            ),
        ),
        None,
        "cache_write_12h_input_tokens",
        {"cache_write_12h_input_tokens": 1000},
    ),
    "30 minute cache": Kind(
        chat(
            "gpt-6.1-sol",
            tokens(
                MILLION // 10,
                0,
                prompt_tokens_details={
                    "cache_write_tokens": 100_000,
                    "cache_write_tokens_details": {"ttl_30m_tokens": 100_000, "ttl_12h_tokens": 0},
                },
            ),
        ),
        "0.25",  # 2.5
    ),
    "cached tokens of a model without a price for them": Kind(
        chat("gpt-4o-audio-preview", tokens(1000, 0, prompt_tokens_details={"cached_tokens": 500})), None, "cache_read"
    ),
    "a count of tomorrow": Kind(
        chat("gpt-5", tokens(1000, 0, prompt_tokens_details={"holograms": 5})),
        None,
        "usage.prompt_tokens_details.holograms",
    ),
    "a count that is none": Kind(
        chat("gpt-5", tokens(1000, 0, prompt_tokens_details={"cached_tokens": -5})), None, "is no count"
    ),
    "more cached than given": Kind(
        chat("gpt-5", tokens(100, 10, prompt_tokens_details={"cached_tokens": 5000})), None, "contradicts itself"
    ),
    "a total that is too large": Kind(
        chat("gpt-5", tokens(100, 10, 500)), None, "contradicts itself", {"output_tokens": 10}, host="api.openai.com"
    ),
    "a total that is too small": Kind(chat("gpt-5", tokens(100, 10, 50)), None, "contradicts itself"),
    "rest that is not the reasoning": Kind(
        chat("gpt-5", tokens(100, 10, 500, completion_tokens_details={"reasoning_tokens": 100})),
        None,
        "contradicts itself",
    ),
    "OpenRouter": Kind(
        chat("openai/gpt-5", tokens(100_000, 0, cost=0.0125, cost_details={"upstream_inference_cost": None})),
        "0.0125",
        attributes={"provider": "openrouter", "stated_cost_usd": Decimal("0.0125")},
        host=OPENROUTER,
    ),
    "OpenRouter, free": Kind(chat("x/y:free", tokens(1000, 0, cost=0)), "0", host=OPENROUTER),
    "OpenRouter with a key of one's own": Kind(
        chat("openai/gpt-5", tokens(1000, 0, cost=0.001, is_byok=True)), None, "usage.cost", host=OPENROUTER
    ),
    "OpenRouter without its figure": Kind(
        chat("openai/gpt-5", tokens(1000, 0)), None, "does not state", host=OPENROUTER
    ),
    "a figure of another host": Kind(chat("gpt-5", tokens(1000, 0, cost=0.5)), None, "usage.cost"),
    "a figure of a proxy that is named": Kind(
        chat("openai/gpt-5", tokens(1000, 0, cost=0.5)),
        None,
        "usage.cost",
        host="gateway.test",
        options={"provider": "openrouter"},
    ),
    "Perplexity": Kind(
        chat(
            "sonar", tokens(100, 100, cost={"input_tokens_cost": 0.0001, "request_cost": 0.005, "total_cost": 0.0052})
        ),
        "0.0052",
        host="api.perplexity.ai",
    ),
    "xAI": Kind(
        chat(
            "grok-4.20",
            tokens(
                10120, 1499, 14428, completion_tokens_details={"reasoning_tokens": 2809}, cost_in_usd_ticks=232856000
            ),
        ),
        "0.0232856",
        attributes={"output_tokens": 4308, "total_tokens": 14428, "reasoning_output_tokens": 2809},
        host="api.x.ai",
    ),
    "xAI without its figure": Kind(
        chat("grok-4.3", tokens(1000, 100, 1400, completion_tokens_details={"reasoning_tokens": 300})),
        "0.00225",  # 1.25 and 2.5
        attributes={"output_tokens": 400},
        host="api.x.ai",
    ),
    "Gemini": Kind(
        chat("gemini-2.5-pro", tokens(758, 102, 1725)),
        "0.0106175",  # 1.25 and 10
        attributes={"provider": "gcp.gemini", "output_tokens": 967, "reasoning_output_tokens": 865},
        host=GEMINI,
    ),
    "Gemini with text alone, of a model that charges more for audio": Kind(
        chat("gemini-2.5-flash", tokens(MILLION, 0)), "0.3", host=GEMINI
    ),
    "Gemini with audio that is not counted": Kind(
        chat("gemini-2.5-flash", tokens(1000, 0)),
        None,
        "audio",
        host=GEMINI,
        asked={
            "messages": [
                {"role": "user", "content": [{"type": "input_audio", "input_audio": {"data": "", "format": "wav"}}]}
            ]
        },
    ),
    "Gemini with Google's search": Kind(
        chat("gemini-2.5-pro", tokens(1000, 0)),
        None,
        "runs at the provider",
        host=GEMINI,
        asked={"extra_body": {"extra_body": {"google": {"tools": [{"google_search": {}}]}}}},
    ),
    "a host that is not known": Kind(
        chat("gpt-oss-120b", tokens(1000, 0)), None, "provider is unknown", {"provider": ""}, host="vllm.internal:8000"
    ),
    "a host that is named like OpenAI's": Kind(
        chat("gpt-5", tokens(1000, 0)), None, "provider is unknown", {"provider": ""}, host="api.openai.com.proxy.test"
    ),
    "a host that is named": Kind(
        chat("gpt-5", tokens(MILLION, 0)), "1.25", host="proxy.test", options={"provider": "openai"}
    ),
    "another provider's model": Kind(chat("gpt-oss-120b", tokens(1000, 0)), None, "no price", host="api.mistral.ai"),
    "a name that moves": Kind(
        chat("mistral-large-latest", tokens(1000, 0)), None, "one model after the other", host="api.mistral.ai"
    ),
    "Groq's own tools": Kind(
        chat("llama-3.3-70b-versatile", tokens(1000, 0), message={"executed_tools": [{"type": "search"}]}),
        None,
        "tools",
        host="api.groq.com/openai",
    ),
    "Groq on demand, with its times": Kind(
        chat("llama-3.3-70b-versatile", tokens(MILLION, 0, queue_time=0.1, total_time=0.5), service_tier="on_demand"),
        "0.59",
        host="api.groq.com/openai",
    ),
    "Azure": Kind(
        chat("gpt-5-2025-08-07", tokens(1000, 0)), None, "type of the deployment", host="mine.openai.azure.com"
    ),
    "no such model": Kind(chat("gpt-7", tokens(1000, 0)), None, "no price of 'gpt-7'"),
    "a fine-tuned model that is not listed": Kind(
        chat("ft:gpt-4.1-2025-04-14:org::id", tokens(1, 1)), None, "no price"
    ),
}


def item(kind: str, **more: Any) -> Json:
    return {"id": "i", "type": kind, "status": "completed", **more}


SEARCHED = {"web_search": {"num_requests": 2}}
FILE_SEARCH = item("file_search_call", queries=["q"])
RESPONSES = {
    "web search": Kind(
        response("gpt-5", counted(1000, 100), tool_usage=SEARCHED),
        "0.02225",  # 1.25 and 10, and 10 for a thousand searches
        attributes={"web_search_requests": 2},
    ),
    "web search in flex": Kind(
        response("gpt-5", counted(1000, 100), tool_usage=SEARCHED, service_tier="flex"), "0.021125"
    ),
    "web search preview": Kind(
        response("gpt-4o", counted(1000, 100), tool_usage=SEARCHED, tools=[{"type": "web_search_preview"}]),
        None,
        "another fee",
    ),
    "web search of a small model": Kind(
        response("gpt-4o-mini", counted(1000, 100), tool_usage=SEARCHED), None, "fixed number"
    ),
    "web search that is not counted": Kind(
        response("gpt-5", counted(1, 1), output=[item("web_search_call", action={"type": "search", "query": "q"})]),
        None,
        "does not count the searches",
    ),
    "file search": Kind(
        response("gpt-5", counted(1000, 100), output=[FILE_SEARCH, FILE_SEARCH]),
        "0.00725",  # 2.5 for a thousand
        attributes={"file_search_calls": 2},
    ),
    "code interpreter": Kind(
        response("gpt-5", counted(1, 1), output=[item("code_interpreter_call", code="1", container_id="c")]),
        None,
        "code_interpreter_calls",
        {"code_interpreter_calls": 1},
    ),
    "image generation": Kind(
        response(
            "gpt-5",
            counted(1, 1),
            output=[item("image_generation_call", result="")],
            tool_usage={"image_gen": {"input_tokens": 50, "output_tokens": 4000, "total_tokens": 4050}},
        ),
        None,
        "image_generation",
        {"image_generation_calls": 1, "image_generation_tokens": 4050},
    ),
    "a shell in a container": Kind(
        response(
            "gpt-5",
            counted(1, 1),
            output=[
                item(
                    "shell_call",
                    call_id="c",
                    action={"commands": []},
                    environment={"type": "container_reference", "container_id": "c"},
                )
            ],
        ),
        None,
        "container",
    ),
    "an item of tomorrow": Kind(
        response("gpt-5", counted(1, 1), output=[item("teleport_call")]), None, "'teleport_call'"
    ),
    "a tool that is counted tomorrow": Kind(
        response("gpt-5", counted(1, 1), tool_usage={"teleport": {"num": 1}}), None, "tool_usage.teleport"
    ),
    "items without a fee": Kind(
        response(
            "gpt-5",
            counted(MILLION, 0),
            output=[
                item("function_call", call_id="c", name="f", arguments="{}"),
                item("reasoning", summary=[]),
                item("mcp_call", name="f", arguments="{}", server_label="s"),
            ],
            tool_usage={"web_search": {"num_requests": 0}, "image_gen": {"total_tokens": 0}},
        ),
        "1.25",
    ),
    "priority": Kind(response("gpt-5", counted(MILLION, 0), service_tier="priority"), "2.5"),
    "xAI": Kind(
        response("grok-4.3", counted(1000, 100, cost_in_usd_ticks=50_000_000, num_sources_used=3)),
        "0.005",
        host="api.x.ai",
    ),
}


def used(fresh: int, output: int, *, read: int = 0, write: int = 0, **more: Any) -> Json:
    return {
        "input_tokens": fresh,
        "output_tokens": output,
        "cache_read_input_tokens": read,
        "cache_creation_input_tokens": write,
        **more,
    }


def kept(minutes_5: int, hour_1: int) -> Json:
    return {"ephemeral_5m_input_tokens": minutes_5, "ephemeral_1h_input_tokens": hour_1}


def entry(kind: str, fresh: int, output: int, **more: Any) -> Json:
    return {"type": kind, **used(fresh, output, **more)}


def tool(name: str) -> Json:
    return {"type": "server_tool_use", "id": "srvtoolu_1", "name": name, "input": {}}


OPUS, HAIKU = "claude-opus-5-5", "claude-haiku-5-5"
MESSAGES = {
    "standard": Kind(
        message(OPUS, used(MILLION, 100_000, service_tier="standard", speed="standard", inference_geo="not_available")),
        "6",
    ),
    "global": Kind(message(OPUS, used(MILLION, 100_000, inference_geo="global")), "6"),
    "fast": Kind(message(OPUS, used(MILLION, 100_000, speed="fast")), "12", attributes={"speed": "fast"}),  # 8 and 40
    "fast asked for, standard served": Kind(
        message(OPUS, used(MILLION, 0, speed="standard")), "4", asked={"extra_body": {"speed": "fast"}}
    ),
    "fast asked for, nothing said": Kind(
        message(OPUS, used(MILLION, 0)), None, "does not say what was served", asked={"extra_body": {"speed": "fast"}}
    ),
    "fast of a model that has none": Kind(message("claude-sonnet-4-6", used(1, 1, speed="fast")), None, "'fast'"),
    "in the US": Kind(
        message(OPUS, used(1, 1, inference_geo="us")), None, "inference_geo 'us'", {"inference_geo": "us"}
    ),
    "a place of tomorrow": Kind(message(OPUS, used(1, 1, inference_geo="moon")), None, "'moon'"),
    "priority": Kind(
        message(OPUS, used(1, 1, service_tier="priority")), None, "'priority'", {"service_tier": "priority"}
    ),
    "batch": Kind(message(OPUS, used(MILLION, 0, service_tier="batch")), "2"),
    "batch and fast": Kind(message(OPUS, used(1, 1, service_tier="batch", speed="fast")), None, "'batch'"),
    "5 minutes and 1 hour": Kind(
        message(OPUS, used(0, 0, write=MILLION, cache_creation=kept(400_000, 600_000))), "6.8"
    ),
    "1 hour, fast": Kind(message(OPUS, used(0, 0, write=MILLION, cache_creation=kept(0, MILLION), speed="fast")), "16"),
    "a write for an unknown time": Kind(message(OPUS, used(0, 0, write=1000)), None, "unknown time"),
    "a write for a partly unknown time": Kind(
        message(OPUS, used(0, 0, write=1000, cache_creation=kept(400, 0))), None, "unknown time"
    ),
    "more kept than written": Kind(
        message(OPUS, used(0, 0, write=1000, cache_creation=kept(900, 900))), None, "contradicts itself"
    ),
    "a lifetime of tomorrow": Kind(
        message(OPUS, used(0, 0, write=1000, cache_creation={**kept(0, 0), "ephemeral_1d_input_tokens": 1000})),
        None,
        "ephemeral_1d_input_tokens",
    ),
    "web searches and fetches": Kind(
        message(OPUS, used(1000, 0, server_tool_use={"web_search_requests": 10, "web_fetch_requests": 3})),
        "0.104",
        attributes={"web_search_requests": 10},
    ),
    "web searches that are not counted": Kind(
        message(OPUS, used(1, 1), content=[tool("web_search")]), None, "does not count the searches"
    ),
    "a use of tomorrow": Kind(
        message(OPUS, used(1, 1, server_tool_use={"web_search_requests": 0, "teleports": 2})),
        None,
        "usage.server_tool_use.teleports",
    ),
    "code execution": Kind(
        message(OPUS, used(1, 1), content=[tool("bash_code_execution")]), None, "bash_code_execution"
    ),
    "a container": Kind(
        message(OPUS, used(1, 1), container={"id": "c", "expires_at": "2026-11-27T00:00:00Z"}), None, "container"
    ),
    "a fallback credit": Kind(
        message(OPUS, used(1, 1, fallback_credit={"status": {"type": "redeemed"}})), None, "usage.fallback_credit"
    ),
    "a model that declined": Kind(
        message(
            "claude-opus-4-8",
            used(
                40_000,
                5_000,
                iterations=[
                    {**entry("message", 40_000, 3_000), "model": "claude-fable-5-2"},
                    {**entry("fallback_message", 40_000, 5_000), "model": "claude-opus-4-8"},
                ],
            ),
        ),
        None,
        "another model took over",
        {"input_tokens": 80_000, "output_tokens": 8_000},
    ),
    "an advisor": Kind(
        message(
            "claude-sonnet-5",
            used(
                100_000,
                10_000,
                iterations=[
                    {**entry("message", 100_000, 10_000), "model": "claude-sonnet-5"},
                    {**entry("advisor_message", 100_000, 1_000), "model": OPUS},
                ],
            ),
        ),
        "0.72",  # 2 and 10 for one, 4 and 20 for the other
        attributes={"input_tokens": 200_000, "output_tokens": 11_000},
    ),
    "an advisor that is not counted": Kind(message(OPUS, used(1, 1), content=[tool("advisor")]), None, "advisor"),
    # Up to 100,000 tokens of input cost 0.1, more of them 0.5.
    "a compaction across the edge of a tier": Kind(
        message(HAIKU, used(60_000, 0, iterations=[entry("compaction", 90_000, 0), entry("message", 60_000, 0)])),
        "0.015",
        attributes={"input_tokens": 150_000},
    ),
    "a compaction above the edge": Kind(
        message(HAIKU, used(60_000, 0, iterations=[entry("compaction", 110_000, 0), entry("message", 60_000, 0)])),
        "0.061",
    ),
    "searches between two requests": Kind(
        message(
            OPUS,
            used(
                300_000,
                0,
                server_tool_use={"web_search_requests": 10},
                iterations=[entry("message", 100_000, 0), entry("message", 200_000, 0)],
            ),
        ),
        "1.3",
    ),
    "iterations that are not the sum": Kind(
        message(OPUS, used(60_000, 0, iterations=[entry("message", 10_000, 0), entry("message", 20_000, 0)])),
        None,
        "contradicts itself",
        {"input_tokens": 60_000},
    ),
    "an iteration of tomorrow": Kind(
        message(OPUS, used(1, 1, iterations=[entry("message", 1, 1), entry("dream", 5, 5)])), None, "'dream'"
    ),
    "one iteration": Kind(message(OPUS, used(MILLION, 0, iterations=[entry("message", MILLION, 0)])), "4"),
    "a count of tomorrow": Kind(message(OPUS, used(1, 1, hologram_tokens=5)), None, "usage.hologram_tokens"),
    "a host that is not known": Kind(
        message(OPUS, used(1, 1)), None, "provider is unknown", {"provider": ""}, host="proxy.test"
    ),
}


def openai_event(fake: FakeAnswers, coomon: Recorder, kind: Kind, *, api: str, stream: bool) -> None:
    base_url = f"http://{kind.host or 'api.openai.com'}/v1"
    with fake.openai_client() as http, openai.OpenAI(api_key="k", base_url=base_url, http_client=http) as client:
        wrap_openai(client, coomon, cost=True, **IDS, **kind.options)
        if api == "chat":
            fake.answer = chat_stream(kind.answer) if stream else kind.answer
            answer: Any = client.chat.completions.create(
                **{"model": "m", "messages": ASKED, "stream": stream, **kind.asked}
            )
        else:
            fake.answer = response_stream(kind.answer) if stream else kind.answer
            answer = client.responses.create(**{"model": "m", "input": "Hi", "stream": stream, **kind.asked})
        if stream:
            list(answer)


def assert_right(coomon: Recorder, kind: Kind) -> None:
    (event,) = coomon.events
    attributes, reported = event["attributes"], [str(error) for error in coomon.errors]
    if kind.cost is None:
        assert "cost_usd" not in attributes
        assert "cost_source" not in event["metadata"]
        assert len(reported) == 1
        assert kind.because in reported[0]
    else:
        assert reported == []
        assert attributes["cost_usd"] == Decimal(kind.cost)
        assert event["metadata"]["cost_source"] == (
            "provider" if "stated_cost_usd" in attributes else f"genai-prices {version('genai-prices')}"
        )
    assert {name: attributes.get(name) for name in kind.attributes} == kind.attributes


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
@pytest.mark.parametrize("kind", CHAT.values(), ids=CHAT)
def test_a_chat_completion_costs_what_is_charged_or_nothing(
    fake: FakeAnswers, coomon: Recorder, kind: Kind, *, stream: bool
) -> None:
    openai_event(fake, coomon, kind, api="chat", stream=stream)
    assert_right(coomon, kind)


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
@pytest.mark.parametrize("kind", RESPONSES.values(), ids=RESPONSES)
def test_a_response_costs_what_is_charged_or_nothing(
    fake: FakeAnswers, coomon: Recorder, kind: Kind, *, stream: bool
) -> None:
    openai_event(fake, coomon, kind, api="responses", stream=stream)
    assert_right(coomon, kind)


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
@pytest.mark.parametrize("kind", MESSAGES.values(), ids=MESSAGES)
def test_a_message_costs_what_is_charged_or_nothing(
    fake: FakeAnswers, coomon: Recorder, kind: Kind, *, stream: bool
) -> None:
    base_url = f"http://{kind.host or 'api.anthropic.com'}"
    with (
        fake.anthropic_client() as http,
        anthropic.Anthropic(api_key="k", base_url=base_url, http_client=http) as client,
    ):
        wrap_anthropic(client, coomon, cost=True, **IDS, **kind.options)
        fake.answer = message_stream(kind.answer) if stream else kind.answer
        answer: Any = client.beta.messages.create(model="m", max_tokens=9, messages=ASKED, stream=stream, **kind.asked)
        if stream:
            list(answer)
    assert_right(coomon, kind)
