"""Aggregation of events to one exact quantity."""

import json
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coobird.mock.billing.aggregation import Aggregate, exact, refusal, usage_of

READING = ("sum", "max", "min", "average", "unique_count")
NUMBERS = st.one_of(
    st.integers(0, 10**15), st.decimals(0, 10**6, places=4, allow_nan=False).map(float), st.floats(0, 10**15)
)
EVENTS = st.lists(NUMBERS, min_size=1, max_size=30)


def aggregate(aggregation: str, values: list[Any]) -> Fraction:
    found = Aggregate(aggregation)
    for value in values:
        found.add(value)
    return found.quantity


def billed(aggregation: str, values: list[Any], *, by: str | None = "value") -> Fraction:
    """Quantity of one event per value, which is its attribute `value` or its quantity."""
    if by is None:
        return aggregate(aggregation, [usage_of(aggregation, None, value, {"value": "not read"}) for value in values])
    return aggregate(aggregation, [usage_of(aggregation, by, 1, {} if v is ... else {by: v}) for v in values])


def written(value: Any) -> Fraction:
    """Decimal of a number as it is written in JSON."""
    return Fraction(Decimal(json.dumps(value)))


@given(EVENTS)
def test_count_adds_up_the_quantities_and_reads_no_attribute(quantities: list[Any]) -> None:
    values = [usage_of("count", "value", quantity, {"value": 99}) for quantity in quantities]
    assert aggregate("count", values) == sum(map(written, quantities))


@given(EVENTS)
def test_sum_is_the_exact_total_of_what_was_written(values: list[Any]) -> None:
    assert billed("sum", values) == sum(map(written, values))


@given(EVENTS)
def test_max_and_min_are_the_largest_and_smallest_value(values: list[Any]) -> None:
    assert billed("max", values) == max(map(written, values))
    assert billed("min", values) == min(map(written, values))


@given(EVENTS)
def test_average_times_the_number_of_events_is_the_sum(values: list[Any]) -> None:
    assert billed("average", values) * len(values) == billed("sum", values)


@given(EVENTS)
def test_unique_count_is_the_number_of_different_values(values: list[Any]) -> None:
    assert billed("unique_count", values) == len(set(map(written, values)))


@given(st.sampled_from(READING), EVENTS, st.randoms(use_true_random=False))
def test_the_order_of_events_carries_no_meaning(aggregation: str, values: list[Any], random: Any) -> None:
    shuffled = list(values)
    random.shuffle(shuffled)
    assert billed(aggregation, shuffled) == billed(aggregation, values)


@given(st.sampled_from(READING), EVENTS)
def test_without_a_value_field_the_quantity_is_aggregated(aggregation: str, values: list[Any]) -> None:
    assert billed(aggregation, values, by=None) == billed(aggregation, values)


@given(st.sampled_from(READING), EVENTS, st.lists(st.sampled_from([..., None]), max_size=5))
def test_events_without_the_attribute_change_nothing(aggregation: str, values: list[Any], absent: list[Any]) -> None:
    assert billed(aggregation, [*absent, *values, *absent]) == billed(aggregation, values)


@pytest.mark.parametrize("aggregation", [name for name in READING if name != "unique_count"])
@pytest.mark.parametrize("value", ["many", "", "NaN", "-", ".", True, False, [1], {"n": 1}, "1e401", "1,000", "0x10"])
def test_an_attribute_that_is_no_number_is_as_good_as_missing(aggregation: str, value: Any) -> None:
    assert billed(aggregation, [4, value, 6]) == billed(aggregation, [4, 6])


@pytest.mark.parametrize("aggregation", ["count", *READING])
def test_no_usable_event_is_a_quantity_of_zero(aggregation: str) -> None:
    assert aggregate(aggregation, []) == 0
    assert aggregate(aggregation, [None, None]) == 0


@pytest.mark.parametrize("aggregation", ["sum", "max", "min", "average"])
def test_a_quantity_is_never_below_zero(aggregation: str) -> None:
    assert billed(aggregation, [-3, -2]) == 0


def test_a_negative_value_corrects_a_sum() -> None:
    assert billed("sum", [10, -4]) == 6


def test_a_text_that_spells_a_number_counts_as_that_number() -> None:
    assert billed("sum", ["0.1", 0.2, "1e2"]) == Fraction("100.3")


@given(st.sampled_from(["count", *READING]), EVENTS)
def test_a_quantity_can_be_asked_for_after_every_event(aggregation: str, quantities: list[Any]) -> None:
    values = [usage_of(aggregation, None, quantity, {}) for quantity in quantities]
    running = Aggregate(aggregation)
    for number, value in enumerate(values, 1):
        running.add(value)
        assert running.quantity == aggregate(aggregation, values[:number])


def test_ten_dimes_are_a_dollar() -> None:
    assert billed("sum", [0.1] * 10) == 1


def test_a_third_is_not_rounded() -> None:
    assert billed("average", [1, 0, 0]) == Fraction(1, 3)


SPELLINGS = [7, 7.0, "7", "7.0", "7.", "+7", " 7 ", "07", "7e0", "0.7e1", "70E-1", f"7.{'0' * 300}"]


@pytest.mark.parametrize("aggregation", [name for name in READING if name != "sum"])
def test_every_spelling_of_a_number_is_that_number(aggregation: str) -> None:
    assert billed(aggregation, SPELLINGS) == (1 if aggregation == "unique_count" else 7)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        (".5", "0.5"),
        ("-.5", "-0.5"),
        ("+5", "5"),
        ("1.", "1"),
        ("\t12\n", "12"),
        ("1E+3", "1000"),
        ("-0", "0"),
        ("0." + "1" * 60, "0." + "1" * 60),
        ("9" * 60, "9" * 60),
        ("1e-400", "1e-400"),
    ],
)
def test_a_text_keeps_all_digits_of_its_number(text: str, number: str) -> None:
    assert exact(text) == Decimal(number)


@given(st.lists(st.text("0123456789", min_size=1, max_size=400), min_size=2, max_size=3), st.integers(-400, 400))
def test_sums_of_the_longest_texts_are_exact(digits: list[str], exponent: int) -> None:
    values = [f"{text}.{text}e{sign}{abs(exponent)}" for text in digits for sign in ("", "-")]
    assert billed("sum", values) == sum(Fraction(Decimal(value)) for value in values)


def test_unique_values_differ_by_type_but_not_by_spelling() -> None:
    assert billed("unique_count", [1, 1.0, 1e0]) == 1
    assert billed("unique_count", [1, "1", True, [1], {"a": 1}]) == 4
    assert billed("unique_count", [{"a": 1, "b": 2}, {"b": 2, "a": 1}]) == 1
    assert billed("unique_count", [{"a": [1]}, {"a": [1.0]}, {"a": ["1"]}, {"a": [True]}, {"a": 1}, {}, []]) == 5
    assert billed("unique_count", ["u1", "u2", "u1", None]) == 2
    assert billed("unique_count", [0.1, "0.1", "0.10", 0.2]) == 2
    assert billed("unique_count", [2**64, str(2**64), 2**64 + 1]) == 2


@pytest.mark.parametrize(
    "value", [10**15 + 1, -(10**15) - 1, 1e16, 1e300, 10**500, "1000000000000000.1", "1e16", "1e999"]
)
def test_a_number_beyond_the_limit_is_refused(value: Any) -> None:
    assert "10^15" in str(refusal(value)) or "plain digits" in str(refusal(value))


@pytest.mark.parametrize(
    "value",
    [
        *["1,000", "1.000,5", "1 000", "1_000", "1'000", "1.2.3", "--5", "1e-999", "1e+", "1e 3", "1/2", "(5)"],
        *["$5", "\u20ac 1.50", "\u20b95", "CHF 5", "CHF5", "5 EUR", "USD 1e3,0", "5 %", "2026-01-01"],
        *["\u0663", "\u22125", "\uff15", "\u00bd", "\ufeff5"],
    ],
)
def test_a_text_that_only_looks_like_a_number_is_refused(value: str) -> None:
    assert exact(value) is None
    assert "plain digits" in str(refusal(value))


@pytest.mark.parametrize(
    "value",
    [
        10**15,
        -(10**15),
        1e15,
        "1e15",
        ".5",
        " 12 ",
        *["slow", "", "-", "NaN", "inf", "5ms", "12 GB", "0x10", "e5", "v2", "EUR"],
        None,
        True,
        [1],
        {"n": 1},
    ],
)
def test_other_values_are_not_refused(value: Any) -> None:
    assert refusal(value) is None


@pytest.mark.parametrize("value", [10**15 + 1, 1e16, 2**64, 1e300])
def test_a_number_that_no_signal_measured_on_arrival_counts_in_full(value: Any) -> None:
    assert billed("sum", [value, 1]) == written(value) + 1
