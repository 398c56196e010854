"""Direct calls over a real socket, in both flavours: requests as sent, values and errors."""

from __future__ import annotations

import gzip
import math
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

import httpx
import pytest
from coobird_api.models import CreateAgentOptions, CreateInvoiceLineItemOptions, CustomerResponse
from coobird_api.types import UNSET

from coobird import errors
from coobird._http.answer import MAX_ANSWER_BYTES
from coobird.errors import (
    APIConnectionError,
    APIError,
    APIStatusError,
    APITimeoutError,
    InvalidRequestError,
    NotFoundError,
    RateLimitError,
    ResponseShapeError,
)
from tests.support.direct import CUSTOMER, KEY, Caller, places_with_the_key
from tests.support.loopback import Answer, LoopbackServer, Request
from tests.support.statuses import STATUSES

MakeCaller = Callable[..., Caller]


pytestmark = pytest.mark.usefixtures("quick_retries")


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    with LoopbackServer([Answer(200, CUSTOMER)]) as running:
        yield running


@pytest.fixture(params=["sync", "async"])
def make(request: pytest.FixtureRequest, server: LoopbackServer) -> Iterator[MakeCaller]:
    callers: list[Caller] = []

    def build(host: str | None = None, **settings: Any) -> Caller:
        callers.append(Caller(request.param == "async", host or server.url, **settings))
        return callers[-1]

    yield build
    for caller in callers:
        caller.close()


@pytest.fixture
def api(make: MakeCaller) -> Caller:
    return make()


# ------------------------------------------------------------------------------------ onto the wire


def test_a_call_has_the_key_and_names_the_sender(api: Caller, server: LoopbackServer) -> None:
    api.get_customer("cus_1")
    request = server.requests[0]
    assert (request.method, request.path, request.body) == ("GET", "/api/v1/customers/cus_1", b"")
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.headers["user-agent"].startswith("coobird-python/0.1.0 python/3.")
    assert "idempotency-key" not in request.headers
    assert "content-type" not in request.headers


@pytest.mark.parametrize(
    ("ident", "segment"),
    [
        ("a/b", "a%2Fb"),
        ("../../secrets", "..%2F..%2Fsecrets"),
        ("...", "..."),
        ("a?b#c", "a%3Fb%23c"),
        ("a%2Fb", "a%252Fb"),
        ("a b+c", "a%20b%2Bc"),
        ("{customer_id}", "%7Bcustomer_id%7D"),
        ("käse", "k%C3%A4se"),
        ("a\\b", "a%5Cb"),
    ],
)
def test_an_id_stays_one_segment_of_the_path(api: Caller, server: LoopbackServer, ident: str, segment: str) -> None:
    api.get_customer(ident)
    assert server.requests[0].path == f"/api/v1/customers/{segment}"


def test_ids_do_not_reach_into_each_other(api: Caller, server: LoopbackServer) -> None:
    server.script([Answer(204)])
    api.delete_plan_charge("{charge_id}", "c")
    assert server.requests[0].path == "/api/v1/plans/%7Bcharge_id%7D/charges/c"


@pytest.mark.parametrize(
    "ident", ["", " ", None, 7, "\ud800", b"cus_1", ".", "..", "a\r\nX-Evil: 1", "\x00", "cus_1\u200b", "x" * 70_000]
)
def test_an_id_that_cannot_be_one_is_refused_before_sending(api: Caller, server: LoopbackServer, ident: Any) -> None:
    with pytest.raises(InvalidRequestError, match="Not sent") as caught:
        api.get_customer(ident)
    assert len(str(caught.value)) < 300
    assert (caught.value.method, caught.value.path) == ("GET", "/api/v1/customers/{customer_id}")
    assert server.requests == []


def test_a_query_has_what_was_given_as_text(api: Caller, server: LoopbackServer) -> None:
    server.script([Answer(200, {"data": [], "pagination": {"page": 1, "limit": 1, "total": 0, "total_pages": 0}})])
    api.list_agents(search="a&b=c d+é", has_external_id=True, page=2, sort=UNSET, status=None)
    path, _, query = server.requests[0].path.partition("?")
    assert path == "/api/v1/agents"
    assert sorted(query.split("&")) == ["has_external_id=true", "page=2", "search=a%26b%3Dc%20d%2B%C3%A9"]


class Tier(Enum):
    GOLD = "gold"


def test_a_body_is_exact_json(api: Caller, server: LoopbackServer) -> None:
    server.script([Answer(201, CUSTOMER)])
    metadata = {
        "price": Decimal("0.10"),
        "big": 10**20,
        "day": date(2026, 4, 1),
        "instant": datetime(2026, 4, 1, 12, 30, tzinfo=UTC),
        "tier": Tier.GOLD,
        "id": UUID(int=1),
        "nested": [{"left out": UNSET, "none": None}, (1, 2)],
        "text": 'é "quoted"\n',
    }
    api.create_customer(name="Acme", type="company", metadata=metadata)
    assert server.requests[0].headers["content-type"] == "application/json"
    assert b'"price":0.10' in server.requests[0].body
    assert server.requests[0].json() == {
        "name": "Acme",
        "type": "company",
        "metadata": {
            "price": 0.1,
            "big": 10**20,
            "day": "2026-04-01",
            "instant": "2026-04-01T12:30:00Z",
            "tier": "gold",
            "id": "00000000-0000-0000-0000-000000000001",
            "nested": [{"none": None}, [1, 2]],
            "text": 'é "quoted"\n',
        },
    }


def test_left_out_null_and_a_value_are_three_things(api: Caller, server: LoopbackServer) -> None:
    api.update_customer("cus_1", name="Acme", email=None, phone=UNSET)
    assert server.requests[0].json() == {"name": "Acme", "email": None}


def test_nested_options_take_classes_and_dicts(api: Caller, server: LoopbackServer) -> None:
    server.script([Answer(422)])
    signal = {"signal_name": "S", "signal_code": "s", "aggregation_type": "count", "unit_label": UNSET}
    for agent in (CreateAgentOptions(name="A"), {"name": "A"}):
        with pytest.raises(errors.UnprocessableEntityError):
            api.create_agent_with_actions(
                agent=agent, actions=[{"action_name": "a", "action_type": "task", "billable_signal": signal}]
            )
    first, second = (request.json() for request in server.requests)
    assert first == second
    assert first["actions"][0]["billable_signal"] == {
        "signal_name": "S",
        "signal_code": "s",
        "aggregation_type": "count",
    }


def looped() -> dict[str, Any]:
    loop: dict[str, Any] = {}
    loop["self"] = loop
    return loop


@pytest.mark.parametrize(
    ("value", "where"),
    [
        (math.nan, "metadata.x"),
        (-math.inf, "metadata.x"),
        ([1, {"deep": Decimal("NaN")}], "metadata.x[1].deep"),
        (object(), "metadata.x"),
        (looped(), "contains itself"),
        ("half \ud800", "metadata.x contains half of a character"),
        ({"\udfff": 1}, "metadata.x"),
    ],
)
def test_what_json_cannot_carry_is_refused_before_sending(
    api: Caller, server: LoopbackServer, value: Any, where: str
) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        api.create_customer(name="Acme", type="company", metadata={"x": value})
    assert where in str(caught.value)
    assert (caught.value.method, caught.value.path) == ("POST", "/api/v1/customers")
    assert server.requests == []


def test_half_a_character_in_a_query_is_refused_and_whole_ones_arrive(api: Caller, server: LoopbackServer) -> None:
    with pytest.raises(InvalidRequestError, match="search contains half of a character"):
        api.list_agents(search="\ud800")
    assert server.requests == []
    server.script([Answer(201, CUSTOMER)])
    api.create_customer(name="\ud83d\ude00 \ufffd", type="company")
    assert server.requests[0].json()["name"] == "😀 \ufffd"


NOON = datetime(2026, 4, 1, 12, tzinfo=UTC)
LINE: dict[str, Any] = {
    "description": "d",
    "quantity": 1,
    "unit_price_cents": 1,
    "subtotal_cents": 1,
    "total_cents": 1,
}


@pytest.mark.parametrize(
    ("method", "arguments", "where"),
    [
        ("activate_contract", {"activation_date": NOON}, "activation_date"),
        ("update_invoice", {"line_items": [{"description": "d", "period_from": NOON}]}, "line_items[0].period_from"),
        (
            "update_invoice",
            {"line_items": [CreateInvoiceLineItemOptions(**LINE, period_to=NOON)]},
            "line_items[0].period_to",
        ),
        ("list_invoices", {"status": NOON}, "status"),
    ],
)
def test_a_datetime_for_a_date_is_refused_before_sending(
    api: Caller, server: LoopbackServer, method: str, arguments: dict[str, Any], where: str
) -> None:
    ids = [] if method.startswith("list") else ["id_1"]
    with pytest.raises(InvalidRequestError) as caught:
        getattr(api, method)(*ids, **arguments)
    assert f"{where} takes a date, not a datetime" in str(caught.value)
    assert server.requests == []


# --------------------------------------------------------------------------------- idempotency keys


def test_every_post_has_a_key_of_its_own_that_its_retries_keep(api: Caller, server: LoopbackServer) -> None:
    server.script([Answer(503), Answer(reset=True), Answer(201, CUSTOMER)])
    api.create_customer(name="Acme", type="company")
    api.create_customer(name="Acme", type="company")
    keys = [request.headers["idempotency-key"] for request in server.requests]
    assert len(keys) == 4
    assert len(set(keys[:3])) == 1
    assert keys[3] != keys[0]


def test_a_key_of_the_callers_own_wins(api: Caller, server: LoopbackServer) -> None:
    server.script([Answer(503), Answer(201, CUSTOMER)])
    api.create_customer(name="Acme", type="company", idempotency_key="signup-9")
    assert [request.headers["idempotency-key"] for request in server.requests] == ["signup-9", "signup-9"]


def test_no_post_goes_without_a_key(api: Caller, server: LoopbackServer) -> None:
    server.script([Answer(201, CUSTOMER)])
    api.create_customer(name="Acme", type="company", idempotency_key=None)
    assert UUID(server.requests[0].headers["idempotency-key"])


@pytest.mark.parametrize("key", ["", "a\nb", " a", "é", "x" * 256, 7])
def test_a_key_that_no_header_can_carry_is_refused_before_sending(
    api: Caller, server: LoopbackServer, key: Any
) -> None:
    with pytest.raises(InvalidRequestError, match="idempotency_key"):
        api.create_customer(name="Acme", type="company", idempotency_key=key)
    assert server.requests == []


@pytest.mark.parametrize("method", ["top_up_wallet", "deduct_wallet"])
def test_a_wallet_transaction_is_sent_again_under_the_same_key(
    api: Caller, server: LoopbackServer, method: str
) -> None:
    server.script([Answer(reset=True), Answer(503), Answer(409)])
    with pytest.raises(errors.ConflictError):
        getattr(api, method)("w_1", amount=5)
    bodies = [request.json() for request in server.requests]
    assert len(bodies) == 3
    assert bodies[0] == bodies[1] == bodies[2]
    assert UUID(bodies[0]["idempotency_key"])
    with pytest.raises(errors.ConflictError):
        getattr(api, method)("w_1", amount=5, idempotency_key="april")
    assert server.requests[-1].json()["idempotency_key"] == "april"


# ----------------------------------------------------------------------------------------- refusals


@pytest.mark.parametrize(("status", "kind"), STATUSES)
def test_each_status_raises_its_error(
    make: MakeCaller, server: LoopbackServer, status: int, kind: type[APIError]
) -> None:
    server.script([Answer(status, {"detail": "It is so.", "code": "so"})])
    with pytest.raises(APIStatusError, match="It is so") as caught:
        make(max_retries=0).get_customer("cus_1")
    error = caught.value
    assert type(error) is kind
    assert (error.method, error.path, error.status_code) == ("GET", "/api/v1/customers/cus_1", status)
    assert (error.request_id, error.code, error.body) == ("req_1", "so", {"detail": "It is so.", "code": "so"})
    assert error.response is not None
    assert error.response.status_code == status
    assert "/api/v1/customers/cus_1" in str(error)
    assert "req_1" in str(error)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed_and_the_key_stays(api: Caller, server: LoopbackServer, status: int) -> None:
    with LoopbackServer() as other:
        server.script([Answer(status, headers={"Location": f"{other.url}/take"})])
        with pytest.raises(APIStatusError, match=r"redirect to 127\.0\.0\.1") as caught:
            api.get_customer("cus_1")
        assert type(caught.value) is APIStatusError
        assert other.requests == []
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_a_passing_refusal_is_tried_again(api: Caller, server: LoopbackServer, status: int) -> None:
    server.script([Answer(status), Answer(status), Answer(status), Answer(200, CUSTOMER)])
    assert api.get_customer("cus_1").name == "Acme"
    assert len(server.requests) == 4


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 413, 422])
def test_a_lasting_refusal_is_not_tried_again(api: Caller, server: LoopbackServer, status: int) -> None:
    server.script([Answer(status)])
    with pytest.raises(APIStatusError):
        api.get_customer("cus_1")
    assert len(server.requests) == 1


def test_the_last_refusal_is_raised_after_as_many_retries_as_allowed(make: MakeCaller, server: LoopbackServer) -> None:
    server.script([Answer(429, headers={"Retry-After": "0"})])
    with pytest.raises(RateLimitError) as caught:
        make(max_retries=2).get_customer("cus_1")
    assert caught.value.retry_after == 0
    assert [request.path for request in server.requests] == ["/api/v1/customers/cus_1"] * 3


def test_a_refusal_counts_even_if_its_explanation_breaks_off(make: MakeCaller, server: LoopbackServer) -> None:
    server.script([Answer(404, {"detail": "No customer."}, cut=5)])
    with pytest.raises(NotFoundError) as caught:
        make(max_retries=0).get_customer("cus_1")
    assert caught.value.body == '{"det'


# -------------------------------------------------------------------------------------- bad answers


def without(*names: str) -> dict[str, Any]:
    return {key: value for key, value in CUSTOMER.items() if key not in names}


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(200, "<html>Hello</html>", {"Content-Type": "text/html"}), r"not JSON \(text/html, 18 bytes\)"),
        (Answer(200, '{"id": "cus_'), "not JSON"),
        (Answer(200, ""), "not JSON"),
        (Answer(204), "not JSON"),
        (Answer(200, b"\xff\xfe\x00"), "another shape"),
        (Answer(200, "null"), "is NoneType, not an object"),
        (Answer(200, "7"), "is int, not an object"),
        (Answer(200, '"Acme"'), "is str, not an object"),
        (Answer(200, []), "is list, not an object"),
        (Answer(200, [["id", "cus_1"]]), "is list, not an object"),
        (Answer(200, [CUSTOMER]), "is list, not an object"),
        (Answer(200, "[" * 100_000), "another shape"),
        (Answer(200, CUSTOMER, {"Content-Encoding": "gzip"}), "cannot be decompressed"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_success_whose_body_is_no_object_is_an_error(
    api: Caller, server: LoopbackServer, answer: Answer, reason: str
) -> None:
    server.script([answer])
    with pytest.raises(ResponseShapeError, match=reason) as caught:
        api.get_customer("cus_1")
    error = caught.value
    assert (error.method, error.path, error.request_id) == ("GET", "/api/v1/customers/cus_1", "req_1")
    assert error.status_code == answer.status
    assert len(server.requests) == 1


@pytest.mark.parametrize("name", CUSTOMER)
def test_a_customer_that_was_made_is_returned_whatever_field_the_answer_lacks(
    api: Caller, server: LoopbackServer, name: str
) -> None:
    server.script([Answer(201, without(name))])
    customer = api.create_customer(name="Acme", type="company")
    missing = None if name in ("email", "phone", "external_id", "currency") else UNSET
    assert getattr(customer, name) is missing
    assert customer.to_dict().items() >= without(name, "created_at", "updated_at").items()
    assert len(server.requests) == 1


def test_fields_may_be_missing_inside_of_objects_and_of_lists(api: Caller, server: LoopbackServer) -> None:
    server.script([Answer(200, {"data": [CUSTOMER, without("id", "email")], "pagination": {"total": 2}})])
    page = api.list_customers()
    assert [(entry.id, entry.email, entry.name) for entry in page.data] == [
        ("cus_1", None, "Acme"),
        (UNSET, None, "Acme"),
    ]
    assert (page.pagination.total, page.pagination.total_pages) == (2, UNSET)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", 7),
        ("phone", {"home": 1}),
        ("metadata", "gold"),
        ("metadata", [["tier", "gold"]]),
        ("created_at", "yesterday"),
        ("created_at", 7),
        ("currency", True),
    ],
)
def test_a_value_of_another_type_reads_as_unset_and_is_kept_aside(
    api: Caller, server: LoopbackServer, name: str, value: Any
) -> None:
    answer = CUSTOMER | {name: value}
    server.script([Answer(201, answer)])
    customer = api.create_customer(name="Acme", type="company")
    assert getattr(customer, name) is UNSET
    assert customer.additional_properties == {name: value}
    assert customer.to_dict()[name] == value
    assert customer.id == "cus_1"


def test_numbers_are_distinguished_from_strings_and_booleans_and_a_whole_float_is_an_integer(
    api: Caller, server: LoopbackServer
) -> None:
    for given, read in ((2, 2), (2.0, 2), (2.5, UNSET), ("2", UNSET), (True, UNSET), (None, None)):
        server.script([Answer(200, {"data": [], "pagination": {"total": given}})])
        total = api.list_customers().pagination.total
        assert (type(total), total) == (type(read), read)


def test_a_list_with_an_entry_that_is_no_object_reads_as_unset_as_a_whole(api: Caller, server: LoopbackServer) -> None:
    server.script([Answer(200, {"id": "inv_1", "line_items": [{"description": "Calls"}, 7], "taxes": {}})])
    invoice = api.get_invoice("inv_1")
    assert (invoice.line_items, invoice.taxes) == (UNSET, UNSET)
    assert invoice.additional_properties["line_items"] == [{"description": "Calls"}, 7]


@pytest.mark.parametrize("status", [200, 202, 206])
def test_a_success_with_another_status_than_the_contract_has_is_read(
    api: Caller, server: LoopbackServer, status: int
) -> None:
    server.script([Answer(status, CUSTOMER)])
    assert api.create_customer(name="Acme", type="company").id == "cus_1"
    assert api.get_customer("cus_1").id == "cus_1"


@pytest.mark.parametrize("body", [{"deleted": True}, ""])
def test_what_a_deletion_answers_is_ignored(api: Caller, server: LoopbackServer, body: Any) -> None:
    server.script([Answer(200, body)])
    assert api.delete_customer("cus_1") is None


@pytest.mark.parametrize("body", ["<html>Please sign in</html>", "[]", "null"])
def test_a_page_of_something_else_is_not_taken_for_a_deletion(api: Caller, server: LoopbackServer, body: str) -> None:
    server.script([Answer(200, body)])
    with pytest.raises(ResponseShapeError, match="the body is not"):
        api.delete_customer("cus_1")


def test_a_list_must_be_one(api: Caller, server: LoopbackServer) -> None:
    for answer in ({}, "charges", {"data": []}, [7], [[]]):
        server.script([Answer(200, answer)])
        with pytest.raises(ResponseShapeError):
            api.list_plan_charges("plan_1")
    server.script([Answer(200, [])])
    assert api.list_plan_charges("plan_1") == []


@pytest.mark.parametrize("data", [{}, {"data": {}}, {"data": "none"}, {"data": [7]}])
def test_a_page_without_its_list_is_returned_and_says_that_it_is_not_there(
    api: Caller, server: LoopbackServer, data: dict[str, Any]
) -> None:
    server.script([Answer(200, {**data, "pagination": {"total_pages": 1}})])
    page = api.list_customers()
    assert page.data is UNSET
    assert page.pagination.total_pages == 1
    assert page.additional_properties == data


def test_what_the_server_adds_tomorrow_is_kept(api: Caller, server: LoopbackServer) -> None:
    server.script([Answer(200, CUSTOMER | {"status": "dormant", "score": 7})])
    customer: CustomerResponse = api.get_customer("cus_1")
    assert customer.status == "dormant"
    assert customer.additional_properties == {"score": 7}


def test_a_compressed_answer_is_decompressed(api: Caller, server: LoopbackServer) -> None:
    packed = gzip.compress(b'{"detail": "Not here.", "code": "not_found"}')
    server.script([Answer(404, packed, {"Content-Encoding": "gzip"})])
    with pytest.raises(NotFoundError, match="Not here") as caught:
        api.get_customer("cus_1")
    assert caught.value.response is not None
    assert caught.value.response.json()["code"] == "not_found"


# --------------------------------------------------------------------------------- no answer at all


@pytest.mark.parametrize(
    "answer", [Answer(reset=True), Answer(200, CUSTOMER, cut=20), Answer(raw=b""), Answer(raw=b"garbage\r\n\r\n")]
)
def test_a_call_without_an_answer_is_tried_again(api: Caller, server: LoopbackServer, answer: Answer) -> None:
    server.script([answer, answer, answer, Answer(200, CUSTOMER)])
    assert api.get_customer("cus_1").id == "cus_1"


def test_an_answer_that_keeps_breaking_off_is_an_error_with_its_request_id(api: Caller, server: LoopbackServer) -> None:
    server.script([Answer(200, CUSTOMER, cut=20)])
    with pytest.raises(APIConnectionError, match="in 4 tries") as caught:
        api.get_customer("cus_1")
    assert (caught.value.status_code, caught.value.request_id) == (200, "req_4")


def test_a_host_that_refuses_connections_is_an_error_that_names_it(make: MakeCaller, server: LoopbackServer) -> None:
    server.__exit__()
    with pytest.raises(APIConnectionError, match="ConnectError") as caught:
        make(max_retries=1).get_customer("cus_1")
    error = caught.value
    assert (error.method, error.path, error.status_code, error.request_id) == (
        "GET",
        "/api/v1/customers/cus_1",
        None,
        None,
    )
    assert server.url in str(error)
    assert type(error) is APIConnectionError


def test_a_server_that_does_not_answer_in_time_is_a_timeout(make: MakeCaller, server: LoopbackServer) -> None:
    server.script([Answer(200, CUSTOMER, wait=threading.Event())])
    with pytest.raises(APITimeoutError, match=r"timed out after 0\.1 seconds, in 2 tries"):
        make(request_timeout=0.1, max_retries=1).get_customer("cus_1")


def test_a_client_of_the_callers_own_that_is_closed_is_an_error_at_once(
    make: MakeCaller, server: LoopbackServer, request: pytest.FixtureRequest
) -> None:
    is_async = "async" in request.node.name.partition("[")[2]
    given: Any = httpx.AsyncClient() if is_async else httpx.Client()
    api = make(given=given)
    api.get_customer("cus_1")
    api.run(given.aclose()) if is_async else given.close()
    with pytest.raises(
        APIConnectionError, match=f"the {'async_' * is_async}http_client that was given is closed"
    ) as caught:
        api.get_customer("cus_1")
    assert "tries" not in str(caught.value)
    assert "close it after this client" in str(caught.value)
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [200, 500])
def test_an_endless_answer_ends_at_the_bound(make: MakeCaller, server: LoopbackServer, status: int) -> None:
    server.script([Answer(status, b"x" * 65536, endless=True)])
    with pytest.raises(APIError) as caught:
        make(request_timeout=60, max_retries=0).get_customer("cus_1")
    assert caught.value.status_code == status
    assert len(caught.value.body) <= MAX_ANSWER_BYTES
    assert type(caught.value) is (ResponseShapeError if status == 200 else errors.InternalServerError)


def test_an_answer_that_trickles_for_ever_is_a_timeout(make: MakeCaller, server: LoopbackServer) -> None:
    server.script([Answer(200, b" ", endless=True)])
    with pytest.raises(APITimeoutError):
        make(request_timeout=0.2, max_retries=0).get_customer("cus_1")


@pytest.mark.parametrize("is_given", [False, True], ids=["own client", "given client"])
def test_headers_of_an_answer_are_read_alike_with_each_client(
    is_given: bool, make: MakeCaller, server: LoopbackServer, request: pytest.FixtureRequest
) -> None:
    is_async = "async" in request.node.name.partition("[")[2]
    given: Any = (httpx.AsyncClient if is_async else httpx.Client)() if is_given else None
    api = make(given=given)
    head = b"HTTP/1.1 404 No\r\nContent-Length: 0\r\nX-Twice: 1\r\nx-twice: 2\r\nX-Name: " + "é".encode()
    server.script([Answer(raw=head + b"\r\nX-Request-Id:  req_1 \r\n\r\n")])
    with pytest.raises(NotFoundError) as caught:
        api.get_customer("cus_1")
    headers = caught.value.headers
    assert headers is not None
    assert (headers["x-twice"], headers["x-name"], caught.value.request_id) == ("1, 2", "é", "req_1")
    if given is not None:
        api.run(given.aclose()) if is_async else given.close()


def test_a_delete_that_was_done_but_not_answered_is_done(api: Caller, server: LoopbackServer) -> None:
    server.script([Answer(reset=True), Answer(503), Answer(404)])
    assert api.delete_customer("cus_1") is None
    assert len(server.requests) == 3


def test_a_delete_of_nothing_is_an_error(api: Caller, server: LoopbackServer) -> None:
    for script in ([Answer(404)], [Answer(503), Answer(404)]):
        server.script(script)
        with pytest.raises(NotFoundError):
            api.delete_customer("cus_1")
    server.script([Answer(reset=True), Answer(404)])
    with pytest.raises(NotFoundError):
        api.get_customer("cus_1")


# ------------------------------------------------------------------------------------------ the key


def echo(request: Request) -> Answer:
    """Answer with the request's own Authorization header."""
    sent = request.headers["authorization"]
    return Answer(401, {"detail": f"Bad header {sent}", "code": sent, "request_id": sent}, {"X-Request-Id": sent})


@pytest.mark.parametrize(
    "script",
    [
        [Answer(404, {"detail": "No."})],
        [Answer(302, headers={"Location": f"http://{KEY}.example/"})],
        [Answer(200, "<html>")],
        [Answer(200, f"<html>{KEY}", {"X-Seen": KEY})],
        [Answer(206, [{"seen": KEY}])],
        [Answer(reset=True)],
        [Answer(200, CUSTOMER, cut=3)],
        [Answer(200, CUSTOMER, wait=threading.Event())],
        [Answer(raw=f"{KEY}\r\n\r\n".encode())],
        echo,
    ],
)
def test_no_error_shows_the_key(make: MakeCaller, server: LoopbackServer, script: Any) -> None:
    server.script(script)
    with pytest.raises(APIError) as caught:
        make(max_retries=0, request_timeout=0.3).get_customer("cus_1")
    assert places_with_the_key(caught.value) == []


def test_no_error_of_an_unreachable_host_shows_the_key(make: MakeCaller, server: LoopbackServer) -> None:
    server.__exit__()
    with pytest.raises(APIConnectionError) as caught:
        make(max_retries=0).create_customer(name="Acme", type="company")
    assert places_with_the_key(caught.value) == []


def test_no_repr_shows_the_key(api: Caller) -> None:
    api.get_customer("cus_1")
    for value in (api.settings, api.client.session, api.client.pool, vars(api.client.session), vars(api.client.pool)):
        assert KEY not in repr(value)


def test_the_debug_log_has_each_try_and_never_the_key(
    make: MakeCaller, server: LoopbackServer, caplog: pytest.LogCaptureFixture
) -> None:
    server.script([Answer(503), Answer(reset=True), Answer(401, {"detail": KEY}, {"X-Request-Id": KEY})])
    with pytest.raises(errors.AuthenticationError), caplog.at_level("DEBUG", "coobird"):
        make(debug=True).get_customer("cus_1")
    lines = [record.getMessage() for record in caplog.records if record.name == "coobird"]
    assert len(lines) == 3
    assert lines[0].startswith("GET /api/v1/customers/cus_1: try 1: 503, request id req_1; next try in ")
    assert lines[2] == "GET /api/v1/customers/cus_1: try 3: 401, request id ***"
    assert KEY not in caplog.text
