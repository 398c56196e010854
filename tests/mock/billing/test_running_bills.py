"""Bills that are counted as events arrive are those that all events make."""

import json
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from coobird.mock.billing import running_bills
from coobird.mock.billing.billed_days import is_billed_on
from coobird.mock.billing.tenant_bills import bill
from coobird.mock.contract import json_text
from coobird.mock.service.service import Service
from coobird.mock.state.event_log import NewEvent
from tests.support.mock.api import event

TENANT = "tenant_000000000001"
JSON = {"content-type": "application/json"}
CODES = ("a", "b", "c")
FIRST = date(2026, 4, 1)


class Shop:
    """A server without HTTP, with two priced actions, a seat charge and two customers."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.numbers = count()
        service.clock.freeze(datetime(2026, 4, 15, tzinfo=UTC))
        self.agent = self.call("create_agent", {"name": "A"})["id"]
        self.plan = self.call("create_plan", {"name": "P", "code": "p"})["id"]
        self.signals: list[str] = []
        for code in CODES[:2]:
            signal = {"signal_name": "S", "signal_code": code, "aggregation_type": "sum", "value_field": "units"}
            action = {"action_name": code, "action_type": "task", "billable_signal": signal}
            made = self.call("create_agent_action", action, agent_id=self.agent)
            self.signals.append(made["billable_signal"]["id"])
            price = {"agent_action_id": made["id"], "pricing_model": "per_unit", "unit_price": 3}
            self.call("create_plan_agent_action", price, plan_id=self.plan)
        seats = {"charge_name": "Seats", "charge_code": "seats", "charge_type": "seat_based", "amount": 7}
        self.call("create_plan_charge", seats, plan_id=self.plan)
        self.customers = [self.call("create_customer", {"name": "C", "type": "company"})["id"] for _ in range(2)]
        self.contracts: list[str] = []

    def call(self, operation: str, body: Any = None, **path: str) -> Any:
        found = self.service.spec.operations[operation]
        return json.loads(self.service.answer(TENANT, found, path, "", JSON, json_text.encode(body or {})).content)

    def event(self, number: int) -> dict[str, Any]:
        code = (*CODES, "seats", None)[number % 5]
        day = FIRST + timedelta(number * 7 % 40)
        named = {"customer_id": self.customers[number % 3 == 0], "agent_id": self.agent}
        fields = {} if code is None else {"signal_code": code}
        instant = f"{day}T08:00:00.000Z"
        return event(str(number), timestamp=instant, attributes={"units": number % 11}, **named, **fields)

    def events(self, number: int) -> None:
        sent = [self.event(next(self.numbers)) for _ in range(number)]
        # The last one is sent twice.
        self.call("track_events", {"events": [*sent, sent[-1]]})

    def contract(self, customer: int) -> None:
        terms = {"plan_id": self.plan, "customer_id": self.customers[customer], "name": "K", "start_date": "2026-04-01"}
        self.contracts.append(self.call("create_contract", terms)["id"])
        self.call("activate_contract", {"activation_date": "2026-04-01"}, contract_id=self.contracts[-1])

    def pause(self, which: int) -> None:
        if self.contracts:
            contract = self.contracts[which % len(self.contracts)]
            status = self.service.data(TENANT).need("contract", contract)["status"]
            self.call("suspend_contract" if status == "active" else "activate_contract", contract_id=contract)

    def change(self, interval: str) -> None:
        if self.contracts:
            self.call("update_contract", {"billing_interval": interval}, contract_id=self.contracts[0])

    def measure(self, aggregation: str) -> None:
        self.call("update_signal", {"aggregation_type": aggregation}, signal_id=self.signals[0])

    def status(self, status: str) -> None:
        self.call("update_signal", {"status": status}, signal_id=self.signals[1])

    def rename(self, code: str) -> None:
        if not self.service.data(TENANT).count("signal", {"signal_code": code}):
            self.call("update_signal", {"signal_code": code}, signal_id=self.signals[0])

    def move(self, days: int) -> None:
        self.service.clock.advance(days * 86_400)

    def check(self, _: None = None) -> None:
        """Compare the running bills of today, and of the first day, with those of all events."""
        data = self.service.data(TENANT)
        for contract in data.find("contract"):
            for day in (data.now.date(), FIRST):
                if is_billed_on(contract, day):
                    assert self.service.bills.bill(data, contract, day) == bill(data, contract, day)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("events"), st.integers(1, 9)),
        st.tuples(st.just("events"), st.integers(1, 9)),
        st.tuples(st.just("check"), st.none()),
        st.tuples(st.just("contract"), st.integers(0, 1)),
        st.tuples(st.just("pause"), st.integers(0, 5)),
        st.tuples(st.just("change"), st.sampled_from(["weekly", "monthly", "quarterly"])),
        st.tuples(st.just("measure"), st.sampled_from(["count", "sum", "max", "unique_count"])),
        st.tuples(st.just("status"), st.sampled_from(["active", "inactive"])),
        st.tuples(st.just("rename"), st.sampled_from([*CODES, "d"])),
        st.tuples(st.just("move"), st.integers(1, 20)),
    ),
    min_size=5,
    max_size=25,
)
SERVICE = Service()


@settings(max_examples=40, deadline=None)
@given(STEPS, st.sampled_from([1, 2, 1000]))
@example([("contract", 0), ("contract", 1), ("events", 9), ("check", None), ("rename", "d"), ("events", 9)], 1000)
def test_running_bills_are_those_of_all_events(steps: list[tuple[str, Any]], most: int) -> None:
    SERVICE.reset()
    shop = Shop(SERVICE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(running_bills, "MAX_BILLS", most)
        for name, argument in steps:
            getattr(shop, name)(argument)
        shop.check()


def test_a_preview_reads_no_events_that_were_counted_on_arrival(monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(Service()) as service:
        shop = Shop(service)
        shop.contract(0)
        shop.events(50)
        monkeypatch.setattr(service.events, "read", None)
        preview = shop.call("preview_invoice", {"customer_id": shop.customers[0]})
        monkeypatch.undo()
        shop.check()
        assert preview["amount"] > 0


def test_events_of_a_tenant_without_contracts_leave_the_bills_of_others_right() -> None:
    with closing(Service()) as service:
        shop, tracking = Shop(service), service.spec.operations["track_events"]

        def track_elsewhere(event_id: str) -> None:
            body = json_text.encode({"events": [event(event_id)]})
            service.answer("tenant_000000000002", tracking, {}, "", JSON, body)

        track_elsewhere("before the first bill")
        shop.contract(0)
        shop.events(9)
        shop.check()
        track_elsewhere("with a bill")
        shop.events(9)
        shop.check()


def test_events_of_a_transaction_that_failed_are_not_billed() -> None:
    with closing(Service()) as service:
        shop = Shop(service)
        shop.contract(0)
        shop.events(9)

        def fail() -> None:
            with service.store.transaction():
                _store(service, [shop.event(5), shop.event(6)])
                service.bills.add(service.data(TENANT), 2)
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fail()
        shop.check()
        shop.events(9)
        shop.check()


def test_events_that_another_process_stored_are_billed(tmp_path: Path) -> None:
    path = str(tmp_path / "state.db")
    with closing(Service(db=path)) as one, closing(Service(db=path)) as two:
        shop = Shop(one)
        shop.contract(0)
        shop.events(9)
        shop.check()
        with two.store.transaction():
            _store(two, [{**shop.event(0), "event_id": "other", "customer_id": shop.customers[0]}])
        shop.check()
        shop.events(9)
        shop.check()


def _store(service: Service, events: list[dict[str, Any]]) -> None:
    rows = {
        f"{each['event_id']} more": NewEvent(
            f"{each['event_id']} more",
            each["customer_id"],
            each["agent_id"],
            each["action_type"],
            each.get("signal_code"),
            1,
            json_text.encode_text([each["attributes"], {}]),
            each["timestamp"],
            each["timestamp"],
            None,
            None,
        )
        for each in events
    }
    assert service.events.add(TENANT, rows) == set()
