"""External ids: each place that expects the id of a customer or an agent takes them."""

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from coobird.mock import MockCoobird
from coobird.mock.contract import json_text
from coobird.mock.contract.spec import packaged_spec
from coobird.mock.service.service import Service
from tests.support.mock.api import Api, event, refused
from tests.support.mock.shop import Shop
from tests.support.mock.world import World


def renamed(value: Any, own: str, external: str) -> Any:
    """The value with one id in place of another, also inside."""
    if isinstance(value, dict):
        return {name: renamed(part, own, external) for name, part in value.items()}
    if isinstance(value, list):
        return [renamed(part, own, external) for part in value]
    return external if value == own else value


def test_every_operation_takes_external_ids(server: MockCoobird, api: Api) -> None:
    world = World(api)
    api.changed(f"/customers/{world.customer}", external_id="acme 001/eu")
    api.changed(f"/agents/{world.agent}", external_id="bot-1")
    named = 0
    for request in world.requests(packaged_spec()):
        path = request.path.replace(world.customer, "acme%20001%2Feu").replace(world.agent, "bot-1")
        body = renamed(renamed(request.body, world.customer, "acme 001/eu"), world.agent, "bot-1")
        named += (path, body) != (request.path, request.body)
        if request.operation.id == "update_agent":
            body = {"tags": ["t"]}
        answer = api.request(request.operation.method, path, json=body)
        # Deletions of what is in use are refused, but nothing is unknown.
        assert answer.status_code < 300 or request.operation.method == "DELETE", answer.text
        assert answer.status_code != 404, answer.text
        assert "acme 001/eu" not in answer.text.replace('"external_id":"acme 001/eu"', "")
    assert named >= 16


@pytest.mark.parametrize("path", ["/contracts", "/wallets", "/invoices", "/payments"])
def test_what_is_made_with_an_external_id_has_the_id(api: Api, path: str) -> None:
    world = World(api)
    api.changed(f"/customers/{world.customer}", external_id="acme")
    bodies: dict[str, dict[str, Any]] = {
        "/contracts": {"plan_id": world.plan, "name": "K", "start_date": "2026-04-01"},
        "/wallets": {"name": "W"},
        "/payments": {"amount": 5},
        "/invoices": {
            "issue_date": "2026-04-01",
            "line_items": [
                {"description": "d", "quantity": 1, "unit_price_cents": 1, "subtotal_cents": 1, "total_cents": 1}
            ],
        },
    }
    assert api.made(path, **bodies[path], customer_id="acme")["customer_id"] == world.customer
    if path != "/wallets":
        found = api.got(path, customer_id="acme")["data"]
        assert found == api.got(path, customer_id=world.customer)["data"]
        assert len(found) == 2


def test_a_line_item_that_names_an_agent_by_external_id_has_the_id(api: Api) -> None:
    customer, agent = api.customer()["id"], api.made("/agents", name="A", external_id="bot")["id"]
    line = {"description": "d", "quantity": 1, "unit_price_cents": 1, "subtotal_cents": 1, "total_cents": 1}
    lines = [{**line, "agent_id": "bot"}, line, {**line, "agent_id": "another"}]
    invoice = api.made("/invoices", customer_id=customer, issue_date="2026-04-01", line_items=lines)
    assert [each["agent_id"] for each in invoice["line_items"]] == [agent, None, "another"]
    changed = api.changed(f"/invoices/{invoice['id']}", line_items=[{**line, "agent_id": "bot"}])
    assert [each["agent_id"] for each in changed["line_items"]] == [agent]


def test_an_event_that_names_a_customer_by_external_id_is_billed_to_it(server: MockCoobird) -> None:
    with MockCoobird(strict=True) as mock, Shop(mock.url) as shop:
        shop.changed(f"/customers/{shop.customer_id}", external_id="acme")
        shop.changed(f"/agents/{shop.agent_id}", external_id="bot")
        shop.priced()
        shop.contract()
        shop.used("2026-04-02", customer_id="acme", agent_id="bot")
        shop.used("2026-04-02", customer_id="acme", agent_id="bot", code=None)
        assert shop.amount() == shop.amount(customer_id="acme") == 20
        for name in ("acme", shop.customer_id):
            (one, two) = mock.events(shop.key, customer_id=name)
            assert {each["customer_id"] for each in (one, two)} == {shop.customer_id}
        assert len(mock.events(customer_id="acme")) == 2
        assert len(mock.events(agent_id="bot")) == 2
        # Later changes of the external id change nothing for the events so far.
        shop.changed(f"/customers/{shop.customer_id}", external_id="acme-2")
        shop.used("2026-04-02", customer_id="acme-2")
        shop.used("2026-04-02", customer_id="acme")
        assert shop.amount() == 30


def test_an_external_id_counts_while_a_customer_has_it_also_by_another_process(tmp_path: Path) -> None:
    tenant, path = "tenant_000000000001", str(tmp_path / "state.db")

    def call(service: Service, operation: str, body: Any, **values: str) -> Any:
        raw, json = json_text.encode(body), {"content-type": "application/json"}
        found = service.spec.operations[operation]
        return json_text.decode(service.answer(tenant, found, values, "", json, raw).content)

    with closing(Service(db=path)) as one, closing(Service(db=path)) as two:
        for service in (two, one, two):
            assert one.external_ids.resolved(tenant, {"customer_id": "acme"}) == {"customer_id": "acme"}
            made = call(service, "create_customer", {"name": "C", "type": "company", "external_id": "acme"})["id"]
            assert one.external_ids.resolved(tenant, {"customer_id": "acme"}) == {"customer_id": made}
            call(service, "update_customer", {"external_id": None}, customer_id=made)


def test_an_external_id_that_is_the_id_of_another_customer_is_that_customer(api: Api) -> None:
    one, two = api.customer()["id"], api.customer()["id"]
    api.changed(f"/customers/{two}", external_id=one)
    assert api.got(f"/customers/{one}")["id"] == one
    assert api.got(f"/customers/{two}")["external_id"] == one


def test_external_ids_are_those_of_the_tenant_alone(server: MockCoobird, api: Api) -> None:
    api.customer(external_id="acme")
    with Api(server.url) as other:
        problem = refused(other.get("/customers/acme"), 404)
        assert problem["detail"] == "There is no customer 'acme' (by its id or its external_id)."
        own = other.customer(external_id="acme")["id"]
        assert other.got("/customers/acme")["id"] == own


def test_a_second_customer_with_the_external_id_is_refused_with_the_id_of_the_first(api: Api) -> None:
    first = api.customer(external_id="acme")["id"]
    body = {"name": "B", "type": "company", "external_id": "acme"}
    assert first in refused(api.post("/customers", json=body), 409, code="already_exists")["detail"]
    assert api.delete("/customers/acme").status_code == 204
    refused(api.get("/customers/acme"), 404)
    assert api.sent(event("e", customer_id="acme"))["accepted"] == 1


def test_known_ids_are_also_external_ones() -> None:
    with MockCoobird(strict=True, known_ids=True) as mock, Api(mock.url) as api:
        api.customer(external_id="acme")
        api.made("/agents", name="A", external_id="bot")
        assert api.sent(event("e", customer_id="acme", agent_id="bot"))["accepted"] == 1
        assert api.sent(event("f", customer_id="acne", agent_id="bot"))["rejected"] == 1
