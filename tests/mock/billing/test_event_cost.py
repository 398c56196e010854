"""Cost of an event, stated in it or computed from cost signals."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coobird.mock.billing.event_cost import UNKNOWN, CostError, cost_of
from coobird.mock.contract.costs import COST_CATEGORIES
from coobird.mock.contract.json_text import decode, encode


def signal(**fields: Any) -> dict[str, Any]:
    """A cost signal as it is stored."""
    unset = {"cost_type": None, "cost_per_unit": None, "value_field": None, "category": None, "status": "active"}
    return unset | fields


AMOUNTS = st.decimals(0, 10**6, allow_nan=False, places=7).map(lambda amount: amount.normalize())


@given(AMOUNTS)
def test_a_stated_cost_is_taken_digit_for_digit(amount: Decimal) -> None:
    sent = f'{{"signal_code": "llm", "quantity": 7, "attributes": {{"cost_usd": {amount:f}}}}}'
    assert cost_of(decode(sent.encode()), None, ()).usd == amount


@pytest.mark.parametrize("amount", ["0.0000123", "1.23e-05", "0.00001230", "12.3E-6"])
def test_every_spelling_of_an_amount_is_the_same_cost(amount: str) -> None:
    number = decode(b'{"signal_code": "llm", "attributes": {"cost_usd": %s}}' % amount.encode())
    text = {"signal_code": "llm", "attributes": {"cost_usd": amount}}
    assert cost_of(number, None, ()).usd == cost_of(text, None, ()).usd == Decimal("0.0000123")


def test_a_text_keeps_more_digits_than_a_number_can() -> None:
    amount = "0.1234567890123456789012345"
    assert cost_of({"signal_code": "llm", "attributes": {"cost_usd": amount}}, None, ()).usd == Decimal(amount)


def test_a_stated_cost_ignores_quantity_and_the_agents_signals() -> None:
    event = {"signal_code": "llm", "quantity": 5, "attributes": {"cost_usd": 0.0069}}
    signals = [signal(cost_type="fixed", cost_per_unit=3)]
    assert cost_of(event, None, signals).usd == Decimal("0.0069")


def test_without_a_signal_code_a_stated_cost_is_an_attribute_like_any_other() -> None:
    event = {"attributes": {"cost_usd": 9}}
    assert cost_of(event, None, ()) == UNKNOWN
    assert cost_of(event, None, [signal(cost_type="fixed", cost_per_unit=0.25)]).usd == Decimal("0.25")


@pytest.mark.parametrize("event", [{"signal_code": "llm"}, {"signal_code": "llm", "attributes": {"cost_usd": None}}])
def test_a_signal_code_without_a_cost_has_an_unknown_cost_not_a_zero(event: dict[str, Any]) -> None:
    assert cost_of(event, signal(category="llm"), [signal(cost_type="fixed", cost_per_unit=1)]) == UNKNOWN


@pytest.mark.parametrize(
    "amount", ["free", "", "NaN", "Infinity", "1_000", "1 0", "0x1", "1e9999", True, [], {}, -0.01, "-1", 1e16, 10**16]
)
def test_a_stated_cost_that_is_no_amount_is_refused(amount: Any) -> None:
    with pytest.raises(CostError, match="cost_usd must be a number of US dollars"):
        cost_of({"signal_code": "llm", "attributes": {"cost_usd": amount}}, None, ())


@given(AMOUNTS, st.integers(0, 10**9))
def test_a_fixed_cost_is_cost_per_unit_times_quantity(price: Decimal, quantity: int) -> None:
    found = cost_of(
        {"quantity": quantity, "attributes": {}}, None, [signal(cost_type="fixed", cost_per_unit=float(price))]
    )
    assert found.usd == price * quantity


@given(AMOUNTS, AMOUNTS)
def test_a_variable_cost_is_cost_per_unit_times_the_attribute(price: Decimal, tokens: Decimal) -> None:
    event = decode(encode({"quantity": 3, "attributes": {"tokens": float(tokens)}}))
    by_tokens = signal(cost_type="variable", cost_per_unit=float(price), value_field="tokens")
    usd = cost_of(event, None, [by_tokens]).usd
    assert usd is not None
    assert Fraction(usd) == Fraction(price) * Fraction(tokens)


def test_a_quantity_that_is_left_out_costs_one_unit() -> None:
    assert cost_of({}, None, [signal(cost_type="fixed", cost_per_unit=0.4)]).usd == Decimal("0.4")


def test_a_variable_cost_without_a_value_field_reads_the_quantity() -> None:
    event = {"quantity": 2.5, "attributes": {}}
    assert cost_of(event, None, [signal(cost_type="variable", cost_per_unit=4)]).usd == 10


@pytest.mark.parametrize("tokens", [{}, {"tokens": None}, {"tokens": "many"}, {"tokens": True}, {"tokens": [1]}])
def test_an_event_without_the_measured_attribute_has_no_part_of_that_cost(tokens: dict[str, Any]) -> None:
    by_tokens = signal(cost_type="variable", cost_per_unit=0.01, value_field="tokens")
    assert cost_of({"attributes": tokens}, None, [by_tokens]) == UNKNOWN
    assert cost_of({"attributes": tokens}, None, [by_tokens, signal(cost_type="fixed", cost_per_unit=2)]).usd == 2


def test_several_cost_signals_add_up_without_binary_rounding() -> None:
    signals = [signal(cost_type="fixed", cost_per_unit=0.1), signal(cost_type="fixed", cost_per_unit=0.2)]
    assert cost_of({}, None, signals).usd == Decimal("0.3")


@pytest.mark.parametrize("idle", [{"status": "inactive"}, {"cost_type": None}, {"cost_per_unit": None}])
def test_a_signal_that_is_inactive_or_has_no_price_costs_nothing(idle: dict[str, Any]) -> None:
    priced = signal(cost_type="fixed", cost_per_unit=1)
    assert cost_of({}, None, [priced | idle]) == UNKNOWN
    assert cost_of({}, None, [priced | idle, priced]).usd == 1


@pytest.mark.parametrize("category", COST_CATEGORIES)
def test_a_cost_has_the_category_of_its_signal(category: str) -> None:
    stated = {"signal_code": "llm", "attributes": {"cost_usd": 1}}
    assert cost_of(stated, signal(category=category), ()).category == category
    assert cost_of({}, None, [signal(cost_type="fixed", cost_per_unit=1, category=category)]).category == category


def test_a_cost_without_a_category_is_other_and_an_unknown_cost_has_none() -> None:
    assert cost_of({"signal_code": "llm", "attributes": {"cost_usd": 1}}, None, ()).category == "other"
    assert cost_of({}, None, [signal(cost_type="fixed", cost_per_unit=1)]).category == "other"
    assert UNKNOWN.category is None


def test_a_cost_of_several_categories_is_kept_apart_by_category() -> None:
    signals = [
        signal(cost_type="variable", cost_per_unit=0.00001, value_field="tokens", category="llm"),
        signal(cost_type="fixed", cost_per_unit=0.005, category="api"),
        signal(cost_type="fixed", cost_per_unit=0.002, category="api"),
    ]
    found = cost_of({"attributes": {"tokens": 2500}}, None, signals)
    assert found.by_category == {"llm": Decimal("0.025"), "api": Decimal("0.007")}
    assert (found.usd, found.category) == (Decimal("0.032"), "other")
