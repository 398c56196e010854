"""Checks of a request before its rule runs."""

import json
import socket
import time

import httpx
import pytest

from coobird.mock import MockCoobird
from tests.support.mock.api import Api, event, refused


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer pk_1", "Bearer sk_", "Basic sk_test", "sk_test"])
def test_a_request_without_a_key_that_starts_with_sk_is_refused(server: MockCoobird, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    response = httpx.get(f"{server.url}/api/v1/customers", headers=headers)
    refused(response, 401, code="unauthorized")
    assert response.headers["www-authenticate"] == "Bearer"


def test_the_scheme_of_the_key_may_be_written_in_any_case(server: MockCoobird) -> None:
    response = httpx.get(f"{server.url}/api/v1/customers", headers={"Authorization": "bearer sk_test_1"})
    assert response.status_code == 200


def test_an_unknown_path_is_404_and_a_wrong_method_405_with_those_allowed(api: Api) -> None:
    refused(api.get("/nothing"), 404, code="not_found")
    response = api.put("/customers", json={})
    refused(response, 405, code="method_not_allowed")
    assert set(response.headers["allow"].split(", ")) == {"GET", "POST"}


def test_a_word_of_a_path_wins_over_a_placeholder(api: Api) -> None:
    response = api.get("/invoices/preview")
    refused(response, 405)
    assert response.headers["allow"] == "POST"


def test_an_encoded_slash_stays_inside_its_segment(api: Api) -> None:
    assert "'a/b'" in refused(api.get("/customers/a%2Fb"), 404)["detail"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff",
        b'{"name": NaN}',
        b'{"name": 1e999}',
        b'{"n":[0,-1.5E+0400]}',
        b'{"n":' + b"1" * 400 + b".0}",
        b'{"n":' + b"1" * 250 + b"e99}",
        b"1e999",
        b'{"name": "\\ud800"}',
        b'{"name": ' + b"[" * 5000 + b"]" * 5000 + b"}",
        b'{"metadata": ' + b'{"a":' * 150 + b"1" + b"}" * 150 + b"}",
        b'{"metadata": {"a": "' + b"[" * 10 + b'", "b": ' + b"[" * 150 + b"]" * 150 + b"}}",
        b'{"n": ' + b"9" * 5000 + b"}",
    ],
    ids=[
        "nothing",
        "half",
        "no UTF-8",
        "NaN",
        "infinite",
        "infinite in a list",
        "infinite by its length",
        "infinite by both",
        "nothing but infinite",
        "half a character",
        "endless",
        "deep",
        "hidden",
        "long number",
    ],
)
def test_a_body_that_is_no_json_of_sensible_depth_is_malformed(api: Api, body: bytes) -> None:
    response = api.post("/customers", content=body, headers={"Content-Type": "application/json"})
    refused(response, 400, code="malformed")


def test_brackets_inside_strings_are_not_depth(api: Api) -> None:
    assert api.customer(metadata={"note": "[" * 500 + "{" * 500})["metadata"]["note"].startswith("[[")


def test_a_body_that_says_it_is_something_else_is_malformed(api: Api) -> None:
    content = json.dumps({"name": "Acme", "type": "company"})
    refused(api.post("/customers", content=content, headers={"Content-Type": "text/plain"}), 400)


def test_a_body_beyond_five_mebibytes_is_refused_and_the_client_gets_to_read_why(api: Api) -> None:
    response = api.post("/customers", json={"name": "x" * (5 * 1024 * 1024), "type": "company"})
    refused(response, 413, code="content_too_large")


def test_every_field_that_does_not_fit_is_named(api: Api) -> None:
    problem = refused(api.post("/customers", json={"type": "robot", "nick": 1, "email": 2}), 422, code="invalid_field")
    assert {error["field"] for error in problem["errors"]} == {"name", "type", "nick", "email"}


def test_a_field_inside_a_list_is_named_by_its_place(api: Api) -> None:
    batch = {"events": [event("1"), event("2", quantity="many")]}
    refused(api.post("/events/batch", json=batch), 422, field="events.1.quantity")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("color=red", "color"),
        ("page=0", "page"),
        ("page=one", "page"),
        ("page=1.5", "page"),
        ("limit=101", "limit"),
        ("order=up", "order"),
        ("page=1&page=2", "page"),
        ("sort=metadata", "sort"),
        ("sort=nothing", "sort"),
    ],
)
def test_a_query_that_does_not_fit_is_named(api: Api, query: str, field: str) -> None:
    refused(api.get(f"/customers?{query}"), 422, field=field)


def test_an_idempotency_key_that_is_too_long_is_named(api: Api) -> None:
    response = api.post("/customers", json={"name": "A", "type": "company"}, headers={"Idempotency-Key": "k" * 256})
    refused(response, 422, field="Idempotency-Key")


def test_every_answer_has_a_request_id_of_its_own(api: Api) -> None:
    answers = [api.get("/customers"), api.get("/customers"), api.get("/nothing"), api.get("/customers/none")]
    assert len({answer.headers["x-request-id"] for answer in answers}) == 4


def test_a_key_sees_nothing_of_another_key(server: MockCoobird, api: Api) -> None:
    customer = api.customer()
    with Api(server.url) as other_tenant:
        refused(other_tenant.get(f"/customers/{customer['id']}"), 404)
        assert other_tenant.got("/customers")["data"] == []


@pytest.mark.parametrize("text", ["\x00", "a\x00b", "'; drop table customer; --", "\uff05", "\u202e", "💸", '"\\'])
def test_any_text_comes_back_as_it_was_sent(api: Api, text: str) -> None:
    customer = api.customer(name=text, external_id=text, metadata={text: text})
    assert api.got(f"/customers/{customer['id']}") == customer
    assert customer["name"] == customer["external_id"] == text
    assert api.got("/customers", search=text)["data"] == [customer]


def test_an_id_that_is_left_out_does_not_lead_to_the_list(api: Api) -> None:
    refused(api.get("/customers/", follow_redirects=False), 404)
    refused(api.delete("/customers/", follow_redirects=False), 404)


def test_a_client_that_goes_away_half_way_changes_nothing_and_is_recorded(server: MockCoobird, api: Api) -> None:
    host, _, port = server.url.removeprefix("http://").partition(":")
    head = (
        f"POST /api/v1/customers HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {api.key}\r\nContent-Length: 99\r\n\r\n"
    )
    with socket.create_connection((host, int(port))) as half:
        half.sendall(head.encode() + b'{"name"')
    deadline = time.monotonic() + 10
    while not any("closed the connection" in (entry["detail"] or "") for entry in server.requests()):
        assert time.monotonic() < deadline
    assert api.got("/customers")["data"] == []
