"""Fixtures: the fakes, the four SDK clients on them, and the tracked events."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider

from coobird.integrations.opentelemetry import CoobirdSpanProcessor
from tests.support.integrations.fake_llm import FakeLLM
from tests.support.integrations.llm_calls import Clients
from tests.support.integrations.recorder import LOOPBACK, Recorder


@pytest.fixture(scope="module")
def collected() -> Iterator[None]:
    """Collect what tests of this module have left: see `LEFT_TO_THE_COLLECTOR`."""
    yield
    gc.collect()


@pytest.fixture
def fake() -> Iterator[FakeLLM]:
    with FakeLLM() as server:
        yield server


@pytest.fixture
def coomon() -> Recorder:
    return Recorder()


@pytest.fixture
def plain(fake: FakeLLM) -> Iterator[Clients]:
    """Clients that are not wrapped."""
    clients = Clients(fake.openai_url, fake.anthropic_url)
    yield clients
    asyncio.run(clients.close())


@pytest.fixture
def clients(fake: FakeLLM, coomon: Recorder) -> Iterator[Clients]:
    """Clients that are wrapped."""
    made = Clients(fake.openai_url, fake.anthropic_url).wrap(coomon)
    yield made
    asyncio.run(made.close())


@pytest.fixture
def provider(coomon: Recorder) -> Iterator[TracerProvider]:
    """A tracer provider that meters."""
    made = TracerProvider()
    made.add_span_processor(CoobirdSpanProcessor(coomon, providers=LOOPBACK))
    yield made
    made.shutdown()


@pytest.fixture
def tracer(provider: TracerProvider) -> trace.Tracer:
    return provider.get_tracer("test.instrumentation")
