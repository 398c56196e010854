"""Prices of one's own: checked when they are loaded, exact, and laid over every other source."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Context, Decimal, localcontext
from pathlib import Path
from typing import Any

import anthropic
import openai
import pytest

from coobird.errors import ConfigurationError
from coobird.integrations._metering.call import Call
from coobird.integrations._metering.cost_decision import cost_decision
from coobird.integrations._metering.own_prices import OwnPrices
from coobird.integrations._metering.price_file import read_prices
from coobird.integrations._metering.pricing import Priced, Withheld
from coobird.integrations._metering.terms import Terms
from coobird.integrations._metering.usage import Usage
from coobird.integrations.anthropic import wrap as wrap_anthropic
from coobird.integrations.langchain import CoobirdCallbackHandler
from coobird.integrations.litellm import CoobirdLogger
from coobird.integrations.openai import wrap as wrap_openai
from coobird.integrations.opentelemetry import CoobirdSpanProcessor
from tests.support.integrations.fake_llm import FakeLLM
from tests.support.integrations.llm_calls import Clients
from tests.support.integrations.recorder import Recorder

NOW = dt.datetime(2026, 11, 27, 12, tzinfo=dt.UTC)


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        path = tmp_path / "prices.toml"
        path.write_bytes(text.encode())
        return path

    return write


def mapping(**entry: Any) -> dict[str, Any]:
    return {"prices": [{"provider": "openai", "model": "gpt-5", **entry}]}


def one(**entry: Any) -> OwnPrices:
    return read_prices(mapping(**entry))


def decide(
    prices: Any, usage: Usage, *, cost: Any = True, provider: str = "openai", model: str = "gpt-5", **terms: Any
) -> Priced | Withheld:
    decision = cost_decision(cost, prices)
    assert decision is not None
    return decision(Call(provider, "chat", model, None, usage, "wrap", terms=Terms(**terms)), NOW)


def cost(prices: Any, usage: Usage, **more: Any) -> Decimal | str:
    """The amount, or the reason why there is none."""
    decision = decide(prices, usage, **more)
    return decision.reason if isinstance(decision, Withheld) else decision.amount


GOOD = """\
# negotiated in November
markup_percent = 20

[[prices]]
provider = "openai"
model = "gpt-5"
valid_from = 2026-11-01
valid_until = 2027-01-01
input_tokens = 1.10
cache_read_input_tokens = 0.1
output_tokens = 8

[[prices]]
provider = "bedrock"
markup_percent = -12.5
"""


def test_a_file_and_a_mapping_of_the_same_form_give_the_same_prices(file: Callable[[str], Path]) -> None:
    mapping = {
        "markup_percent": 20,
        "prices": [
            {
                "provider": "openai",
                "model": "gpt-5",
                "valid_from": "2026-11-01",
                "valid_until": dt.date(2027, 1, 1),
                "input_tokens": 1.1,
                "cache_read_input_tokens": Decimal("0.1"),
                "output_tokens": 8,
            },
            {"provider": "aws.bedrock", "markup_percent": -12.5},
        ],
    }
    assert read_prices(file(GOOD)) == read_prices(str(file(GOOD.replace("\n", "\r\n")))) == read_prices(mapping)


def test_numbers_of_a_file_keep_all_their_digits(file: Callable[[str], Path]) -> None:
    # 0.66 fresh, 0.04 read, 0.000008 out, and 20 percent.
    assert cost(file(GOOD), Usage(1_000_000, 1, cache_read=400_000)) == Decimal("0.8400096")
    with localcontext(Context(prec=2)):
        assert cost(file(GOOD), Usage(1_000_000, 1, cache_read=400_000)) == Decimal("0.8400096")


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("output_tokens = 8", "output_tokens = -8", 11, "must not be negative"),
        ("output_tokens = 8", "output_tokens = nan", 11, "must be a number"),
        ("output_tokens = 8", "output_tokens = inf", 11, "must be a number"),
        ("output_tokens = 8", "output_tokens = true", 11, "must be a number"),
        ("output_tokens = 8", 'output_tokens = "8"', 11, "must be a number"),
        ("output_tokens = 8", "output_mtok = 8", 11, "'output_mtok' is unknown"),
        ("output_tokens = 8", "output_tokens = [\n  8,\n]", 11, "must be a number"),
        ('model = "gpt-5"', 'model = ""', 6, "a name or a list"),
        ('model = "gpt-5"', "model = []", 6, "a name or a list"),
        ('model = "gpt-5"', 'model = """\n"""', 6, "a name or a list"),
        ('model = "gpt-5"\n', "", 4, "needs a 'model'"),
        ('provider = "openai"\n', "", 4, "'provider' must be a name"),
        ('provider = "openai"', "provider = 1", 5, "'provider' must be a name"),
        ("valid_until = 2027-01-01", "valid_until = 2026-10-01", 8, "later than"),
        ("valid_until = 2027-01-01", "valid_until = 2027-01-01T00:00:00", 8, "with its zone"),
        ("valid_until = 2027-01-01", 'valid_until = "soon"', 8, "must be a date"),
        ("markup_percent = -12.5", "markup_percent = -101", 15, "at least -100"),
        ("markup_percent = -12.5", "", 13, "neither prices nor"),
        ("output_tokens = 8", "output_tokens = 8\nmarkup_percent = 1", 12, "prices or a markup"),
        ("markup_percent = -12.5", 'markup_percent = 1\nregion = "eu"', 16, "a markup has no terms"),
        ("markup_percent = -12.5", 'markup_percent = 1\nregion = 1', 16, "must be a text"),
        ("markup_percent = 20", "markup = 20", 2, "'markup' is unknown"),
        ("[[prices]]\nprovider = \"bedrock\"", "[[price]]\nprovider = \"bedrock\"", 13, "'price' is unknown"),
    ],
)  # fmt: skip
def test_a_wrong_entry_names_file_and_line(
    file: Callable[[str], Path], old: str, new: str, line: int, message: str
) -> None:
    assert GOOD.count(old) == 1
    path = file(GOOD.replace(old, new))
    with pytest.raises(ConfigurationError) as caught:
        read_prices(path)
    assert str(caught.value).startswith(f"{path}, line {line}: ")
    assert message in str(caught.value)


def test_a_text_that_is_no_toml_names_file_and_line(file: Callable[[str], Path]) -> None:
    path = file(GOOD.replace("input_tokens = 1.10", "input_tokens = $1"))
    with pytest.raises(ConfigurationError, match=r"prices\.toml is not TOML: .*line 9"):
        read_prices(path)
    path.write_bytes(b"markup_percent = 1\n# \xff")
    with pytest.raises(ConfigurationError, match=r"prices\.toml, line 2: not UTF-8"):
        read_prices(path)


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"No such file.*absent\.toml"):
        read_prices(tmp_path / "absent.toml")


@pytest.mark.parametrize(
    ("prices", "place"),
    [
        ({"prices": [{"provider": "openai", "model": "gpt-5", "input_tokens": -1}]}, r"prices\['prices'\]\[0\]\['input_tokens'\]"),
        ({"prices": [{"provider": "openai", "model": "gpt-5"}]}, r"prices\['prices'\]\[0\]: "),
        ({"prices": {"gpt-5": 1}}, r"prices\['prices'\]: expected a list"),
        ({"prices": [1]}, r"prices\['prices'\]\[0\]: expected an entry"),
        ({"gpt-5": 1}, r"prices\['gpt-5'\]: "),
        (5, "must be the path"),
    ],
)  # fmt: skip
def test_a_wrong_entry_of_a_mapping_names_its_path(prices: Any, place: str) -> None:
    with pytest.raises(ConfigurationError, match=f"^{place}" if place.startswith("prices") else place):
        read_prices(prices)


@pytest.mark.parametrize(
    ("one", "other", "is_refused"),
    [
        ({}, {}, True),
        ({"model": ["gpt-5", "gpt-6"]}, {"model": ["gpt-6"]}, True),
        ({"model": "gpt-5"}, {"model": ["gpt-6"]}, False),
        ({"valid_until": "2026-11-01"}, {"valid_from": "2026-11-01"}, False),
        ({"valid_until": "2026-11-02"}, {"valid_from": "2026-11-01"}, True),
        ({"service_tier": "flex"}, {}, False),
        ({"service_tier": "flex"}, {"service_tier": "*"}, True),
        ({"region": "*"}, {}, True),
        ({"provider": "azure"}, {"provider": "azure.ai.openai"}, True),
    ],
)
def test_two_entries_for_the_same_call_are_refused(one: Any, other: Any, is_refused: bool) -> None:
    base = {"provider": "openai", "model": "gpt-5", "input_tokens": 1}
    prices = {"prices": [{**base, **one}, {**base, **other}]}
    if is_refused:
        with pytest.raises(ConfigurationError, match="entry 1 is about the same"):
            read_prices(prices)
    else:
        read_prices(prices)


def test_an_entry_holds_for_its_exact_models_from_its_first_moment_until_before_its_last() -> None:
    prices = one(input_tokens=1, valid_from="2026-11-01", valid_until="2026-11-02T12:00:00+02:00")
    moments = ["2026-10-31T23:59:59Z", "2026-11-01T00:00:00Z", "2026-11-02T09:59:59Z", "2026-11-02T10:00:00Z"]
    found = [bool(prices.priced("openai", "gpt-5", dt.datetime.fromisoformat(moment))) for moment in moments]
    assert found == [False, True, True, False]
    during = dt.datetime(2026, 11, 1, 12, tzinfo=dt.UTC)
    others = [("openai", "gpt-5-2025-08-07"), ("openai", "gpt"), ("azure.ai.openai", "gpt-5"), ("open", "gpt-5")]
    assert not any(prices.priced(provider, model, during) for provider, model in others)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-01", "2026-11-01T00:00:00+00:00"),
        ("20261101", "2026-11-01T00:00:00+00:00"),
        ("2026-11", "2026-11-01T00:00:00+00:00"),
        ("2026-305", "2026-11-01T00:00:00+00:00"),
        ("2026-W44-7", "2026-11-01T00:00:00+00:00"),
        ("2026-10-31T24:00Z", "2026-11-01T00:00:00+00:00"),
        ("2026-305T09:00:00,5+01:00", "2026-11-01T08:00:00.500000+00:00"),
        ("2026-11-01 09:00Z", "2026-11-01T09:00:00+00:00"),
    ],
)
def test_a_moment_is_read_in_every_form_of_iso_8601(text: str, moment: str) -> None:
    entry = one(input_tokens=1, valid_from=text).entries[0]
    assert entry.valid_from == dt.datetime.fromisoformat(moment)


@pytest.mark.parametrize("text", ["1.11.2026", "2026-11-01T09:00", "9999-12-31T24:00Z", "1793523600", "soon", ""])
def test_a_moment_that_is_no_day_and_has_no_zone_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError, match="'valid_from' must be a date"):
        one(input_tokens=1, valid_from=text)


def test_an_entry_holds_for_the_terms_that_it_names_and_for_no_others() -> None:
    plain, flex = one(input_tokens=1).entries[0], one(input_tokens=1, service_tier="flex").entries[0]
    anywhere = one(input_tokens=1, region="*").entries[0]
    assert (plain.has_terms({}), plain.has_terms({"service_tier": "flex"})) == (True, False)
    assert (flex.has_terms({}), flex.has_terms({"service_tier": "flex"})) == (False, True)
    assert (anywhere.has_terms({}), anywhere.has_terms({"region": "eu"})) == (True, True)
    assert not anywhere.has_terms({"region": "eu", "speed": "fast"})


EVERY = {
    "input_tokens": 1,
    "cache_read_input_tokens": 10,
    "cache_write_5m_input_tokens": 100,
    "cache_write_1h_input_tokens": 1_000,
    "output_tokens": 10_000,
    "audio_output_tokens": 100_000,
    "web_search_requests": 1_000_000,
    "code_interpreter_calls": 10_000_000,
    "requests": 100_000_000,
}
MILLION = 1_000_000


def test_each_part_has_its_own_price_and_no_token_is_priced_twice() -> None:
    usage = Usage(
        9 * MILLION,
        3 * MILLION,
        cache_read=1 * MILLION,
        cache_write=5 * MILLION,
        reasoning=500_000,
        other=(
            ("cache_write_5m_input_tokens", 3 * MILLION),
            ("cache_write_1h_input_tokens", 2 * MILLION),
            ("audio_output_tokens", 1 * MILLION),
            ("web_search_requests", 4),
            ("code_interpreter_calls", 5),
        ),
    )
    # 3 plain, 1 read, 3 and 2 written; 2 out, 1 spoken; 4 searches; 5 programs; the call.
    assert (
        cost(mapping(**EVERY), usage) == 3 + 10 + 300 + 2_000 + 20_000 + 100_000 + 4_000_000 + 50_000_000 + 100_000_000
    )


@pytest.mark.parametrize(
    ("usage", "reason"),
    [
        (Usage(10, 1, cache_read=5), "no price of its own for cache_read_input_tokens"),
        (Usage(10, 1, cache_write=5), "no price of its own for cache_write_input_tokens"),
        (Usage(10, 1, cache_write=5, other=(("cache_write_1h_input_tokens", 5),)), "for cache_write_"),
        (Usage(10, 1, other=(("audio_input_tokens", 5),)), "no price of its own for audio_input_tokens"),
        (Usage(10, 1, other=(("web_search_requests", 1),)), "no price of its own for web_search_requests"),
        (Usage(10, 1, other=(("something_new", 1),)), "no price of its own for something_new"),
        (Usage(10, None), "output tokens are unknown"),
        (Usage(10, 1, cache_read=11), "contradicts itself"),
    ],
)
def test_a_counted_part_without_a_price_of_its_own_has_no_cost(usage: Usage, reason: str) -> None:
    assert reason in str(cost(mapping(input_tokens=1, output_tokens=1), usage))


def test_a_price_for_each_lifetime_needs_the_lifetimes() -> None:
    prices = mapping(input_tokens=1, output_tokens=1, cache_write_5m_input_tokens=1, cache_write_1h_input_tokens=2)
    assert "unknown time" in str(cost(prices, Usage(10, 1, cache_write=5)))


def test_reasoning_is_output_unless_the_entry_prices_it() -> None:
    plain = mapping(input_tokens=0, output_tokens=1)
    apart = mapping(input_tokens=0, output_tokens=1, reasoning_output_tokens=3)
    assert cost(plain, Usage(0, 3 * MILLION, reasoning=MILLION)) == 3
    assert cost(apart, Usage(0, 3 * MILLION, reasoning=MILLION)) == 2 + 3
    assert "reasoning_output_tokens are unknown" in str(cost(apart, Usage(0, 3 * MILLION)))


def test_a_price_of_zero_is_a_price() -> None:
    prices = mapping(provider="vllm", model="mine", input_tokens=0, output_tokens=0)
    assert cost(prices, Usage(10, 10), provider="vllm", model="mine") == 0


def test_an_own_price_comes_before_the_list_the_function_and_the_providers_figure() -> None:
    prices, usage = mapping(input_tokens=1, output_tokens=1), Usage(MILLION, 0)
    own = Priced(Decimal(1), "own")
    assert decide(prices, usage) == own
    assert decide(prices, usage, cost=lambda _: Decimal(7)) == own
    assert decide(prices, usage, stated_cost=Decimal(5)) == own
    other = {"model": "gpt-4o"}
    listed = decide(prices, usage, **other)
    assert isinstance(listed, Priced)
    assert (listed.amount, listed.source[:12]) == (Decimal("2.5"), "genai-prices")
    assert decide(prices, usage, cost=lambda _: Decimal(7), **other) == Priced(Decimal(7), "own")
    assert decide(prices, usage, stated_cost=Decimal(5), **other) == Priced(Decimal(5), "provider")


def test_the_list_prices_a_model_outside_the_time_of_its_entry() -> None:
    expired = mapping(input_tokens=9, output_tokens=9, valid_until="2026-11-01")
    assert cost(expired, Usage(MILLION, 0)) == Decimal("1.25")


def test_terms_that_no_entry_names_have_no_cost_although_the_list_has_one() -> None:
    prices = mapping(input_tokens=1, output_tokens=1)
    assert "service_tier 'flex'" in str(cost(prices, Usage(MILLION, 0), service_tier="flex"))
    flex = mapping(input_tokens=3, output_tokens=1, service_tier="flex")
    assert cost(flex, Usage(MILLION, 0), service_tier="flex") == 3
    assert "ordinary terms" in str(cost(flex, Usage(MILLION, 0), service_tier="default"))
    for terms in ({"speed": "fast"}, {"inference_geo": "us"}, {"region": "eu"}, {"doubts": ("it is not clear",)}):
        assert isinstance(cost(prices, Usage(MILLION, 0), **terms), str)


def test_an_entry_for_the_name_asked_for_is_not_passed_over_in_silence() -> None:
    prices = mapping(input_tokens=1, output_tokens=1)
    dated = {"model": "gpt-5-2025-08-07", "model_requested": "gpt-5"}
    assert "'gpt-5' and not 'gpt-5-2025-08-07'" in str(cost(prices, Usage(MILLION, 0), **dated))
    both = mapping(model=["gpt-5", "gpt-5-2025-08-07"], input_tokens=1, output_tokens=1)
    assert cost(both, Usage(MILLION, 0), **dated) == 1


def test_the_closest_markup_counts_and_zero_is_one() -> None:
    prices = read_prices(
        {
            "markup_percent": 20,
            "prices": [
                {"provider": "openai", "markup_percent": 10},
                {"provider": "openai", "model": ["gpt-5", "gpt-6"], "markup_percent": 0},
                {"provider": "openai", "model": "gpt-4o", "valid_until": "2026-01-01", "markup_percent": 5},
            ],
        }
    )
    found = [prices.markup(*call, NOW) for call in (("openai", "gpt-5"), ("openai", "gpt-4o"), ("x_ai", "grok-5"))]
    assert found == [0, 10, 20]
    assert OwnPrices().markup("openai", "gpt-5", NOW) == 0


def test_a_markup_is_on_what_would_have_been_the_cost_and_the_event_says_so() -> None:
    prices, usage = {"markup_percent": 20}, Usage(MILLION, 0)
    stated = decide(prices, usage, stated_cost=Decimal(5))
    assert isinstance(stated, Priced)
    assert (stated.amount, stated.traces()) == (
        6,
        {"cost_source": "own", "cost_markup_percent": 20, "cost_before_markup_source": "provider"},
    )
    listed = decide(prices, usage)
    assert isinstance(listed, Priced)
    assert listed.amount == Decimal("1.5")
    assert listed.traces()["cost_before_markup_source"].startswith("genai-prices ")
    assert listed.traces()["price_list_date"] <= NOW.date().isoformat()
    assert cost(prices, usage, cost=lambda _: Decimal(10)) == 12
    assert isinstance(cost(prices, usage, model="no-such-model"), str)
    assert cost({**mapping(input_tokens=1, output_tokens=1), **prices}, usage) == Decimal("1.2")


def test_without_an_own_price_or_the_list_there_is_no_cost_and_no_decision() -> None:
    assert cost_decision(False) is None
    assert isinstance(decide({}, Usage(1, 1), cost=lambda _: None), Withheld)


def test_each_integration_checks_the_prices_when_it_is_made(file: Callable[[str], Path], coomon: Recorder) -> None:
    path = file(GOOD.replace("output_tokens = 8", "output_tokens = -8"))
    makers: list[Callable[[], object]] = [
        lambda: wrap_openai(openai.OpenAI(api_key="sk"), coomon, prices=path),
        lambda: wrap_anthropic(anthropic.Anthropic(api_key="sk"), coomon, prices=path),
        lambda: CoobirdSpanProcessor(coomon, prices=path),
        lambda: CoobirdCallbackHandler(coomon, prices=path),
        lambda: CoobirdLogger(coomon, prices=path),
    ]
    for make in makers:
        with pytest.raises(ConfigurationError, match=r"prices\.toml, line 11: 'output_tokens' must not be negative"):
            make()


def test_a_call_of_a_server_of_ones_own_has_its_own_price(
    file: Callable[[str], Path], fake: FakeLLM, plain: Clients, coomon: Recorder
) -> None:
    path = file('[[prices]]\nprovider = "vllm"\nmodel = "mine-2024-08-06"\ninput_tokens = 0.5\noutput_tokens = 2\n')
    wrap_openai(plain.openai, coomon, prices=path, provider="vllm")
    with coomon.run(customer_id="cust", agent_id="agent"):
        plain.openai.chat.completions.create(model="mine", messages=[{"role": "user", "content": "Hi"}])
    (event,) = coomon.events
    tokens = event["attributes"]["input_tokens"], event["attributes"]["output_tokens"]
    assert coomon.errors == []
    assert event["attributes"]["cost_usd"] == (Decimal("0.5") * tokens[0] + 2 * tokens[1]) / MILLION
    assert event["metadata"]["cost_source"] == "own"
    assert coomon.errors == []
