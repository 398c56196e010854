"""Stored values are answered as they were sent, and change only where an update says so."""

from datetime import date, datetime
from typing import Any

import pytest

from coobird import Coomon, NotFoundError
from tests.support.contract.complete import CALLS
from tests.support.contract.complete.table import Call
from tests.support.contract.given import Given
from tests.support.contract.spec import OPERATIONS, types_of

CREATES = [name for name in OPERATIONS if name.startswith("create_")]
UPDATES = [name for name in OPERATIONS if name.startswith("update_")]
DELETES = [name for name in OPERATIONS if name.startswith("delete_")]
GETS = [name for name in OPERATIONS if name.startswith("get_") and name != "get_wallet_balance"]
NULLABLE = [
    (operation, field)
    for operation in UPDATES
    for field, schema in OPERATIONS[operation].body.items()
    if "null" in types_of(schema)
]


def as_sent(answer: Any) -> Any:
    """An answer in the form of options: dates as text."""
    if isinstance(answer, date) and not isinstance(answer, datetime):
        return answer.isoformat()
    return answer.to_dict() if hasattr(answer, "to_dict") else answer


def differences(sent: Any, found: Any, place: str) -> list[str]:
    """Places where a value that was sent is not found. Values that the server adds are ignored."""
    sent, found = as_sent(sent), as_sent(found)
    if isinstance(sent, dict) and isinstance(found, dict):
        return [text for name in sent for text in differences(sent[name], found.get(name), f"{place}.{name}")]
    if isinstance(sent, list) and isinstance(found, list) and len(sent) == len(found):
        pairs = enumerate(zip(sent, found, strict=True))
        return [text for number, pair in pairs for text in differences(*pair, f"{place}.{number}")]
    return [] if sent == found else [f"{place}: sent {sent!r}, found {found!r}"]


@pytest.mark.parametrize("operation", CREATES + UPDATES)
def test_what_was_sent_is_what_is_answered(given: Given, coomon: Coomon, operation: str) -> None:
    call = CALLS[operation](given)
    options = dict(call.options)
    if "line_items" in options:
        options["line_items"] = sorted(options["line_items"], key=lambda line: line["sort_order"])
    answer = call.make(coomon, operation)
    kept = {name: value for name, value in options.items() if hasattr(answer, name) and name != "cost_signal_ids"}
    assert kept
    assert [text for name, value in kept.items() for text in differences(value, getattr(answer, name), name)] == []


@pytest.mark.parametrize("operation", [name for name in CREATES if name.replace("create_", "get_") in GETS])
def test_what_was_created_can_be_read_again(given: Given, coomon: Coomon, operation: str) -> None:
    call = CALLS[operation](given)
    created = call.make(coomon, operation)
    assert getattr(coomon, operation.replace("create_", "get_"))(*call.ids, created.id) == created


@pytest.mark.parametrize("operation", [name for name in UPDATES if name.replace("update_", "get_") in GETS])
def test_what_was_changed_can_be_read_again(given: Given, coomon: Coomon, operation: str) -> None:
    call = CALLS[operation](given)
    changed = call.make(coomon, operation)
    assert getattr(coomon, operation.replace("update_", "get_"))(*call.ids) == changed


@pytest.mark.parametrize("operation", UPDATES)
def test_an_update_of_nothing_changes_nothing(given: Given, coomon: Coomon, operation: str) -> None:
    call = CALLS[operation](given)
    before = call.make(coomon, operation).to_dict()
    after = call._replace(options={}).make(coomon, operation).to_dict()
    assert after == {**before, **{name: after[name] for name in ("updated_at",) if name in before}}


@pytest.mark.parametrize(("operation", "field"), NULLABLE)
def test_none_clears_a_field_and_leaves_the_others(given: Given, coomon: Coomon, operation: str, field: str) -> None:
    call = CALLS[operation](given)
    before = call.make(coomon, operation).to_dict()
    after = Call(call.ids, {field: None}).make(coomon, operation).to_dict()
    assert before[field] is not None
    assert after == {**before, field: None, **{name: after[name] for name in ("updated_at",) if name in before}}


@pytest.mark.parametrize("operation", DELETES)
def test_what_was_deleted_is_gone(given: Given, coomon: Coomon, operation: str) -> None:
    call = CALLS[operation](given)
    call.make(coomon, operation)
    with pytest.raises(NotFoundError):
        call.make(coomon, operation)
    if (get := operation.replace("delete_", "get_")) in GETS:
        with pytest.raises(NotFoundError):
            getattr(coomon, get)(*call.ids)
