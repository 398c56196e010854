"""Views of the page in a real browser, with the demo data: usage, documents, print, phone."""

import csv
import json
import re
from collections.abc import Callable, Iterator
from io import StringIO
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from coobird.mock import MockCoobird
from tests.browser.conftest import HAS_BROWSER
from tests.support.mock.api import Api

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Locator, Page

__test__ = HAS_BROWSER

Open = Callable[..., "Page"]


@pytest.fixture(scope="module")
def shop() -> Iterator[MockCoobird]:
    """A server with the demo data, which no test changes."""
    with MockCoobird(demo=True) as demo:
        yield demo


@pytest.fixture
def context(browser: "Browser") -> "Iterator[BrowserContext]":
    with browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True) as made:
        made.set_default_timeout(20_000)
        yield made


@pytest.fixture
def visit(context: "BrowserContext", shop: MockCoobird, complaints: list[str]) -> Iterator[Open]:
    """Opens the page at a URL, and waits until all events are counted."""

    def open_page(url: str = "/", page: "Page | None" = None) -> "Page":
        tab = page or context.new_page()
        tab.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        tab.goto(f"{shop.url}{url}")
        settled(tab)
        return tab

    yield open_page
    assert complaints == []


def settled(page: "Page") -> None:
    """Wait until the page shows what its URL asks for."""
    page.locator("body:not([aria-busy])").wait_for()
    page.locator("#status", has_text="Live").wait_for()


def named(page: "Page", view: str, name: str) -> "Page":
    """Open a document from the list of a view."""
    page.locator("#views").get_by_role("link", name=view).click()
    page.locator("#list").get_by_role("link", name=name, exact=True).first.click()
    page.locator("#opened .trail").wait_for()
    settled(page)
    return page


def rows(page: "Page") -> "Locator":
    return page.locator("#lines tbody tr")


def test_a_filter_is_in_the_url_and_the_back_button_removes_it(visit: Open) -> None:
    page = visit()
    assert rows(page).count() == 5
    page.locator("#filter-model").select_option(label="gpt-4o")
    page.locator("#lines .pages", has_text="2 customers").wait_for()
    settled(page)
    assert page.url.endswith("?model=gpt-4o")
    assert {*page.locator("#events tbody td:nth-child(6)").all_inner_texts()} == {"gpt-4o"}
    again = visit(page.url.removeprefix(page.url.partition("/?")[0]))
    assert again.locator("#filter-model").input_value() == "=gpt-4o"
    assert rows(again).count() == 2
    page.go_back()
    page.locator("#lines .pages", has_text="5 customers").wait_for()
    assert "model" not in page.url


def test_text_finds_names_ids_and_attributes(visit: Open) -> None:
    page = visit()
    page.locator("#filter-text").fill("EDITH")
    page.locator("#lines .pages", has_text="1 customer").wait_for()
    assert rows(page).locator(".who a").first.inner_text() == "Edith Moreau"
    page.locator("#filter-text").fill("no such text")
    page.locator("#no-match").wait_for()
    page.get_by_role("link", name="Clear filters").click()
    page.locator("#lines .pages", has_text="5 customers").wait_for()


def test_the_usage_is_shown_by_model_signal_customer_and_agent(visit: Open) -> None:
    page = visit()
    for part, name in {"model": "claude-sonnet-4-5", "signal": "llm_cost", "agent": "Research Agent"}.items():
        page.get_by_role("link", name=f"By {part}").click()
        page.locator("#lines .who", has_text=name).wait_for()
        assert name in page.locator("#legend").inner_text()
        settled(page)
    page.locator("#lines .who").get_by_role("link", name="Research Agent").click()
    page.locator("#lines .pages", has_text="1 agent").wait_for()


def test_columns_are_sorted_up_and_down_by_the_server(visit: Open) -> None:
    page = visit()
    page.locator("#lines th").get_by_role("link", name="Events").click()
    page.locator("#lines th[aria-sort=descending]", has_text="Events").wait_for()
    settled(page)
    events = [int(text.replace(",", "")) for text in rows(page).locator("td:nth-child(4)").all_inner_texts()]
    assert events == sorted(events, reverse=True)
    page.locator("#lines th").get_by_role("link", name="Events").click()
    page.locator("#lines th[aria-sort=ascending]").wait_for()
    settled(page)
    assert [int(text.replace(",", "")) for text in rows(page).locator("td:nth-child(4)").all_inner_texts()] == events[
        ::-1
    ]


def test_a_column_has_one_number_of_places_and_all_digits_on_hover(visit: Open) -> None:
    page = visit()
    cells = rows(page).locator("td:nth-child(7)")
    assert {len(text.partition(".")[2]) for text in cells.all_inner_texts()} == {2}
    titles = cells.evaluate_all("cells => cells.map(cell => cell.title)")
    assert max(len(title.partition(".")[2]) for title in titles) > 6
    assert all(title.endswith(" USD") for title in titles)


def test_a_span_shows_its_events_alone_by_their_own_time_or_by_arrival(visit: Open) -> None:
    page = visit()
    every = page.locator("#total-events").inner_text()
    page.locator("#span").get_by_role("link", name="24 h").click()
    page.locator("#cost-chart .axis", has_text="one bar is 30 min").wait_for()
    settled(page)
    assert page.locator("#total-events").inner_text() != every
    assert page.locator(".of-contracts:visible").count() == 0, "contracts bill more than a day"
    page.locator("#filter-time").select_option("arrival")
    page.wait_for_url("**span=24h&time=arrival")
    page.locator("#span").get_by_role("link", name="All").click()
    page.locator(".of-contracts").first.wait_for()


def test_a_chart_is_read_with_the_arrow_keys(visit: Open) -> None:
    page = visit()
    page.locator("#cost-chart .plot").focus()
    assert page.locator("#cost-chart output").inner_text().startswith("highest ")
    page.keyboard.press("ArrowLeft")
    last = page.locator("#cost-chart output").inner_text()
    assert re.match(r"\d+ \w{3} \d{4}: [\d.]+ USD", last)
    page.keyboard.press("ArrowLeft")
    assert page.locator("#cost-chart output").inner_text() != last


def test_the_export_has_what_is_filtered(visit: Open, shop: MockCoobird) -> None:
    page = visit("/?model=gpt-4o&span=30d")
    shown = int(page.locator("#total-events").inner_text().replace(",", ""))
    jsonl, sheet = (page.locator(f"#export-{form}").get_attribute("href") for form in ("jsonl", "csv"))
    lines = [json.loads(line) for line in httpx.get(f"{shop.url}{jsonl}").text.splitlines()]
    assert len(lines) == shown
    assert {line["attributes"]["model"] for line in lines} == {"gpt-4o"}
    table = list(csv.DictReader(StringIO(httpx.get(f"{shop.url}{sheet}").text, newline="")))
    assert [row["event_id"] for row in table] == [line["event_id"] for line in lines]
    assert {row["customer"] for row in table} == {"Cobalt Legal", "Edith Moreau"}
    with page.expect_download() as download:
        page.locator("#export-csv").click()
    assert download.value.suggested_filename == "coobird-events.csv"


def test_a_contract_shows_its_bill_line_by_line_as_the_preview_has_it(visit: Open, shop: MockCoobird) -> None:
    page = named(visit(), "Contracts", "Acme Robotics 2026")
    with Api(shop.url, "sk_test_demo") as api:
        (customer,) = (each for each in api.got("/customers")["data"] if each["name"] == "Acme Robotics")
        preview: dict[str, Any] = api.made("/invoices/preview", 200, customer_id=customer["id"])
    page.locator("#opened h2", has_text="Current bill").wait_for()  # the usage is counted first
    bill = page.locator("#opened section", has_text="Current bill")
    lines = bill.locator("tbody tr")
    assert lines.count() == len(preview["line_items"])
    for position, item in enumerate(preview["line_items"]):
        text = lines.nth(position).locator("td.line").inner_text()
        title, _, explanation = item["description"].partition(": ")
        assert title in text
        assert explanation in text
        assert lines.nth(position).locator("td").last.inner_text() == f"{item['total_cents'] / 100:,.2f}"
    assert f"{preview['amount'] / 100:,.2f} USD" in bill.locator(".sums").inner_text()
    assert "events with the signal code ticket_resolved" in lines.first.inner_text()
    bill.get_by_role("link", name="Earlier").click()
    page.locator("#opened h2", has_text="Bill of an earlier period").wait_for()
    assert "day=" in page.url


def test_an_event_links_to_the_line_that_it_was_billed_as(visit: Open) -> None:
    page = visit("/?signal_code=ticket_resolved")
    page.locator("#events tbody button").first.click()
    billed = page.locator("#events .explained li").first
    assert "Resolve ticket, in the bill of " in billed.inner_text()
    billed.get_by_role("link").click()
    page.locator("#opened tr.marked").first.wait_for()
    assert "Resolve ticket" in page.locator("#opened tr.marked").first.inner_text()


def test_an_event_that_nothing_bills_says_why(visit: Open) -> None:
    page = visit("/?signal_code=llm_cost")
    page.locator("#events tbody button").first.click()
    reason = page.locator("#events .explained > p").nth(1).inner_text()
    assert re.match(r"(No price of the contract|No contract of this customer) ", reason)


def test_an_invoice_looks_like_one_and_is_printed_alone(visit: Open) -> None:
    page = named(visit(), "Invoices", "INV-000004")
    paper = page.locator(".paper")
    for text in ("INV-000004", "Delft Logistics", "rekening@delft.example", "Tax, 21 %", "Total"):
        assert text in paper.inner_text()
    page.evaluate("() => { window.print = () => { document.title = 'printed' } }")
    page.get_by_role("button", name="Print").click()
    assert page.title() == "printed"
    page.emulate_media(media="print")
    assert paper.is_visible()
    for hidden in (".bar", "#errors", ".trail", ".actions", "#opened > section"):
        assert page.locator(f"{hidden}:visible").count() == 0, hidden
    assert (
        page.evaluate("() => getComputedStyle(document.querySelector('.paper')).backgroundColor")
        == "rgb(255, 255, 255)"
    )


def test_customers_plans_and_wallets_open_and_lead_to_each_other(visit: Open) -> None:
    page = named(visit(), "Customers", "Edith Moreau")
    page.locator("#opened").get_by_role("link", name="Prepaid").click()
    page.locator("#opened", has_text="Transactions").wait_for()
    assert "credits, worth" in page.locator(".balance-now").inner_text()
    page.locator("#opened").get_by_role("link", name="Edith Moreau").click()
    page.get_by_role("link", name="Usage and cost").click()
    page.locator("#lines .pages", has_text="1 customer").wait_for()
    named(page, "Plans", "Support Pro")
    assert "tiers of tickets" in page.locator("#opened").inner_text()
    page.locator("#opened").get_by_role("link", name="Acme Robotics 2026").click()
    page.locator("#opened h2", has_text="Current bill").wait_for()


def test_rejected_events_are_rows_of_the_last_errors(visit: Open) -> None:
    page = visit()
    rejected = page.locator("#errors tbody tr", has_text="rejected")
    assert rejected.count() == 2
    assert "attributes.cost_usd must be a number" in rejected.first.inner_text()
    page.locator("#views").get_by_role("link", name="Errors").click()
    page.wait_for_url("**list=error")
    assert page.locator("#errors tbody tr").count() == 2


VIEWS = ("/", "/?span=24h&by=model&model=gpt-4o", "/?list=contract", "/?list=error")


@pytest.mark.parametrize(("scheme", "width"), [("light", 390), ("dark", 1280)])
def test_axe_finds_nothing(browser: "Browser", shop: MockCoobird, scheme: Any, width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe

    with browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900}) as context:
        page = context.new_page()
        for url in VIEWS:
            page.goto(f"{shop.url}{url}")
            settled(page)
            if url == "/":
                page.locator("#events tbody button").first.click()
                page.locator("#events .explained").wait_for()
            assert_accessible(Axe(), page)
        for view, name in {"Contracts": "Acme Robotics 2026", "Invoices": "INV-000002", "Wallets": "Prepaid"}.items():
            assert_accessible(Axe(), named(page, view, name))


def assert_accessible(axe: Any, page: "Page") -> None:
    found = axe.run(page)
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"


@pytest.mark.parametrize("width", [360, 390, 768])
def test_no_view_is_wider_than_a_phone(browser: "Browser", shop: MockCoobird, width: int) -> None:
    with browser.new_context(viewport={"width": width, "height": 800}, has_touch=True) as context:
        page = context.new_page()
        for url in VIEWS:
            page.goto(f"{shop.url}{url}")
            settled(page)
            assert page.evaluate("() => document.documentElement.scrollWidth") <= width, url
        for view, name in {"Contracts": "Cobalt Legal 2026", "Invoices": "INV-000004", "Plans": "Documents"}.items():
            named(page, view, name)
            assert page.evaluate("() => document.documentElement.scrollWidth") <= width, name
