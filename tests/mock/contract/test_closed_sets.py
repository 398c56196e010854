"""Closed sets of the contract, and currencies: unknown words are refused with the known ones."""

from typing import Any

import iso4217
import pytest

from coobird.mock.contract.currencies import CURRENCIES
from coobird.mock.contract.json_text import is_array, is_object
from coobird.mock.contract.problems import Problem
from coobird.mock.contract.schemas import check
from coobird.mock.contract.spec import packaged_spec

SPEC = packaged_spec()
SCHEMAS: dict[str, Any] = SPEC.schemas.document["components"]["schemas"]
REQUESTS = {name: schema for name, schema in SCHEMAS.items() if schema.get("additionalProperties") is False}
CURRENCY_FIELDS = [
    (name, field)
    for name, schema in REQUESTS.items()
    for field, value in schema["properties"].items()
    if field == "currency" or value.get("format") == "iso-4217"
]


def words_of(schema: Any) -> list[str]:
    """Words that a field of a request may have. Empty if it is not a closed set."""
    schema = SPEC.schemas.resolve(schema)
    if "anyOf" in schema:
        return [word for each in schema["anyOf"] for word in words_of(each)]
    return list(schema.get("enum", []))


CLOSED = [
    (name, field, words)
    for name, schema in REQUESTS.items()
    for field, value in schema["properties"].items()
    if (words := words_of(value))
]


def refusals(name: str, field: str, value: Any) -> list[str]:
    """Reasons for which the field of a request cannot have this value."""
    try:
        check(SPEC.schemas.compile({**REQUESTS[name], "required": []}), {field: value})
    except Problem as problem:
        return [error.message for error in problem.errors if error.field == field]
    return []


@pytest.mark.parametrize(("name", "field", "words"), CLOSED)
def test_an_unknown_word_is_refused_with_the_known_ones(name: str, field: str, words: list[str]) -> None:
    for wrong in ("yearly", "", words[0].upper(), f"{words[0]} "):
        assert refusals(name, field, wrong) == [f"must be one of {', '.join(words)}, not {wrong!r}"]
    for word in words:
        assert refusals(name, field, word) == []


def test_every_field_with_known_words_is_a_closed_set() -> None:
    closed = {(name, field) for name, field, _ in CLOSED}
    named = {"status", "billing_frequency", "pricing_model", "payment_method", "billing_interval", "billing_period"}
    named |= {"plan_type", "category", "target_audience", "refund_type", "cancellation_type", "collection_method"}
    named |= {"charge_type", "signal_type", "aggregation_type", "action_type", "credit_type", "type"}
    found = {(name, field) for name, schema in REQUESTS.items() for field in schema["properties"] if field in named}
    # The lines of an invoice are free: their amounts, and what they say, are those of the caller.
    assert found - closed == {("CreateInvoiceLineItemOptions", "pricing_model")}
    assert not [
        (name, field)
        for name, schema in REQUESTS.items()
        for field, value in schema["properties"].items()
        if "Known values" in value.get("description", "")
    ]


def test_the_currencies_are_those_of_iso_4217() -> None:
    assert frozenset(currency.code for currency in iso4217.Currency) == CURRENCIES


@pytest.mark.parametrize(("name", "field"), CURRENCY_FIELDS)
def test_a_currency_is_a_code_of_iso_4217(name: str, field: str) -> None:
    for wrong in ("usd", "Usd", "JPX", "US", "USDT", "€€€", "   "):
        assert "must be a currency code of ISO 4217, such as USD" in refusals(name, field, wrong), wrong
    for code in ("USD", "EUR", "JPY", "KWD"):
        assert refusals(name, field, code) == []


def test_no_currency_of_a_request_is_free_text() -> None:
    assert len(CURRENCY_FIELDS) == 10
    assert all(REQUESTS[name]["properties"][field]["format"] == "iso-4217" for name, field in CURRENCY_FIELDS)


def test_no_schema_of_a_request_is_left_out() -> None:
    def objects(node: Any) -> Any:
        if is_object(node):
            yield node
        for inner in node.values() if is_object(node) else node if is_array(node) else []:
            yield from objects(inner)

    bodies = [SPEC.schemas.resolve(each.body_schema) for each in SPEC.operations.values() if each.body_schema]
    assert all(body["additionalProperties"] is False for body in bodies if "properties" in body)
    assert all(body in REQUESTS.values() for body in bodies)
