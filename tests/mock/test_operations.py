"""All operations of the contract, one after the other, on a server that checks its own answers."""

from typing import Any

import httpx
import pytest

from coobird.mock import MockCoobird
from coobird.mock.contract.problems import Problem
from coobird.mock.contract.spec import Spec
from coobird.mock.service.service import Service
from tests.support.direct import CUSTOMER
from tests.support.mock.api import Api, refused
from tests.support.mock.world import Request, World

# Other documents of this world use them.
KEPT = {"delete_signal", "delete_agent_action", "delete_agent", "delete_plan", "delete_customer"}


@pytest.fixture(scope="module")
def spec() -> Spec:
    return Spec()


def send(api: Api, request: Request) -> httpx.Response:
    return api.request(request.operation.method, request.path, json=request.body)


def everything(server: MockCoobird, api: Api) -> Any:
    """All data that a tenant can read."""
    lists = ["customers", "contracts", "agents", "plans", "signals", "payments", "invoices"]
    found = {name: api.got(f"/{name}", limit=100)["data"] for name in lists}
    for plan in found["plans"]:
        found[plan["id"]] = [api.got(f"/plans/{plan['id']}/{part}") for part in ("charges", "agent-actions")]
    return found, server.events(api.key)


def test_every_operation_answers_as_the_contract_says(api: Api, spec: Spec) -> None:
    requests = list(World(api).requests(spec))
    assert {request.operation.id for request in requests} == set(spec.operations)
    for request in requests:
        response = send(api, request)
        expected = 409 if request.operation.id in KEPT else request.operation.success
        assert response.status_code == expected, (request.operation, response.text)
        if expected == 204:
            assert response.content == b""


def test_another_key_can_neither_see_nor_change_anything_by_any_operation(
    server: MockCoobird, api: Api, spec: Spec
) -> None:
    world = World(api)
    api.changed(f"/customers/{world.customer}", email="kept@acme.test")
    before, wallet = everything(server, api), api.got(f"/wallets/{world.wallet}")
    with Api(server.url) as other_tenant:
        for request in world.requests(spec):
            response = send(other_tenant, request)
            mentions = request.operation.path_names or "_id" in str(list(request.body or {}))
            if mentions:
                refused(response, 404, code="not_found")
            elif request.operation.id.startswith("list_"):
                created = f"create_{request.operation.id.removeprefix('list_').removesuffix('s')}"
                own = {"create_customer", "create_agent", "create_signal", "create_agent_with_actions"}
                assert response.json()["data"] == [] or created in own, request.operation
            else:
                assert response.is_success, (request.operation, response.text)
            for identifier in vars(world).values():
                if request.body is None and not request.operation.path_names:
                    assert identifier not in response.text
    assert everything(server, api) == before
    assert api.got(f"/wallets/{world.wallet}") == wallet


def test_every_operation_refuses_a_request_without_a_key(server: MockCoobird, api: Api, spec: Spec) -> None:
    for request in World(api).requests(spec):
        url = f"{server.url}/api/v1{request.path}"
        refused(httpx.request(request.operation.method, url, json=request.body), 401)


def test_every_post_can_be_repeated_under_its_idempotency_key(api: Api, spec: Spec) -> None:
    for request in World(api).requests(spec):
        if request.operation.method == "POST":
            headers = {"Idempotency-Key": f"key-{request.operation.id}"}
            first, again = (api.post(request.path, json=request.body, headers=headers) for _ in range(2))
            assert first.is_success, (request.operation, first.text)
            assert (again.status_code, again.content) == (first.status_code, first.content), request.operation


def test_every_body_refuses_a_field_that_the_contract_does_not_know(api: Api, spec: Spec) -> None:
    for request in World(api).requests(spec):
        if request.operation.body_schema is not None:
            body = {**(request.body or {}), "unheard_of": 1}
            response = api.request(request.operation.method, request.path, json=body)
            refused(response, 422, field="unheard_of")


def test_every_operation_refuses_a_query_that_the_contract_does_not_know(api: Api, spec: Spec) -> None:
    for request in World(api).requests(spec):
        response = api.request(request.operation.method, f"{request.path}?unheard_of=1", json=request.body)
        refused(response, 422, field="unheard_of")


@pytest.mark.parametrize("name", CUSTOMER)
def test_a_strict_server_notices_a_required_field_that_its_own_answer_lacks(spec: Spec, name: str) -> None:
    operation, lacking = spec.operations["get_customer"], {key: CUSTOMER[key] for key in CUSTOMER if key != name}
    Service(strict=True).check_answer(operation, 200, CUSTOMER)
    with pytest.raises(Problem, match=name) as caught:
        Service(strict=True).check_answer(operation, 200, lacking)
    assert (caught.value.status, caught.value.code) == (500, "contract_violation")
