"""Every operation of the contract, called with all options that it has."""

import json

import coobird_api.models
import pytest

from coobird import AuthenticationError, ConflictError, Coomon, NotFoundError
from tests.support.contract.complete import CALLS
from tests.support.contract.flavours import Wire, in_flavour
from tests.support.contract.given import Given
from tests.support.contract.judge import Judge
from tests.support.contract.reading import misread
from tests.support.contract.spec import OPERATIONS, Json, resolve

every_operation = pytest.mark.parametrize("operation", OPERATIONS)
POSTS = [name for name, operation in OPERATIONS.items() if operation.method == "POST" and name != "track_events"]

# Another valid body for the operations that keep no metadata.
OTHERWISE: dict[str, Json] = {
    "activate_contract": {"skip_validation": False},
    "suspend_contract": {"suspend_reason": "Fraud"},
    "cancel_contract": {"reason": "Broke"},
    "create_agent_with_actions": {"actions": []},
    "create_agent_action": {"description": "Another one"},
    "create_plan_charge": {"description": "Another one"},
    "create_plan_agent_action_tier": {"flat_fee": 1},
    "finalize_invoice": {"send_email": False},
    "void_invoice": {"reason": "Twice"},
    "preview_invoice": {"contract_id": "contract_other"},
}


def test_every_operation_of_the_contract_is_called() -> None:
    assert CALLS.keys() == OPERATIONS.keys()


@every_operation
def test_a_call_returns_what_the_contract_describes(given: Given, coomon: Coomon, operation: str) -> None:
    call, contract = CALLS[operation](given), OPERATIONS[operation]
    answer = call.make(coomon, operation)
    if contract.answer is None:
        assert answer is None
        return
    assert list(misread(answer, contract.answer)) == []
    model = getattr(coobird_api.models, contract.answer_name or "")
    assert {type(item) for item in (answer if isinstance(answer, list) else [answer])} == {model}


@every_operation
def test_a_complete_call_sends_every_option_and_no_other(
    given: Given, coomon: Coomon, judge: Judge, operation: str
) -> None:
    call, contract = CALLS[operation](given), OPERATIONS[operation]
    call.make(coomon, operation)
    request = judge.sent
    assert request.method == contract.method
    assert set(request.url.params) == contract.query.keys()
    body = json.loads(request.content or b"{}")
    assert body.keys() == contract.body.keys()
    for name, schema in contract.body.items():
        assert unsent(body[name], schema) == set(), name


def unsent(value: object, schema: Json) -> set[str]:
    """The documented fields of nested objects that are nowhere in the value."""
    items = value if isinstance(value, list) else [value]
    given = {name for item in items if isinstance(item, dict) for name in item}
    return set(resolve(schema.get("items", schema)).get("properties", {})) - given


@pytest.mark.parametrize("operation", [name for name, operation in OPERATIONS.items() if operation.path_names])
def test_an_unknown_id_in_any_place_of_the_path_is_not_found(given: Given, coomon: Coomon, operation: str) -> None:
    call = CALLS[operation](given)
    for position in range(len(call.ids)):
        ids = (*call.ids[:position], "unknown_1", *call.ids[position + 1 :])
        with pytest.raises(NotFoundError, match="unknown_1"):
            call._replace(ids=ids).make(coomon, operation)


@every_operation
def test_a_wrong_api_key_is_refused(given: Given, flavour: str, wire: Wire, host: str, operation: str) -> None:
    call = CALLS[operation](given)
    with (
        in_flavour(flavour, wire, "pk_not_valid", host=host, max_retries=0) as intruder,
        pytest.raises(AuthenticationError) as refusal,
    ):
        call.make(intruder, operation)
    assert refusal.value.code == "unauthorized"


@pytest.mark.parametrize("operation", POSTS)
def test_the_same_idempotency_key_returns_the_first_answer_again(given: Given, coomon: Coomon, operation: str) -> None:
    call = CALLS[operation](given)
    first = call.make(coomon, operation, idempotency_key="key_1")
    assert call.make(coomon, operation, idempotency_key="key_1") == first


@pytest.mark.parametrize("operation", POSTS)
def test_the_same_idempotency_key_with_another_body_is_a_conflict(given: Given, coomon: Coomon, operation: str) -> None:
    call = CALLS[operation](given)
    call.make(coomon, operation, idempotency_key="key_1")
    with pytest.raises(ConflictError) as refusal:
        call.make(coomon, operation, idempotency_key="key_1", **OTHERWISE.get(operation, {"metadata": {"other": 1}}))
    assert refusal.value.code == "idempotency_key_reused"


@pytest.mark.violates("request.header.idempotency-key")
def test_an_idempotency_key_that_is_too_long_is_refused_by_name(wire: Wire, host: str) -> None:
    """The clients would not send it, so it is sent without them."""
    headers = {"Authorization": "Bearer sk_test_keys", "Idempotency-Key": "k" * 256}
    answer = wire.client.post(f"{host}/api/v1/customers", json={"name": "Acme", "type": "company"}, headers=headers)
    assert answer.status_code == 422
    assert [entry["field"] for entry in answer.json()["errors"]] == ["Idempotency-Key"]
