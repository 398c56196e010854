"""Instructor with wrapped clients: whole and partial objects, attempts, tasks, threads."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import instructor
import pytest
from pydantic import BaseModel, field_validator

from coobird.integrations import UsageMissingError
from tests.support.integrations.agents.checks import (
    assert_each_call_has_its_own_payer,
    assert_each_call_is_billed_once,
)
from tests.support.integrations.agents.clients import (
    anthropic_client,
    async_anthropic_client,
    async_openai_client,
    openai_client,
)
from tests.support.integrations.providers.server import Fake
from tests.support.integrations.recorder import Recorder


class Answer(BaseModel):
    customer: str
    pages: int


def gpt(models: Fake, coomon: Recorder) -> Any:
    return instructor.from_openai(openai_client(models, coomon))


def async_gpt(models: Fake, coomon: Recorder) -> Any:
    return instructor.from_openai(async_openai_client(models, coomon))


def claude(models: Fake, coomon: Recorder) -> Any:
    return instructor.from_anthropic(anthropic_client(models, coomon))


def async_claude(models: Fake, coomon: Recorder) -> Any:
    return instructor.from_anthropic(async_anthropic_client(models, coomon))


Maker = Callable[[Fake, Recorder], Any]


def arguments(client: Maker, customer: str, wanted: type[BaseModel] = Answer) -> dict[str, Any]:
    return {
        "model": "gpt-4o" if client in (gpt, async_gpt) else "claude-sonnet-4-6",
        "max_tokens": 99,
        "response_model": wanted,
        "messages": [{"role": "user", "content": f"About {customer}"}],
    }


@pytest.mark.parametrize("client", [gpt, claude])
def test_each_answer_is_billed_once(models: Fake, coomon: Recorder, client: Maker) -> None:
    used = client(models, coomon)
    with coomon.run(customer_id="cust_a", agent_id="agent"):
        assert used.create(**arguments(client, "cust_a")).model_dump() == {"customer": "cust_a", "pages": 7}
        assert list(used.create_partial(**arguments(client, "cust_a")))[-1].customer == "cust_a"
    assert_each_call_is_billed_once(coomon, models, 2)
    assert_each_call_has_its_own_payer(coomon, models)


@pytest.mark.parametrize("client", [gpt, claude])
def test_each_attempt_at_an_object_is_billed(models: Fake, coomon: Recorder, client: Maker) -> None:
    attempts: list[int] = []

    class Strict(BaseModel):
        customer: str

        @field_validator("customer")
        @classmethod
        def refuse_the_first(cls, value: str) -> str:
            attempts.append(1)
            if len(attempts) == 1:
                raise ValueError("Try again.")
            return value

    with coomon.run(customer_id="cust_a", agent_id="agent"):
        client(models, coomon).create(**arguments(client, "cust_a", Strict), max_retries=2)
    assert_each_call_is_billed_once(coomon, models, 2)


@pytest.mark.parametrize("client", [async_gpt, async_claude])
def test_calls_at_once_in_tasks_have_their_own_payers(models: Fake, coomon: Recorder, client: Maker) -> None:
    async def ask(used: Any, customer: str, *, stream: bool) -> None:
        with coomon.run(customer_id=customer, agent_id="agent"):
            if not stream:
                await used.create(**arguments(client, customer))
                return
            async for _ in used.create_partial(**arguments(client, customer)):
                pass

    async def all_at_once() -> None:
        used = client(models, coomon)
        await asyncio.gather(
            *(ask(used, customer, stream=stream) for customer in ("cust_a", "cust_b") for stream in (False, True))
        )

    asyncio.run(all_at_once())
    assert_each_call_is_billed_once(coomon, models, 4)
    assert_each_call_has_its_own_payer(coomon, models)


@pytest.mark.parametrize("client", [gpt, claude])
def test_calls_at_once_in_threads_have_their_own_payers(models: Fake, coomon: Recorder, client: Maker) -> None:
    used = client(models, coomon)

    def ask(customer: str) -> None:
        with coomon.run(customer_id=customer, agent_id="agent"):
            used.create(**arguments(client, customer))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(ask, ["cust_a", "cust_b"] * 4))
    assert_each_call_is_billed_once(coomon, models, 8)
    assert_each_call_has_its_own_payer(coomon, models)


@pytest.mark.parametrize("client", [gpt, claude])
def test_a_refused_call_costs_nothing(models: Fake, coomon: Recorder, client: Maker) -> None:
    models.scenario = "error"
    with coomon.run(customer_id="cust_a", agent_id="agent"), pytest.raises(Exception):  # noqa: B017, PT011 - Instructor's
        client(models, coomon).create(**arguments(client, "cust_a"))
    assert (coomon.events, coomon.errors) == ([], [])


@pytest.mark.parametrize("client", [gpt, claude])
def test_a_stream_that_breaks_is_reported(models: Fake, coomon: Recorder, client: Maker) -> None:
    models.scenario = "cut"
    with coomon.run(customer_id="cust_a", agent_id="agent"), pytest.raises(Exception):  # noqa: B017, PT011 - the SDK's
        list(client(models, coomon).create_partial(**arguments(client, "cust_a")))
    assert {type(error) for error in coomon.errors} == {UsageMissingError}
