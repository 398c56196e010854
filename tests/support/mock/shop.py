"""Tenant for tests of bills: one customer, one agent, and an empty plan."""

from itertools import count
from typing import Any, Self

from tests.support.mock.api import Api, event

NUMBERS = count()


class Shop(Api):
    """A tenant with one customer, one agent and a plan, on a server whose clock it moves."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.server_url = url

    def __enter__(self) -> Self:
        super().__enter__()
        self.now("2026-04-15T12:00:00Z")
        self.customer_id = self.customer()["id"]
        self.agent_id = self.made("/agents", name="Researcher")["id"]
        self.plan_id = self.made("/plans", name="Pro", code="pro")["id"]
        return self

    def now(self, instant: str) -> None:
        assert self.put(f"{self.server_url}/_mock/clock", json={"freeze": instant}).status_code == 200

    def priced(self, code: str = "calls", *, action_type: str = "task", **price: Any) -> dict[str, Any]:
        """Price in the plan of a new agent action, whose signal has this code."""
        billable = {"signal_name": code, "signal_code": code, "aggregation_type": "count", "unit_label": "calls"}
        action = {"action_name": f"Make {code}", "action_type": action_type, "billable_signal": billable}
        made = self.made(f"/agents/{self.agent_id}/actions", **action)
        price = {"pricing_model": "per_unit", "unit_price": 10} | price
        return self.made(f"/plans/{self.plan_id}/agent-actions", agent_action_id=made["id"], **price)

    def charge(self, charge_type: str, amount: int = 1000, **fields: Any) -> dict[str, Any]:
        plain = {"charge_name": "Fee", "charge_code": "fee", "charge_type": charge_type, "amount": amount}
        return self.made(f"/plans/{self.plan_id}/charges", **(plain | fields))

    def contract(self, start: str = "2026-04-01", *, active: str | None = "", **fields: Any) -> str:
        """Id of a new contract, by default active from its start."""
        plain = {"plan_id": self.plan_id, "customer_id": self.customer_id, "name": "Acme", "start_date": start}
        contract_id = str(self.made("/contracts", **(plain | fields))["id"])
        if active is not None:
            self.act(contract_id, "activate", activation_date=active or start)
        return contract_id

    def act(self, contract_id: str, verb: str, **fields: Any) -> dict[str, Any]:
        return self.made(f"/contracts/{contract_id}/{verb}", 200, **fields)

    def used(self, *timestamps: str, code: str | None = "calls", **fields: Any) -> None:
        """Send one event at each of the instants. A day stands for its noon."""
        signal = {} if code is None else {"signal_code": code}
        for timestamp in timestamps:
            at = timestamp if "T" in timestamp else f"{timestamp}T12:00:00Z"
            plain = {"customer_id": self.customer_id, "agent_id": self.agent_id, "timestamp": at}
            assert self.sent(event(f"event_{next(NUMBERS)}", **(plain | signal | fields)))["accepted"] == 1

    def preview(self, **fields: Any) -> dict[str, Any]:
        bill = self.made("/invoices/preview", 200, **({"customer_id": self.customer_id} | fields))
        assert bill["amount"] == bill["subtotal_cents"] == sum(item["total_cents"] for item in bill["line_items"])
        assert [item["sort_order"] for item in bill["line_items"]] == list(range(len(bill["line_items"])))
        return bill

    def billed(self, contract_id: str, status: int, **fields: Any) -> dict[str, Any]:
        """Answer of the billing run."""
        answer = self.post(f"{self.server_url}/_mock/contracts/{contract_id}/invoice", json=fields)
        assert answer.status_code == status, answer.text
        return dict(answer.json())

    def amount(self, **fields: Any) -> int:
        return int(self.preview(**fields)["amount"])
