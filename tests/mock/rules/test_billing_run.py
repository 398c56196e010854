"""Billing run: invoices of the usage of a contract."""

from collections.abc import Iterator
from datetime import date

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


def test_an_invoice_of_a_contract_says_what_the_preview_said(shop: Shop) -> None:
    shop.priced(included_units=1)
    shop.charge("recurring")
    contract_id = shop.contract(payment_terms=14)
    shop.used("2026-04-02", "2026-04-03")
    bill, invoice = shop.preview(), shop.billed(contract_id, 201, tax_rate=0.19)
    assert [{**line, "id": None} for line in invoice["line_items"]] == bill["line_items"]
    assert (invoice["subtotal_cents"], invoice["tax_cents"]) == (bill["amount"], 192)
    assert (invoice["billing_period_from"], invoice["billing_period_to"]) == ("2026-04-01", "2026-04-30")
    assert (invoice["issue_date"], invoice["due_date"], invoice["status"]) == ("2026-04-15", "2026-04-29", "draft")
    assert shop.got(f"/invoices/{invoice['id']}") == invoice


def test_a_period_that_is_over_is_billed_by_naming_a_day_of_it(shop: Shop) -> None:
    shop.priced()
    contract_id = shop.contract()
    shop.used("2026-04-02", "2026-05-02", "2026-05-03")
    shop.now("2026-05-04T00:00:00Z")
    assert shop.billed(contract_id, 201, day="2026-04-30")["total_cents"] == 10
    assert shop.billed(contract_id, 201, auto_finalize=True)["status"] == "finalized"


@pytest.mark.parametrize("verb", ["suspend", "cancel"])
def test_what_came_before_a_suspension_or_cancellation_can_still_be_invoiced(shop: Shop, verb: str) -> None:
    shop.priced()
    contract_id = shop.contract()
    shop.used("2026-04-14", "2026-04-15", "2026-04-16")
    shop.act(contract_id, verb, **({"cancellation_type": "immediate"} if verb == "cancel" else {}))
    assert shop.billed(contract_id, 201)["total_cents"] == 10


def test_there_is_no_invoice_of_nothing(clocked: MockCoobird, shop: Shop) -> None:
    draft, idle = shop.contract(active=None), shop.contract()
    assert "draft" in shop.billed(draft, 409)["detail"]
    assert "2026-04-01 to 2026-04-30" in shop.billed(idle, 409)["detail"]
    assert shop.billed(idle, 422, day="soon")["errors"][0]["field"] == "day"
    with Shop(clocked.url) as other_tenant:
        other_tenant.billed(idle, 404)
    assert shop.got("/invoices")["pagination"]["total"] == 0


def test_a_contract_is_billed_by_method(clocked: MockCoobird, shop: Shop) -> None:
    shop.priced()
    contract_id = shop.contract()
    shop.used("2026-04-02", "2026-05-02")
    shop.now("2026-05-04T00:00:00Z")
    day = date(2026, 4, 30)
    made = clocked.invoice_contract(contract_id, api_key=shop.key, day=day, tax_rate=0.19, auto_finalize=True)
    assert made == shop.got(f"/invoices/{made['id']}")
    assert (made["status"], made["billing_period_to"], made["tax_rate"]) == ("finalized", "2026-04-30", 0.19)
    with pytest.raises(ValueError, match="nothing to bill"):
        clocked.invoice_contract(contract_id, api_key=shop.key, day="2026-06-01")
