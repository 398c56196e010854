"""Token counts of spans: each form is read as the provider's counts, or marked inexact."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opentelemetry.sdk.trace import TracerProvider

from coobird.integrations._spans.emitters import EMITTERS, GEMINI, emitter_of, family_of
from coobird.integrations._spans.reading import SpanCall, SpanFacts, read_span
from coobird.integrations.opentelemetry import CoobirdSpanProcessor
from tests.support.integrations.recorder import Recorder
from tests.support.integrations.synthetic import RUN, emit


class Truth(NamedTuple):
    """Counts as the providers' APIs split them.

    Attributes:
        fresh: Input tokens, without the cached ones and those of the provider's own tools.
        answer: Output tokens, without the thoughts.
    """

    fresh: int = 1300
    read: int = 600
    write: int = 100
    tools: int = 0
    answer: int = 300
    thoughts: int = 0

    def numbers(self) -> tuple[int, int]:
        return self.fresh + self.read + self.write + self.tools, self.answer + self.thoughts


BEDROCK, GOOGLE = Truth(), Truth(1350, 600, 0, 50, 100, 200)
SONNET = "us.anthropic.claude-sonnet-4-5-20250929-v1:0"


def otel(provider: str, model: str, **counts: int | None) -> dict[str, Any]:
    names = {
        "input": "gen_ai.usage.input_tokens",
        "output": "gen_ai.usage.output_tokens",
        "read": "gen_ai.usage.cache_read.input_tokens",
        "write": "gen_ai.usage.cache_creation.input_tokens",
        "reasoning": "gen_ai.usage.reasoning.output_tokens",
        "total": "gen_ai.usage.total_tokens",
    }
    facts = {"gen_ai.operation.name": "chat", "gen_ai.provider.name": provider, "gen_ai.response.model": model}
    return facts | {names[name]: count for name, count in counts.items() if count is not None}


def openinference(provider: str, model: str, **counts: int | None) -> dict[str, Any]:
    names = {
        "input": "llm.token_count.prompt",
        "output": "llm.token_count.completion",
        "read": "llm.token_count.prompt_details.cache_read",
        "write": "llm.token_count.prompt_details.cache_write",
        "reasoning": "llm.token_count.completion_details.reasoning",
        "total": "llm.token_count.total",
    }
    facts = {"openinference.span.kind": "LLM", "llm.provider": provider, "llm.model_name": model}
    return facts | {names[name]: count for name, count in counts.items() if count is not None}


def aws_parts(truth: Truth) -> dict[str, int]:
    """Counts as Bedrock gives them: the cached tokens are on top of the input."""
    return {"input": truth.fresh, "output": truth.answer, "read": truth.read, "write": truth.write}


def cohere_answer(truth: Truth) -> str:
    """Answer of Cohere, which counts the tokens of a prompt of its own and does not bill them."""
    billed = dict(zip(("input_tokens", "output_tokens"), truth.numbers(), strict=True))
    read = {name: count + 500 for name, count in billed.items()}
    return json.dumps({"id": "0123456789abcdef", "message": {}, "usage": {"billed_units": billed, "tokens": read}})


# Form of each emitter: its scope and version, the name of its span, and its attributes for a true
# usage. `exact` is false for a form that leaves out a part without a trace of it.
class Form(NamedTuple):
    scope: str
    attributes: Any
    exact: bool = True
    version: str = ""
    name: str = ""
    truth: Truth = GOOGLE


FORMS = {
    "botocore, Converse": Form(
        "opentelemetry.instrumentation.botocore.bedrock-runtime",
        lambda t: otel("aws.bedrock", SONNET, **aws_parts(t)) | {"rpc.method": "Converse"},
        truth=BEDROCK,
    ),
    "botocore, invoke_model of Claude": Form(
        "opentelemetry.instrumentation.botocore.bedrock-runtime",
        lambda t: otel("aws.bedrock", SONNET, input=t.fresh, output=t.answer) | {"rpc.method": "InvokeModel"},
        exact=False,
        truth=BEDROCK,
    ),
    "OTel Bedrock": Form(
        "opentelemetry.instrumentation.genai.bedrock",
        lambda t: otel("aws.bedrock", SONNET, **aws_parts(t)),
        truth=BEDROCK,
    ),
    "OpenLLMetry Bedrock": Form(
        "opentelemetry.instrumentation.bedrock",
        lambda t: otel("aws.bedrock", SONNET, **aws_parts(t)) | {"llm.usage.total_tokens": t.fresh + t.answer},
        truth=BEDROCK,
    ),
    "OpenLLMetry Bedrock, invoke_model of Claude": Form(
        "opentelemetry.instrumentation.bedrock",
        lambda t: (
            otel("aws.bedrock", SONNET, input=t.fresh, output=t.answer, total=t.fresh + t.answer)
            | {"gen_ai.response.id": "msg_bdrk_0123456789abcdef"}
        ),
        exact=False,
        truth=BEDROCK,
    ),
    "OpenLLMetry Bedrock, invoke_model of Nova": Form(
        "opentelemetry.instrumentation.bedrock",
        lambda t: otel("aws.bedrock", "nova-pro-v1:0", input=t.fresh, output=t.answer, total=t.fresh + t.answer),
        exact=False,
        truth=BEDROCK,
    ),
    "OpenLLMetry Bedrock, Converse of Nova": Form(
        "opentelemetry.instrumentation.bedrock",
        lambda t: otel("aws.bedrock", "nova-pro-v1:0", **aws_parts(t)) | {"llm.usage.total_tokens": t.fresh + t.answer},
        truth=BEDROCK,
    ),
    "OpenLLMetry Bedrock, first part of a stream of Llama": Form(
        "opentelemetry.instrumentation.bedrock",
        lambda t: otel("aws.bedrock", "llama3-70b-instruct-v1:0", input=t.numbers()[0], output=1),
        exact=False,
        truth=BEDROCK,
    ),
    "OTel Bedrock, invoke_model of Nova": Form(
        "opentelemetry.instrumentation.genai.bedrock",
        lambda t: otel("aws.bedrock", "amazon.nova-pro-v1:0", input=t.fresh, output=t.answer),
        exact=False,
        truth=BEDROCK,
    ),
    "OpenInference Cohere, whole answer": Form(
        "openinference.instrumentation.cohere",
        lambda t: (
            openinference("cohere", "command-a-03-2025", input=t.numbers()[0] + 500, output=t.numbers()[1] + 3)
            | {"output.value": cohere_answer(t)}
        ),
    ),
    "OpenInference Cohere, stream": Form(
        "openinference.instrumentation.cohere",
        lambda t: openinference("cohere", "command-a-03-2025", input=t.numbers()[0] + 500, output=t.numbers()[1] + 3),
        exact=False,
    ),
    **{
        f"{scope}, Cohere": Form(
            scope,
            lambda t: openinference(
                "cohere", "command-a-03-2025", input=t.numbers()[0] + 500, output=t.numbers()[1] + 3
            ),
            exact=False,
        )
        for scope in ("openinference.instrumentation.langchain", "opentelemetry.instrumentation.langchain")
    },
    "OpenInference Bedrock, converse": Form(
        "openinference.instrumentation.bedrock",
        lambda t: openinference("aws", SONNET, **aws_parts(t) | {"input": t.numbers()[0], "total": sum(t.numbers())}),
        name="bedrock.converse",
        truth=BEDROCK,
    ),
    "OpenInference Bedrock, invoke_model of Nova": Form(
        "openinference.instrumentation.bedrock",
        lambda t: openinference("aws", "amazon.nova-pro-v1:0", **aws_parts(t), total=t.fresh + t.answer),
        name="bedrock.invoke_model",
        truth=BEDROCK,
    ),
    "Strands before it added the cache": Form(
        "strands.telemetry.tracer",
        lambda t: otel("aws.bedrock", SONNET, **aws_parts(t), total=sum(t.numbers())),
        truth=BEDROCK,
    ),
    "Strands": Form(
        "strands.telemetry.tracer",
        lambda t: otel("aws.bedrock", SONNET, **aws_parts(t) | {"input": t.numbers()[0]}, total=sum(t.numbers())),
        truth=BEDROCK,
    ),
    "unlisted, Bedrock without a total": Form(
        "acme.llm", lambda t: otel("aws.bedrock", SONNET, **aws_parts(t)), exact=False, truth=BEDROCK
    ),
    "OTel google-genai": Form(
        "opentelemetry.instrumentation.google_genai",
        lambda t: otel(
            "gcp.gemini",
            "gemini-2.5-flash",
            input=t.fresh + t.read,
            output=t.answer + t.thoughts,
            read=t.read,
            reasoning=t.thoughts,
        ),
        exact=False,
    ),
    "OpenLLMetry google-genai": Form(
        "opentelemetry.instrumentation.google_generativeai",
        lambda t: otel(
            "gcp.gemini",
            "gemini-2.5-flash",
            input=t.fresh + t.read,
            output=t.answer,
            read=t.read,
            total=sum(t.numbers()),
        ),
        exact=False,
    ),
    "OpenInference google-genai": Form(
        "openinference.instrumentation.google_genai",
        lambda t: openinference(
            "google",
            "gemini-2.5-flash",
            input=t.numbers()[0],
            output=t.numbers()[1],
            read=t.read,
            reasoning=t.thoughts,
            total=sum(t.numbers()),
        ),
    ),
    "OpenInference LlamaIndex, Gemini": Form(
        "openinference.instrumentation.llama_index",
        lambda t: openinference(
            "google", "gemini-2.5-flash", input=t.fresh + t.read, output=t.answer, total=sum(t.numbers())
        ),
        exact=False,
    ),
    "Google ADK 1": Form(
        "gcp.vertex.agent",
        lambda t: otel("gcp.vertex.agent", "gemini-2.5-flash", input=t.fresh + t.read, output=t.answer),
        exact=False,
    ),
    "Google ADK 1.20": Form(
        "gcp.vertex.agent",
        lambda t: otel("gcp.vertex.agent", "gemini-2.5-flash", input=t.fresh + t.read, output=t.answer),
        exact=False,
        version="1.20.0",
    ),
    "Google ADK 2.0": Form(
        "gcp.vertex.agent",
        lambda t: (
            otel("gcp.vertex.agent", "gemini-2.5-flash", input=t.fresh + t.read, output=t.answer)
            | {"gen_ai.usage.experimental.reasoning_tokens": t.thoughts}
        ),
        exact=False,
        version="2.0.0",
    ),
    "Google ADK 2.13": Form(
        "gcp.vertex.agent",
        lambda t: otel(
            "gcp.vertex.agent",
            "gemini-2.5-flash",
            input=t.numbers()[0],
            output=t.numbers()[1],
            read=t.read,
            reasoning=t.thoughts,
        ),
        version="2.13.0",
    ),
    "pydantic-ai, Gemini": Form(
        "pydantic-ai",
        lambda t: (
            otel("gcp.gemini", "gemini-2.5-flash", input=t.numbers()[0], output=t.numbers()[1], read=t.read)
            | {
                "gen_ai.response.finish_reasons": ["stop"],
                "gen_ai.usage.details.thoughts_tokens": t.thoughts,
                "gen_ai.usage.details.tool_use_prompt_tokens": t.tools,
                "gen_ai.usage.details.cached_content_tokens": t.read,
            }
        ),
    ),
    "Agent Framework, Anthropic": Form(
        "agent_framework",
        lambda t: otel("anthropic", "claude-sonnet-4-5", **aws_parts(t)),
        exact=False,
        truth=BEDROCK,
    ),
    "Agent Framework, Claude on Bedrock": Form(
        "agent_framework", lambda t: otel("aws.bedrock", SONNET, **aws_parts(t)), exact=False, truth=BEDROCK
    ),
    "Agent Framework, Bedrock without the cached tokens": Form(
        "agent_framework",
        lambda t: otel("aws.bedrock", "amazon.nova-pro-v1:0", input=t.fresh, output=t.answer),
        exact=False,
        truth=BEDROCK,
    ),
    "Agent Framework, Gemini": Form(
        "agent_framework",
        lambda t: otel(
            "gcp.gemini",
            "gemini-2.5-flash",
            input=t.fresh + t.read,
            output=t.answer,
            read=t.read,
            reasoning=t.thoughts,
        ),
        exact=False,
    ),
    "unlisted, Gemini with all parts": Form(
        "acme.llm",
        lambda t: (
            otel(
                "gcp.gemini",
                "gemini-2.5-flash",
                input=t.fresh + t.read,
                output=t.answer,
                reasoning=t.thoughts,
                total=sum(t.numbers()),
            )
            | {"gen_ai.usage.details.tool_use_prompt_tokens": t.tools}
        ),
    ),
    "unlisted, Gemini without a total": Form(
        "acme.llm",
        lambda t: otel("gcp.gemini", "gemini-2.5-flash", input=t.fresh + t.read, output=t.answer, reasoning=t.thoughts),
        exact=False,
    ),
    "unlisted, xAI with a total": Form(
        "acme.llm",
        lambda t: otel("xai", "grok-4", input=1000, output=t.answer, reasoning=t.thoughts, total=1000 + 300),
        truth=Truth(1000, 0, 0, 0, 100, 200),
    ),
    "unlisted, xAI through OpenAI's SDK, without the reasoning": Form(
        "acme.llm",
        lambda t: (
            otel("openai", "grok-4", input=1000, output=t.answer, total=1000 + 300) | {"server.address": "api.x.ai"}
        ),
        truth=Truth(1000, 0, 0, 0, 100, 200),
    ),
    "reasoning on top of the output, anywhere": Form(
        "acme.llm",
        lambda t: openinference("openai", "m", input=1000, output=t.answer, reasoning=t.thoughts, total=1300),
        truth=Truth(1000, 0, 0, 0, 100, 200),
    ),
    "a total that nothing explains": Form(
        "acme.llm",
        lambda t: {"llm.usage.total_tokens": 1900} | otel("openai", "m", input=1000, output=300),
        exact=False,
        truth=Truth(1000, 0, 0, 0, 300, 600),
    ),
}


def read(form: Form) -> SpanCall:
    facts = SpanFacts(form.attributes(form.truth), form.scope, name=form.name, version=form.version)
    span_call = read_span(facts)
    assert span_call is not None
    return span_call


@pytest.mark.parametrize("name", FORMS)
def test_a_form_is_read_as_the_providers_counts_or_marked_inexact(name: str) -> None:
    form = FORMS[name]
    call = read(form).call
    assert call.is_exact == form.exact
    assert call.usage is not None
    if form.exact:
        assert call.usage[:2] == form.truth.numbers()
    else:
        assert call.reason


@given(
    st.sampled_from(list(FORMS)),
    st.builds(
        Truth,
        *(st.integers(1, 10_000), st.integers(0, 9_000), st.integers(0, 9_000), st.integers(0, 900)),
        *(st.integers(1, 5_000), st.integers(0, 5_000)),
    ),
)
@settings(max_examples=200, deadline=None)
def test_no_usage_of_any_form_is_wrong_without_a_mark(name: str, truth: Truth) -> None:
    form = FORMS[name]
    if "xAI" in name or "anywhere" in name or "explains" in name:
        return  # their truth is fixed
    absent = {"tools": 0, "thoughts": 0} if form.truth == BEDROCK else {"write": 0}
    truth = truth._replace(**absent)
    call = read(form._replace(truth=truth)).call
    assert call.usage is not None
    assert call.usage[:2] == truth.numbers() or not call.is_exact


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("gen_ai.usage.details.reasoning_tokens", "reasoning"),
        ("gen_ai.usage.details.thoughts_tokens", "reasoning"),
        ("llm.usage.reasoning_tokens", "reasoning"),
        ("gen_ai.usage.details.cache_read_tokens", "cache_read"),
        ("llm.usage.cache_read_input_tokens", "cache_read"),
        ("gen_ai.usage.cache_write_input_tokens", "cache_write"),
        ("gen_ai.usage.details.cache_write_tokens", "cache_write"),
    ],
)
def test_parts_are_read_by_every_name(name: str, part: str) -> None:
    span = read_span(SpanFacts(otel("openai", "m", input=100, output=50) | {name: 20}, "acme"))
    assert span is not None
    assert span.call.usage is not None
    assert getattr(span.call.usage, part) == 20
    assert span.call.usage[:2] == (100, 50)


def test_a_span_of_an_agent_that_stands_for_its_last_call_is_marked_inexact() -> None:
    facts = SpanFacts(openinference("google", "gemini-2.5-flash", input=5, output=1), "gcp.vertex.agent")
    span = read_span(facts._replace(name="invoke_agent weather", version="2.13.0"))
    assert span is not None
    assert not span.call.is_exact
    assert "one span for all calls" in span.call.reason


@pytest.mark.parametrize(
    ("finish", "output"), [({"finish_reason": "STOP"}, 300), ({}, None)], ids=["finished", "broken off"]
)
def test_the_output_of_a_gemini_stream_that_broke_off_is_unknown(finish: dict[str, str], output: int | None) -> None:
    body = {
        "candidates": [{"index": 0, **finish}],
        "usage_metadata": {"prompt_token_count": 5},
        "model_version": "gemini-2.5-flash",
        "response_id": "r0123456789abcdef",
    }
    attributes = openinference("google", "gemini-2.5-flash", input=1000, output=300) | {
        "output.value": json.dumps(body)
    }
    span = read_span(SpanFacts(attributes, "openinference.instrumentation.google_genai"))
    assert span is not None
    assert span.call.usage is not None
    assert span.call.usage[:2] == (1000, output)
    assert span.call.response_id == "r0123456789abcdef"


@pytest.mark.parametrize("finish", [{"gen_ai.response.finish_reasons": ["stop"]}, {}], ids=["finished", "broken off"])
@pytest.mark.parametrize(
    ("scope", "mark"),
    [
        ("acme.llm", "gen_ai.response.time_to_first_chunk"),
        ("acme.llm", "gen_ai.client.operation.time_to_first_chunk"),
        ("pydantic-ai", "acme"),  # its stream may break before the first chunk, and after the first counts
    ],
)
@pytest.mark.parametrize(
    ("provider", "model"), [("anthropic", "claude-sonnet-4-6"), ("gcp.gemini", "gemini-2.5-flash")]
)
def test_the_output_of_a_stream_without_a_reason_for_its_end_is_unknown(
    provider: str, model: str, scope: str, mark: str, finish: dict[str, list[str]]
) -> None:
    attributes = otel(provider, model, input=1000, output=3) | {mark: 0.2} | finish
    span = read_span(SpanFacts(attributes, scope))
    assert span is not None
    assert span.call.usage is not None
    assert span.call.usage[:2] == (1000, 3 if finish else None)


@pytest.mark.parametrize("chunk", [{}, {"gen_ai.response.time_to_first_chunk": 0.2}], ids=["at once", "after a chunk"])
@pytest.mark.parametrize(
    "error", ["ModelRequestRejectedError", "ModelQuotaExceededError", "ModelUnavailableError", "ModelServerError"]
)
def test_an_error_of_pydantic_ai_is_a_refusal_only_before_the_answer_has_begun(
    error: str, chunk: dict[str, float]
) -> None:
    facts = SpanFacts(otel("openai", "gpt-4o") | chunk, "pydantic-ai", True, (f"pydantic_ai.exceptions.{error}",))
    span = read_span(facts)
    assert span is not None
    assert span.is_refused == (not chunk)


def test_a_flaw_is_on_each_event_and_reported_once_for_each_emitter(coomon: Recorder) -> None:
    provider = TracerProvider()
    provider.add_span_processor(CoobirdSpanProcessor(coomon))
    form = FORMS["OTel google-genai"]
    with coomon.run(**RUN):
        for _ in range(3):
            emit(provider.get_tracer(form.scope), form.attributes(form.truth))
    provider.shutdown()
    assert [event["attributes"]["usage_inexact"] for event in coomon.events] == [True] * 3
    assert ["leaves out tool-use tokens" in str(error) for error in coomon.errors] == [True]


@pytest.mark.parametrize(
    "model", ["amazon.titan-embed-text-v2:0", "cohere.embed-english-v3", "text-embedding-3-small", "nomic-embed-text"]
)
def test_an_embedding_has_no_output_whatever_its_span_says(model: str) -> None:
    span = read_span(SpanFacts(otel("aws.bedrock", model, input=200, output=30), "acme.llm"))
    assert span is not None
    assert (span.call.operation, span.call.usage) == ("embeddings", (200, 0, None, None, None, ()))


def test_a_model_of_another_maker_at_google_does_not_follow_geminis_rule() -> None:
    assert family_of("gcp.vertex_ai", "claude-sonnet-4-5", "") == ""
    assert family_of("gcp.vertex_ai", "gemini-2.5-pro", "") == GEMINI
    assert family_of("openai", "gemini-2.5-pro", "generativelanguage.googleapis.com") == GEMINI


def test_a_row_of_a_version_ends_before_that_version() -> None:
    thoughts = [
        emitter_of("gcp.vertex.agent", version, GEMINI, "gemini", "").thoughts for version in ("", "1.9", "2.4.1")
    ]
    assert thoughts == ["missing", "missing", "on top"]
    assert emitter_of("gcp.vertex.agent", "2.5.0", GEMINI, "gemini", "").thoughts == "within"


def test_a_scope_does_not_stand_for_another_one_that_begins_alike() -> None:
    assert emitter_of("opentelemetry.instrumentation.bedrock_agents", "", "", "m", "").scope == ""
    assert emitter_of("opentelemetry.instrumentation.bedrock.x", "", "", "m", "") in EMITTERS


@pytest.mark.parametrize("total", [None, 2300])
@pytest.mark.parametrize(("provider", "model"), [("gcp.gemini", "gemini-2.5-pro"), ("x_ai", "grok-4")])
def test_an_unlisted_emitter_without_a_total_may_have_left_out_the_thoughts(
    provider: str, model: str, total: int | None
) -> None:
    attributes = otel(provider, model, input=2000, output=300) | {"gen_ai.response.finish_reasons": ("stop",)}
    span = read_span(
        SpanFacts(attributes | ({} if total is None else {"gen_ai.usage.total_tokens": total}), "acme.llm")
    )
    assert span is not None
    assert span.call.usage is not None
    assert (span.call.usage[:2], span.call.is_exact) == ((2000, 300), total is not None)


@pytest.mark.parametrize("wrong", [-1, 0.5, "600"])
@pytest.mark.parametrize("part", ["cache_read.input_tokens", "cache_write.input_tokens", "reasoning.output_tokens"])
def test_a_part_that_is_no_count_makes_the_totals_inexact(part: str, wrong: Any) -> None:
    attributes = otel("aws.bedrock", "amazon.nova-pro-v1:0", input=1300, output=300)
    for scope in ("opentelemetry.instrumentation.genai.bedrock", "acme.llm"):
        span = read_span(SpanFacts(attributes | {f"gen_ai.usage.{part}": wrong}, scope))
        assert span is not None
        assert not span.call.is_exact


@pytest.mark.parametrize(
    ("part", "key"),
    [
        *(
            ("cache_read", f"gen_ai.usage.{name}")
            for name in (
                "prompt_tokens_details.cache_read",
                "input_tokens.cached",
                "cached_input_tokens",
                "input_tokens_details.cached_tokens",
                "cacheReadInputTokens",
                "details.prompt_cache_hit_tokens",
            )
        ),
        ("cache_read", "llm.usage.cache_read"),
        ("cache_write", "gen_ai.usage.prompt_tokens_details.cache_write"),
        ("cache_write", "gen_ai.usage.cacheCreationTokens"),
        ("reasoning", "gen_ai.usage.completion_tokens_details.reasoning"),
        ("reasoning", "gen_ai.usage.output_tokens.thinking"),
        ("reasoning", "gen_ai.usage.thoughts_token_count"),
    ],
)
def test_a_part_is_read_under_whatever_name_an_emitter_has_for_it(part: str, key: str) -> None:
    # Bedrock's cached tokens come on top of its input, and Gemini's thoughts on top of its output.
    family = ("gcp.gemini", "gemini-2.5-flash") if part == "reasoning" else ("aws.bedrock", SONNET)
    counts = otel(*family, input=1300, output=300, total=2200)
    found = read_span(SpanFacts(counts | {key: 600}, "unknown.emitter"))
    assert found is not None
    assert found.call.usage is not None
    expected = (1300, 900) if part == "reasoning" else (1900, 300)
    assert (found.call.usage[:2], getattr(found.call.usage, part)) == (expected, 600)
    assert found.call.is_exact


@pytest.mark.parametrize(
    "key",
    [
        "gen_ai.usage.cost.cache_read",
        "gen_ai.usage.details.prompt_cache_miss_tokens",
        "gen_ai.usage.details.text_cached_tokens",
        "gen_ai.usage.tool_calls",
        "gen_ai.usage.details.server_tool_use_tokens",
        "gen_ai.request.cached_tokens",
    ],
)
def test_a_name_that_only_sounds_like_a_part_is_none(key: str) -> None:
    counts = otel("aws.bedrock", SONNET, input=1300, output=300, total=1600)
    found = read_span(SpanFacts(counts | {key: 600}, "unknown.emitter"))
    assert found is not None
    assert found.call.usage == (1300, 300, None, None, None, ())
