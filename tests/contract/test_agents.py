"""Agents: the rules that no schema says."""

import pytest

from coobird import ConflictError, Coomon, NotFoundError, UnprocessableEntityError
from tests.support.contract.given import Given
from tests.support.contract.reading import refused


def test_a_new_agent_is_a_draft_without_anything(coomon: Coomon) -> None:
    agent = coomon.create_agent(name="Helper")
    assert (agent.status, agent.description, agent.external_id) == ("draft", None, None)
    assert (agent.tags, agent.config, agent.metadata, agent.actions) == ([], {}, {}, [])


def test_an_agent_is_answered_with_its_actions_oldest_first(coomon: Coomon, given: Given) -> None:
    agent = given.agent()
    actions = [given.action(agent.id), given.action(agent.id)]
    assert coomon.get_agent(agent.id).actions == actions
    assert coomon.list_agents().data[0].actions == actions


def test_an_agent_with_actions_is_made_in_one_call(coomon: Coomon, given: Given) -> None:
    action = {"action_name": "Answer", "action_type": "task", "billable_signal": given.billable_signal()}
    agent = coomon.create_agent_with_actions(agent={"name": "Helper"}, actions=[action])
    assert [action.agent_id for action in agent.actions] == [agent.id]
    assert coomon.get_agent(agent.id) == agent


def test_if_one_action_cannot_be_made_there_is_no_agent_and_no_signal(coomon: Coomon, given: Given) -> None:
    action = {"action_name": "Answer", "action_type": "task", "billable_signal": given.billable_signal()}
    with refused(ConflictError, field="actions.1.billable_signal.signal_code"):
        coomon.create_agent_with_actions(agent={"name": "Helper"}, actions=[action, action])
    assert coomon.list_agents().data == []
    assert coomon.list_signals().data == []


def test_a_cost_signal_that_does_not_exist_is_named_with_its_place(coomon: Coomon, given: Given) -> None:
    action = {"action_name": "Answer", "action_type": "task", "billable_signal": given.billable_signal()}
    with refused(NotFoundError, field="actions.0.cost_signal_ids"):
        coomon.create_agent_with_actions(agent={"name": "Helper"}, actions=[{**action, "cost_signal_ids": ["no"]}])


@pytest.mark.parametrize("wanted", [True, False])
def test_agents_can_be_found_by_having_an_external_id_or_none(coomon: Coomon, given: Given, wanted: bool) -> None:
    agents = {True: given.agent(external_id="bot_1"), False: given.agent()}
    assert coomon.list_agents(has_external_id=wanted).data == [agents[wanted]]


def test_filters_must_all_match(coomon: Coomon, given: Given) -> None:
    wanted = given.agent(name="Support bot", status="active")
    given.agent(name="Support bot")
    given.agent(name="Sales bot", status="active")
    assert coomon.list_agents(status="active", search="SUPPORT").data == [wanted]


def test_an_external_id_is_taken_only_once(coomon: Coomon, given: Given) -> None:
    given.agent(external_id="bot_1")
    other = given.agent()
    with refused(ConflictError, code="already_exists", field="external_id"):
        coomon.update_agent(other.id, external_id="bot_1")


def test_tags_and_config_are_replaced_as_a_whole(coomon: Coomon, given: Given) -> None:
    agent = given.agent(tags=["a", "b"], config={"old": 1})
    changed = coomon.update_agent(agent.id, tags=["c"], config={"new": {"deep": []}})
    assert (changed.tags, changed.config) == (["c"], {"new": {"deep": []}})


def test_an_agent_takes_its_actions_and_their_signals_with_it(coomon: Coomon, given: Given) -> None:
    action = given.action()
    coomon.delete_agent(action.agent_id)
    with refused(NotFoundError):
        coomon.list_agent_actions(action.agent_id)
    with refused(NotFoundError):
        coomon.get_signal(action.billable_signal.id)


def test_an_agent_whose_action_is_priced_cannot_be_deleted(coomon: Coomon, given: Given) -> None:
    action = given.action()
    given.price(agent_action_id=action.id)
    with refused(ConflictError, code="in_use"):
        coomon.delete_agent(action.agent_id)
    assert coomon.get_agent(action.agent_id).actions == [action]


def test_an_agent_whose_action_a_contract_prices_cannot_be_deleted(coomon: Coomon, given: Given) -> None:
    price = given.price()
    given.contract(plan_id=price.plan_id)
    coomon.delete_plan_agent_action(price.plan_id, price.id)
    (agent,) = coomon.list_agents().data
    with refused(ConflictError, code="in_use"):
        coomon.delete_agent(agent.id)


@pytest.mark.violates("request.body.tags")
def test_an_empty_tag_is_refused_with_its_place(coomon: Coomon) -> None:
    with refused(UnprocessableEntityError, field="tags.1"):
        coomon.create_agent(name="Helper", tags=["a", ""])
