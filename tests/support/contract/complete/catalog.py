"""Customers, what agents do for them, and what is measured of it."""

from datetime import UTC, datetime

from tests.support.contract.complete.table import Call, Calls, collector
from tests.support.contract.given import Given

CATALOG: Calls = {}
complete = collector(CATALOG)

_PAGE = {"page": 1, "limit": 10, "order": "desc"}


@complete
def track_events(given: Given) -> Call:
    event = {
        "event_id": "evt_1",
        "customer_id": "cust_1",
        "agent_id": "agent_1",
        "action_type": "workflow",
        "signal_code": "api_call",
        "quantity": 2.5,
        "attributes": {"model": "gpt-4o", "input_tokens": 1200, "cost_usd": 0.0125},
        "metadata": {"run": [1, None, {"deep": True}]},
        "timestamp": datetime(2026, 4, 1, 8, 30, tzinfo=UTC),
    }
    return Call((), event)


@complete
def create_customer(given: Given) -> Call:
    who = {"name": "Acme", "type": "agent", "status": "inactive", "email": "pay@acme.test", "phone": "+1 555 0100"}
    return Call((), {**who, "external_id": "ext_1", "currency": "EUR", "metadata": {"tier": "gold", "seats": [1, 2]}})


@complete
def get_customer(given: Given) -> Call:
    return Call((given.customer().id,), {})


@complete
def list_customers(given: Given) -> Call:
    given.customer(name="Acme")
    return Call((), {"status": "active", "type": "company", "search": "acm", "sort": "name", **_PAGE})


@complete
def update_customer(given: Given) -> Call:
    who = {"name": "Bolt", "type": "individual", "status": "suspended", "email": "b@bolt.test", "phone": "0"}
    return Call((given.customer().id,), {**who, "external_id": "ext_2", "currency": "GBP", "metadata": {"vip": True}})


@complete
def delete_customer(given: Given) -> Call:
    return Call((given.customer().id,), {})


@complete
def create_agent(given: Given) -> Call:
    names = {"name": "Helper", "description": "Answers tickets", "external_id": "bot_1", "status": "active"}
    return Call((), {**names, "tags": ["support", "beta"], "config": {"temperature": 0.2}, "metadata": {"team": "cx"}})


@complete
def get_agent(given: Given) -> Call:
    return Call((given.agent().id,), {})


@complete
def list_agents(given: Given) -> Call:
    given.agent(name="Helper", external_id="bot_1")
    return Call((), {"status": "draft", "search": "help", "has_external_id": True, "sort": "name", **_PAGE})


@complete
def update_agent(given: Given) -> Call:
    names = {"name": "Helper 2", "description": "Answers calls", "external_id": "bot_2", "status": "archived"}
    return Call((given.agent().id,), {**names, "tags": [], "config": {"voice": True}, "metadata": {"team": "sales"}})


@complete
def delete_agent(given: Given) -> Call:
    return Call((given.agent().id,), {})


@complete
def create_agent_with_actions(given: Given) -> Call:
    agent = {**create_agent(given).options, "external_id": "bot_3"}
    action = {**_action(given), "cost_signal_ids": [given.cost_signal().id]}
    return Call((), {"agent": agent, "actions": [action, {**action, "billable_signal": given.billable_signal()}]})


@complete
def create_agent_action(given: Given) -> Call:
    return Call((given.agent().id,), {**_action(given), "cost_signal_ids": [given.cost_signal().id]})


@complete
def list_agent_actions(given: Given) -> Call:
    action = given.action(action_name="Answer")
    return Call((action.agent_id,), {"action_type": "task", "search": "answ", "sort": "action_name", **_PAGE})


@complete
def update_agent_action(given: Given) -> Call:
    kept, gone, new = (given.cost_signal().id for _ in range(3))
    action = given.action(cost_signal_ids=[gone])
    signals = {"cost_signal_ids": [kept, gone], "add_cost_signal_ids": [new], "remove_cost_signal_ids": [gone]}
    return Call((action.agent_id, action.id), {**_action(given), "action_type": "outcome", **signals})


@complete
def delete_agent_action(given: Given) -> Call:
    action = given.action()
    return Call((action.agent_id, action.id), {})


@complete
def create_signal(given: Given) -> Call:
    names = {"signal_name": "Tokens", "signal_code": "tokens", "description": "Tokens in and out"}
    measure = {"aggregation_type": "sum", "unit_label": "tokens", "value_field": "total_tokens"}
    return Call((), {**names, **measure, "signal_type": "cost", "metadata": {"owner": "ml"}})


@complete
def get_signal(given: Given) -> Call:
    return Call((given.signal().id,), {})


@complete
def list_signals(given: Given) -> Call:
    given.signal(signal_name="Calls")
    return Call((), {"signal_type": "billable", "status": "active", "search": "CALL", "sort": "signal_code", **_PAGE})


@complete
def update_signal(given: Given) -> Call:
    changes = {**create_signal(given).options, "signal_code": "new_code", "status": "inactive"}
    return Call((given.signal().id,), changes)


@complete
def delete_signal(given: Given) -> Call:
    return Call((given.signal().id,), {})


def _action(given: Given) -> dict[str, object]:
    signal = given.billable_signal(
        aggregation_type="max", unit_label="queries", value_field="queries", description="Queries at once"
    )
    value = {"fte_equivalent": 0.1, "revenue_per_unit": 0.05, "default_price_cents": 2.5}
    names = {"action_name": "Search", "action_type": "workflow", "description": "Looks things up"}
    return {**names, "billable_signal": signal, "value": value}
