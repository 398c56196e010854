"""Prices of usage, checked by a second computation unit by unit, or by rules for all prices."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coobird.mock.billing.pricing import BillLine, number_text, price_usage, rounded_cents

QUANTITIES = st.fractions(0, 3000, max_denominator=8)
UNITS = st.integers(0, 400)
CENTS = st.integers(0, 10**6)
# Cents per unit as JSON numbers, fractions of a cent included.
PRICES = st.one_of(st.integers(0, 1000), st.decimals(0, 100, places=4, allow_nan=False).map(float))


def price(**fields: Any) -> dict[str, Any]:
    """A price as a contract holds it."""
    plain = {"unit_price": None, "package_size": None, "package_price": None, "tiers": []}
    return plain | {"included_units": 0, "minimum_commitment": 0, "overage_allowed": True} | fields


def tier(order: int, start: int, end: int | None, unit_price: float, flat_fee: int = 0) -> dict[str, Any]:
    return {
        "tier_order": order,
        "start_unit": start,
        "end_unit": end,
        "price_per_unit": unit_price,
        "flat_fee": flat_fee,
    }


def total(lines: list[BillLine]) -> int:
    return sum(line.cents for line in lines)


def decimal(number: float) -> Fraction:
    return Fraction(repr(number))


@st.composite
def tier_lists(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Tiers in any order, with or without gaps, from unit 0 or 1, with or without an end."""
    tiers: list[dict[str, Any]] = []
    start = draw(st.integers(0, 1))
    for order in range(1, draw(st.integers(1, 5)) + 1):
        start += draw(st.sampled_from([0, 0, 0, 1, 7]))
        end = max(start, 1) + draw(st.integers(0, 90))
        is_open = draw(st.booleans())
        tiers.append(tier(order, start, None if is_open else end, draw(PRICES), draw(st.sampled_from([0, 0, 5, 250]))))
        start = end + 1
    return draw(st.permutations(tiers))


@st.composite
def prices(draw: st.DrawFn) -> dict[str, Any]:
    """Prices of all models."""
    model = draw(
        st.one_of(
            st.fixed_dictionaries({"pricing_model": st.just("per_unit"), "unit_price": PRICES}),
            st.fixed_dictionaries(
                {"pricing_model": st.just("package"), "package_size": st.integers(1, 500), "package_price": PRICES}
            ),
            st.fixed_dictionaries({"pricing_model": st.just("tiered"), "tiers": tier_lists()}),
        )
    )
    included = draw(st.one_of(st.just(0), st.integers(0, 500), st.just(0.5)))
    commitment = draw(st.one_of(st.just(0), CENTS))
    return price(**model, included_units=included, minimum_commitment=commitment, overage_allowed=draw(st.booleans()))


def cents_of_unit(tiers: list[dict[str, Any]], unit: int) -> Fraction:
    """Price of the n-th unit, by a search through the tiers."""
    starts = sorted(max(each["start_unit"], 1) for each in tiers)
    for each in tiers:
        start = max(each["start_unit"], 1)
        later = [other for other in starts if other > start]
        end = each["end_unit"] if each["end_unit"] is not None else (later[0] - 1 if later else unit)
        if start <= unit <= end:
            return decimal(each["price_per_unit"]) + (each["flat_fee"] if unit == start else 0)
    return Fraction(0)


@given(tier_lists(), UNITS)
def test_a_tiered_price_is_what_its_units_cost_one_by_one(tiers: list[dict[str, Any]], quantity: int) -> None:
    lines = price_usage(price(pricing_model="tiered", tiers=tiers), Fraction(quantity))
    by_unit = sum((cents_of_unit(tiers, unit) for unit in range(1, quantity + 1)), Fraction(0))
    # Each line is rounded once, by at most half a cent.
    assert abs(total(lines) - by_unit) <= Fraction(len(lines), 2)


@given(tier_lists(), UNITS)
def test_with_whole_cents_a_tiered_price_is_exactly_the_sum_of_its_units(
    tiers: list[dict[str, Any]], quantity: int
) -> None:
    tiers = [{**each, "price_per_unit": int(each["price_per_unit"])} for each in tiers]
    lines = price_usage(price(pricing_model="tiered", tiers=tiers), Fraction(quantity))
    assert total(lines) == sum(cents_of_unit(tiers, unit) for unit in range(1, quantity + 1))


@given(tier_lists(), UNITS, UNITS)
def test_more_units_add_to_a_tiered_price_just_what_those_units_cost(
    tiers: list[dict[str, Any]], quantity: int, more: int
) -> None:
    tiers = [{**each, "price_per_unit": int(each["price_per_unit"])} for each in tiers]
    tiered = price(pricing_model="tiered", tiers=tiers)
    added = sum(cents_of_unit(tiers, unit) for unit in range(quantity + 1, quantity + more + 1))
    assert (
        total(price_usage(tiered, Fraction(quantity + more))) == total(price_usage(tiered, Fraction(quantity))) + added
    )


@given(tier_lists(), QUANTITIES)
def test_each_tier_that_usage_reaches_has_a_line_and_no_unit_is_in_two(
    tiers: list[dict[str, Any]], quantity: Fraction
) -> None:
    lines = price_usage(price(pricing_model="tiered", tiers=tiers), quantity)
    firsts = sorted((max(each["start_unit"], 1), each["tier_order"]) for each in tiers)
    assert [line.tier_number for line in lines] == [order for first, order in firsts if quantity > first - 1]
    assert sum(line.billable_units for line in lines) <= quantity


@given(st.integers(1, 50), st.integers(0, 50), PRICES, PRICES)
def test_the_last_unit_of_a_tier_is_its_own_and_the_next_belongs_to_the_next(
    end: int, more: int, low: float, high: float
) -> None:
    tiered = price(pricing_model="tiered", tiers=[tier(1, 0, end, low), tier(2, end + 1, None, high)])
    lines = price_usage(tiered, Fraction(end + more))
    assert lines[0].billable_units == end
    assert sum(line.billable_units for line in lines[1:]) == more


def test_a_fraction_beyond_a_boundary_is_priced_by_the_next_tier() -> None:
    tiered = price(pricing_model="tiered", tiers=[tier(1, 0, 100, 10), tier(2, 101, None, 4, flat_fee=7)])
    assert [line.cents for line in price_usage(tiered, Fraction("100.5"))] == [1000, 2 + 7]


@pytest.mark.parametrize("tiers", [[], [tier(1, 0, 0, 5, flat_fee=100)]])
def test_tiers_without_a_unit_bill_nothing(tiers: list[dict[str, Any]]) -> None:
    assert not price_usage(price(pricing_model="tiered", tiers=tiers), Fraction(7))


def test_no_usage_reaches_no_flat_fee() -> None:
    assert price_usage(price(pricing_model="tiered", tiers=[tier(1, 0, None, 1, flat_fee=500)]), Fraction(0)) == []


@given(QUANTITIES, PRICES)
def test_per_unit_costs_quantity_times_price_rounded_once(quantity: Fraction, unit_price: float) -> None:
    lines = price_usage(price(pricing_model="per_unit", unit_price=unit_price), quantity)
    assert total(lines) == rounded_cents(quantity * decimal(unit_price))


@given(QUANTITIES, PRICES, st.integers(1, 500))
def test_packages_cover_the_usage_and_not_one_package_more(quantity: Fraction, each: float, size: int) -> None:
    lines = price_usage(price(pricing_model="package", package_size=size, package_price=each), quantity)
    packages = sum(line.quantity for line in lines)
    assert (packages - 1) * size < quantity <= packages * size or packages == quantity == 0
    assert total(lines) == rounded_cents(packages * decimal(each))


@given(prices(), QUANTITIES, QUANTITIES)
def test_more_usage_never_costs_less(any_price: dict[str, Any], quantity: Fraction, more: Fraction) -> None:
    assert total(price_usage(any_price, quantity + more)) >= total(price_usage(any_price, quantity))


@given(prices(), QUANTITIES)
def test_included_units_come_off_before_anything_is_priced(any_price: dict[str, Any], quantity: Fraction) -> None:
    free = {**any_price, "minimum_commitment": 0, "overage_allowed": True}
    included = decimal(any_price["included_units"])
    beyond = max(quantity - included, Fraction(0))
    assert total(price_usage(free, quantity)) == total(price_usage({**free, "included_units": 0}, beyond))
    assert total(price_usage(free, min(quantity, included))) == 0


@given(prices(), QUANTITIES)
def test_usage_within_the_included_units_costs_the_commitment_at_most(
    any_price: dict[str, Any], quantity: Fraction
) -> None:
    within = {**any_price, "included_units": 3000}
    assert total(price_usage(within, quantity)) == any_price["minimum_commitment"]


@given(prices(), QUANTITIES)
def test_overage_that_is_not_allowed_is_never_billed(any_price: dict[str, Any], quantity: Fraction) -> None:
    lines = price_usage({**any_price, "overage_allowed": False}, quantity)
    assert total(lines) == any_price["minimum_commitment"]
    assert sum(line.billable_units for line in lines) == 0


@given(prices(), QUANTITIES)
def test_a_commitment_is_a_floor_and_no_surcharge(any_price: dict[str, Any], quantity: Fraction) -> None:
    by_usage = total(price_usage({**any_price, "minimum_commitment": 0}, quantity))
    assert total(price_usage(any_price, quantity)) == max(by_usage, any_price["minimum_commitment"])


@given(prices(), QUANTITIES)
def test_every_unit_is_accounted_for(any_price: dict[str, Any], quantity: Fraction) -> None:
    lines = price_usage(any_price, quantity)
    seen = sum(line.included_units + line.billable_units for line in lines)
    if any_price["overage_allowed"] and any_price["pricing_model"] != "tiered":
        assert seen == quantity
    assert seen <= quantity
    assert all(isinstance(line.cents, int) and line.cents >= 0 for line in lines)


@pytest.mark.parametrize(
    ("amount", "cents"), [("0.4999999999999999999999", 0), ("0.5", 1), ("1.5", 2), ("2.5", 3), ("2.49", 2), ("0", 0)]
)
def test_half_a_cent_rounds_up_and_less_rounds_down(amount: str, cents: int) -> None:
    assert rounded_cents(Fraction(amount)) == cents


def test_an_average_that_no_decimal_can_write_is_priced_without_loss() -> None:
    # A third at 1.5 cents is exactly half a cent. A third as a decimal would be less.
    assert total(price_usage(price(pricing_model="per_unit", unit_price=1.5), Fraction(1, 3))) == 1


def test_the_largest_amounts_of_the_contract_are_exact() -> None:
    lines = price_usage(price(pricing_model="per_unit", unit_price=10**15 - 1), Fraction(10**15 - 1))
    assert total(lines) == (10**15 - 1) ** 2


@pytest.mark.parametrize(
    ("value", "text"), [("1234567.5", "1,234,567.5"), ("0.0000001", "0.0000001"), ("2/3", "0.666667"), ("100", "100")]
)
def test_numbers_are_written_for_a_person(value: str, text: str) -> None:
    assert number_text(Fraction(value)) == text
