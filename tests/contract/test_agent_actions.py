"""Actions of agents, each with the signal that bills it."""

from typing import Any

import pytest

from coobird import BillableSignalOptions, ConflictError, Coomon, NotFoundError, UnprocessableEntityError
from tests.support.contract.given import Given
from tests.support.contract.reading import refused


def test_an_action_comes_with_its_billable_signal(coomon: Coomon, given: Given) -> None:
    action = given.action(billable_signal=given.billable_signal(signal_code="answers", aggregation_type="sum"))
    signal = coomon.get_signal(action.billable_signal.id)
    assert (signal.signal_code, signal.signal_type, signal.aggregation_type) == ("answers", "billable", "sum")


def test_a_new_action_has_nothing_that_was_not_given(given: Given) -> None:
    action = given.action()
    assert (action.description, action.cost_signal_ids) == (None, [])
    assert action.value.to_dict() == {"fte_equivalent": None, "revenue_per_unit": None, "default_price_cents": None}


def test_nested_options_may_be_objects_of_their_class(coomon: Coomon, given: Given) -> None:
    signal = BillableSignalOptions(signal_name="Answers", signal_code="answers", aggregation_type="count")
    action = coomon.create_agent_action(
        given.agent().id, action_name="Answer", action_type="task", billable_signal=signal
    )
    assert action.billable_signal.signal_code == "answers"


def test_a_taken_signal_code_is_refused_and_no_action_is_made(coomon: Coomon, given: Given) -> None:
    agent = given.agent()
    given.signal(signal_code="answers")
    with refused(ConflictError, code="already_exists", field="billable_signal.signal_code"):
        given.action(agent.id, billable_signal=given.billable_signal(signal_code="answers"))
    assert coomon.list_agent_actions(agent.id).data == []


def test_filters_must_all_match(coomon: Coomon, given: Given) -> None:
    agent = given.agent()
    wanted = given.action(agent.id, action_name="Resolve", action_type="outcome")
    given.action(agent.id, action_name="Resolve")
    given.action(agent.id, action_name="Close", action_type="outcome")
    given.action(action_name="Resolve", action_type="outcome")
    assert coomon.list_agent_actions(agent.id, action_type="outcome", search="solv").data == [wanted]
    assert list(coomon.iter_agent_actions(agent.id, action_type="outcome", search="solv")) == [wanted]


def test_changes_reach_inside_the_signal_and_the_value(coomon: Coomon, given: Given) -> None:
    action = given.action(
        billable_signal=given.billable_signal(unit_label="calls", value_field="n"), value={"fte_equivalent": 0.5}
    )
    changed = coomon.update_agent_action(
        action.agent_id,
        action.id,
        billable_signal={"unit_label": "queries", "value_field": None},
        value={"revenue_per_unit": 0.05},
    )
    assert (changed.billable_signal.unit_label, changed.billable_signal.value_field) == ("queries", None)
    assert changed.billable_signal.signal_code == action.billable_signal.signal_code
    assert (changed.value.fte_equivalent, changed.value.revenue_per_unit) == (0.5, 0.05)


def test_cost_signals_are_set_then_added_then_removed(coomon: Coomon, given: Given) -> None:
    a, b, c = (given.cost_signal().id for _ in range(3))
    action = given.action(cost_signal_ids=[a])

    def change(**options: Any) -> list[str]:
        return coomon.update_agent_action(action.agent_id, action.id, **options).cost_signal_ids

    assert change(add_cost_signal_ids=[b, a]) == [a, b]
    assert change(remove_cost_signal_ids=[a, "unknown"]) == [b]
    assert change(cost_signal_ids=[a], add_cost_signal_ids=[c], remove_cost_signal_ids=[a]) == [c]


def test_a_cost_signal_that_does_not_exist_is_not_found(given: Given) -> None:
    with refused(NotFoundError, field="cost_signal_ids"):
        given.action(cost_signal_ids=["signal_unknown"])


def test_an_action_takes_its_billable_signal_with_it_and_leaves_cost_signals(coomon: Coomon, given: Given) -> None:
    cost = given.cost_signal()
    action = given.action(cost_signal_ids=[cost.id])
    coomon.delete_agent_action(action.agent_id, action.id)
    assert coomon.list_signals().data == [cost]


def test_a_priced_action_cannot_be_deleted(coomon: Coomon, given: Given) -> None:
    action = given.action()
    given.price(agent_action_id=action.id)
    with refused(ConflictError, code="in_use"):
        coomon.delete_agent_action(action.agent_id, action.id)


def test_an_action_whose_signal_is_billed_elsewhere_cannot_be_deleted(coomon: Coomon, given: Given) -> None:
    action = given.action()
    given.price(billable_signal_id=action.billable_signal.id)
    with refused(ConflictError, code="in_use"):
        coomon.delete_agent_action(action.agent_id, action.id)
    assert coomon.list_agent_actions(action.agent_id).data == [action]


def test_an_action_is_found_under_its_own_agent_only(coomon: Coomon, given: Given) -> None:
    action = given.action()
    with refused(NotFoundError):
        coomon.update_agent_action(given.agent().id, action.id, action_name="Mine")


@pytest.mark.violates("request.body.billable_signal")
def test_a_missing_part_of_the_signal_is_named(coomon: Coomon, given: Given) -> None:
    with refused(UnprocessableEntityError, field="billable_signal.aggregation_type"):
        coomon.create_agent_action(
            given.agent().id,
            action_name="a",
            action_type="task",
            billable_signal={"signal_name": "s", "signal_code": "s"},
        )
