"""Functions that google-genai calls between two requests, as the spans of one answer tell."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from google.genai import types
from opentelemetry.sdk.trace import TracerProvider

from coobird.integrations import UsageMissingError
from coobird.integrations.opentelemetry import CoobirdSpanProcessor
from tests.support.integrations.emitters import OPENINFERENCE, OPENLLMETRY, load
from tests.support.integrations.providers.sdks import Google, fake_of
from tests.support.integrations.providers.server import Fake
from tests.support.integrations.recorder import Recorder
from tests.support.integrations.synthetic import RUN

SDK = Google()


def get_weather(city: str) -> str:
    """Tells the weather of a city."""
    return f"Sunny in {city}"


def made_of(kind: str) -> types.GenerateContentConfig:
    declaration = {"name": "get_weather", "parameters_json_schema": {"type": "object"}}
    tools: dict[str, Any] = {
        "a function": get_weather,
        "a declaration": types.Tool.model_validate({"function_declarations": [declaration]}),
        "a search": types.Tool(google_search=types.GoogleSearch()),
    }
    return types.GenerateContentConfig(tools=[tools[kind]])


@pytest.fixture(params=[OPENINFERENCE, OPENLLMETRY])
def spans_of(request: pytest.FixtureRequest) -> Iterator[Callable[[Recorder], TracerProvider]]:
    """Let an instrumentation of google-genai make spans."""
    found: Any = load(request.param, "google.genai")
    instrumentor = found()

    def begin(coomon: Recorder) -> TracerProvider:
        provider = TracerProvider()
        provider.add_span_processor(CoobirdSpanProcessor(coomon))
        instrumentor.instrument(tracer_provider=provider)
        return provider

    yield begin
    instrumentor.uninstrument()


@pytest.fixture
def fake() -> Iterator[Fake]:
    with fake_of(SDK) as fake:
        yield fake


@pytest.mark.parametrize("kind", ["a function", "a declaration", "a search"])
def test_calls_before_the_last_one_of_a_span_are_reported(
    coomon: Recorder, fake: Fake, spans_of: Callable[[Recorder], TracerProvider], kind: str
) -> None:
    provider = spans_of(coomon)
    client = SDK.open(fake.url)
    fake.scenario = "tools" if kind == "a function" else "plain"
    for _ in range(2):
        with coomon.run(**RUN):
            client.models.generate_content(model=SDK.model, contents="Hi", config=made_of(kind))
    provider.shutdown()
    rounds = 2 if kind == "a function" else 1
    assert (len(fake.calls), len(coomon.events)) == (2 * rounds, 2)
    reports = [str(error) for error in coomon.errors if isinstance(error, UsageMissingError)]
    assert ["may stand for several calls" in report for report in reports] == [True] * (2 * rounds - 2)
