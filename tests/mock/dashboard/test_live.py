"""Totals that are updated in slices equal the sums of all events, with any changes in between."""

import json
from datetime import UTC, datetime
from itertools import count, islice
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from coobird.mock.billing.tenant_bills import bill
from coobird.mock.contract import json_text
from coobird.mock.dashboard.event_filter import EventFilter
from coobird.mock.dashboard.figures import sum_billed
from coobird.mock.dashboard.live import LiveDashboard
from coobird.mock.dashboard.query import Query
from coobird.mock.dashboard.sections import sections
from coobird.mock.dashboard.usage import Selection
from coobird.mock.service.request_log import RequestLog
from coobird.mock.service.service import Service
from tests.support.mock.api import event

TENANT = "tenant_000000000001"
JSON = {"content-type": "application/json"}


class Server:
    """A server without HTTP, with one priced agent action and two customers."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.numbers = count()
        self.setup()

    def setup(self) -> None:
        self.service.clock.freeze(datetime(2026, 4, 15, 12, tzinfo=UTC))
        self.agent = self.call("create_agent", {"name": "A"})["id"]
        priced = {"signal_name": "S", "signal_code": "llm", "aggregation_type": "sum", "value_field": "units"}
        action = {"action_name": "X", "action_type": "task", "billable_signal": priced}
        made = self.call("create_agent_action", action, agent_id=self.agent)
        self.signal = made["billable_signal"]["id"]
        self.plan = self.call("create_plan", {"name": "P", "code": "p"})["id"]
        price = {"agent_action_id": made["id"], "pricing_model": "per_unit", "unit_price": 3}
        self.call("create_plan_agent_action", price, plan_id=self.plan)
        self.customers = [self.call("create_customer", {"name": "C", "type": "company"})["id"] for _ in range(2)]
        self.contracts: list[str] = []

    def call(self, operation: str, body: Any = None, **path: str) -> Any:
        found = self.service.spec.operations[operation]
        return json.loads(self.service.answer(TENANT, found, path, "", JSON, json_text.encode(body or {})).content)

    def events(self, number: int) -> None:
        sent: list[Any] = []
        for each in islice(self.numbers, number):
            who = {
                "customer_id": self.customers[each % 5 == 0],
                "agent_id": self.agent,
                "timestamp": "2026-04-15T08:00:00.000Z",
            }
            sent.append(event(str(each), signal_code="llm", attributes={"units": each + 1, "cost_usd": each}, **who))
        self.call("track_events", {"events": sent})

    def contract(self, customer: int) -> None:
        terms = {"plan_id": self.plan, "customer_id": self.customers[customer], "name": "K", "start_date": "2026-01-01"}
        self.contracts.append(self.call("create_contract", terms)["id"])
        self.call("activate_contract", contract_id=self.contracts[-1])

    def pause(self, which: int) -> None:
        if self.contracts:
            contract = self.contracts[which % len(self.contracts)]
            status = self.service.store.get(TENANT, "contract", contract)["status"]  # type: ignore[index]
            self.call("suspend_contract" if status == "active" else "activate_contract", contract_id=contract)

    def measure(self, aggregation: str) -> None:
        self.call("update_signal", {"aggregation_type": aggregation}, signal_id=self.signal)

    def reset(self, _: None) -> None:
        self.service.reset()
        self.setup()


EVENTS = st.tuples(st.just("events"), st.integers(1, 9))
# Some slices, then the iteration is abandoned, as it is when a page is closed.
SLICES = st.tuples(st.just("slices"), st.sampled_from([1, 3, 1000]))
CHANGES = st.one_of(
    st.tuples(st.just("contract"), st.just(0)),
    st.tuples(st.just("pause"), st.integers(0, 5)),
    st.tuples(st.just("measure"), st.sampled_from(["count", "sum", "max", "unique_count"])),
)
LOOKS = st.tuples(st.just("look"), st.sampled_from(["all", "24h"]))
RESET = st.tuples(st.just("reset"), st.none())
STEPS = st.lists(st.one_of(EVENTS, SLICES, CHANGES, EVENTS, SLICES, CHANGES, LOOKS, RESET), min_size=8, max_size=30)
SERVICE = Service()


@settings(max_examples=60, deadline=None)
@given(STEPS)
@example([("contract", 0), ("events", 9), ("slices", 1000), ("contract", 0)])
@example([("contract", 0), ("events", 9), ("slices", 1000), ("measure", "count"), ("events", 2)])
@example([("contract", 0), ("events", 9), ("slices", 1), ("pause", 0), ("slices", 1), ("pause", 0), ("events", 2)])
def test_slices_add_up_to_what_a_bill_and_the_log_say(steps: list[tuple[str, Any]]) -> None:
    SERVICE.reset()
    server, live = Server(SERVICE), LiveDashboard(SERVICE, events_per_slice=3)
    everything = Selection()
    live.usage(everything)
    for name, argument in steps:
        if name == "slices":
            for _ in islice(live.catch_up(), argument):
                pass
        elif name == "look":
            live.usage(Selection(EventFilter(customer_id=server.customers[0]), span=argument))
        else:
            getattr(server, name)(argument)
    for _ in live.catch_up():
        pass
    kept = list(SERVICE.events.read())
    usage = live.usage(everything)
    assert usage.total.events == len(kept)
    assert live.behind(usage) == 0
    first = live.usage(Selection(EventFilter(customer_id=server.customers[0]), span="24h"))
    for _ in live.catch_up():
        pass
    assert first.total.events == sum(event.customer_id == server.customers[0] for event in kept)
    today, data = SERVICE.clock.now().date(), SERVICE.data(TENANT)
    for customer in server.customers:
        found = live.bills_to_date.get((TENANT, customer), {}).values()
        contracts = data.find("contract", {"customer_id": customer})
        expected = sum(item["total_cents"] for contract in contracts for item in bill(data, contract, today).items)
        charged = sum_billed(each for contract in found for each in (contract.by_agent(today) or {}).values())
        assert len(found) == len(contracts)
        assert (charged.cents["USD"] if charged else 0) == expected
        if of_customer := usage.rows["customer"].get((TENANT, customer)):
            assert of_customer.cost_usd == sum(
                event.attributes["cost_usd"] for event in kept if event.customer_id == customer
            )


def test_an_amount_that_is_not_counted_yet_is_called_neither_unbilled_nor_0() -> None:
    def shown() -> tuple[Any, Any, Any]:
        frame = dict(sections(live, RequestLog(), Query()))
        (line,) = frame["lines"]["lines"]
        return frame["total"]["billed"], frame["total"]["is_counting"], line["is_counting"]

    SERVICE.reset()
    server = Server(SERVICE)
    server.contract(0)
    live = LiveDashboard(SERVICE)
    assert shown() == (None, True, True)
    for _ in live.catch_up():
        pass
    assert shown() == ([["0.00", "USD"]], False, False)
