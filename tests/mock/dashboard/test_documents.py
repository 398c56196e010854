"""Documents on the page, and what an event was billed as."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from coobird.mock import MockCoobird
from tests.support.mock.api import refused
from tests.support.mock.frames import Page, page
from tests.support.mock.shop import Shop


@pytest.fixture
def shop(own_server: MockCoobird) -> Iterator[Shop]:
    with Shop(own_server.url) as made:
        yield made


def opened(shop: Shop, kind: str, identifier: str, **query: str) -> dict[str, Any]:
    """An open document, once the bills are counted."""
    with page(shop.server_url, list="customer") as listed:
        tenant = tenant_in(listed)
    with page(shop.server_url, open=f"{kind}:{tenant}:{identifier}", **query) as shown:
        shown.read()
        while shown["opened"].get("bill", {}).get("state") == "counting":
            shown.read()
        return dict(shown["opened"])


def tenant_in(shown: Page) -> str:
    shown.read()
    return str(shown["list"]["rows"][0]["tenant"])


def billing(shop: Shop, seq: int) -> dict[str, Any]:
    answer = httpx.get(f"{shop.server_url}/_mock/events/{seq}/billing")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_a_contract_shows_the_lines_of_the_preview_each_with_its_explanation(shop: Shop) -> None:
    shop.priced(included_units=2, unit_price=0.5)
    shop.charge("recurring", billing_frequency="monthly")
    contract_id = shop.contract()
    shop.used("2026-04-02", "2026-04-03", quantity=4)
    preview = shop.preview()
    bill = opened(shop, "contract", contract_id)["bill"]
    assert (bill["from"], bill["to"], bill["when"]) == ("2026-04-01", "2026-04-30", "current")
    usage, fee = bill["lines"]
    assert usage["title"] == "Make calls"
    assert usage["explanation"] == "8 calls, 2 included, 6 at 0.5 cents each"
    assert (usage["unit_price"], usage["quantity"], usage["total"]) == ("0.005", "8", "0.03")
    assert "of events with the signal code calls, and of events of Researcher of the type task" in usage["counted"]
    assert (fee["title"], fee["explanation"], fee["total"]) == ("Fee", "", "10.00")
    assert bill["total"] == f"{preview['amount'] / 100:.2f}" == "10.03"


def test_the_bill_of_an_earlier_period_is_one_step_away_and_none_is_before_the_first(shop: Shop) -> None:
    shop.priced()
    contract_id = shop.contract("2026-02-10")
    shop.used("2026-02-11", "2026-03-11", "2026-03-12")
    spans, day = [], ""
    while True:
        bill = opened(shop, "contract", contract_id, **({"day": day} if day else {}))["bill"]
        spans.append((bill["from"], bill["total"], bill["later"]))
        if bill["earlier"] is None:
            break
        day = bill["earlier"]
    assert spans == [
        ("2026-04-10", "0.00", None),
        ("2026-03-10", "0.20", "2026-04-10"),
        ("2026-02-10", "0.10", "2026-03-10"),
    ]


def test_a_contract_that_is_not_billed_says_why(shop: Shop) -> None:
    shop.priced()
    draft = shop.contract(active=None)
    assert opened(shop, "contract", draft)["bill"] == {"state": "unbilled", "reason": "it was never activated"}
    shop.changed(f"/plans/{shop.plan_id}", trial_available=True, trial_days=40)
    trial = shop.contract()
    assert "its first billed day is 2026-05-11, after the trial" in opened(shop, "contract", trial)["bill"]["reason"]
    assert opened(shop, "contract", trial, day="2026-05-20")["bill"]["when"] == "coming"


def test_a_document_that_does_not_exist_is_said_to_be_missing(shop: Shop) -> None:
    assert opened(shop, "invoice", "inv_unknown")["found"] is False


def test_an_invoice_is_overdue_until_it_is_paid(shop: Shop) -> None:
    shop.charge("recurring", billing_frequency="monthly")
    contract_id = shop.contract("2026-03-01", payment_terms=7)
    made = shop.billed(contract_id, 201, day="2026-03-15", auto_finalize=True)
    assert (opened(shop, "invoice", made["id"])["overdue"], made["due_date"]) == (False, "2026-04-22")
    shop.now("2026-04-23T00:00:00Z")
    assert opened(shop, "invoice", made["id"])["overdue"]
    paid = shop.made("/payments", customer_id=shop.customer_id, invoice_id=made["id"], amount=made["total_cents"])
    assert not opened(shop, "invoice", made["id"])["paid"], "the payment is pending"
    shop.changed(f"/payments/{paid['id']}", status="completed")
    shown = opened(shop, "invoice", made["id"])
    assert (shown["paid"], shown["overdue"]) == (True, False)
    shop.made(f"/payments/{paid['id']}/refund", 200, amount=1)
    assert opened(shop, "invoice", made["id"])["overdue"]


def test_an_event_names_each_line_that_counts_it(shop: Shop) -> None:
    shop.priced()
    shop.priced("mails", action_type="outcome", included_units=5)
    contract_id = shop.contract()
    shop.used("2026-04-02")
    shop.used("2026-04-02", code="mails")
    shop.used("2026-04-02", code=None)
    titles = [[line["title"] for line in billing(shop, seq)["lines"]] for seq in (1, 2, 3)]
    assert titles == [["Make calls"], ["Make mails"], ["Make calls"]], "also if it is included, and without a code"
    line = billing(shop, 1)["lines"][0]
    assert (line["contract"]["id"], line["from"], line["to"]) == (contract_id, "2026-04-01", "2026-04-30")


def test_an_event_that_nobody_pays_says_why(shop: Shop) -> None:
    shop.priced()
    shop.used("2026-04-02")
    assert "No contract" in billing(shop, 1)["reason"]
    shop.contract()
    shop.used("2026-03-31")
    shop.used("2026-04-02", code="unpriced")
    shop.used("2026-04-02", customer_id="mistyped")
    assert billing(shop, 1)["reason"] is None
    assert [billing(shop, seq)["lines"] for seq in (2, 3, 4)] == [[], [], []]
    reasons = [billing(shop, seq)["reason"] for seq in (2, 3, 4)]
    assert [reason[:11] for reason in reasons] == ["No contract", "No price of", "There is no"]
    refused(httpx.get(f"{shop.server_url}/_mock/events/99/billing"), 404)
    refused(httpx.get(f"{shop.server_url}/_mock/events/0/billing"), 404)


def test_lists_have_pages_and_are_sorted_over_all_of_them(shop: Shop) -> None:
    for number in range(30):
        shop.customer(name=f"Customer {number:02}")
    with page(shop.server_url, list="customer", sort="name", order="asc") as first:
        first.read()
        found = first["list"]
        assert (found["total"], found["pages"], found["page"]) == (31, 2, 1)
        names = [row["name"] for row in found["rows"]]
    with page(shop.server_url, list="customer", sort="name", order="asc", page="9") as last:
        last.read()
        assert last["list"]["page"] == 2
        names += [row["name"] for row in last["list"]["rows"]]
    assert names == ["Acme", *(f"Customer {number:02}" for number in range(30))]
    with page(shop.server_url, list="customer", page="2") as older:
        older.read()
        assert [row["name"] for row in older["list"]["rows"]][-2:] == ["Customer 00", "Acme"]
    with page(shop.server_url, list="customer", sort="email'); drop table customer; --") as odd:
        odd.read()
        assert odd["list"]["rows"][0]["name"] == "Customer 29", "the newest comes first"
