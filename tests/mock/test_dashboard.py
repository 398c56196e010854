"""What the page is told: the sums, the frames of the stream that carries them, and what never gets in."""

import json
import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from fractions import Fraction
from importlib.resources import files
from typing import Any

import httpx
import pytest
from conftest import Api, event, refused
from hypothesis import given
from hypothesis import strategies as st
from world import World

from coobird.mock import MockCoobird
from coobird.mock.dashboard import BARS, Board, Charged, Tally, figures, plain, tokens
from coobird.mock.eventlog import StoredEvent
from coobird.mock.stream import message


class Page:
    """What a page would know: the newest state of each section, and the rows."""

    def __init__(self, response: httpx.Response) -> None:
        self._lines = response.iter_lines()
        self.sections: dict[str, Any] = {}
        self.rows: list[dict[str, Any]] = []
        self.text = ""

    def __getitem__(self, section: str) -> Any:
        return self.sections[section]

    def read(self) -> dict[str, Any]:
        """The next frame. The client's read timeout is the deadline."""
        for line in self._lines:
            self.text += line
            if line.startswith("data: "):
                frame: dict[str, Any] = json.loads(line.removeprefix("data: "))
                if events := frame.pop("events", None):
                    self.rows = [*([] if events["anew"] else self.rows), *events["rows"]]
                self.sections |= frame
                return frame
        raise AssertionError("the stream ended")

    def until(self, events: int, billed: bool = False) -> "Page":
        """Read on until so many events are counted, and until it is known what the contracts charge."""
        while (
            "total" not in self.sections or self["total"]["events"] != str(events) or (billed and not self.is_billed())
        ):
            self.read()
        return self

    def is_billed(self) -> bool:
        return self["total"]["billed"] is not None

    def line(self, table: str, identifier: str) -> dict[str, Any]:
        (found,) = [line for line in self[table]["lines"] if line["id"] == identifier]
        return found


@contextmanager
def page(url: str, **query: str) -> Iterator[Page]:
    """An open page."""
    with (
        httpx.Client(timeout=20) as client,
        client.stream("GET", f"{url}/_mock/dashboard", params=query) as response,
    ):
        assert response.headers["content-type"].startswith("text/event-stream")
        yield Page(response)


def tenant_of(mock: MockCoobird, api: Api) -> str:
    return mock.events(api.key)[0]["tenant"]


@pytest.fixture
def own_api(own_server: MockCoobird) -> Iterator[Api]:
    with Api(own_server.url) as client:
        yield client


def used(event_id: str, cost: Any = None, **fields: Any) -> dict[str, Any]:
    attributes = {"input_tokens": 100, "output_tokens": 7} | ({} if cost is None else {"cost_usd": cost})
    return event(event_id, signal_code="llm", attributes=attributes, **fields)


def test_an_event_is_counted_for_its_customer_and_for_its_agent(own_server: MockCoobird, own_api: Api) -> None:
    with page(own_server.url) as shown:
        own_api.sent(used("1", 0.1), used("2", 0.2, agent_id="other"), used("3", customer_id="cust_2"))
        shown.until(3)
        assert shown.line("customers", "cust_1") | {"over_time": None} == {
            "tenant": tenant_of(own_server, own_api),
            "id": "cust_1",
            "name": None,
            "events": "2",
            "input_tokens": "200",
            "output_tokens": "14",
            # 0.1 + 0.2 is 0.30000000000000004 for a machine that adds binary floats.
            "cost_usd": "0.3",
            "billed": None,
            "margin_usd": None,
            "margin_percent": None,
            "over_time": None,
        }
        assert shown.line("customers", "cust_2")["cost_usd"] is None
        assert shown.line("agents", "agent_1")["events"] == "2"
        assert shown.line("agents", "other")["cost_usd"] == "0.2"
        assert (shown["total"]["events"], shown["total"]["cost_usd"]) == ("3", "0.3")
        assert [row["seq"] for row in shown.rows] == [1, 2, 3]


def test_an_event_that_comes_twice_is_counted_once(own_server: MockCoobird, own_api: Api) -> None:
    with page(own_server.url) as shown:
        own_api.sent(used("1", 1))
        own_api.sent(used("1", 1), used("2", 1))
        assert shown.until(2)["total"]["cost_usd"] == "2"


def test_what_came_before_the_page_was_opened_is_in_its_first_frame(own_server: MockCoobird, own_api: Api) -> None:
    for start in range(0, 600, 100):
        own_api.sent(*(used(str(number), 0.01) for number in range(start, start + 100)))
    with page(own_server.url) as shown:
        shown.until(600)
        assert shown["total"]["cost_usd"] == "6"
    with page(own_server.url) as again:
        assert again.read()["total"]["events"] == "600"
        assert [row["seq"] for row in again.rows] == list(range(401, 601))


def test_names_are_those_of_the_customers_and_agents_that_exist(own_server: MockCoobird, own_api: Api) -> None:
    customer, agent = own_api.customer(name="<b>Acme</b>")["id"], own_api.made("/agents", name="Agent")["id"]
    own_api.sent(used("1", customer_id=customer, agent_id=agent))
    with page(own_server.url) as shown:
        shown.until(1)
        assert shown.line("customers", customer)["name"] == "<b>Acme</b>"
        assert shown.line("agents", agent)["name"] == "Agent"


def test_the_billed_amount_is_that_of_the_preview(own_server: MockCoobird, own_api: Api) -> None:
    world = World(own_api)
    who = {"customer_id": world.customer, "agent_id": world.agent, "timestamp": today()}
    with page(own_server.url) as shown:
        own_api.sent(*(event(str(number), **who) for number in range(7)))
        assert shown.until(7)["total"]["billed"] is None, "a draft is no contract yet"
        own_api.made(f"/contracts/{world.contract}/activate", 200)
        shown.until(7, billed=True)
        own_api.sent(*(event(str(number), **who) for number in range(7, 10)))
        shown.until(10, billed=True)
        preview = own_api.made("/invoices/preview", 200, customer_id=world.customer)["amount"]
        assert preview == 9900 + 10 * 10
        assert shown["total"]["billed"] == [["100.00", "USD"]]
        assert shown.line("customers", world.customer)["billed"] == [["100.00", "USD"]]
        # The monthly fee is for no agent's doing.
        assert shown.line("agents", world.agent)["billed"] == [["1.00", "USD"]]
        assert shown["agents"]["unassigned"] == [["99.00", "USD"]]


def test_a_margin_is_the_billed_amount_less_the_cost(own_server: MockCoobird, own_api: Api) -> None:
    world = World(own_api)
    own_api.made(f"/contracts/{world.contract}/activate", 200)
    own_api.sent(used("1", 0.123456789, customer_id=world.customer), used("2", 1, customer_id="unbilled"))
    with page(own_server.url) as shown:
        shown.until(2, billed=True)
        line = shown.line("customers", world.customer)
        assert (line["margin_usd"], line["margin_percent"]) == ("98.876543211", "99.9")
        assert shown.line("customers", "unbilled")["margin_usd"] is None
        assert shown["total"]["margin_usd"] == "97.876543211"


def test_all_periods_of_a_contract_are_billed_and_only_its_days(own_server: MockCoobird, own_api: Api) -> None:
    own_server.freeze("2026-04-15T12:00:00Z")
    world = World(own_api)
    own_api.made(f"/contracts/{world.contract}/activate", 200, activation_date="2026-01-01")
    who = {"customer_id": world.customer, "agent_id": world.agent}
    days = ("2025-12-31", "2026-01-31", "2026-02-01", "2026-04-30", "2026-05-01")
    own_api.sent(*(event(day, **who, timestamp=f"{day}T00:00:00.000Z") for day in days))
    with page(own_server.url) as shown:
        shown.until(5, billed=True)
        # January to April: four fees, and the three events of those months.
        assert shown["total"]["billed"] == [["396.30", "USD"]]
        own_server.advance(86_400 * 20)
        while shown["total"]["billed"] != [["495.40", "USD"]]:
            shown.read()


def test_a_price_that_changes_its_measure_bills_anew(own_server: MockCoobird, own_api: Api) -> None:
    world = World(own_api)
    own_api.made(f"/contracts/{world.contract}/activate", 200)
    (price,) = own_api.got(f"/contracts/{world.contract}")["agent_actions"]
    own_api.sent(*(used_by(world, number, quantity=5) for number in range(3)))
    with page(own_server.url) as shown:
        shown.until(3, billed=True)
        assert shown["total"]["billed"] == [["100.50", "USD"]]
        own_api.changed(f"/signals/{price['billable_signal_id']}", aggregation_type="max")
        while shown["total"]["billed"] != [["99.50", "USD"]]:
            shown.read()


def test_amounts_in_several_currencies_stand_side_by_side_and_make_no_margin() -> None:
    found = figures(Tally(events=1, cost_usd=Decimal("0.5")), Charged({"USD": 100, "EUR": 250}))
    assert found["billed"] == [["2.50", "EUR"], ["1.00", "USD"]]
    assert found["margin_usd"] is None


def test_wallets_come_with_their_balance_and_last_transactions(own_server: MockCoobird, own_api: Api) -> None:
    customer = own_api.customer(name="Globex")["id"]
    wallet = own_api.made("/wallets", customer_id=customer, name="Main", currency="USD", conversion_rate=100)["id"]
    own_api.made(f"/wallets/{wallet}/top-up", 200, amount=5)
    own_api.made(f"/wallets/{wallet}/deduct", 200, amount=0.000001)
    with page(own_server.url) as shown:
        shown.read()
        (found,) = shown["wallets"]
        assert (found["customer"], found["credits"], found["amount"]) == ("Globex", "499.999999", "5")
        newest, oldest = shown["transactions"]
        assert (newest["type"], newest["credits"], newest["balance"]) == ("deduction", "-0.000001", "499.999999")
        assert (oldest["type"], oldest["credits"], oldest["wallet"]) == ("top_up", "500", "Main")


def test_an_error_comes_with_its_operation_field_and_request_id(own_server: MockCoobird, own_api: Api) -> None:
    with page(own_server.url) as shown:
        problem = refused(own_api.post("/customers", json={"name": "A", "type": "company", "colour": 1}), 422)
        while not shown.sections.get("errors"):
            shown.read()
        (found,) = shown["errors"]
        assert (found["operation"], found["status"], found["fields"]) == ("create_customer", 422, ["colour"])
        assert found["request_id"] == problem["request_id"]


def test_errors_outlive_the_requests_that_went_well(own_server: MockCoobird, own_api: Api) -> None:
    refused(own_api.get("/customers/nobody"), 404)
    for _ in range(1001):
        own_api.get("/customers", params={"limit": 1})
    assert all(entry["status"] == 200 for entry in own_server.requests())
    with page(own_server.url) as shown:
        shown.read()
        assert [error["operation"] for error in shown["errors"]] == ["get_customer"]


def test_tenants_are_told_apart_by_redacted_keys_and_seen_one_at_a_time(own_server: MockCoobird, own_api: Api) -> None:
    with Api(own_server.url) as other:
        own_api.sent(used("1"), used("2"))
        other.sent(used("1", customer_id="theirs"))
        refused(
            httpx.get(f"{own_server.url}/api/v1/customers", headers={"Authorization": f"Bearer pk_{other.key}"}), 401
        )
        with page(own_server.url) as shown:
            shown.until(3)
            labels = {each["id"]: each["label"] for each in shown["tenants"]}
            assert labels[tenant_of(own_server, own_api)].startswith(f"sk_…{own_api.key[-2:]}")
        with page(own_server.url, tenant=tenant_of(own_server, other)) as theirs:
            theirs.until(1)
            assert [line["id"] for line in theirs["customers"]["lines"]] == ["theirs"]
            assert [row["customer_id"] for row in theirs.rows] == ["theirs"]
        for key in (own_api.key, other.key):
            assert key not in shown.text + theirs.text


def test_after_a_reset_the_page_starts_anew(own_server: MockCoobird, own_api: Api) -> None:
    own_api.sent(used("1", 1), used("2", 1))
    with page(own_server.url) as shown:
        shown.until(2)
        own_server.reset()
        shown.until(0)
        assert (shown.rows, shown["total"]["cost_usd"], shown["errors"]) == ([], None, [])
        own_api.sent(used("3", 5))
        assert shown.until(1)["total"]["cost_usd"] == "5"
        assert len(shown.rows) == 1


def test_the_stream_of_events_goes_on_after_a_reset(own_server: MockCoobird, own_api: Api) -> None:
    own_api.sent(*(event(str(number)) for number in range(5)))
    with httpx.stream("GET", f"{own_server.url}/_mock/stream", timeout=20) as response:
        lines = response.iter_lines()
        assert next(lines) == ": connected"
        own_server.reset()
        own_api.sent(event("fresh"))
        assert "fresh" in next(line for line in lines if line.startswith("data: "))


def test_a_page_that_reads_nothing_holds_up_nobody(own_server: MockCoobird, own_api: Api) -> None:
    host, _, port = own_server.url.removeprefix("http://").rpartition(":")
    with socket.create_connection((host, int(port))) as stuck:
        stuck.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        stuck.sendall(b"GET /_mock/dashboard HTTP/1.1\r\nHost: local\r\n\r\n")
        for start in range(0, 5_000, 500):
            own_api.sent(*(used(f"{start + number}", 0.001) for number in range(500)))
        with page(own_server.url) as shown:
            assert shown.until(5_000)["total"]["cost_usd"] == "5"


def test_a_message_is_one_line_of_data_whatever_is_in_it() -> None:
    text = message({"name": "two\nlines\r\n\ndata: x\u2028"}, seq=7, name="usage")
    assert text.startswith(b"id: 7\nevent: usage\ndata: {")
    assert text.endswith(b"}\n\n")
    assert text.count(b"\n") == 4
    assert b"\r" not in text


PAGE = files("coobird.mock.page")
SERVED = {"/": "index.html", **{f"/{file.name}": file.name for file in PAGE.iterdir() if file.name.count(".") == 1}}
SERVED = {path: name for path, name in SERVED.items() if not name.endswith(".py") and path != "/index.html"}


def test_the_page_consists_of_files_of_its_own_and_asks_nobody_else(server: MockCoobird) -> None:
    for path, name in SERVED.items():
        response = httpx.get(server.url + path)
        assert response.status_code == 200, path
        assert response.content == PAGE.joinpath(name).read_bytes()
        assert response.headers["content-security-policy"].startswith("default-src 'self';")
        assert response.headers["x-content-type-options"] == "nosniff"
        elsewhere = re.findall(r"https?://[^\s\"'`]+", response.text.replace("http://www.w3.org/2000/svg", ""))
        assert elsewhere == [], path


def test_the_page_has_no_way_to_take_text_for_markup() -> None:
    for name in SERVED.values():
        text = PAGE.joinpath(name).read_text("utf-8")
        assert (
            re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|srcdoc", text)
            == []
        )
        if name.endswith(".html"):
            assert re.findall(r"<style|<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=", text) == []


def used_by(world: World, number: int, **fields: Any) -> dict[str, Any]:
    return event(str(number), customer_id=world.customer, agent_id=world.agent, timestamp=today(), **fields)


def today() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())


def stored(seq: int, second: int, cost: str | None, tenant: str = "tenant_1") -> StoredEvent:
    at = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(second))
    return StoredEvent(seq, tenant, str(seq), "c", "a", "task", None, 1, {}, {}, at, at, cost, None)


costs = st.none() | st.decimals(0, 10**15, allow_nan=False, places=12).map(plain)
moments = st.integers(-(10**9), 4 * 10**9)


@given(st.lists(st.tuples(moments, costs), min_size=1, max_size=30))
def test_no_event_and_no_fraction_of_a_cent_is_lost_over_time(events: list[tuple[int, str | None]]) -> None:
    board = Board()
    for seq, (second, cost) in enumerate(events):
        board.add(stored(seq, second, cost))
    chart = board.chart(None)
    assert len(chart["events"]) <= BARS
    assert sum(chart["events"]) == len(events)
    known = [Fraction(cost) for _, cost in events if cost is not None]
    assert sum(map(Fraction, chart["cost_usd"])) == sum(known)
    total = figures(board.tenants["tenant_1"].total, None)
    assert total["cost_usd"] is None if not known else Fraction(total["cost_usd"]) == sum(known)


@given(st.lists(moments, min_size=1, max_size=30))
def test_each_bar_has_the_events_of_its_seconds(seconds: list[int]) -> None:
    board = Board()
    for seq, second in enumerate(seconds):
        board.add(stored(seq, second, None))
    wide = board.seconds_per_bar
    first = min(seconds) // wide
    expected = [0] * (max(seconds) // wide - first + 1)
    for second in seconds:
        expected[second // wide - first] += 1
    assert board.chart(None)["events"] == expected


@pytest.mark.parametrize(
    ("value", "number"), [(12, 12), ("12", 12), (12.0, 12), (None, 0), (True, 0), (-3, 0), ("many", 0), ([], 0)]
)
def test_tokens_are_what_an_attribute_says_in_numbers(value: Any, number: int) -> None:
    assert tokens(value) == number
