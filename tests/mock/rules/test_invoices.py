"""Invoices: sums, taxes, states."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coobird.mock.billing.invoicing import due_day, line_item, totals
from tests.support.mock.api import Api, refused
from tests.support.mock.world import LINE


def invoice(api: Api, *lines: dict[str, Any], **fields: Any) -> dict[str, Any]:
    body = {"issue_date": "2026-04-01", "line_items": list(lines) or [LINE]}
    if "customer_id" not in fields:
        fields["customer_id"] = api.customer()["id"]
    return api.made("/invoices", **body | fields)


def line(subtotal: int, discount: int | None = None, tax: int | None = None) -> dict[str, Any]:
    stated = {name: value for name, value in (("discount_cents", discount), ("tax_cents", tax)) if value is not None}
    amounts = {"subtotal_cents": subtotal, "total_cents": subtotal - (discount or 0) + (tax or 0)}
    return {**LINE, **amounts, **stated}


def sums(found: dict[str, Any]) -> tuple[int, int, int, int]:
    return found["subtotal_cents"], found["discount_cents"], found["tax_cents"], found["total_cents"]


def test_the_totals_are_those_of_the_lines(api: Api) -> None:
    assert sums(invoice(api, line(5000), line(9900, discount=900, tax=720))) == (14900, 900, 720, 14720)


def test_a_line_that_does_not_add_up_is_refused_by_its_place(api: Api) -> None:
    body = {"customer_id": api.customer()["id"], "issue_date": "2026-04-01"}
    bad = [LINE, {**line(100, discount=10), "total_cents": 100}]
    refused(api.post("/invoices", json={**body, "line_items": bad}), 422, field="line_items.1.total_cents")
    backwards = [{**LINE, "period_from": "2026-04-02", "period_to": "2026-04-01"}]
    refused(api.post("/invoices", json={**body, "line_items": backwards}), 422, field="line_items.0.period_to")
    assert api.got("/invoices")["data"] == []


def test_a_tax_rate_taxes_the_lines_that_state_no_tax_of_their_own(api: Api) -> None:
    assert sums(invoice(api, line(14900), tax_rate=0.08)) == (14900, 0, 1192, 16092)
    mixed = invoice(api, line(1000, discount=100), line(500, tax=7), line(500, tax=0), tax_rate=0.1)
    assert sums(mixed) == (2000, 100, 97, 1997)


def test_half_a_cent_of_tax_rounds_up(api: Api) -> None:
    assert invoice(api, line(50), tax_rate=0.01)["tax_cents"] == 1
    assert invoice(api, line(49), tax_rate=0.01)["tax_cents"] == 0
    # As a binary fraction, 0.145 is less than 145 thousandths. As a decimal, it makes half a cent.
    assert invoice(api, line(100), tax_rate=0.145)["tax_cents"] == 15


def test_stated_taxes_take_the_place_of_the_rate(api: Api) -> None:
    tax = {"tax_name": "VAT", "tax_rate": 0.19, "taxable_amount": 1000, "tax_amount": 190}
    made = invoice(api, line(1000), taxes=[tax], tax_rate=0.5)
    assert (made["tax_cents"], made["tax_rate"]) == (190, 0.5)
    assert {**made["taxes"][0], "id": None} == {**tax, "id": None}
    assert api.changed(f"/invoices/{made['id']}", taxes=[])["tax_cents"] == 500


def test_an_update_calculates_again_and_remembers_who_stated_a_tax(api: Api) -> None:
    made = invoice(api, line(1000), line(1000, tax=0))
    changed = api.changed(f"/invoices/{made['id']}", tax_rate=0.2)
    assert sums(changed) == (2000, 0, 200, 2200)
    assert [each["id"] for each in changed["line_items"]] == [each["id"] for each in made["line_items"]]
    replaced = api.changed(f"/invoices/{made['id']}", line_items=[line(10)])
    assert sums(replaced) == (10, 0, 2, 12)
    assert replaced["line_items"][0]["id"] not in [each["id"] for each in made["line_items"]]


def test_lines_stand_in_their_order(api: Api) -> None:
    first = {**LINE, "description": "a", "sort_order": 5}
    made = invoice(api, first, {**LINE, "description": "b"}, {**LINE, "description": "c"})
    assert [(each["description"], each["sort_order"]) for each in made["line_items"]] == [("b", 1), ("c", 2), ("a", 5)]


def test_numbers_are_unique_and_count_up(api: Api) -> None:
    customer = api.customer()["id"]
    assert [invoice(api, customer_id=customer)["invoice_number"] for _ in range(2)] == ["INV-000001", "INV-000002"]


def test_an_invoice_of_a_contract_follows_it(api: Api) -> None:
    plan = api.made("/plans", name="P", code="p", currency="EUR")["id"]
    customer = api.customer()["id"]
    bound = {"plan_id": plan, "customer_id": customer, "name": "C", "start_date": "2026-01-01", "payment_terms": 14}
    contract = api.made("/contracts", **bound)["id"]
    made = invoice(api, customer_id=customer, contract_id=contract)
    assert (made["currency"], made["due_date"]) == ("EUR", "2026-04-15")
    body = {"customer_id": api.customer()["id"], "issue_date": "2026-04-01", "line_items": [LINE]}
    refused(api.post("/invoices", json={**body, "contract_id": contract}), 422, field="contract_id")
    refused(api.post("/invoices", json={**body, "contract_id": "contract_x"}), 404, field="contract_id")
    refused(api.post("/invoices", json={**body, "customer_id": "cust_x"}), 404, field="customer_id")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"due_date": "2026-03-31"}, "due_date"),
        ({"billing_period_from": "2026-04-02", "billing_period_to": "2026-04-01"}, "billing_period_to"),
    ],
)
def test_nothing_ends_before_it_begins(api: Api, fields: dict[str, str], field: str) -> None:
    made = invoice(api)
    refused(api.patch(f"/invoices/{made['id']}", json=fields), 422, field=field)
    body = {"customer_id": made["customer_id"], "issue_date": "2026-04-01", "line_items": [LINE]}
    refused(api.post("/invoices", json={**body, **fields}), 422, field=field)


def test_a_finalized_invoice_is_locked_until_it_is_voided_for_good(api: Api) -> None:
    made = invoice(api)
    path = f"/invoices/{made['id']}"
    assert "updated or finalized" in refused(api.post(f"{path}/void", json={"reason": "r"}), 409)["detail"]
    done = api.made(f"{path}/finalize", 200)
    assert (done["status"], done["email_sent"], done["invoice"]["status"]) == ("finalized", False, "finalized")
    assert done["invoice"]["finalized_at"] is not None
    refused(api.patch(path, json={"notes": "n"}), 409, code="wrong_state")
    refused(api.post(f"{path}/finalize"), 409, code="wrong_state")
    voided = api.made(f"{path}/void", 200, reason="Issued in error")["invoice"]
    assert (voided["status"], voided["void_reason"]) == ("void", "Issued in error")
    assert (voided["invoice_number"], voided["line_items"]) == (made["invoice_number"], made["line_items"])
    for verb, body in (("void", {"reason": "r"}), ("finalize", {})):
        refused(api.post(f"{path}/{verb}", json=body), 409, code="wrong_state")
    refused(api.patch(path, json={"notes": "n"}), 409, code="wrong_state")


def test_an_invoice_can_be_finalized_at_once(api: Api) -> None:
    assert invoice(api, auto_finalize=True)["status"] == "finalized"
    assert invoice(api, auto_finalize=False)["status"] == "draft"


def test_an_email_goes_only_to_a_customer_who_has_one(api: Api) -> None:
    for email, sent in ((None, False), ("a@acme.test", True)):
        customer = api.customer(**({"email": email} if email else {}))["id"]
        made = invoice(api, customer_id=customer)
        assert api.made(f"/invoices/{made['id']}/finalize", 200, send_email=True)["email_sent"] is sent


rates = st.decimals(0, 1, places=4).map(float)
amounts = st.lists(
    st.tuples(st.integers(0, 10**9), st.one_of(st.none(), st.integers(0, 10**6))), min_size=1, max_size=8
)


@given(amounts, rates)
def test_tax_is_what_a_person_with_a_pencil_gets(lines: list[tuple[int, int | None]], rate: float) -> None:
    kept = [line_item(line(subtotal, tax=tax), 0) for subtotal, tax in lines]
    base = sum(subtotal for subtotal, tax in lines if tax is None)
    by_rate = (Decimal(base) * Decimal(str(rate))).quantize(Decimal(1), ROUND_HALF_UP)
    found = totals(kept, [], rate)
    assert found["tax_cents"] == sum(tax or 0 for _, tax in lines) + by_rate
    assert found["total_cents"] == found["subtotal_cents"] - found["discount_cents"] + found["tax_cents"]


def test_a_due_day_beyond_the_calendar_is_its_last_day() -> None:
    assert due_day("2026-04-01", 30) == "2026-05-01"
    assert due_day("9999-12-31", 30) == "9999-12-31"


@pytest.mark.parametrize("status", ["pending", "completed", "failed"])
def test_an_invoice_stays_in_the_currency_of_its_payments(api: Api, status: str) -> None:
    customer = api.customer()["id"]
    line = {"description": "d", "quantity": 1, "unit_price_cents": 9, "subtotal_cents": 9, "total_cents": 9}
    made = api.made("/invoices", customer_id=customer, issue_date="2026-04-01", currency="EUR", line_items=[line])
    assert api.changed(f"/invoices/{made['id']}", currency="USD")["currency"] == "USD"
    payment = api.made("/payments", customer_id=customer, amount=9, invoice_id=made["id"])
    api.changed(f"/payments/{payment['id']}", status=status)
    problem = refused(api.patch(f"/invoices/{made['id']}", json={"currency": "EUR"}), 409, field="currency")
    assert payment["id"] in problem["detail"]
    assert "USD" in problem["detail"]
    assert api.changed(f"/invoices/{made['id']}", currency="USD", notes="n")["notes"] == "n"
