"""Bills agree to the cent with the sums of DuckDB, a database without code of this project.

It adds up the exported events.
"""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import pytest

from coobird.mock import MockCoobird
from tests.support.judges.sql import Database, database
from tests.support.mock.api import Api, event

DAYS = (
    "2026-03-31T23:59:59.999Z",
    *(f"2026-04-{day:02}T00:00:00.000Z" for day in range(1, 31)),
    "2026-05-01T00:00:00Z",
)
TIERS = [
    {"tier_order": 1, "start_unit": 0, "end_unit": 100, "price_per_unit": 10},
    {"tier_order": 2, "start_unit": 101, "end_unit": 400, "price_per_unit": 4.75, "flat_fee": 199},
    {"tier_order": 3, "start_unit": 401, "price_per_unit": 0.3333, "flat_fee": 50},
]
# Signal, aggregation, attribute and price, in the order of the agent actions.
PRICES: list[tuple[str, str, str | None, dict[str, Any]]] = [
    ("calls", "count", None, {"pricing_model": "tiered", "tiers": TIERS, "included_units": 20}),
    ("tokens", "sum", "value", {"pricing_model": "package", "package_size": 1000, "package_price": 12.5}),
    ("peak", "max", "value", {"pricing_model": "per_unit", "unit_price": 0.3333, "included_units": 0.5}),
    ("floor", "min", "value", {"pricing_model": "per_unit", "unit_price": 7, "minimum_commitment": 5000}),
    ("mean", "average", "value", {"pricing_model": "per_unit", "unit_price": 1.5}),
    ("users", "unique_count", "value", {"pricing_model": "per_unit", "unit_price": 25, "minimum_commitment": 10}),
    ("capped", "sum", "value", {"pricing_model": "per_unit", "unit_price": 9, "overage_allowed": False}),
]
COSTS = {
    "per_call": {"cost_type": "fixed", "cost_per_unit": 0.0041, "category": "api"},
    "per_token": {"cost_type": "variable", "cost_per_unit": 0.0000123, "category": "llm"},
}


class Scenario(NamedTuple):
    """Bill of the server, and the database with its events."""

    db: Database
    bill: dict[str, Any]
    signal_ids: dict[str, str]

    def billed(self, code: str) -> int:
        """Cents on the bill of the server."""
        return sum(
            item["total_cents"] for item in self.bill["line_items"] if item["signal_id"] == self.signal_ids[code]
        )


@pytest.fixture(scope="module", params=[1, 2, 3])
def scenario(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scenario]:
    with MockCoobird(strict=True) as mock, Api(mock.url) as api, database() as db:
        assert api.put(f"{mock.url}/_mock/clock", json={"freeze": "2026-04-20T12:00:00Z"}).status_code == 200
        customer = api.customer()["id"]
        agent, signal_ids = set_up(api, mock.url, customer)
        events = random_events(Random(request.param), customer, agent)
        # Some events are sent twice and must be billed once.
        for start in range(0, len(events), 400):
            api.sent(*events[start : start + 500])
        export = tmp_path_factory.mktemp("export") / "events.jsonl"
        export.write_bytes(api.get(f"{mock.url}/_mock/export").content)
        load(db, export, customer, agent)
        yield Scenario(db, api.made("/invoices/preview", 200, customer_id=customer), signal_ids)


def set_up(api: Api, url: str, customer: str) -> tuple[str, dict[str, str]]:
    """Id of an agent with priced actions that have a cost, and the signals' ids by code."""
    cost_ids: list[str] = []
    for code, cost in COSTS.items():
        signal = {"signal_name": code, "signal_code": code, "signal_type": "cost", "value_field": "value"}
        cost_ids.append(api.made("/signals", **signal)["id"])
        assert api.put(f"{url}/_mock/signals/{cost_ids[-1]}/cost", json=cost).status_code == 200
    agent = api.made("/agents", name="Researcher")["id"]
    plan = api.made("/plans", name="Pro", code="pro")["id"]
    signal_ids: dict[str, str] = {}
    for code, aggregation, field, price in PRICES:
        measured = {"signal_name": code, "signal_code": code, "aggregation_type": aggregation}
        if field:
            measured["value_field"] = field
        kind = {"peak": "workflow", "mean": "outcome"}.get(code, "task")
        action = {"action_name": code, "action_type": kind, "billable_signal": measured}
        made = api.made(
            f"/agents/{agent}/actions", **action, cost_signal_ids=cost_ids if kind == "task" else cost_ids[:1]
        )
        signal_ids[code] = made["billable_signal"]["id"]
        api.made(f"/plans/{plan}/agent-actions", agent_action_id=made["id"], **price)
    contract = api.made("/contracts", plan_id=plan, customer_id=customer, name="Acme", start_date="2026-04-01")
    api.made(f"/contracts/{contract['id']}/activate", 200, activation_date="2026-04-01")
    return agent, signal_ids


def random_events(random: Random, customer: str, agent: str) -> list[dict[str, Any]]:
    """Events inside and outside of the period, some of other customers, some without a number."""
    values: list[Any] = [..., None, "many", True, "12.5", 12.5, 1, 1.0, "1", -3.25, 0.1, 0.2, 0.0001]
    events: list[dict[str, Any]] = []
    for number in range(1500):
        attributes: dict[str, Any] = {}
        drawn = random.choice([*values, random.randint(0, 5000), round(random.uniform(0, 5000), 4)])
        if drawn is not ...:
            attributes["value"] = drawn
        if random.random() < 0.5:
            attributes["cost_usd"] = random.choice([0, 0.0000123, 1e-05, round(random.random(), 7), "0.00000017"])
        code = random.choice([None, None, *(code for code, *_ in PRICES), "unpriced"])
        fields: dict[str, Any] = {} if code is None else {"signal_code": code}
        if random.random() < 0.7:
            fields["quantity"] = random.choice([0, 1, 2, 7, 0.5, round(random.uniform(0, 3), 3)])
        events.append(
            event(
                f"event_{number}",
                customer_id=random.choice([customer] * 9 + ["cust_other"]),
                agent_id=random.choice([agent] * 9 + ["agent_other"]),
                action_type=random.choice(["task", "workflow", "outcome"]),
                timestamp=random.choice(DAYS),
                attributes=attributes,
                **fields,
            )
        )
    return events


def load(db: Database, export: Path, customer: str, agent: str) -> None:
    """Tables of the exported events, and of those on the bill by signal (`usage`)."""
    columns = "event_id: 'varchar', customer_id: 'varchar', agent_id: 'varchar', action_type: 'varchar',"
    columns += "signal_code: 'varchar', quantity: 'decimal(18,6)', attributes: 'json', timestamp: 'timestamp',"
    columns += "cost_usd: 'decimal(38,12)', cost_category: 'varchar'"
    db.rows(f"create table event as from read_json('{export}', columns = {{{columns}}})")
    db.rows(
        """create table usage as select coalesce(signal_code, case action_type when 'task' then
        'calls' when 'workflow' then 'peak' else 'mean' end)
                   as code,
               quantity, attributes->'value' as value, try_cast(attributes->>'value' as
               decimal(18,6)) as number
        from event
        where customer_id = $customer and timestamp >= '2026-04-01' and timestamp < '2026-05-01'
          and (signal_code is not null or agent_id = $agent)""",
        customer=customer,
        agent=agent,
    )


def test_the_scenario_has_events_of_every_kind(scenario: Scenario) -> None:
    assert (
        scenario.db.number("select count(*) from event")
        == scenario.db.number("select count(distinct event_id) from event")
        == 1500
    )
    assert scenario.db.number("select count(distinct code) from usage") == len(PRICES) + 1
    assert scenario.db.number("select count(*) from usage where number is null and value is not null") > 0
    assert {item["signal_id"] for item in scenario.bill["line_items"]} == set(scenario.signal_ids.values())


def test_counts_priced_in_tiers_agree(scenario: Scenario) -> None:
    cents = scenario.db.number(
        """with used as (select sum(quantity) - 20 as units from usage where code = 'calls'),
        tier(low, high, price, fee) as (values (0, 100, 10.0000::decimal(9,4), 0), (100, 400, 4.75,
        199),
                                               (400, 1000000, 0.3333, 50))
        select sum(round((least(units, high) - low) * price + fee, 0)) from used, tier where units >
        low"""
    )
    assert scenario.billed("calls") == cents > 0


def test_sums_priced_in_packages_agree(scenario: Scenario) -> None:
    cents = scenario.db.number(
        "select round(ceil(sum(number) / 1000)::bigint * 12.5, 0) from usage where code = 'tokens'"
    )
    assert scenario.billed("tokens") == cents > 0


def test_a_maximum_priced_per_unit_beyond_included_units_agrees(scenario: Scenario) -> None:
    cents = scenario.db.number("select round((max(number) - 0.5) * 0.3333, 0) from usage where code = 'peak'")
    assert scenario.billed("peak") == cents > 0


def test_a_minimum_below_zero_leaves_the_commitment(scenario: Scenario) -> None:
    cents = scenario.db.number("select greatest(min(number) * 7, 5000) from usage where code = 'floor'")
    assert scenario.billed("floor") == cents == 5000


def test_an_average_agrees(scenario: Scenario) -> None:
    # In whole millionths, so that integers are divided and half a cent rounds up.
    cents = scenario.db.number(
        """with used as (select sum(number * 1000000)::hugeint as total, count(number) as events from usage
                         where code = 'mean')
        select (total * 3 + events * 1000000) // (2 * events * 1000000) from used"""
    )
    assert scenario.billed("mean") == cents > 0


def test_the_number_of_different_values_agrees(scenario: Scenario) -> None:
    cents = scenario.db.number(
        """select 25 * count(distinct case when number is not null then 'number ' || number::varchar
                                           else value::varchar end)
        from usage where code = 'users' and json_type(value) <> 'NULL'"""
    )
    assert scenario.billed("users") == cents > 0


def test_overage_that_is_not_allowed_is_used_but_not_billed(scenario: Scenario) -> None:
    assert scenario.db.number("select sum(number) from usage where code = 'capped'") > 0
    assert scenario.billed("capped") == 0


def test_the_amount_is_the_sum_of_all_signals(scenario: Scenario) -> None:
    total = sum(scenario.billed(code) for code in scenario.signal_ids)
    assert scenario.bill["amount"] == scenario.bill["subtotal_cents"] == total


def test_stated_costs_agree_event_by_event(scenario: Scenario) -> None:
    stated = "from event where signal_code is not null"
    assert scenario.db.number(f"select count(cost_usd) {stated}") > 0
    differing = f"select count(*) {stated} and cost_usd is distinct from (attributes->>'cost_usd')::decimal(38,12)"
    assert scenario.db.number(differing) == 0


def test_derived_costs_agree_event_by_event(scenario: Scenario) -> None:
    derived = "from event where signal_code is null and agent_id <> 'agent_other'"
    fixed = "quantity * 0.0041::decimal(10,8)"
    variable = "coalesce(try_cast(attributes->>'value' as decimal(18,6)) * 0.0000123::decimal(10,8), 0)"
    expected = f"{fixed} + case action_type when 'task' then {variable} else 0 end"
    assert scenario.db.number(f"select count(cost_usd) {derived}") > 0
    assert scenario.db.number(f"select count(*) {derived} and cost_usd is distinct from {expected}") == 0


def test_an_agent_that_is_not_known_has_no_derived_cost(scenario: Scenario) -> None:
    unknown = "from event where signal_code is null and agent_id = 'agent_other'"
    assert scenario.db.number(f"select count(*) {unknown}") > 0
    assert scenario.db.number(f"select count(cost_usd) {unknown}") == 0


def test_costs_by_category_are_all_costs(scenario: Scenario) -> None:
    query = "select cost_category, sum(cost_usd) from event where cost_usd is not null group by all"
    by_category = {category: Decimal(usd) for category, usd in scenario.db.rows(query)}
    assert set(by_category) == {"api", "other"}
    assert sum(by_category.values()) == scenario.db.number("select sum(cost_usd) from event")
