"""Every option of every operation: a refusal of an invalid value names the option."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from coobird import Coomon, UnprocessableEntityError
from tests.support.contract.complete import CALLS
from tests.support.contract.complete.table import Call
from tests.support.contract.given import Given
from tests.support.contract.reading import fields_named_by
from tests.support.contract.spec import OPERATIONS, Json, resolve, types_of

WRONG = {"string": 5, "integer": 1.5, "number": "many", "boolean": "maybe", "object": "text", "array": "text"}
WRONG_QUERIES = {"page": 0, "limit": 101, "order": "up", "has_external_id": "maybe"}


def wrong_value(schema: Json) -> Any:
    """Something that the method sends as it is, and that the contract has no place for."""
    kind = next(kind for kind in types_of(schema) if kind != "null")
    # The proxy does not know the format of currencies, so it would not see a wrong one.
    checked_text = "enum" in schema or schema.get("format", "iso-4217") != "iso-4217"
    return "nonsense" if checked_text else WRONG[kind]


def operations_with(take: Callable[[str], Mapping[str, Any]], place: str) -> list[Any]:
    """The operations that have such options, each of them announced to the proxy."""
    return [
        pytest.param(operation, marks=pytest.mark.violates(*[f"request.{place}.{name}" for name in take(operation)]))
        for operation in OPERATIONS
        # The client builds the batch of events, and refuses bad ones by itself.
        if operation != "track_events" and take(operation)
    ]


def body_of(operation: str) -> dict[str, Json]:
    return OPERATIONS[operation].body


def objects_in(operation: str) -> dict[str, Json]:
    """The options that are objects, or lists of objects, with the fields of one of them."""
    parts = {name: resolve(schema.get("items", schema)) for name, schema in body_of(operation).items()}
    return {name: schema["properties"] for name, schema in parts.items() if "properties" in schema}


def checked_queries(operation: str) -> dict[str, Any]:
    """The queries that do not take every text, with one that they do not take."""
    return {name: wrong for name, wrong in WRONG_QUERIES.items() if name in OPERATIONS[operation].query}


def fields_refused(call: Call, coomon: Coomon, operation: str, **changed: Any) -> list[str]:
    with pytest.raises(UnprocessableEntityError) as refusal:
        call.make(coomon, operation, **changed)
    return fields_named_by(refusal.value)


@pytest.mark.parametrize("operation", operations_with(body_of, "body"))
def test_a_value_of_the_wrong_type_is_refused_by_name(given: Given, coomon: Coomon, operation: str) -> None:
    call = CALLS[operation](given)
    for field, schema in body_of(operation).items():
        assert fields_refused(call, coomon, operation, **{field: wrong_value(schema)}) == [field]


@pytest.mark.parametrize("operation", operations_with(objects_in, "body"))
def test_a_value_of_the_wrong_type_inside_an_object_is_refused_with_its_path(
    given: Given, coomon: Coomon, operation: str
) -> None:
    call = CALLS[operation](given)
    for field, parts in objects_in(operation).items():
        whole, listed = call.options[field], isinstance(call.options[field], list)
        for name, schema in parts.items():
            part = {**(whole[0] if listed else whole), name: wrong_value(resolve(schema))}
            path = f"{field}.0.{name}" if listed else f"{field}.{name}"
            assert fields_refused(call, coomon, operation, **{field: [part] if listed else part}) == [path]


@pytest.mark.parametrize("operation", operations_with(checked_queries, "query"))
def test_a_query_value_that_cannot_be_is_refused_by_name(given: Given, coomon: Coomon, operation: str) -> None:
    call = CALLS[operation](given)
    for field, wrong in checked_queries(operation).items():
        assert fields_refused(call, coomon, operation, **{field: wrong}) == [field]


@pytest.mark.parametrize("operation", [name for name, operation in OPERATIONS.items() if operation.is_paged])
def test_a_list_cannot_be_sorted_by_a_field_that_its_entries_do_not_have(
    given: Given, coomon: Coomon, operation: str
) -> None:
    assert fields_refused(CALLS[operation](given), coomon, operation, sort="height") == ["sort"]
