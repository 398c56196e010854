"""The contract says everything a reader, a generator and a server need, for every operation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.contract.spec import DOCUMENT

Json = dict[str, Any]


OPERATIONS_BY_TAG = {
    "events": "track_events",
    "customers": "create_customer get_customer list_customers update_customer delete_customer",
    "contracts": """create_contract get_contract list_contracts update_contract activate_contract suspend_contract
        cancel_contract""",
    "agents": "create_agent get_agent list_agents update_agent delete_agent create_agent_with_actions",
    "agent_actions": "create_agent_action list_agent_actions update_agent_action delete_agent_action",
    "plans": "create_plan get_plan list_plans update_plan delete_plan",
    "plan_charges": "create_plan_charge list_plan_charges update_plan_charge delete_plan_charge",
    "plan_agent_actions": """create_plan_agent_action list_plan_agent_actions get_plan_agent_action
        update_plan_agent_action delete_plan_agent_action""",
    "pricing_tiers": """create_plan_agent_action_tier update_plan_agent_action_tier delete_plan_agent_action_tier""",
    "signals": "create_signal get_signal list_signals update_signal delete_signal",
    "payments": "create_payment get_payment list_payments update_payment refund_payment delete_payment",
    "invoices": """create_invoice get_invoice list_invoices update_invoice finalize_invoice void_invoice
        preview_invoice""",
    "wallets": "create_wallet get_wallet get_wallet_balance top_up_wallet deduct_wallet",
}
OPERATION_IDS = [name for names in OPERATIONS_BY_TAG.values() for name in names.split()]


def resolve(node: Json) -> Json:
    while "$ref" in node:
        target: Any = DOCUMENT
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        node = target
    return node


def operations() -> dict[str, tuple[str, str, Json]]:
    """Each operation by its id: path, verb, and the operation with the parameters of its path."""
    found = {}
    for path, item in DOCUMENT["paths"].items():
        for verb, operation in item.items():
            if verb != "parameters":
                parameters = [resolve(p) for p in item.get("parameters", []) + operation.get("parameters", [])]
                found[operation["operationId"]] = (path, verb, {**operation, "parameters": parameters})
    return found


OPERATIONS = operations()
every_operation = pytest.mark.parametrize("name", OPERATION_IDS)


def schemas_below(node: Any, seen: set[int]) -> Iterator[Json]:
    """The schema and every schema that it is made of."""
    node = resolve(node)
    if id(node) in seen:
        return
    seen.add(id(node))
    yield node
    for key in ("allOf", "anyOf", "oneOf"):
        for part in node.get(key, []):
            yield from schemas_below(part, seen)
    parts = [*node.get("properties", {}).values(), node.get("items"), node.get("additionalProperties")]
    for part in parts:
        if isinstance(part, dict):
            yield from schemas_below(part, seen)


def answer_schemas(operation: Json) -> Iterator[Json]:
    for response in operation["responses"].values():
        for media in resolve(response).get("content", {}).values():
            yield from schemas_below(media["schema"], set())


def test_the_operations_are_exactly_the_documented_ones() -> None:
    assert len(OPERATION_IDS) == 63
    found: dict[str, list[str]] = {}
    for name, (_, _, operation) in OPERATIONS.items():
        found.setdefault(operation["tags"][0], []).append(name)
    expected = {tag: sorted(names.split()) for tag, names in OPERATIONS_BY_TAG.items()}
    assert {tag: sorted(names) for tag, names in found.items()} == expected


@every_operation
def test_an_operation_says_what_it_does(name: str) -> None:
    _, _, operation = OPERATIONS[name]
    assert len(operation["tags"]) == 1
    assert operation["summary"].endswith(".")
    assert operation["description"].strip()


@every_operation
def test_every_parameter_has_a_description(name: str) -> None:
    path, _, operation = OPERATIONS[name]
    assert [p["name"] for p in operation["parameters"] if not p.get("description", "").strip()] == []
    assert {p["name"] for p in operation["parameters"] if p["in"] == "path"} == set(re.findall(r"{(\w+)}", path))


@every_operation
def test_every_answer_is_documented_with_its_request_id(name: str) -> None:
    path, verb, operation = OPERATIONS[name]
    answers = {int(status): resolve(response) for status, response in operation["responses"].items()}
    expected = {400, 401, 403, 422, 429, 500, 502, 503, 504}
    expected |= {404} if "{" in path else set()
    expected |= {409} if verb == "post" else set()
    expected |= {413} if "requestBody" in operation else set()
    assert expected <= set(answers)
    assert [status for status in answers if 200 <= status < 300] == [success_status(name, verb)]
    for status, answer in answers.items():
        assert answer["description"].strip(), status
        assert "X-Request-Id" in answer["headers"], status
        if status >= 400:
            assert list(answer["content"]) == ["application/problem+json"], status
    assert resolve(answers[429]["headers"]["Retry-After"])["required"] is True


def success_status(name: str, verb: str) -> int:
    if verb == "delete":
        return 204
    return 201 if verb == "post" and name.startswith("create_") else 200


@every_operation
def test_every_post_can_be_repeated_safely(name: str) -> None:
    _, verb, operation = OPERATIONS[name]
    headers = [p["name"] for p in operation["parameters"] if p["in"] == "header"]
    assert headers == (["Idempotency-Key"] if verb == "post" else [])


@every_operation
def test_an_answer_takes_values_that_the_server_adds_tomorrow(name: str) -> None:
    _, _, operation = OPERATIONS[name]
    for schema in answer_schemas(operation):
        assert "enum" not in schema, schema
        assert "const" not in schema, schema
        assert schema.get("additionalProperties") is not False, schema


@every_operation
def test_a_request_takes_no_unknown_field(name: str) -> None:
    _, _, operation = OPERATIONS[name]
    if "requestBody" not in operation:
        return
    assert list(operation["requestBody"]["content"]) == ["application/json"]
    for schema in schemas_below(operation["requestBody"]["content"]["application/json"]["schema"], set()):
        if "properties" in schema:
            assert schema["additionalProperties"] is False, schema


@pytest.mark.parametrize("name", sorted(DOCUMENT["components"]["schemas"]))
def test_every_field_has_a_description(name: str) -> None:
    schema = DOCUMENT["components"]["schemas"][name]
    assert schema.get("description", "").strip()
    for part in schemas_below(schema, set()):
        bare = [field for field, value in part.get("properties", {}).items() if not described(value)]
        assert bare == []


def described(value: Json) -> bool:
    return bool(value.get("description", "").strip()) or ("$ref" in value and described(resolve(value)))


def test_every_name_on_the_wire_is_snake_case() -> None:
    names = {
        p["name"] for _, _, operation in OPERATIONS.values() for p in operation["parameters"] if p["in"] != "header"
    }
    for schema in DOCUMENT["components"]["schemas"].values():
        for part in schemas_below(schema, set()):
            names |= set(part.get("properties", {}))
    assert [name for name in sorted(names) if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name)] == []
