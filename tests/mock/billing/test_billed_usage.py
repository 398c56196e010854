"""Usage that is billed, by period and by the state of the contract."""

from collections.abc import Iterator
from typing import Any

import pytest

from coobird.mock import MockCoobird
from tests.support.mock.api import refused
from tests.support.mock.shop import Shop


@pytest.fixture(scope="module")
def clocked() -> Iterator[MockCoobird]:
    with MockCoobird(strict=True) as mock:
        yield mock


@pytest.fixture
def shop(clocked: MockCoobird) -> Iterator[Shop]:
    with Shop(clocked.url) as client:
        yield client


def test_a_period_has_its_first_and_last_millisecond_and_no_other(shop: Shop) -> None:
    shop.priced()
    shop.contract("2026-03-01")
    shop.used("2026-03-31T23:59:59.999Z", "2026-05-01T00:00:00.000Z", "2026-04-01T00:30:00+01:00")
    assert shop.amount() == 0
    shop.used("2026-04-01T00:00:00.000Z", "2026-04-30T23:59:59.999Z", "2026-05-01T01:30:00+02:00")
    assert shop.amount() == 30


def test_the_next_period_starts_from_nothing(shop: Shop) -> None:
    shop.priced(included_units=2)
    shop.contract("2026-04-10")
    shop.used("2026-04-12", "2026-04-13", "2026-05-09", "2026-05-10")
    assert (shop.amount(), shop.preview()["period_to"]) == (10, "2026-05-09")
    shop.now("2026-05-10T00:00:00Z")
    assert (shop.amount(), shop.preview()["period_from"]) == (0, "2026-05-10")


@pytest.mark.parametrize("state", ["draft", "suspended", "cancelled"])
def test_a_contract_that_is_not_active_bills_nothing_even_if_it_is_named(shop: Shop, state: str) -> None:
    shop.priced(minimum_commitment=500)
    contract_id = shop.contract(active=None if state == "draft" else "")
    shop.used("2026-04-02")
    if state == "suspended":
        shop.act(contract_id, "suspend")
    if state == "cancelled":
        shop.act(contract_id, "cancel", cancellation_type="immediate")
    assert shop.amount() == shop.amount(contract_id=contract_id) == 0


def test_nothing_is_billed_before_the_activation(shop: Shop) -> None:
    shop.priced()
    shop.contract("2026-04-01", active="2026-04-10")
    shop.used("2026-04-09", "2026-04-10")
    assert (shop.amount(), shop.preview()["period_from"]) == (10, "2026-04-10")


def test_nothing_is_billed_after_the_end(shop: Shop) -> None:
    shop.priced()
    contract_id = shop.contract(end_date="2026-04-20")
    shop.used("2026-04-20", "2026-04-21")
    assert (shop.amount(), shop.preview()["period_to"]) == (10, "2026-04-20")
    shop.now("2026-04-20T23:59:59Z")
    assert shop.amount() == 10
    shop.now("2026-04-21T00:00:00Z")
    assert shop.amount() == shop.amount(contract_id=contract_id) == 0


def test_nothing_is_previewed_before_the_contract_begins(shop: Shop) -> None:
    shop.charge("recurring")
    shop.contract("2026-04-16")
    assert shop.amount() == 0
    shop.now("2026-04-16T00:00:00Z")
    assert shop.amount() == 1000


@pytest.mark.parametrize(
    "plan", [{"trial_available": True, "trial_days": 14}, {"trial_days": 14}, {"trial_available": True}]
)
def test_a_trial_postpones_the_first_bill_if_the_plan_has_one(shop: Shop, plan: dict[str, Any]) -> None:
    shop.changed(f"/plans/{shop.plan_id}", **plan)
    shop.priced()
    shop.charge("recurring")
    shop.charge("one_time", 700, charge_code="setup")
    contract_id = shop.contract("2026-04-10")
    shop.used("2026-04-12", "2026-04-24")
    if len(plan) == 1:
        assert shop.amount() == 20 + 1700
        return
    assert shop.amount() == 0
    shop.changed(f"/plans/{shop.plan_id}", trial_days=0)
    shop.now("2026-04-23T23:59:59Z")
    assert shop.amount() == 0
    assert "after the trial" in shop.billed(contract_id, 422)["detail"]
    shop.now("2026-04-24T00:00:00Z")
    assert (shop.amount(), shop.preview()["period_from"]) == (10 + 1700, "2026-04-24")
    shop.now("2026-05-10T00:00:00Z")
    assert shop.amount() == 1000


def test_nothing_is_billed_from_the_cancellation_on(shop: Shop) -> None:
    shop.priced()
    contract_id = shop.contract()
    shop.act(contract_id, "cancel", cancellation_type="immediate", cancellation_date="2026-04-20")
    shop.used("2026-04-19", "2026-04-20")
    assert shop.amount() == 10
    shop.now("2026-04-20T00:00:00Z")
    assert shop.amount() == 0


def test_usage_during_a_suspension_is_not_billed_but_what_came_before_and_after_is(shop: Shop) -> None:
    shop.priced()
    contract_id = shop.contract()
    shop.act(contract_id, "suspend")
    shop.now("2026-04-20T12:00:00Z")
    assert "billed" not in shop.act(contract_id, "activate")
    shop.used("2026-04-14", "2026-04-15", "2026-04-19", "2026-04-20")
    assert shop.amount() == 20
    assert shop.preview()["period_from"] == "2026-04-01"


def test_a_period_that_was_suspended_from_end_to_end_has_no_bill(shop: Shop) -> None:
    shop.priced(minimum_commitment=500)
    shop.charge("recurring")
    contract_id = shop.contract()
    assert shop.amount() == 1500
    shop.act(contract_id, "suspend")
    shop.now("2026-05-15T12:00:00Z")
    shop.act(contract_id, "activate", activation_date="2026-06-03")
    assert shop.preview()["line_items"] == []
    shop.now("2026-06-03T12:00:00Z")
    assert shop.amount() == 1500


@pytest.mark.parametrize("day", ["0000-01-01", "2026-02-29", "20260401", "2026-W14-1", "2026-04-01T00:00:00Z"])
def test_a_day_that_is_in_no_calendar_is_refused(shop: Shop, day: str) -> None:
    contract = {"plan_id": shop.plan_id, "customer_id": shop.customer_id, "name": "Acme", "start_date": day}
    refused(shop.post("/contracts", json=contract), 422, field="start_date")


@pytest.mark.parametrize("interval", ["daily", "weekly", "monthly", "quarterly", "annual"])
@pytest.mark.parametrize("start", ["0001-01-01", "9999-12-31"])
def test_the_ends_of_the_calendar_can_be_billed(shop: Shop, start: str, interval: str) -> None:
    shop.charge("recurring", billing_frequency="daily")
    contract_id = shop.contract(start, billing_interval=interval)
    shop.now(f"{max(start, '2026-04-15')}T12:00:00Z")
    assert shop.preview()["line_items"][0]["subtotal_cents"] >= 1000
    assert shop.act(contract_id, "cancel", cancellation_type="end_of_period")["cancellation_date"]
