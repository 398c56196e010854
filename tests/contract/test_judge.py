"""The judge of the other tests notices violations. Nothing is sent: the answers are made up."""

import json
from datetime import timedelta
from typing import Any

import httpx
import pytest

from coobird import CustomerResponse
from tests.support.contract.judge import VIOLATIONS, contract_breaches, proxy_complaints
from tests.support.direct import CUSTOMER

NOT_FOUND = {"type": "about:blank", "title": "Not Found", "status": 404, "code": "not_found", "request_id": "req_1"}
PROBLEM = "application/problem+json"


def answer(status: int = 404, body: Any = NOT_FOUND, media: str = PROBLEM, **headers: str) -> httpx.Response:
    """An answer to GET /customers/cust_1."""
    request = httpx.Request("GET", "http://127.0.0.1/api/v1/customers/cust_1")
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    all_headers = {"content-type": media, "x-request-id": "req_1", **headers}
    made = httpx.Response(status, headers=all_headers, content=content, request=request)
    made.elapsed = timedelta()
    return made


def test_an_answer_as_the_contract_describes_it_is_all_right() -> None:
    assert contract_breaches(answer()) == []


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        (answer(body={**NOT_FOUND, "code": None}), "is not of type"),
        (answer(body={"type": "about:blank"}), "is a required property"),
        (answer(body=b"{"), "JSON deserialization error"),
        (answer(media="application/json"), "Undocumented Content-Type"),
        (answer(status=418), "Undocumented status code"),
        (answer(status=429), "Retry-After"),
    ],
)
def test_an_answer_that_breaks_the_contract_is_a_complaint(wrong: httpx.Response, complaint: str) -> None:
    (found,) = contract_breaches(wrong)
    assert complaint in found


@pytest.mark.parametrize("name", CUSTOMER)
def test_a_success_without_a_required_field_is_a_complaint_although_the_client_reads_it(name: str) -> None:
    whole = answer(200, CUSTOMER, "application/json")
    assert contract_breaches(whole) == []
    lacking = {field: value for field, value in CUSTOMER.items() if field != name}
    CustomerResponse.from_dict(lacking)
    (found,) = contract_breaches(answer(200, lacking, "application/json"))
    assert f'"{name}" is a required property' in found


def test_a_path_that_the_contract_does_not_have_is_a_complaint() -> None:
    stray = answer()
    stray.request = httpx.Request("GET", "http://127.0.0.1/api/v1/clients/1")
    assert contract_breaches(stray) == ["GET /clients/1 is no operation of the contract"]


def violation(*place: str, severity: str = "Error") -> str:
    return json.dumps([{"location": list(place), "severity": severity, "message": "is wrong"}])


def complaints(text: str, *announced: str, status: int = 422) -> tuple[list[str], set[str]]:
    """Complaints about these violations, and announced places that have not appeared yet."""
    pending = set(announced)
    return proxy_complaints(answer(status, **{VIOLATIONS: text}), list(announced), pending), pending


@pytest.mark.parametrize("severity", ["Error", "Warning"])
def test_a_violation_that_was_not_announced_is_a_complaint(severity: str) -> None:
    (found,), _ = complaints(violation("response", "body", "id", severity=severity))
    assert found.endswith(f"response.body.id: is wrong ({severity})")


def test_an_announced_violation_is_none_and_is_no_longer_waited_for() -> None:
    found, pending = complaints(violation("request", "body", "name"), "request.body.name", "request.body.type")
    assert found == []
    assert pending == {"request.body.type"}


def test_an_announced_field_covers_the_fields_below_it_and_no_other() -> None:
    assert complaints(violation("request", "body", "tags", "1"), "request.body.tags")[0] == []
    assert complaints(violation("request", "body", "tagset"), "request.body.tags")[0] != []


def test_an_invalid_request_that_was_accepted_is_a_complaint() -> None:
    (found,), _ = complaints(violation("request", "body", "name"), "request.body.name", status=201)
    assert "accepted a request that breaks the contract" in found


def test_more_violations_than_can_be_read_are_a_complaint() -> None:
    (found,), _ = complaints('Too many violations! [{"location": ["resp', "request.body.name")
    assert "more violations than the proxy can list" in found


def test_a_proxy_that_could_not_read_the_answer_is_a_complaint() -> None:
    error = answer(500, {"type": "FetchError", "title": "invalid json response body"}, "application/json")
    (found,) = proxy_complaints(error, [], set())
    assert "the proxy got no answer that it could read" in found
