"""The page in a real browser: events as they arrive, connections, markup, the keyboard."""

import json
import signal
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from coobird.mock import MockCoobird
from tests.browser.conftest import HAS_BROWSER
from tests.support.mock.api import Api, event
from tests.support.mock.command import command

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

__test__ = HAS_BROWSER

KEY = "sk_test_page_1"
MARKUP = "<img src=x onerror=\"document.title='run'\"><script>document.title='run'</script>"


@pytest.fixture
def page(browser: "Browser", own_server: MockCoobird, complaints: list[str]) -> "Iterator[Page]":
    """Page of a new server. A test in which the browser reports an error fails."""
    with browser.new_context(permissions=["clipboard-read", "clipboard-write"]) as context:
        tab = context.new_page()
        tab.set_default_timeout(15_000)
        tab.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        tab.goto(own_server.url)
        tab.locator("#status[data-state=live]").wait_for()
        yield tab
        assert complaints == []


@pytest.fixture
def own_server() -> Iterator[MockCoobird]:
    with MockCoobird(strict=True) as mock:
        yield mock


@pytest.fixture
def own_api(own_server: MockCoobird) -> Iterator[Api]:
    with Api(own_server.url, KEY) as client:
        yield client


def used(number: int, **fields: Any) -> dict[str, Any]:
    attributes = {"model": "gpt-4o", "input_tokens": 1_200, "output_tokens": 30, "cost_usd": 0.001}
    return event(f"e{number}", **{"signal_code": "llm", "quantity": number, "attributes": attributes, **fields})


def rows(page: "Page") -> "Locator":
    return page.locator("#events tbody tr:not(.details)")


def says(where: "Locator", text: str) -> None:
    """Wait until the element has this text."""
    from playwright.sync_api import expect

    expect(where).to_have_text(text, timeout=15_000)


def test_an_event_appears_after_it_was_tracked(page: "Page", own_api: Api) -> None:
    own_api.sent(used(1, customer_id="acme", agent_id="researcher"))
    rows(page).first.wait_for()
    texts = page.locator("#events tbody td:visible").all_inner_texts()
    assert texts[1:9] == ["acme", "researcher", "llm", "gpt-4o", "1", "1,200", "30", "0.0010"]
    says(page.locator("#total-cost"), "0.0010")
    assert page.locator("#total-cost").get_attribute("title") == "0.001 USD"
    says(page.locator("#lines tbody td.who"), "acme")


def test_an_empty_page_shows_a_program_that_sends_the_first_event(page: "Page", own_server: MockCoobird) -> None:
    page.locator("#copy").click()
    says(page.locator("#copy"), "Copied")
    program = page.evaluate("() => navigator.clipboard.readText()")
    assert own_server.url in program
    exec(compile(program, "snippet", "exec"), {})
    says(page.locator("#total-events"), "1")
    page.locator("#empty").wait_for(state="hidden")


def test_markup_in_names_is_shown_as_text(page: "Page", own_api: Api) -> None:
    customer = own_api.customer(name=MARKUP)["id"]
    own_api.made("/wallets", customer_id=customer, name=MARKUP, initial_credits=1)
    own_api.post(f"/customers/{customer}/{MARKUP}")
    own_api.post("/customers", json={"name": "A", "type": "company", MARKUP: 1})
    named = {"customer_id": customer, "agent_id": MARKUP, "signal_code": MARKUP, "attributes": {MARKUP: MARKUP}}
    own_api.sent(used(1, **named), used(2, **named | {"customer_id": MARKUP}))
    says(page.locator("#events tbody td.who").first, MARKUP)
    page.locator("#events .more button").first.click()
    assert MARKUP in json.loads(page.locator("#events .details pre").inner_text())["attributes"]
    for section in ("lines", "errors", "legend"):
        page.locator(f"#{section}", has_text=MARKUP).first.wait_for()
    for view in ("Customers", "Wallets"):
        page.locator("#views").get_by_role("link", name=view).click()
        page.locator("#list tbody a", has_text=MARKUP).first.click()
        page.locator("#opened .title", has_text=MARKUP).wait_for()
        assert page.locator("main img, main script").count() == 0
        assert "run" not in page.title()


def test_a_script_that_got_in_would_not_run(page: "Page", complaints: list[str]) -> None:
    page.evaluate(
        """() => {
            const script = document.createElement("script");
            script.textContent = "document.title = 'run'";
            document.body.append(script);
        }"""
    )
    assert page.title() == "Coobird, local"
    assert [text for text in complaints if "Content Security Policy" in text] == complaints != []
    complaints.clear()


def test_a_thousand_events_per_second_leave_the_page_usable_and_the_counters_exact(page: "Page", own_api: Api) -> None:
    began, number = time.monotonic(), 0
    for tenth in range(40):
        own_api.sent(*(used(number + each, customer_id=f"cust_{each % 7}") for each in range(1, 101)))
        number += 100
        if tenth == 20:
            page.locator("#pause").click()
            says(page.locator("#status"), "Paused")
            page.locator("#pause").click()
        time.sleep(max(0, began + (tenth + 1) / 10 - time.monotonic()))
    says(page.locator("#total-events"), "4,000")
    says(page.locator("#total-input"), "4,800,000")
    says(page.locator("#total-cost"), "4.00")
    says(rows(page).first.locator("td").nth(6), "4,000")
    assert rows(page).count() == 200
    says(rows(page).last.locator("td").nth(6), "3,801")


def test_after_a_reset_the_page_goes_on_with_what_comes_then(
    page: "Page", own_server: MockCoobird, own_api: Api
) -> None:
    own_api.sent(used(1), used(2))
    says(page.locator("#total-events"), "2")
    own_server.reset()
    page.locator("#empty").wait_for()
    own_api.sent(used(3))
    says(page.locator("#total-events"), "1")
    assert rows(page).count() == 1


def test_the_page_comes_back_by_itself_when_the_server_does(
    page: "Page", own_server: MockCoobird, complaints: list[str]
) -> None:
    port = int(own_server.url.rpartition(":")[2])
    page.locator("#empty").wait_for()
    own_server.stop()
    says(page.locator("#status"), "Connection lost")
    banner = page.locator("#lost")
    assert "Connection to the server lost. Everything below is from" in banner.inner_text()
    assert page.evaluate("() => getComputedStyle(document.querySelector('main')).filter") == "grayscale(1)"
    with MockCoobird(port=port) as again, Api(again.url, KEY) as api:
        api.sent(used(1))
        says(page.locator("#total-events"), "1")
        banner.wait_for(state="hidden")
        page.goto("about:blank")
    assert {text for text in complaints if "net::ERR_" not in text} == set()
    complaints.clear()


def test_a_key_can_be_chosen_and_is_never_shown(page: "Page", own_server: MockCoobird, own_api: Api) -> None:
    with Api(own_server.url, "sk_test_page_other") as other:
        own_api.sent(used(1, customer_id="mine"))
        other.sent(used(1, customer_id="theirs"))
    says(page.locator("#total-events"), "2")
    page.locator("#tenant").select_option(label="sk_…er")
    says(page.locator("#total-events"), "1")
    assert "tenant=" in page.url
    assert page.locator("#events td.who").all_inner_texts() == ["theirs"]
    assert KEY not in page.content()
    page.locator("#tenant").select_option(label="All keys")
    says(page.locator("#total-events"), "2")


def test_what_has_the_focus_keeps_it_while_events_arrive(page: "Page", own_api: Api) -> None:
    own_api.sent(used(1))
    button = rows(page).locator("button")
    button.focus()
    page.keyboard.press("Enter")
    page.locator("#events .details").wait_for()
    own_api.sent(*(used(number) for number in range(2, 60)))
    says(page.locator("#total-events"), "59")
    assert page.evaluate("() => document.activeElement.getAttribute('aria-expanded')") == "true"
    assert page.locator("#events .details").count() == 1


def test_times_are_those_of_the_servers_clock(page: "Page", own_server: MockCoobird, own_api: Api) -> None:
    own_server.freeze("2031-05-01T10:00:00Z")
    own_api.sent(used(1, timestamp="2031-05-01T10:00:00Z"))
    says(page.locator("#clock"), "The clock is stopped at 2031-05-01 10:00:00.000 UTC")
    says(rows(page).locator("time"), "now")
    assert rows(page).locator("time").get_attribute("title") == "2031-05-01 10:00:00.000 UTC"
    own_server.freeze("2031-05-01T10:03:00Z")
    says(rows(page).locator("time"), "3 min ago")


def focused(page: "Page") -> str:
    """Id, label or text of the element that has the focus."""
    return str(
        page.evaluate(
            """() => {
                const { id, ariaLabel, innerText, tagName } = document.activeElement;
                return tagName === "BODY" ? "" : id || ariaLabel || innerText;
            }"""
        )
    )


def test_everything_can_be_reached_by_the_keyboard_and_no_table_traps_it(page: "Page", own_api: Api) -> None:
    own_api.sent(*(used(number) for number in range(1, 151)))
    rows(page).nth(149).wait_for()
    own_api.post("/customers", json={})
    page.locator("#errors tbody tr").wait_for()
    reached: list[str] = []
    while len(reached) < 100 and (len(reached) < 2 or focused(page)):
        page.keyboard.press("Tab")
        reached.append(focused(page))
    page.keyboard.press("Shift+Tab")
    assert reached[0] == "Skip to the content"
    for stop in ("pause", "All", "filter-customer", "filter-text", "export-csv", "By model", "acme", "Table of events"):
        assert any(stop in each for each in reached) or stop == "acme", (stop, reached)
    # 150 events are one stop. The arrow keys go from one to the next.
    details = [each for each in reached if each.startswith("Details of the event")]
    assert len(details) == 1
    rows(page).first.locator("button").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.locator("#events .details").wait_for()
    assert rows(page).nth(1).locator("button").get_attribute("aria-expanded") == "true"
    page.keyboard.press("Tab")
    assert not focused(page).startswith("Details of the event")


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_nothing_is_wider_than_the_screen(page: "Page", own_api: Api, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    long = "x" * 250
    own_api.sent(used(1, customer_id=long, agent_id=long, signal_code=long))
    own_api.post("/customers", json={"name": "A", "type": "company", long: 1})
    page.locator("#errors tbody tr").wait_for()
    rows(page).first.wait_for()
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width


def test_ctrl_c_ends_the_server_at_once_though_a_browser_is_connected(browser: "Browser") -> None:
    with command("--port", "0") as (process, url), browser.new_context() as context:
        tab = context.new_page()
        tab.goto(url)
        tab.locator("#status[data-state=live]").wait_for()
        process.send_signal(signal.SIGINT)
        process.wait(5)
        assert process.stderr is not None
        assert process.stderr.read() == ""
