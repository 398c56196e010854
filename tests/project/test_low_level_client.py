"""The low-level client and the functions of the endpoint modules.

Users of openapi-python-client know both.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from coobird_api import AuthenticatedClient, Client
from coobird_api.api.customers import create_customer, get_customer
from coobird_api.errors import UnexpectedStatus
from coobird_api.models import CreateCustomerOptions, CustomerResponse, Problem

from tests.support.direct import CUSTOMER
from tests.support.loopback import Answer, LoopbackServer

TOKEN = "sk_secret_0123456789"
PROBLEM = {"type": "about:blank", "title": "Not found", "status": 404, "code": "not_found", "request_id": "req_1"}


def client_of(server: LoopbackServer, **options: Any) -> AuthenticatedClient:
    return AuthenticatedClient(base_url=f"{server.url}/api/v1", token=TOKEN, **options)


def call_sync(client: AuthenticatedClient) -> object:
    with client:
        return get_customer.sync("cus_1", client=client)


def call_async(client: AuthenticatedClient) -> object:
    async def main() -> object:
        async with client:
            return await get_customer.asyncio("cus_1", client=client)

    return asyncio.run(main())


Call = Callable[[AuthenticatedClient], object]


@pytest.fixture(params=[call_sync, call_async])
def call(request: pytest.FixtureRequest) -> Call:
    return request.param  # type: ignore[no-any-return]


def test_a_function_sends_its_arguments_and_returns_the_answer_as_an_object(call: Call) -> None:
    with LoopbackServer([Answer(200, CUSTOMER)]) as server:
        assert isinstance(call(client_of(server)), CustomerResponse)
    assert server.requests[0].path == "/api/v1/customers/cus_1"
    assert server.requests[0].headers["authorization"] == f"Bearer {TOKEN}"


def test_an_id_and_a_body_are_escaped_and_written_as_json() -> None:
    with LoopbackServer([Answer(200, CUSTOMER), Answer(201, CUSTOMER)]) as server, client_of(server) as client:
        get_customer.sync("cus/1", client=client)
        create_customer.sync(
            client=client, body=CreateCustomerOptions(name="Acme", type="company"), idempotency_key="k"
        )
    assert server.requests[0].path == "/api/v1/customers/cus%2F1"
    assert server.requests[1].json() == {"name": "Acme", "type": "company"}
    assert server.requests[1].headers["idempotency-key"] == "k"


def test_the_detailed_functions_also_return_status_headers_and_content() -> None:
    async def main(client: AuthenticatedClient) -> Any:
        async with client:
            return await get_customer.asyncio_detailed("cus_1", client=client)

    with LoopbackServer(
        [Answer(404, PROBLEM, headers={"X-Request-Id": "req_1", "Content-Type": "application/problem+json"})] * 2
    ) as server:
        with client_of(server) as client:
            answers = [get_customer.sync_detailed("cus_1", client=client)]
        answers.append(asyncio.run(main(client_of(server))))
    for answer in answers:
        assert (answer.status_code, answer.headers["X-Request-Id"]) == (404, "req_1")
        assert isinstance(answer.parsed, Problem)
        assert b"not_found" in answer.content


def test_a_status_that_the_contract_does_not_have_is_an_error_or_none_if_asked_for(call: Call) -> None:
    with LoopbackServer([Answer(418), Answer(418)]) as server:
        with pytest.raises(UnexpectedStatus, match="418"):
            call(client_of(server))
        assert call(client_of(server, raise_on_unexpected_status=False)) is None


def test_a_client_without_a_token_sends_none() -> None:
    with LoopbackServer([Answer(200, CUSTOMER)]) as server, Client(f"{server.url}/api/v1") as client:
        get_customer.sync("cus_1", client=client)
    assert "authorization" not in server.requests[0].headers


@pytest.mark.parametrize(
    ("options", "header", "value"),
    [
        ({"prefix": "Token"}, "authorization", f"Token {TOKEN}"),
        ({"prefix": ""}, "authorization", TOKEN),
        ({"auth_header_name": "X-Api-Key", "prefix": ""}, "x-api-key", TOKEN),
    ],
)
def test_the_header_of_the_token_is_as_asked_for(call: Call, options: dict[str, Any], header: str, value: str) -> None:
    with LoopbackServer([Answer(200, CUSTOMER)]) as server:
        call(client_of(server, **options))
    assert server.requests[0].headers[header] == value


def test_headers_cookies_and_arguments_of_httpx_reach_the_request_and_the_token_stays(call: Call) -> None:
    seen: list[httpx.Request] = []

    async def see_awaited(request: httpx.Request) -> None:
        seen.append(request)

    see = see_awaited if call is call_async else seen.append
    with LoopbackServer([Answer(200, CUSTOMER)]) as server:
        client = client_of(server, headers={"X-A": "1"}, httpx_args={"event_hooks": {"request": [see]}})
        call(client.with_headers({"X-B": "2"}).with_cookies({"c": "3"}))
    headers = server.requests[0].headers
    assert (headers["x-a"], headers["x-b"], headers["cookie"]) == ("1", "2", "c=3")
    assert headers["authorization"] == f"Bearer {TOKEN}"
    assert len(seen) == 1


def test_headers_cookies_and_a_timeout_can_be_changed_while_a_client_is_open() -> None:
    with LoopbackServer([Answer(200, CUSTOMER)]) as server, client_of(server) as client:
        client.with_headers({"X-B": "2"})
        client.with_cookies({"c": "3"})
        client.with_timeout(httpx.Timeout(2.0))
        get_customer.sync("cus_1", client=client)
        assert client.get_httpx_client().timeout == httpx.Timeout(2.0)
    assert (server.requests[0].headers["x-b"], server.requests[0].headers["cookie"]) == ("2", "c=3")


def test_a_request_waits_10_seconds_and_a_timeout_can_be_changed_or_taken_away() -> None:
    client = AuthenticatedClient("http://127.0.0.1:9/api/v1", TOKEN)
    assert client.get_httpx_client().timeout == httpx.Timeout(10.0)
    assert client.get_async_httpx_client().timeout == httpx.Timeout(10.0)
    assert client.with_timeout(httpx.Timeout(2.0)).get_httpx_client().timeout == httpx.Timeout(2.0)
    unlimited = AuthenticatedClient("http://127.0.0.1:9/api/v1", TOKEN, timeout=None)
    assert unlimited.get_httpx_client().timeout == httpx.Timeout(None)


def test_an_httpx_client_of_the_caller_is_used_as_it_is() -> None:
    answer = httpx.MockTransport(lambda request: httpx.Response(200, json={**CUSTOMER, "name": request.headers["x"]}))
    client = AuthenticatedClient("http://127.0.0.1:9/api/v1", TOKEN)
    client.set_httpx_client(httpx.Client(base_url="http://other", headers={"X": "mine"}, transport=answer))
    client.set_async_httpx_client(httpx.AsyncClient(base_url="http://other", headers={"X": "mine"}, transport=answer))
    for call in call_sync, call_async:
        found = call(client)
        assert isinstance(found, CustomerResponse)
        assert found.name == "mine"


@pytest.mark.parametrize("header", ["Authorization", "X-Api-Key"])
def test_no_repr_shows_the_token(header: str) -> None:
    with LoopbackServer([Answer(200, CUSTOMER)] * 2) as server:
        client = client_of(server, auth_header_name=header, headers={"X-Other": TOKEN}, cookies={"c": TOKEN})
        client.set_async_httpx_client(client.get_async_httpx_client())
        get_customer.sync("cus_1", client=client)
        both = client.get_httpx_client(), client.get_async_httpx_client()
        shown = [repr(client), str(client), *map(repr, both), repr(client.with_timeout(1.0))]
        assert not any(TOKEN in text for text in shown)
        plain = client_of(server, auth_header_name=header)
        get_customer.sync("cus_1", client=plain)
        for httpx_client in plain.get_httpx_client(), plain.get_async_httpx_client():
            assert TOKEN not in repr(httpx_client.headers) + repr(httpx_client.cookies) + repr(httpx_client.auth)
        for opened in client, plain:
            opened.get_httpx_client().close()
            asyncio.run(opened.get_async_httpx_client().aclose())
    assert [request.headers[header.lower()] for request in server.requests] == [f"Bearer {TOKEN}"] * 2


@pytest.mark.parametrize("header", ["Authorization", "X-Api-Key"])
def test_a_redirect_is_not_followed_unless_asked_for_and_never_takes_the_token_to_another_host(
    call: Call, header: str
) -> None:
    with LoopbackServer([Answer(200, CUSTOMER)]) as other, LoopbackServer() as server:
        away = Answer(307, headers={"Location": f"{other.url}/api/v1/customers/cus_1"})
        near = Answer(307, headers={"Location": "/api/v1/customers/cus_2"})
        server.script([away, away, near, Answer(200, CUSTOMER)])
        with pytest.raises(UnexpectedStatus, match="307"):
            call(client_of(server, auth_header_name=header))
        for _ in range(2):
            followed = call(client_of(server, auth_header_name=header, follow_redirects=True))
            assert isinstance(followed, CustomerResponse)
    assert [header.lower() in request.headers for request in other.requests] == [False]
    assert [request.headers[header.lower()] for request in server.requests] == [f"Bearer {TOKEN}"] * 4
    assert TOKEN not in repr([request.headers for request in other.requests])


def test_importing_the_package_loads_httpx_only_with_the_client() -> None:
    program = """
import sys
import coobird_api
before = "httpx" in sys.modules
coobird_api.AuthenticatedClient
print(before, "httpx" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert done.stdout.split() == ["False", "True"], done.stderr
