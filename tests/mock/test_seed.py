"""Seeds: calls that are carried out before the first request."""

from pathlib import Path

import pytest

from coobird.mock import MockCoobird
from tests.support import ROOT
from tests.support.mock.api import Api, refused

SEED = """
key: sk_test_demo
calls:
  - create_customer: {name: Acme, type: company, external_id: $$acme, metadata: {since: 2026-04-01}}
    as: acme
  - create_signal: {signal_name: LLM, signal_code: llm, signal_type: cost}
    as: llm
  - set_signal_cost: {signal_id: $llm.id, cost_type: fixed, cost_per_unit: 0.25, category: llm}
  - create_agent_with_actions:
      agent: {name: Agent}
      actions:
        - action_name: Search
          action_type: task
          billable_signal: {signal_name: Search, signal_code: search, aggregation_type: count}
          cost_signal_ids: [$llm.id]
    as: agent
  - create_plan: {name: Pro, code: pro}
    as: plan
  - create_plan_agent_action:
      plan_id: $plan.id
      agent_action_id: $agent.actions.0.id
      pricing_model: per_unit
      unit_price: 2
  - create_contract: {plan_id: $plan.id, customer_id: $acme.id, name: Contract, start_date: 2026-01-01}
    as: contract
  - activate_contract: {contract_id: $contract.id}
  - update_customer: {customer_id: $acme.id, email: a@acme.test}
  - track_events:
      events:
        - event_id: seeded
          customer_id: $acme.id
          agent_id: $agent.id
          action_type: task
          quantity: 4
          timestamp: 2026-04-01T00:00:00Z
"""


@pytest.fixture
def seed(tmp_path: Path) -> str:
    file = tmp_path / "seed.yaml"
    file.write_text(SEED)
    return str(file)


def test_a_seed_fills_the_tenant_of_its_key_with_the_same_ids_in_every_run(seed: str) -> None:
    found = []
    for _ in range(2):
        with MockCoobird(seed=seed, strict=True) as mock, Api(mock.url, "sk_test_demo") as api, Api(mock.url) as other:
            (customer,) = api.got("/customers")["data"]
            assert (customer["email"], customer["external_id"]) == ("a@acme.test", "$acme")
            assert customer["metadata"] == {"since": "2026-04-01"}
            assert api.got("/contracts")["data"][0]["status"] == "active"
            (kept,) = mock.events("sk_test_demo")
            assert (kept["customer_id"], kept["cost_usd"]) == (customer["id"], "1")
            assert other.got("/customers")["data"] == []
            found.append(customer["id"])
    assert found[0] == found[1]


def test_a_seed_on_a_file_that_has_it_already_does_nothing_twice(seed: str, tmp_path: Path) -> None:
    for _ in range(2):
        with MockCoobird(seed=seed, db=str(tmp_path / "coobird.db")) as mock, Api(mock.url, "sk_test_demo") as api:
            assert api.got("/customers")["pagination"]["total"] == 1
            assert api.got("/contracts")["pagination"]["total"] == 1
            assert len(mock.events()) == 1


def test_a_seed_on_a_file_that_has_it_already_undoes_no_change(seed: str, tmp_path: Path) -> None:
    for expected in ("a@acme.test", "new@acme.test"):
        with MockCoobird(seed=seed, db=str(tmp_path / "coobird.db")) as mock, Api(mock.url, "sk_test_demo") as api:
            (customer,) = api.got("/customers")["data"]
            assert customer["email"] == expected
            api.changed(f"/customers/{customer['id']}", email="new@acme.test")


@pytest.mark.parametrize("whose", [None, "sk_test_demo"])
def test_a_reset_plants_the_seed_again_with_the_same_ids(seed: str, whose: str | None) -> None:
    with MockCoobird(seed=seed, strict=True) as mock, Api(mock.url, "sk_test_demo") as api:
        before = api.got("/customers")["data"][0]
        api.changed(f"/customers/{before['id']}", email=None)
        api.customer(name="Another")
        mock.reset(whose)
        (customer,) = api.got("/customers")["data"]
        assert (customer["id"], customer["email"]) == (before["id"], "a@acme.test")
        assert [kept["event_id"] for kept in mock.events()] == ["seeded"]


def test_resetting_another_key_leaves_the_seed_and_what_came_after_it(seed: str) -> None:
    with MockCoobird(seed=seed) as mock, Api(mock.url, "sk_test_demo") as api, Api(mock.url) as other:
        added = api.customer(name="Another")
        other.customer()
        mock.reset(other.key)
        assert api.got("/customers")["data"][1:] == [added]
        assert other.got("/customers")["data"] == []


def test_a_seed_that_cannot_be_planted_again_at_the_time_of_the_clock_is_an_error_that_names_the_call(
    tmp_path: Path,
) -> None:
    file = tmp_path / "seed.yaml"
    file.write_text(
        """
key: sk_test_demo
calls:
  - create_customer: {name: Acme, type: company}
    as: acme
  - create_plan: {name: Pro, code: pro}
    as: plan
  - create_contract: {plan_id: $plan.id, customer_id: $acme.id, name: C, start_date: 2026-01-01,
  end_date: 2899-01-01}
    as: contract
  - activate_contract: {contract_id: $contract.id}
"""
    )
    with MockCoobird(seed=str(file)) as mock:
        mock.freeze("2900-01-01")
        with pytest.raises(ValueError, match=r"call 4 of the seed.*ended on 2899-01-01"):
            mock.reset("sk_test_demo")
        mock.reset()
        with Api(mock.url, "sk_test_demo") as api:
            assert api.got("/contracts")["data"][0]["status"] == "active"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("calls: [", "the seed is invalid"),
        ("calls: {}", "the seed is invalid"),
        ("key: pk_1\ncalls: []", "sk_"),
        (
            "calls: [{create_costumer: {}}]",
            r"call 1 of the seed \(create_costumer\): the contract has no such operation",
        ),
        ("calls: [{as: x}]", "must name one operation, not none"),
        (
            "calls: [{create_agent: {name: A}, create_plan: {}}]",
            "must name one operation, not create_agent, create_plan",
        ),
        ("calls: [{create_agent: {name: A}}, {create_agent: {name: 1}}]", r"call 2 of the seed \(create_agent\): name"),
        ("calls: [{update_agent: {agent_id: agent_x}}]", "There is no agent 'agent_x'"),
        ("calls: [{update_agent: {name: A}}]", "agent_id"),
        ("calls: [{create_agent: {name: $unknown.id}}]", r"\$unknown.id names no part of an earlier answer"),
        ("calls: [{set_signal_cost: {signal_id: s, cost_type: odd}}]", "cost_type"),
    ],
)
def test_a_seed_that_cannot_be_carried_out_says_which_call_and_why(tmp_path: Path, text: str, complaint: str) -> None:
    file = tmp_path / "seed.yaml"
    file.write_text(text)
    with pytest.raises(ValueError, match=complaint):
        MockCoobird(seed=str(file)).start()


def test_the_seed_in_the_documentation_can_be_planted(tmp_path: Path) -> None:
    file = tmp_path / "seed.yaml"
    text = (ROOT / "docs" / "mock.md").read_text("utf-8")
    file.write_text(text.partition("```yaml\n")[2].partition("```")[0])
    with MockCoobird(seed=str(file), strict=True) as mock, Api(mock.url, "sk_test_demo") as api:
        assert [customer["name"] for customer in api.got("/customers")["data"]] == ["Acme"]
        assert [signal["cost_per_unit"] for signal in api.got("/signals")["data"]] == [0.002]


def test_a_server_that_could_not_start_can_be_started_later(tmp_path: Path) -> None:
    file = tmp_path / "seed.yaml"
    file.write_text("calls: 1")
    mock = MockCoobird(seed=str(file))
    with pytest.raises(ValueError, match="seed is invalid"):
        mock.start()
    file.write_text("calls: []")
    with mock, Api(mock.url) as api:
        refused(api.get("/customers/none"), 404)
