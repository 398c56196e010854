"""Documents of any kind: create, get, list, update, delete."""

from typing import Any

import pytest

from coobird.mock import MockCoobird
from coobird.mock.contract.schemas import types_of
from coobird.mock.contract.spec import packaged_spec
from coobird.mock.state.resources import RESOURCES
from tests.support.mock.api import Api, refused
from tests.support.mock.world import World


def test_what_was_left_out_is_null_or_the_default(api: Api) -> None:
    customer = api.customer(name="Acme")
    assert customer["status"] == "active"
    assert customer["metadata"] == {}
    assert customer["email"] is None
    assert customer["id"].startswith("cust_")
    assert customer["created_at"] == customer["updated_at"]
    assert api.got(f"/customers/{customer['id']}") == customer


def test_an_update_changes_what_it_names_and_null_clears(api: Api) -> None:
    customer = api.customer(email="a@acme.test", phone="1", metadata={"tier": "gold", "old": True})
    changed = api.changed(f"/customers/{customer['id']}", email=None, metadata={"tier": "silver"})
    assert changed == {**customer, "email": None, "metadata": {"tier": "silver"}, "updated_at": changed["updated_at"]}
    assert changed["updated_at"] >= customer["updated_at"]
    assert api.got(f"/customers/{customer['id']}") == changed


def test_a_field_that_cannot_be_cleared_refuses_null(api: Api) -> None:
    customer = api.customer()
    refused(api.patch(f"/customers/{customer['id']}", json={"name": None}), 422, field="name")


def test_what_was_deleted_is_gone_everywhere(api: Api) -> None:
    path = f"/customers/{api.customer()['id']}"
    response = api.delete(path)
    assert (response.status_code, response.content) == (204, b"")
    refused(api.get(path), 404)
    refused(api.patch(path, json={}), 404)
    refused(api.delete(path), 404)
    assert api.got("/customers")["pagination"]["total"] == 0


def names(answer: dict[str, Any]) -> list[str]:
    return [item["name"] for item in answer["data"]]


def test_a_list_comes_in_pages_oldest_first(api: Api) -> None:
    for number in range(7):
        api.customer(name=f"c{number}")
    first, last = api.got("/customers", limit=3), api.got("/customers", limit=3, page=3)
    assert names(first) == ["c0", "c1", "c2"]
    assert first["pagination"] == {"page": 1, "limit": 3, "total": 7, "total_pages": 3}
    assert names(last) == ["c6"]
    assert names(api.got("/customers", page=9)) == []
    assert api.got("/customers")["pagination"]["limit"] == 25


def test_filters_must_all_match_and_count_in_the_total(api: Api) -> None:
    api.customer(name="Acme Corp", status="active")
    api.customer(name="Acme Lab", status="suspended")
    api.customer(name="Bolt", status="suspended")
    assert names(api.got("/customers", status="suspended")) == ["Acme Lab", "Bolt"]
    found = api.got("/customers", status="suspended", search="aCME")
    assert names(found) == ["Acme Lab"]
    assert found["pagination"]["total"] == 1
    assert names(api.got("/customers", status="inactive")) == []
    refused(api.get("/customers", params={"status": "unheard_of"}), 422, field="status")


def test_search_ignores_case_beyond_ascii(api: Api) -> None:
    api.customer(name="STRAẞE 9")
    assert names(api.got("/customers", search="straße")) == ["STRAẞE 9"]


def test_a_list_is_sorted_by_any_scalar_both_ways(api: Api) -> None:
    for name, email in (("b", "1@x"), ("a", None), ("c", "0@x")):
        api.customer(name=name, **({"email": email} if email else {}))
    assert names(api.got("/customers", sort="name")) == ["a", "b", "c"]
    assert names(api.got("/customers", sort="name", order="desc")) == ["c", "b", "a"]
    assert names(api.got("/customers", sort="email")) == ["a", "c", "b"]
    assert names(api.got("/customers", order="desc")) == ["c", "a", "b"]


def test_a_taken_external_id_is_refused_and_a_freed_one_is_not(api: Api) -> None:
    first = api.customer(external_id="e1")
    refused(api.post("/customers", json={"name": "B", "type": "agent", "external_id": "e1"}), 409, field="external_id")
    second = api.customer(external_id="e2")
    refused(api.patch(f"/customers/{second['id']}", json={"external_id": "e1"}), 409, field="external_id")
    api.changed(f"/customers/{first['id']}", external_id="e1")
    api.changed(f"/customers/{first['id']}", external_id=None)
    assert api.changed(f"/customers/{second['id']}", external_id="e1")["external_id"] == "e1"


def test_two_tenants_may_use_the_same_external_id(server: MockCoobird, api: Api) -> None:
    api.customer(external_id="e1")
    with Api(server.url) as other:
        assert other.customer(external_id="e1")["external_id"] == "e1"


LINE = {"description": "Setup", "quantity": 1, "unit_price_cents": 5, "subtotal_cents": 5, "total_cents": 5}


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/wallets", {"name": "Prepaid"}),
        ("/invoices", {"issue_date": "2026-04-01", "line_items": [LINE]}),
        ("/payments", {"amount": 100, "payment_method": "credit_card"}),
    ],
)
def test_a_customer_to_whom_something_belongs_cannot_be_deleted(api: Api, path: str, fields: dict[str, Any]) -> None:
    customer = api.customer()
    api.made(path, customer_id=customer["id"], **fields)
    problem = refused(api.delete(f"/customers/{customer['id']}"), 409, code="in_use")
    assert f"1 {path.strip('/').removesuffix('s')}" in problem["detail"]


def test_an_id_in_a_body_that_leads_nowhere_is_404_and_names_its_field(api: Api) -> None:
    refused(api.post("/wallets", json={"customer_id": "cust_x", "name": "Main"}), 404, field="customer_id")


@pytest.mark.parametrize("path", ["/agents/agent_x/actions", "/plans/plan_x/charges", "/plans/plan_x/agent-actions"])
def test_the_parts_of_something_that_does_not_exist_are_404(api: Api, path: str) -> None:
    refused(api.get(path), 404)


def test_a_list_is_sorted_by_each_field_that_it_names_and_by_no_other(server: MockCoobird, api: Api) -> None:
    spec = packaged_spec()
    lists = [each for each in spec.operations.values() if each.paged and "{" not in each.path]
    assert len(lists) == 7
    for operation in lists:
        kind = operation.id.removeprefix("list_").removesuffix("s")
        shown = spec.schemas.properties(operation.item_schema or {})
        problem = refused(api.get(operation.path, params={"sort": "nothing"}), 422, field="sort")
        sortable = problem["errors"][0]["message"].removeprefix("must be one of ").split(", ")
        stored = {name for name, schema in shown.items() if not {"object", "array"} & set(types_of(schema))}
        assert set(sortable) == stored - set(RESOURCES[kind].computed)
        for name in shown:
            answer = api.get(operation.path, params={"sort": name})
            assert answer.status_code == (200 if name in sortable else 422), (operation.id, name)


def test_no_field_that_is_computed_for_the_answer_can_be_sorted(server: MockCoobird, api: Api) -> None:
    world = World(api)
    api.made(f"/contracts/{world.contract}/activate", 200)
    for kind, path in (("contract", f"/contracts/{world.contract}"), ("plan", f"/plans/{world.plan}")):
        shown = api.got(path)
        for name, value in shown.items():
            if value is not None and name in RESOURCES[kind].computed:
                refused(api.get(path.rpartition("/")[0], params={"sort": name}), 422, field="sort")
    assert api.got(f"/contracts/{world.contract}")["current_period_start"] is not None
