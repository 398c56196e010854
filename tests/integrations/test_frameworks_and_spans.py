"""LangChain or LiteLLM together with an instrumentation: one event for each call."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import nullcontext
from typing import Any

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider

from tests.support import ROOT
from tests.support.integrations.agents.litellm_reports import metered_litellm
from tests.support.integrations.emitters import EMITTERS, NATIVE, WRAPPER
from tests.support.integrations.framework_calls import MANNERS
from tests.support.integrations.llm_calls import PROMPT
from tests.support.integrations.recorder import Recorder
from tests.support.integrations.synthetic import CHAT, RUN, emit


@pytest.mark.parametrize("emitter", [name for name in EMITTERS if name not in (NATIVE, WRAPPER)])
def test_a_call_that_a_framework_and_an_instrumentation_report_is_one_event(emitter: str) -> None:
    command = [sys.executable, "-m", "tests.support.integrations.framework_calls", emitter]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=ROOT)
    assert done.returncode == 0, done.stderr[-4000:]
    printed = [json.loads(line) for line in done.stdout.splitlines()]
    calls = [f"{way} {manner}" for manner in MANNERS for way in ("chat", "responses", "litellm")]
    events = [event for event in printed if event["call"] != "error"]
    assert sorted((event["call"], event["tokens"]) for event in events) == [
        (call, [1000, 50, 800]) for call in sorted(calls)
    ]
    assert [event for event in printed if event["call"] == "error"] == []


Job = Callable[[], Any]


@pytest.fixture
def jobs(coomon: Recorder, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Job]]:
    """Work that LiteLLM leaves to its threads, which waits for the test. Its calls are metered."""
    monkeypatch.setenv("LITELLM_LOCAL_MODEL_COST_MAP", "True")
    from litellm.litellm_core_utils.thread_pool_executor import executor

    waiting: list[Job] = []

    def submit(work: Callable[..., Any], *args: Any, **options: Any) -> Future[Any]:
        waiting.append(lambda: work(*args, **options))
        return Future()

    monkeypatch.setattr(executor, "submit", submit)
    with metered_litellm(coomon):
        yield waiting


def ask_litellm(*, streams: bool) -> dict[str, Any]:
    """Ask LiteLLM, which answers itself, and return what a framework's span has of the call."""
    import litellm

    options: Any = {"stream": True, "stream_options": {"include_usage": True}} if streams else {}
    answer: Any = litellm.completion("openai/gpt-4o", PROMPT, mock_response="hello", **options)
    usage = list(answer)[-1].usage if streams else answer.usage
    return {
        "gen_ai.operation.name": "chat",
        "gen_ai.request.model": "openai/gpt-4o",
        "gen_ai.usage.input_tokens": usage.prompt_tokens,
        "gen_ai.usage.output_tokens": usage.completion_tokens,
    }


@pytest.mark.filterwarnings("ignore")  # LiteLLM's, about pydantic
@pytest.mark.parametrize("calls", [1, 3])
@pytest.mark.parametrize("streams", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("is_inside", [False, True], ids=["apart from its span", "in its span"])
def test_a_call_that_litellm_reports_after_the_frameworks_span_is_one_event(
    coomon: Recorder, provider: TracerProvider, jobs: list[Job], is_inside: bool, streams: bool, calls: int
) -> None:
    tracer = provider.get_tracer("some.framework")
    with coomon.run(**RUN):
        for _ in range(calls):
            span = tracer.start_span("chat")
            with trace.use_span(span) if is_inside else nullcontext():
                span.set_attributes(ask_litellm(streams=streams))
            span.end()
    for job in jobs:
        job()
    assert (len(coomon.events), coomon.errors) == (calls, [])


@pytest.mark.filterwarnings("ignore")
def test_litellms_report_of_a_call_is_billed_and_not_the_earlier_one_of_a_frameworks_span(
    coomon: Recorder, provider: TracerProvider, jobs: list[Job]
) -> None:
    tracer = provider.get_tracer("openinference.instrumentation.crewai._event_listener")
    with coomon.run(**RUN):
        span = tracer.start_span("call")
        span.set_attributes(ask_litellm(streams=False))
        span.end()
        emit(tracer, CHAT)  # not through LiteLLM
    for job in jobs:
        job()
    provider.shutdown()
    sources = [event["metadata"]["source"] for event in coomon.events]
    assert sources == ["litellm", "openinference.instrumentation.crewai._event_listener"]
