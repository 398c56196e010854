"""Signals: the rules that no schema says."""

import pytest

from coobird import ConflictError, Coomon, UnprocessableEntityError
from tests.support.contract.given import Given
from tests.support.contract.reading import refused

AGGREGATIONS = ("count", "sum", "max", "min", "average", "unique_count")


def test_a_new_signal_is_active_and_counts(coomon: Coomon) -> None:
    signal = coomon.create_signal(signal_name="Calls", signal_code="calls", signal_type="billable")
    assert (signal.status, signal.aggregation_type) == ("active", "count")
    assert (signal.unit_label, signal.value_field, signal.description, signal.metadata) == (None, None, None, {})


def test_what_the_dashboard_sets_is_empty_at_first(given: Given) -> None:
    signal = given.cost_signal()
    assert (signal.category, signal.cost_type, signal.cost_per_unit) == (None, None, None)


@pytest.mark.parametrize("aggregation", AGGREGATIONS)
def test_each_aggregation_is_known(given: Given, aggregation: str) -> None:
    assert given.signal(aggregation_type=aggregation).aggregation_type == aggregation


def test_filters_must_all_match(coomon: Coomon, given: Given) -> None:
    wanted = given.signal(signal_name="API calls", signal_type="cost")
    given.signal(signal_name="API calls")
    given.signal(signal_name="Tokens", signal_type="cost")
    found = {"signal_type": "cost", "status": "active", "search": "api"}
    assert coomon.list_signals(**found).data == [wanted]
    assert list(coomon.iter_signals(**found)) == [wanted]


def test_an_inactive_signal_is_found_as_such(coomon: Coomon, given: Given) -> None:
    given.signal()
    changed = coomon.update_signal(given.signal().id, status="inactive")
    assert coomon.list_signals(status="inactive").data == [changed]


def test_a_code_is_taken_only_once(coomon: Coomon, given: Given) -> None:
    given.signal(signal_code="calls")
    other = given.signal()
    with refused(ConflictError, code="already_exists", field="signal_code"):
        given.signal(signal_code="calls")
    with refused(ConflictError, code="already_exists", field="signal_code"):
        coomon.update_signal(other.id, signal_code="calls")


@pytest.mark.violates("request.body.status")
def test_a_state_that_does_not_exist_is_refused(coomon: Coomon, given: Given) -> None:
    with refused(UnprocessableEntityError, field="status"):
        coomon.update_signal(given.signal().id, status="asleep")


def test_the_signal_of_an_action_cannot_be_deleted(coomon: Coomon, given: Given) -> None:
    with refused(ConflictError, code="in_use"):
        coomon.delete_signal(given.action().billable_signal.id)


def test_a_cost_signal_of_an_action_cannot_be_deleted(coomon: Coomon, given: Given) -> None:
    cost = given.cost_signal()
    given.action(cost_signal_ids=[cost.id])
    with refused(ConflictError, code="in_use"):
        coomon.delete_signal(cost.id)


def test_a_signal_that_a_plan_bills_cannot_be_deleted(coomon: Coomon, given: Given) -> None:
    signal = given.signal()
    given.price(billable_signal_id=signal.id)
    with refused(ConflictError, code="in_use"):
        coomon.delete_signal(signal.id)
