"""`with_raw_response` and `with_options(headers=...)`: the whole answer, more of the request."""

from __future__ import annotations

import asyncio
import pickle
from typing import Any

import pytest

from coobird import (
    APIConnectionError,
    AsyncCoomon,
    ConfigurationError,
    Coomon,
    DisabledError,
    NotFoundError,
    RawResponse,
)
from coobird.mock import MockCoobird
from tests.support.ingest import refused_port
from tests.support.loopback import LoopbackServer


def test_a_raw_call_has_status_headers_request_id_and_value(mock: MockCoobird, key: str) -> None:
    with Coomon(key, host=mock.url) as coomon:
        raw = coomon.with_raw_response.create_customer(name="Acme", type="company")
        assert isinstance(raw, RawResponse)
        assert raw.status_code == 201
        assert raw.headers["content-type"].startswith("application/json")
        assert raw.request_id == raw.headers["x-request-id"]
        assert coomon.get_customer(raw.parsed.id) == raw.parsed
        assert raw.parsed.id.encode() in raw.content
        assert coomon.with_raw_response.delete_customer(raw.parsed.id).status_code == 204


def test_a_call_that_fails_has_status_headers_and_request_id_with_and_without_it(mock: MockCoobird, key: str) -> None:
    with Coomon(key, host=mock.url) as coomon:
        for get_customer in (coomon.get_customer, coomon.with_raw_response.get_customer):
            with pytest.raises(NotFoundError) as caught:
                get_customer("cust_unknown")
            error = pickle.loads(pickle.dumps(caught.value))
            assert error.status_code == 404
            assert error.headers["content-type"].startswith("application/problem+json")
            assert error.request_id == error.headers["x-request-id"]


def test_an_error_without_an_answer_has_no_headers() -> None:
    with refused_port() as port, Coomon("sk_test_123", host=f"http://127.0.0.1:{port}", max_retries=0) as coomon:
        with pytest.raises(APIConnectionError) as caught:
            coomon.get_customer("cust_1")
        assert caught.value.headers == {}


def test_a_raw_call_by_its_method_is_the_same(mock: MockCoobird, key: str) -> None:
    with Coomon(key, host=mock.url) as coomon:
        raw = coomon.with_raw_response(coomon.list_customers)(limit=5)
        assert raw.parsed.data == []
        event = coomon.with_raw_response(coomon.track_task_immediate)(customer_id="cust_1", agent_id="agent_1")
        assert event.parsed.accepted == 1


def test_an_awaited_raw_call_has_the_same(mock: MockCoobird, key: str) -> None:
    async def call() -> tuple[Any, Any]:
        async with AsyncCoomon(key, host=mock.url) as coomon:
            made = await coomon.with_raw_response.create_customer(name="Acme", type="company")
            return made, await coomon.with_raw_response(coomon.get_customer)(made.parsed.id)

    made, found = asyncio.run(call())
    assert (made.status_code, found.status_code) == (201, 200)
    assert made.parsed.id == found.parsed.id


def test_every_operation_and_immediate_event_has_a_raw_form(mock: MockCoobird, key: str) -> None:
    with Coomon(key, host=mock.url) as coomon:
        raw = dir(coomon.with_raw_response)
        assert len(raw) == 62 + 4
        assert all(callable(getattr(coomon.with_raw_response, name)) for name in raw)


@pytest.mark.parametrize("name", ["iter_customers", "track_task", "flush", "shutdown", "_call", "nothing"])
def test_what_has_no_single_answer_has_no_raw_form(name: str, mock: MockCoobird, key: str) -> None:
    with Coomon(key, host=mock.url) as coomon, pytest.raises(AttributeError, match="no call with one answer"):
        getattr(coomon.with_raw_response, name)


def test_a_refused_raw_call_raises_as_without_it(mock: MockCoobird, key: str) -> None:
    with Coomon(key, host=mock.url) as coomon, pytest.raises(NotFoundError) as caught:
        coomon.with_raw_response.get_customer("cust_nobody")
    assert caught.value.status_code == 404


def test_a_raw_event_of_a_client_that_sends_nothing_is_an_error() -> None:
    with pytest.raises(DisabledError):
        _ = Coomon(disabled=True).with_raw_response.track_task_immediate


def test_headers_are_added_to_direct_calls_and_to_no_event(server: LoopbackServer) -> None:
    with Coomon("sk_test_123", host=server.url) as coomon:
        traced = coomon.with_options(headers={"X-Trace": "abc"}).with_options(headers={"X-Team": " billing "})
        traced.track_task_immediate(customer_id="cust_1", agent_id="agent_1")
        coomon.track_task(customer_id="cust_1", agent_id="agent_1")
        coomon.flush()
    direct, queued = (dict(request.headers) for request in server.requests)
    named = {name.lower(): value for name, value in direct.items()}
    assert (named["x-trace"], named["x-team"]) == ("abc", "billing")
    assert named["authorization"] == "Bearer sk_test_123"
    assert "x-trace" not in {name.lower() for name in queued}


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Bearer sk_other"},
        {"IDEMPOTENCY-KEY": "1"},
        {"host": "elsewhere"},
        {"User-Agent": "mine"},
        {"": "x"},
        {"X Trace": "x"},
        {"X-Trace\r\nX-Evil": "x"},
        {"X-Tracé": "x"},
        {7: "x"},
        {"X-Trace": "a\r\nX-Evil: b"},
        {"X-Trace": "ä"},
        {"X-Trace": 7},
        {"X-Trace": None},
        [("X-Trace", "7f3a")],
        "X-Trace: 7f3a",
    ],
)
def test_a_header_that_cannot_be_sent_is_refused_without_its_value(headers: Any) -> None:
    with Coomon("sk_test_123", host="http://127.0.0.1:9") as coomon, pytest.raises(ConfigurationError) as caught:
        coomon.with_options(headers=headers)
    assert "sk_other" not in str(caught.value)
