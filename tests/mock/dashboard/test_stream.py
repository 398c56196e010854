"""Streams: the frames of a page, data that is never in them, and the files of the page."""

import json
import re
import socket
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import httpx
import pytest

from coobird.mock import MockCoobird
from coobird.mock.web.stream import message
from tests.support.mock.api import Api, event, refused
from tests.support.mock.frames import page, tenant_of, used


@pytest.fixture
def own_api(own_server: MockCoobird) -> Iterator[Api]:
    with Api(own_server.url) as client:
        yield client


def test_tenants_are_distinguished_by_redacted_keys_and_shown_one_at_a_time(
    own_server: MockCoobird, own_api: Api
) -> None:
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
            assert [line["id"] for line in theirs["lines"]["lines"]] == ["theirs"]
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


def test_the_stream_has_rejected_events_and_the_reason(own_server: MockCoobird, own_api: Api) -> None:
    bad = event("bad", signal_code="llm", attributes={"cost_usd": "abc"})
    own_api.sent(bad)
    with Api(own_server.url) as other:
        other.sent(bad)
    query = {"after": "0", "rejected_after": "0"}
    key = {"Authorization": f"Bearer {own_api.key}"}
    with httpx.stream("GET", f"{own_server.url}/_mock/stream", params=query, headers=key, timeout=20) as response:
        lines = response.iter_lines()
        own_api.sent({**bad, "event_id": "worse"}, event("good"))
        names: list[str] = []
        data: list[dict[str, Any]] = []
        while len(data) < 3:
            line = next(lines)
            names += [line[7:]] if line.startswith("event: ") else []
            data += [json.loads(line[5:])] if line.startswith("data: ") else []
    assert names[0] == "rejected"
    assert sorted(names) == ["rejected", "rejected", "usage"]
    assert {each["event_id"]: each.get("number") for each in data} == {"bad": 1, "worse": 3, "good": None}
    assert "cost_usd" in data[0]["error"]


def test_a_page_that_reads_nothing_stops_neither_events_nor_other_pages(own_server: MockCoobird, own_api: Api) -> None:
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


PAGE = files("coobird.mock.web.page")
SERVED = {"/": "index.html", **{f"/{file.name}": file.name for file in PAGE.iterdir() if file.name.count(".") == 1}}
SERVED = {path: name for path, name in SERVED.items() if not name.endswith(".py") and path != "/index.html"}


def test_the_page_consists_of_files_of_its_own_and_loads_nothing_from_other_servers(server: MockCoobird) -> None:
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
