"""Billing run: invoices of the usage of a contract."""

from collections.abc import Iterator
from datetime import date

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
    problem = shop.billed(contract_id, 422)
    assert problem["errors"][0]["field"] == "day"
    assert ("suspended" if verb == "suspend" else "last billed day is 2026-04-14") in problem["detail"]
    assert shop.billed(contract_id, 201, day="2026-04-14")["total_cents"] == 10


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
    keyed = {"api_key": shop.key, "day": "2026-05-01", "idempotency_key": "may"}
    may = clocked.invoice_contract(contract_id, **keyed)
    assert clocked.invoice_contract(contract_id, **keyed) == may
    assert clocked.invoice_contract(contract_id, api_key=shop.key, again=True)["total_cents"] == 10
    shop.used("2026-05-03")
    shop.used("2026-05-03")
    assert clocked.invoice_contract(contract_id, api_key=shop.key, day="2026-05-01", again=True)["total_cents"] == 30
    with pytest.raises(ValueError, match="nothing to bill"):
        clocked.invoice_contract(contract_id, api_key=shop.key, difference=True)
    with pytest.raises(ValueError, match="nothing to bill"):
        clocked.invoice_contract(contract_id, api_key=shop.key, day="2026-06-01")


@pytest.mark.parametrize("last", [{"end_date": "2026-04-20"}, {"cancellation_date": "2026-04-21"}, {}])
@pytest.mark.parametrize("day", ["2020-01-01", "2026-03-31", "2026-04-02", "2026-04-21", "2026-05-15"])
def test_a_day_on_which_the_contract_is_not_billed_is_refused(shop: Shop, last: dict[str, str], day: str) -> None:
    shop.charge("recurring")
    contract_id = shop.contract(active="2026-04-03", **{name: last[name] for name in last if name == "end_date"})
    if "cancellation_date" in last:
        shop.act(contract_id, "cancel", cancellation_type="immediate", **last)
    if not last and day > "2026-04-03":
        assert shop.billed(contract_id, 201, day=day)["total_cents"] == 1000
        return
    problem = shop.billed(contract_id, 422, day=day)
    assert problem["errors"][0]["field"] == "day"
    assert ("2026-04-03" if day < "2026-04-03" else "2026-04-20") in problem["detail"]


def test_a_contract_that_was_cancelled_as_a_draft_is_never_billed(clocked: MockCoobird, shop: Shop) -> None:
    shop.priced(minimum_commitment=500)
    shop.charge("recurring")
    contract_id = shop.contract(active=None)
    shop.act(contract_id, "cancel", cancellation_type="immediate")
    shop.now("2026-06-15T00:00:00Z")
    for day in ({}, {"day": "2026-04-10"}):
        assert "cancelled as a draft" in shop.billed(contract_id, 409, **day)["detail"]
    assert shop.amount() == shop.amount(contract_id=contract_id) == 0


def test_a_period_is_billed_twice_only_on_demand(shop: Shop) -> None:
    shop.charge("recurring")
    contract_id = shop.contract()
    first = shop.billed(contract_id, 201)
    for day in ({}, {"day": "2026-04-01"}, {"again": False}, {"difference": False}):
        problem = shop.billed(contract_id, 409, **day)
        assert (problem["code"], first["invoice_number"] in problem["detail"]) == ("already_billed", True)
    assert shop.billed(contract_id, 201, again=True)["total_cents"] == 1000
    assert shop.billed(contract_id, 201, day="2026-05-01")["total_cents"] == 1000
    assert shop.billed(contract_id, 422, again=True, difference=True)["errors"][0]["field"] == "difference"
    assert shop.got("/invoices")["pagination"]["total"] == 3


def test_a_period_whose_days_were_billed_in_other_periods_is_billed_only_on_demand(shop: Shop) -> None:
    shop.charge("recurring")
    contract_id = shop.contract()
    shop.billed(contract_id, 201)
    shop.changed(f"/contracts/{contract_id}", billing_interval="weekly")
    assert shop.billed(contract_id, 409, day="2026-04-25")["code"] == "already_billed"
    assert shop.billed(contract_id, 201, day="2026-05-08")["billing_period_from"] == "2026-05-06"


def test_a_void_invoice_has_billed_nothing(shop: Shop) -> None:
    shop.charge("recurring")
    contract_id = shop.contract()
    made = shop.billed(contract_id, 201, auto_finalize=True)
    shop.made(f"/invoices/{made['id']}/void", 200, reason="Wrong")
    assert shop.billed(contract_id, 201, difference=True)["total_cents"] == 1000
    assert shop.billed(contract_id, 409)["code"] == "already_billed"


def test_late_events_are_billed_by_the_difference(shop: Shop) -> None:
    shop.priced(included_units=1)
    shop.charge("recurring")
    contract_id = shop.contract()
    shop.used("2026-04-02", "2026-04-03")
    assert shop.billed(contract_id, 201)["total_cents"] == 1010
    assert "nothing to bill" in shop.billed(contract_id, 409, difference=True)["detail"]
    shop.used("2026-04-02", "2026-04-04")
    late = shop.billed(contract_id, 201, difference=True, tax_rate=0.5)
    (line,) = late["line_items"]
    assert line["description"] == "Make calls: 30 cents, less 10 cents billed before"
    assert (line["quantity"], line["unit_price_cents"], line["total_cents"]) == (1, 20, 20)
    assert (late["subtotal_cents"], late["tax_cents"]) == (20, 10)
    shop.used("2026-04-05")
    assert shop.billed(contract_id, 201, difference=True)["total_cents"] == 10
    assert shop.amount() == 1040


def test_a_difference_nets_the_lines_of_a_price(shop: Shop) -> None:
    shop.priced(minimum_commitment=1000)
    contract_id = shop.contract()
    shop.used("2026-04-02", quantity=40)
    assert shop.billed(contract_id, 201)["total_cents"] == 1000
    shop.used("2026-04-02", quantity=20)
    assert "nothing to bill" in shop.billed(contract_id, 409, difference=True)["detail"]
    shop.used("2026-04-02", quantity=50)
    assert shop.billed(contract_id, 201, difference=True)["total_cents"] == 100


def test_an_amount_that_fell_is_not_paid_back(shop: Shop) -> None:
    price, other = shop.priced("calls"), shop.priced("pages", action_type="workflow")
    contract_id = shop.contract()
    shop.used("2026-04-02", quantity=40)
    shop.used("2026-04-02", code="pages")
    assert shop.billed(contract_id, 201)["total_cents"] == 410
    for each in (price, other):
        shop.changed(f"/signals/{each['billable_signal_id']}", aggregation_type="min")
    shop.used("2026-04-02", quantity=5)
    shop.used("2026-04-02", code="pages", quantity=9)
    assert "nothing to bill" in shop.billed(contract_id, 409, difference=True)["detail"]


def test_a_difference_is_not_billed_in_another_currency(shop: Shop) -> None:
    shop.charge("recurring")
    contract_id = shop.contract()
    shop.billed(contract_id, 201)
    shop.changed(f"/contracts/{contract_id}", currency="EUR")
    assert "is in USD" in shop.billed(contract_id, 409, difference=True)["detail"]


def test_the_difference_to_nothing_is_the_whole_bill(shop: Shop) -> None:
    shop.priced(included_units=5)
    contract_id = shop.contract()
    shop.used("2026-04-02")
    invoice = shop.billed(contract_id, 201, difference=True)
    assert [line["description"] for line in invoice["line_items"]] == ["Make calls: 1 calls, 1 included"]


@pytest.mark.parametrize(
    "state", ["draft", "active", "suspended", "resumed", "cancelled", "ended", "not begun", "trial"]
)
def test_preview_and_run_of_a_day_bill_the_same_contracts_and_lines(shop: Shop, state: str) -> None:
    if state == "trial":
        shop.changed(f"/plans/{shop.plan_id}", trial_available=True, trial_days=20)
    shop.priced(minimum_commitment=50)
    shop.charge("recurring")
    terms = {"end_date": "2026-04-14"} if state == "ended" else {}
    start = "2026-04-20" if state == "not begun" else "2026-04-01"
    contract_id = shop.contract(start, active=None if state == "draft" else "", **terms)
    shop.used("2026-04-02", "2026-04-14", "2026-04-15", "2026-04-21")
    for verb in {"suspended": ["suspend"], "resumed": ["suspend", "activate"], "cancelled": ["cancel"]}.get(state, []):
        shop.act(contract_id, verb, **({"cancellation_type": "immediate"} if verb == "cancel" else {}))
    lines = shop.preview()["line_items"]
    assert shop.preview(contract_id=contract_id)["line_items"] == lines
    answer = shop.post(f"{shop.server_url}/_mock/contracts/{contract_id}/invoice", json={})
    assert answer.status_code == (201 if lines else 409 if state == "draft" else 422), answer.text
    if lines:
        assert [{**line, "id": None} for line in answer.json()["line_items"]] == lines
    assert bool(lines) == (state in ("active", "resumed"))


def test_a_repeated_idempotency_key_replays_the_run(shop: Shop) -> None:
    shop.charge("recurring")
    contract_id, other = shop.contract(), shop.contract()
    url, key = f"{shop.server_url}/_mock/contracts/{contract_id}/invoice", {"Idempotency-Key": "run-1"}
    first = shop.post(url, json={"tax_rate": 0.1}, headers=key)
    again = shop.post(url, json={"tax_rate": 0.1}, headers=key)
    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())
    assert again.headers["idempotency-replayed"] == "true"
    refused(shop.post(url, json={"tax_rate": 0.2}, headers=key), 409, code="idempotency_key_reused")
    elsewhere = url.replace(contract_id, other)
    refused(shop.post(elsewhere, json={"tax_rate": 0.1}, headers=key), 409, code="idempotency_key_reused")
    refused(shop.post("/customers", json={"name": "A", "type": "company"}, headers=key), 409)
    refused(shop.post(url, json={}, headers={"Idempotency-Key": "x" * 256}), 422)
    failed = {"Idempotency-Key": "run-2"}
    refused(shop.post(url, json={}, headers=failed), 409, code="already_billed")
    assert shop.post(url, json={"again": True}, headers=failed).status_code == 201
    assert shop.got("/invoices")["pagination"]["total"] == 2
