"""Runs, budgets and integrations as type checkers see them. Never run, as `api.py`.

What a wrapper or a decorator returns must have the type of what it was given.
"""
# pyright: strict, reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping
from decimal import Decimal
from typing import Any, assert_type

import anthropic
import openai
from fastapi import FastAPI
from langchain_core.callbacks import BaseCallbackHandler
from opentelemetry.sdk.trace import TracerProvider

from coobird import (
    AsyncBudget,
    AsyncCoomon,
    Budget,
    CoobirdError,
    Coomon,
    InsufficientCreditsError,
    Run,
    SettlementError,
)
from coobird.integrations import Call, MeteringError, RunOptions, UsageMissingError
from coobird.integrations.anthropic import wrap as wrap_anthropic
from coobird.integrations.asgi import CoobirdMiddleware
from coobird.integrations.aws_lambda import metered
from coobird.integrations.fastapi import in_run
from coobird.integrations.langchain import CoobirdCallbackHandler
from coobird.integrations.openai import BatchReport, meter_batch, wrap
from coobird.integrations.opentelemetry import CoobirdSpanProcessor
from coobird.integrations.prices import Usage, cost_usd
from coobird.integrations.wsgi import CoobirdMiddleware as WSGIMiddleware

coomon = Coomon()
async_coomon = AsyncCoomon()


def price(call: Call) -> Decimal | None:
    assert_type(call.usage, Usage | None)
    return None if call.usage is None else cost_usd(call.provider, call.model or "", call.usage)


def metering() -> None:
    assert_type(wrap(openai.OpenAI(), coomon, cost=True), openai.OpenAI)
    assert_type(wrap(openai.AsyncAzureOpenAI(), async_coomon, cost=price), openai.AsyncAzureOpenAI)
    client = wrap_anthropic(anthropic.AsyncAnthropic(), coomon, cost=lambda call: Decimal(call.ended_at is None))
    assert_type(client, anthropic.AsyncAnthropic)
    TracerProvider().add_span_processor(CoobirdSpanProcessor(async_coomon, customer_id="c", wait_seconds=5))
    handlers: list[BaseCallbackHandler] = [CoobirdCallbackHandler(coomon, cost=price, attributes={"plan": "gold"})]
    assert handlers
    wrap(openai.OpenAI(), "sk_1")  # type: ignore[arg-type]
    wrap(openai.OpenAI(), coomon, cost="yes")  # type: ignore[arg-type]


@coomon.run(customer_id="c", agent_id="a")
def function(text: str, *, count: int = 1) -> list[str]:
    return [text] * count


@coomon.run(agent_id="a")
async def coroutine(number: int) -> str:
    return str(number)


@coomon.run(agent_id="a")
def generator(number: int) -> Iterator[int]:
    yield number


@async_coomon.run(agent_id="a")
async def async_generator(number: int) -> AsyncIterator[int]:
    yield number


class Agent:
    @coomon.run(agent_id="a")
    def step(self, text: str) -> int:
        return len(text)

    @coomon.run(agent_id="a")
    @staticmethod
    def static(text: str) -> int:
        return len(text)

    @classmethod
    @coomon.run(agent_id="a")
    def named(cls, name: str) -> Agent:
        return cls()


def decorated() -> None:
    assert_type(function("a", count=2), list[str])
    assert_type(generator(1), Iterator[int])
    assert_type(async_generator(1), AsyncIterator[int])
    awaited: Callable[[int], Coroutine[Any, Any, str]] = coroutine
    assert_type((awaited, Agent().step("a"), Agent.static("a"))[1:], tuple[int, int])
    assert_type(Agent.named("a"), Agent)
    function(1)  # type: ignore[arg-type]
    Agent().step()  # type: ignore[call-arg]


def runs(budget_of: Callable[[Budget], None]) -> None:
    with coomon.run(customer_id="c", attributes={"plan": "gold"}) as run:
        assert_type(run, Run)
        assert_type(run.token(), str)
        assert_type(coomon.current_run().customer_id, str | None)
    with run as again:
        assert_type(again, Run)
    try:
        with coomon.budget("w", estimate=Decimal("1.5")) as budget:
            assert_type(budget, Budget)
            budget_of(budget)
            budget.spend(0.5)
            assert_type((budget.spent, budget.remaining), tuple[Decimal, Decimal])
    except InsufficientCreditsError as error:
        assert_type(error.balance, Decimal | None)
    coomon.budget("w")  # type: ignore[call-arg]
    coomon.run("c")  # type: ignore[call-arg]


async def async_runs() -> None:
    async with async_coomon.run(customer_id="c") as run, async_coomon.budget("w", estimate=1) as budget:
        assert_type(run, Run)
        assert_type(budget, AsyncBudget)
        budget.spend(1)
        await budget.settle()


def reported(error: CoobirdError) -> None:
    if isinstance(error, UsageMissingError | MeteringError):
        assert_type(error.call, dict[str, Any])
    elif isinstance(error, SettlementError):
        assert_type(error.calls, tuple[tuple[str, dict[str, Any]], ...])


async def batches() -> None:
    payers: dict[str, RunOptions] = {"line-1": {"customer_id": "c"}}
    assert_type(meter_batch(openai.OpenAI(), coomon, "batch_1", payer=payers, cost=True), BatchReport)
    assert_type(await meter_batch(openai.AsyncOpenAI(), async_coomon, "batch_1", payer=payer), BatchReport)
    meter_batch(openai.OpenAI(), coomon, "batch_1", price=True)  # type: ignore[call-overload]


def payer(account: str) -> RunOptions:
    return {"customer_id": account, "agent_id": "a", "attributes": {"x": 1}}


async def async_payer(scope: Mapping[str, Any]) -> RunOptions | None:
    options: RunOptions = {"customer": "c"}  # type: ignore[typeddict-unknown-key]
    return options if scope else None


def wsgi(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    return [b""]


def frameworks() -> None:
    app = FastAPI(dependencies=[in_run(async_coomon, payer)])
    app.add_middleware(CoobirdMiddleware, coomon=coomon, run=async_payer, shutdown=True)
    app.add_middleware(CoobirdMiddleware, coomon=coomon, run=lambda scope: {"customer_id": scope["user"]})
    WSGIMiddleware(wsgi, coomon, run=lambda environ: {"customer_id": environ["REMOTE_USER"]})
    assert_type(handler({}, None), str)


@metered(coomon, run=lambda event, context: {"customer_id": event["account"]}, flush_timeout=3)
def handler(event: dict[str, Any], context: object) -> str:
    return "done"
