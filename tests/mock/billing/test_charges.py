"""Charges of a contract: amounts and due days."""

from collections.abc import Iterator

import pytest

from coobird.mock import MockCoobird
from tests.support.mock.shop import Shop


@pytest.fixture(scope="module")
def clocked() -> Iterator[MockCoobird]:
    with MockCoobird(strict=True) as mock:
        yield mock


@pytest.fixture
def shop(clocked: MockCoobird) -> Iterator[Shop]:
    with Shop(clocked.url) as client:
        yield client


def test_a_one_time_charge_is_billed_once_ever(shop: Shop) -> None:
    shop.charge("one_time")
    contract_id = shop.contract()
    assert shop.amount() == 1000
    shop.now("2026-05-15T12:00:00Z")
    assert shop.amount() == 0
    shop.act(contract_id, "suspend")
    shop.act(contract_id, "activate")
    assert shop.amount() == 0


@pytest.mark.parametrize(
    ("frequency", "months"),
    [
        (None, [1, 1, 1, 1]),
        ("monthly", [1, 1, 1, 1]),
        ("quarterly", [1, 0, 0, 1]),
        ("annual", [1, 0, 0, 0]),
        ("weekly", [5, 4, 4, 5]),
        ("daily", [30, 31, 30, 31]),
        ("semi_annual", [1, 0, 0, 0]),
    ],
)
def test_a_recurring_charge_falls_due_as_often_as_it_says(shop: Shop, frequency: str | None, months: list[int]) -> None:
    shop.charge("recurring", 7, billing_frequency=frequency)
    shop.contract()
    billed: list[int] = []
    for month in range(4, 8):
        shop.now(f"2026-{month:02}-20T00:00:00Z")
        billed.append(sum(item["quantity"] for item in shop.preview()["line_items"]))
        assert shop.amount() == 7 * billed[-1]
    assert billed == months


def test_units_of_a_charge_are_reported_by_events_that_name_it(shop: Shop) -> None:
    shop.charge("usage_based", 3, charge_name="Export", charge_code="export")
    shop.contract()
    assert shop.preview()["line_items"] == []
    shop.used("2026-04-02", "2026-04-03", code="export", quantity=2)
    line = shop.preview()["line_items"][0]
    assert (line["description"], line["subtotal_cents"]) == ("Export: 4 units at 3 cents each", 12)
    assert line["source_type"] == "plan_charge"


def test_seats_are_the_most_that_were_reported(shop: Shop) -> None:
    shop.charge("seat_based", 900, charge_code="seats")
    shop.contract()
    shop.used("2026-04-02", code="seats", quantity=4)
    shop.used("2026-04-03", code="seats", quantity=6)
    shop.used("2026-04-04", code="seats", quantity=5)
    assert shop.preview()["line_items"][0]["description"] == "Fee: 6 seats at 900 cents each"
    assert shop.amount() == 5400


def test_a_signal_with_the_code_of_a_charge_says_how_to_measure_it(shop: Shop) -> None:
    shop.charge("seat_based", 900, charge_code="seats")
    shop.contract()
    users = {"signal_name": "Seats", "signal_code": "seats", "signal_type": "billable", "unit_label": "people"}
    shop.made("/signals", **users, aggregation_type="unique_count", value_field="user")
    for user in ("ann", "bob", "ann"):
        shop.used("2026-04-02", code="seats", attributes={"user": user})
    assert shop.preview()["line_items"][0]["description"] == "Fee: 2 people at 900 cents each"


@pytest.mark.parametrize("suspended", [False, True])
def test_a_one_time_charge_waits_for_the_first_day_that_is_billed(shop: Shop, suspended: bool) -> None:
    shop.charge("one_time")
    contract_id = shop.contract("2026-04-15")
    if suspended:
        shop.act(contract_id, "suspend")
        shop.now("2026-05-20T00:00:00Z")
        shop.act(contract_id, "activate")
    assert shop.amount() == 1000
