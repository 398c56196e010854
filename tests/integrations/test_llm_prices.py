"""Costs: all digits of the price list; unknown is reported and never 0; the caller's value wins."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from typing import Any

import pytest

from coobird.errors import ConfigurationError
from coobird.integrations import MeteringError, PriceMissingError
from coobird.integrations._metering.call import Call
from coobird.integrations._metering.meter import CallMeter
from coobird.integrations._metering.usage import Usage, from_anthropic
from coobird.integrations.prices import cost_usd, price_function
from tests.support.integrations.fake_llm import FakeLLM
from tests.support.integrations.llm_calls import Clients, Row, create
from tests.support.integrations.recorder import Recorder

RUN = {"customer_id": "cust", "agent_id": "agent"}


def test_cached_tokens_cost_what_cached_tokens_cost() -> None:
    million = 1_000_000
    plain = cost_usd("openai", "gpt-4o", Usage(million, 0))
    cached = cost_usd("openai", "gpt-4o", Usage(million, 0, cache_read=million))
    assert (plain, cached) == (Decimal("2.5"), Decimal("1.25"))
    # 200 fresh, 700 read at 0.1, 100 written at 1.25 times the price, 50 out; 3 and 15 $ a million.
    usage = Usage(1000, 50, cache_read=700, cache_write=100, other=(("cache_write_5m_input_tokens", 100),))
    assert cost_usd("anthropic", "claude-sonnet-4-6", usage) == Decimal("0.001935")


def test_a_cache_that_is_kept_for_an_hour_and_searches_have_their_own_prices() -> None:
    usage = from_anthropic(
        {
            "input_tokens": 0,
            "cache_creation_input_tokens": 1_000_000,
            "cache_creation": {"ephemeral_1h_input_tokens": 1_000_000},
            "server_tool_use": {"web_search_requests": 1000},
            "output_tokens": 0,
        }
    )
    assert usage is not None
    assert cost_usd("anthropic", "claude-sonnet-4-6", usage) == Decimal(16)


def test_reasoning_is_part_of_the_output_and_not_paid_twice() -> None:
    silent, reasoned = Usage(1000, 400), Usage(1000, 400, reasoning=320)
    assert cost_usd("openai", "gpt-5", silent) == cost_usd("openai", "gpt-5", reasoned)


@pytest.mark.parametrize(
    ("provider", "model"), [("openai", "no-such-model"), ("no-such-provider", "gpt-4o"), ("", "gpt-4o"), ("openai", "")]
)
def test_what_is_not_in_the_list_has_no_price(provider: str, model: str) -> None:
    assert cost_usd(provider, model, Usage(1000, 50)) is None


def test_output_that_is_not_known_has_no_price() -> None:
    assert cost_usd("openai", "gpt-4o", Usage(1000, None)) is None


def test_every_event_of_a_known_model_has_its_cost(fake: FakeLLM, plain: Clients, coomon: Recorder) -> None:
    plain.wrap(coomon, cost=True)
    with coomon.run(**RUN):
        for row in (Row("chat", "cached"), Row("messages", "cached"), Row("chat", stream=True)):
            answer = create(plain, row)
            if row.stream:
                list(answer)
    assert [event["attributes"]["cost_usd"] for event in coomon.events] == [
        Decimal("0.0020"),
        Decimal("0.001935"),
        Decimal("0.00060"),
    ]
    assert coomon.errors == []


def test_an_unknown_model_is_reported_once_and_its_events_have_no_cost(
    fake: FakeLLM, plain: Clients, coomon: Recorder
) -> None:
    plain.wrap(coomon, cost=True)
    with coomon.run(**RUN):
        for _ in range(3):
            plain.openai.chat.completions.create(model="no-such-model", messages=[{"role": "user", "content": "Hi"}])
    assert len(coomon.events) == 3
    assert not any("cost_usd" in event["attributes"] for event in coomon.events)
    assert [type(error) for error in coomon.errors] == [PriceMissingError]
    assert "no-such-model" in str(coomon.errors[0])


def test_the_callers_own_cost_wins_in_a_run_and_in_wrap(fake: FakeLLM, plain: Clients, coomon: Recorder) -> None:
    plain.wrap(coomon, cost=True, attributes={"cost_usd": Decimal(7)})
    create(plain, Row("chat"))
    with coomon.run(**RUN):
        create(plain, Row("chat"))
    with coomon.run(**RUN, attributes={"cost_usd": 0}):
        create(plain, Row("chat"))
    assert [event["attributes"]["cost_usd"] for event in coomon.events] == [Decimal(7), 0]


def test_a_price_function_of_the_callers_own_is_used_instead(fake: FakeLLM, plain: Clients, coomon: Recorder) -> None:
    def price(call: Any) -> Decimal | None:
        return Decimal(call.usage.input) if call.model.startswith("gpt") else None

    plain.wrap(coomon, cost=price)
    with coomon.run(**RUN):
        create(plain, Row("chat"))
        create(plain, Row("messages"))
    assert [event["attributes"].get("cost_usd") for event in coomon.events] == [Decimal(120), None]


def test_a_price_function_that_fails_is_reported_and_the_call_is_billed_without_a_cost(
    fake: FakeLLM, plain: Clients, coomon: Recorder
) -> None:
    def price(call: Any) -> Decimal | None:
        raise LookupError(call.model)

    plain.wrap(coomon, cost=price)
    with coomon.run(**RUN):
        create(plain, Row("chat"))
    (event,), (error,) = coomon.events, coomon.errors
    assert "cost_usd" not in event["attributes"]
    assert isinstance(error.__cause__, LookupError)


@pytest.mark.parametrize(
    "wrong", [float("nan"), float("inf"), Decimal("NaN"), Decimal("-0.01"), Decimal("1E+400"), 10**400, "0.01"]
)
def test_what_is_no_amount_is_reported_and_the_call_is_billed_without_a_cost(coomon: Recorder, wrong: Any) -> None:
    meter = CallMeter(coomon, **RUN, cost=lambda _: wrong)
    meter.bill(Call("openai", "chat", "gpt-5", None, Usage(1, 1), "wrap"), None)
    assert ["cost_usd" in event["attributes"] for event in coomon.events] == [False]
    assert [type(error) for error in coomon.errors] == [MeteringError]


def test_a_call_that_costs_nothing_says_so(coomon: Recorder) -> None:
    meter = CallMeter(coomon, **RUN, cost=lambda _: Decimal(0))
    meter.bill(Call("openai", "chat", "gpt-5", None, Usage(1, 1), "wrap"), None)
    assert [event["attributes"]["cost_usd"] for event in coomon.events] == [0]
    assert coomon.errors == []


def test_without_cost_the_price_list_is_not_even_loaded() -> None:
    program = (
        "import sys, coobird.integrations.openai as module, openai\n"
        "from tests.support.integrations.recorder import Recorder\n"
        "module.wrap(openai.OpenAI(api_key='sk'), Recorder()); print('genai_prices' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert done.stdout == "False\n", done.stderr


def test_asking_for_costs_without_the_price_list_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "genai_prices", None)
    with pytest.raises(ConfigurationError, match=r"coobird\[prices\]"):
        price_function(True)
