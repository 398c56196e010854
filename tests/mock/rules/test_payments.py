"""Payments and refunds."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coobird.mock import MockCoobird
from tests.support.mock.api import Api, refused
from tests.support.mock.world import LINE


def payment(api: Api, amount: int = 9900, status: str | None = "completed", **fields: Any) -> str:
    customer = fields.pop("customer_id", None) or api.customer()["id"]
    made: str = api.made("/payments", customer_id=customer, amount=amount, **fields)["id"]
    if status:
        api.changed(f"/payments/{made}", status=status)
    return made


def test_a_payment_starts_pending_in_the_currency_of_the_customer(api: Api) -> None:
    euro = api.made("/payments", customer_id=api.customer(currency="EUR")["id"], amount=1)
    assert (euro["status"], euro["currency"], euro["refunded_amount"]) == ("pending", "EUR", 0)
    assert api.got(f"/payments/{payment(api)}")["currency"] == "USD"


def test_a_payment_for_an_invoice_takes_its_currency_and_contract(api: Api) -> None:
    customer = api.customer()["id"]
    plan = api.made("/plans", name="P", code="p", currency="EUR")["id"]
    bound = {"plan_id": plan, "customer_id": customer, "name": "C", "start_date": "2026-01-01"}
    contract = api.made("/contracts", **bound)["id"]
    billed = {"customer_id": customer, "issue_date": "2026-04-01", "line_items": [LINE], "contract_id": contract}
    invoice = api.made("/invoices", **billed)["id"]
    made = api.made("/payments", customer_id=customer, amount=50, invoice_id=invoice)
    assert (made["currency"], made["contract_id"], made["invoice_id"]) == ("EUR", contract, invoice)
    assert api.got("/payments", contract_id=contract)["data"] == [made]
    body = {"customer_id": customer, "amount": 50, "invoice_id": invoice}
    refused(api.post("/payments", json={**body, "currency": "USD"}), 422, field="currency")
    refused(api.post("/payments", json={**body, "customer_id": api.customer()["id"]}), 422, field="invoice_id")
    refused(api.post("/payments", json={**body, "invoice_id": "inv_x"}), 404, field="invoice_id")
    api.made(f"/invoices/{invoice}/finalize", 200)
    api.made(f"/invoices/{invoice}/void", 200, reason="r")
    refused(api.post("/payments", json=body), 409, code="wrong_state")


def test_a_status_moves_freely_until_some_of_it_was_refunded(api: Api) -> None:
    made = payment(api, status=None)
    for status in ("completed", "failed", "pending", "completed"):
        assert api.changed(f"/payments/{made}", status=status)["status"] == status
    refused(api.patch(f"/payments/{made}", json={"status": "refunded"}), 422, field="status")
    refused(api.patch(f"/payments/{made}", json={"payment_method": "shells"}), 422, field="payment_method")
    api.made(f"/payments/{made}/refund", 200, amount=1)
    refused(api.patch(f"/payments/{made}", json={"status": "completed"}), 409, code="wrong_state")
    assert api.changed(f"/payments/{made}", notes="n", payment_method="wire")["payment_method"] == "wire"


@pytest.mark.parametrize("status", ["pending", "failed"])
def test_only_what_was_paid_can_be_refunded(api: Api, status: str) -> None:
    made = payment(api, status=status)
    refused(api.post(f"/payments/{made}/refund"), 409, code="wrong_state")


def test_without_an_amount_all_that_is_left_goes_back(api: Api) -> None:
    made = payment(api, 9900)
    part = api.made(f"/payments/{made}/refund", 200, amount=4900, reason="Credit", external_refund_id="re_1")
    assert (part["amount"], part["payment_status"]) == (4900, "partially_refunded")
    assert (part["refunded_amount"], part["remaining_amount"], part["reason"]) == (4900, 5000, "Credit")
    rest = api.post(f"/payments/{made}/refund").json()
    assert (rest["amount"], rest["payment_status"], rest["remaining_amount"]) == (5000, "refunded", 0)
    found = api.got(f"/payments/{made}")
    assert (found["amount"], found["refunded_amount"], found["status"]) == (9900, 9900, "refunded")
    assert "final" in refused(api.post(f"/payments/{made}/refund"), 409, code="wrong_state")["detail"]


def test_deleting_a_payment_deletes_its_refunds(api: Api) -> None:
    made = payment(api)
    api.made(f"/payments/{made}/refund", 200, amount=1)
    assert api.delete(f"/payments/{made}").status_code == 204
    refused(api.get(f"/payments/{made}"), 404)


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 1000), st.lists(st.integers(1, 600), max_size=6))
def test_never_more_goes_back_than_was_paid(server: MockCoobird, amount: int, refunds: list[int]) -> None:
    with Api(server.url) as api:
        made, left = payment(api, amount), amount
        for refund in refunds:
            response = api.post(f"/payments/{made}/refund", json={"amount": refund})
            if left == 0:
                refused(response, 409)
            elif refund > left:
                refused(response, 422, field="amount")
            else:
                left -= refund
                assert response.json()["remaining_amount"] == left
        assert api.got(f"/payments/{made}")["refunded_amount"] == amount - left
