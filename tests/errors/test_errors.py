"""The error tree: attributes and message of each error, pickling and copying."""

from __future__ import annotations

import copy
import inspect
import pickle
from email.utils import formatdate
from typing import Any

import pytest

from coobird import errors
from coobird._http.refusals import error_from_response
from coobird.errors import (
    APIConnectionError,
    APIError,
    APIStatusError,
    APITimeoutError,
    CoobirdError,
    DroppedEventsError,
    InvalidEventError,
    RateLimitError,
    ResponseShapeError,
)
from tests.support.statuses import STATUSES

CLASSES = {
    value
    for _, value in inspect.getmembers(errors, inspect.isclass)
    if issubclass(value, Exception) and value.__module__ == errors.__name__ and not issubclass(value, Warning)
}
NOW = 1_775_000_000.0


def refusal(status: int, content: bytes = b"", **headers: str) -> APIStatusError:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return error_from_response(status, named, content, method="GET", path="/api/v1/customers/cus_1", now=NOW)


def test_the_drawn_tree_is_the_real_one() -> None:
    drawn: list[tuple[int, str]] = []
    for line in (errors.__doc__ or "").splitlines():
        head, _, rest = line.rpartition("── ")
        if "──" in line or line.strip() == "CoobirdError":
            drawn.append((len(head) // 4 if head else 0, rest.split()[0]))
    parents: dict[str, str] = {}
    path: list[str] = []
    for depth, name in drawn:
        parents[name] = path[depth - 1] if depth else "Exception"
        path[depth:] = [name]
    assert parents == {cls.__name__: cls.__bases__[0].__name__ for cls in CLASSES}


@pytest.mark.parametrize(("status", "kind"), STATUSES)
def test_each_status_has_its_class(status: int, kind: type[APIStatusError]) -> None:
    error = refusal(status)
    assert type(error) is kind
    assert (error.status_code, error.method, error.path) == (status, "GET", "/api/v1/customers/cus_1")


@pytest.mark.parametrize(
    "cls", sorted(CLASSES - {CoobirdError, APIError, APIStatusError}, key=lambda cls: cls.__name__)
)
def test_every_class_says_what_happened_and_what_to_try(cls: type[CoobirdError]) -> None:
    assert cls.__doc__
    if issubclass(cls, APIError) and cls is not errors.InvalidRequestError:
        assert cls("It broke", method="GET", path="/x").args[0].startswith("It broke (GET /x). ")
        assert cls.hint


def test_a_message_names_the_reason_the_request_and_the_remedy() -> None:
    problem = b'{"title": "Invalid", "detail": "Two fields are wrong.", "code": "invalid_field", "errors": [{"field": "name", "message": "is empty"}, 7]}'
    assert str(refusal(422, problem, x_request_id="req_7")) == (
        "The server answered 422: Two fields are wrong; name: is empty [invalid_field] "
        "(GET /api/v1/customers/cus_1, request id req_7). Correct the named fields."
    )


def test_the_problem_is_kept_whole() -> None:
    error = refusal(404, b'{"code": "not_found", "request_id": "req_8", "extra": [1]}')
    assert error.body == {"code": "not_found", "request_id": "req_8", "extra": [1]}
    assert (error.code, error.request_id) == ("not_found", "req_8")


def test_a_field_that_the_detail_names_is_not_named_twice() -> None:
    problem = b'{"detail": "name: is empty.", "errors": [{"field": "name", "message": "is empty"}]}'
    assert str(refusal(422, problem)).startswith("The server answered 422: name: is empty (GET")


@pytest.mark.parametrize(
    "content", [b"null", b"[]", b"7", b'{"code": 7, "errors": 7, "detail": []}', b"[" * 100_000, b"\xff\xfe"]
)
def test_a_body_of_any_shape_makes_an_error(content: bytes) -> None:
    error = refusal(500, content)
    assert (error.code, error.request_id) == (None, None)
    assert "\n" not in str(error)


def test_a_page_of_html_is_not_quoted_but_kept() -> None:
    error = refusal(502, b"<html><h1>Bad gateway</h1>")
    assert "html" not in str(error)
    assert error.body == "<html><h1>Bad gateway</h1>"


def test_endless_prose_is_cut_in_the_message_only() -> None:
    error = refusal(500, b"why\nnot? " * 10_000)
    assert len(str(error)) < 1000
    assert len(error.body) == 90_000


def test_a_redirect_names_the_host_and_nothing_else_of_its_target() -> None:
    error = refusal(307, location="https://elsewhere.example:444/take?token=secret")
    assert "elsewhere.example" in str(error)
    assert "secret" not in str(error)
    assert "not a URL" in str(refusal(307, location="http://[::1"))


@pytest.mark.parametrize("date", [False, True])
def test_retry_after_is_in_seconds_whether_a_number_or_a_date(date: bool) -> None:
    error = refusal(429, retry_after=formatdate(NOW + 90, usegmt=True) if date else "90")
    assert isinstance(error, RateLimitError)
    assert error.retry_after == 90
    assert refusal(429).retry_after is None


def test_the_response_can_be_read_like_any_of_httpx() -> None:
    response = refusal(404, b'{"code": "not_found"}', x_request_id="req_9").response
    assert response is not None
    assert (response.status_code, response.json(), response.headers["X-Request-Id"]) == (
        404,
        {"code": "not_found"},
        "req_9",
    )
    assert response.request.method == "GET"
    assert APIConnectionError("No answer", method="GET", path="/x").response is None


@pytest.mark.parametrize(
    "error",
    [
        refusal(429, b'{"code": "slow_down"}', retry_after="3", x_request_id="req_1"),
        APITimeoutError("No answer", method="POST", path="/x"),
        ResponseShapeError("Not JSON", method="GET", path="/x", status_code=200, content=b"<html>"),
        InvalidEventError("customer_id is empty", event={"customer_id": ""}),
        DroppedEventsError("The queue was full", events=[b'{"event_id":"1"}', {"event_id": "2"}]),
        errors.ConfigurationError("host must begin with https://"),
    ],
)
@pytest.mark.parametrize("copied", [lambda error: pickle.loads(pickle.dumps(error)), copy.copy, copy.deepcopy])
def test_an_error_survives_pickling_and_copying(error: CoobirdError, copied: Any) -> None:
    again = copied(error)
    assert type(again) is type(error)
    assert (str(again), again.args) == (str(error), error.args)
    assert vars(again) == vars(error)


def test_dropped_events_can_be_tracked_again() -> None:
    error = DroppedEventsError("The queue was full", events=[b'{"event_id":"1","quantity":2}', {"event_id": "2"}])
    assert error.count == 2
    assert error.events == [{"event_id": "1", "quantity": 2}, {"event_id": "2"}]


def test_an_invalid_event_keeps_the_arguments_as_they_were() -> None:
    event = {"customer_id": "", "agent_id": "a"}
    error = InvalidEventError("customer_id is empty", event=event)
    event.clear()
    assert error.event == {"customer_id": "", "agent_id": "a"}
