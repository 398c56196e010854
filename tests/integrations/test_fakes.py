"""The fakes follow the documented shapes: the real packages read all answers with strict checks."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import anthropic
import openai
import pytest

from tests.support.integrations.fake_llm import FakeLLM
from tests.support.integrations.fake_usage import USAGE
from tests.support.integrations.llm_calls import Clients, Row, create, rows, run

STRICT: dict[str, Any] = {"api_key": "sk-not-a-key", "_strict_response_validation": True, "max_retries": 1}


@pytest.fixture
def clients(fake: FakeLLM) -> Iterator[Clients]:
    made = Clients(fake.openai_url, fake.anthropic_url, **STRICT)
    yield made
    made.openai.close()
    made.anthropic.close()


@pytest.mark.parametrize(
    "row", [row for row in rows() if not row.is_async and row.scenario in USAGE["openai"]], ids=str
)
def test_the_real_packages_find_every_answer_valid(fake: FakeLLM, clients: Clients, row: Row) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        answer = create(clients, row)
        items = list(answer) if row.stream else [answer]
    assert items
    (call,) = fake.calls
    assert (call.api, call.stream) == (row.api, row.stream)
    assert call.usage == USAGE["anthropic" if row.api == "messages" else "openai"][row.scenario]
    # The final usage, read as the documentation describes.
    if row.api == "chat" and row.stream:
        assert (items[-1].usage is not None) == row.asks
        return
    last = {"response.completed": lambda: items[-1].response.usage}.get(getattr(items[-1], "type", ""), lambda: None)()
    usage = last or getattr(items[-1], "usage", None) or items[-2].usage
    assert (getattr(usage, "output_tokens", None) or usage.completion_tokens) == call.usage.output


def test_a_refused_call_raises_what_the_package_promises_and_is_no_call(fake: FakeLLM, clients: Clients) -> None:
    for api, error in (("chat", openai.BadRequestError), ("messages", anthropic.BadRequestError)):
        with pytest.raises(error):
            create(clients, Row(api, "error"))
    assert fake.calls == []


def test_a_retry_meets_an_answer_after_an_overloaded_server(fake: FakeLLM, clients: Clients) -> None:
    for api in ("chat", "messages"):
        create(clients, Row(api, "overloaded"), extra_headers={"x-scenario": "overloaded", "x-scenario-key": api})
    assert [call.api for call in fake.calls] == ["chat", "messages"]
    assert len(fake.bodies) == 4


def test_a_cut_stream_ends_in_an_error_after_its_first_words(fake: FakeLLM) -> None:
    for row in (row for row in rows() if row.scenario == "cut"):
        (got,) = run(Clients(fake.openai_url, fake.anthropic_url), [row])
        assert isinstance(got[-1], Exception)
        assert len(got) > 2
