"""Pages of other sites must not reach routes without a key: the page and the control routes."""

import httpx
import pytest

from coobird.mock import MockCoobird
from tests.support.mock.api import Api, event, refused
from tests.support.mock.command import command

KEYLESS = ["/", "/page.js", "/_mock/health", "/_mock/events", "/_mock/nothing"]


@pytest.mark.parametrize("path", KEYLESS)
@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:4444", "127.0.0.1.evil.example", "localhost.evil", "a@::1"]
)
def test_a_host_name_that_others_could_register_is_refused_without_a_key(
    server: MockCoobird, host: str, path: str
) -> None:
    problem = refused(httpx.get(server.url + path, headers={"Host": host}), 403, code="forbidden")
    assert host in problem["detail"]


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:80", "app.localhost:4444", "127.0.0.1", "10.1.2.3:80", "[::1]:80"]
)
def test_names_of_this_machine_and_addresses_are_answered(server: MockCoobird, host: str) -> None:
    assert httpx.get(f"{server.url}/_mock/health", headers={"Host": host}).status_code == 200


def test_a_request_with_a_key_may_use_any_host_name(server: MockCoobird, api: Api) -> None:
    assert api.get("/customers", headers={"Host": "host.docker.internal:4444"}).status_code == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
def test_a_page_from_elsewhere_cannot_empty_the_server(own_server: MockCoobird, origin: str) -> None:
    with Api(own_server.url) as api:
        api.sent(event("e"))
    refused(httpx.post(f"{own_server.url}/_mock/reset", headers={"Origin": origin}), 403)
    assert len(own_server.events()) == 1
    assert httpx.post(f"{own_server.url}/_mock/reset", headers={"Origin": own_server.url}).status_code == 204
    assert own_server.events() == []


def test_a_server_that_others_can_reach_answers_to_any_name() -> None:
    with command("--port", "0", "--bind", "0.0.0.0") as (_, url):
        there = url.replace("0.0.0.0", "127.0.0.1")
        assert httpx.get(f"{there}/_mock/health", headers={"Host": "coobird"}).status_code == 200


@pytest.mark.parametrize("identifier", ["a%0Ab", "%0A", "a%0D%0Ab", "a%00b", "a%2Fb", "%E2%80%A8"])
def test_an_id_of_any_characters_is_an_id(api: Api, identifier: str) -> None:
    response = api.get(f"/customers/{identifier}")
    assert response.status_code in (404, 422)
    assert "customer" in response.json()["detail"]
    assert "There is nothing at" not in response.json()["detail"]
    refused(httpx.get(f"{api.base_url}customers/{identifier}"), 401)
